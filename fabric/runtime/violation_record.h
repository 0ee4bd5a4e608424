/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_VIOLATION_RECORD_H
#define IXF_VIOLATION_RECORD_H

/*
 * The dropped frames of a port, gathered from the records of all workers
 * (drop_record.h).  Control thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/drop_record.h"
#include "lib/loglimit.h"
#include "lib/rate.h"

struct fabric;
struct port_rt;

/* What control remembers about the dropped frames of one reason, and of a port. */
struct violation_reason {
	uint64_t seen; /* frames dropped, or that would be, when last looked */
	struct loglimit limit;
	struct rate rate;
};

struct violation_state {
	struct violation_reason reason[DROP_N];
	uint64_t due; /* ns: the first of its limits, or its shutdown, ends */

	/* The last shutdown by a violation; see port_rt.blocked for one now. */
	enum drop why;
	uint64_t blocked_at, blocked_until; /* ns; UINT64_MAX: not by itself */
	unsigned int shutdowns;

	/* The last frame that looked like a loop, and when one can be logged. */
	bool looped;
	uint64_t looped_at, loop_due;

	/* In quarantine since when; it stays when the port leaves. */
	bool quarantined;
	uint64_t quarantined_at;
	uint64_t dropped_at; /* 0: never */
};

/* The last frame of the port that was dropped for 'why', or false. */
bool violation_last(const struct fabric *, const struct port_rt *,
		    enum drop why, struct drop_record_copy *);

/*
 * The last frames, up to DROP_RECORD_RING, that were dropped while the port was
 * in quarantine, or last was, in the order of time.  Returns how many.
 */
unsigned int violation_record(const struct fabric *, const struct port_rt *,
			      struct drop_record_copy record[DROP_RECORD_RING]);

#endif
