/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Forward: where each frame goes.
 *
 * Comes after learn.  A frame to one address goes to the port that the MAC
 * table names; a frame to a group, and one to an unknown address where the LAN
 * floods those, goes to the targets: the ports of the LAN that the ingress port
 * may reach.  Frames dropped here are charged to the ingress port; a frame that
 * cannot leave by the chosen port is dropped by send and charged to that port.
 */
#include "fabric/datapath/stage.h"

#include <stdbool.h>

#include <rte_branch_prediction.h>

#include "fabric/datapath/worker_drop.h"
#include "fabric/datapath/worker_meter.h"
#include "fabric/view/matrix.h"
#include "fabric/view/view.h"
#include "lib/frame.h"
#include "lib/mac.h"

#include "fabric/datapath/hot.h"

/*
 * Collects in w->targets the ports that a flood from 'in' goes to.  Ports whose
 * link is down are no targets.  Returns why there are none although the LAN has
 * others that are up, or DROP_NONE.
 */
static enum drop
find_targets(struct worker *w, const struct view *v, const struct port *in)
{
	enum drop why = DROP_NONE;

	w->ntargets = 0;
	for (unsigned int i = 0; i < in->lan->nmembers; i++) {
		const struct port *to = in->lan->member[i];
		enum drop apart;

		if (to == in || to->flags & (PORT_DISABLED | PORT_LISTENS) ||
		    !view_port_is_up(v, to->id))
			continue;
		apart = port_parts(in, to);
		if (apart == DROP_NONE)
			w->targets[w->ntargets++] = to->id;
		else if (why == DROP_NONE || apart < why)
			why = apart; /* whatever the order of the ports */
	}
	return w->ntargets != 0 ? DROP_NONE : why;
}

static bool
is_reachable(const struct view *v, const struct port *to)
{
	return to != NULL && !(to->flags & (PORT_DISABLED | PORT_LISTENS)) &&
	       view_port_is_up(v, to->id);
}

/* Whether 'in' may not reach every other port of its LAN. */
static bool
is_restricted(const struct port *in)
{
	return in->flags & PORT_QUARANTINE || in->isolate != 0;
}

/* Returns the frames to a group or to an address without a port. */
static uint64_t
decide_unicast(struct worker *w, const struct view *v, struct burst *b)
{
	const struct port *in = b->in;
	bool restricted = is_restricted(in);
	uint64_t floods = 0;
	unsigned int i;

	BURST_FOREACH(b->live, i) {
		/* NULL for a group address, which has no port. */
		const struct port *to = v->port[b->out[i]];
		enum drop why;

		if (unlikely(!is_reachable(v, to))) {
			floods |= UINT64_C(1) << i;
			continue;
		}
		if (likely(to != in && !restricted &&
			   !(to->flags & PORT_QUARANTINE)))
			continue;
		why = port_parts(in, to);
		if (why != DROP_NONE)
			worker_drop_live(w, b, i, why);
	}
	return floods;
}

static void
count_flood(struct port_counters *c, uint64_t dst)
{
	counter_add(&c->flooded, 1);
	if (dst == MAC_BROADCAST)
		counter_add(&c->rx_broadcast, 1);
	else if (mac_is_group(dst))
		counter_add(&c->rx_multicast, 1);
}

/*
 * Whether the port floods more than its limit, which all workers share.  It
 * counts octets on the wire, unless the configuration gives it in frames.
 */
static bool
is_storm(struct worker *w, const struct burst *b, unsigned int i,
	 enum meter_kind kind, enum drop why)
{
	const struct port *in = b->in;
	uint32_t units =
		in->per_packet >> kind & 1 ? 1 : b->len[i] + FRAME_WIRE;

	return drop_set_has(&in->checks, why) &&
	       !worker_takes_of(w, in, kind, units) &&
	       worker_drops(w, in, b->pkt[i], why);
}

/*
 * The port that has the address is down.  The profile open floods then; an
 * exchange does not send to all members what was for one.
 */
static bool
is_for_one(const struct burst *b, unsigned int i)
{
	return b->in->flags & PORT_IXP && b->out[i] != MACTAB_NO_PORT;
}

static enum drop
judge_flood(struct worker *w, const struct burst *b, unsigned int i)
{
	if (b->dst[i] == MAC_BROADCAST)
		return is_storm(w, b, i, METER_BCAST, DROP_storm_bcast)
			       ? DROP_storm_bcast
			       : DROP_NONE;
	if (mac_is_group(b->dst[i]))
		return is_storm(w, b, i, METER_MCAST, DROP_storm_mcast)
			       ? DROP_storm_mcast
			       : DROP_NONE;
	if (!b->in->lan->floods_unknown || is_for_one(b, i))
		return DROP_unknown_unicast;
	return is_storm(w, b, i, METER_UUCAST, DROP_storm_uucast)
		       ? DROP_storm_uucast
		       : DROP_NONE;
}

static void
decide_floods(struct worker *w, const struct view *v, struct burst *b,
	      uint64_t floods)
{
	enum drop apart = find_targets(w, v, b->in);
	unsigned int i;

	BURST_FOREACH(floods, i) {
		enum drop why = judge_flood(w, b, i);

		if (why == DROP_NONE)
			why = apart;
		if (why != DROP_NONE) {
			worker_drop_live(w, b, i, why);
		} else {
			b->out[i] = BURST_FLOOD;
			count_flood(&w->port[b->in->id], b->dst[i]);
		}
	}
}

/* The owner that neigh has found comes before the MAC table. */
static void
take_owners(struct burst *b)
{
	unsigned int i;

	BURST_FOREACH(b->to_owner & b->live, i)
		b->out[i] = b->owner[i];
}

/*
 * A bridge learns before it forwards (IEEE 802.1Q, 8.6): an address that sends to
 * itself is behind this port, whatever the table still says.
 */
static void
drop_own(struct worker *w, struct burst *b)
{
	unsigned int i;

	BURST_FOREACH(b->unknown_src & b->live, i)
		if (b->src[i] == b->dst[i] && !mac_is_group(b->dst[i]))
			worker_drop_live(w, b, i, DROP_hairpin);
}

static enum matrix_kind
kind_of(uint16_t type)
{
	return type == FRAME_IPV4   ? MATRIX_IPV4
	       : type == FRAME_IPV6 ? MATRIX_IPV6
				    : MATRIX_OTHER;
}

/* The matrix of ports, of frames that go to one.  A trial counts in none. */
static void
count_pairs(const struct worker *w, const struct matrix *m,
	    const struct burst *b, uint64_t set)
{
	unsigned int i;

	if (w->trial != NULL)
		return;
	BURST_FOREACH(set, i)
		matrix_count(
			matrix_row(m, w->id, kind_of(b->type[i]), b->in->id) +
				b->out[i],
			b->len[i]);
}

void
stage_forward(struct worker *w, const struct view *v, struct burst *b)
{
	uint64_t floods;

	mactab_find(b->in->lan->macs, b->dst, b->live, b->out, NULL);
	if (unlikely(b->to_owner != 0))
		take_owners(b);
	if (unlikely((b->unknown_src & b->live) != 0))
		drop_own(w, b);
	floods = decide_unicast(w, v, b);
	counter_add(&w->port[b->in->id].forwarded,
		    (uint64_t)__builtin_popcountll(b->live & ~floods));
	if (unlikely(v->matrix != NULL))
		count_pairs(w, v->matrix, b, b->live & ~floods);
	if (unlikely(floods != 0))
		decide_floods(w, v, b, floods);
}
