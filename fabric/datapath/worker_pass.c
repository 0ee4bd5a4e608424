/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A worker's pass through the stages, and what it does with refused frames.
 */
#include "fabric/datapath/worker.h"

#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "fabric/datapath/stage.h"
#include "fabric/view/msg.h"
#include "fabric/view/punt.h"
#include "fabric/view/view.h"
#include "lib/clock.h"

#include "fabric/datapath/hot.h"

/* Asks control to disable the port; at once is soon enough once a share. */
static void
report_trip(struct worker *w, const struct port *port, enum drop why)
{
	uint64_t msg = msg_make(MSG_TRIP, port->id, why);

	if (msg != w->last_trip &&
	    rte_ring_sp_enqueue(w->messages, (void *)(uintptr_t)msg) == 0)
		w->last_trip = msg;
}

/* Keeps the frame as the last offender, and tells control that there is one. */
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

void
worker_count_drop(struct worker *w, struct rte_mbuf *pkt,
		  const struct port *port, enum drop why)
{
	counter_add(&w->port[port->id].drop[why], 1);
	if (unlikely(w->trial != NULL)) {
		w->trial->dropped(w->trial->arg, port, why, false);
		return;
	}
	note(w, pkt, port, why);
	if (unlikely(drop_set_has(&port->trips, why)))
		report_trip(w, port, why);
	if (unlikely(w->witness != NULL))
		w->witness(w->witness_arg, pkt, port->id, why);
}

void
worker_would_drop(struct worker *w, struct rte_mbuf *pkt,
		  const struct port *port, enum drop why)
{
	counter_add(&w->port[port->id].would_drop[why], 1);
	if (unlikely(w->trial != NULL))
		w->trial->dropped(w->trial->arg, port, why, true);
	else
		note(w, pkt, port, why);
}

static void
discard(struct worker *w, struct rte_mbuf *pkt)
{
	if (unlikely(w->ntrash == TRASH_SIZE))
		worker_empty_trash(w);
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
worker_consume_live(struct worker *w, struct burst *b, unsigned int i)
{
	counter_add(&w->port[b->in->id].consumed, 1);
	b->live &= ~(UINT64_C(1) << i);
	discard(w, b->pkt[i]);
}

bool
worker_punt(struct worker *w, const struct port *port, struct punt *p)
{
	if (unlikely(w->trial != NULL))
		return true;
	p->port = port->id;
	if (shares_take(&w->punted, port->id, PUNT_SHARE) &&
	    rte_ring_sp_enqueue_elem(w->punts, p, sizeof(*p)) == 0)
		return true;
	counter_add(&w->port[port->id].punt_full, 1);
	return false;
}

void
worker_empty_trash(struct worker *w)
{
	if (likely(w->ntrash == 0))
		return;
	rte_pktmbuf_free_bulk(w->trash, w->ntrash);
	w->ntrash = 0;
}

static void
forget_shares(struct shares *s)
{
	while (s->nusers > 0)
		s->used[s->users[--s->nusers]] = 0;
}

/*
 * Seconds for the ages of addresses, milliseconds for the shares of learning:
 * counted up, since a pass must not divide, unless time has leapt.
 */
static void
set_clock(struct worker *w, uint64_t now)
{
	w->now = now;
	if (unlikely(now >= w->next_s)) {
		w->now_s = (uint32_t)(now / CLOCK_SECOND);
		w->next_s = (now / CLOCK_SECOND + 1) * CLOCK_SECOND;
	}
	if (likely(now < w->next_share))
		return;
	w->next_share = now + CLOCK_MILLISECOND;
	w->last_learn = 0;
	w->last_trip = 0;
	forget_shares(&w->learns);
	forget_shares(&w->punted);
}

/* The stages that see one port at a time. */
static void
part_pass(struct worker *w, const struct view *v, struct burst *b)
{
	stage_admit(w, v, b);
	if (likely(b->live != 0))
		stage_guard(w, v, b);
	if (b->live == 0)
		return;
	stage_learn(w, v, b);
	stage_neigh(w, v, b);
	stage_forward(w, v, b);
	stage_send(w, v, b);
}

/* Moves the frames of 'from' that came in by 'port' to 'part', in order. */
static uint64_t
take_part(const struct burst *from, uint64_t rest, const struct port *port,
	  struct burst *part)
{
	uint64_t taken = 0;
	unsigned int i;

	part->n = 0;
	part->in = port;
	part->tagged = 0;
	part->short_ip = 0;
	BURST_FOREACH(rest, i) {
		if (from->port[i] != port)
			continue;
		taken |= UINT64_C(1) << i;
		part->pkt[part->n] = from->pkt[i];
		part->len[part->n] = from->len[i];
		part->fault[part->n] = from->fault[i];
		part->src[part->n] = from->src[i];
		part->dst[part->n] = from->dst[i];
		part->type[part->n] = from->type[i];
		part->tagged |= (from->tagged >> i & 1) << part->n;
		part->short_ip |= (from->short_ip >> i & 1) << part->n;
		part->n++;
	}
	part->live = burst_all(part->n);
	return taken;
}

/* A device with tagged ports: a part of the burst for each of them. */
static void
split_pass(struct worker *w, const struct view *v, const struct burst *b)
{
	uint64_t rest = b->live;

	while (rest != 0) {
		const struct port *port = b->port[__builtin_ctzll(rest)];

		rest &= ~take_part(b, rest, port, &w->part);
		part_pass(w, v, &w->part);
	}
}

void
worker_frames(struct worker *w, const struct view *v, const struct device *d,
	      uint64_t now)
{
	set_clock(w, now);
	counter_add(&w->frames, w->rx.n);
	stage_parse(&w->rx, d);
	if (likely(d->tagged == NULL)) {
		w->rx.in = d->owner;
		part_pass(w, v, &w->rx);
	} else {
		split_pass(w, v, &w->rx);
	}
	worker_empty_trash(w);
}

unsigned int
worker_pass(struct worker *w, const struct view *v, const struct rxq *q,
	    uint64_t now)
{
	unsigned int n = stage_rx(&w->rx, v, q);

	counter_add(&w->polls, 1);
	if (n == 0)
		counter_add(&w->idle_polls, 1);
	else
		worker_frames(w, v, q->device, now);
	return n;
}
