/* SPDX-License-Identifier: BSD-3-Clause */
#include "meter.h"

static uint64_t
clamp(unsigned __int128 n, uint64_t most)
{
	return n > most ? most : (uint64_t)n;
}

void
meter_set(struct meter *m, uint64_t units, uint64_t period, uint64_t burst)
{
	uint64_t cost = 0;

	if (units != 0) {
		cost = clamp(((unsigned __int128)period * 16 << 16) / units,
			     UINT64_MAX >> 2);
		cost = cost == 0 ? 1 : cost;
	}
	atomic_store_explicit(
		&m->tolerance,
		clamp((unsigned __int128)burst * cost >> 16, INT64_MAX / 4),
		memory_order_relaxed);
	atomic_store_explicit(&m->cost, cost, memory_order_relaxed);
}
