/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Questions for an address, as a host's kernel would ask them but in the number
 * and at the rate wanted.
 *
 *   ask IFACE ADDRESS COUNT PER-SECOND   from the host's own address, to all
 *   ask IFACE ADDRESS free FACTOR        whether it is (RFC 5227), IPv4; waits for
 *                                        answers FACTOR times longer
 *   ask IFACE MAC mark N                 nothing: a frame to be seen there, IPv4
 *                                        with the identification N
 *
 * The host has 192.0.2.N and 2001:db8::N by the last octet N of its MAC address.
 * Prints sent=N in N ms; "free", or "taken MAC" when a host has the address, or
 * wants it too.
 */

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/ether.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/func/raw.h"

#define LEAST      60
#define ARP_END    42
#define IPV6_AT    14
#define ICMP6_AT   54
#define ICMP6_SIZE 32
#define FRAME_SIZE (ICMP6_AT + ICMP6_SIZE)

/* RFC 5227 has seconds where this has fractions. */
#define PROBES    3
#define PROBE_GAP (SECOND / 5)

struct question {
	int fd;
	uint8_t own[ETH_ALEN];
	uint8_t target[16];
	uint8_t frame[FRAME_SIZE];
	size_t size;
};

static void
put_ethernet(struct question *q, const uint8_t dst[ETH_ALEN], uint16_t type)
{
	memcpy(q->frame, dst, ETH_ALEN);
	memcpy(q->frame + 6, q->own, ETH_ALEN);
	q->frame[12] = (uint8_t)(type >> 8);
	q->frame[13] = (uint8_t)type;
	q->size = LEAST;
}

/* From 192.0.2.'last'; from 0.0.0.0 if that is 0. */
static void
make_arp(struct question *q, uint8_t last)
{
	static const uint8_t all[ETH_ALEN] = { 0xff, 0xff, 0xff,
					       0xff, 0xff, 0xff };
	static const uint8_t head[] = { 0, 1, 8, 0, 6, 4, 0, 1 };
	const uint8_t spa[] = { 192, 0, 2, last };

	put_ethernet(q, all, ETHERTYPE_ARP);
	memcpy(q->frame + 14, head, sizeof(head));
	memcpy(q->frame + 22, q->own, ETH_ALEN);
	if (last != 0)
		memcpy(q->frame + 28, spa, sizeof(spa));
	memcpy(q->frame + 38, q->target, 4);
}

