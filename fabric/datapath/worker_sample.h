/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_SAMPLE_H
#define IXF_WORKER_SAMPLE_H

/*
 * Samples for sFlow (view/sample.h).  A sample is taken before any stage has changed
 * the frame, and is published when the stages have shown what becomes of it.  What an
 * egress queue loses later is not in it.  On the worker.
 */

#include <rte_branch_prediction.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/worker.h"
#include "fabric/view/sample.h"

/* The sampler of the worker, or NULL: sFlow is off. */
static inline struct sampler *
worker_sampler(const struct worker *w)
{
	return atomic_load_explicit(&w->sampler, memory_order_acquire);
}

/* Takes the samples that are due among the frames of the burst: not the fast path. */
void worker_sample_take(struct sampler *, const struct burst *,
			const struct port *);

/* All frames of the burst were received by 'port', and no stage has seen them. */
static inline void
worker_sample(struct sampler *s, const struct burst *b, const struct port *port)
{
	struct sample_port *p = &s->port[port->id];

	if (likely(p->skip > b->n &&
		   p->drawn == atomic_load_explicit(&p->rate,
						    memory_order_relaxed)))
		p->skip -= b->n;
	else
		worker_sample_take(s, b, port);
}

/* The burst has met all stages: publishes its samples. */
void worker_sample_publish(const struct worker *, struct sampler *,
			   const struct view *, const struct burst *);

static inline void
worker_sample_end(const struct worker *w, struct sampler *s,
		  const struct view *v, const struct burst *b)
{
	if (unlikely(s->n != 0))
		worker_sample_publish(w, s, v, b);
}

/* The frame was dropped for 'why', and is charged to 'port'. */
void worker_sample_dropped(const struct worker *, struct sampler *,
			   const struct rte_mbuf *, const struct port *port,
			   enum drop why);

#endif
