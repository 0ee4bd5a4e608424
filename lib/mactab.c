/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/mactab.h"

#include <assert.h>
#include <bsd/stdlib.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* The thread sanitizer knows only accesses that are atomic by name. */
#ifdef __has_feature
#define TSAN __has_feature(thread_sanitizer)
#elif defined(__SANITIZE_THREAD__)
#define TSAN 1
#else
#define TSAN 0
#endif

#if defined(__SSE2__) && !TSAN
#define SIMD 1
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

#define BURST         64
#define ADDRESSES_MAX (1 << 24)
#define HUGE_PAGE     ((size_t)2 << 20)

/*
 * An entry is, from the low end, 48 bits of address, 4 of flags and 12 of port
 * plus one.  The 12 bits are 0 in an empty slot and in a tombstone, which
 * therefore match no address, not even 0.
 */
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

struct mactab {
	/* Set once, read by all. */

	struct bucket *bucket;

	/* Random, so that members cannot choose addresses for one bucket. */
	uint64_t secret;
	uint64_t multiplier;

	uint64_t mask; /* of the number of a bucket */

	/* Control only, on a cache line of its own, since 'count' changes. */
	_Alignas(64) size_t count;
	size_t limit;
};

static uint64_t
pack(uint64_t mac, uint16_t port, unsigned int flags)
{
	return mac | (uint64_t)flags << FLAGS_SHIFT |
	       (uint64_t)(port + 1) << PORT_SHIFT;
}

static uint64_t
mac_of(uint64_t entry)
{
	return entry & UINT64_C(0xffffffffffff);
}

static uint16_t
port_of(uint64_t entry)
{
	return (uint16_t)((entry >> PORT_SHIFT) - 1);
}

static unsigned int
flags_of(uint64_t entry)
{
	return entry >> FLAGS_SHIFT & 0xf;
}

/* Whether the slot is taken: neither empty nor a tombstone. */
static bool
is_entry(uint64_t entry)
{
	return entry >> PORT_SHIFT != 0;
}

static size_t
bucket_of(size_t slot)
{
	return slot >> SLOTS_SHIFT;
}

static unsigned int
index_of(size_t slot)
{
	return slot & ((1u << SLOTS_SHIFT) - 1);
}

static uint64_t
load(const struct bucket *b, unsigned int i)
{
	return atomic_load_explicit(&b->entry[i], memory_order_acquire);
}

static void
store(struct mactab *t, size_t slot, uint64_t entry)
{
	atomic_store_explicit(&t->bucket[bucket_of(slot)].entry[index_of(slot)],
			      entry, memory_order_release);
}

static _Atomic uint32_t *
seen_at(const struct mactab *t, size_t slot)
{
	return &t->bucket[bucket_of(slot)].seen[index_of(slot)];
}

/* Zeroed memory, on huge pages if it is large enough and there are any. */
static void *
allocate(size_t size)
{
	size_t align = size < HUGE_PAGE ? 64 : HUGE_PAGE;
	void *p;

	size = (size + align - 1) & ~(align - 1);
	p = aligned_alloc(align, size);
	if (p == NULL)
		return NULL;
	if (align == HUGE_PAGE)
		(void)madvise(p, size, MADV_HUGEPAGE);
	return memset(p, 0, size);
}

struct mactab *
mactab_create(size_t n)
{
	size_t nbuckets = PROBES;
	struct mactab *t;

	if (n == 0 || n > ADDRESSES_MAX) {
		errno = EINVAL;
		return NULL;
	}
	t = allocate(sizeof(*t));
	if (t == NULL)
		return NULL;
	while (nbuckets * MEAN_MAX < n)
		nbuckets *= 2;
	t->mask = nbuckets - 1;
	t->limit = nbuckets * MEAN_MAX;
	arc4random_buf(&t->secret, sizeof(t->secret));
	arc4random_buf(&t->multiplier, sizeof(t->multiplier));
	t->multiplier |= 1;
	t->bucket = allocate(nbuckets * sizeof(*t->bucket));
	if (t->bucket == NULL) {
		mactab_free(t);
		errno = ENOMEM;
		return NULL;
	}
	return t;
}

void
mactab_free(struct mactab *t)
{
	if (t == NULL)
		return;
	free(t->bucket);
	free(t);
}

/*
 * Two rounds: addresses of members share a vendor prefix and often are
 * consecutive; with one round, whole sequences fell into a few buckets.
 */
static uint64_t
hash(const struct mactab *t, uint64_t mac)
{
	uint64_t h = (mac ^ t->secret) * t->multiplier;

	return (h ^ h >> 32) * UINT64_C(0xd6e8feb86659fd93);
}

/* The bucket where an address of this hash belongs. */
static size_t
first_bucket(const struct mactab *t, uint64_t h)
{
	return h >> 41 & t->mask;
}

/*
 * The bucket to try when 'bucket' is full.  The step is odd, and so the PROBES
 * buckets of an address are different ones.
 */
