/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The body of stage plain for SSE4.2.  What is rare is not told frame by frame, but
 * of a burst, and only a burst that has such frames is looked at as plain_scalar.c
 * does, whose C says what is meant.  No branch depends on the type: IPv4 and IPv6
 * come mixed.
 */
#include "fabric/datapath/plain_impl.h"

#include "lib/isa.h"

#if ISA_SIMD

#include <stdbool.h>
#include <stddef.h>

#include <smmintrin.h>

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/plain_header.h"
#include "fabric/datapath/plain_lag.h"
#include "fabric/datapath/plain_signs.h"
#include "fabric/view/view.h"
#include "lib/flowhash.h"
#include "lib/frame.h"
#include "lib/lagtable.h"
#include "lib/mac.h"

#include "fabric/datapath/hot.h"

static inline __m128i
load(const void *p)
{
	return _mm_loadu_si128(p);
}

/* Of 16 words, the set of those that are 'm' or 'n'. */
static inline uint64_t
find_words(const uint16_t *word, uint16_t m, uint16_t n)
{
	__m128i key1 = _mm_set1_epi16((short)m),
		key2 = _mm_set1_epi16((short)n);
	__m128i low = load(word), high = load(word + 8);

	low = _mm_or_si128(_mm_cmpeq_epi16(low, key1),
			   _mm_cmpeq_epi16(low, key2));
	high = _mm_or_si128(_mm_cmpeq_epi16(high, key1),
			    _mm_cmpeq_epi16(high, key2));
	return (uint64_t)_mm_movemask_epi8(_mm_packs_epi16(low, high));
}

/* Whether a frame may be longer than that: perhaps one of an earlier burst. */
static inline bool
may_be_longer(const struct burst *b, uint32_t longest)
{
	__m128i most = _mm_set1_epi32((int)longest), all = most;

	for (unsigned int i = 0; i < b->n; i += 4)
		all = _mm_max_epu32(all, load(&b->len[i]));
	return _mm_movemask_epi8(_mm_cmpeq_epi32(all, most)) != 0xffff;
}

/* Whether a frame may go to an address that admit looks at. */
static inline bool
may_have_odd_target(const struct burst *b)
{
	__m128i own = _mm_set1_epi64x((long long)b->in->own_mac);
	__m128i extreme = _mm_set1_epi64x((long long)(MAC_EXTREME >> 8));
	__m128i odd = _mm_setzero_si128();

	for (unsigned int i = 0; i < b->n; i += 2) {
		__m128i dst = load(&b->dst[i]);
		__m128i vendor = _mm_srli_epi64(dst, 8);

		odd = _mm_or_si128(odd, _mm_cmpeq_epi64(dst, own));
		odd = _mm_or_si128(odd, _mm_cmpeq_epi64(vendor, extreme));
	}
	return !_mm_testz_si128(odd, odd);
}

/* Of all frames, where one of them is odd. */
static __attribute__((noinline)) uint64_t
find_plain(const struct burst *b)
{
	uint64_t plain = 0;

	for (unsigned int i = 0; i < b->n; i++)
		plain |= (uint64_t)plain_has_form(b, i) << i;
	return plain;
}

/* 'guards': 'h' is wanted; constant for the compiler. */
static inline __attribute__((always_inline)) uint64_t
read_all(struct burst *b, const struct port_prefilter *q,
	 struct plain_headers *h, const bool guards)
{
	uint32_t longest = b->in->max_payload + FRAME_HEADER;
	unsigned int n = b->n;
	uint32_t odd = 0;
	uint64_t ip = 0;
	struct plain_tests tests;

	if (guards)
		plain_fill_tests(q, &tests);
	for (unsigned int i = 0; i < n; i++) {
		const struct rte_mbuf *m = b->pkt[i];
		const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);

		odd |= (m->pkt_len ^ m->data_len) | (m->nb_segs ^ 1u);
		if (plain_read_header(b, i, m->data_len, frame) && guards)
			h->signs[i] =
				plain_read_signs(&tests, frame + FRAME_HEADER);
	}
	if (unlikely(odd != 0 || may_be_longer(b, longest) ||
		     may_have_odd_target(b)))
		return find_plain(b) & ~b->bad;
	for (unsigned int i = 0; i < n; i += 16)
		ip |= find_words(b->type + i, FRAME_IPV4, FRAME_IPV6) << i;
	return ip & burst_all(n) & ~b->bad;
}

static uint64_t
read_headers(struct burst *b, const struct port_prefilter *q,
	     struct plain_headers *h)
{
	return q != NULL ? read_all(b, q, h, true) : read_all(b, q, h, false);
}

/* Of 8 frames: words that are 0 where no sign counts. */
static inline __m128i
pick_signs(const uint16_t *signs, const uint16_t *type, int signs4)
{
	__m128i four = _mm_cmpeq_epi16(load(type), _mm_set1_epi16(FRAME_IPV4));
	__m128i count = _mm_xor_si128(
		_mm_set1_epi16(PLAIN_SIGNS6),
		_mm_and_si128(four,
			      _mm_set1_epi16((short)(PLAIN_SIGNS6 ^ signs4))));

	return _mm_and_si128(load(signs), count);
}

/* What has a sign that counts is looked at by itself. */
static uint64_t
find_suspects(const struct port_prefilter *q, const struct burst *b,
	      const struct plain_headers *h, uint64_t set)
{
	int signs4 = q->passes4 ? 0 : PLAIN_SIGNS4;
	uint64_t clear = 0;

	for (unsigned int i = 0; i < b->n; i += 16) {
		__m128i none = _mm_setzero_si128();
		__m128i low = pick_signs(&h->signs[i], &b->type[i], signs4);
		__m128i high =
			pick_signs(&h->signs[i + 8], &b->type[i + 8], signs4);

		low = _mm_packs_epi16(_mm_cmpeq_epi16(low, none),
				      _mm_cmpeq_epi16(high, none));
		clear |= (uint64_t)_mm_movemask_epi8(low) << i;
	}
	return plain_find_suspects(q, b, set & ~clear);
}

