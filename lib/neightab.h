/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NEIGHTAB_H
#define IXF_NEIGHTAB_H

/*
 * The neighbour table that workers and control share: which port has an IP
 * address, whether the fabric answers requests for it, and whether frames from
 * it have been seen.
 *
 * An address has a slot.  In an IPv4 prefix that is its place in the prefix.
 * There are too many IPv6 addresses for that: their slot is in one of two buckets
 * that a hash with a secret key leads to, and a tag, 64 bits of the hash, tells
 * them apart (neightab6.h).  Control alone gives slots and takes them away.
 *
 * The table stands beside the views and lives as long as the LAN has the prefix.
 * Every field is a byte or a word of its own.  No field guards another, and a value
 * that is read a moment too late does no harm.  Owners and what becomes of requests
 * are stored and loaded in order (release, acquire) with the number that says which
 * configuration they follow (fabric/datapath/lan.h); the rest is relaxed.  No lock,
 * no allocation on workers.
 */

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Set by control: what becomes of requests for the address. */
enum neightab_held {
	NEIGHTAB_FREE,   /* they are forwarded */
	NEIGHTAB_DEAD,   /* the fabric answers, and they are not forwarded */
	NEIGHTAB_STATIC, /* the same, also for duplicate address detection */
	NEIGHTAB_PROXY,  /* the fabric answers for the owner */
};

/*
 * Liveness.  A worker that sees a frame from the address stores SEEN over SILENT
 * and REPORTED over WATCHED.  It stores nothing over the others, so that the cache
 * line stays shared while members send.  Control reads, and stores SILENT or
 * WATCHED.  All by compare-and-swap.
 */
enum neightab_liveness {
	NEIGHTAB_SILENT,   /* nothing seen since control looked */
	NEIGHTAB_SEEN,     /* a frame from the address was seen */
	NEIGHTAB_WATCHED,  /* nothing seen yet; the first frame is reported */
	NEIGHTAB_REPORTED, /* a worker has reported it, or is about to */
};

#define NEIGHTAB_NONE UINT32_MAX /* no slot */

/* Slots of a bucket of IPv6 addresses: their tags fill a cache line. */
#define NEIGHTAB_BUCKET 8

/*
 * The owner of an address, in one word: MAC address (0: not known), 48 bits; port,
 * 12 bits; flags.  All zero: no owner is known.
 */
#define NEIGHTAB_MAC    UINT64_C(0xffffffffffff)
#define NEIGHTAB_OWNED  (UINT64_C(1) << 60) /* the port has the address */
#define NEIGHTAB_STRICT (UINT64_C(1) << 61) /* by the configuration */

static inline uint64_t
neightab_owner(uint16_t port, uint64_t mac, uint64_t flags)
{
	return mac | (uint64_t)port << 48 | NEIGHTAB_OWNED | flags;
}

static inline uint16_t
neightab_owner_port(uint64_t owner)
{
	return owner >> 48 & 0xfff;
}

static inline uint64_t
neightab_owner_mac(uint64_t owner)
{
	return owner & NEIGHTAB_MAC;
}

/* Whether there is an owner, and not by the configuration. */
static inline bool
neightab_owner_is_learned(uint64_t owner)
{
	return owner & NEIGHTAB_OWNED && !(owner & NEIGHTAB_STRICT);
}

struct neightab {
	uint32_t n;         /* slots */
	uint32_t base;      /* IPv4: the first address */
	uint32_t buckets;   /* IPv6: their number, a power of two; else 0 */
	uint64_t secret[2]; /* IPv6: of the hash */
	_Atomic uint64_t *owner;   /* control writes, workers read */
	_Atomic uint64_t *tag;     /* IPv6: the same; 0: vacant */
	_Atomic uint8_t *held;     /* the same, enum neightab_held */
	_Atomic uint8_t *liveness; /* both write, see enum neightab_liveness */
	/* IPv6, of addresses without a slot: control writes, workers read. */
	_Atomic uint8_t vacant;
};

/* Each of these is read and written whole, by one instruction. */
static_assert(sizeof(_Atomic uint64_t) == 8 && ATOMIC_LLONG_LOCK_FREE == 2,
	      "an owner or a tag is one word");
static_assert(sizeof(_Atomic uint8_t) == 1 && ATOMIC_CHAR_LOCK_FREE == 2,
	      "a state is one byte");
static_assert(NEIGHTAB_PROXY <= UINT8_MAX && NEIGHTAB_REPORTED <= UINT8_MAX,
	      "the states fit into a byte");

/*
 * For the IPv4 addresses from 'base', 'n' of them (up to 65,536), or for up to
 * about 'n' / 2 IPv6 addresses ('n' a power of two, NEIGHTAB_BUCKET at least) with
 * a secret.  NULL when memory is short.
 */
struct neightab *neightab_create4(uint32_t base, uint32_t n);
struct neightab *neightab_create6(uint32_t n, const uint64_t secret[2]);
void neightab_free(struct neightab *);

