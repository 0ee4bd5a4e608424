/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_METER_H
#define IXF_METER_H

/*
 * A limit on frames or octets a second that several workers share: a token
 * bucket in the form of the virtual scheduling algorithm (ITU-T I.371, annex A),
 * in which one word, the theoretical arrival time, is all its state.  Refilling
 * is the passing of time, so there is no division and no lock.
 *
 * Times are in sixteenths of a nanosecond, modulo 2^64, and only ever compared
 * with times that are near.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define METER_SLACK (UINT64_C(16) * 1000000000) /* clocks of workers apart */

struct meter {
	_Atomic uint64_t tat;       /* written by whoever takes, read by all */
	_Atomic uint64_t cost;      /* of a unit, times 2^16; 0: no limit */
	_Atomic uint64_t tolerance; /* the burst; these two by control */
};

/*
 * 'units' in 'period' ns, and up to 'burst' of them at once after a silence; 0
 * units: no limit; a burst of 0: nothing at all.  What has been taken stays so.
 * Control.
 */
void meter_set(struct meter *, uint64_t units, uint64_t period, uint64_t burst);

static inline bool
meter_is_set(const struct meter *m)
{
	return atomic_load_explicit(&m->cost, memory_order_relaxed) != 0;
}

/*
 * When 'units' more would be paid for, if 'now' (ns) is within the limit.  What
 * lies further ahead than a limit can reach is from before a leap of time.
 */
static inline bool
meter_next(const struct meter *m, uint64_t tat, uint64_t now, uint32_t units,
	   uint64_t *next)
{
	uint64_t cost = atomic_load_explicit(&m->cost, memory_order_relaxed);
	uint64_t most =
		atomic_load_explicit(&m->tolerance, memory_order_relaxed);
	uint64_t ahead = tat - now * 16;

	if ((int64_t)ahead < 0 || ahead > most + METER_SLACK)
		ahead = 0;
	ahead += (uint64_t)((unsigned __int128)cost * units >> 16);
	*next = now * 16 + ahead;
	return ahead <= most;
}

/* Whether 'units' are within the limit now; if so, they are taken.  Workers. */
static inline bool
meter_take(struct meter *m, uint64_t now, uint32_t units)
{
	uint64_t tat, next;

	if (!meter_is_set(m))
		return true;
	tat = atomic_load_explicit(&m->tat, memory_order_relaxed);
	do {
		if (!meter_next(m, tat, now, units, &next))
			return false;
	} while (!atomic_compare_exchange_weak_explicit(&m->tat, &tat, next,
							memory_order_relaxed,
							memory_order_relaxed));
	return true;
}

/* The same, and nothing is taken. */
static inline bool
meter_has(const struct meter *m, uint64_t now, uint32_t units)
{
	uint64_t next;

	return !meter_is_set(m) ||
	       meter_next(m,
			  atomic_load_explicit(&m->tat, memory_order_relaxed),
			  now, units, &next);
}

#endif
