/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The body of stage plain for AVX-512.  The words that decide are collected frame
 * by frame, since vector loads from many places are slow, and judged for 8 to 32
 * frames at once.  What plain_scalar.c says in C is what is meant.
 */
#include "fabric/datapath/plain_impl.h"

#include "lib/isa.h"

#if ISA_SIMD

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <immintrin.h>

#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/plain_header.h"
#include "fabric/datapath/prefilter.h"
#include "fabric/datapath/worker_way.h"
#include "fabric/view/view.h"
#include "lib/frame.h"
#include "lib/mac.h"

#include "fabric/datapath/hot.h"

/* pkt_len, and above it data_len, as one word. */
static inline uint64_t
lengths_of(const struct rte_mbuf *m)
{
	uint64_t word;

	static_assert(offsetof(struct rte_mbuf, data_len) ==
			      offsetof(struct rte_mbuf, pkt_len) + 4,
		      "the lengths are neighbours");
	memcpy(&word, &m->pkt_len, sizeof(word));
	return word;
}

/* Of 8 frames: in one buffer, and no longer than the port may send. */
static inline ISA_AVX512_TARGET __mmask8
have_form(const uint64_t *lengths, const uint32_t *len, uint32_t longest)
{
	__m512i w = _mm512_loadu_si512(lengths);
	__m512i pkt = _mm512_and_si512(w, _mm512_set1_epi64(UINT32_MAX));
	__m512i data = _mm512_and_si512(_mm512_srli_epi64(w, 32),
					_mm512_set1_epi64(UINT16_MAX));
	__m256i wire = _mm256_loadu_si256((const __m256i *)(const void *)len);

	return _mm512_cmpeq_epi64_mask(pkt, data) &
	       _mm256_cmple_epu32_mask(wire, _mm256_set1_epi32((int)longest));
}

/* Of 8 frames: to an address that admit does not look at. */
static inline ISA_AVX512_TARGET __mmask8
have_common_target(const uint64_t *dst, uint64_t own)
{
	__m512i d = _mm512_loadu_si512(dst);
	__m512i vendor = _mm512_srli_epi64(d, 8);

	return _mm512_cmpneq_epi64_mask(d, _mm512_set1_epi64((long long)own)) &
	       _mm512_cmpneq_epi64_mask(vendor,
					_mm512_set1_epi64(MAC_EXTREME >> 8));
}

/* The set of the words that are 'n'. */
static inline ISA_AVX512_TARGET uint64_t
equal(const uint16_t word[BURST_MAX], uint16_t n)
{
	__m512i key = _mm512_set1_epi16((short)n);
	__m512i low = _mm512_loadu_si512(word);
	__m512i high = _mm512_loadu_si512(word + 32);

	return _mm512_cmpeq_epi16_mask(low, key) |
	       (uint64_t)_mm512_cmpeq_epi16_mask(high, key) << 32;
}

/* What struct plain_headers has of frame 'i'. */
static inline ISA_AVX512_TARGET void
read_ip(struct plain_headers *h, unsigned int i, const uint8_t *ip)
{
	h->protocols[i] = prefilter_load32(ip + AT_NEXT6);
	_mm256_store_si256(
		(__m256i *)(void *)h->addresses[i],
		_mm256_loadu_si256(
			(const __m256i *)(const void *)(ip + AT_SRC6)));
}

/* 'guards': 'h' is wanted; constant for the compiler. */
static inline __attribute__((always_inline)) ISA_AVX512_TARGET uint64_t
read_all(struct burst *b, struct plain_headers *h, const bool guards)
{
	uint32_t longest = b->in->max_payload + FRAME_HEADER;
	uint64_t lengths[BURST_MAX];
	uint64_t chains = 0, plain = 0;
	uint64_t ip;

	for (unsigned int i = 0; i < b->n; i++) {
		const struct rte_mbuf *m = b->pkt[i];
		const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);

		lengths[i] = lengths_of(m);
		chains |= (uint64_t)(m->nb_segs != 1) << i;
		if (plain_read_header(b, i, m->data_len, frame) && guards)
			read_ip(h, i, frame + FRAME_HEADER);
	}
	for (unsigned int i = 0; i < b->n; i += 8)
		plain |=
			(uint64_t)(have_form(lengths + i, b->len + i, longest) &
				   have_common_target(b->dst + i,
						      b->in->own_mac))
			<< i;
	ip = equal(b->type, FRAME_IPV4) | equal(b->type, FRAME_IPV6);
	return plain & ip & burst_all(b->n) & ~b->bad & ~chains;
}

