/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RATE_H
#define IXF_RATE_H

/*
 * How many a second, over the last few: events are counted by the second in
 * which they were noticed, and those of the last RATE_SECONDS whole seconds and
 * of the one under way make the rate.  All zero is a rate of none.  One thread.
 */

#include <stdint.h>
#include <string.h>

#include "lib/clock.h"

#define RATE_SECONDS 5

struct rate {
	uint32_t second;              /* the latest one counted in */
	uint32_t n[RATE_SECONDS + 1]; /* by second, modulo their number */
};

/* Forgets the seconds between the latest one and that of 'now' (ns). */
static inline void
rate_move(struct rate *r, uint64_t now)
{
	uint32_t second = (uint32_t)(now / CLOCK_SECOND);
	uint32_t gone = second - r->second;

	if (gone > RATE_SECONDS)
		memset(r->n, 0, sizeof(r->n));
	else
		while (r->second != second)
			r->n[++r->second % (RATE_SECONDS + 1)] = 0;
	r->second = second;
}

/* 'n' events at 'now', which never goes back; no more than 2^32 a second. */
static inline void
rate_add(struct rate *r, uint64_t now, uint64_t n)
{
	uint32_t *sum;

	rate_move(r, now);
	sum = &r->n[r->second % (RATE_SECONDS + 1)];
	*sum = n < UINT32_MAX - *sum ? *sum + (uint32_t)n : UINT32_MAX;
}

/* Events a second. */
static inline double
rate_read(struct rate *r, uint64_t now)
{
	uint64_t sum = 0;

	rate_move(r, now);
	for (unsigned int i = 0; i <= RATE_SECONDS; i++)
		sum += r->n[i];
	return (double)sum * (double)CLOCK_SECOND /
	       (double)(RATE_SECONDS * CLOCK_SECOND + now % CLOCK_SECOND);
}

#endif