/* The slot of an IPv4 address, or NEIGHTAB_NONE. */
static inline uint32_t
neightab_slot4(const struct neightab *t, uint32_t address)
{
	uint32_t slot = address - t->base;

	return slot < t->n ? slot : NEIGHTAB_NONE;
}

/* The tag of an IPv6 address of 16 octets; never 0. */
uint64_t neightab_tag6(const struct neightab *, const uint8_t *address);

/* The first slot of the bucket that a tag belongs to, and of the other one. */
static inline uint32_t
neightab_bucket6(const struct neightab *t, uint64_t tag)
{
	return ((uint32_t)tag & (t->buckets - 1)) * NEIGHTAB_BUCKET;
}

static inline uint32_t
neightab_other_bucket6(const struct neightab *t, uint64_t tag)
{
	return ((uint32_t)(tag >> 32) & (t->buckets - 1)) * NEIGHTAB_BUCKET;
}

/* The slot of an IPv6 address, or NEIGHTAB_NONE. */
uint32_t neightab_slot6(const struct neightab *, const uint8_t *address);

static inline uint64_t
neightab_get_owner(const struct neightab *t, uint32_t slot)
{
	return atomic_load_explicit(&t->owner[slot], memory_order_acquire);
}

static inline enum neightab_held
neightab_get_held(const struct neightab *t, uint32_t slot)
{
	return (enum neightab_held)atomic_load_explicit(&t->held[slot],
							memory_order_acquire);
}

/* What becomes of requests for an IPv6 address of a prefix without a slot. */
static inline enum neightab_held
neightab_get_vacant(const struct neightab *t)
{
	return (enum neightab_held)atomic_load_explicit(&t->vacant,
							memory_order_acquire);
}

static inline bool
neightab_swap_liveness(const struct neightab *t, uint32_t slot, uint8_t from,
		       uint8_t to)
{
	return atomic_compare_exchange_strong_explicit(
		&t->liveness[slot], &from, to, memory_order_relaxed,
		memory_order_relaxed);
}

/*
 * Worker: a frame from the address was seen.  True: control watches the address,
 * and this worker has to report the frame; if the ring is full it calls
 * neightab_report_failed().
 *
 * Control may begin or end the watch at any moment, so a value is stored only over
 * the value that was read: else the report that a new watch waits for would be
 * lost, or a watch that has ended would stay.
 */
static inline bool
neightab_see(const struct neightab *t, uint32_t slot)
{
	uint8_t now =
		atomic_load_explicit(&t->liveness[slot], memory_order_relaxed);

	if (now == NEIGHTAB_SILENT &&
	    !neightab_swap_liveness(t, slot, NEIGHTAB_SILENT, NEIGHTAB_SEEN))
		now = atomic_load_explicit(&t->liveness[slot],
					   memory_order_relaxed);
	return now == NEIGHTAB_WATCHED &&
	       neightab_swap_liveness(t, slot, NEIGHTAB_WATCHED,
				      NEIGHTAB_REPORTED);
}

/* Worker: the report could not be made, so the next frame is to be reported. */
static inline void
neightab_report_failed(const struct neightab *t, uint32_t slot)
{
	neightab_swap_liveness(t, slot, NEIGHTAB_REPORTED, NEIGHTAB_WATCHED);
}

/* Control: whether a frame was seen since the last call. */
static inline bool
neightab_take_seen(const struct neightab *t, uint32_t slot)
{
	return neightab_swap_liveness(t, slot, NEIGHTAB_SEEN, NEIGHTAB_SILENT);
}

/* Control: begins, renews or ends the watch.  SEEN stays until it is taken. */
static inline void
neightab_watch(const struct neightab *t, uint32_t slot, bool watch)
{
	if (watch) {
		neightab_swap_liveness(t, slot, NEIGHTAB_SILENT,
				       NEIGHTAB_WATCHED);
		neightab_swap_liveness(t, slot, NEIGHTAB_REPORTED,
				       NEIGHTAB_WATCHED);
	} else {
		neightab_swap_liveness(t, slot, NEIGHTAB_WATCHED,
				       NEIGHTAB_SILENT);
		neightab_swap_liveness(t, slot, NEIGHTAB_REPORTED,
				       NEIGHTAB_SILENT);
	}
}

/* Control: sets the owner, and what becomes of requests. */
static inline void
neightab_set_owner(const struct neightab *t, uint32_t slot, uint64_t owner)
{
	atomic_store_explicit(&t->owner[slot], owner, memory_order_release);
}

static inline void
neightab_set_held(const struct neightab *t, uint32_t slot,
		  enum neightab_held held)
{
	atomic_store_explicit(&t->held[slot], (uint8_t)held,
			      memory_order_release);
}

static inline void
neightab_set_vacant(struct neightab *t, enum neightab_held held)
{
	atomic_store_explicit(&t->vacant, (uint8_t)held, memory_order_release);
}

#endif
