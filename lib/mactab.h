/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MACTAB_H
#define IXF_MACTAB_H

/*
 * MAC table of one peering LAN: which port owns which MAC address.
 *
 * One thread writes (control); any number of workers read.  An entry is one
 * 64-bit word -- 48 bits of address, 12 of port, 4 of flags -- so a worker sees
 * a whole entry or none, without lock or grace period.  An entry never moves to
 * another slot: every lookup finds an address that is in the table, whatever
 * happens to others.
 *
 * A full table rejects new addresses and never evicts one: a member that floods
 * the LAN with invented addresses must not push out those of others.  The hash
 * is secret, so that a member cannot choose addresses for one bucket.
 *
 * The table has no rules about ports.  Addresses are numbers in host order
 * (mac.h); bursts have at most 64 addresses.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mactab;
struct pages;

#define MACTAB_NO_PORT 0xfff /* also the number of possible ports */
#define MACTAB_NOWHERE UINT32_MAX

enum mactab_flag {
	/*
	 * From the configuration: does not age, and does not move by learning.
	 */
	MACTAB_STATIC = 1 << 0,
	/* Learned, and kept until an operator removes it. */
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

#define MACTAB_MAX (1 << 24)

/*
 * A table for at least 'n' addresses, 1 to MACTAB_MAX.  NULL and errno on failure.
 * Its memory is there when this returns, which takes a tenth of a second or more for
 * the largest: any thread may make one.
 */
struct mactab *mactab_create(size_t n);
void mactab_free(struct mactab *);

/* The memory that a table for 'n' addresses takes, in octets. */
uint64_t mactab_size(size_t n);

/* What its memory lies on. */
const struct pages *mactab_pages(const struct mactab *);

/*
 * Frees a part of a table that no thread uses any more.  Returns whether there is
 * more to free; after false there is no table.
 */
bool mactab_free_some(struct mactab *);

/* Control thread only. */

/*
 * Puts 'mac' on 'port', also if it was elsewhere; the flags are replaced.
 * Returns 0, -ENOSPC if there is no room, or -EPERM if 'flags' lacks
 * MACTAB_STATIC and a static entry would change.  'mac' is not 0, and 'port' is
 * below MACTAB_NO_PORT.
 */
int mactab_set(struct mactab *, uint64_t mac, uint16_t port, unsigned int flags,
	       uint32_t now);

/*
 * Makes an address that is there what it was, also if it is static now, as
 * mactab_get() gave it: for an apply that is undone.  Workers find it all the time.
 */
void mactab_restore(struct mactab *, const struct mactab_entry *);

/* Removes 'mac'.  Returns whether it was there. */
bool mactab_remove(struct mactab *, uint64_t mac);

/* The entry of 'mac' in '*e', or false. */
bool mactab_get(const struct mactab *, uint64_t mac, struct mactab_entry *e);

/*
 * Calls 'visit' for every entry, and removes those for which it returns false.
 * 'visit' must not change the table itself.  Returns how many were removed.
 */
typedef bool mactab_visit(void *arg, const struct mactab_entry *);
size_t mactab_each(struct mactab *, mactab_visit *, void *arg);

/*
 * Visits the entries in 'n' slots from 'slot' on, for a caller that must be
 * quick; removes none.  Returns the next slot, 0 after the last.  An entry that
 * exists from the first call to the last is visited once.
 */
size_t mactab_walk(const struct mactab *, size_t slot, size_t n, mactab_visit *,
		   void *arg);

/*
 * As mactab_each() in the 'n' slots from 'slot' on; adds to '*removed'.  Returns the
 * next slot, 0 after the last.
 */
size_t mactab_sweep(struct mactab *, size_t slot, size_t n, mactab_visit *,
		    void *arg, size_t *removed);

/* How many entries there are. */
size_t mactab_count(const struct mactab *);

/* How many numbers of slots there are, for mactab_walk() and mactab_sweep(). */
size_t mactab_slots(const struct mactab *);

/*
 * Replacing a table by one of another size, while it is in use.  From
 * mactab_inherit() on, what is learned in or removed from 'old' is so in 'heir',
 * too, which is empty before.  mactab_copy() copies the learned addresses in some
 * more slots, sticky ones first, and returns whether all are copied.  The heir has
 * the whole then, but for the addresses of the configuration and for those that it
 * has no room for: mactab_lost() of a port.  mactab_disinherit() ends it, before
 * either is freed.
 */
int mactab_inherit(struct mactab *old, struct mactab *heir);
bool mactab_copy(struct mactab *old, size_t n);
uint32_t mactab_lost(const struct mactab *old, uint16_t port);
void mactab_disinherit(struct mactab *old);

/*
 * Notes that 'mac' was seen at 'then' (seconds), if it is there and was not seen
 * later: workers go on noting times in an old table until they use its heir.
 */
void mactab_seen_at(struct mactab *, uint64_t mac, uint32_t then);

/* Workers. */

/*
 * For each address of the set 'which' (bit i: mac[i]) its port, or MACTAB_NO_PORT
 * if it is unknown; and, unless 'place' is NULL, the place of its entry for
 * mactab_touch(), or MACTAB_NOWHERE.
 */
void mactab_find(const struct mactab *, const uint64_t *mac, uint64_t which,
		 uint16_t *port, uint32_t *place);

/*
 * The same for the first 'n' addresses in two steps, so that a worker does other
 * work while the table is on its way into the cache.  mactab_aim() fills in the
 * bucket of each address.  mactab_match() fills in the port of each address plus
 * one, or 0: then the address is unknown, or one of the few that only
 * mactab_find() finds.  All arrays have room for 64.
 */
void mactab_aim(const struct mactab *, const uint64_t *mac, unsigned int n,
		uint32_t *bucket);
void mactab_match(const struct mactab *, const uint64_t *mac,
		  const uint32_t *bucket, unsigned int n, uint16_t *port1);

/*
 * As mactab_match(), with the places for mactab_touch() of those that are found.
 * Returns the set of those that were not seen at 'now'.
 */
uint64_t mactab_match_seen(const struct mactab *, const uint64_t *mac,
			   const uint32_t *bucket, unsigned int n, uint32_t now,
			   uint16_t *port1, uint32_t *place);

/*
 * Marks the entries at place[i], for each bit i of 'which', as seen at 'now'
 * (seconds).  Writes only what changes.  A place of MACTAB_NOWHERE is skipped.
 */
void mactab_touch(struct mactab *, const uint32_t *place, uint64_t which,
		  uint32_t now);

#endif
