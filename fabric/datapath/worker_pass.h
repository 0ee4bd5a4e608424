/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_PASS_H
#define IXF_WORKER_PASS_H

/*
 * A pass: the clock, the stages in their order, and the split by port.  On the
 * worker.
 */

#include <stdint.h>

struct rxq;
struct view;
struct worker;

/*
 * Takes up to a burst from 'q' and carries it through the stages.  'now' is in
 * ns of any clock that does not go back.  Returns the number of frames received.
 * Frames may be left in tx buffers: see worker_flush().
 */
unsigned int worker_pass(struct worker *, const struct view *,
			 const struct rxq *q, uint64_t now);

/*
 * The stages behind rx, for frames that are in w->rx already: device, n, pkt[],
 * len[] and bad set by the caller.
 */
void worker_frames(struct worker *, const struct view *, uint64_t now);

#endif
