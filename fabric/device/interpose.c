/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Functions in front of libc's, in ixfabricd and ixbench, which open devices, and
 * in no other program: this file is linked by its name, not from a library.
 *
 * Drivers, libraries of DPDK's, have no hook for what packet.c corrects and what
 * memif_rx.c has to know, but their calls are resolved to the program's function if
 * there is one.
 *
 * setsockopt(): the first option that net_af_packet sets is PACKET_VERSION; the last
 * one, behind bind(), is PACKET_FANOUT.  Nothing else in these programs uses the
 * second; libpcap uses the first, on a socket that is bound.
 */
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/if_packet.h>

#include "fabric/device/device_impl.h"
#include "fabric/device/memif_rx.h"

int
setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
	int number = 0;

	if (level == SOL_PACKET && size == sizeof(number)) {
		memcpy(&number, value, sizeof(number));
		if (name == PACKET_VERSION)
			packet_begun(fd);
		if (name == PACKET_FANOUT)
			return packet_bound(fd, number);
	}
	return packet_set_option(fd, level, name, value, size);
}

/* Messages of net_memif are of one size; others of that size are told apart later. */
ssize_t
sendmsg(int fd, const struct msghdr *mh, int flags)
{
	ssize_t n = syscall(SYS_sendmsg, fd, mh, flags);

	if (n == MEMIF_MESSAGE_SIZE)
		memif_rx_message(fd, mh, true);
	return n;
}

ssize_t
recvmsg(int fd, struct msghdr *mh, int flags)
{
	ssize_t n = syscall(SYS_recvmsg, fd, mh, flags);

	if (n == MEMIF_MESSAGE_SIZE)
		memif_rx_message(fd, mh, false);
	return n;
}
