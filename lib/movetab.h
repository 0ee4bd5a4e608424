/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MOVETAB_H
#define IXF_MOVETAB_H

/*
 * The addresses of one LAN that have moved between ports lately.
 *
 * An address that has moved MOVETAB_MOVES times within MOVETAB_WINDOW and is to
 * move again is used twice, or its frames go round in a loop.  It is frozen where
 * it is for MOVETAB_HOLD (RFC 7432, 15.1).
 *
 * Any member can make addresses move, so the memory is bounded, for each port
 * too: an entry is charged to the port that the address moved to when the entry
 * was made, wherever it moves later.  So a port that takes its own address back
 * is not charged.  To a port that has used up its share no address moves.
 *
 * Every call but movetab_age() and movetab_release() takes the same time,
 * however many entries there are.  One thread; times are ns; addresses are
 * numbers in host order (mac.h).
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/clock.h"

#define MOVETAB_MOVES  5
#define MOVETAB_WINDOW (180 * CLOCK_SECOND)
#define MOVETAB_HOLD   (540 * CLOCK_SECOND)
#define MOVETAB_SHARE  64   /* entries charged to a port, at most */
#define MOVETAB_SIZE   4096 /* in all; also the ports there can be */

struct movetab;

enum movetab_verdict {
	MOVETAB_MOVES_ON, /* it may move, and the move has been counted */
	MOVETAB_FREEZES,  /* one move too many: frozen from now on */
	MOVETAB_FROZEN,   /* has been frozen before */
	MOVETAB_FULL,     /* the share of the port, or the table, is used up */
};

/* What is known about an address. */
struct movetab_state {
	unsigned int moves; /* in the last MOVETAB_WINDOW */
	bool frozen;
};

/* NULL when memory is short.  Some 300 kB. */
struct movetab *movetab_create(void);
void movetab_free(struct movetab *);

/* 'mac' is to move to 'port' (below MOVETAB_SIZE): whether it may. */
enum movetab_verdict movetab_judge(struct movetab *, uint64_t mac,
				   uint16_t port, uint64_t now);

/* All zero for an address without an entry. */
struct movetab_state movetab_look(const struct movetab *, uint64_t mac,
				  uint64_t now);

/* Forgets an address, frozen or not. */
void movetab_forget(struct movetab *, uint64_t mac);

/*
 * Makes room: forgets addresses that have not moved for MOVETAB_WINDOW, or whose
 * freeze is over.  To be called every few seconds; it changes no verdict but
 * MOVETAB_FULL.
 */
void movetab_age(struct movetab *, uint64_t now);

/* Forgets the entries that are charged to 'port', which is gone. */
void movetab_release(struct movetab *, uint16_t port);

/* How many entries there are, frozen ones included. */
unsigned int movetab_count(const struct movetab *);

#endif
