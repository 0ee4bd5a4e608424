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
 * Buckets of eight entries, a cache line each.  When the table holds the number
 * of addresses that it was made for, a bucket has two.  About one bucket in a
 * thousand is full; the next address then goes on to another bucket, given by
 * the same hash.  A lookup goes on only from a bucket without an empty slot.  So
 * a bucket from which an address went on must not get an empty slot: a removed
 * entry leaves a tombstone, which a later address may take.
 */
#define SLOTS  8
#define PROBES 4 /* buckets that an address may be in */

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

struct mactab {
	/* Set once, read by all. */

	_Atomic uint64_t *entry; /* written by control, read by all */

	/*
	 * Seconds, parallel to entry[] but apart: an update dirties a cache
	 * line, and this must not be the line that every lookup reads.  Written
	 * by control and by the workers, read by both.
	 */
	_Atomic uint32_t *seen;

	/* Random, so that members cannot choose addresses for one bucket. */
	uint64_t secret;
	uint64_t multiplier;

	uint64_t mask; /* of the first slot of a bucket */

	/* Control only, on a cache line of its own, since 'count' changes. */

	/*
	 * For each bucket: how many entries are elsewhere because it was full.
	 */
	_Alignas(64) uint32_t *passed_on;
	size_t count;
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

static uint64_t
load(const struct mactab *t, size_t slot)
{
	return atomic_load_explicit(&t->entry[slot], memory_order_acquire);
}

static void
store(struct mactab *t, size_t slot, uint64_t entry)
{
	atomic_store_explicit(&t->entry[slot], entry, memory_order_release);
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
	while (nbuckets * 2 < n)
		nbuckets *= 2;
	t->mask = (nbuckets - 1) * SLOTS;
	t->limit = nbuckets * SLOTS / 2;
	arc4random_buf(&t->secret, sizeof(t->secret));
	arc4random_buf(&t->multiplier, sizeof(t->multiplier));
	t->multiplier |= 1;
	t->entry = allocate(nbuckets * SLOTS * sizeof(*t->entry));
	t->seen = allocate(nbuckets * SLOTS * sizeof(*t->seen));
	t->passed_on = calloc(nbuckets, sizeof(*t->passed_on));
	if (t->entry == NULL || t->seen == NULL || t->passed_on == NULL) {
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
	free(t->entry);
	free(t->seen);
	free(t->passed_on);
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

/* The first slot of the bucket where an address of this hash belongs. */
static size_t
first_bucket(const struct mactab *t, uint64_t h)
{
	return h >> 38 & t->mask;
}

/*
 * The bucket to try when 'slot' is in a full one.  The step is an odd number of
 * buckets, and so the PROBES buckets of an address are different ones.
 */
static size_t
next_bucket(const struct mactab *t, uint64_t h, size_t slot)
{
	return (slot + (h << 3 | SLOTS)) & t->mask;
}

/*
 * The slots of a bucket, two bits each, that have the lower 32 bits of 'mac'.
 * These tell most addresses apart and need half the instructions.  The caller
 * compares the rest, in a slot that it loads as an atomic.
 */
#ifdef SIMD
static inline unsigned int
candidates(const _Atomic uint64_t *bucket, uint64_t mac)
{
	const __m128 *p = (const __m128 *)(const void *)bucket;
	__m128i key = _mm_set1_epi32((int)(uint32_t)mac);
	__m128i lo = _mm_castps_si128(_mm_shuffle_ps(p[0], p[1], 0x88));
	__m128i hi = _mm_castps_si128(_mm_shuffle_ps(p[2], p[3], 0x88));

	lo = _mm_cmpeq_epi32(lo, key);
	hi = _mm_cmpeq_epi32(hi, key);
	return (unsigned int)_mm_movemask_epi8(_mm_packs_epi32(lo, hi));
}
#else
static inline unsigned int
candidates(const _Atomic uint64_t *bucket, uint64_t mac)
{
	unsigned int found = 0;

	for (unsigned int i = 0; i < SLOTS; i++) {
		uint64_t e =
			atomic_load_explicit(&bucket[i], memory_order_relaxed);

		if ((uint32_t)e == (uint32_t)mac)
			found |= 3u << 2 * i;
	}
	return found;
}
#endif

static inline unsigned int
first_of(unsigned int found)
{
	return (unsigned int)__builtin_ctz(found) / 2;
}

static inline unsigned int
rest_of(unsigned int found)
{
	found &= found - 1;
	return found & (found - 1);
}

/* The entry of 'mac' in one bucket and its place in '*slot', or 0. */
static inline uint64_t
match(const _Atomic uint64_t *entry, size_t first, uint64_t mac, size_t *slot)
{
	const _Atomic uint64_t *bucket = entry + first;
	unsigned int found = candidates(bucket, mac);

	for (; found != 0; found = rest_of(found)) {
		unsigned int i = first_of(found);
		uint64_t e =
			atomic_load_explicit(&bucket[i], memory_order_acquire);

		if (mac_of(e) == mac && is_entry(e)) {
			*slot = first + i;
			return e;
		}
	}
	return 0;
}

/* Whether the bucket has an empty slot, so that no address went on from it. */
static bool
has_empty(const struct mactab *t, size_t first)
{
	unsigned int found = candidates(&t->entry[first], EMPTY);

	for (; found != 0; found = rest_of(found))
		if (load(t, first + first_of(found)) == EMPTY)
			return true;
	return false;
}

/* As match(), for an address that is not in its first bucket. */
static __attribute__((noinline)) uint64_t
match_beyond(const struct mactab *t, uint64_t mac, size_t *slot)
{
	uint64_t h = hash(t, mac);
	size_t first = first_bucket(t, h);

	for (unsigned int i = 1; i < PROBES && !has_empty(t, first); i++) {
		uint64_t e;

		first = next_bucket(t, h, first);
		e = match(t->entry, first, mac, slot);
		if (e != 0)
			return e;
	}
	return 0;
}

static inline uint64_t
match_any(const struct mactab *t, uint64_t h, uint64_t mac, size_t *slot)
{
	uint64_t e = match(t->entry, first_bucket(t, h), mac, slot);

	if (__builtin_expect(e == 0, 0))
		e = match_beyond(t, mac, slot);
	return e;
}

/* A slot of the bucket that is not taken, in '*slot', or false. */
static bool
find_free(const struct mactab *t, size_t first, size_t *slot)
{
	for (*slot = first; *slot < first + SLOTS; (*slot)++)
		if (!is_entry(load(t, *slot)))
			return true;
	return false;
}

/*
 * Finds a slot for a new address.  The buckets before it are full, and count one
 * more address that went on from them.
 */
static bool
find_room(struct mactab *t, uint64_t h, size_t *slot)
{
	size_t first = first_bucket(t, h);
	unsigned int tried = 1;

	while (!find_free(t, first, slot)) {
		if (tried++ == PROBES)
			return false;
		first = next_bucket(t, h, first);
	}
	for (size_t b = first_bucket(t, h); b != first;
	     b = next_bucket(t, h, b))
		t->passed_on[b / SLOTS]++;
	return true;
}

/* Stores only what changes: see struct mactab. */
static void
see(struct mactab *t, size_t slot, uint32_t now)
{
	if (atomic_load_explicit(&t->seen[slot], memory_order_relaxed) != now)
		atomic_store_explicit(&t->seen[slot], now,
				      memory_order_relaxed);
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
		 * Half the slots are only for configured addresses: a flood can
		 * neither keep these out nor slow every lookup.
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
clear_tombstones(struct mactab *t, size_t first)
{
	for (size_t i = first; i < first + SLOTS; i++)
		if (load(t, i) == TOMBSTONE)
			store(t, i, EMPTY);
}

static void
forget(struct mactab *t, uint64_t h, size_t slot)
{
	size_t last = slot & t->mask;

	store(t, slot, t->passed_on[slot / SLOTS] != 0 ? TOMBSTONE : EMPTY);
	t->count--;
	for (size_t b = first_bucket(t, h); b != last; b = next_bucket(t, h, b))
		if (--t->passed_on[b / SLOTS] == 0)
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
		.seen = atomic_load_explicit(&t->seen[slot],
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

size_t
mactab_each(struct mactab *t, mactab_visit *visit, void *arg)
{
	size_t forgotten = 0;

	for (size_t slot = 0; slot < t->mask + SLOTS; slot++) {
		uint64_t entry = load(t, slot);
		struct mactab_entry e = unpack(t, slot, entry);

		if (!is_entry(entry) || visit(arg, &e))
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
	size_t nslots = t->mask + SLOTS;

	for (; n > 0 && slot < nslots; n--, slot++) {
		uint64_t entry = load(t, slot);
		struct mactab_entry e = unpack(t, slot, entry);

		if (is_entry(entry))
			(void)visit(arg, &e);
	}
	return slot < nslots ? slot : 0;
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
	const _Atomic uint64_t *entry = t->entry;
	const _Atomic uint32_t *seen = t->seen;
	uint32_t first[BURST];

	/* Prefetches all buckets before the first is used. */
	for (unsigned int i = 0; i < n; i++) {
		first[i] = (uint32_t)first_bucket(t, hash(t, mac[i]));
		__builtin_prefetch(&entry[first[i]]);
	}
	for (unsigned int i = 0; i < n; i++) {
		size_t slot = 0;
		uint64_t e = match(entry, first[i], mac[i], &slot);

		if (__builtin_expect(e == 0, 0))
			e = match_beyond(t, mac[i], &slot);
		port[i] = e != 0 ? port_of(e) : MACTAB_NO_PORT;
		if (place != NULL) {
			place[i] = e != 0 ? (uint32_t)slot : MACTAB_NOWHERE;
			__builtin_prefetch(&seen[slot]);
		}
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
