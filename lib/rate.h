/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RATE_H
#define IXF_RATE_H

/*
 * Events per second, averaged over the last seconds: the last RATE_SECONDS whole
 * seconds and the current one.  All zero is a rate of zero.  One thread.
 */

#include <stdint.h>
#include <string.h>

#include "lib/clock.h"

#define RATE_SECONDS 5

struct rate {
	uint32_t second; /* the latest second that was counted */
	uint32_t
		n[RATE_SECONDS + 1]; /* events by second, modulo their number */
};

/* Clears the seconds between the latest one and that of 'now' (ns). */
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

/* Counts 'n' events at 'now', which never goes back; at most 2^32 per second. */
static inline void
rate_add(struct rate *r, uint64_t now, uint64_t n)
{
	uint32_t *sum;

	rate_move(r, now);
	sum = &r->n[r->second % (RATE_SECONDS + 1)];
	*sum = n < UINT32_MAX - *sum ? *sum + (uint32_t)n : UINT32_MAX;
}

/* Events per second. */
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
