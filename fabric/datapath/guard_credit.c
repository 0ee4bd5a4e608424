/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Guard, the part for answers: ARP replies and neighbour advertisements that a
 * request has asked for cost their sender nothing (credit.h).
 *
 * A request is charged to its sender alone, so no member can use up the limits of
 * another by asking it.  An answer goes to the port that has asked, and is looked
 * up there.  Two kinds of request have no port that the answer goes to: those of
 * the fabric, and duplicate address detection of IPv6, which is answered to all
 * nodes (RFC 4861, 7.2.4).  Their credits are the LAN's.
 */
#include "fabric/datapath/guard.h"

#include "lib/arp.h"
#include "lib/credit.h"
#include "lib/mac.h"
#include "lib/nd.h"

#include "fabric/datapath/hot.h"

/* Where the credits are for an answer to g->dst; NULL: there are none. */
static struct credits *
credits_of_answer(const struct guard *g)
{
	uint16_t port = MACTAB_NO_PORT;

	if (mac_is_group(g->dst) || g->dst == g->in->own_mac)
		return g->in->lan->credits;
	mactab_find(g->in->lan->macs, &g->dst, 1, &port, NULL);
	return g->view->port[port] != NULL
		       ? &g->view->port[port]->shared->credits
		       : NULL;
}

static bool
takes(const struct guard *g, struct credits *c, uint32_t slot)
{
	const struct worker *w = g->worker;

	return w->trial != NULL ? credit_has(c, slot, w->now_s)
				: credit_take(c, slot, w->now_s);
}

bool
guard_is_answer4(const struct guard *g, const struct arp *a)
{
	struct credits *c = a->op == ARP_REPLY ? credits_of_answer(g) : NULL;

	return c != NULL && takes(g, c, credit_slot4(c, a->spa));
}

bool
guard_is_answer6(const struct guard *g, const struct ipv6 *ip)
{
	struct credits *c;
	struct nd nd;

	if (nd_read(ip, &nd) != ND_OK || nd.type != ND_NA)
		return false;
	c = credits_of_answer(g);
	return c != NULL && takes(g, c, credit_slot6(c, nd.target));
}

static void
add(const struct guard *g, struct credits *c, uint32_t slot)
{
	if (g->worker->trial == NULL)
		credit_add(c, slot, g->worker->now_s);
}

void
guard_asks4(const struct guard *g, const struct arp *a)
{
	struct credits *c = &g->in->shared->credits;

	if (a->op == ARP_REQUEST && a->spa != a->tpa)
		add(g, c, credit_slot4(c, a->tpa));
}

void
guard_asks6(const struct guard *g, const struct ipv6 *ip)
{
	struct credits *c = &g->in->shared->credits;
	struct nd nd;

	if (nd_read(ip, &nd) != ND_OK || nd.type != ND_NS)
		return;
	if (nd.dad)
		c = g->in->lan->credits;
	add(g, c, credit_slot6(c, nd.target));
}
