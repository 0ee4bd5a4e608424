/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PICK_H
#define IXF_PICK_H

/*
 * The random numbers of the model: the same for the same seed and sequence.  One
 * thread.
 */

#include <stdbool.h>
#include <stdint.h>

extern uint64_t pick_state;

/* splitmix64. */
static inline uint64_t
pick64(void)
{
	uint64_t x = pick_state += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static inline void
pick_begin(uint64_t seed, uint64_t sequence)
{
	pick_state = seed;
	pick_state = pick64() + sequence;
}

/* From 0 to n - 1; n is not 0. */
static inline unsigned int
pick(unsigned int n)
{
	return (unsigned int)((pick64() >> 32) * n >> 32);
}

static inline bool
one_in(unsigned int n)
{
	return pick(n) == 0;
}

#endif
