/* SPDX-License-Identifier: BSD-3-Clause */
/* Guard, the part for ARP: arp_malformed to arp_rate. */
#include "fabric/datapath/guard.h"

#include "fabric/datapath/lan.h"
#include "lib/arp.h"
#include "lib/mac.h"

#include "fabric/datapath/hot.h"

/* The network or broadcast address of a prefix; a /31 or /32 has none. */
static bool
is_end_of_lan(const struct lan *lan, uint32_t address)
{
	for (unsigned int i = 0; i < lan->nnets4; i++) {
		const struct net4 *n = &lan->net4[i];

		if (~n->mask > 1 &&
		    (address == n->net || address == (n->net | ~n->mask)))
			return true;
	}
	return false;
}

/* A probe has sender address 0 (RFC 5227, 2.1.1), and so its reply target 0. */
static bool
answers_probe(const struct arp *a)
{
	return a->op == ARP_REPLY && a->tpa == 0;
}

static bool
is_off_net(const struct lan *lan, const struct arp *a)
{
	if (lan->nnets4 == 0)
		return false;
	return (!lan_has4(lan, a->tpa) && !answers_probe(a)) ||
	       (a->spa != 0 && !lan_has4(lan, a->spa));
}

/* Whether it is an ARP request that the sponge answers (sponge_network). */
static bool
is_for_sponge(const struct guard *g, const struct arp *a)
{
	return g->in->lan->sponges_ends && a->op == ARP_REQUEST &&
	       mac_is_group(g->dst);
}

/* ARP to one has a limit apart: a member must be able to answer all others. */
static enum meter_kind
meter_of(const struct guard *g)
{
	return mac_is_group(g->dst) ? METER_ARP : METER_ARP_ONE;
}

/*
 * The sender and target addresses.  Linux asks from any address of its own, that
 * of a packet to which it is about to reply (arp_announce), so a member can make
 * a router send ARP from an address that no port has.
 */
static enum drop
judge_addresses(struct guard *g, const struct arp *a)
{
	const struct lan *lan = g->in->lan;

	if (a->sha != g->src && guard_drops(g, DROP_arp_sha_mismatch))
		return DROP_arp_sha_mismatch;
	if (a->spa != 0 && !guard_may_use4(g, DROP_arp_spa_spoof, a->spa) &&
	    guard_drops(g, DROP_arp_spa_spoof)) {
		g->provoked = lan_owner4(lan, a->spa) == PORTS_MAX;
		return DROP_arp_spa_spoof;
	}
	if (is_off_net(lan, a) && guard_drops(g, DROP_arp_off_net))
		return DROP_arp_off_net;
	if (is_end_of_lan(lan, a->tpa) && !is_for_sponge(g, a) &&
	    guard_drops(g, DROP_arp_net_bcast))
		return DROP_arp_net_bcast;
	if (a->op == ARP_REPLY && g->dst == MAC_BROADCAST &&
	    drop_set_has(&g->in->checks, DROP_arp_reply_bcast) &&
	    guard_exceeds(g, METER_ARP_REPLY) &&
	    guard_drops(g, DROP_arp_reply_bcast))
		return DROP_arp_reply_bcast;
	return DROP_NONE;
}

/* Whether the ARP packet was whole on the wire, and a snap length has cut it. */
static bool
is_cut(const struct guard *g)
{
	return g->size < ARP_SIZE && g->wire_size >= ARP_SIZE;
}

enum drop
guard_arp(struct guard *g)
{
	enum drop why = DROP_NONE;
	struct arp a = { .valid = false };
	bool read = arp_read(g->payload, g->size, &a);

	g->is_neigh = read && a.valid;
	if (!a.valid && !is_cut(g) && guard_drops(g, DROP_arp_malformed))
		why = DROP_arp_malformed;
	else if (read)
		why = judge_addresses(g, &a);
	if (why == DROP_NONE && drop_set_has(&g->in->checks, DROP_arp_rate) &&
	    !(g->is_neigh && guard_is_answer4(g, &a)) &&
	    guard_exceeds(g, meter_of(g)) && guard_drops(g, DROP_arp_rate))
		why = DROP_arp_rate;
	if (why == DROP_NONE && g->is_neigh)
		guard_asks4(g, &a);
	return why;
}
