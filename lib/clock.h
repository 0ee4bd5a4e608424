/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CLOCK_H
#define IXF_CLOCK_H

/*
 * Time is a number of nanoseconds that the caller passes in: the daemon takes it
 * from the TSC, ixreplay from the capture, a test chooses it.  Nothing in lib/ or
 * in a stage reads a clock.
 */

#include <stdint.h>

#define CLOCK_SECOND      UINT64_C(1000000000)
#define CLOCK_MILLISECOND UINT64_C(1000000)

static inline uint64_t
clock_sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t
clock_later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* The time from 'then' to 'now'; 0 if 'then' is later. */
static inline uint64_t
clock_since(uint64_t now, uint64_t then)
{
	return now > then ? now - then : 0;
}

/* For clock_ns(): ns for each tick of a counter of 'hz' ticks a second, times 2^32. */
static inline uint64_t
clock_scale(uint64_t hz)
{
	return (CLOCK_SECOND << 32) / hz;
}

/* The ns that so many ticks last; takes no division. */
static inline uint64_t
clock_ns(uint64_t ticks, uint64_t scale)
{
	return (uint64_t)((unsigned __int128)ticks * scale >> 32);
}

#endif
