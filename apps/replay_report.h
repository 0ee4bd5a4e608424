/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_REPLAY_REPORT_H
#define IXF_REPLAY_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "apps/replay_exchange.h"
#include "fabric/lockstep.h"

/*
 * The events that the daemon would have logged, with their times.  Only the last
 * EVENTS_KEPT are kept, so that no capture fills the memory.
 */

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

void events_clear(struct events *);

/* The report of a replay: as JSON, and as tables for people. */
struct report {
	const char *config; /* its file, or NULL */
	const char *error;  /* what ended the replay early, or NULL */
	uint64_t read;      /* frames that came in */
	uint64_t truncated; /* of them, cut short by a snap length */
	uint64_t outbound;  /* skipped: their interface sent them */
	uint64_t backwards; /* records older than the one before them */
	uint64_t duration;  /* ns from the first frame to the last */
	const struct events *events;
};

/*
 * Print the report, with counters and addresses of the fabric.  0, or -errno when
 * memory is short.  The caller checks 'out' for errors.
 */
int report_json(const struct report *, struct exchange *, struct fabric *,
		FILE *);
int report_table(const struct report *, struct exchange *, struct fabric *,
		 FILE *);

#endif
