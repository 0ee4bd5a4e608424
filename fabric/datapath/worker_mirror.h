/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_MIRROR_H
#define IXF_WORKER_MIRROR_H

/*
 * Copies of frames for mirrors (view/mirror.h): as they came in, if they were not
 * dropped; as they were given to the device, with their tag; and as they were when they
 * were dropped.  And copies that leave by the port of a mirror.  On the worker.
 */

#include <stdint.h>

#include "fabric/datapath/worker.h"
#include "fabric/view/drop.h"

struct burst;
struct device;
struct mirror_tap;
struct port;
struct rte_mbuf;
struct view;

/*
 * All frames of the burst that are live or plain are about to be sent on; they came in
 * by the port of the burst, and are as they came.
 */
void worker_mirror_passed(const struct worker *, struct mirror_tap *,
			  const struct burst *);

/* The frame came in by 'port', and is the fabric's. */
void worker_mirror_consumed(const struct worker *, struct mirror_tap *,
			    const struct rte_mbuf *, const struct port *);

/* The frame was dropped for 'why', and is charged to 'port'. */
void worker_mirror_dropped(const struct worker *, struct mirror_tap *,
			   const struct rte_mbuf *, const struct port *,
			   enum drop why);

/* What is copied of frames that a device has not taken yet. */
struct worker_mirrored {
	uint64_t place[TXBUF_SIZE + 1];
	uint32_t over[TXBUF_SIZE], full[TXBUF_SIZE];
};

/*
 * Copies frames before they are given to the device, whose they are then.  'port': the
 * id of each frame's port; not read where the device has no tagged ports.
 */
void worker_mirror_begin(const struct worker *, struct mirror_tap *,
			 const struct view *, const struct device *,
			 struct rte_mbuf *const *pkt, const uint16_t *port,
			 uint16_t n, struct worker_mirrored *);

/* The device has taken the first 'done'. */
void worker_mirror_end(struct mirror_tap *, const struct worker_mirrored *,
		       uint16_t done);

/* A copy of the mirror with this number could not be sent. */
void worker_mirror_unsent(struct worker *, unsigned int number);

#endif
