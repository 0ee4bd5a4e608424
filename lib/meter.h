/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_METER_H
#define IXF_METER_H

/*
 * A limit on frames or octets per second that all workers of a port share: a
 * token bucket, in the virtual scheduling form of the generic cell rate
 * algorithm (ITU-T I.371, A.1; ATM Forum TM 4.1).  Its whole state is one word,
 * the theoretical arrival time (TAT): the time when all that was taken is paid
 * for.  Time itself fills the bucket, so a take is a load, a multiplication and
 * a compare-and-swap: no lock, no division.
 *
 * Times are steps of 2^-10 ns: with coarser steps the cost of 64 octets at
 * 400 Gbit/s would be wrong by more than 0.1 %.  They wrap every 2^54 ns (208 days),
 * so only the distance from 'now' to TAT counts.  A distance up to the burst,
 * plus METER_SLACK for workers whose clocks differ, is valid.  A larger one
 * comes from a pause, a jump of the clock or a larger burst of before, and the
 * meter starts again with one full burst.  A pause that ends as the steps wrap,
 * or a zeroed meter that starts then, can look like a valid distance:
 * conforming frames are then dropped for at most the burst and the slack.
 *
 * The accuracy, with steps rounded so that no conforming frame is dropped:
 *  - rate: from one unit in 2^44 ns (4.8 h, also for slower ones) to 10^12
 *    per second.  A take that costs 1 ns or more (64 octets at 400 Gbit/s: 1.28 ns)
 *    is charged to 0.1 %, one that costs 1 us to 10^-6;
 *  - burst: exact up to as many units as one unit costs steps (a million at
 *    10^6 per second), and to 0.1 % beyond; at most 2^52 ns (52 days) of the rate;
 *  - size: any; a frame larger than the burst never conforms, so a limit on
 *    octets needs a burst of at least the largest frame.
 *
 * A meter has a cache line of its own: a storm on one limit must not slow a
 * worker that uses another limit of the same port, above all that on frames to
 * the port.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define METER_STEPS 10                                    /* log2, in a ns */
#define METER_SLACK (UINT64_C(1000000000) << METER_STEPS) /* a second */

/* Zeroed, it has no limit. */
struct meter {
	/* Written and read by workers. */
	_Alignas(64) _Atomic uint64_t tat;

	/* Written by control, read by workers. */
	_Atomic uint64_t cost;      /* of a unit, 2^-10 steps; 0: no limit */
	_Atomic uint64_t tolerance; /* the burst in steps, 2^62 at most */
};

/*
 * Sets the limit: 'units' in 'period' ns, and up to 'burst' of them at once
 * after a pause.  0 units: no limit; a burst of 0: no frame passes.  A value out
 * of range becomes the end of the range.  The state stays, so setting the same
 * limit again changes nothing.  Control.
 */
void meter_set(struct meter *, uint64_t units, uint64_t period, uint64_t burst);

/*
 * The limit, for display: units in 1000 s, rounded, and the burst; 0 and 0
 * without a limit.  As exact as the meter holds them.  Control.
 */
void meter_get(const struct meter *, uint64_t *per_1000s, uint64_t *burst);

/*
 * Acquire, for the store in meter_set(): a worker that sees a cost also sees
 * its tolerance, or a later one.
 */
static inline uint64_t
meter_cost(const struct meter *m)
{
	return atomic_load_explicit(&m->cost, memory_order_acquire);
}

static inline bool
meter_is_set(const struct meter *m)
{
	return meter_cost(m) != 0;
}

/*
 * Whether 'units' at 'cost' conform at 'now' (steps), and the TAT after they
 * are taken.  128 bits, so that no size or rate overflows.
 */
static inline bool
meter_judge(const struct meter *m, uint64_t tat, uint64_t cost, uint64_t now,
	    uint32_t units, uint64_t *next)
{
	uint64_t most =
		atomic_load_explicit(&m->tolerance, memory_order_relaxed);
	uint64_t ahead = tat - now; /* for a TAT in the past: 2^63 or more */
	unsigned __int128 due = (unsigned __int128)cost * units >> 10;

	due += ahead > most + METER_SLACK ? 0 : ahead;
	*next = now + (uint64_t)due;
	return due <= most;
}

/*
 * Whether 'units' are within the limit at 'now' (ns of any clock); if so, takes
 * them.  Workers.
 *
 * Relaxed: TAT protects no other data, and all threads see the changes of one
 * word in one order.
 */
static inline bool
meter_take(struct meter *m, uint64_t now, uint32_t units)
{
	uint64_t cost = meter_cost(m);
	uint64_t tat, next;

	if (cost == 0)
		return true;
	tat = atomic_load_explicit(&m->tat, memory_order_relaxed);
	do {
		if (!meter_judge(m, tat, cost, now << METER_STEPS, units,
				 &next))
			return false;
	} while (!atomic_compare_exchange_weak_explicit(&m->tat, &tat, next,
							memory_order_relaxed,
							memory_order_relaxed));
	return true;
}

/* What meter_take() would return; takes nothing.  Any thread. */
static inline bool
meter_has(const struct meter *m, uint64_t now, uint32_t units)
{
	uint64_t cost = meter_cost(m);
	uint64_t tat = atomic_load_explicit(&m->tat, memory_order_relaxed);
	uint64_t next;

	return cost == 0 ||
	       meter_judge(m, tat, cost, now << METER_STEPS, units, &next);
}

#endif
