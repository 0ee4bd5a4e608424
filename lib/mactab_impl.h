/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MACTAB_IMPL_H
#define IXF_MACTAB_IMPL_H

/* How a MAC table lies in memory, for mactab.c and mactab_look.c. */

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/isa.h"
#include "lib/pages.h"

#if ISA_SIMD
#include <emmintrin.h>
#endif

/*
 * Buckets of five entries with their times, a cache line each: a lookup and the
 * update of an age touch one line.  When the table holds the number of addresses
 * that it was made for, a bucket has two at most on average.  One bucket in twenty
 * is full then; the next address goes on to another bucket, given by the same
 * hash, which one address in a hundred does.  A lookup goes on only from a bucket
 * without an empty slot.  So a bucket from which an address went on must not get
 * an empty slot: a removed entry leaves a tombstone, which a later address may
 * take.
 *
 * The number of a slot has the bucket above its lowest 3 bits.
 */
#define SLOTS       5
#define SLOTS_SHIFT 3
#define MEAN_MAX    2 /* learned entries of a bucket, on average */
#define PROBES      8 /* buckets that an address may be in */

/*
 * An entry is, from the low end, 48 bits of address, 4 of flags and 12 of port
 * plus one.  The 12 bits are 0 in an empty slot and in a tombstone, which
 * therefore match no address, not even 0.
 */
#define MAC_MASK    UINT64_C(0xffffffffffff)
#define FLAGS_SHIFT 48
#define PORT_SHIFT  52
#define EMPTY       UINT64_C(0)
#define TOMBSTONE   UINT64_C(1)

struct bucket {
	/* Written by control, read by all. */
	_Alignas(64) _Atomic uint64_t entry[SLOTS];

	/*
	 * Seconds.  Written by control and by the workers, read by both; once a
	 * second at most for each entry, so the line stays in the caches of all.
	 */
	_Atomic uint32_t seen[SLOTS];

	/* How many entries are elsewhere because this was full.  Of control. */
	uint32_t passed_on;
};

static_assert(sizeof(struct bucket) == 64, "a bucket is a cache line");

struct mactab;

/* What has a body for each instruction set: see mactab_aim() and so on. */
struct mactab_body {
	void (*aim)(const struct mactab *, const uint64_t *mac, unsigned int n,
		    uint32_t *bucket);
	void (*match)(const struct mactab *, const uint64_t *mac,
		      const uint32_t *bucket, unsigned int n, uint16_t *port1);
	uint64_t (*match_seen)(const struct mactab *, const uint64_t *mac,
			       const uint32_t *bucket, unsigned int n,
			       uint32_t now, uint16_t *port1, uint32_t *place);
	size_t far; /* octets of the smallest table that is far: struct mactab */
};

/* That of the widest instruction set: isa.h. */
const struct mactab_body *mactab_body(void);

struct mactab {
	/* Set once, read by all. */

	struct bucket *bucket;

	/* Random, so that members cannot choose addresses for one bucket. */
	uint64_t secret;
	uint64_t multiplier;

	uint64_t mask; /* of the number of a bucket */

	const struct mactab_body *body;

	/*
	 * Larger than the caches: buckets are fetched into the second-level cache
	 * only.  More lines can be on their way there than to the first-level cache,
	 * of which some 20 can, and a burst asks for 128.
	 */
	bool far;

	/* Control only, on a cache line of its own, since 'count' changes. */
	_Alignas(64) size_t count;
	size_t limit;
	struct heir *heir; /* of a table that is being replaced; or NULL */
	struct pages pages;
};

#define HEIR_PORTS 0xfff

/* The table that is to replace another, and how far that has been copied. */
struct heir {
	struct mactab *to;
	bool learned; /* sticky ones are copied: now come the learned ones */
	size_t slot;  /* the next */
	/* Learned addresses that have no room in the heir, by their port. */
	uint32_t lost[HEIR_PORTS];
};

static inline uint64_t
pack(uint64_t mac, uint16_t port, unsigned int flags)
{
	return mac | (uint64_t)flags << FLAGS_SHIFT |
	       (uint64_t)(port + 1) << PORT_SHIFT;
}

static inline uint64_t
mac_of(uint64_t entry)
{
	return entry & MAC_MASK;
}

static inline uint16_t
port_of(uint64_t entry)
{
	return (uint16_t)((entry >> PORT_SHIFT) - 1);
}

