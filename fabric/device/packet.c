/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/device/device_impl.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/if_packet.h>

int
packet_set_option(int fd, int level, int name, const void *value,
		  socklen_t size)
{
	return (int)syscall(SYS_setsockopt, fd, level, name, value, size);
}

void
packet_mute(int fd)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = { 1, &nothing };
	struct sockaddr_ll sll = { 0 };
	socklen_t len = sizeof(sll);

	/* Until it is bound it receives from every interface. */
	if (getsockname(fd, (struct sockaddr *)&sll, &len) == 0 &&
	    sll.sll_ifindex == 0)
		packet_set_option(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
				  sizeof(program));
}

#define SOCKETS_MAX 64

/* Those bound since packet_take_sockets() was called. */
static struct {
	unsigned int n;
	int fd[SOCKETS_MAX];
} sockets;

unsigned int
packet_take_sockets(int *fd, unsigned int max)
{
	unsigned int n = sockets.n < max ? sockets.n : max;

	memcpy(fd, sockets.fd, n * sizeof(*fd));
	sockets.n = 0;
	return n;
}

uint64_t
packet_ring_drops(int fd)
{
	struct tpacket_stats stats = { 0 };
	socklen_t size = sizeof(stats);

	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) != 0)
		return 0;
	return stats.tp_drops;
}

int
packet_bound(int fd, int fanout)
{
	int on = 1, ret;

	packet_set_option(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
			  sizeof(on));
	fanout = (int)((unsigned int)fanout &
		       ~((unsigned int)PACKET_FANOUT_FLAG_DEFRAG << 16));
	ret = packet_set_option(fd, SOL_PACKET, PACKET_FANOUT, &fanout,
				sizeof(fanout));
	packet_set_option(fd, SOL_SOCKET, SO_DETACH_FILTER, &on, sizeof(on));
	packet_ring_drops(fd); /* what the filter kept out does not count */
	if (sockets.n < SOCKETS_MAX)
		sockets.fd[sockets.n++] = fd;
	return ret;
}
