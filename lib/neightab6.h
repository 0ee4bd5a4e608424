/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NEIGHTAB6_H
#define IXF_NEIGHTAB6_H

/*
 * Which IPv6 addresses of a LAN have slots: control's half of a table of
 * neightab.h.  Control alone writes its tags, while workers look them up.
 *
 * There are far more addresses than slots, and every request makes an entry for
 * its target.  A member that scans the LAN must push out neither what is
 * configured nor what others need, so configured addresses are permanent, and
 * every other entry is charged to the port whose request or claim made it.  A
 * port that has used up its share pushes out its own entries.  When the table or
 * both buckets of the address are full, the entry goes whose last request is the
 * oldest, first of those about which nothing is known, then of the dead ones,
 * never of those that stay.  If all others are in use, several ports have filled the
 * table together: then the oldest entry of the port that has most makes room for a
 * port that has fewer, so that a latecomer gets as many as each of them keeps.
 * The secret of the table keeps members from aiming at
 * a bucket.
 *
 * Every call but neightab6_release() takes a time that grows with the logarithm
 * of the capacity.  One thread; an address is 16 octets.
 */

#include <stdint.h>

#include "lib/neightab.h"

#define NEIGHTAB6_PORTS   4096       /* port ids are below */
#define NEIGHTAB6_NO_PORT UINT16_MAX /* the port of a permanent entry */

struct neightab6;

/* In which order entries go when another needs room. */
enum neightab6_rank {
	NEIGHTAB6_FIRST, /* new, nothing is known of it, or it is suspected */
	NEIGHTAB6_LAST,  /* when none is FIRST: it is dead, or silent */
	NEIGHTAB6_USED,  /* only for a port that has fewer: it is in use */
	NEIGHTAB6_STAYS, /* only for a permanent one: an operator wants it */
};

struct neightab6_entry {
	uint8_t address[16];
	uint16_t port; /* charged to it; NEIGHTAB6_NO_PORT: permanent */
	uint8_t rank;  /* enum neightab6_rank */
};

/*
 * The entry has lost its slot, to another or because its port is gone, and is no
 * longer in the table.  The function must not add or remove entries.
 */
typedef void neightab6_gone(void *arg, uint32_t slot,
			    const struct neightab6_entry *);

/* The slots that neightab_create6() needs for them: at least twice as many. */
uint32_t neightab6_slots(uint32_t capacity);

/* How many entries are charged to a port, at most. */
static inline uint32_t
neightab6_share(uint32_t capacity)
{
	return capacity / 4 > 16 ? capacity / 4 : 16;
}

/*
 * For up to 'capacity' entries (at least 1, permanent ones included) in
 * 'table', which is empty, has the slots for them, and outlives this.  NULL
 * when memory is short.  It takes 96 octets a slot and 50 kB, and no more later.
 */
struct neightab6 *neightab6_create(struct neightab *table, uint32_t capacity,
				   neightab6_gone *, void *arg);
void neightab6_free(struct neightab6 *);

/* The slot of an address, or NEIGHTAB_NONE. */
uint32_t neightab6_find(const struct neightab6 *, const uint8_t *address);

/*
 * Gives an address a slot, charged to 'port' (below NEIGHTAB6_PORTS) or, with
 * NEIGHTAB6_NO_PORT, permanent.  It has no owner, and requests for it are
 * forwarded.  NEIGHTAB_NONE: no room.  An address that has a slot keeps it: this
 * counts as a request for it, or makes it permanent.
 *
 * A permanent entry takes the place of any that is not: entries that members make
 * must not keep out what is configured.
 */
uint32_t neightab6_add(struct neightab6 *, const uint8_t *address,
		       uint16_t port);

/* Takes the slot away, permanent or not, without a call of neightab6_gone(). */
void neightab6_remove(struct neightab6 *, uint32_t slot);

/* The address has been requested. */
void neightab6_touch(struct neightab6 *, uint32_t slot);

/* Sets the rank of an entry; does nothing for a vacant slot. */
void neightab6_set_rank(struct neightab6 *, uint32_t slot, enum neightab6_rank);

/* The entry of a slot, 0 to n - 1 of the table, or NULL. */
const struct neightab6_entry *neightab6_entry(const struct neightab6 *,
					      uint32_t slot);

/*
 * The first slot from 'slot' on that has an entry; the number of slots: there is
 * none.  Buckets without entries cost little.
 */
uint32_t neightab6_next(const struct neightab6 *, uint32_t slot);

/*
 * The port that has the address of an entry now, or NEIGHTAB6_NO_PORT; 'arg' is
 * that of neightab6_gone().
 */
typedef uint16_t neightab6_heir(void *arg, uint32_t slot);

/*
 * The port is gone: takes away all entries that are charged to it.  Those that
 * another port has, by 'heir' (NULL: none), are charged to that instead, as far as
 * its share goes.
 */
void neightab6_release(struct neightab6 *, uint16_t port, neightab6_heir *heir);

/* How many entries there are. */
uint32_t neightab6_count(const struct neightab6 *);

#endif
