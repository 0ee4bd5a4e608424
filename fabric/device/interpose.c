/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * setsockopt() and poll() in front of libc's, in ixfabricd and ixbench, which open
 * devices, and in no other program: this file is linked by its name, not from
 * a library.
 *
 * net_af_packet, a library of DPDK's, has no hook for what packet.c corrects, but
 * its calls are resolved to the program's functions if there are any.  The first
 * option that the driver sets is PACKET_VERSION; the last one, behind bind(), is
 * PACKET_FANOUT.  Nothing else in these programs uses the second; libpcap uses the
 * first, on a socket that is bound.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_packet.h>
#include <linux/poll.h>

#include "fabric/device/device_impl.h"

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

/* As in <poll.h>, which has it that 'fds' is not read. */
int poll(struct pollfd *fds, unsigned long n, int timeout);

/*
 * The driver waits without limit for an entry of its transmit ring, on the worker
 * that forwards the frames of all ports: while a NIC is paused by its link partner
 * that can be for ever.  It is told that there is none, and the frames are dropped
 * as tx_full.  Nothing else waits so, for one descriptor to write to.
 */
int
poll(struct pollfd *fds, unsigned long n, int timeout)
{
	struct timespec ts = { timeout / 1000, timeout % 1000 * 1000000L };

	if (n == 1 && timeout < 0 && fds->events == POLLOUT) {
		errno = EAGAIN;
		return -1;
	}
	return (int)syscall(SYS_ppoll, fds, n, timeout < 0 ? NULL : &ts, NULL,
			    0);
}
