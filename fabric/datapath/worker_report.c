/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/worker_report.h"

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "fabric/view/msg.h"
#include "fabric/view/port.h"
#include "fabric/view/punt.h"
#include "fabric/view/ring.h"

#include "fabric/datapath/hot.h"

static void
refill(struct shares *s)
{
	while (s->nusers > 0)
		s->used[s->users[--s->nusers]] = 0;
}

void
worker_refill_shares(struct worker *w)
{
	if (w->messages != NULL && ring_waiting(w->messages) <= w->nmessages) {
		w->nmessages = 0;
		refill(&w->learns);
		refill(&w->trips);
	}
	if (w->punts != NULL && ring_waiting(w->punts) <= w->npunts) {
		w->npunts = 0;
		refill(&w->punted);
	}
}

bool
worker_message(struct worker *w, uint64_t msg)
{
	if (rte_ring_sp_enqueue(w->messages, (void *)(uintptr_t)msg) != 0)
		return false;
	w->nmessages++;
	return true;
}

void
worker_report_trip(struct worker *w, const struct port *port, enum drop why)
{
	if (shares_take(&w->trips, port->id, 1, TRIP_SHARE, TRIP_SHARE, 0))
		worker_message(w, msg_make(MSG_TRIP, port, why));
}

/* Buffers that a copy of the first 'octets' of 'm' takes, and 1 for a record. */
static uint32_t
buffers(const struct rte_mbuf *m, uint32_t octets)
{
	return m == NULL ? 1 : 1 + RTE_MIN(octets, m->pkt_len) / PUNT_ROOM;
}

static bool
punt(struct worker *w, const struct port *port, struct punt *p,
     const struct rte_mbuf *m, uint32_t octets)
{
	if (!shares_take(&w->punted, port->id, buffers(m, octets), PUNT_SHARE,
			 PUNT_HALF, w->npunts))
		return false;
	p->port = port->id;
	p->stay = port->stay;
	p->frame = NULL;
	if (m != NULL) {
		p->frame = rte_pktmbuf_copy(m, w->punt_frames, 0, octets);
		if (p->frame == NULL)
			return false;
	}
	if (rte_ring_sp_enqueue_elem(w->punts, p, sizeof(*p)) == 0) {
		w->npunts++;
		return true;
	}
	rte_pktmbuf_free(p->frame);
	return false;
}

bool
worker_punt_frame(struct worker *w, const struct port *port, struct punt *p,
		  const struct rte_mbuf *m, uint32_t octets)
{
	if (unlikely(w->trial != NULL) || punt(w, port, p, m, octets))
		return true;
	counter_add(&w->port[port->id].punt_full, 1);
	return false;
}

bool
worker_punt(struct worker *w, const struct port *port, struct punt *p)
{
	return worker_punt_frame(w, port, p, NULL, 0);
}