static inline unsigned int
flags_of(uint64_t entry)
{
	return entry >> FLAGS_SHIFT & 0xf;
}

/* Whether the slot is taken: neither empty nor a tombstone. */
static inline bool
is_entry(uint64_t entry)
{
	return entry >> PORT_SHIFT != 0;
}

static inline size_t
bucket_of(size_t slot)
{
	return slot >> SLOTS_SHIFT;
}

static inline unsigned int
index_of(size_t slot)
{
	return slot & ((1u << SLOTS_SHIFT) - 1);
}

static inline uint64_t
load(const struct bucket *b, unsigned int i)
{
	return atomic_load_explicit(&b->entry[i], memory_order_acquire);
}

static inline _Atomic uint32_t *
seen_at(const struct mactab *t, size_t slot)
{
	return &t->bucket[bucket_of(slot)].seen[index_of(slot)];
}

#define HASH_SECOND UINT64_C(0xd6e8feb86659fd93)
#define HASH_SHIFT  41 /* the upper 23 bits choose a bucket, of 2^23 at most */

/*
 * Two rounds: addresses of members share a vendor prefix and often are
 * consecutive; with one round, whole sequences fell into a few buckets.
 */
static inline uint64_t
hash(const struct mactab *t, uint64_t mac)
{
	uint64_t h = (mac ^ t->secret) * t->multiplier;

	return (h ^ h >> 32) * HASH_SECOND;
}

/* The bucket where an address of this hash belongs. */
static inline size_t
first_bucket(const struct mactab *t, uint64_t h)
{
	return h >> HASH_SHIFT & t->mask;
}

/*
 * The bucket to try when 'bucket' is full.  The step is odd, and so the PROBES
 * buckets of an address are different ones.
 */
static inline size_t
next_bucket(const struct mactab *t, uint64_t h, size_t bucket)
{
	return (bucket + (h | 1)) & t->mask;
}

/*
 * The slots of a bucket, a bit each, that have the lower 32 bits of 'mac'.
 * These tell most addresses apart and need half the instructions.  The caller
 * compares the rest, in a slot that it loads as an atomic.
 */
typedef unsigned int mactab_candidates(const struct bucket *, uint64_t mac);

static inline unsigned int
candidates_scalar(const struct bucket *bucket, uint64_t mac)
{
	unsigned int found = 0;

	for (unsigned int i = 0; i < SLOTS; i++) {
		uint64_t e = atomic_load_explicit(&bucket->entry[i],
						  memory_order_relaxed);

		found |= (unsigned int)((uint32_t)e == (uint32_t)mac) << i;
	}
	return found;
}

#if ISA_SIMD
static inline unsigned int
candidates_sse(const struct bucket *bucket, uint64_t mac)
{
	const __m128 *p = (const __m128 *)(const void *)bucket->entry;
	__m128i key = _mm_set1_epi32((int)(uint32_t)mac);
	__m128i four = _mm_castps_si128(_mm_shuffle_ps(p[0], p[1], 0x88));
	__m128i last = _mm_castps_si128(p[2]);

	four = _mm_cmpeq_epi32(four, key);
	last = _mm_cmpeq_epi32(last, key);
	return (unsigned int)(_mm_movemask_ps(_mm_castsi128_ps(four)) |
			      (_mm_movemask_ps(_mm_castsi128_ps(last)) & 1)
				      << 4);
}
#define candidates candidates_sse
#else
#define candidates candidates_scalar
#endif

/* The entry of 'mac' in one bucket and its slot in '*slot', or 0. */
static inline __attribute__((always_inline)) uint64_t
match_by(const struct mactab *t, size_t number, uint64_t mac, size_t *slot,
	 mactab_candidates *find)
{
	const struct bucket *bucket = &t->bucket[number];
	unsigned int found = find(bucket, mac);

	for (; found != 0; found &= found - 1) {
		unsigned int i = (unsigned int)__builtin_ctz(found);
		uint64_t e = load(bucket, i);

		if (mac_of(e) == mac && is_entry(e)) {
			*slot = number << SLOTS_SHIFT | i;
			return e;
		}
	}
	return 0;
}

static inline uint64_t
match(const struct mactab *t, size_t number, uint64_t mac, size_t *slot)
{
	return match_by(t, number, mac, slot, candidates);
}

#endif
