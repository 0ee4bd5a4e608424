/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LOGSHARE_H
#define IXF_LOGSHARE_H

/*
 * Shares a number of log lines in a period among owners, such as ports: the first
 * line of each owner is always granted, further ones while the owner has had fewer
 * than are left.  So of n owners that log without end each has about an (n + 1)th
 * part, and the others have as much left.  All zero is a pool, or a share of it, of
 * which nothing was used.  One thread.
 */

#include <stdbool.h>
#include <stdint.h>

struct logshare_pool {
	uint64_t until;  /* ns: when the period ends */
	uint32_t period; /* its number, from 1; 0: there was none yet */
	uint32_t used;   /* lines in it */
	uint32_t served; /* owners that have had one */
	uint64_t held;   /* lines that were not granted; the caller clears it */
};

struct logshare {
	uint32_t period; /* that lines[] is of */
	uint32_t lines;
};

/*
 * Whether the owner of 's' may log a line at 'now' (ns): one of 'size' in 'period'
 * (ns).  So many lines are kept for the first ones of 'owners' owners in all; 0:
 * none, and first lines can exceed 'size'.
 */
static inline bool
logshare_take(struct logshare_pool *p, struct logshare *s, uint64_t now,
	      uint64_t period, uint32_t size, uint32_t owners)
{
	uint64_t taken;

	if (p->period == 0 || now >= p->until) {
		p->period++;
		p->until = now + period;
		p->used = p->served = 0;
	}
	if (s->period != p->period)
		*s = (struct logshare){ p->period, 0 };
	taken = (uint64_t)p->used + s->lines;
	if (owners > p->served)
		taken += owners - p->served;
	if (s->lines != 0 && taken >= size) {
		p->held++;
		return false;
	}
	p->served += s->lines == 0;
	p->used++;
	s->lines++;
	return true;
}

#endif
