/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TXBUF_H
#define IXF_TXBUF_H

/*
 * Frames on their way to a device: a buffer of the worker collects them, and sends
 * them when it is full or at the end of a round.  On the worker.
 */

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include "fabric/datapath/worker.h"
#include "fabric/view/view.h"

/* The worker's own; lockstep reads it. */
struct txbuf {
	uint16_t n;
	uint32_t bytes; /* octets of all of them on the wire, without FCS */
	struct rte_mbuf *pkt[TXBUF_SIZE];

	/* Of each frame, on a device that carries tagged ports. */
	uint16_t port[TXBUF_SIZE]; /* that it is charged to */
	uint32_t len[TXBUF_SIZE];

	uint32_t reclaimed; /* in this pass: w->pass */
} __attribute__((aligned(1024)));

/* Sends what the buffer of 'device' holds. */
void txbuf_flush(struct worker *, const struct view *, uint16_t device);

/* The same for all of them, and frees what the devices did not take: ends a pass. */
void worker_flush(struct worker *, const struct view *);

/*
 * Copies are short at 'device': sends what its buffer holds and, once a pass, has
 * the device free what it has sent.
 */
void txbuf_reclaim(struct worker *, const struct view *, uint16_t device);

/*
 * Puts a frame of 'len' octets, which is given away, into the buffer of the
 * device by which it leaves 'to'.
 */
static inline void
txbuf_put(struct worker *w, const struct view *v, const struct port *to,
	  struct rte_mbuf *m, uint32_t len)
{
	uint16_t device = egress_device(&to->egress);
	struct txbuf *t = &w->tx[device];

	if (unlikely(w->trial != NULL)) {
		w->trial->sent(w->trial->arg, to, m);
		rte_pktmbuf_free(m);
		return;
	}
	if (t->n == TXBUF_SIZE)
		txbuf_flush(w, v, device);
	else if (t->n == 0)
		w->dirty[w->ndirty++] = device;
	if (unlikely(to->flags & PORT_SHARES)) {
		t->port[t->n] = to->id;
		t->len[t->n] = len;
	}
	t->bytes += len;
	t->pkt[t->n++] = m;
}

#endif
