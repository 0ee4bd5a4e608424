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

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/plain_header.h"
#include "fabric/datapath/plain_lag.h"
#include "fabric/datapath/plain_signs.h"
#include "fabric/datapath/worker_way.h"
#include "fabric/view/view.h"
#include "lib/flowhash.h"
#include "lib/frame.h"
#include "lib/lagtable.h"
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

/* 'guards': 'h' is wanted; constant for the compiler. */
static inline __attribute__((always_inline)) ISA_AVX512_TARGET uint64_t
read_all(struct burst *b, const struct port_prefilter *q,
	 struct plain_headers *h, const bool guards)
{
	uint32_t longest = b->in->max_payload + FRAME_HEADER;
	uint64_t lengths[BURST_MAX];
	uint64_t chains = 0, plain = 0;
	uint64_t ip;
	struct plain_tests tests;

	if (guards)
		plain_fill_tests(q, &tests);
	for (unsigned int i = 0; i < b->n; i++) {
		const struct rte_mbuf *m = b->pkt[i];
		const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);

		lengths[i] = lengths_of(m);
		chains |= (uint64_t)(m->nb_segs != 1) << i;
		if (plain_read_header(b, i, m->data_len, frame) && guards)
			h->signs[i] =
				plain_read_signs(&tests, frame + FRAME_HEADER);
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

static ISA_AVX512_TARGET uint64_t
read_headers(struct burst *b, const struct port_prefilter *q,
	     struct plain_headers *h)
{
	return q != NULL ? read_all(b, q, h, true) : read_all(b, q, h, false);
}

/* Of 32 frames, those that have a sign that counts. */
static inline ISA_AVX512_TARGET uint32_t
have_signs(const uint16_t *signs, uint32_t four, uint16_t signs4)
{
	__m512i count =
		_mm512_mask_blend_epi16(four, _mm512_set1_epi16(PLAIN_SIGNS6),
					_mm512_set1_epi16((short)signs4));

	return _mm512_test_epi16_mask(_mm512_load_si512(signs), count);
}

/* What has a sign that counts is looked at by itself. */
static ISA_AVX512_TARGET uint64_t
find_suspects(const struct port_prefilter *q, const struct burst *b,
	      const struct plain_headers *h, uint64_t set)
{
	uint64_t four = equal(b->type, FRAME_IPV4);
	uint16_t signs4 = q->passes4 ? 0 : PLAIN_SIGNS4;

	set &= have_signs(h->signs, (uint32_t)four, signs4) |
	       (uint64_t)have_signs(h->signs + 32, (uint32_t)(four >> 32),
				    signs4)
		       << 32;
	return likely(set == 0) ? 0 : plain_find_suspects(q, b, set);
}

/* Sets '*lags' to the frames to LAGs, if that is not NULL, which is constant. */
static inline __attribute__((always_inline)) ISA_AVX512_TARGET uint64_t
find_all(const struct worker *w, struct burst *b, const uint16_t *from1,
	 const uint16_t *to1, uint64_t *lags)
{
	uint16_t in1 = (uint16_t)(b->in->id + 1);
	__m512i lan = _mm512_set1_epi32((int)way_of_lan(b->in->lan));
	uint32_t way[BURST_MAX];
	uint64_t known = 0;

	for (unsigned int i = 0; i < b->n; i++)
		way[i] = w->way[to1[i]];
	for (unsigned int i = 0; i < b->n; i += 16) {
		__m512i ways = _mm512_loadu_si512(&way[i]);
		__m512i via =
			_mm512_and_si512(ways, _mm512_set1_epi32(WAY_DEVICE));

		_mm256_storeu_si256((__m256i *)(void *)&b->via[i],
				    _mm512_cvtepi32_epi16(via));
		if (lags != NULL)
			*lags |= (uint64_t)_mm512_test_epi32_mask(
					 ways, _mm512_set1_epi32(WAY_LAG))
				 << i;
		known |= (uint64_t)_mm512_cmpeq_epi32_mask(
				 _mm512_srli_epi32(ways, WAY_LAN_SHIFT), lan)
			 << i;
	}
	return known & equal(from1, in1) & ~equal(to1, in1) & burst_all(b->n);
}

static ISA_AVX512_TARGET uint64_t
find_ways(const struct worker *w, struct burst *b, const uint16_t *from1,
	  const uint16_t *to1)
{
	return find_all(w, b, from1, to1, NULL);
}

/* As flowhash_ip6(): four words at once. */
static inline ISA_AVX512_TARGET uint64_t
hash_ip6(__m128i key, const uint8_t *src)
{
	__m128i a = _mm_add_epi32(_mm_loadu_si128((const void *)src), key);
	__m128i c =
		_mm_add_epi32(_mm_loadu_si128((const void *)(src + 16)), key);
	__m128i sum = _mm_add_epi64(
		_mm_mul_epu32(a, c),
		_mm_mul_epu32(_mm_srli_epi64(a, 32), _mm_srli_epi64(c, 32)));

	sum = _mm_add_epi64(sum, _mm_unpackhi_epi64(sum, sum));
	return (uint64_t)_mm_cvtsi128_si64(sum);
}

static inline ISA_AVX512_TARGET void
read_flows(const struct burst *b, uint64_t four, uint64_t six,
	   const struct flowhash_key *k, struct plain_flows *f)
{
	__m128i key = _mm_loadu_si128((const void *)k->ip);
	unsigned int i;

	plain_read_flows4(b, four, k, f);
	BURST_FOREACH(six, i) {
		const uint8_t *ip = plain_packet(b, i);

		f->addresses[i] = hash_ip6(key, ip + FLOWHASH_SRC6);
		f->ports[i] = plain_read_ports6(ip);
	}
}

/* Of 8 frames: flowhash_macs(). */
static inline ISA_AVX512_TARGET __m512i
multiply_macs(const uint64_t *dst, const uint64_t *src, __m512i key)
{
	__m512i a = _mm512_add_epi32(_mm512_loadu_si512(dst), key);
	__m512i b = _mm512_add_epi32(_mm512_loadu_si512(src), key);

	return _mm512_add_epi64(_mm512_mul_epu32(a, b),
				_mm512_mul_epu32(_mm512_srli_epi64(a, 32),
						 _mm512_srli_epi64(b, 32)));
}

/* flowhash_ports(). */
static inline ISA_AVX512_TARGET __m512i
multiply_ports(const uint32_t *ports, __m512i key)
{
	__m512i a = _mm512_cvtepu32_epi64(
		_mm256_load_si256((const __m256i *)(const void *)ports));

	return _mm512_mul_epu32(_mm512_add_epi32(a, key),
				_mm512_add_epi32(_mm512_rol_epi32(a, 16), key));
}

/* The buckets of flowhash_end(). */
static inline ISA_AVX512_TARGET __m256i
buckets_of(__m512i sum)
{
	const __m512i mix = _mm512_set1_epi64(FLOWHASH_MIX);
	const __m512i buckets = _mm512_set1_epi64(LAGTABLE_BUCKETS);

	sum = _mm512_xor_si512(sum, _mm512_srli_epi64(sum, 32));
	sum = _mm512_mul_epu32(sum, mix);
	sum = _mm512_xor_si512(sum, _mm512_srli_epi64(sum, 32));
	sum = _mm512_srli_epi64(_mm512_mul_epu32(sum, buckets), 32);
	return _mm512_cvtepi64_epi32(sum);
}

/* Of all of the burst; of what is not IP it may be anything. */
static inline ISA_AVX512_TARGET void
find_buckets(const struct burst *b, const struct flowhash_key *k,
	     struct plain_flows *f)
{
	__m512i key = _mm512_set1_epi64(
		(long long)((uint64_t)k->mac[1] << 32 | k->mac[0]));
	__m512i key_ports = _mm512_set1_epi32((int)k->ports);

