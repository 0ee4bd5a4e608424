/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lookups of a worker in two steps, with a body for each instruction set.
 */
#include "lib/mactab_impl.h"

#if ISA_SIMD
#include <immintrin.h>
#endif

/*
 * For struct mactab_body.far, as measured on a processor with 1 MiB of second-level cache
 * and 32 MiB of third.  The scalar hash takes so long that lines arrive meanwhile.
 */
#define FAR_SCALAR ((size_t)16 << 20)
#define FAR_AVX512 ((size_t)4 << 20)

static inline __attribute__((always_inline)) void
match_all(const struct mactab *t, const uint64_t *mac, const uint32_t *bucket,
	  unsigned int n, uint16_t *port1, mactab_candidates *find)
{
	size_t slot;

	for (unsigned int i = 0; i < n; i++)
		port1[i] = (uint16_t)(match_by(t, bucket[i], mac[i], &slot,
					       find) >>
				      PORT_SHIFT);
}

static inline bool
is_old(const struct mactab *t, size_t slot, uint32_t now)
{
	return atomic_load_explicit(seen_at(t, slot), memory_order_relaxed) !=
	       now;
}

static inline __attribute__((always_inline)) uint64_t
match_all_seen(const struct mactab *t, const uint64_t *mac,
	       const uint32_t *bucket, unsigned int n, uint32_t now,
	       uint16_t *port1, uint32_t *place, mactab_candidates *find)
{
	uint64_t old = 0;

	for (unsigned int i = 0; i < n; i++) {
		size_t slot = (size_t)bucket[i] << SLOTS_SHIFT;
		uint64_t e = match_by(t, bucket[i], mac[i], &slot, find);

		port1[i] = (uint16_t)(e >> PORT_SHIFT);
		place[i] = (uint32_t)slot;
		old |= (uint64_t)((e != 0) & is_old(t, slot, now)) << i;
	}
	return old;
}

/* See struct mactab.far. */
static inline __attribute__((always_inline)) void
fetch(const struct mactab *t, uint32_t bucket, bool far)
{
	if (far)
		__builtin_prefetch(&t->bucket[bucket], 0, 2);
	else
		__builtin_prefetch(&t->bucket[bucket]);
}

static inline __attribute__((always_inline)) void
aim_all(const struct mactab *t, const uint64_t *mac, unsigned int n,
	uint32_t *bucket, bool far)
{
	for (unsigned int i = 0; i < n; i++) {
		bucket[i] = (uint32_t)first_bucket(t, hash(t, mac[i]));
		fetch(t, bucket[i], far);
	}
}

static void
aim_scalar(const struct mactab *t, const uint64_t *mac, unsigned int n,
	   uint32_t *bucket)
{
	if (t->far)
		aim_all(t, mac, n, bucket, true);
	else
		aim_all(t, mac, n, bucket, false);
}

static void
match_scalar(const struct mactab *t, const uint64_t *mac,
	     const uint32_t *bucket, unsigned int n, uint16_t *port1)
{
	match_all(t, mac, bucket, n, port1, candidates_scalar);
}

static uint64_t
match_seen_scalar(const struct mactab *t, const uint64_t *mac,
		  const uint32_t *bucket, unsigned int n, uint32_t now,
		  uint16_t *port1, uint32_t *place)
{
	return match_all_seen(t, mac, bucket, n, now, port1, place,
			      candidates_scalar);
}

static const struct mactab_body mactab_scalar = { aim_scalar, match_scalar,
						  match_seen_scalar,
						  FAR_SCALAR };

#if ISA_SIMD
static void
match_sse(const struct mactab *t, const uint64_t *mac, const uint32_t *bucket,
	  unsigned int n, uint16_t *port1)
{
	match_all(t, mac, bucket, n, port1, candidates_sse);
}

static uint64_t
match_seen_sse(const struct mactab *t, const uint64_t *mac,
	       const uint32_t *bucket, unsigned int n, uint32_t now,
	       uint16_t *port1, uint32_t *place)
{
	return match_all_seen(t, mac, bucket, n, now, port1, place,
			      candidates_sse);
}

static const struct mactab_body mactab_sse = { aim_scalar, match_sse,
					       match_seen_sse, FAR_SCALAR };