/* The protocols of 16 frames, or their next headers. */
static inline ISA_AVX512_TARGET __m128i
protocols_of(const uint32_t *words, __mmask16 four)
{
	__m512i w = _mm512_load_si512(words);

	return _mm512_cvtepi32_epi8(
		_mm512_mask_srli_epi32(w, four, w, 8 * (AT_PROTO4 - AT_NEXT6)));
}

static inline ISA_AVX512_TARGET __m512i
all_protocols(const uint32_t *words, uint64_t four)
{
	__m512i all =
		_mm512_castsi128_si512(protocols_of(words, (__mmask16)four));

	all = _mm512_inserti32x4(
		all, protocols_of(words + 16, (__mmask16)(four >> 16)), 1);
	all = _mm512_inserti32x4(
		all, protocols_of(words + 32, (__mmask16)(four >> 32)), 2);
	return _mm512_inserti32x4(
		all, protocols_of(words + 48, (__mmask16)(four >> 48)), 3);
}

/*
 * The frames with a slow protocol, of all at once.  slow4[] and slow6[], which are
 * neighbours, are a table of 64 octets.
 */
static ISA_AVX512_TARGET uint64_t
find_slow(const struct port_prefilter *q, const struct plain_headers *h,
	  uint64_t four)
{
	__m512i bits = _mm512_set1_epi64(
		(long long)UINT64_C(0x8040201008040201)); /* 1 << 0 to 7 */
	__m512i protocol = all_protocols(h->protocols, four);
	__m512i at = _mm512_and_si512(_mm512_srli_epi16(protocol, 3),
				      _mm512_set1_epi8(31));
	__m512i low = _mm512_and_si512(protocol, _mm512_set1_epi8(7));

	static_assert(offsetof(struct port_prefilter, slow6) ==
			      offsetof(struct port_prefilter, slow4) + 32,
		      "one table");
	at = _mm512_mask_add_epi8(at, ~four, at, _mm512_set1_epi8(32));
	return _mm512_test_epi8_mask(
		_mm512_permutexvar_epi8(at, _mm512_loadu_si512(q->slow4)),
		_mm512_shuffle_epi8(bits, low));
}

/*
 * The tests below give words that are 0 where they hold, so that the least of some
 * is 0 where one of them holds: comparing vectors costs more than that.
 */
#define LEAST _mm512_min_epu64

/* Whether (word & mask) is 'net'. */
static inline ISA_AVX512_TARGET __m512i
test_net(__m512i word, uint64_t mask, uint64_t net)
{
	/* a ^ (b & c): the truth table of three bits. */
	return _mm512_ternarylogic_epi64(_mm512_set1_epi64((long long)net),
					 _mm512_set1_epi64((long long)mask),
					 word, 0x78);
}

/* Whether the octet above 'shift' bits is at least 'from'. */
static inline ISA_AVX512_TARGET __m512i
test_octet(__m512i word, uint8_t from, unsigned int shift)
{
	return _mm512_subs_epu8(_mm512_set1_epi64((long long)from << shift),
				word);
}

/* prefilter_is_special() of that octet. */
static inline ISA_AVX512_TARGET __m512i
test_special(__m512i word, uint8_t from, unsigned int shift)
{
	__m512i one = _mm512_set1_epi64(INT64_C(1) << shift);

	return test_octet(_mm512_sub_epi8(word, one), (uint8_t)(from - 1),
			  shift);
}

/* prefilter_holds4() but for the protocol; source and, above it, destination. */
static inline ISA_AVX512_TARGET __m512i
test4(const struct port_prefilter *q, __m512i both)
{
	uint64_t mask = q->mask4, net = q->net4;

	return LEAST(
		LEAST(test_net(both, mask, net),
		      test_net(both, mask << 32, net << 32)),
		LEAST(test_octet(both, 224, 0), test_special(both, 224, 32)));
}

