/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TXLEVEL_H
#define IXF_TXLEVEL_H

/*
 * Equal shares among the senders of several workers.  Each worker has a transmit
 * queue of its own, and a NIC serves these in turn: without more, three senders of
 * one worker would share what a single one of another has.  So each worker whose
 * frames do not all leave shows its level (backlog.h), the octets that each of its
 * senders has had, and none goes further above the lowest of the others than two of
 * its quanta.  A worker that waits leaves its part of the link to those behind.
 */

#include "fabric/datapath/backlog.h"
#include "fabric/datapath/worker.h"
#include "fabric/view/view.h"

/*
 * At the end of a round: shows the level of 'b' if frames could not be sent
 * ('behind'), and finds how high ranks may be in the next round.  'age', ns: a
 * worker whose frames have not moved for so long does not count.
 */
void txlevel_update(const struct worker *, const struct view *,
		    const struct device *, struct backlog *b, bool behind,
		    uint64_t age);

/* Whether a worker shows its level: then all go by it. */
static inline bool
txlevel_is_shown(const struct device *d)
{
	return d->levels != NULL &&
	       atomic_load_explicit(&d->levels->shown, memory_order_relaxed);
}

/* Shows none. */
void txlevel_end(const struct worker *, const struct device *);

#endif
