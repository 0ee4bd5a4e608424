/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PLAIN_SIGNS_H
#define IXF_PLAIN_SIGNS_H

/*
 * Signs, in an IP header, that a check of stage guard may be about the frame: 16 tests
 * at once, for the bodies of stage plain for SSE4.2 and AVX-512.  A frame without a sign
 * is not looked at any more; one with a sign is, as plain_scalar.c does.  On the worker.
 */

#include <stdint.h>

#include <smmintrin.h>

#include "fabric/datapath/prefilter.h"

/*
 * The tests of an IP header of either type: on 16 of its octets, of which the type
 * says which count.  That it was IPv6 is not asked, and what may be a sign is one:
 * of nets and addresses of IPv6 only 3 or 4 octets are compared, and a protocol or
 * next header is a sign if it is not of the quiet ones.  Octets, by their offset:
 *
 *  0  IPv6 source: octets 0, (the protocol of IPv4), 3 and 5
 *  4  IPv4 source
 *  8  IPv4 destination
 * 12  IPv6 destination: octets 0, 3, (the next header of IPv6) and 5
 */
#define SIGN_PROTOCOL 1
#define SIGN_SOURCE4  4
#define SIGN_TARGET4  8
#define SIGN_TARGET6  12
#define SIGN_NEXT6    14

struct plain_tests {
	__m128i mask, net;   /* of the LAN: (word & mask) == net */
	__m128i bias, limit; /* of octets, signed: octet + bias > limit */
};

/* Which of the first half of an address is compared; of source and destination. */
static inline __attribute__((always_inline)) __m128i
plain_pick_net(uint64_t half6, uint32_t net4)
{
	__m128i order = _mm_set_epi8(13, -1, 11, 8, -1, -1, -1, -1, -1, -1, -1,
				     -1, 5, 3, -1, 0);
	__m128i six =
		_mm_shuffle_epi8(_mm_set1_epi64x((long long)half6), order);

	return _mm_or_si128(six, _mm_set_epi32(0, (int)net4, (int)net4, 0));
}

/* To be added to an octet, so that one above 'last' or below 'first' is above all. */
static inline uint8_t
plain_bias_of(uint8_t first)
{
	return (uint8_t)(0x80 - first);
}

static inline uint8_t
plain_limit_of(uint8_t first, uint8_t last)
{
	return (uint8_t)(last - first) ^ 0x80;
}

static inline __attribute__((always_inline)) void
plain_fill_tests(const struct port_prefilter *q, struct plain_tests *t)
{
	const struct octet_range *four = &q->quiet4, *six = &q->quiet6;
	char bias1 = (char)plain_bias_of(1);

	t->mask = plain_pick_net(q->mask6, q->mask4);
	t->net = plain_pick_net(q->net6, q->net4);
	t->bias = _mm_set_epi8(0, (char)plain_bias_of(six->first), 0, bias1, 0,
			       0, 0, bias1, 0, 0, 0, (char)plain_bias_of(0), 0,
			       0, (char)plain_bias_of(four->first), bias1);
	/* The others are never above 127. */
	t->limit =
		_mm_set_epi8(127, (char)plain_limit_of(six->first, six->last),
			     127, (char)plain_limit_of(1, 0xfd), 127, 127, 127,
			     (char)plain_limit_of(1, 223), 127, 127, 127,
			     (char)plain_limit_of(0, 223), 127, 127,
			     (char)plain_limit_of(four->first, four->last),
			     (char)plain_limit_of(1, 0xfd));
}

/* What these tests say, a bit an octet. */
static inline __attribute__((always_inline)) uint16_t
plain_read_signs(const struct plain_tests *t, const uint8_t *ip)
{
	const __m128i order = _mm_set_epi8(-1, -1, -1, -1, 11, 10, 9, 8, 7, 6,
					   5, 4, 5, 3, 1, 0);
	__m128i v = _mm_shuffle_epi8(
		_mm_loadu_si128((const __m128i *)(const void *)(ip + AT_SRC6)),
		order);
	__m128i special, ours;

	v = _mm_insert_epi32(v, (int)prefilter_load32(ip + AT_DST6 + 2), 3);
	v = _mm_insert_epi8(v, ip[AT_DST6], SIGN_TARGET6);
	v = _mm_insert_epi8(v, ip[AT_NEXT6], SIGN_NEXT6);
	special = _mm_cmpgt_epi8(_mm_add_epi8(v, t->bias), t->limit);
	ours = _mm_cmpeq_epi32(_mm_and_si128(v, t->mask), t->net);
	return (uint16_t)_mm_movemask_epi8(_mm_or_si128(special, ours));
}

/* The signs that count for a frame of a type: of a net, all 4 octets are signs. */
#define PLAIN_SIGNS4                                                           \
	(1 << SIGN_SOURCE4 | 1 << SIGN_TARGET4 | 1 << SIGN_PROTOCOL)
#define PLAIN_SIGNS6 (1 << 0 | 1 << SIGN_TARGET6 | 1 << SIGN_NEXT6)

#endif
