/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LOGLIMIT_H
#define IXF_LOGLIMIT_H

/*
 * Limits log lines about a repeated event: the first event is logged at once,
 * then there is at most one line a period, with the number of events since the
 * last one.  Every event is logged, by its own line or in the number of a later
 * one.  All zero is a limit that has logged nothing.  One thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/clock.h"

#define LOGLIMIT_PERIOD (15 * CLOCK_SECOND)

struct loglimit {
	uint64_t until; /* ns: no line before; 0: log at once */
	uint64_t held;  /* events that are not logged yet */
};

/*
 * Counts 'n' > 0 events at 'now' (ns).  True: log the first of them now.  The
 * others, or all if false, are held.
 */
static inline bool
loglimit_event(struct loglimit *l, uint64_t now, uint64_t n)
{
	l->held += n;
	if (now < l->until)
		return false;
	l->held--;
	l->until = now + LOGLIMIT_PERIOD;
	return true;
}

/* 'n' events that were to be logged could not be: they are held again. */
static inline void
loglimit_hold(struct loglimit *l, uint64_t n)
{
	l->held += n;
}

/*
 * Ends a period when 'now' has reached its end.  Returns the number of held
 * events to log, and starts another period; 0: none, and the next event is
 * logged at once.
 */
static inline uint64_t
loglimit_due(struct loglimit *l, uint64_t now)
{
	uint64_t held = l->held;

	if (l->until == 0 || now < l->until)
		return 0;
	l->held = 0;
	l->until = held > 0 ? now + LOGLIMIT_PERIOD : 0;
	return held;
}

/* The number of held events, for a last line when the program ends. */
static inline uint64_t
loglimit_flush(struct loglimit *l)
{
	uint64_t held = l->held;

	l->held = 0;
	return held;
}

#endif
