/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A reseller's switch: what comes in by IFACE leaves by TRUNK with the VLAN
 * tag, and the other way round.
 *
 *   tagger TRUNK TAG=IFACE...
 *
 * Kernels that have no VLAN devices can so be hosts on a tagged port, too.
 * Prints "ready"; runs until it is killed.
 */

#include <arpa/inet.h>
#include <err.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SIDES_MAX 8
#define FRAME_MAX 10000
#define ADDRESSES 12 /* octets before the tag */
#define TAG_SIZE  4

struct side {
	int fd;
	uint16_t tag;
};

static int
open_iface(const char *iface)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(iface),
	};
	struct packet_mreq all = {
		.mr_ifindex = at.sll_ifindex,
		.mr_type = PACKET_MR_PROMISC,
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0), on = 1;

	if (fd < 0 || at.sll_ifindex == 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
		       sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all,
		       sizeof(all)) < 0 ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		err(1, "%s", iface);
	return fd;
}

/* Receives a frame; its tag, which the kernel keeps apart, or 0. */
static ssize_t
receive(int fd, uint8_t *frame, uint16_t *tag)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control;
	struct iovec iov = { frame, FRAME_MAX };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t size = recvmsg(fd, &msg, 0);

	*tag = 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c != NULL;
	     c = CMSG_NXTHDR(&msg, c)) {
		struct tpacket_auxdata aux;

		if (c->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(c), sizeof(aux));
		if (aux.tp_status & TP_STATUS_VLAN_VALID)
			*tag = aux.tp_vlan_tci & 0xfff;
	}
	return size;
}

/* 'buffer' holds the frame behind room for a tag. */
static void
to_trunk(const struct side *from, int trunk, uint8_t *buffer)
{
	uint8_t *frame = buffer + TAG_SIZE;
	uint16_t none, tag[2] = { htons(ETH_P_8021Q), htons(from->tag) };
	ssize_t size = receive(from->fd, frame, &none);

	if (size < ADDRESSES)
		return;
	memmove(buffer, frame, ADDRESSES);
	memcpy(buffer + ADDRESSES, tag, TAG_SIZE);
	if (send(trunk, buffer, (size_t)size + TAG_SIZE, 0) < 0)
		warn("trunk");
}

static void
from_trunk(int trunk, const struct side *side, unsigned int n, uint8_t *buffer)
{
	uint16_t tag;
	ssize_t size = receive(trunk, buffer, &tag);

	for (unsigned int i = 0; size > 0 && i < n; i++)
		if (side[i].tag == tag &&
		    send(side[i].fd, buffer, (size_t)size, 0) < 0)
			warn("tag %u", tag);
}

int
main(int argc, char **argv)
{
	static uint8_t buffer[FRAME_MAX + TAG_SIZE];
	struct side side[SIDES_MAX];
	struct pollfd p[SIDES_MAX + 1];
	unsigned int n = 0;
	int trunk;

	if (argc < 3 || argc > SIDES_MAX + 2)
		errx(2, "usage: tagger TRUNK TAG=IFACE...");
	trunk = open_iface(argv[1]);
	p[0] = (struct pollfd){ .fd = trunk, .events = POLLIN };
	for (char **a = argv + 2; *a != NULL; a++, n++) {
		char *iface;

		side[n].tag = (uint16_t)strtoul(*a, &iface, 10);
		if (*iface != '=')
			errx(2, "'%s' is not TAG=IFACE", *a);
		side[n].fd = open_iface(iface + 1);
		p[n + 1] =
			(struct pollfd){ .fd = side[n].fd, .events = POLLIN };
	}
	puts("ready");
	fflush(stdout);
	while (poll(p, n + 1, -1) > 0) {
		if (p[0].revents != 0)
			from_trunk(trunk, side, n, buffer);
		for (unsigned int i = 0; i < n; i++)
			if (p[i + 1].revents != 0)
				to_trunk(&side[i], trunk, buffer);
	}
	err(1, "poll");
}
