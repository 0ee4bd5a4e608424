/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_REPLAY_EVENTS_H
#define IXF_REPLAY_EVENTS_H

/*
 * The events that the daemon would have logged, with their times.  Only the last
 * EVENTS_KEPT are kept, so that no capture fills the memory.
 */

#include <stdint.h>

#include "fabric/view/drop.h"

#define EVENTS_KEPT 1000

struct event {
	uint64_t at; /* ns */
	enum drop_level level;
	char *text;
};

/* All zero: none. */
struct events {
	uint64_t n;                     /* that there were */
	struct event kept[EVENTS_KEPT]; /* number i at i modulo EVENTS_KEPT */
};

void events_add(struct events *, uint64_t at, enum drop_level,
		const char *text);

/* The number of the first one that is kept. */
uint64_t events_first(const struct events *);

void events_clear(struct events *);

#endif
