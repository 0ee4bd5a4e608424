/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_TAP_H
#define IXF_WORKER_TAP_H

/*
 * Copies of frames for captures (view/tap.h): as they came in, before any stage has
 * changed them; as they were given to the device, with their tag; and as they were
 * when they were dropped.  What mirrors take goes on to worker_mirror.c.  On the
 * worker.
 */

#include <stdint.h>

#include "fabric/datapath/worker.h"
#include "fabric/view/drop.h"

struct burst;
struct device;
struct rte_mbuf;
struct tap;

/* The tap of the worker, or NULL: there is no capture. */
static inline struct tap *
worker_tap(const struct worker *w)
{
	return atomic_load_explicit(&w->tap, memory_order_acquire);
}

/* All frames of the burst were received by port 'id'. */
void worker_tap_received(const struct worker *, struct tap *,
			 const struct burst *, uint16_t id);

/* All frames of the burst that are live or plain are about to be sent on. */
void worker_tap_passed(const struct worker *, struct tap *,
		       const struct burst *);

/* The frame came in by the port, and is the fabric's. */
void worker_tap_consumed(const struct worker *, struct tap *,
			 const struct rte_mbuf *, const struct port *);

/* The frame was dropped for 'why', and is charged to the port. */
void worker_tap_dropped(const struct worker *, struct tap *,
			const struct rte_mbuf *, const struct port *,
			enum drop why);

/*
 * transmit(), with copies of the frames that the device took.  'port': the id of each
 * frame's port; not read where the device has no tagged ports.
 */
uint16_t worker_tap_transmit(const struct worker *, struct tap *,
			     const struct view *, const struct device *,
			     struct rte_mbuf **pkt, const uint16_t *port,
			     uint16_t n);

#endif