static size_t
next_bucket(const struct mactab *t, uint64_t h, size_t bucket)
{
	return (bucket + (h | 1)) & t->mask;
}

/*
 * The slots of a bucket, a bit each, that have the lower 32 bits of 'mac'.
 * These tell most addresses apart and need half the instructions.  The caller
 * compares the rest, in a slot that it loads as an atomic.
 */
#ifdef SIMD
static inline unsigned int
candidates(const struct bucket *bucket, uint64_t mac)
{
	const __m128 *p = (const __m128 *)(const void *)bucket->entry;
	__m128i key = _mm_set1_epi32((int)(uint32_t)mac);
	__m128i four = _mm_castps_si128(_mm_shuffle_ps(p[0], p[1], 0x88));
	__m128i last = _mm_castps_si128(p[2]);

	four = _mm_cmpeq_epi32(four, key);
	last = _mm_cmpeq_epi32(last, key);
	return (unsigned int)(_mm_movemask_ps(_mm_castsi128_ps(four)) |
			      (_mm_movemask_ps(_mm_castsi128_ps(last)) & 1) << 4);
}
#else
static inline unsigned int
candidates(const struct bucket *bucket, uint64_t mac)
{
	unsigned int found = 0;

	for (unsigned int i = 0; i < SLOTS; i++) {
		uint64_t e = atomic_load_explicit(&bucket->entry[i],
						  memory_order_relaxed);

		found |= (unsigned int)((uint32_t)e == (uint32_t)mac) << i;
	}
	return found;
}
#endif

