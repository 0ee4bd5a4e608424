/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LOGLIMIT_H
#define IXF_LOGLIMIT_H

/*
 * How often the log speaks of a thing that happens again and again: the first
 * time at once, then at most once a period, with how many there have been since.
 * Every event is told: it has a line of its own, or is in the number of a later
 * one.  All zero is a limit that has said nothing yet.  One thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/clock.h"

#define LOGLIMIT_PERIOD (15 * CLOCK_SECOND)

struct loglimit {
	uint64_t until; /* ns: nothing more is said before; 0: speak at once */
	uint64_t held;  /* events since the last line */
};

/*
 * 'n' > 0 events at 'now' (ns).  True: a line is due for the first of them; the
 * others, or all when it is false, are held.
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

/*
 * The end of a period, when 'now' has reached it: how many events a line is due
 * for, and another period begins; 0: none, and the next event has its line at
 * once.
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

/* What is held, for a last line before the end of the program. */
static inline uint64_t
loglimit_flush(struct loglimit *l)
{
	uint64_t held = l->held;

	l->held = 0;
	return held;
}

#endif
