/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Plain: the frames that no check is about, told from the others once.
 *
 * Comes after rx.  Of the frames at an exchange nearly all are alike: untagged
 * IPv4 or IPv6 from an address that is known on the port, to one that is known on
 * another port of the LAN, with nothing in their IP headers that a check looks at.
 * For these the stages from parse to forward decide what this one knows by a few
 * words of each: they are counted here, get the device they leave by, and meet
 * only send.  All other frames stay live and meet every stage.
 *
 * The stages are the text of the policy.  A frame is plain only if they would let
 * it pass unchanged to the same port, whatever the configuration: a port whose
 * frames all need a look has no plain frames (is_plain_port()), and a port that
 * frames may not simply leave by has no way (worker_way.h).  The ACL, the rate and
 * the isolation group of a port are judged here as well, for frames that nothing
 * else is about; what they refuse meets the stages, which drop it.
 */
#include "fabric/datapath/stage.h"

#include <stdbool.h>

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/plain_impl.h"
#include "fabric/datapath/prefilter.h"
#include "fabric/datapath/worker_link.h"
#include "fabric/datapath/worker_meter.h"
#include "fabric/datapath/worker_way.h"
#include "fabric/view/matrix.h"
#include "fabric/view/view.h"
#include "lib/acl.h"
#include "lib/frame.h"
#include "lib/mactab.h"

#include "fabric/datapath/hot.h"

/* What every frame of a port has to meet the stages for. */
#define LOOKS                                                                  \
	(PORT_DISABLED | PORT_LISTENS | PORT_QUARANTINE | PORT_AUDITS |        \
	 PORT_DEEP)

static bool
is_plain_port(const struct view *v, const struct device *d)
{
	const struct port *in = d->owner;

	if (unlikely(in->flags & (LOOKS | PORT_LAG)) &&
	    (in->flags & LOOKS || worker_link_is_shut(d)))
		return false;
	return in->lan != NULL &&
	       !(view_port_state(v, in->id) & (PORT_BLOCKED | PORT_CULLED));
}

static void
count(struct worker *w, const struct burst *b)
{
	struct port_counters *c = &w->port[b->in->id];
	uint64_t frames = (uint64_t)__builtin_popcountll(b->plain);
	uint64_t bytes = 0;
	unsigned int i;

	if (likely(b->plain == UINT64_MAX))
		for (i = 0; i < BURST_MAX; i++)
			bytes += b->len[i];
	else
		BURST_FOREACH(b->plain, i)
			bytes += b->len[i];
	counter_add(&c->rx_frames, frames);
	counter_add(&c->rx_bytes, bytes);
	counter_add(&c->forwarded, frames);
}

/* Where the cell of each frame is from the first of the row, in halves of one. */
static void
find_cells(const struct burst *b, const uint16_t *to1, uint32_t n,
	   uint16_t *half)
{
	uint16_t ip6 = (uint16_t)(MATRIX_IPV6 * n * 2);

	/* For all alike: a vector of them at once. */
	for (unsigned int i = 0; i < BURST_MAX; i++)
		half[i] = (uint16_t)(to1[i] * 2 +
				     (b->type[i] == FRAME_IPV6 ? ip6 : 0));
}

/* Frame 'i' of a burst.  The address is one of x86: a base and 8 times an index. */
static inline void
count_pair(const struct burst *b, unsigned int i, struct matrix_cell *row,
	   const uint16_t *half)
{
	uint64_t *cell = (uint64_t *)row + half[i];

	matrix_count((struct matrix_cell *)cell, b->len[i]);
}

/*
 * The matrix of ports: plain frames are IPv4 or IPv6, and go to a port that is known.
 * A frame has some 35 cycles in all, and this takes two.
 */
