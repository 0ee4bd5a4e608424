/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TSC_H
#define IXF_TSC_H

/*
 * The clock of the live fabric: the TSC in nanoseconds since it was reset.
 * Control and workers read the same one.  Any thread, once eal_start() has
 * returned.
 */

#include <stdint.h>

#include <rte_cycles.h>

#include "lib/clock.h"

/* Of clock_ns(), for the TSC.  Written once, by eal_start(). */
extern uint64_t tsc_scale;

static inline uint64_t
tsc_ns(void)
{
	return clock_ns(rte_rdtsc(), tsc_scale);
}

#endif
