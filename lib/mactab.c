/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/mactab.h"

#include <assert.h>
#include <bsd/stdlib.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mactab_impl.h"

#define BURST 64

static_assert(HEIR_PORTS == MACTAB_NO_PORT, "a count for each port");

static void
store(struct mactab *t, size_t slot, uint64_t entry)
{
	atomic_store_explicit(&t->bucket[bucket_of(slot)].entry[index_of(slot)],
			      entry, memory_order_release);
}

/* So many buckets that 'n' addresses are MEAN_MAX in each on average. */
static size_t
buckets_for(size_t n)
{
	size_t nbuckets = PROBES;

	while (nbuckets * MEAN_MAX < n)
		nbuckets *= 2;
	return nbuckets;
}

uint64_t
mactab_size(size_t n)
{
	return buckets_for(n) * sizeof(struct bucket);
}

struct mactab *
mactab_create(size_t n)
{
	struct mactab *t;

	if (n == 0 || n > MACTAB_MAX) {
		errno = EINVAL;
		return NULL;
	}
	t = aligned_alloc(64, sizeof(*t));
	if (t == NULL)
		return NULL;
	memset(t, 0, sizeof(*t));
	if (pages_map(&t->pages, mactab_size(n)) != 0) {
		free(t);
		errno = ENOMEM;
		return NULL;
	}
	t->bucket = t->pages.at;
	t->mask = buckets_for(n) - 1;
	t->limit = buckets_for(n) * MEAN_MAX;
	t->body = mactab_body();
	t->far = mactab_size(n) >= t->body->far;
	arc4random_buf(&t->secret, sizeof(t->secret));
	arc4random_buf(&t->multiplier, sizeof(t->multiplier));
	t->multiplier |= 1;
	return t;
}

void
mactab_free(struct mactab *t)
{
	if (t == NULL)
		return;
	mactab_disinherit(t);
	pages_unmap(&t->pages);
	free(t);
}

bool
mactab_free_some(struct mactab *t)
{
	if (pages_unmap_some(&t->pages))
		return true;
	mactab_free(t);
	return false;
}

