/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NEIGHTAB6_H
#define IXF_NEIGHTAB6_H

/*
 * Which IPv6 addresses of a LAN have slots: control's half of a table of
 * neightab.h, whose tags it alone writes, while workers look.
 *
 * There are far more addresses than slots, and whoever asks for one makes an
 * entry, so a member that scans the LAN must push out neither what is
 * configured nor what others need.  Configured addresses are permanent.  The
 * others are charged to the port whose question or claim made the entry; a
 * port has a share, and when that is used up pushes out its own.  Else, when
 * the table or the buckets of the address are full, the entry goes that was
 * least recently asked for, first of those of which nothing is known, then of
 * the dead ones; of those that stay, none.  The secret of the table keeps
 * members from aiming at a bucket.
 *
 * Every call but neightab6_release() takes a time that grows with the logarithm
 * of the capacity.  One thread; an address is 16 octets.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/neightab.h"

#define NEIGHTAB6_PORTS   4096       /* that there can be */
#define NEIGHTAB6_NO_PORT UINT16_MAX /* the port of a permanent entry */

struct neightab6;

/* How willingly an entry goes when another wants in. */
enum neightab6_rank {
	NEIGHTAB6_FIRST, /* nothing is known of it, or it is suspected; so at first */
	NEIGHTAB6_LAST, /* when there is none of FIRST: it is dead, or silent */
	NEIGHTAB6_STAYS, /* for a permanent one alone: it is alive, or fixed */
};

struct neightab6_entry {
	uint8_t address[16];
	uint16_t port; /* that is charged; NEIGHTAB6_NO_PORT: permanent */
	uint8_t rank;  /* enum neightab6_rank */
};

/*
 * The entry has lost its slot, to another or because its port is gone.  It is
 * not in the table any more; nothing is to be added or removed from here.
 */
typedef void neightab6_gone(void *arg, uint32_t slot,
			    const struct neightab6_entry *);

/* The slots that neightab_create6() is to be asked for: at least twice as many. */
uint32_t neightab6_slots(uint32_t capacity);

/* How many entries a port may make. */
static inline uint32_t
neightab6_share(uint32_t capacity)
{
	return capacity / 4 > 16 ? capacity / 4 : 16;
}

/*
 * For up to 'capacity' entries (at least 1, permanent ones included) in
 * 'table', which is empty, has the slots for them, and outlives this.  NULL
 * when memory is short.  All that it ever takes: 96 octets a slot, and 50 kB.
 */
struct neightab6 *neightab6_create(struct neightab *table, uint32_t capacity,
				   neightab6_gone *, void *arg);
void neightab6_free(struct neightab6 *);

/* The slot of an address, or NEIGHTAB_NONE. */
uint32_t neightab6_find(const struct neightab6 *, const uint8_t *address);

/*
 * Gives an address a slot, for 'port' (below NEIGHTAB6_PORTS) or, with
 * NEIGHTAB6_NO_PORT, for good; nobody owns it, nothing is held.  NEIGHTAB_NONE: no
 * room.  One that has a slot keeps it: it has been asked for once more, or is
 * permanent now.
 *
 * A permanent one takes the place of any that is not, if need be: what members
 * make the table full of must not keep out what is configured.
 */
uint32_t neightab6_add(struct neightab6 *, const uint8_t *address,
		       uint16_t port);

/* Takes it away again, permanent or not.  Calls nobody. */
void neightab6_remove(struct neightab6 *, uint32_t slot);

/* The address has been asked for. */
void neightab6_touch(struct neightab6 *, uint32_t slot);

/* How willingly it goes now.  Of a vacant slot: nothing happens. */
void neightab6_set_rank(struct neightab6 *, uint32_t slot, enum neightab6_rank);

/* What is in a slot, or NULL: all entries are those of slots 0 to n - 1. */
const struct neightab6_entry *neightab6_entry(const struct neightab6 *,
					      uint32_t slot);

/* Takes away all that is charged to 'port'. */
void neightab6_release(struct neightab6 *, uint16_t port);

/* How many entries there are. */
uint32_t neightab6_count(const struct neightab6 *);

#endif
