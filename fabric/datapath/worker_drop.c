/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/worker_drop.h"

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include "fabric/datapath/worker_report.h"
#include "fabric/datapath/worker_sample.h"
#include "fabric/datapath/worker_tap.h"

#include "fabric/datapath/hot.h"

/* Records the frame as the last one dropped for this reason, and flags it. */
static void
note(struct worker *w, struct rte_mbuf *pkt, const struct port *port,
     enum drop why)
{
	struct port_log *log = &port->shared->log[w->id];
	const uint8_t *frame = rte_pktmbuf_mtod(pkt, const uint8_t *);

	drop_record_write(&log->last[why], w->now, why, frame, pkt->data_len,
			  pkt->pkt_len);
	if (unlikely(port->flags & PORT_QUARANTINE)) {
		uint64_t n =
			atomic_load_explicit(&log->n, memory_order_relaxed);

		drop_record_write(&log->ring[n % DROP_RECORD_RING], w->now, why,
				  frame, pkt->data_len, pkt->pkt_len);
		atomic_store_explicit(&log->n, n + 1, memory_order_release);
	}
	if (!atomic_load_explicit(&log->noted, memory_order_relaxed))
		atomic_store_explicit(&log->noted, 1, memory_order_release);
	if (!atomic_load_explicit(&w->noted, memory_order_relaxed))
		atomic_store_explicit(&w->noted, true, memory_order_release);
}

/* 'trips': the frame disables the port. */
static void
count_drop(struct worker *w, struct rte_mbuf *pkt, const struct port *port,
	   enum drop why, bool trips)
{
	enum trial_drop_kind kind = trips ? TRIAL_TRIPS : TRIAL_DROPS;
	struct tap *tap = worker_tap(w);
	struct sampler *s = worker_sampler(w);

	counter_add(&w->port[port->id].drop[why], 1);
	if (unlikely(w->trial != NULL)) {
		w->trial->dropped(w->trial->arg, port, why, kind);
		return;
	}
	note(w, pkt, port, why);
	if (unlikely(tap != NULL))
		worker_tap_dropped(w, tap, pkt, port, why);
	if (unlikely(s != NULL))
		worker_sample_dropped(w, s, pkt, port, why);
	if (unlikely(trips))
		worker_report_trip(w, port, why);
	if (unlikely(w->witness != NULL))
		w->witness(w->witness_arg, pkt, port->id, why);
}

void
worker_count_drop(struct worker *w, struct rte_mbuf *pkt,
		  const struct port *port, enum drop why)
{
	count_drop(w, pkt, port, why, drop_set_has(&port->trips, why));
}

void
worker_would_drop(struct worker *w, struct rte_mbuf *pkt,
		  const struct port *port, enum drop why)
{
	counter_add(&w->port[port->id].would_drop[why], 1);
	if (unlikely(w->trial != NULL))
		w->trial->dropped(w->trial->arg, port, why, TRIAL_COUNTS);
	else
		note(w, pkt, port, why);
}

static void
discard(struct worker *w, struct rte_mbuf *pkt)
{
	if (unlikely(w->ntrash == TRASH_SIZE))
		worker_free_trash(w);
	w->trash[w->ntrash++] = pkt;
}

void
worker_drop(struct worker *w, struct rte_mbuf *pkt, const struct port *port,
	    enum drop why)
{
	worker_count_drop(w, pkt, port, why);
	discard(w, pkt);
}

void
worker_drop_provoked(struct worker *w, struct burst *b, unsigned int i,
		     enum drop why)
{
	b->live &= ~(UINT64_C(1) << i);
	count_drop(w, b->pkt[i], b->in, why, false);
	discard(w, b->pkt[i]);
}

void
worker_consume_live(struct worker *w, struct burst *b, unsigned int i)
{
	struct tap *tap = worker_tap(w);

	counter_add(&w->port[b->in->id].consumed, 1);
	if (unlikely(tap != NULL))
		worker_tap_consumed(w, tap, b->pkt[i], b->in);
	b->live &= ~(UINT64_C(1) << i);
	discard(w, b->pkt[i]);
}

void
worker_free_trash(struct worker *w)
{
	rte_pktmbuf_free_bulk(w->trash, w->ntrash);
	w->ntrash = 0;
}