	for (unsigned int i = 0; i < b->n; i += 8) {
		__m512i sum = _mm512_add_epi64(
			_mm512_load_si512(&f->addresses[i]),
			multiply_macs(&b->dst[i], &b->src[i], key));

		sum = _mm512_add_epi64(sum,
				       multiply_ports(&f->ports[i], key_ports));
		_mm256_store_si256((__m256i *)(void *)&f->bucket[i],
				   buckets_of(sum));
	}
}

/* Only frames of plain form are looked at: the type of a short one is none of these. */
static ISA_AVX512_TARGET uint64_t
find_links(const struct worker *w, struct burst *b, const uint16_t *from1,
	   const uint16_t *to1)
{
	uint64_t lags = 0, known = find_all(w, b, from1, to1, &lags);
	uint64_t four = equal(b->type, FRAME_IPV4) & (lags &= known);
	uint64_t six = equal(b->type, FRAME_IPV6) & lags;
	struct plain_flows f;

	if (lags == 0)
		return known;
	read_flows(b, four, six, &w->flow_key, &f);
	find_buckets(b, &w->flow_key, &f);
	return (known & ~lags) | plain_take_links(w, b, four | six, &f);
}

const struct plain_body plain_avx512 = { read_headers, find_suspects, find_ways,
					 find_links };
#endif
