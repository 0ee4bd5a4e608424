/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_TURN_H
#define IXF_WORKER_TURN_H

/*
 * A turn of a worker: a round over its receive queues, and what it leaves in the
 * transmit buffers is sent.  Where a device sends by system calls, which cost so
 * much that the cost of a frame hardly counts, the worker first collects frames for
 * some rounds; after a round in which nothing came all are sent at once.
 *
 * No frame waits longer than 20 microseconds: the clock is looked at before each
 * queue, and of the 20 the burst that is under way then has eight.  On the worker.
 */

#include <stdbool.h>
#include <stdint.h>

#include <rte_common.h>

#include "fabric/datapath/stage_send.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/worker.h"
#include "fabric/datapath/worker_pass.h"
#include "fabric/view/view.h"

/*
 * Frames that are taken before what is to be sent is flushed: less than the worker's
 * cache of buffers (control.c), so that those that are sent are the next to be
 * received into, and still in the cache of the processor.
 */
#define TURN_FLUSH 384

#define TURN_ENOUGH 256   /* frames: then no further round is begun */
#define TURN_NS     10000 /* nor after that time; */
#define TURN_LATE   12000 /* ns: and then what is left is sent within a round */

/*
 * Whether frames are to be collected.  The first device will do; it may have gone
 * with the last view, if frames waited for it.
 */
static inline bool
turn_collects(const struct worker *w, const struct view *v)
{
	const struct device *d = w->ndirty != 0 ? v->device[w->dirty[0]] : NULL;

	return d != NULL && d->collects;
}

/* The time in ns.  Inlined where the function is known. */
typedef uint64_t turn_clock(const void *arg);

/*
 * Returns the number of frames that came.  All that was left is sent by then, so the
 * worker may let go of the view.
 */
static __rte_always_inline unsigned int
worker_turn(struct worker *w, const struct view *v, turn_clock *clock,
	    const void *arg)
{
	uint64_t start = clock(arg), now = start, sent = start;
	unsigned int frames = 0, flushed = 0, n;

	/* A worker without queues sends, too. */
	w->now = start;
	do {
		n = frames;
		for (unsigned int i = 0; i < v->worker[w->id].n; i++) {
			now = clock(arg);
			if (unlikely(now - sent > TURN_LATE ||
				     frames - flushed >= TURN_FLUSH)) {
				worker_flush(w, v);
				sent = now;
				flushed = frames;
			}
			frames += worker_pass(w, v, &v->worker[w->id].rxq[i],
					      now);
		}
		worker_send_made(w, v);
	} while (frames != n && frames < TURN_ENOUGH &&
		 now - start <= TURN_NS && turn_collects(w, v));
	worker_flush(w, v);
	return frames;
}

#endif
