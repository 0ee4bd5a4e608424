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

#endif
