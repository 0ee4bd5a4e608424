/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NEIGH6_H
#define IXF_NEIGH6_H

/*
 * Which IPv6 addresses of a LAN have slots: control's half of a table of
 * neigh.h, whose tags it alone writes, while workers look.
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
 * Every call but neigh6_release() takes a time that grows with the logarithm
 * of the capacity.  One thread; an address is 16 octets.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/neigh.h"

#define NEIGH6_PORTS  4096       /* that there can be */
#define NEIGH6_NOBODY UINT16_MAX /* the port of a permanent entry */

struct neigh6;

/* How willingly an entry goes when another wants in. */
enum neigh6_rank {
	NEIGH6_FIRST, /* nothing is known of it, or it is suspected; so at first */
	NEIGH6_LAST,  /* when there is none of FIRST: it is dead, or silent */
	NEIGH6_STAYS, /* for a permanent one alone: it is alive, or fixed */
};

struct neigh6_entry {
	uint8_t address[16];
	uint16_t port; /* that is charged; NEIGH6_NOBODY: permanent */
	uint8_t rank;  /* enum neigh6_rank */
};

/*
 * The entry has lost its slot, to another or because its port is gone.  It is
 * not in the table any more; nothing is to be added or removed from here.
 */
typedef void neigh6_gone(void *arg, uint32_t slot, const struct neigh6_entry *);

/* The slots that neigh_create6() is to be asked for: at least twice as many. */
uint32_t neigh6_slots(uint32_t capacity);

/* How many entries a port may make. */
static inline uint32_t
neigh6_share(uint32_t capacity)
{
	return capacity / 4 > 16 ? capacity / 4 : 16;
}

/*
 * For up to 'capacity' entries (at least 1, permanent ones included) in
 * 'table', which is empty, has the slots for them, and outlives this.  NULL
 * when memory is short.  All that it ever takes: 96 octets a slot, and 50 kB.
 */
struct neigh6 *neigh6_create(struct neigh *table, uint32_t capacity,
			     neigh6_gone *, void *arg);
void neigh6_free(struct neigh6 *);

/* The slot of an address, or NEIGH_NONE. */
uint32_t neigh6_find(const struct neigh6 *, const uint8_t *address);

/*
 * Gives an address a slot, for 'port' (below NEIGH6_PORTS) or, with
 * NEIGH6_NOBODY, for good; nobody owns it, nothing is held.  NEIGH_NONE: no
 * room.  One that has a slot keeps it: it has been asked for once more, or is
 * permanent now.
 *
 * A permanent one takes the place of any that is not, if need be: what members
 * make the table full of must not keep out what is configured.
 */
uint32_t neigh6_add(struct neigh6 *, const uint8_t *address, uint16_t port);

/* Takes it away again, permanent or not.  Calls nobody. */
void neigh6_remove(struct neigh6 *, uint32_t slot);

/* The address has been asked for. */
void neigh6_touch(struct neigh6 *, uint32_t slot);

/* How willingly it goes now.  Of a vacant slot: nothing happens. */
void neigh6_set_rank(struct neigh6 *, uint32_t slot, enum neigh6_rank);

/* What is in a slot, or NULL: all entries are those of slots 0 to n - 1. */
const struct neigh6_entry *neigh6_entry(const struct neigh6 *, uint32_t slot);

/* Takes away all that is charged to 'port'. */
void neigh6_release(struct neigh6 *, uint16_t port);

/* How many entries there are. */
uint32_t neigh6_count(const struct neigh6 *);

#endif
