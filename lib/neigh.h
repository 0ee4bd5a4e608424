/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NEIGH_H
#define IXF_NEIGH_H

/*
 * What workers know of the IP addresses of a LAN, and what they note of them:
 * who has an address, whether questions for it are answered by the fabric, and
 * whether it has been heard.
 *
 * An address has a slot.  Of an IPv4 prefix that is its place in it; IPv6
 * addresses, of which there are too many, have those that a hash keyed with a
 * secret leads to, and a tag, 64 bits of that hash, that tells them apart: see
 * neigh6.h.  Control alone gives and takes slots.
 *
 * Beside the views and for as long as the LAN has the prefix.  Every field is a
 * byte or a word of its own, relaxed; none guards another, and what is read a
 * moment too late does no harm.  No lock, no allocation on workers.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Set by control: how questions for the address are treated. */
enum neigh_held {
	NEIGH_FREE,   /* they go their way */
	NEIGH_DEAD,   /* the fabric answers; they are not sent on */
	NEIGH_STATIC, /* that, and also who asks whether the address is free */
	NEIGH_PROXY,  /* the fabric answers for the owner */
};

/*
 * The sign of life: who writes and who reads it.  A worker that hears the
 * address stores HEARD over SILENT, and CALLED over WATCHED, and nothing over
 * the others, so that the line stays shared while members speak; control reads
 * and stores SILENT or WATCHED.  Each by compare-and-swap.
 */
enum neigh_life {
	NEIGH_SILENT,  /* not heard since control looked */
	NEIGH_HEARD,   /* heard */
	NEIGH_WATCHED, /* control waits for it: tell at once */
	NEIGH_CALLED,  /* that has been done, or is being done */
};

#define NEIGH_NONE UINT32_MAX /* no slot */

/* Slots of a bucket of IPv6 addresses: their tags fill a cache line. */
#define NEIGH_BUCKET 8

/*
 * Who has an address, in a word: MAC address (0: not known), 48 bits; port, 12
 * bits; flags.  All zero: nobody is known.
 */
#define NEIGH_OWNED  (UINT64_C(1) << 60) /* the port has it */
#define NEIGH_STRICT (UINT64_C(1) << 61) /* by the configuration */

static inline uint64_t
neigh_owner(uint16_t port, uint64_t mac, uint64_t flags)
{
	return mac | (uint64_t)port << 48 | NEIGH_OWNED | flags;
}

static inline uint16_t
neigh_owner_port(uint64_t owner)
{
	return owner >> 48 & 0xfff;
}

static inline uint64_t
neigh_owner_mac(uint64_t owner)
{
	return owner & UINT64_C(0xffffffffffff);
}

struct neigh {
	uint32_t n;         /* slots */
	uint32_t base;      /* IPv4: the first address */
	uint32_t buckets;   /* IPv6: their number, a power of two; else 0 */
	uint64_t secret[2]; /* IPv6: of the hash */
	_Atomic uint64_t *owner; /* control writes, workers read */
	_Atomic uint64_t *tag;   /* the same, of IPv6; 0: vacant */
	_Atomic uint8_t *held;   /* the same, enum neigh_held */
	_Atomic uint8_t *life;   /* enum neigh_life */
};

/*
 * For the IPv4 addresses from 'base', 'n' of them (up to 65,536), or for up to
 * about 'n' / 2 IPv6 addresses ('n' a power of two, NEIGH_BUCKET at least) with
 * a secret.  NULL when memory is short.
 */
struct neigh *neigh_create4(uint32_t base, uint32_t n);
struct neigh *neigh_create6(uint32_t n, const uint64_t secret[2]);
void neigh_free(struct neigh *);

/* The slot of an IPv4 address, or NEIGH_NONE. */
static inline uint32_t
neigh_slot4(const struct neigh *t, uint32_t address)
{
	uint32_t slot = address - t->base;

	return slot < t->n ? slot : NEIGH_NONE;
}

