/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Neigh: ARP and ND suppression (RFC 9161).
 *
 * Comes after learn, so that the sender is known, and before forward.  Each ARP
 * request and neighbour solicitation would go to all members of a peering LAN.
 * Where the owner of the target address is known, the request goes to the owner
 * alone; where the address is dead, or the fabric answers for its owner, it goes
 * to no port.  Each message is reported to control, which answers, and learns
 * from it which addresses are alive.  Control decides, and this stage reads its
 * decisions from a byte or a word of the address (neightab.h).  A request that
 * could not be reported is forwarded, so a busy control costs no answer.
 *
 * For some milliseconds after an apply has changed a LAN these are of another
 * configuration than the view (lan_is_shown()).  Until then a request goes to the
 * port that the view binds its target to, or to all; none is withheld.
 *
 * Guard has read and checked the message; what guard let pass unread does not
 * come here.
 */
#include "fabric/datapath/stage.h"

#include <string.h>

#include <rte_branch_prediction.h>

#include "fabric/datapath/lan.h"
#include "fabric/datapath/payload.h"
#include "fabric/datapath/worker_drop.h"
#include "fabric/datapath/worker_report.h"
#include "fabric/view/punt.h"
#include "fabric/view/view.h"
#include "lib/arp.h"
#include "lib/ipv6.h"
#include "lib/mac.h"
#include "lib/nd.h"
#include "lib/neightab.h"

#include "fabric/datapath/hot.h"

/* One ARP packet, NS or NA. */
struct message {
	struct punt punt;
	const struct neightab *neightab; /* that has the target, or NULL */
	uint32_t slot;                   /* of the target, or NEIGHTAB_NONE */
	uint64_t owner;                  /* of the target, or 0 */
	enum neightab_held held;         /* of the target */
	bool unsettled;     /* the tables are behind: the bindings count */
	bool to_all;        /* to a group */
	bool to_fabric;     /* to the MAC address of the fabric */
	bool request;       /* ARP request or NS, probes included */
	bool probe;         /* asks whether the target is free (RFC 5227) */
	bool gratuitous;    /* gratuitous ARP or unsolicited NA */
	bool owner_options; /* has options that only the owner can answer */
	bool own_target;    /* the target is an address of the fabric */
	bool link_local;    /* the target is link-local */
	bool unknown_dead;  /* no slot, and such addresses are dead */
};

static void
find_target4(const struct lan *lan, uint32_t tpa, struct message *t)
{
	for (unsigned int i = 0; i < lan->nnets4; i++) {
		const struct net4 *n = &lan->net4[i];

		if ((tpa & n->mask) != n->net)
			continue;
		t->own_target = lan->takes_part && n->own == tpa && tpa != 0;
		t->neightab = n->neightab;
		if (t->neightab != NULL)
			t->slot = neightab_slot4(t->neightab, tpa);
	}
}

static bool
read_arp(const struct lan *lan, const uint8_t *payload, uint32_t size,
	 struct message *t)
{
	struct arp a;

	if (!arp_read(payload, size, &a))
		return false;
	t->punt.kind = a.op == ARP_REQUEST ? PUNT_ARP_REQUEST : PUNT_ARP_REPLY;
	t->punt.source.v4 = a.spa;
	t->punt.target.v4 = a.tpa;
	t->punt.lladdr = a.sha;
	t->gratuitous = t->to_all && (a.spa == a.tpa || a.op == ARP_REPLY);
	t->request = a.op == ARP_REQUEST && a.spa != a.tpa;
	t->probe = t->request && a.spa == 0;
	find_target4(lan, a.tpa, t);
	return true;
}

static void
read_na(const struct nd *nd, struct message *t)
{
	t->punt.kind = PUNT_NA;
	t->punt.lladdr = nd->has_tlla ? nd->tlla : 0;
	t->punt.flags |= nd->flags & ND_OVERRIDE ? PUNT_OVERRIDE : 0;
	t->punt.flags |= nd->flags & ND_ROUTER ? PUNT_ROUTER : 0;
	t->gratuitous = t->to_all;
}

