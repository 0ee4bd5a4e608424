/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/gso.h"

#include <endian.h>
#include <netinet/in.h>
#include <string.h>

#include "lib/frame.h"
#include "lib/inetsum.h"

#define ETHER  14
#define IPV4   20
#define IPV6   40
#define TCP    20
#define P_IPV4 0x0800
#define P_IPV6 0x86dd

/* Of the TCP header (RFC 9293, 3.1). */
#define SEQUENCE 4
#define OFFSET   12
#define FLAGS    13
#define CHECKSUM 16
#define URGENT   18

#define ACK 0x10
#define PSH 0x08

/* Of the IPv4 header. */
#define DONT_FRAGMENT 0x4000

/* Where the headers of a frame end, or false: it cannot be joined. */
static bool
find_tcp(const uint8_t *frame, uint32_t len, bool *v6, uint16_t *l4)
{
	const uint8_t *ip = frame + ETHER;

	if (len < ETHER + IPV4 + TCP || len > GSO_LENGTH_MAX)
		return false;
	*v6 = frame_read16(frame + ETHER - 2) == P_IPV6;
	*l4 = ETHER + (*v6 ? IPV6 : IPV4);
	if (*v6)
		return len >= ETHER + IPV6 + TCP && ip[0] >> 4 == 6 &&
		       ip[6] == IPPROTO_TCP &&
		       frame_read16(ip + 4) == len - ETHER - IPV6;
	return frame_read16(frame + ETHER - 2) == P_IPV4 && ip[0] == 0x45 &&
	       ip[9] == IPPROTO_TCP && frame_read16(ip + 2) == len - ETHER &&
	       (frame_read16(ip + 6) & ~DONT_FRAGMENT) == 0;
}

void
gso_begin(struct gso *g, const uint8_t *frame, uint32_t len)
{
	const uint8_t *tcp;

	g->first = frame;
	g->n = 1;
	g->open = false;
	if (!find_tcp(frame, len, &g->v6, &g->l4))
		return;
	tcp = frame + g->l4;
	g->header = (uint16_t)(g->l4 + (tcp[OFFSET] >> 4) * 4);
	if (g->header < g->l4 + TCP || g->header >= len ||
	    (tcp[OFFSET] & 0xf) != 0 || tcp[FLAGS] != ACK ||
	    frame_read16(tcp + URGENT) != 0)
		return;
	g->size = (uint16_t)(len - g->header);
	g->payload = g->size;
	g->flags = tcp[FLAGS];
	g->open = true;
}

/*
 * Whether a frame, with a TCP header in the same place, has the headers of the first
 * but for what differs between two segments of one large frame.
 */
static bool
has_same_header(const struct gso *g, const uint8_t *frame)
{
	const uint8_t *a = g->first, *b = frame;
	const uint16_t ip = ETHER, l4 = g->l4;

	/* Ethernet; of IPv4 all but length, identification and checksum. */
	if (memcmp(a, b, ip + 2) != 0)
		return false;
	if (g->v6 ? memcmp(a + ip + 2, b + ip + 2, 2) != 0 ||
			    memcmp(a + ip + 6, b + ip + 6, IPV6 - 6) != 0
		  : memcmp(a + ip + 6, b + ip + 6, 4) != 0 ||
			    memcmp(a + ip + 12, b + ip + 12, IPV4 - 12) != 0)
		return false;
	return memcmp(a + l4, b + l4, SEQUENCE) == 0 &&
	       memcmp(a + l4 + SEQUENCE + 4, b + l4 + SEQUENCE + 4,
		      FLAGS - SEQUENCE - 4) == 0 &&
	       memcmp(a + l4 + FLAGS + 1, b + l4 + FLAGS + 1,
		      CHECKSUM - FLAGS - 1) == 0 &&
	       memcmp(a + l4 + URGENT, b + l4 + URGENT,
		      (size_t)(g->header - l4 - URGENT)) == 0;
}

static bool
follows(const struct gso *g, const uint8_t *frame)
{
	uint32_t sequence = frame_read32(g->first + g->l4 + SEQUENCE);
	uint16_t id = frame_read16(g->first + ETHER + 4);

	return frame_read32(frame + g->l4 + SEQUENCE) ==
		       sequence + g->payload &&
	       (g->v6 ||
		frame_read16(frame + ETHER + 4) == (uint16_t)(id + g->n));
}

/* The sum of the pseudo header (RFC 9293, 3.1; RFC 8200, 8.1). */
static uint64_t
pseudo_sum(const struct gso *g, uint32_t length)
{
	uint32_t where = ETHER + (g->v6 ? 8u : 12u), size = g->v6 ? 32 : 8;
	uint64_t sum = (uint64_t)htobe32(length) + htobe32(IPPROTO_TCP);

	return inetsum_add(sum, g->first + where, size);
}

/* Whether the checksums are those that a sender computes; it sends no 0xffff. */
static bool
has_checksums(const struct gso *g, const uint8_t *frame, uint32_t len)
{
	const uint8_t *ip = frame + ETHER;

	if (!g->v6 && (inetsum_fold(inetsum_add(0, ip, IPV4)) != 0xffff ||
		       frame_read16(ip + 10) == 0xffff))
		return false;
	return frame_read16(frame + g->l4 + CHECKSUM) != 0xffff &&
	       inetsum_fold(inetsum_add(pseudo_sum(g, len - g->l4),
					frame + g->l4, len - g->l4)) == 0xffff;
}

bool
gso_add(struct gso *g, const uint8_t *frame, uint32_t len)
{
	uint8_t flags;
	uint16_t l4;
	bool v6;

	if (!g->open || len <= g->header || len > g->header + g->size ||
	    g->header + g->payload + (len - g->header) > GSO_LENGTH_MAX ||
	    !find_tcp(frame, len, &v6, &l4) || v6 != g->v6)
		return false;
	flags = frame[l4 + FLAGS];
	if ((flags & ~PSH) != ACK || !has_same_header(g, frame) ||
	    !follows(g, frame) || !has_checksums(g, frame, len))
		return false;
	if (g->n == 1 &&
	    !has_checksums(g, g->first, (uint32_t)g->header + g->size)) {
		g->open = false;
		return false;
	}
	g->n++;
	g->payload += len - g->header;
	g->flags = flags;
	g->open = flags == ACK && len == (uint32_t)g->header + g->size;
	return true;
}

void
gso_header(const struct gso *g, uint8_t header[GSO_HEADER_MAX])
{
	uint32_t length = g->header - g->l4 + g->payload;
	uint8_t *ip = header + ETHER;
	uint16_t sum;

	memcpy(header, g->first, g->header);
	if (g->v6) {
		frame_write16(ip + 4, (uint16_t)length);
	} else {
		frame_write16(ip + 2, (uint16_t)(IPV4 + length));
		frame_write16(ip + 10, 0);
		sum = (uint16_t)~inetsum_fold(inetsum_add(0, ip, IPV4));
		memcpy(ip + 10, &sum, sizeof(sum));
	}
	header[g->l4 + FLAGS] = g->flags;
	sum = inetsum_fold(pseudo_sum(g, length));
	memcpy(header + g->l4 + CHECKSUM, &sum, sizeof(sum));
}
