/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * setsockopt() in front of libc's, in ixfabricd and ixbench, which open devices, and
 * in no other program: this file is linked by its name, not from a library.
 *
 * net_af_packet, a library of DPDK's, has no hook for what packet.c corrects, but
 * its calls are resolved to the program's function if there is one.  The first
 * option that the driver sets is PACKET_VERSION; the last one, behind bind(), is
 * PACKET_FANOUT.  Nothing else in these programs uses the second; libpcap uses the
 * first, on a socket that is bound.
 */
#include <string.h>
#include <sys/socket.h>

#include <linux/if_packet.h>

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
