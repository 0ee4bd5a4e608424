/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NEIGHTAB_H
#define IXF_NEIGHTAB_H

/*
 * What workers know of the IP addresses of a LAN, and what they note of them:
 * who has an address, whether questions for it are answered by the fabric, and
 * whether it has been heard.
 *
 * An address has a slot.  Of an IPv4 prefix that is its place in it; IPv6
 * addresses, of which there are too many, have those that a hash keyed with a
 * secret leads to, and a tag, 64 bits of that hash, that tells them apart: see
 * neightab6.h.  Control alone gives and takes slots.
 *
 * Beside the views and for as long as the LAN has the prefix.  Every field is a
 * byte or a word of its own, relaxed; none guards another, and what is read a
 * moment too late does no harm.  No lock, no allocation on workers.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Set by control: how questions for the address are treated. */
enum neightab_held {
	NEIGHTAB_FREE,   /* they go their way */
	NEIGHTAB_DEAD,   /* the fabric answers; they are not sent on */
	NEIGHTAB_STATIC, /* that, and also who asks whether the address is free */
	NEIGHTAB_PROXY, /* the fabric answers for the owner */
};

/*
 * The sign of life: who writes and who reads it.  A worker that hears the
 * address stores HEARD over SILENT, and CALLED over WATCHED, and nothing over
 * the others, so that the line stays shared while members speak; control reads
 * and stores SILENT or WATCHED.  Each by compare-and-swap.
 */
enum neightab_liveness {
	NEIGHTAB_SILENT,   /* not heard since control looked */
	NEIGHTAB_SEEN,     /* heard */
	NEIGHTAB_WATCHED,  /* control waits for it: tell at once */
	NEIGHTAB_REPORTED, /* that has been done, or is being done */
};

#define NEIGHTAB_NONE UINT32_MAX /* no slot */

/* Slots of a bucket of IPv6 addresses: their tags fill a cache line. */
#define NEIGHTAB_BUCKET 8

/*
 * Who has an address, in a word: MAC address (0: not known), 48 bits; port, 12
 * bits; flags.  All zero: nobody is known.
 */
#define NEIGHTAB_OWNED  (UINT64_C(1) << 60) /* the port has it */
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
	return owner & UINT64_C(0xffffffffffff);
}

struct neightab {
	uint32_t n;         /* slots */
	uint32_t base;      /* IPv4: the first address */
	uint32_t buckets;   /* IPv6: their number, a power of two; else 0 */
	uint64_t secret[2]; /* IPv6: of the hash */
	_Atomic uint64_t *owner;   /* control writes, workers read */
	_Atomic uint64_t *tag;     /* the same, of IPv6; 0: vacant */
	_Atomic uint8_t *held;     /* the same, enum neightab_held */
	_Atomic uint8_t *liveness; /* enum neightab_liveness */
};

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
	return atomic_load_explicit(&t->owner[slot], memory_order_relaxed);
}

static inline enum neightab_held
neightab_get_held(const struct neightab *t, uint32_t slot)
{
	return (enum neightab_held)atomic_load_explicit(&t->held[slot],
							memory_order_relaxed);
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
 * Worker: the address was heard.  True: control waits for it, and is to be told
 * by this worker; if that cannot be, neightab_report_failed().
 *
 * Control may change its mind at any moment, so nothing is stored but over what
 * was seen: else an address that control has begun to wait for, or waits for no
 * more, would be mute.
 */
static inline bool
neightab_see(const struct neightab *t, uint32_t slot)
{
	uint8_t life =
		atomic_load_explicit(&t->liveness[slot], memory_order_relaxed);

	if (life == NEIGHTAB_SILENT &&
	    !neightab_swap_liveness(t, slot, NEIGHTAB_SILENT, NEIGHTAB_SEEN))
		life = atomic_load_explicit(&t->liveness[slot],
					    memory_order_relaxed);
	return life == NEIGHTAB_WATCHED &&
	       neightab_swap_liveness(t, slot, NEIGHTAB_WATCHED,
				      NEIGHTAB_REPORTED);
}

static inline void
neightab_report_failed(const struct neightab *t, uint32_t slot)
{
	neightab_swap_liveness(t, slot, NEIGHTAB_REPORTED, NEIGHTAB_WATCHED);
}

/* Control: whether the address has been heard since this was asked last. */
static inline bool
neightab_take_seen(const struct neightab *t, uint32_t slot)
{
	return neightab_swap_liveness(t, slot, NEIGHTAB_SEEN, NEIGHTAB_SILENT);
}

/* Control: wants to be told at once, anew, or not.  HEARD is still to be taken. */
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

/* Control: who has an address, and how questions for it are treated. */
static inline void
neightab_set_owner(const struct neightab *t, uint32_t slot, uint64_t owner)
{
	atomic_store_explicit(&t->owner[slot], owner, memory_order_relaxed);
}

static inline void
neightab_set_held(const struct neightab *t, uint32_t slot,
		  enum neightab_held held)
{
	atomic_store_explicit(&t->held[slot], (uint8_t)held,
			      memory_order_relaxed);
}

#endif
