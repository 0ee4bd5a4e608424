/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sets up a packet socket as net_af_packet does, with the daemon's setsockopt() and
 * poll() in front of libc's, and looks at what the kernel was asked for.  Prints
 * what is wrong, and nothing if all is well; exits with 77 without the right to
 * open packet sockets.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

/* A pipe that is full is like a ring that is full: the driver waits for neither. */
static void
check_poll(void)
{
	struct pollfd out = { .events = POLLOUT };
	struct pollfd in = { .events = POLLIN };
	char page[4096] = "";
	int ends[2];

	want(pipe2(ends, O_NONBLOCK) == 0, "no pipe");
	while (write(ends[1], page, sizeof(page)) > 0)
		;
	out.fd = ends[1];
	in.fd = ends[0];
	errno = 0;
	want(poll(&out, 1, -1) == -1 && errno == EAGAIN,
	     "a wait without limit");
	want(poll(&out, 1, 0) == 0, "a full pipe takes more");
	want(poll(&in, 1, -1) == 1 && in.revents == POLLIN,
	     "what is in the pipe is not seen");
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
	check_poll();
	return wrong;
}
