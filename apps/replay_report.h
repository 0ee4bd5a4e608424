/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_REPLAY_REPORT_H
#define IXF_REPLAY_REPORT_H

/* The report of a replay: as JSON, and as tables for people. */

#include <stdint.h>
#include <stdio.h>

#include "apps/replay_events.h"
#include "apps/replay_exchange.h"
#include "fabric/lockstep.h"

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
