/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/device/device_impl.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>

/* One request about the interface 'name'; any socket will do for it. */
static int
ioctl_on(const char *name, unsigned long request, struct ifreq *ifr)
{
	int s, ret;

	if (strlen(name) >= sizeof(ifr->ifr_name))
		return -ENODEV;
	s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s < 0)
		return -errno;
	memcpy(ifr->ifr_name, name, strlen(name) + 1);
	ret = ioctl(s, request, ifr) < 0 ? -errno : 0;
	close(s);
	return ret;
}

/* Without delay: the flag IFF_RUNNING may be a second late. */
static bool
has_carrier(const char *name, const struct ifreq *flags)
{
	struct ethtool_value value = { .cmd = ETHTOOL_GLINK };
	struct ifreq ifr = { .ifr_data = (char *)&value };

	if (ioctl_on(name, SIOCETHTOOL, &ifr) != 0)
		return (flags->ifr_flags & IFF_RUNNING) != 0;
	return value.data != 0;
}

uint32_t
netif_speed(const char *name)
{
	struct ethtool_cmd cmd = { .cmd = ETHTOOL_GSET };
	struct ifreq ifr = { .ifr_data = (char *)&cmd };
	uint32_t speed;

	if (ioctl_on(name, SIOCETHTOOL, &ifr) != 0)
		return 0;
	speed = ethtool_cmd_speed(&cmd);
	return speed == (uint32_t)SPEED_UNKNOWN ? 0 : speed;
}

int
netif_read(const char *name, struct netif *netif)
{
	struct ifreq ifr = { 0 };
	int ret = ioctl_on(name, SIOCGIFINDEX, &ifr);

	if (ret != 0)
		return ret;
	netif->index = ifr.ifr_ifindex;
	ret = ioctl_on(name, SIOCGIFFLAGS, &ifr);
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
	int ret = ioctl_on(name, SIOCGIFMTU, &ifr);

	if (ret == 0)
		*mtu = (uint32_t)ifr.ifr_mtu;
	return ret;
}

int
netif_set_up(const char *name)
{
	struct ifreq ifr = { 0 };
	int ret = ioctl_on(name, SIOCGIFFLAGS, &ifr);

	if (ret != 0)
		return ret;
	ifr.ifr_flags |= IFF_UP;
	return ioctl_on(name, SIOCSIFFLAGS, &ifr);
}

int
netif_set_mtu(const char *name, uint32_t mtu)
{
	struct ifreq ifr = { .ifr_mtu = (int)mtu };

	return ioctl_on(name, SIOCSIFMTU, &ifr);
}