static void
read_ns(const struct nd *nd, struct message *t)
{
	t->punt.kind = PUNT_NS;
	t->punt.lladdr = nd->has_slla ? nd->slla : 0;
	t->request = true;
	t->probe = nd->dad;
	t->owner_options = nd->unknown_options;
}

static bool
read_nd(const struct lan *lan, const uint8_t *payload, uint32_t size,
	struct message *t)
{
	struct ipv6 ip;
	struct nd nd;

	if (ipv6_read(payload, size, size, &ip) != IPV6_OK ||
	    nd_read(&ip, &nd) != ND_OK || ip.hop_limit != ND_HOP_LIMIT)
		return false;
	t->punt.flags |= PUNT_IPV6;
	memcpy(t->punt.source.v6, ip.src, 16);
	memcpy(t->punt.target.v6, nd.target, 16);
	if (nd.type == ND_NA)
		read_na(&nd, t);
	else
		read_ns(&nd, t);
	t->link_local = ipv6_is_link_local(nd.target);
	t->own_target =
		lan->takes_part && memcmp(lan->own6, nd.target, 16) == 0;
	t->neightab = lan->neightab6;
	if (t->neightab != NULL)
		t->slot = neightab_slot6(t->neightab, nd.target);
	t->unknown_dead = t->neightab != NULL && t->slot == NEIGHTAB_NONE &&
			  neightab_get_vacant(t->neightab) == NEIGHTAB_DEAD &&
			  lan_has6(lan, nd.target);
	return true;
}

/* The owner of the target by the bindings of the view, as control will have it. */
static uint64_t
bound_owner(const struct view *v, const struct lan *lan,
	    const struct message *t)
{
	uint16_t id = t->punt.flags & PUNT_IPV6
			      ? lan_owner6(lan, t->punt.target.v6)
			      : lan_owner4(lan, t->punt.target.v4);
	const struct port *p = id != PORTS_MAX ? v->port[id] : NULL;

	if (p == NULL)
		return 0;
	return neightab_owner(id, p->nmacs == 1 ? p->mac[0] : 0,
			      NEIGHTAB_STRICT);
}

/* What is known of the target. */
static void
look_up(const struct view *v, const struct lan *lan, bool shown,
	struct message *t)
{
	if (t->slot != NEIGHTAB_NONE) {
		t->owner = neightab_get_owner(t->neightab, t->slot);
		t->held = neightab_get_held(t->neightab, t->slot);
	}
	t->unsettled = !shown || !lan_is_shown(lan);
	if (!t->unsettled)
		return;
	t->held = NEIGHTAB_FREE;
	t->unknown_dead = false;
	t->owner = bound_owner(v, lan, t);
}

static bool
read_message(struct worker *w, const struct view *v, const struct burst *b,
	     unsigned int i, struct message *t)
{
	const struct lan *lan = b->in->lan;
	bool shown = lan_is_shown(lan), ok;
	uint32_t size;
	const uint8_t *payload = payload_get(w, b, i, &size);

	memset(t, 0, sizeof(*t));
	t->slot = NEIGHTAB_NONE;
	t->to_all = mac_is_group(b->dst[i]);
	t->to_fabric = lan->takes_part && b->dst[i] == b->in->own_mac;
	t->punt.src = b->src[i];
	t->punt.size = b->len[i];
	t->punt.flags = (uint8_t)((t->to_all ? PUNT_TO_ALL : 0) |
				  (t->to_fabric ? PUNT_TO_FABRIC : 0));
	ok = b->type[i] == FRAME_ARP ? read_arp(lan, payload, size, t)
				     : read_nd(lan, payload, size, t);
	if (ok)
		look_up(v, lan, shown, t);
	return ok;
}

/* Whether the port can take frames. */
static bool
is_reachable(const struct view *v, uint16_t port)
{
	return v->port[port] != NULL &&
	       !(v->port[port]->flags & (PORT_DISABLED | PORT_LISTENS)) &&
	       view_port_is_up(v, port);
}

