/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/device/device_impl.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

int
packet_set_option(int fd, int level, int name, const void *value,
		  socklen_t size)
{
	return (int)syscall(SYS_setsockopt, fd, level, name, value, size);
}

static void
ignore_outgoing(int fd)
{
	int on = 1;

	packet_set_option(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
			  sizeof(on));
}

void
packet_begun(int fd)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = { 1, &nothing };
	struct sockaddr_ll sll = { 0 };
	socklen_t len = sizeof(sll);

	ignore_outgoing(fd);
	/* Until it is bound it receives from every interface. */
	if (getsockname(fd, (struct sockaddr *)&sll, &len) == 0 &&
	    sll.sll_ifindex == 0)
		packet_set_option(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
				  sizeof(program));
}

/*
 * Which frames the socket passes on.  None that the host itself sends: not every
 * kernel lets a group ignore these.  The kernel takes the outer tag out of each
 * frame, and the driver puts it back as one of 802.1Q, whatever it was: of a frame
 * with one of 802.1ad no more than the addresses are passed on, by which
 * receive_packets() knows it.
 */
static void
filter(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 6, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (uint32_t)(SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 2, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (uint32_t)(SKF_AD_OFF + SKF_AD_VLAN_TPID)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_8021AD, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, PACKET_STAG_CUT),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };
	int on = 1;

	if (packet_set_option(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			      sizeof(program)) != 0)
		packet_set_option(fd, SOL_SOCKET, SO_DETACH_FILTER, &on,
				  sizeof(on));
}

#define SOCKETS_MAX 64

/* Those bound since packet_begin() was called. */
static struct {
	bool alone; /* there will be one */
	unsigned int n;
	int fd[SOCKETS_MAX];
} sockets;

void
packet_begin(unsigned int queues)
{
	sockets.alone = queues == 1;
	sockets.n = 0;
}

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

/* Newer than the headers of Debian 12; an older kernel ignores it. */
#ifndef PACKET_FANOUT_FLAG_IGNORE_OUTGOING
#define PACKET_FANOUT_FLAG_IGNORE_OUTGOING 0x4000
#endif

/*
 * In a group the option of the socket has no effect, the flag of the group has.
 * Rollover, to another socket when one is full, puts the frames of a flow out of
 * order.
 */
static int
fanout_of(int asked)
{
	unsigned int fanout = (unsigned int)asked;

	fanout &= ~((unsigned int)(PACKET_FANOUT_FLAG_DEFRAG |
				   PACKET_FANOUT_FLAG_ROLLOVER)
		    << 16);
	fanout |= (unsigned int)PACKET_FANOUT_FLAG_IGNORE_OUTGOING << 16;
	return (int)fanout;
}

int
packet_bound(int fd, int fanout)
{
	int flags = fanout_of(fanout), ret = 0;

	/* A group of one costs the kernel a hash of each frame. */
	if (!sockets.alone)
		ret = packet_set_option(fd, SOL_PACKET, PACKET_FANOUT, &flags,
					sizeof(flags));
	filter(fd);
	packet_ring_drops(fd); /* what the filter kept out does not count */
	if (sockets.n < SOCKETS_MAX)
		sockets.fd[sockets.n++] = fd;
	return ret;
}