/* Of 'set', the frames to LAGs, in 8 at a time. */
static inline uint64_t
find_lags(const struct burst *b, uint64_t set)
{
	uint64_t lags = 0;

	for (unsigned int i = 0; i < b->n; i += 16) {
		__m128i low = _mm_slli_epi16(load(&b->via[i]), 3);
		__m128i high = _mm_slli_epi16(load(&b->via[i + 8]), 3);

		lags |= (uint64_t)_mm_movemask_epi8(_mm_packs_epi16(low, high))
			<< i;
	}
	return lags & set;
}

/* As flowhash_ip6(): four words at once. */
static inline uint64_t
hash_ip6(__m128i key, const uint8_t *src)
{
	__m128i a = _mm_add_epi32(load(src), key);
	__m128i c = _mm_add_epi32(load(src + 16), key);
	__m128i sum = _mm_add_epi64(
		_mm_mul_epu32(a, c),
		_mm_mul_epu32(_mm_srli_epi64(a, 32), _mm_srli_epi64(c, 32)));

	sum = _mm_add_epi64(sum, _mm_unpackhi_epi64(sum, sum));
	return (uint64_t)_mm_cvtsi128_si64(sum);
}

static inline void
read_flows(const struct burst *b, uint64_t four, uint64_t six,
	   const struct flowhash_key *k, struct plain_flows *f)
{
	__m128i key = load(k->ip);
	unsigned int i;

	plain_read_flows4(b, four, k, f);
	BURST_FOREACH(six, i) {
		const uint8_t *ip = plain_packet(b, i);

		f->addresses[i] = hash_ip6(key, ip + FLOWHASH_SRC6);
		f->ports[i] = plain_read_ports6(ip);
	}
}

/* Products of the low halves, and of the high ones, of words plus a key. */
static inline __m128i
multiply(__m128i a, __m128i b, __m128i key)
{
	a = _mm_add_epi32(a, key);
	b = _mm_add_epi32(b, key);
	return _mm_add_epi64(
		_mm_mul_epu32(a, b),
		_mm_mul_epu32(_mm_srli_epi64(a, 32), _mm_srli_epi64(b, 32)));
}

/* Of two frames: flowhash_ports(), of words of 64 bits. */
static inline __m128i
multiply_ports(__m128i ports, __m128i key)
{
	__m128i turned = _mm_shufflelo_epi16(
		_mm_shufflehi_epi16(ports, _MM_SHUFFLE(3, 2, 0, 1)),
		_MM_SHUFFLE(3, 2, 0, 1));

	return _mm_mul_epu32(_mm_add_epi32(ports, key),
			     _mm_add_epi32(turned, key));
}

/* flowhash_end(), and its bucket in the low 32 bits. */
static inline __m128i
bucket_of(__m128i sum)
{
	const __m128i mix = _mm_set1_epi64x(FLOWHASH_MIX);
	const __m128i buckets = _mm_set1_epi64x(LAGTABLE_BUCKETS);

	sum = _mm_xor_si128(sum, _mm_srli_epi64(sum, 32));
	sum = _mm_mul_epu32(sum, mix);
	sum = _mm_xor_si128(sum, _mm_srli_epi64(sum, 32));
	return _mm_srli_epi64(_mm_mul_epu32(sum, buckets), 32);
}

/* All of the burst, in 2 at a time; of others than 'set' it may be anything. */
static inline void
find_buckets(const struct burst *b, const struct flowhash_key *k,
	     struct plain_flows *f)
{
	__m128i key = _mm_set1_epi64x(
		(long long)((uint64_t)k->mac[1] << 32 | k->mac[0]));
	__m128i key_ports = _mm_set1_epi32((int)k->ports);

	for (unsigned int i = 0; i < b->n; i += 2) {
		__m128i ports = _mm_cvtepu32_epi64(
			_mm_loadl_epi64((const __m128i *)&f->ports[i]));
		__m128i sum = _mm_add_epi64(
			load(&f->addresses[i]),
			multiply(load(&b->dst[i]), load(&b->src[i]), key));

		sum = bucket_of(
			_mm_add_epi64(sum, multiply_ports(ports, key_ports)));
		_mm_storel_epi64(
			(__m128i *)&f->bucket[i],
			_mm_shuffle_epi32(sum, _MM_SHUFFLE(3, 3, 2, 0)));
	}
}

/* Of 'set', the frames of a type. */
static inline uint64_t
find_type(const struct burst *b, uint64_t set, uint16_t type)
{
	uint64_t found = 0;

	for (unsigned int i = 0; i < b->n; i += 16)
		found |= find_words(b->type + i, type, type) << i;
	return found & set;
}

/* Only frames of plain form are looked at: the type of a short one is none of these. */
static uint64_t
find_links(const struct worker *w, struct burst *b, const uint16_t *from1,
	   const uint16_t *to1)
{
	uint64_t known = plain_find_ways(w, b, from1, to1);
	uint64_t lags = find_lags(b, known);
	uint64_t four = find_type(b, lags, FRAME_IPV4);
	uint64_t six = find_type(b, lags, FRAME_IPV6);
	struct plain_flows f;

	if (lags == 0)
		return known;
	read_flows(b, four, six, &w->flow_key, &f);
	find_buckets(b, &w->flow_key, &f);
	return (known & ~lags) | plain_take_links(w, b, four | six, &f);
}

const struct plain_body plain_sse = { read_headers, find_suspects,
				      plain_find_ways, find_links };
#endif