/* hash() and first_bucket() of eight addresses at once. */
static ISA_AVX512_TARGET void
aim_avx512(const struct mactab *t, const uint64_t *mac, unsigned int n,
	   uint32_t *bucket)
{
	__m512i secret = _mm512_set1_epi64((long long)t->secret);
	__m512i multiplier = _mm512_set1_epi64((long long)t->multiplier);
	__m512i second = _mm512_set1_epi64((long long)HASH_SECOND);
	__m512i mask = _mm512_set1_epi64((long long)t->mask);

	for (unsigned int i = 0; i < n; i += 8) {
		__m512i h = _mm512_loadu_si512(&mac[i]);

		h = _mm512_mullo_epi64(_mm512_xor_si512(h, secret), multiplier);
		h = _mm512_mullo_epi64(
			_mm512_xor_si512(h, _mm512_srli_epi64(h, 32)), second);
		h = _mm512_and_si512(_mm512_srli_epi64(h, HASH_SHIFT), mask);
		_mm256_storeu_si256((__m256i *)(void *)&bucket[i],
				    _mm512_cvtepi64_epi32(h));
	}
	if (t->far)
		for (unsigned int i = 0; i < n; i++)
			fetch(t, bucket[i], true);
	else
		for (unsigned int i = 0; i < n; i++)
			fetch(t, bucket[i], false);
}

/*
 * A bucket in one register: the entries are lanes 0 to 4.  Empty slots and
 * tombstones may match the addresses 0 and 1, and have no port.
 */
static inline ISA_AVX512_TARGET __m512i
load_line(const struct mactab *t, uint32_t bucket)
{
	return _mm512_load_si512(&t->bucket[bucket]);
}

static inline ISA_AVX512_TARGET __mmask8
compare(__m512i line, uint64_t mac)
{
	__m512i key = _mm512_set1_epi64((long long)mac);
	__m512i low = _mm512_set1_epi64((long long)MAC_MASK);

	return _mm512_mask_testn_epi64_mask((1 << SLOTS) - 1,
					    _mm512_xor_si512(line, key), low);
}

/* The port plus one of the slot that has matched, or 0. */
static inline ISA_AVX512_TARGET uint16_t
port1_of(__m512i line, __mmask8 found)
{
	__m512i e = _mm512_maskz_compress_epi64(found, line);

	return (uint16_t)((uint64_t)_mm_cvtsi128_si64(
				  _mm512_castsi512_si128(e)) >>
			  PORT_SHIFT);
}

static ISA_AVX512_TARGET void
match_avx512(const struct mactab *t, const uint64_t *mac,
	     const uint32_t *bucket, unsigned int n, uint16_t *port1)
{
	for (unsigned int i = 0; i < n; i++) {
		__m512i line = load_line(t, bucket[i]);

		port1[i] = port1_of(line, compare(line, mac[i]));
	}
}

/* The times are lanes 10 to 14, of 32 bits. */
static ISA_AVX512_TARGET uint64_t
match_seen_avx512(const struct mactab *t, const uint64_t *mac,
		  const uint32_t *bucket, unsigned int n, uint32_t now,
		  uint16_t *port1, uint32_t *place)
{
	__m512i second = _mm512_set1_epi32((int)now);
	uint64_t old = 0;

	for (unsigned int i = 0; i < n; i++) {
		__m512i line = load_line(t, bucket[i]);
		unsigned int found = compare(line, mac[i]);
		unsigned int others = _mm512_cmpneq_epi32_mask(line, second);

		port1[i] = port1_of(line, (__mmask8)found);
		place[i] = bucket[i] << SLOTS_SHIFT |
			   ((unsigned int)__builtin_ctz(found | 1u << 7) & 7);
		old |= (uint64_t)((found & others >> 2 * SLOTS) != 0) << i;
	}
	return old;
}

static const struct mactab_body mactab_avx512 = { aim_avx512, match_avx512,
						  match_seen_avx512,
						  FAR_AVX512 };
#endif

static const struct mactab_body *const bodies[] = {
	[ISA_SCALAR] = &mactab_scalar,
#if ISA_SIMD
	[ISA_SSE] = &mactab_sse,
	[ISA_AVX512] = &mactab_avx512,
#endif
};

const struct mactab_body *
mactab_body(void)
{
	return bodies[isa_get()];
}
