/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CREDIT_H
#define IXF_CREDIT_H

/*
 * How many answers about an IP address a station may be sent for its requests.
 *
 * Each request that is let through adds one answer about its target, and each
 * answer takes one.  So an answer costs its sender nothing, while an answer that
 * nothing has asked for is charged to its sender as any other frame.  A station
 * that requests too much is charged for that itself.
 *
 * A hash with a secret leads from the target to one of CREDIT_SLOTS counters.
 * Targets that share one add up: no answer is lost by that, and no member can aim
 * at a target of another.  A credit is valid for one to two periods of
 * CREDIT_PERIOD.
 *
 * A slot is one word, changed by compare-and-swap: the number of the period, and
 * the credits of the period before and of this one, up to 65,535 each.  No lock,
 * no allocation, no division.  Any thread.
 */

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define CREDIT_SLOTS  256
#define CREDIT_PERIOD 4 /* seconds */

/* Zeroed, it has no credits, and no secret. */
struct credits {
	uint64_t secret; /* written by control before workers see this */
	/* Written by workers and control, read by workers. */
	_Atomic uint64_t slot[CREDIT_SLOTS];
};

static_assert(sizeof(_Atomic uint64_t) == 8 && ATOMIC_LLONG_LOCK_FREE == 2,
	      "a slot is one word");

static inline uint64_t
credit_mix(uint64_t n)
{
	n *= UINT64_C(0x9e3779b97f4a7c15);
	n ^= n >> 32;
	return n * UINT64_C(0xd6e8feb86659fd93);
}

/* The slot of an IPv4 address in host order. */
static inline uint32_t
credit_slot4(const struct credits *c, uint32_t address)
{
	return credit_mix(address ^ c->secret) >> 56;
}

/* The slot of an IPv6 address of 16 octets. */
static inline uint32_t
credit_slot6(const struct credits *c, const uint8_t *address)
{
	uint64_t half[2];

	memcpy(half, address, sizeof(half));
	return credit_mix(credit_mix(half[0] ^ c->secret) ^ half[1]) >> 56;
}

/* The credits of a slot at 'now' (seconds), in the form of the word. */
static inline uint64_t
credit_at(uint64_t word, uint32_t now)
{
	uint32_t period = now / CREDIT_PERIOD;
	uint32_t age = period - (uint32_t)(word >> 32);

	if (age == 0)
		return word;
	return (uint64_t)period << 32 |
	       (age == 1 ? (word & UINT16_MAX) << 16 : 0);
}

/* Changes the credits of a slot, unless 'change' returns false; returns what it did. */
static inline bool
credit_change(struct credits *c, uint32_t slot, uint32_t now,
	      bool change(uint64_t *word))
{
	uint64_t old =
		atomic_load_explicit(&c->slot[slot], memory_order_relaxed);
	uint64_t next;

	do {
		next = credit_at(old, now);
		if (!change(&next))
			return false;
	} while (!atomic_compare_exchange_weak_explicit(
		&c->slot[slot], &old, next, memory_order_relaxed,
		memory_order_relaxed));
	return true;
}

static inline bool
credit_plus(uint64_t *word)
{
	*word += (*word & UINT16_MAX) != UINT16_MAX;
	return true;
}

/* The oldest goes first. */
static inline bool
credit_minus(uint64_t *word)
{
	if ((uint32_t)*word == 0)
		return false;
	*word -= (*word & UINT32_MAX) >> 16 != 0 ? UINT64_C(1) << 16 : 1;
	return true;
}

/* A request for an address of the slot is let through. */
static inline void
credit_add(struct credits *c, uint32_t slot, uint32_t now)
{
	credit_change(c, slot, now, credit_plus);
}

/* Whether there is a credit for the slot. */
static inline bool
credit_has(const struct credits *c, uint32_t slot, uint32_t now)
{
	uint64_t word =
		atomic_load_explicit(&c->slot[slot], memory_order_relaxed);

	return (uint32_t)credit_at(word, now) != 0;
}

/* The same; if so, takes it. */
static inline bool
credit_take(struct credits *c, uint32_t slot, uint32_t now)
{
	return credit_change(c, slot, now, credit_minus);
}

#endif
