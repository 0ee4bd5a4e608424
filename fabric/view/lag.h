/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LAG_H
#define IXF_LAG_H

/*
 * The links of a LAG: the devices of a port that has several, in slots.  Which link a
 * frame leaves by stands in a table by the hash of its flow (flowhash.h, lagtable.h), so
 * that the frames of a flow keep their order.
 *
 * Outlives views, is freed with the port, and is not used by a view without it any more.
 */

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/counter.h"
#include "lib/lagtable.h"

#define LAG_LINKS_MAX LAGTABLE_SLOTS

/* Control writes, workers read, relaxed, a byte each. */
struct lag {
	/* By bucket: slot of the link it leaves by, or LAGTABLE_NONE. */
	_Atomic uint8_t slot[LAGTABLE_BUCKETS];
	/* By slot: what the member sends by the link is taken. */
	_Atomic bool receives[LAG_LINKS_MAX];
};

static_assert(sizeof(_Atomic uint8_t) == 1 && sizeof(_Atomic bool) == 1,
	      "a byte is written at once");

/*
 * What one worker has counted of one device that is a link: also what was dropped, or
 * consumed, later.  Written by that worker, read by control.
 */
struct link_counters {
	struct counter rx_frames, rx_bytes, tx_frames, tx_bytes;
};

static inline bool
lag_receives(const struct lag *l, uint8_t slot)
{
	return atomic_load_explicit(&l->receives[slot], memory_order_relaxed);
}

/* The slot of the link that frames of this hash leave by, or LAGTABLE_NONE. */
static inline uint8_t
lag_slot(const struct lag *l, uint32_t hash)
{
	return atomic_load_explicit(&l->slot[lagtable_bucket(hash)],
				    memory_order_relaxed);
}

#endif
