/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RANDOM32_H
#define IXF_RANDOM32_H

#include <stdint.h>

/*
 * A random number: the high half of a linear congruential generator of 64 bits.
 * The same numbers in each run of a program.  One thread.
 */
static inline uint32_t
random32(void)
{
	static uint64_t state = 1;

	state = state * UINT64_C(6364136223846793005) + 1;
	return (uint32_t)(state >> 32);
}

#endif
