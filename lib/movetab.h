/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MOVETAB_H
#define IXF_MOVETAB_H

/*
 * Addresses on watch: those of one LAN that have moved between ports lately.
 *
 * An address that has moved MOVETAB_MOVES times within MOVETAB_WINDOW and is to
 * move again is a duplicate, or goes round in a loop; it is frozen where it is
 * for MOVETAB_HOLD (RFC 7432, 15.1).
 *
 * Whoever can send can make addresses move, so the memory is bounded, and for
 * each port: an address on watch is charged to the port whose taking it over put
 * it there, wherever it moves later, so that who is robbed does not pay for
 * taking back.  A port that has no more to spend takes over nothing.
 *
 * Every call but movetab_age() and movetab_release() takes the same time,
 * however many addresses there are.  One thread; times are ns; addresses are
 * numbers in host order (mac.h).
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/clock.h"

#define MOVETAB_MOVES  5
#define MOVETAB_WINDOW (180 * CLOCK_SECOND)
#define MOVETAB_HOLD   (540 * CLOCK_SECOND)
#define MOVETAB_SHARE  64   /* addresses on watch that a port may cause */
#define MOVETAB_SIZE   4096 /* in all; also the ports there can be */

struct movetab;

enum movetab_verdict {
	MOVETAB_MOVES_ON, /* it may move, and has been counted */
	MOVETAB_FREEZES,  /* one move too many: frozen from now on */
	MOVETAB_FROZEN,   /* has been frozen before */
	MOVETAB_FULL,     /* the port, or all of them, have no more to spend */
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

/* All zero for an address that is not on watch. */
struct movetab_state movetab_look(const struct movetab *, uint64_t mac,
				  uint64_t now);

/* Takes an address off watch, frozen or not. */
void movetab_forget(struct movetab *, uint64_t mac);

/*
 * Makes room: forgets what has not moved for MOVETAB_WINDOW, or is frozen no
 * more.  To be called now and then; it changes no verdict but MOVETAB_FULL.
 */
void movetab_age(struct movetab *, uint64_t now);

/* Forgets all that is charged to 'port', which is gone. */
void movetab_release(struct movetab *, uint16_t port);

/* Addresses on watch, frozen ones included. */
unsigned int movetab_count(const struct movetab *);

#endif
