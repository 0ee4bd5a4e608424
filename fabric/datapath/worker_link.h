/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_LINK_H
#define IXF_WORKER_LINK_H

/*
 * The links of LAGs (view/lag.h): which one a frame leaves by, whether frames of one are
 * taken, and what is counted of each.  On the worker.
 */

#include <stdbool.h>
#include <stdint.h>

#include <rte_branch_prediction.h>

#include "fabric/datapath/worker.h"
#include "fabric/view/view.h"

struct burst;
struct rte_mbuf;

/* worker_device() of a LAG. */
uint16_t worker_choose_link(const struct view *, const struct port *to,
			    const struct rte_mbuf *, bool tagged);

/*
 * The id of the device that a frame leaves 'to' by; NO_DEVICE: no link can be used.
 * 'tagged': it has the tag of the port already, which makes no difference.
 */
static inline uint16_t
worker_device(const struct view *v, const struct port *to,
	      const struct rte_mbuf *m, bool tagged)
{
	return likely(to->egress.lag == NULL)
		       ? egress_device(&to->egress)
		       : worker_choose_link(v, to, m, tagged);
}

/* Whether the device is a link of which no frame is taken, but LACP. */
static inline bool
worker_link_is_shut(const struct device *d)
{
	return unlikely(d->lag != NULL) && !lag_receives(d->lag, d->slot);
}

/* Counts the frames of a burst, if they came in by a link. */
void worker_count_link_rx(struct worker *, const struct burst *);

static inline void
worker_count_link_tx(struct worker *w, const struct device *d, uint64_t frames,
		     uint64_t bytes)
{
	if (likely(d->lag == NULL))
		return;
	counter_add(&w->link[d->id].tx_frames, frames);
	counter_add(&w->link[d->id].tx_bytes, bytes);
}

#endif