const struct pages *
mactab_pages(const struct mactab *t)
{
	return &t->pages;
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

	for (unsigned int i = 1; i < PROBES && !has_empty(&t->bucket[at]);
	     i++) {
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

/* As mactab_set(), in the table alone; with the slot, and what was there before. */
static int
set(struct mactab *t, const struct mactab_entry *e, size_t *at,
    uint64_t *before)
{
	uint64_t mac = e->mac;
	unsigned int flags = e->flags;
	uint16_t port = e->port;
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
	see(t, slot, e->seen);
	if (new != old)
		store(t, slot, new);
	*at = slot;
	*before = old;
	return 0;
}

/* Whether the heir of the table should have what is in a slot of this kind. */
static bool
is_copied(const struct heir *h, size_t slot, unsigned int flags)
{
	if (flags & MACTAB_STATIC)
		return false;
	if (flags & MACTAB_STICKY)
		return h->learned || slot < h->slot;
	return h->learned && slot < h->slot;
}

/*
 * An entry has gone from the table, or is another now.  In the heir the address may
 * be one of the next configuration already.
 */
static void
unbequeath(struct heir *h, size_t slot, uint64_t entry)
{
	struct mactab_entry there;
	bool is_static = mactab_get(h->to, mac_of(entry), &there) &&
			 there.flags & MACTAB_STATIC;

	if (!is_static && mactab_remove(h->to, mac_of(entry)))
		return;
	if (is_copied(h, slot, flags_of(entry)))
		h->lost[port_of(entry)]--;
}

/* The heir gets an entry, or counts it as lost. */
static void
bequeath(struct heir *h, size_t slot, const struct mactab_entry *e)
{
	if (!(e->flags & MACTAB_STATIC) &&
	    mactab_set(h->to, e->mac, e->port, e->flags, e->seen) != 0 &&
	    is_copied(h, slot, e->flags))
		h->lost[e->port]++;
}

int
mactab_set(struct mactab *t, uint64_t mac, uint16_t port, unsigned int flags,
	   uint32_t now)
{
	struct mactab_entry e = { mac, port, (uint16_t)flags, now };
	uint64_t old;
	size_t slot;
	int rc = set(t, &e, &slot, &old);

	if (rc != 0 || t->heir == NULL)
		return rc;
	if (old != 0)
		unbequeath(t->heir, slot, old);
	bequeath(t->heir, slot, &e);
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

	if (t->heir != NULL)
		unbequeath(t->heir, slot,
			   load(&t->bucket[last], index_of(slot)));
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

/* Those of SLOTS and above in a bucket have no entry. */
size_t
mactab_slots(const struct mactab *t)
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
mactab_sweep(struct mactab *t, size_t slot, size_t n, mactab_visit *visit,
	     void *arg, size_t *removed)
{
	for (; n > 0 && slot < mactab_slots(t); n--, slot++) {
		struct mactab_entry e;

		if (!read_slot(t, slot, &e) || visit(arg, &e))
			continue;
		forget(t, hash(t, e.mac), slot);
		++*removed;
	}
	return slot < mactab_slots(t) ? slot : 0;
}

size_t
mactab_each(struct mactab *t, mactab_visit *visit, void *arg)
{
	size_t removed = 0;

	mactab_sweep(t, 0, SIZE_MAX, visit, arg, &removed);
	return removed;
}

size_t
mactab_walk(const struct mactab *t, size_t slot, size_t n, mactab_visit *visit,
	    void *arg)
{
	for (; n > 0 && slot < mactab_slots(t); n--, slot++) {
		struct mactab_entry e;

		if (read_slot(t, slot, &e))
			(void)visit(arg, &e);
	}
	return slot < mactab_slots(t) ? slot : 0;
}

size_t
mactab_count(const struct mactab *t)
{
	return t->count;
}

int
mactab_inherit(struct mactab *old, struct mactab *heir)
{
	old->heir = calloc(1, sizeof(*old->heir));
	if (old->heir == NULL)
		return -ENOMEM;
	old->heir->to = heir;
	return 0;
}

/* Copies what is in a slot, if it is of the kind that is copied now. */
static void
copy_slot(const struct mactab *t, struct heir *h, size_t slot)
{
	struct mactab_entry e, there;

	if (!read_slot(t, slot, &e) ||
	    e.flags != (h->learned ? 0 : MACTAB_STICKY))
		return;
	/* Learned since this began: with the latest time. */
	if (mactab_get(h->to, e.mac, &there))
		return;
	if (mactab_set(h->to, e.mac, e.port, e.flags, e.seen) != 0)
		h->lost[e.port]++;
}

bool
mactab_copy(struct mactab *old, size_t n)
{
	struct heir *h = old->heir;

	for (; n > 0; n--) {
		if (h->slot < mactab_slots(old)) {
			copy_slot(old, h, h->slot++);
		} else if (!h->learned) {
			h->learned = true;
			h->slot = 0;
		} else {
			return true;
		}
	}
	return false;
}

uint32_t
mactab_lost(const struct mactab *old, uint16_t port)
{
	return old->heir->lost[port];
}

void
mactab_disinherit(struct mactab *old)
{
	free(old->heir);
	old->heir = NULL;
}

void
mactab_seen_at(struct mactab *t, uint64_t mac, uint32_t then)
{
	size_t slot;
	_Atomic uint32_t *seen;
	uint32_t was;

	if (match_any(t, hash(t, mac), mac, &slot) == 0)
		return;
	seen = seen_at(t, slot);
	was = atomic_load_explicit(seen, memory_order_relaxed);
	/* A worker may have stored a later time meanwhile: that stays. */
	while ((int32_t)(then - was) > 0 &&
	       !atomic_compare_exchange_weak_explicit(seen, &was, then,
						      memory_order_relaxed,
						      memory_order_relaxed))
		;
}

void
mactab_find(const struct mactab *t, const uint64_t *mac, uint64_t which,
	    uint16_t *port, uint32_t *place)
{
	uint32_t first[BURST];

	/* Prefetches all buckets before the first is used. */
	for (uint64_t set = which; set != 0; set &= set - 1) {
		unsigned int i = (unsigned int)__builtin_ctzll(set);

		first[i] = (uint32_t)first_bucket(t, hash(t, mac[i]));
		__builtin_prefetch(&t->bucket[first[i]]);
	}
	for (; which != 0; which &= which - 1) {
		unsigned int i = (unsigned int)__builtin_ctzll(which);
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
mactab_aim(const struct mactab *t, const uint64_t *mac, unsigned int n,
	   uint32_t *bucket)
{
	t->body->aim(t, mac, n, bucket);
}

void
mactab_match(const struct mactab *t, const uint64_t *mac,
	     const uint32_t *bucket, unsigned int n, uint16_t *port1)
{
	t->body->match(t, mac, bucket, n, port1);
}

uint64_t
mactab_match_seen(const struct mactab *t, const uint64_t *mac,
		  const uint32_t *bucket, unsigned int n, uint32_t now,
		  uint16_t *port1, uint32_t *place)
{
	return t->body->match_seen(t, mac, bucket, n, now, port1, place);
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
