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

/* ns for each tick, times 2^32.  Written once, by eal_start(). */
extern uint64_t tsc_scale;

static inline uint64_t
tsc_ns(void)
{
	return (uint64_t)((unsigned __int128)rte_rdtsc() * tsc_scale >> 32);
}

#endif
