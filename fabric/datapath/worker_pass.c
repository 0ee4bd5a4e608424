/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/worker_pass.h"

#include <rte_branch_prediction.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/stage.h"
#include "fabric/datapath/worker_drop.h"
#include "fabric/datapath/worker_link.h"
#include "fabric/datapath/worker_report.h"
#include "fabric/datapath/worker_sample.h"
#include "fabric/datapath/worker_tap.h"
#include "fabric/view/view.h"
#include "lib/clock.h"

#include "fabric/datapath/hot.h"

/* The columns of stage_list.h. */
enum stage_burst {
	QUEUE,
	PORT
};
enum stage_next {
	GO,
	CHECK
};

/*
 * Seconds for the ages of addresses, milliseconds for the shares of rings:
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
	worker_refill_shares(w);
}

/* The stages that see one port at a time. */
static inline void
part_pass(struct worker *w, const struct view *v, struct burst *b)
{
#define STAGE(NAME, name, burst, next)                                         \
	if (burst == PORT) {                                                   \
		stage_##name(w, v, b);                                         \
		if (next == CHECK && unlikely((b->live | b->plain) == 0))      \
			return;                                                \
	}
#include "fabric/datapath/stage_list.h"
}

/* Moves the frames of 'from' that came in by 'port' to 'part', in order. */
static uint64_t
take_part(const struct burst *from, uint64_t rest, const struct port *port,
	  struct burst *part)
{
	uint64_t taken = 0;
	unsigned int i;

	part->n = 0;
	part->plain = 0;
	part->device = from->device;
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
split_pass(struct worker *w, const struct view *v, const struct burst *b,
	   struct sampler *s)
{
	struct tap *tap = worker_tap(w);
	uint64_t rest = b->live;

	while (rest != 0) {
		const struct port *port = b->port[__builtin_ctzll(rest)];

		rest &= ~take_part(b, rest, port, w->part);
		if (unlikely(tap != NULL))
			worker_tap_received(w, tap, w->part, port->id);
		if (unlikely(s != NULL))
			worker_sample(s, w->part, port);
		part_pass(w, v, w->part);
		if (unlikely(s != NULL))
			worker_sample_end(w, s, v, w->part);
	}
}

static inline void
pass_on(struct worker *w, const struct view *v, struct burst *b,
	struct sampler *s)
{
	stage_plain(w, v, b);
	if (likely(b->live == 0)) {
		stage_send(w, v, b);
		return;
	}
	stage_parse(w, v, b);
	if (likely(b->device->tagged == NULL)) {
		b->in = b->device->owner;
		part_pass(w, v, b);
	} else {
		split_pass(w, v, b, s);
	}
}

void
worker_frames(struct worker *w, const struct view *v, uint64_t now)
{
	struct burst *b = w->rx;
	struct tap *tap = worker_tap(w);
	struct sampler *s = worker_sampler(w);

	set_clock(w, now);
	counter_add(&w->frames, b->n);
	if (unlikely(b->device->lag != NULL))
		worker_count_link_rx(w, b);
	if (unlikely(tap != NULL) && b->device->tagged == NULL)
		worker_tap_received(w, tap, b, b->device->owner->id);
	if (unlikely(s != NULL) && b->device->tagged == NULL)
		worker_sample(s, b, b->device->owner);
	pass_on(w, v, b, s);
	if (unlikely(s != NULL))
		worker_sample_end(w, s, v, b);
	worker_empty_trash(w);
}

unsigned int
worker_pass(struct worker *w, const struct view *v, const struct rxq *q,
	    uint64_t now)
{
	struct burst *b = w->rx;

	b->device = q->device;
	b->queue = q->queue;
	stage_rx(w, v, b);
	counter_add(&w->polls, 1);
	if (b->n != 0) {
		worker_frames(w, v, now);
	} else {
		counter_add(&w->idle_polls, 1);
		/* Frames of earlier rounds may wait. */
		w->now = now;
	}
	return b->n;
}
