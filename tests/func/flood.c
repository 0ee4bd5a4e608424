/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A member that does harm: frames as fast as a raw socket takes them.
 *
 *   flood KIND IFACE SECONDS [TO-MAC]
 *
 * Kinds:
 *
 *   arp   valid ARP requests for an address that no host has
 *   data  unicast to TO-MAC, IPv4 and IPv6 in turn, to such an address
 *   dhcp  broadcasts of UDP to the port of DHCP, each from another port
 *   macs  unicast to TO-MAC from a million source addresses, and then no more
 *   nd    neighbour solicitations to a group: with a false checksum, behind too
 *         many extension headers, in a first fragment without them, and routed
 *
 * The sender has 192.0.2.N and 2001:db8::N by the last octet N of its MAC
 * address.  Prints sent=N in N ms.
 */

#include <err.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <netinet/ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/func/raw.h"

#define BATCH 32
#define LEAST 60
#define ROOM  150
#define MACS  1000000

static uint8_t own[ETH_ALEN], to[ETH_ALEN];

/* The sender's address, and 192.0.2.250. */
#define OWN_IPV4    192, 0, 2, own[5]
#define UNUSED_IPV4 192, 0, 2, 250

#define IPV6_HEADER 54 /* octets, with that of Ethernet */
#define HEADERS     9  /* one more than anybody follows */

enum ipv6_next {
	FRAGMENT = 44,
	ICMPV6 = 58,
	OPTIONS = 60,
};

static void
put_ethernet(uint8_t *f, const void *dst, const uint8_t *src, uint16_t type)
{
	memset(f, 0, ROOM);
	memcpy(f, dst, ETH_ALEN);
	memcpy(f + 6, src, ETH_ALEN);
	f[12] = (uint8_t)(type >> 8);
	f[13] = (uint8_t)type;
}

static size_t
make_arp(uint8_t *f, uint64_t n)
{
	const uint8_t head[] = { 0, 1, 8, 0, 6, 4, 0, 1 };
	const uint8_t spa[] = { OWN_IPV4 }, tpa[] = { UNUSED_IPV4 };

	(void)n;
	put_ethernet(f, "\xff\xff\xff\xff\xff\xff", own, ETHERTYPE_ARP);
	memcpy(f + 14, head, sizeof(head));
	memcpy(f + 22, own, ETH_ALEN);
	memcpy(f + 28, spa, sizeof(spa));
	memcpy(f + 38, tpa, sizeof(tpa));
	return LEAST;
}

static size_t
make_dhcp(uint8_t *f, uint64_t n)
{
	const uint8_t head[] = { 0x45, 0, 0, 46, 0, 0, 0,    0,    64,   17,
				 0,    0, 0, 0,  0, 0, 0xff, 0xff, 0xff, 0xff };
	const uint8_t udp[] = { (uint8_t)(n >> 8), (uint8_t)n, 0, 67, 0, 26 };

	put_ethernet(f, "\xff\xff\xff\xff\xff\xff", own, ETHERTYPE_IP);
	memcpy(f + 14, head, sizeof(head));
	memcpy(f + 34, udp, sizeof(udp));
	return LEAST;
}

static size_t
make_data(uint8_t *f, uint64_t n)
{
	const uint8_t ipv4[] = { 0x45, 0,  0,   46, 0, 0,        0,
				 0,    64, 253, 0,  0, OWN_IPV4, UNUSED_IPV4 };
	const uint8_t ipv6[] = { 0x60, 0, 0, 0, 0, 6, 253, 64 };
	const uint8_t net[] = { 0x20, 1, 0xd, 0xb8 };

	put_ethernet(f, to, own, n % 2 == 0 ? ETHERTYPE_IP : ETHERTYPE_IPV6);
	if (n % 2 == 0) {
		memcpy(f + 14, ipv4, sizeof(ipv4));
		return LEAST;
	}
	memcpy(f + 14, ipv6, sizeof(ipv6));
	memcpy(f + 22, net, sizeof(net));
	f[37] = own[5];
	memcpy(f + 38, net, sizeof(net));
	f[53] = 250;
	return LEAST;
}

static size_t
make_macs(uint8_t *f, uint64_t n)
{
	const uint8_t src[] = {
		6, 0, 0, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n
	};
	const uint8_t head[] = { 0x45, 0,  0,   46, 0, 0,        0,
				 0,    64, 253, 0,  0, OWN_IPV4, UNUSED_IPV4 };

	if (n >= MACS)
		return 0;
	put_ethernet(f, to, src, ETHERTYPE_IP);
	memcpy(f + 14, head, sizeof(head));
	return LEAST;
}

