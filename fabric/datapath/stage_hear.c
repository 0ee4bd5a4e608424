/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Guard, the part that listens: IP from an address of the LAN is a sign of life,
 * and keeps the sponge from it.
 *
 * Only at ports where that may matter (PORT_AWAITED), and even there most of it
 * finds that a byte is set already.  Where control waits for the address, because
 * it is asked for, suspected or sponged, it is told at once, and by which MAC
 * address; and so it is of IP sent to the fabric's own address, by who has not
 * heard yet that the owner is back.
 */
#include "fabric/datapath/stage_guard.h"

#include <string.h>

#include "fabric/view/punt.h"
#include "lib/ipv4.h"
#include "lib/ipv6.h"
#include "lib/neigh.h"

#include "fabric/datapath/hot.h"

/* Whether the slot may be an address of the port. */
static bool
is_ports(const struct guard *g, const struct neigh *t, uint32_t slot)
{
	uint64_t owner = neigh_get_owner(t, slot);

	return !(owner & NEIGH_STRICT) || neigh_owner_port(owner) == g->in->id;
}

static void
hear(const struct guard *g, const struct neigh *t, uint32_t slot,
     struct punt *p)
{
	if (g->worker->trial != NULL || slot == NEIGH_NONE ||
	    !is_ports(g, t, slot) || !neigh_hear(t, slot))
		return;
	p->kind = PUNT_LIFE;
	p->src = g->src;
	if (!worker_punt(g->worker, g->in, p))
		neigh_untold(t, slot);
}

static const struct neigh *
table4(const struct lan *lan, uint32_t address)
{
	for (unsigned int i = 0; i < lan->nnets4; i++)
		if ((address & lan->net4[i].mask) == lan->net4[i].net)
			return lan->net4[i].neigh;
	return NULL;
}

void
guard_hear4(const struct guard *g, const struct ipv4 *ip)
{
	const struct lan *lan = g->in->lan;
	const struct neigh *t = lan->sponges ? table4(lan, ip->src) : NULL;
	struct punt p = { .source.v4 = ip->src };

	if (t != NULL)
		hear(g, t, neigh_slot4(t, ip->src), &p);
}

static bool
is_on_link6(const struct lan *lan, const uint8_t *address)
{
	return ipv6_is_link_local(address) || guard_is_in_lan6(lan, address);
}

void
guard_hear6(const struct guard *g, const struct ipv6 *ip)
{
	const struct lan *lan = g->in->lan;
	struct punt p = { .flags = PUNT_IPV6 };

	if (!lan->sponges || lan->neigh6 == NULL || !is_on_link6(lan, ip->src))
		return;
	memcpy(p.source.v6, ip->src, 16);
	hear(g, lan->neigh6, neigh_slot6(lan->neigh6, ip->src), &p);
}

/* Whether the address is not sponged, so that its owner could be reached. */
static bool
is_back(const struct neigh *t, uint32_t slot)
{
	enum neigh_held held;

	if (slot == NEIGH_NONE)
		return false;
	held = neigh_get_held(t, slot);
	return held == NEIGH_FREE || held == NEIGH_PROXY;
}

static void
tell_stray(const struct guard *g, struct punt *p)
{
	p->kind = PUNT_STRAY;
	p->src = g->src;
	p->size = rte_pktmbuf_pkt_len(g->pkt);
	worker_punt(g->worker, g->in, p);
}

static void
stray4(const struct guard *g)
{
	const struct lan *lan = g->in->lan;
	struct punt p = { 0 };
	const struct neigh *t;
	struct ipv4 ip;
	enum ipv4_fault fault =
		ipv4_read(g->payload, g->size, g->wire_size, &ip);

	if (fault != IPV4_OK || !guard_is_in_lan4(lan, ip.src) ||
	    !guard_is_ports4(g->in, ip.src))
		return;
	guard_hear4(g, &ip);
	t = table4(lan, ip.dst);
	p.source.v4 = ip.src;
	p.target.v4 = ip.dst;
	if (t != NULL && is_back(t, neigh_slot4(t, ip.dst)))
		tell_stray(g, &p);
}

static void
stray6(const struct guard *g)
{
	const struct lan *lan = g->in->lan;
	struct punt p = { .flags = PUNT_IPV6 };
	struct ipv6 ip;

	if (lan->neigh6 == NULL ||
	    ipv6_read(g->payload, g->size, g->wire_size, &ip) != IPV6_OK ||
	    !is_on_link6(lan, ip.src) || !guard_is_ports6(g, ip.src))
		return;
	guard_hear6(g, &ip);
	memcpy(p.source.v6, ip.src, 16);
	memcpy(p.target.v6, ip.dst, 16);
	if (is_back(lan->neigh6, neigh_slot6(lan->neigh6, ip.dst)))
		tell_stray(g, &p);
}

void
guard_hear_stray(const struct guard *g, uint16_t type)
{
	if (!g->in->lan->sponges)
		return;
	if (type == FRAME_IPV4)
		stray4(g);
	else if (type == FRAME_IPV6)
		stray6(g);
}
