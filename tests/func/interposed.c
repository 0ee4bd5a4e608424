/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sets up a packet socket as net_af_packet does, with the daemon's setsockopt() in
 * front of libc's, and looks at what the kernel was asked for.  Prints
 * what is wrong, and nothing if all is well; exits with 77 without the right to
 * open packet sockets.
 */

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>

static int wrong;

static void
want(int is, const char *what)
{
	if (is)
		return;
	puts(what);
	wrong = 1;
}

static void
set_up(int fd)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_ALL),
				  .sll_ifindex = (int)if_nametoindex("lo") };
	int version = TPACKET_V2;
	int fanout = 7 | (PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_DEFRAG |
			  PACKET_FANOUT_FLAG_ROLLOVER)
				 << 16;

	want(setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version,
			sizeof(version)) == 0,
	     "no version");
	want(bind(fd, (struct sockaddr *)&to, sizeof(to)) == 0, "no bind()");
	want(setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &fanout,
			sizeof(fanout)) == 0,
	     "no fanout");
}

/* The group: no defragmentation, and no rollover, which reorders flows. */
static void
check_group(int fd)
{
	unsigned int flags = 0;
	socklen_t size = sizeof(flags);

	want(getsockopt(fd, SOL_PACKET, PACKET_FANOUT, &flags, &size) == 0,
	     "no group");
	flags = flags >> 24 << 8;
	want(!(flags & PACKET_FANOUT_FLAG_ROLLOVER), "rollover");
	want(!(flags & PACKET_FANOUT_FLAG_DEFRAG), "defragmentation");
}

int
main(void)
{
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0)
		return 77;
	alarm(20);
	set_up(fd);
	check_group(fd);
	return wrong;
}