static uint16_t
icmp6_sum(const uint8_t *ip)
{
	uint32_t sum = ICMP6_SIZE + 58;

	for (unsigned int i = 8; i < 40 + ICMP6_SIZE; i += 2)
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void
make_ns(struct question *q)
{
	static const uint8_t net[] = { 0x20, 1, 0xd, 0xb8 };
	static const uint8_t group[13] = { 0xff, 2, [11] = 1, [12] = 0xff };
	const uint8_t *tail = q->target + 13;
	const uint8_t mac[] = { 0x33, 0x33, 0xff, tail[0], tail[1], tail[2] };
	uint8_t *ip = q->frame + IPV6_AT, *icmp = q->frame + ICMP6_AT;
	uint16_t sum;

	put_ethernet(q, mac, ETHERTYPE_IPV6);
	ip[0] = 0x60;
	ip[5] = ICMP6_SIZE;
	ip[6] = 58;
	ip[7] = 255;
	memcpy(ip + 8, net, sizeof(net));
	ip[23] = q->own[5];
	memcpy(ip + 24, group, sizeof(group));
	memcpy(ip + 37, tail, 3);
	icmp[0] = 135;
	memcpy(icmp + 8, q->target, 16);
	icmp[24] = 1;
	icmp[25] = 1;
	memcpy(icmp + 26, q->own, ETH_ALEN);
	sum = icmp6_sum(ip);
	icmp[2] = (uint8_t)(sum >> 8);
	icmp[3] = (uint8_t)sum;
	q->size = FRAME_SIZE;
}

/* IPv4 between addresses that no host has, of a protocol that no host knows. */
static void
make_mark(struct question *q, const char *to, uint16_t id)
{
	static const uint8_t ip[] = { 0x45, 0,  0,   46, 0,   0,   0,
				      0,    64, 253, 0,  0,   198, 51,
				      100,  1,  198, 51, 100, 2 };
	const struct ether_addr *dst = ether_aton(to);

	if (dst == NULL)
		errx(2, "%s is no MAC address", to);
	put_ethernet(q, dst->ether_addr_octet, ETHERTYPE_IP);
	memcpy(q->frame + 14, ip, sizeof(ip));
	q->frame[18] = (uint8_t)(id >> 8);
	q->frame[19] = (uint8_t)id;
}

static void
put(const struct question *q)
{
	while (send(q->fd, q->frame, q->size, 0) < 0)
		if (errno != ENOBUFS && errno != EINTR)
			err(1, "sending");
}

static void
ask(struct question *q, uint64_t count, uint64_t rate)
{
	uint64_t begun = raw_now();

	for (uint64_t i = 0; i < count; i++) {
		while ((raw_now() - begun) * rate < i * SECOND)
			usleep(rate > 1000 ? 50 : 500);
		put(q);
	}
	printf("sent=%ju in %ju ms\n", (uintmax_t)count,
	       (uintmax_t)((raw_now() - begun) / 1000000));
}

/* Whether an ARP says that the address is its sender's, or is to be. */
static bool
is_conflict(const struct question *q, const uint8_t *f)
{
	static const uint8_t unspecified[4];

	if (memcmp(f + 6, q->own, ETH_ALEN) == 0)
		return false;
	return memcmp(f + 28, q->target, 4) == 0 ||
	       (memcmp(f + 28, unspecified, 4) == 0 &&
		memcmp(f + 38, q->target, 4) == 0);
}

/* Whether a conflict is heard before 'until'; then prints it. */
static bool
listen_until(const struct question *q, uint64_t until)
{
	uint64_t now;

	while ((now = raw_now()) < until) {
		struct pollfd p = { .fd = q->fd, .events = POLLIN };
		uint8_t f[LEAST];

		if (poll(&p, 1, (int)((until - now) / 1000000) + 1) <= 0 ||
		    recv(q->fd, f, sizeof(f), MSG_DONTWAIT) < ARP_END ||
		    !is_conflict(q, f))
			continue;
		printf("taken %02x:%02x:%02x:%02x:%02x:%02x\n", f[22], f[23],
		       f[24], f[25], f[26], f[27]);
		return true;
	}
	return false;
}

static void
ask_free(struct question *q, uint64_t factor)
{
	for (unsigned int i = 0; i < PROBES; i++) {
		put(q);
		if (listen_until(q, raw_now() + PROBE_GAP))
			return;
	}
	if (!listen_until(q, raw_now() + 2 * PROBE_GAP * factor))
		puts("free");
}

int
main(int argc, char **argv)
{
	static struct question q;
	bool is_free = argc == 5 && strcmp(argv[3], "free") == 0;
	bool is_mark = argc == 5 && strcmp(argv[3], "mark") == 0;

	if (argc != 5)
		errx(2, "usage: ask IFACE ADDRESS COUNT PER-SECOND\n"
			"       ask IFACE ADDRESS free FACTOR\n"
			"       ask IFACE MAC mark N");
	q.fd = raw_open(argv[1], q.own);
	raw_bind(q.fd, argv[1], is_free ? ETH_P_ARP : 0);
	if (is_mark)
		make_mark(&q, argv[2], (uint16_t)atoi(argv[4]));
	else if (inet_pton(AF_INET, argv[2], q.target) == 1)
		make_arp(&q, is_free ? 0 : q.own[5]);
	else if (!is_free && inet_pton(AF_INET6, argv[2], q.target) == 1)
		make_ns(&q);
	else
		errx(2, "%s is no address", argv[2]);
	if (is_free)
		ask_free(&q, strtoull(argv[4], NULL, 10));
	else
		ask(&q, is_mark ? 1 : strtoull(argv[3], NULL, 10),
		    is_mark ? 1 : strtoull(argv[4], NULL, 10));
	return 0;
}
