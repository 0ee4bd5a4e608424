/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_VIOLATION_STATE_H
#define IXF_VIOLATION_STATE_H

/* What control remembers about the dropped frames of a port: violation.h. */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/drop.h"
#include "lib/loglimit.h"
#include "lib/rate.h"

/* Of one reason. */
struct violation_reason {
	uint64_t seen; /* frames dropped, or that would be, when last looked */
	struct loglimit limit;
	struct rate rate;
};

/* Of a port. */
struct violation_state {
	struct violation_reason reason[DROP_N];
	uint64_t due; /* ns: the first of its limits, or its shutdown, ends */

	/* The last shutdown by a violation; see port_rt.blocked for one now. */
	enum drop why;
	uint64_t blocked_at, blocked_until; /* ns; UINT64_MAX: not by itself */
	unsigned int shutdowns;

	/* The last frame that looked like a loop, and when one was logged. */
	bool looped;
	uint64_t looped_at, loop_logged_at;

	/* In quarantine since when; it stays when the port leaves. */
	bool quarantined;
	uint64_t quarantined_at;
	uint64_t dropped_at; /* 0: never */
};

#endif
