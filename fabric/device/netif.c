/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/device/device_impl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <netinet/in.h>

/*
 * Any socket will do for it, and one for all: the links of 32 devices are looked at 50
 * times a second, each by three requests.  It belongs to the first caller's network
 * namespace, which the process does not leave.
 */
static int
any_socket(void)
{
	static _Atomic int kept = -1;
	int none = -1, s = atomic_load(&kept);

	if (s >= 0)
		return s;
	s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s < 0 || atomic_compare_exchange_strong(&kept, &none, s))
		return s;
	close(s); /* another thread was faster */
	return none;
}

int
netif_ioctl(const char *name, unsigned long request, struct ifreq *ifr)
{
	int s;

	if (strlen(name) >= sizeof(ifr->ifr_name))
		return -ENODEV;
	s = any_socket();
	if (s < 0)
		return -errno;
	memcpy(ifr->ifr_name, name, strlen(name) + 1);
	return ioctl(s, request, ifr) < 0 ? -errno : 0;
}

/* Without delay: the flag IFF_RUNNING may be a second late. */
static bool
has_carrier(const char *name, const struct ifreq *flags)
{
	struct ethtool_value value = { .cmd = ETHTOOL_GLINK };
	struct ifreq ifr = { .ifr_data = (char *)&value };

	if (netif_ioctl(name, SIOCETHTOOL, &ifr) != 0)
		return (flags->ifr_flags & IFF_RUNNING) != 0;
	return value.data != 0;
}

uint32_t
netif_speed(const char *name)
{
	struct ethtool_cmd cmd = { .cmd = ETHTOOL_GSET };
	struct ifreq ifr = { .ifr_data = (char *)&cmd };
	uint32_t speed;

	if (netif_ioctl(name, SIOCETHTOOL, &ifr) != 0)
		return 0;
	speed = ethtool_cmd_speed(&cmd);
	return speed == (uint32_t)SPEED_UNKNOWN ? 0 : speed;
}

int
netif_read(const char *name, struct netif *netif)
{
	struct ifreq ifr = { 0 };
	int ret = netif_ioctl(name, SIOCGIFINDEX, &ifr);

	if (ret != 0)
		return ret;
	netif->index = ifr.ifr_ifindex;
	ret = netif_ioctl(name, SIOCGIFFLAGS, &ifr);
	if (ret != 0)
		return ret;
	netif->up = (ifr.ifr_flags & IFF_UP) != 0;
	netif->carrier = netif->up && has_carrier(name, &ifr);
	return 0;
}

int
netif_mtu(const char *name, uint32_t *mtu)
{
	struct ifreq ifr = { 0 };
	int ret = netif_ioctl(name, SIOCGIFMTU, &ifr);

	if (ret == 0)
		*mtu = (uint32_t)ifr.ifr_mtu;
	return ret;
}

int
netif_flags(const char *name, uint16_t *flags)
{
	struct ifreq ifr = { 0 };
	int ret = netif_ioctl(name, SIOCGIFFLAGS, &ifr);

	if (ret == 0)
		*flags = (uint16_t)ifr.ifr_flags;
	return ret;
}

int
netif_set_flag(const char *name, uint16_t flag, bool on)
{
	struct ifreq ifr = { 0 };
	int ret = netif_ioctl(name, SIOCGIFFLAGS, &ifr);

	if (ret != 0)
		return ret;
	if (on)
		ifr.ifr_flags = (short)(ifr.ifr_flags | flag);
	else
		ifr.ifr_flags = (short)(ifr.ifr_flags & ~flag);
	return netif_ioctl(name, SIOCSIFFLAGS, &ifr);
}

int
netif_set_mtu(const char *name, uint32_t mtu)
{
	struct ifreq ifr = { .ifr_mtu = (int)mtu };

	return netif_ioctl(name, SIOCSIFMTU, &ifr);
}

int
netif_mac(const char *name, uint64_t *mac)
{
	struct ifreq ifr = { 0 };
	int ret = netif_ioctl(name, SIOCGIFHWADDR, &ifr);

	*mac = 0;
	for (int i = 0; ret == 0 && i < 6; i++)
		*mac = *mac << 8 | (uint8_t)ifr.ifr_hwaddr.sa_data[i];
	return ret;
}

/* The key of sysctl(8) that switches IPv6 off; -errno, or its file opened. */
static int
open_no_ipv6(const char *name, int flags)
{
	char path[96];
	int fd;

	snprintf(path, sizeof(path),
		 "/proc/sys/net/ipv6/conf/%.15s/disable_ipv6", name);
	fd = open(path, flags | O_CLOEXEC);
	return fd >= 0 ? fd : -errno;
}

int
netif_ipv6(const char *name, bool *on)
{
	int fd = open_no_ipv6(name, O_RDONLY), ret = 0;
	char off = '0';

	if (fd < 0)
		return fd;
	if (read(fd, &off, 1) != 1)
		ret = -EIO;
	close(fd);
	*on = off == '0';
	return ret;
}

int
netif_set_ipv6(const char *name, bool on)
{
	int fd = open_no_ipv6(name, O_WRONLY), ret = 0;

	if (fd < 0)
		return fd;
	if (write(fd, on ? "0" : "1", 1) != 1)
		ret = -errno;
	close(fd);
	return ret;
}

/* Into 'text'; false if no member could ask for it. */
static bool
format_address(const struct sockaddr *a, char text[INET6_ADDRSTRLEN])
{
	const struct sockaddr_in *in = (const void *)a;
	const struct sockaddr_in6 *in6 = (const void *)a;

	if (a->sa_family == AF_INET)
		return inet_ntop(AF_INET, &in->sin_addr, text,
				 INET6_ADDRSTRLEN) != NULL;
	if (a->sa_family != AF_INET6 || IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr))
		return false;
	return inet_ntop(AF_INET6, &in6->sin6_addr, text, INET6_ADDRSTRLEN) !=
	       NULL;
}

bool
netif_address(const char *name, char text[INET6_ADDRSTRLEN])
{
	struct ifaddrs *all = NULL;
	bool found = false;

	if (getifaddrs(&all) != 0)
		return false;
	for (struct ifaddrs *i = all; i != NULL && !found; i = i->ifa_next)
		found = i->ifa_addr != NULL && strcmp(i->ifa_name, name) == 0 &&
			format_address(i->ifa_addr, text);
	freeifaddrs(all);
	return found;
}