/* The tag of an IPv6 address of 16 octets; never 0. */
uint64_t neigh_tag6(const struct neigh *, const uint8_t *address);

/* The first slot of the bucket that a tag belongs to, and of the other one. */
static inline uint32_t
neigh_bucket6(const struct neigh *t, uint64_t tag)
{
	return ((uint32_t)tag & (t->buckets - 1)) * NEIGH_BUCKET;
}

static inline uint32_t
neigh_other_bucket6(const struct neigh *t, uint64_t tag)
{
	return ((uint32_t)(tag >> 32) & (t->buckets - 1)) * NEIGH_BUCKET;
}

/* The slot of an IPv6 address, or NEIGH_NONE. */
uint32_t neigh_slot6(const struct neigh *, const uint8_t *address);

static inline uint64_t
neigh_get_owner(const struct neigh *t, uint32_t slot)
{
	return atomic_load_explicit(&t->owner[slot], memory_order_relaxed);
}

static inline enum neigh_held
neigh_get_held(const struct neigh *t, uint32_t slot)
{
	return (enum neigh_held)atomic_load_explicit(&t->held[slot],
						     memory_order_relaxed);
}

static inline bool
neigh_turn_life(const struct neigh *t, uint32_t slot, uint8_t from, uint8_t to)
{
	return atomic_compare_exchange_strong_explicit(&t->life[slot], &from,
						       to, memory_order_relaxed,
						       memory_order_relaxed);
}

/*
 * Worker: the address was heard.  True: control waits for it, and is to be told
 * by this worker; if that cannot be, neigh_untold().
 *
 * Control may change its mind at any moment, so nothing is stored but over what
 * was seen: else an address that control has begun to wait for, or waits for no
 * more, would be mute.
 */
static inline bool
neigh_hear(const struct neigh *t, uint32_t slot)
{
	uint8_t life =
		atomic_load_explicit(&t->life[slot], memory_order_relaxed);

	if (life == NEIGH_SILENT &&
	    !neigh_turn_life(t, slot, NEIGH_SILENT, NEIGH_HEARD))
		life = atomic_load_explicit(&t->life[slot],
					    memory_order_relaxed);
	return life == NEIGH_WATCHED &&
	       neigh_turn_life(t, slot, NEIGH_WATCHED, NEIGH_CALLED);
}

static inline void
neigh_untold(const struct neigh *t, uint32_t slot)
{
	neigh_turn_life(t, slot, NEIGH_CALLED, NEIGH_WATCHED);
}

/* Control: whether the address has been heard since this was asked last. */
static inline bool
neigh_take_heard(const struct neigh *t, uint32_t slot)
{
	return neigh_turn_life(t, slot, NEIGH_HEARD, NEIGH_SILENT);
}

/* Control: wants to be told at once, anew, or not.  HEARD is still to be taken. */
static inline void
neigh_watch(const struct neigh *t, uint32_t slot, bool watch)
{
	if (watch) {
		neigh_turn_life(t, slot, NEIGH_SILENT, NEIGH_WATCHED);
		neigh_turn_life(t, slot, NEIGH_CALLED, NEIGH_WATCHED);
	} else {
		neigh_turn_life(t, slot, NEIGH_WATCHED, NEIGH_SILENT);
		neigh_turn_life(t, slot, NEIGH_CALLED, NEIGH_SILENT);
	}
}

/* Control: who has an address, and how questions for it are treated. */
static inline void
neigh_set_owner(const struct neigh *t, uint32_t slot, uint64_t owner)
{
	atomic_store_explicit(&t->owner[slot], owner, memory_order_relaxed);
}

static inline void
neigh_set_held(const struct neigh *t, uint32_t slot, enum neigh_held held)
{
	atomic_store_explicit(&t->held[slot], (uint8_t)held,
			      memory_order_relaxed);
}

#endif
