/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Guard: the checks of ARP, ND, MLD and IP, the ACL and the rate of the port.
 *
 * Comes after admit, which has checked the source address, and before learn.
 * ARP, ND and the few IP packets that a check could drop go through guard_arp(),
 * guard_nd(), guard_ipv4() and guard_ipv6(), in which the checks stand in the
 * order of drop_list.h; then the ACL and the contracted rate of the port apply to
 * every frame.  Most frames are transit, which prefilter.h knows without a branch a
 * frame.
 */
#include "fabric/datapath/stage.h"

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include "fabric/datapath/guard.h"
#include "fabric/datapath/payload.h"
#include "fabric/datapath/prefilter.h"
#include "lib/acl.h"
#include "lib/mac.h"

#include "fabric/datapath/hot.h"

static inline bool
is_suspect(const struct port_prefilter *q, const struct burst *b,
	   unsigned int i)
{
	return prefilter_holds(q, b->type[i],
			       rte_pktmbuf_mtod_offset(b->pkt[i],
						       const uint8_t *,
						       payload_offset(b, i)));
}

/* The frames that a check could drop, or that guard_watch.c looks at. */
static uint64_t
pick_suspects(const struct burst *b, bool watched)
{
	const struct port_prefilter *q = prefilter_of(b->in, watched);
	uint64_t suspects = (b->slow | b->short_ip) & b->live;
	unsigned int i;

	BURST_FOREACH(b->live & ~suspects, i)
		suspects |= (uint64_t)is_suspect(q, b, i) << i;
	return suspects;
}

/* Anything but IPv6. */
static enum drop
judge_other(struct guard *g, uint16_t type)
{
	enum drop why = DROP_NONE;

	if (type == FRAME_ARP)
		why = guard_arp(g);
	if (why == DROP_NONE && mac_is_ipv6_group(g->dst) &&
	    guard_drops(g, DROP_ipv6_mcast_not_nd))
		why = DROP_ipv6_mcast_not_nd;
	if (why == DROP_NONE)
		why = guard_stray(g);
	if (why == DROP_NONE && type == FRAME_IPV4)
		why = guard_ipv4(g);
	return why;
}

static enum drop
judge(struct worker *w, const struct view *v, struct burst *b, unsigned int i,
      uint8_t state, bool *provoked)
{
	uint32_t at = payload_offset(b, i);
	struct guard g = {
		.worker = w,
		.view = v,
		.in = b->in,
		.pkt = b->pkt[i],
		.src = b->src[i],
		.dst = b->dst[i],
		.wire_size = b->len[i] > at ? b->len[i] - at : 0,
		.culled = state & PORT_CULLED,
		.watched = state & PORT_WATCHED,
	};
	enum drop why = DROP_NONE;

	g.payload = payload_get(w, b, i, &g.size);
	if (b->type[i] == FRAME_IPV6)
		why = guard_ipv6(&g);
	else
		why = judge_other(&g, b->type[i]);
	*provoked = g.provoked;
	b->neigh |= (uint64_t)g.is_neigh << i;
	if (unlikely(why == DROP_sponge_stray)) {
		counter_add(&w->port[b->in->id].stray_bytes, b->len[i]);
		guard_watch_stray(&g, b->type[i]);
	}
	return why;
}

static void
apply_acl(struct worker *w, struct burst *b)
{
	const struct port_acl *in = &b->in->in;
	struct counter *hits =
		w->trial == NULL ? in->hits + w->id * in->stride : NULL;
	unsigned int i;

	BURST_FOREACH(b->live, i) {
		struct acl_key key;

		payload_acl_key(w, b, i,
				b->tagged >> i & 1 ? b->in->egress.tag : 0,
				&key);
		if (acl_judge(in->acl, &key, hits, &w->rule) == ACL_DENY)
			worker_drop_live(w, b, i, DROP_acl);
	}
}

/* The contracted rate of the port: in octets, or in frames. */
static void
police(struct worker *w, struct burst *b)
{
	bool per_packet = b->in->per_packet >> METER_IN & 1;
	unsigned int i;

	BURST_FOREACH(b->live, i) {
		uint32_t units = per_packet ? 1 : b->len[i] + FRAME_FCS;

		if (!worker_takes_of(w, b->in, METER_IN, units) &&
		    worker_drops(w, b->in, b->pkt[i], DROP_police_port))
			worker_drop_live(w, b, i, DROP_police_port);
	}
}

void
stage_guard(struct worker *w, const struct view *v, struct burst *b)
{
	const struct port *in = b->in;
	uint8_t state = view_port_state(v, in->id);
	bool culled = state & PORT_CULLED;
	uint64_t suspects;
	unsigned int i;

	b->neigh = 0;
	if (!(in->flags & PORT_GUARDS) && likely(!culled))
		return;
	suspects = pick_suspects(b, state & PORT_WATCHED);
	if (unlikely(in->flags & PORT_DEEP || culled))
		suspects = b->live;
	BURST_FOREACH(suspects, i) {
		bool provoked;
		enum drop why = judge(w, v, b, i, state, &provoked);

		if (unlikely(provoked) && why != DROP_NONE)
			worker_drop_provoked(w, b, i, why);
		else if (why != DROP_NONE)
			worker_drop_live(w, b, i, why);
	}
	if (unlikely(in->in.acl != NULL))
		apply_acl(w, b);
	if (unlikely(meter_is_set(&in->shared->meter[METER_IN])))
		police(w, b);
}
