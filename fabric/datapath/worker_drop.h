/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_DROP_H
#define IXF_WORKER_DROP_H

/*
 * How a frame ends that does not leave: dropped, or consumed by the fabric.
 * Every check asks worker_drops(), and every drop is counted, recorded and put
 * into the trash here.  On the worker.
 */

#include "fabric/datapath/burst.h"
#include "fabric/datapath/worker.h"
#include "fabric/view/port.h"

/* Frees what is in the trash. */
void worker_free_trash(struct worker *);

/* The same, at the end of a pass: mostly nothing. */
static inline void
worker_empty_trash(struct worker *w)
{
	if (__builtin_expect(w->ntrash != 0, 0))
		worker_free_trash(w);
}

/* Counts a dropped frame against 'port' and puts it into the trash. */
void worker_drop(struct worker *, struct rte_mbuf *, const struct port *port,
		 enum drop why);

/* The same for a copy that was not made: 'pkt' stays the caller's. */
void worker_count_drop(struct worker *, struct rte_mbuf *pkt,
		       const struct port *port, enum drop why);

/* The same for a frame of a burst, which is no longer live. */
static inline void
worker_drop_live(struct worker *w, struct burst *b, unsigned int i,
		 enum drop why)
{
	b->live &= ~(UINT64_C(1) << i);
	worker_drop(w, b->pkt[i], b->in, why);
}

/* The same for a frame that does not disable the port, whatever the check says. */
void worker_drop_provoked(struct worker *, struct burst *, unsigned int i,
			  enum drop why);

/* A frame of a burst that was for the fabric itself. */
void worker_consume_live(struct worker *, struct burst *, unsigned int i);

/* Counts a frame that would be dropped if the check were in mode drop. */
void worker_would_drop(struct worker *, struct rte_mbuf *, const struct port *,
		       enum drop why);

/*
 * Whether the check 'why' drops a frame of 'port' that it applies to.  In mode
 * log it counts the frame, and lets it pass.
 */
static inline bool
worker_drops(struct worker *w, const struct port *port, struct rte_mbuf *pkt,
	     enum drop why)
{
	if (!drop_set_has(&port->checks, why))
		return false;
	if (!drop_set_has(&port->logs, why))
		return true;
	worker_would_drop(w, pkt, port, why);
	return false;
}

#endif