/* The entry of 'mac' in one bucket and its slot in '*slot', or 0. */
static inline uint64_t
match(const struct mactab *t, size_t number, uint64_t mac, size_t *slot)
{
	const struct bucket *bucket = &t->bucket[number];
	unsigned int found = candidates(bucket, mac);

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

/* Whether the bucket has an empty slot, so that no address went on from it. */
static bool
has_empty(const struct bucket *b)
{
	for (unsigned int i = 0; i < SLOTS; i++)
		if (load(b, i) == EMPTY)
			return true;
	return false;
}

/* As match(), for an address that is not in its first bucket. */
static __attribute__((noinline)) uint64_t
match_beyond(const struct mactab *t, uint64_t mac, size_t *slot)
{
	uint64_t h = hash(t, mac);
	size_t at = first_bucket(t, h);

	for (unsigned int i = 1; i < PROBES && !has_empty(&t->bucket[at]); i++) {
		uint64_t e;

		at = next_bucket(t, h, at);
		e = match(t, at, mac, slot);
		if (e != 0)
			return e;
	}
	return 0;
}

static inline uint64_t
match_any(const struct mactab *t, uint64_t h, uint64_t mac, size_t *slot)
{
	uint64_t e = match(t, first_bucket(t, h), mac, slot);

	if (__builtin_expect(e == 0, 0))
		e = match_beyond(t, mac, slot);
	return e;
}

/* A slot of the bucket that is not taken, in '*slot', or false. */
static bool
find_free(const struct mactab *t, size_t bucket, size_t *slot)
{
	for (unsigned int i = 0; i < SLOTS; i++) {
		*slot = bucket << SLOTS_SHIFT | i;
		if (!is_entry(load(&t->bucket[bucket], i)))
			return true;
	}
	return false;
}

/*
 * Finds a slot for a new address.  The buckets before it are full, and count one
 * more address that went on from them.
 */
static bool
find_room(struct mactab *t, uint64_t h, size_t *slot)
{
	size_t at = first_bucket(t, h);
	unsigned int tried = 1;

	while (!find_free(t, at, slot)) {
		if (tried++ == PROBES)
			return false;
		at = next_bucket(t, h, at);
	}
	for (size_t b = first_bucket(t, h); b != at; b = next_bucket(t, h, b))
		t->bucket[b].passed_on++;
	return true;
}

/* Stores only what changes: see struct bucket. */
static void
see(struct mactab *t, size_t slot, uint32_t now)
{
	_Atomic uint32_t *seen = seen_at(t, slot);

	if (atomic_load_explicit(seen, memory_order_relaxed) != now)
		atomic_store_explicit(seen, now, memory_order_relaxed);
}

int
mactab_set(struct mactab *t, uint64_t mac, uint16_t port, unsigned int flags,
	   uint32_t now)
{
	uint64_t h = hash(t, mac);
	size_t slot;
	uint64_t new = pack(mac, port, flags);
	uint64_t old;

	assert(mac != 0 && mac_of(mac) == mac);
	assert(port < MACTAB_NO_PORT && flags <= 0xf);

	old = match_any(t, h, mac, &slot);
	if (flags_of(old) & ~flags & MACTAB_STATIC)
		return -EPERM;
	if (old == 0) {
		/*
		 * Three fifths of the slots are only for configured addresses: a
		 * flood can neither keep these out nor slow every lookup.
		 */
		if (t->count >= t->limit && !(flags & MACTAB_STATIC))
			return -ENOSPC;
		if (!find_room(t, h, &slot))
			return -ENOSPC;
		t->count++;
	}

	/*
	 * The time first: a worker must never see the entry with an older time.
	 */
	see(t, slot, now);
	if (new != old)
		store(t, slot, new);
	return 0;
}

void
mactab_restore(struct mactab *t, const struct mactab_entry *e)
{
	size_t slot;

	if (match_any(t, hash(t, e->mac), e->mac, &slot) == 0)
		return;
	see(t, slot, e->seen);
	store(t, slot, pack(e->mac, e->port, e->flags));
}

static void
clear_tombstones(struct mactab *t, size_t bucket)
{
	for (unsigned int i = 0; i < SLOTS; i++)
		if (load(&t->bucket[bucket], i) == TOMBSTONE)
			store(t, bucket << SLOTS_SHIFT | i, EMPTY);
}

static void
forget(struct mactab *t, uint64_t h, size_t slot)
{
	size_t last = bucket_of(slot);

	store(t, slot, t->bucket[last].passed_on != 0 ? TOMBSTONE : EMPTY);
	t->count--;
	for (size_t b = first_bucket(t, h); b != last; b = next_bucket(t, h, b))
		if (--t->bucket[b].passed_on == 0)
			clear_tombstones(t, b);
}

bool
mactab_remove(struct mactab *t, uint64_t mac)
{
	uint64_t h = hash(t, mac);
	size_t slot;

	if (match_any(t, h, mac, &slot) == 0)
		return false;
	forget(t, h, slot);
	return true;
}

static struct mactab_entry
unpack(const struct mactab *t, size_t slot, uint64_t entry)
{
	return (struct mactab_entry){
		.mac = mac_of(entry),
		.port = port_of(entry),
		.flags = (uint16_t)flags_of(entry),
		.seen = atomic_load_explicit(seen_at(t, slot),
					     memory_order_relaxed),
	};
}

const char *
mactab_type(const struct mactab_entry *e)
{
	if (e->flags & MACTAB_STATIC)
		return "static";
	return e->flags & MACTAB_STICKY ? "sticky" : "learned";
}

bool
mactab_get(const struct mactab *t, uint64_t mac, struct mactab_entry *e)
{
	size_t slot;
	uint64_t entry = match_any(t, hash(t, mac), mac, &slot);

	if (entry == 0)
		return false;
	*e = unpack(t, slot, entry);
	return true;
}

/* How many numbers of slots there are; those of SLOTS and above have no entry. */
static size_t
slots(const struct mactab *t)
{
	return (t->mask + 1) << SLOTS_SHIFT;
}

/* The entry of a slot in '*e', or false. */
static bool
read_slot(const struct mactab *t, size_t slot, struct mactab_entry *e)
{
	uint64_t entry;

	if (index_of(slot) >= SLOTS)
		return false;
	entry = load(&t->bucket[bucket_of(slot)], index_of(slot));
	if (!is_entry(entry))
		return false;
	*e = unpack(t, slot, entry);
	return true;
}

size_t
mactab_each(struct mactab *t, mactab_visit *visit, void *arg)
{
	size_t forgotten = 0;

	for (size_t slot = 0; slot < slots(t); slot++) {
		struct mactab_entry e;

		if (!read_slot(t, slot, &e) || visit(arg, &e))
			continue;
		forget(t, hash(t, e.mac), slot);
		forgotten++;
	}
	return forgotten;
}

size_t
mactab_walk(const struct mactab *t, size_t slot, size_t n, mactab_visit *visit,
	    void *arg)
{
	for (; n > 0 && slot < slots(t); n--, slot++) {
		struct mactab_entry e;

		if (read_slot(t, slot, &e))
			(void)visit(arg, &e);
	}
	return slot < slots(t) ? slot : 0;
}

size_t
mactab_count(const struct mactab *t)
{
	return t->count;
}

void
mactab_find(const struct mactab *t, const uint64_t *mac, unsigned int n,
	    uint16_t *port, uint32_t *place)
{
	uint32_t first[BURST];

	/* Prefetches all buckets before the first is used. */
	for (unsigned int i = 0; i < n; i++) {
		first[i] = (uint32_t)first_bucket(t, hash(t, mac[i]));
		__builtin_prefetch(&t->bucket[first[i]]);
	}
	for (unsigned int i = 0; i < n; i++) {
		size_t slot = 0;
		uint64_t e = match(t, first[i], mac[i], &slot);

		if (__builtin_expect(e == 0, 0))
			e = match_beyond(t, mac[i], &slot);
		port[i] = e != 0 ? port_of(e) : MACTAB_NO_PORT;
		if (place != NULL)
			place[i] = e != 0 ? (uint32_t)slot : MACTAB_NOWHERE;
	}
}

void
mactab_touch(struct mactab *t, const uint32_t *place, uint64_t which,
	     uint32_t now)
{
	for (; which != 0; which &= which - 1) {
		uint32_t slot = place[__builtin_ctzll(which)];

		if (slot != MACTAB_NOWHERE)
			see(t, slot, now);
	}
}
