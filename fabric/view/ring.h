/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RING_H
#define IXF_RING_H

/* Rings between one thread that puts in and one that takes out. */

#include <stdint.h>

#include <rte_ring.h>

/*
 * How many entries the other thread has not taken yet.  For the thread that puts
 * in: rte_ring_count() reads what the other one writes meanwhile as an ordinary
 * object.
 */
static inline uint32_t
ring_waiting(const struct rte_ring *r)
{
	return r->prod.tail - __atomic_load_n(&r->cons.tail, __ATOMIC_RELAXED);
}

#endif