/* An extension header of 8 octets with nothing in it, before 'next'. */
static uint8_t *
put_header(uint8_t *p, uint8_t next)
{
	*p = next;
	return p + 8;
}

static size_t
make_nd(uint8_t *f, uint64_t n)
{
	static const uint8_t group[] = { 0xff, 2, [11] = 1, 0xff, 0, 0, 1 };
	uint8_t *ip = f + 14, *p = f + IPV6_HEADER;
	uint8_t first = n % 4 == 1 ? OPTIONS : n % 4 == 2 ? FRAGMENT : ICMPV6;

	put_ethernet(f, "\x33\x33\xff\x00\x00\x01", own, ETHERTYPE_IPV6);
	ip[0] = 0x60;
	ip[6] = first;
	ip[7] = n % 4 == 3 ? 64 : 255;
	memcpy(ip + 8, "\xfe\x80", 2);
	ip[23] = own[5];
	memcpy(ip + 24, group, sizeof(group));
	if (first == FRAGMENT) {
		p[3] = 1; /* more fragments */
		p = put_header(p, OPTIONS);
	}
	for (unsigned int i = 1; first == OPTIONS && i <= HEADERS; i++)
		p = put_header(p, i == HEADERS ? ICMPV6 : OPTIONS);
	if (first != FRAGMENT) {
		p[0] = 135;
		p[2] = 0xba; /* no sum of this */
		memcpy(p + 8, "\xfe\x80", 2);
		p[23] = 1;
		p += 24;
	}
	ip[5] = (uint8_t)(p - f - IPV6_HEADER);
	return p - f < LEAST ? LEAST : (size_t)(p - f);
}

/* The octets of frame 'n' at 'f', or 0 where there are no more. */
typedef size_t make_fn(uint8_t *f, uint64_t n);

static make_fn *
find_kind(const char *name)
{
	static const struct {
		const char *name;
		make_fn *make;
	} kind[] = {
		{ "arp", make_arp },   { "data", make_data },
		{ "dhcp", make_dhcp }, { "macs", make_macs },
		{ "nd", make_nd },
	};

	for (unsigned int i = 0; i < sizeof(kind) / sizeof(kind[0]); i++)
		if (strcmp(name, kind[i].name) == 0)
			return kind[i].make;
	errx(2, "%s is no kind of flood", name);
}

/* Sends the next frames; returns how many, or 0 if there are no more. */
static unsigned int
send_batch(int fd, make_fn *make, uint64_t n)
{
	static uint8_t frame[BATCH][ROOM];
	struct mmsghdr batch[BATCH] = { 0 };
	struct iovec iov[BATCH];
	unsigned int made = 0;
	int sent = 0;

	for (; made < BATCH; made++) {
		size_t size = make(frame[made], n + made);

		if (size == 0)
			break;
		iov[made] = (struct iovec){ frame[made], size };
		batch[made].msg_hdr.msg_iov = &iov[made];
		batch[made].msg_hdr.msg_iovlen = 1;
	}
	while (made > 0 && sent <= 0) {
		sent = sendmmsg(fd, batch, made, 0);
		if (sent < 0 && errno != ENOBUFS && errno != EAGAIN)
			err(1, "sending");
	}
	return (unsigned int)sent;
}

int
main(int argc, char **argv)
{
	uint64_t begun, end, sent = 0;
	unsigned int n;
	make_fn *make;
	int fd;

	if (argc < 4 || argc > 5)
		errx(2, "usage: flood KIND IFACE SECONDS [TO-MAC]");
	make = find_kind(argv[1]);
	if (argc == 5 && ether_aton_r(argv[4], (void *)to) == NULL)
		errx(2, "%s is no address", argv[4]);
	fd = raw_open(argv[2], own);
	if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &(int){ 1 },
		       sizeof(int)) < 0)
		err(1, "PACKET_QDISC_BYPASS");
	raw_bind(fd, argv[2], 0);
	begun = raw_now();
	end = begun + strtoull(argv[3], NULL, 10) * SECOND;
	do {
		n = send_batch(fd, make, sent);
		sent += n;
	} while (n > 0 && raw_now() < end);
	printf("sent=%ju in %ju ms\n", (uintmax_t)sent,
	       (uintmax_t)((raw_now() - begun) / 1000000));
	return 0;
}
