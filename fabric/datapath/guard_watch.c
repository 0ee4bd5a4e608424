/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Guard, the part for liveness: IP from an address of the LAN shows that the
 * address is alive, so the sponge does not answer for it.
 *
 * Only ports with PORT_WATCHED come here, and most packets find the byte of their
 * address set already.  Where control waits for an address, because it is
 * requested, suspected or sponged, the worker reports at once that it is alive,
 * and its MAC address.  It also reports IP sent to the MAC address of the fabric:
 * the sender has not learned yet that the owner is back.
 */
#include "fabric/datapath/guard.h"

#include <string.h>

#include <rte_mbuf.h>

#include "fabric/datapath/lan.h"
#include "fabric/datapath/worker_report.h"
#include "fabric/view/punt.h"
#include "lib/ipv4.h"
#include "lib/ipv6.h"
#include "lib/neightab.h"

#include "fabric/datapath/hot.h"

/* Whether the port may be the owner of the slot. */
static bool
is_ports(const struct guard *g, const struct neightab *t, uint32_t slot)
{
	uint64_t owner = neightab_get_owner(t, slot);

	return !(owner & NEIGHTAB_STRICT) ||
	       neightab_owner_port(owner) == g->in->id;
}

static void
see(const struct guard *g, const struct neightab *t, uint32_t slot,
    struct punt *p)
{
	if (g->worker->trial != NULL || slot == NEIGHTAB_NONE ||
	    !lan_is_shown(g->in->lan) || !is_ports(g, t, slot) ||
	    !neightab_see(t, slot))
		return;
	p->kind = PUNT_ALIVE;
	p->src = g->src;
	if (!worker_punt(g->worker, g->in, p))
		neightab_report_failed(t, slot);
}

static const struct neightab *
table4(const struct lan *lan, uint32_t address)
{
	for (unsigned int i = 0; i < lan->nnets4; i++)
		if ((address & lan->net4[i].mask) == lan->net4[i].net)
			return lan->net4[i].neightab;
	return NULL;
}

void
guard_watch4(const struct guard *g, const struct ipv4 *ip)
{
	const struct lan *lan = g->in->lan;
	const struct neightab *t = lan->sponges ? table4(lan, ip->src) : NULL;
	struct punt p = { .source.v4 = ip->src };

	if (t != NULL)
		see(g, t, neightab_slot4(t, ip->src), &p);
}

void
guard_watch6(const struct guard *g, const struct ipv6 *ip)
{
	const struct lan *lan = g->in->lan;
	struct punt p = { .flags = PUNT_IPV6 };

	if (!lan->sponges || lan->neightab6 == NULL ||
	    !lan_is_on_link6(lan, ip->src))
		return;
	memcpy(p.source.v6, ip->src, 16);
	see(g, lan->neightab6, neightab_slot6(lan->neightab6, ip->src), &p);
}

/* Whether the address is not sponged, so that its owner can be reached. */
static bool
is_back(const struct neightab *t, uint32_t slot)
{
	enum neightab_held held;

	if (slot == NEIGHTAB_NONE)
		return false;
	held = neightab_get_held(t, slot);
	return held == NEIGHTAB_FREE || held == NEIGHTAB_PROXY;
}

static void
report_stray(const struct guard *g, struct punt *p)
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
	const struct neightab *t;
	struct ipv4 ip;
	enum ipv4_fault fault =
		ipv4_read(g->payload, g->size, g->wire_size, &ip);

	if (fault != IPV4_OK || !lan_has4(lan, ip.src) ||
	    !guard_may_use4(g, DROP_ip4_spoof, ip.src))
		return;
	guard_watch4(g, &ip);
	t = table4(lan, ip.dst);
	p.source.v4 = ip.src;
	p.target.v4 = ip.dst;
	if (t != NULL && is_back(t, neightab_slot4(t, ip.dst)))
		report_stray(g, &p);
}

static void
stray6(const struct guard *g)
{
	const struct lan *lan = g->in->lan;
	struct punt p = { .flags = PUNT_IPV6 };
	struct ipv6 ip;

	if (lan->neightab6 == NULL ||
	    ipv6_read(g->payload, g->size, g->wire_size, &ip) != IPV6_OK ||
	    !lan_is_on_link6(lan, ip.src) ||
	    !guard_may_use6(g, DROP_ip6_spoof, ip.src))
		return;
	guard_watch6(g, &ip);
	memcpy(p.source.v6, ip.src, 16);
	memcpy(p.target.v6, ip.dst, 16);
	if (is_back(lan->neightab6, neightab_slot6(lan->neightab6, ip.dst)))
		report_stray(g, &p);
}

void
guard_watch_stray(const struct guard *g, uint16_t type)
{
	if (!g->in->lan->sponges)
		return;
	if (type == FRAME_IPV4)
		stray4(g);
	else if (type == FRAME_IPV6)
		stray6(g);
}
