/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TABLES_H
#define IXF_TABLES_H

/*
 * The MAC tables that a configuration needs and the running one lacks: of new LANs,
 * and of all LANs if 'mac_table' changes.
 *
 * A table for 16 million addresses has half a gigabyte.  To make it, to copy into it
 * what the old one has learned, and to free the old one, take parts of a second.  So
 * it is made by any thread, before an apply; copied by control in parts, while it
 * goes on learning; and the old one is freed in parts.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/faults.h"

struct config;
struct fabric;
struct lan_rt;
struct mactab;
struct tables;

/* A table that another has replaced. */
struct old_table {
	struct old_table *next;
	struct mactab *table;
	const struct lan_rt *lan; /* NULL: it is gone */
	size_t slot;              /* to here its times have been taken over */
};

/*
 * Makes the tables for 'next', which is not the running configuration yet; both
 * must stay as they are.  NULL and an error in 'faults' that names the key, if there
 * is not enough memory.  Any thread.
 */
struct tables *tables_create(const struct config *running,
			     const struct config *next, struct faults *);

/*
 * The rest is for control alone.
 *
 * Copies what some more slots have learned.  1: all is copied; 0; or -ENOMEM.
 */
int tables_copy(struct fabric *, const struct config *next, struct tables *,
		size_t slots);

/*
 * The new table of the LAN at an index of the configuration, or NULL if it keeps its
 * own.  It stays with 'tables' until it is taken.
 */
struct mactab *tables_new(const struct tables *, unsigned int lan);
void tables_take(struct tables *, unsigned int lan);

/* Takes what there is for the table that is replaced. */
struct old_table *tables_take_old(struct tables *, unsigned int lan);

/* Frees what has not been taken. */
void tables_free(struct tables *);

/*
 * Goes on with tables that no worker uses any more: takes over the times at which
 * workers last saw an address there, and frees them.  'slots' of them are looked at.
 * Returns whether nothing is left.
 */
bool tables_turn(struct fabric *, size_t slots);

/*
 * The MAC tables that run, in words: "1024 KB for 16384 addresses in each LAN: 2 on
 * normal pages".  For the log.
 */
#define TABLES_TEXT_SIZE 160
char *tables_text(const struct fabric *, char text[TABLES_TEXT_SIZE]);

/* A LAN goes: no table of the list has times for it any more. */
void tables_forget_lan(struct old_table *list, const struct lan_rt *);

#endif