static void
count_pairs(const struct worker *w, const struct matrix *m,
	    const struct burst *b, const uint16_t *to1)
{
	struct matrix_cell *row =
		matrix_row(m, w->id, MATRIX_IPV4, b->in->id) - 1;
	uint16_t half[BURST_MAX];
	unsigned int i;

	find_cells(b, to1, m->n, half);
	if (unlikely(b->plain != UINT64_MAX)) {
		BURST_FOREACH(b->plain, i)
			count_pair(b, i, row, half);
		return;
	}
#pragma GCC unroll 8
	for (i = 0; i < BURST_MAX; i++)
		count_pair(b, i, row, half);
}

static_assert(2 * (PORTS_MAX + 1) * (MATRIX_IPV6 + 1) <= UINT16_MAX,
	      "half a cell has its number in 16 bits");

/* Of 'set', the frames that the ACL of the port lets pass; counts their matches. */
static uint64_t
find_permitted(const struct burst *b, uint64_t set, struct counter *hits)
{
	const struct acl *acl = b->in->in.acl;
	uint64_t permitted = 0;
	unsigned int i;

	BURST_FOREACH(set, i)
		permitted |=
			(uint64_t)acl_permits(
				acl,
				rte_pktmbuf_mtod(b->pkt[i], const uint8_t *),
				b->pkt[i]->pkt_len, hits)
			<< i;
	return permitted;
}

/*
 * Whether all of the burst is within the rate of the port, which is charged then.
 * Not a part of it: the frames are to be charged in the order in which they came.
 */
static bool
is_within_rate(struct worker *w, const struct burst *b)
{
	bool per_packet = b->in->per_packet >> METER_IN & 1;
	uint32_t units = 0;

	for (unsigned int i = 0; i < b->n; i++)
		units += per_packet ? 1 : b->len[i] + FRAME_FCS;
	return worker_takes_of(w, b->in, METER_IN, units);
}

/* Of 'set', the frames to a port of another isolation group. */
static uint64_t
find_not_isolated(const struct view *v, const struct burst *b, uint64_t set,
		  const uint16_t *to1)
{
	uint64_t apart = 0;
	unsigned int i;

	BURST_FOREACH(set, i)
		apart |= (uint64_t)(v->port[to1[i] - 1]->isolate ==
				    b->in->isolate)
			 << i;
	return set & ~apart;
}

/*
 * Of 'set', the frames that the rules of the port are not against, as the guard
 * would judge them.  Matches of an ACL are counted of frames that stay plain only.
 */
static uint64_t
find_allowed(struct worker *w, const struct burst *b, uint64_t set)
{
	const struct port_acl *acl = &b->in->in;
	struct counter *hits = acl->hits + w->id * acl->stride;
	bool metered = meter_is_set(&b->in->shared->meter[METER_IN]);

	if (acl->acl != NULL)
		set = find_permitted(b, set, metered ? NULL : hits);
	if (!metered)
		return set;
	if (set != burst_all(b->n) || !is_within_rate(w, b))
		return 0;
	if (acl->acl != NULL)
		find_permitted(b, set, hits);
	return set;
}

static bool
has_rules(const struct port *in)
{
	return in->in.acl != NULL || meter_is_set(&in->shared->meter[METER_IN]);
}

/* What the MAC table says of the addresses of a burst. */
struct lookup {
	uint32_t from[BURST_MAX], to[BURST_MAX];   /* buckets */
	uint16_t from1[BURST_MAX], to1[BURST_MAX]; /* ports, plus one */
	uint32_t place[BURST_MAX];                 /* of sources */
	bool one_source;
};

static bool
has_one_source(const struct burst *b)
{
	for (unsigned int i = 1; i < b->n; i++)
		if (b->src[i] != b->src[0])
			return false;
	return true;
}

/* All that comes from a router has one source, which is looked up once. */
static void
aim(const struct mactab *macs, const struct burst *b, struct lookup *l)
{
	l->one_source = has_one_source(b);
	mactab_aim(macs, b->src, l->one_source ? 1 : b->n, l->from);
	mactab_aim(macs, b->dst, b->n, l->to);
}

/* Returns the frames whose source was not yet seen in this second. */
static uint64_t
match(const struct worker *w, const struct mactab *macs, const struct burst *b,
      struct lookup *l)
{
	uint64_t old;