/* Whether the sender can reach the owner of the address. */
static bool
reaches_owner(const struct view *v, const struct burst *b, uint64_t owner)
{
	uint16_t port = neightab_owner_port(owner);

	return is_reachable(v, port) &&
	       port_parts(b->in, v->port[port]) == DROP_NONE;
}

/* Whether the fabric answers in place of the owner, if the report arrives. */
static bool
is_held(const struct view *v, const struct burst *b, const struct message *t)
{
	if (!t->request || !t->to_all)
		return false;
	if (t->slot == NEIGHTAB_NONE)
		return t->unknown_dead && !t->probe;
	if (t->held == NEIGHTAB_DEAD)
		return !t->probe;
	if (t->held == NEIGHTAB_PROXY)
		return !t->owner_options && reaches_owner(v, b, t->owner);
	return t->held == NEIGHTAB_STATIC;
}

/* An address without an owner: no port would answer, unless one has learned it. */
static enum drop
judge_unknown(const struct burst *b, const struct message *t)
{
	return b->in->lan->drops_unknown_targets && !t->link_local &&
			       !t->unsettled
		       ? DROP_unknown_arp
		       : DROP_NONE;
}

static void
count_group(struct port_counters *c, uint64_t dst)
{
	counter_add(dst == MAC_BROADCAST ? &c->rx_broadcast : &c->rx_multicast,
		    1);
}

/* Sends a request that was for all to the owner of the address alone. */
static enum drop
ask_owner(struct worker *w, const struct view *v, struct burst *b,
	  unsigned int i, const struct message *t)
{
	uint64_t owner = t->owner;
	uint16_t port = neightab_owner_port(owner);

	if (!(owner & NEIGHTAB_OWNED))
		return judge_unknown(b, t);
	/* A probe has to reach a host that has taken the address unasked. */
	if (port == b->in->id)
		return t->probe ? DROP_NONE : DROP_hairpin;
	if (!is_reachable(v, port))
		return DROP_unknown_unicast;
	count_group(&w->port[b->in->id], b->dst[i]);
	b->to_owner |= UINT64_C(1) << i;
	b->owner[i] = port;
	if (neightab_owner_mac(owner) != 0)
		b->dst[i] = neightab_owner_mac(owner);
	return DROP_NONE;
}

static enum drop
judge(struct worker *w, const struct view *v, struct burst *b, unsigned int i,
      struct message *t)
{
	const struct lan *lan = b->in->lan;
	bool held = is_held(v, b, t), reported;

	if (t->gratuitous && lan->garp == GARP_DROP)
		return DROP_garp;
	if (held)
		t->punt.flags |= PUNT_HELD;
	reported = worker_punt(w, b->in, &t->punt);
	if (held && reported)
		return DROP_sponge_suppressed;
	if (t->gratuitous && lan->garp == GARP_SUPPRESS)
		return DROP_garp_suppressed;
	if (!t->request || !t->to_all || !lan->owner_only)
		return DROP_NONE;
	return ask_owner(w, v, b, i, t);
}

/* Whether the message is for the fabric alone. */
static bool
is_for_fabric(const struct message *t)
{
	return t->to_fabric || (t->own_target && t->to_all && t->request);
}

static void
take_message(struct worker *w, const struct view *v, struct burst *b,
	     unsigned int i)
{
	enum drop why;
	struct message t;

	if (!read_message(w, v, b, i, &t))
		return;
	if (is_for_fabric(&t)) {
		worker_punt(w, b->in, &t.punt);
		worker_consume_live(w, b, i);
		return;
	}
	why = judge(w, v, b, i, &t);
	if (why != DROP_NONE)
		worker_drop_live(w, b, i, why);
}

void
stage_neigh(struct worker *w, const struct view *v, struct burst *b)
{
	uint64_t neigh = b->neigh & b->live;
	unsigned int i;

	b->to_owner = 0;
	if (likely(neigh == 0) || !(b->in->flags & PORT_NEIGH))
		return;
	BURST_FOREACH(neigh, i)
		take_message(w, v, b, i);
}
