/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MACTAB_H
#define IXF_MACTAB_H

/*
 * MAC table of one peering LAN: which member port owns which address.
 *
 * One thread writes (the control thread); any number of workers read.  An
 * entry is one 64-bit word -- 48 bits of address, 12 of port, 4 of flags --
 * so a worker sees a whole entry or none, without lock or grace period.  An
 * entry never moves to another slot while it lives: an address that is in the
 * table is found by every lookup, whatever happens to the others.
 *
 * A full table refuses the newcomer and never evicts: a member flooding the
 * LAN with invented addresses must not push out those of the others.  The hash
 * has a secret, so that nobody can aim at a bucket.
 *
 * The table does not know what a port is, nor who may send from where.
 * Addresses are numbers in host order (mac.h); bursts are at most 64 long.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mactab;

#define MACTAB_NO_PORT 0xfff /* also the number of ports we can name */
#define MACTAB_NOWHERE UINT32_MAX

enum mactab_flag {
	/* Comes from the configuration: never ages, never moves by learning. */
	MACTAB_STATIC = 1 << 0,
	/* Learned, and kept until an operator clears it. */
	MACTAB_STICKY = 1 << 1,
};

/* One entry, as the control thread reads it. */
struct mactab_entry {
	uint64_t mac;
	uint16_t port;
	uint16_t flags;
	uint32_t seen; /* seconds */
};

/* "static", "sticky" or "learned". */
const char *mactab_type(const struct mactab_entry *);

/*
 * A table for at least 'n' addresses, 1 to 2^24.  NULL and errno on failure.
 */
struct mactab *mactab_create(size_t n);
void mactab_free(struct mactab *);

/* Control thread only. */

/*
 * Puts 'mac' on 'port', moving it if it was elsewhere; what the entry was, its
 * flags included, is replaced.  Returns 0, -ENOSPC when there is no room, or
 * -EPERM when 'flags' lacks MACTAB_STATIC and a static entry would change.
 * 'mac' is not 0 and 'port' below MACTAB_NO_PORT.
 */
int mactab_set(struct mactab *, uint64_t mac, uint16_t port, unsigned int flags,
	       uint32_t now);

/* Forgets 'mac'.  Returns whether it was there. */
bool mactab_remove(struct mactab *, uint64_t mac);

/* The entry of 'mac' in '*e', or false. */
bool mactab_get(const struct mactab *, uint64_t mac, struct mactab_entry *e);

/*
 * Calls 'visit' for every entry; an entry for which it returns false is
 * forgotten.  'visit' must not change the table itself.  Returns how many were
 * forgotten.
 */
typedef bool mactab_visit(void *arg, const struct mactab_entry *);
size_t mactab_each(struct mactab *, mactab_visit *, void *arg);

/*
 * The same for the 'n' slots from 'slot' on, for who must not take long: visits
 * what is there, forgets nothing.  Returns the slot to go on from, 0 after the
 * last.  What is in the table from the first call to the last is seen once.
 */
size_t mactab_walk(const struct mactab *, size_t slot, size_t n, mactab_visit *,
		   void *arg);

/* How many entries there are. */
size_t mactab_count(const struct mactab *);

/* Workers. */

/*
 * For each of the 'n' addresses the port it is on, MACTAB_NO_PORT where it is
 * unknown, and, unless 'place' is NULL, the place of its entry for
 * mactab_touch(), MACTAB_NOWHERE where it is unknown.
 */
void mactab_find(const struct mactab *, const uint64_t *mac, unsigned int n,
		 uint16_t *port, uint32_t *place);

/*
 * Marks the entries at place[i], for each bit i of 'which', as seen at 'now'
 * (seconds).  Writes only what changes.  A place of MACTAB_NOWHERE is skipped.
 */
void mactab_touch(struct mactab *, const uint32_t *place, uint64_t which,
		  uint32_t now);

#endif