	mactab_match(macs, b->dst, l->to, b->n, l->to1);
	old = mactab_match_seen(macs, b->src, l->from, l->one_source ? 1 : b->n,
				w->now_s, l->from1, l->place);
	if (!l->one_source)
		return old;
	for (unsigned int i = 1; i < b->n; i++) {
		l->from1[i] = l->from1[0];
		l->place[i] = l->place[0];
	}
	return old != 0 ? burst_all(b->n) : 0;
}

/*
 * Looks, for frames of 'set', further for addresses that are not in the first bucket
 * of their hash: of a full table one in a hundred.  Adds to 'old' the frames whose
 * source was found.  Whether any was found.
 */
static bool
look_beyond(const struct mactab *macs, const struct burst *b, uint64_t set,
	    struct lookup *l, uint64_t *old)
{
	uint16_t from[BURST_MAX], to[BURST_MAX];
	uint64_t no_from = 0, no_to = 0, found = 0;
	unsigned int i;

	BURST_FOREACH(set, i) {
		no_from |= (uint64_t)(l->from1[i] == 0) << i;
		no_to |= (uint64_t)(l->to1[i] == 0) << i;
	}
	mactab_find(macs, b->src, no_from, from, l->place);
	mactab_find(macs, b->dst, no_to, to, NULL);
	BURST_FOREACH(no_from, i) {
		l->from1[i] = (uint16_t)(from[i] + 1) & MACTAB_NO_PORT;
		found |= (uint64_t)(from[i] != MACTAB_NO_PORT) << i;
	}
	*old |= found;
	BURST_FOREACH(no_to, i) {
		l->to1[i] = (uint16_t)(to[i] + 1) & MACTAB_NO_PORT;
		found |= (uint64_t)(to[i] != MACTAB_NO_PORT) << i;
	}
	return found != 0;
}

/* Of 'set', the frames between known addresses of two ports that have a way. */
static uint64_t
find_known(const struct worker *w, const struct mactab *macs, struct burst *b,
	   uint64_t set, struct lookup *l, uint64_t *old)
{
	uint64_t known = w->find_ways(w, b, l->from1, l->to1);

	if (unlikely((set & ~known) != 0) &&
	    look_beyond(macs, b, set & ~known, l, old))
		known = w->find_ways(w, b, l->from1, l->to1);
	return set & known;
}

/* The frames that are plain; marks their sources as seen. */
static uint64_t
pick(struct worker *w, const struct view *v, struct burst *b, struct lookup *l)
{
	struct mactab *macs = b->in->lan->macs;
	bool watched = view_port_state(v, b->in->id) & PORT_WATCHED;
	const struct plain_body *body = w->plain;
	bool guards = b->in->flags & PORT_GUARDS;
	const struct port_prefilter *q =
		guards ? prefilter_of(b->in, watched) : NULL;
	struct plain_headers headers;
	uint64_t plain = body->read_headers(b, q, &headers), old;

	aim(macs, b, l);
	if (guards)
		plain &= ~body->find_suspects(q, b, &headers, plain);
	old = match(w, macs, b, l);
	plain = find_known(w, macs, b, plain, l, &old);
	if (unlikely(b->in->isolate != 0))
		plain = find_not_isolated(v, b, plain, l->to1);
	if (has_rules(b->in))
		plain = find_allowed(w, b, plain);
	mactab_touch(macs, l->place, plain & old, w->now_s);
	return plain;
}

void
stage_plain(struct worker *w, const struct view *v, struct burst *b)
{
	const struct device *d = b->device;
	struct lookup l;

	b->plain = 0;
	b->live = burst_all(b->n);
	if (w->plain == NULL || d->tagged != NULL || !is_plain_port(v, d))
		return;
	b->in = d->owner;
	worker_update_ways(w, v);
	b->plain = pick(w, v, b, &l);
	b->live &= ~b->plain;
	count(w, b);
	if (unlikely(v->matrix != NULL))
		count_pairs(w, v->matrix, b, l.to1);
}