/* prefilter_holds6() but for the next header. */
static inline ISA_AVX512_TARGET __m512i
test6(const struct port_prefilter *q, __m512i src, __m512i dst)
{
	return LEAST(
		LEAST(test_net(src, q->mask6, q->net6),
		      test_net(dst, q->mask6, q->net6)),
		LEAST(test_special(src, 0xfe, 0), test_special(dst, 0xfe, 0)));
}

static ISA_AVX512_TARGET uint64_t
read_headers(struct burst *b, const struct port_prefilter *q,
	     struct plain_headers *h)
{
	return q != NULL ? read_all(b, h, true) : read_all(b, h, false);
}

/* Of 8 headers, from octet 8 on: words 0 and 1 of the first four, or of the others. */
static inline ISA_AVX512_TARGET __m512i
first_words(const uint8_t (*header)[32])
{
	return _mm512_permutex2var_epi64(
		_mm512_load_si512(header[0]),
		_mm512_set_epi64(13, 9, 5, 1, 12, 8, 4, 0),
		_mm512_load_si512(header[2]));
}

/* Word 2 of all 8. */
static inline ISA_AVX512_TARGET __m512i
third_words(const uint8_t (*header)[32])
{
	__m512i order = _mm512_set_epi64(14, 10, 6, 2, 14, 10, 6, 2);
	__m512i low =
		_mm512_permutex2var_epi64(_mm512_load_si512(header[0]), order,
					  _mm512_load_si512(header[2]));
	__m512i high =
		_mm512_permutex2var_epi64(_mm512_load_si512(header[4]), order,
					  _mm512_load_si512(header[6]));

	return _mm512_mask_blend_epi64(0xf0, low, high);
}

/*
 * prefilter_holds() of 8 frames from the frame 'i' on, but for the protocol.  Many
 * groups of 8 have no IPv6.
 */
static inline ISA_AVX512_TARGET __mmask8
hold(const struct port_prefilter *q, const struct plain_headers *h,
     unsigned int i, __mmask8 four)
{
	__m512i low = first_words(&h->addresses[i]);
	__m512i high = first_words(&h->addresses[i + 4]);
	__m512i first = _mm512_shuffle_i64x2(low, high, 0x44);
	__m512i second = _mm512_shuffle_i64x2(low, high, 0xee);
	__m512i least =
		test4(q, _mm512_or_si512(_mm512_srli_epi64(first, 32),
					 _mm512_slli_epi64(second, 32)));

	if (four != 0xff)
		least = _mm512_mask_blend_epi64(
			four, test6(q, first, third_words(&h->addresses[i])),
			least);
	return _mm512_testn_epi64_mask(least, least);
}

static ISA_AVX512_TARGET uint64_t
find_suspects(const struct port_prefilter *q, const struct burst *b,
	      const struct plain_headers *h, uint64_t set)
{
	uint64_t four = equal(b->type, FRAME_IPV4);
	uint64_t suspects = find_slow(q, h, four);

	for (unsigned int i = 0; i < b->n; i += 8)
		suspects |= (uint64_t)hold(q, h, i, (__mmask8)(four >> i)) << i;
	return suspects & set & ~(q->passes4 ? four : 0);
}

static ISA_AVX512_TARGET uint64_t
find_ways(const uint32_t *ways, struct burst *b, const uint16_t *from1,
	  const uint16_t *to1)
{
	uint16_t in1 = (uint16_t)(b->in->id + 1);
	__m512i lan = _mm512_set1_epi32((int)way_of_lan(b->in->lan));
	uint32_t way[BURST_MAX];
	uint64_t known = 0;

	for (unsigned int i = 0; i < b->n; i++)
		way[i] = ways[to1[i]];
	for (unsigned int i = 0; i < b->n; i += 16) {
		__m512i w = _mm512_loadu_si512(&way[i]);
		__m512i via =
			_mm512_and_si512(w, _mm512_set1_epi32(WAY_DEVICE));

		_mm256_storeu_si256((__m256i *)(void *)&b->via[i],
				    _mm512_cvtepi32_epi16(via));
		known |= (uint64_t)_mm512_cmpeq_epi32_mask(
				 _mm512_srli_epi32(w, WAY_LAN_SHIFT), lan)
			 << i;
	}
	return known & equal(from1, in1) & ~equal(to1, in1) & burst_all(b->n);
}

const struct plain_body plain_avx512 = { read_headers, find_suspects,
					 find_ways };
#endif
