/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/device/netif.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>

/* One request about 'name', whatever socket it takes. */
static int
ask(const char *name, unsigned long request, struct ifreq *ifr)
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

/* At once, where the flag IFF_RUNNING may lag behind by a second. */
static bool
has_carrier(const char *name, const struct ifreq *flags)
{
	struct ethtool_value value = { .cmd = ETHTOOL_GLINK };
	struct ifreq ifr = { .ifr_data = (char *)&value };

	if (ask(name, SIOCETHTOOL, &ifr) != 0)
		return (flags->ifr_flags & IFF_RUNNING) != 0;
	return value.data != 0;
}

uint32_t
netif_speed(const char *name)
{
	struct ethtool_cmd cmd = { .cmd = ETHTOOL_GSET };
	struct ifreq ifr = { .ifr_data = (char *)&cmd };
	uint32_t speed;

	if (ask(name, SIOCETHTOOL, &ifr) != 0)
		return 0;
	speed = ethtool_cmd_speed(&cmd);
	return speed == (uint32_t)SPEED_UNKNOWN ? 0 : speed;
}

int
netif_read(const char *name, struct netif *netif)
{
	struct ifreq ifr = { 0 };
	int ret = ask(name, SIOCGIFINDEX, &ifr);

	if (ret != 0)
		return ret;
	netif->index = ifr.ifr_ifindex;
	ret = ask(name, SIOCGIFFLAGS, &ifr);
	if (ret != 0)
		return ret;
	netif->up = (ifr.ifr_flags & IFF_UP) != 0;
	netif->promiscuous = (ifr.ifr_flags & IFF_PROMISC) != 0;
	netif->carrier = netif->up && has_carrier(name, &ifr);
	return 0;
}

int
netif_mtu(const char *name, uint32_t *mtu)
{
	struct ifreq ifr = { 0 };
	int ret = ask(name, SIOCGIFMTU, &ifr);

	if (ret == 0)
		*mtu = (uint32_t)ifr.ifr_mtu;
	return ret;
}

int
netif_set_up(const char *name)
{
	struct ifreq ifr = { 0 };
	int ret = ask(name, SIOCGIFFLAGS, &ifr);

	if (ret != 0)
		return ret;
	ifr.ifr_flags |= IFF_UP;
	return ask(name, SIOCSIFFLAGS, &ifr);
}

int
netif_set_mtu(const char *name, uint32_t mtu)
{
	struct ifreq ifr = { .ifr_mtu = (int)mtu };

	return ask(name, SIOCSIFMTU, &ifr);
}

static int
set_option(int fd, int level, int name, const void *value, socklen_t size)
{
	return (int)syscall(SYS_setsockopt, fd, level, name, value, size);
}

/* Whether the packet socket receives from every interface there is. */
static bool
is_unbound(int fd)
{
	struct sockaddr_ll sll = { 0 };
	socklen_t len = sizeof(sll);

	return getsockname(fd, (struct sockaddr *)&sll, &len) == 0 &&
	       sll.sll_ifindex == 0;
}

/* Until the socket is bound it receives nothing. */
static void
close_ears(int fd)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = { 1, &nothing };

	if (is_unbound(fd))
		set_option(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			   sizeof(program));
}

#define SOCKETS_MAX 64

/* Those bound since somebody asked. */
static struct {
	unsigned int n;
	int fd[SOCKETS_MAX];
} sockets;

unsigned int
netif_take_sockets(int *fd, unsigned int max)
{
	unsigned int n = sockets.n < max ? sockets.n : max;

	memcpy(fd, sockets.fd, n * sizeof(*fd));
	sockets.n = 0;
	return n;
}

uint64_t
netif_ring_drops(int fd)
{
	struct tpacket_stats stats = { 0 };
	socklen_t size = sizeof(stats);

	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) != 0)
		return 0;
	return stats.tp_drops;
}

/* Bound now.  What the host itself sends did not come from the member. */
static int
open_ears(int fd, int fanout)
{
	int on = 1, ret;

	set_option(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	fanout = (int)((unsigned int)fanout &
		       ~((unsigned int)PACKET_FANOUT_FLAG_DEFRAG << 16));
	ret = set_option(fd, SOL_PACKET, PACKET_FANOUT, &fanout,
			 sizeof(fanout));
	set_option(fd, SOL_SOCKET, SO_DETACH_FILTER, &on, sizeof(on));
	netif_ring_drops(fd); /* what the filter kept out does not count */
	if (sockets.n < SOCKETS_MAX)
		sockets.fd[sockets.n++] = fd;
	return ret;
}

/*
 * In front of libc's, for the sockets of net_af_packet.  Its driver sets up the
 * ring before it binds the socket, so that frames of all other interfaces come
 * in by this one, and has the kernel put IPv4 fragments together, to frames
 * that fit no ring.  The first option it sets is PACKET_VERSION, the last one,
 * behind bind(), PACKET_FANOUT; nobody else here uses that one.
 */
int
setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
	int number = 0;

	if (level == SOL_PACKET && size == sizeof(number)) {
		memcpy(&number, value, sizeof(number));
		if (name == PACKET_VERSION)
			close_ears(fd);
		if (name == PACKET_FANOUT)
			return open_ears(fd, number);
	}
	return set_option(fd, level, name, value, size);
}
