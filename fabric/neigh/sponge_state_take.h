/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SPONGE_STATE_TAKE_H
#define IXF_SPONGE_STATE_TAKE_H

/*
 * Sets the states of the sponges from a text that sponge_state.h describes, and an
 * earlier daemon has written.
 *
 * The text may come from a daemon with another configuration, or be anything:
 * each row is judged by itself, and is used only if the running configuration
 * could have led to it.
 *
 * Control thread only.  Wall-clock times are seconds since 1970.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fabric;

/* What was taken from a text. */
struct sponge_taken {
	uint64_t age; /* seconds; 0 for a time in the future */
	/* The text is too old, or from the future: only STATIC rows were taken. */
	bool stale;
	/* Addresses that are STATIC, ALIVE, DEAD now; and those that were dead
	   and are NONE. */
	unsigned int fixed, alive, dead, cleared;
	unsigned int unused; /* rows that could not be used */
	char why[160]; /* the first reason why rows are unused, or of stale */
};

/*
 * Sets the states of the sponges from a text, at 'wall'.  STATIC stays STATIC;
 * ALIVE stays so if the configuration allows the address at that port; DEAD
 * becomes NONE, or stays DEAD in the static mode.  An address that was seen since
 * the start keeps its state.  0, or -EINVAL: nothing was used, since this is no
 * such text.
 *
 * STATIC is an order of an operator and does not age.  Of a text that is older than
 * state_age, or whose time is in the future, only these rows are used.
 */
int sponge_state_take(struct fabric *, const char *text, size_t size,
		      uint64_t wall, struct sponge_taken *);

#endif
