/* SPDX-License-Identifier: BSD-3-Clause */
/* Sets and reads the limit of a meter: see meter.h. */
#include "lib/meter.h"

#include "lib/clock.h"

#define COST_PLACES   (METER_STEPS + 10) /* log2 of what a ns costs */
#define TOLERANCE_MAX (UINT64_C(1) << 62)

static uint64_t
at_most(unsigned __int128 n, uint64_t most)
{
	return n > most ? most : (uint64_t)n;
}

/*
 * Without a limit the tolerance stays: a worker that still sees the old cost
 * uses the old limit.
 */
void
meter_set(struct meter *m, uint64_t units, uint64_t period, uint64_t burst)
{
	uint64_t cost = 0;

	if (units != 0) {
		cost = at_most(((unsigned __int128)period << COST_PLACES) /
				       units,
			       UINT64_MAX);
		cost = cost == 0 ? 1 : cost;
		atomic_store_explicit(
			&m->tolerance,
			at_most((unsigned __int128)burst * cost >> 10,
				TOLERANCE_MAX),
			memory_order_relaxed);
	}
	atomic_store_explicit(&m->cost, cost, memory_order_release);
}

void
meter_get(const struct meter *m, uint64_t *per_1000s, uint64_t *burst)
{
	uint64_t cost = meter_cost(m);
	unsigned __int128 most =
		atomic_load_explicit(&m->tolerance, memory_order_relaxed);

	*per_1000s = *burst = 0;
	if (cost == 0)
		return;
	*per_1000s = at_most(
		(((unsigned __int128)1000 * CLOCK_SECOND << COST_PLACES) +
		 cost / 2) /
			cost,
		UINT64_MAX);
	*burst = at_most(((most << 10) + cost - 1) / cost, UINT64_MAX);
}
