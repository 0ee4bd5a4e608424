/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What workers have heard: signs of life, questions, and who is answered.
 *
 * The rules for a packet are those of AMS-IX's arpsponge, in their order, but
 * that a STATIC address is defended against who wants to take it.
 */
#include "fabric/neigh/neigh_impl.h"

#include <string.h>

#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "fabric/config/config.h"
#include "lib/clock.h"
#include "lib/ipv6.h"
#include "lib/mac.h"
#include "lib/nd.h"
#include "lib/neightab6.h"

#define PUNTS_AT_ONCE 64

/* A report on its way through this file. */
struct heard {
	struct fabric *f;
	struct lan_rt *lan;
	struct neigh *r;
	struct port_rt *port;
	const struct punt *p;
	bool six;
};

static struct ipaddr
address_of(const struct heard *h, const union punt_address *from)
{
	struct ipaddr a = { .family = h->six ? 6 : 4 };

	if (h->six)
		memcpy(a.octet, from->v6, 16);
	else
		neigh_ipv4(from->v4, &a);
	return a;
}

static struct net_rt *
find(const struct heard *h, const union punt_address *at, uint32_t *slot)
{
	struct ipaddr a = address_of(h, at);

	return neigh_find(h->lan, &a, slot);
}

static bool
is_nobody(const struct heard *h, const union punt_address *a)
{
	return h->six ? ipv6_is_unspecified(a->v6) : a->v4 == 0;
}

/* 'says': in ARP or ND, of itself, rather than by being the source of a packet. */
static void
life(const struct heard *h, const union punt_address *who, uint64_t mac,
     bool says)
{
	struct net_rt *n;
	uint32_t slot;

	if (is_nobody(h, who) || mac == h->r->mac || mac_is_group(mac))
		return;
	n = find(h, who, &slot);
	if (n == NULL && says && h->six && neigh_learns(h->r, who->v6) &&
	    neigh_is_in6(config_lan(h->f->config, h->lan->name), who->v6))
		n = neigh_add6(h->lan, who->v6, h->port->id, &slot);
	if (n != NULL && !neigh_is_end(n, slot))
		neigh_seen(n, slot, mac, h->port, says);
}

static char *
format(const struct heard *h, const union punt_address *a,
       char text[PREFIX_TEXT_SIZE])
{
	struct ipaddr ip = address_of(h, a);

	return ipaddr_format(&ip, text);
}

static void
alien(const struct heard *h, const char *what)
{
	char mac[MAC_TEXT_SIZE], spa[PREFIX_TEXT_SIZE], tpa[PREFIX_TEXT_SIZE];

	if (!h->r->sponges)
		return;
	h->r->counts.sponge_alien++;
	neigh_log_limited(h->f, h->lan, NEIGH_ALIEN,
			  "%s: src.mac=%s arp.spa=%s arp.tpa=%s", what,
			  mac_format(h->p->src, mac),
			  format(h, &h->p->source, spa),
			  format(h, &h->p->target, tpa));
}

static void
spoof(const struct heard *h)
{
	char mac[MAC_TEXT_SIZE], sha[MAC_TEXT_SIZE];
	char spa[PREFIX_TEXT_SIZE], tpa[PREFIX_TEXT_SIZE];

	if (!h->r->sponges)
		return;
	h->r->counts.sponge_spoof++;
	neigh_log_limited(
		h->f, h->lan, NEIGH_SPOOF,
		"ARP spoofing: src.mac=%s arp.sha=%s arp.spa=%s "
		"arp.tpa=%s",
		mac_format(h->p->src, mac), mac_format(h->p->lladdr, sha),
		format(h, &h->p->source, spa), format(h, &h->p->target, tpa));
}

static void
count_tops(const struct heard *h)
{
	struct neigh_key key = { .port = h->p->port, .six = h->six };

	memcpy(key.address, &h->p->source, sizeof(key.address));
	top_add(h->r->askers, (const uint8_t *)&key, 1);
	key.port = 0;
	memcpy(key.address, &h->p->target, sizeof(key.address));
	top_add(h->r->targets, (const uint8_t *)&key, 1);
}

static void
answer(const struct heard *h, struct net_rt *n, uint32_t slot)
{
	h->r->counts.sponge_replies++;
	neigh_send_answer(n, slot, h->p, h->r->mac, ND_ROUTER | ND_SOLICITED);
}

/* In proxy mode, for an owner who is not behind the same port. */
static void
answer_for(const struct heard *h, struct net_rt *n, uint32_t slot)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);

	if (!(h->p->flags & PUNT_HELD) || neightab_owner_mac(owner) == 0 ||
	    neightab_owner_port(owner) == h->port->id)
		return;
	h->r->counts.proxy_replies++;
	neigh_send_answer(n, slot, h->p, neightab_owner_mac(owner),
			  ND_SOLICITED | ND_OVERRIDE |
				  (n->address[slot].host ? 0 : ND_ROUTER));
}

static void
dummy(const struct heard *h)
{
	char spa[PREFIX_TEXT_SIZE], tpa[PREFIX_TEXT_SIZE];

	h->r->counts.sponge_dummies++;
	neigh_log_limited(
		h->f, h->lan, NEIGH_DUMMY, "dummy: no reply to %s for %s",
		format(h, &h->p->source, spa), format(h, &h->p->target, tpa));
}

/* A number that stands for who asks. */
static uint64_t
source_of(const struct heard *h, const struct net_rt *n)
{
	return h->six ? neightab_tag6(n->neightab, h->p->source.v6)
		      : h->p->source.v4;
}

/* Known to be nobody's: three probes are enough, where the LAN says so. */
static bool
is_unassigned(const struct heard *h, const struct net_rt *n, uint32_t slot)
{
	struct sponge_address a;

	return (h->six ? h->r->nd_unassigned : h->r->arp_unassigned) &&
	       !(neightab_get_owner(n->neightab, slot) & NEIGHTAB_OWNED) &&
	       sponge_look(n->sponge, slot, &a) &&
	       (a.state.kind == SPONGE_NONE || a.state.kind == SPONGE_ALIVE) &&
	       a.mac == 0 && !sponge_is_learning(n->sponge);
}

static void
ask_sponge(const struct heard *h, struct net_rt *n, uint32_t slot)
{
	enum sponge_verdict v;

	if (is_unassigned(h, n, slot) &&
	    sponge_confirm(n->sponge, slot, SPONGE_DEAD, h->f->now))
		return;
	if (is_nobody(h, &h->p->source))
		v = sponge_conflict(n->sponge, slot, h->f->now);
	else
		v = sponge_request(n->sponge, slot, source_of(h, n), h->f->now);
	if (v == SPONGE_DUMMY)
		dummy(h);
	if (v == SPONGE_ANSWER)
		answer(h, n, slot);
	else
		answer_for(h, n, slot);
}

static void
ask(const struct heard *h, struct net_rt *n, uint32_t slot)
{
	if (neigh_is_end(n, slot)) {
		alien(h, slot == 0 ? "ARP for network address"
				   : "ARP for broadcast address");
		if (!h->r->network)
			return;
	}
	if (n->six)
		neightab6_touch(n->table, slot);
	if (n->sponge != NULL)
		ask_sponge(h, n, slot);
	else
		answer_for(h, n, slot);
}

/* Whether IPv6 target without a slot is one that the sponge takes on. */
static struct net_rt *
take_on(const struct heard *h, uint32_t *slot)
{
	const uint8_t *target = h->p->target.v6;

	if (is_nobody(h, &h->p->source) || !neigh_is_for6(h->f, h->lan, target))
		return NULL;
	return neigh_add6(h->lan, target, h->port->id, slot);
}

static bool
is_own(const struct heard *h, const struct net_rt *n)
{
	return h->six ? memcmp(h->p->target.v6, h->r->own6, 16) == 0
		      : n != NULL && n->own != 0 && h->p->target.v4 == n->own;
}

static void
question(const struct heard *h)
{
	uint32_t slot = NEIGHTAB_NONE;
	struct net_rt *n = find(h, &h->p->target, &slot);

	if (!(h->p->flags & (PUNT_TO_ALL | PUNT_TO_FABRIC)))
		return;
	if (h->p->flags & PUNT_TO_ALL) {
		neigh_count_request(h->f, h->lan, h->six);
		count_tops(h);
	}
	if (is_own(h, n) && h->r->mac != 0) {
		neigh_send_own(h->f, h->lan, h->p);
		return;
	}
	if (n == NULL && h->six)
		n = take_on(h, &slot);
	if (n != NULL)
		ask(h, n, slot);
	else if (!h->six)
		alien(h, "misplaced ARP");
}

static void
hear_arp(const struct heard *h)
{
	const struct punt *p = h->p;

	life(h, &p->source, p->src, true);
	if (p->kind != PUNT_ARP_REQUEST)
		return;
	if (p->lladdr != p->src)
		spoof(h);
	if (p->source.v4 != p->target.v4)
		question(h);
}

/* The target of an advertisement is who speaks (RFC 9161, 3.1). */
static void
hear_na(const struct heard *h)
{
	const struct punt *p = h->p;
	uint64_t mac = p->lladdr != 0 ? p->lladdr : p->src;
	struct net_rt *n;
	uint32_t slot;

	life(h, &p->target, mac, p->flags & PUNT_OVERRIDE);
	n = find(h, &p->target, &slot);
	if (n != NULL && n->address[slot].port == h->port->id)
		n->address[slot].host = !(p->flags & PUNT_ROUTER);
}

static void
hear_ns(const struct heard *h)
{
	const union punt_address *source = &h->p->source;

	/* Its own link-local address it may claim; others by an NA alone. */
	life(h, source, h->p->src, ipv6_is_link_local(source->v6));
	question(h);
}

/*
 * Whether the pair has not been told within a second; notes that it is.  Each port
 * has pairs of its own, so that nobody can keep others from being told.
 */
static bool
is_due(struct port_rt *p, uint64_t key, uint64_t now)
{
	size_t i =
		key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - PORT_UPDATES_BITS);
	uint64_t *told = &p->updated[i];

	if (*told != 0 && now - *told < CLOCK_SECOND)
		return false;
	*told = now;
	return true;
}

/* Who sends to the fabric does not know yet that the owner is back. */
static void
hear_stray(const struct heard *h)
{
	uint32_t slot;
	struct net_rt *n = find(h, &h->p->target, &slot);
	uint64_t key;

	if (n == NULL)
		return;
	key = h->p->src ^ (uint64_t)slot << 40 ^ (uint64_t)n->net << 8;
	if (neigh_mac_of(n, slot) != 0 && is_due(h->port, key, h->f->now))
		neigh_send_updates(n, slot, neigh_mac_of(n, slot),
				   &h->p->source, h->p->src, h->port->id);
}

/* The sign of life that control waits for; and it goes on waiting, or not. */
static void
hear_life(const struct heard *h)
{
	uint32_t slot;
	struct net_rt *n = find(h, &h->p->source, &slot);

	if (n == NULL)
		return;
	life(h, &h->p->source, h->p->src, false);
	neigh_publish(n, slot);
}

static void
take_punt(struct fabric *f, const struct punt *p)
{
	static void (*const hear[])(const struct heard *) = {
		[PUNT_ARP_REQUEST] = hear_arp, [PUNT_ARP_REPLY] = hear_arp,
		[PUNT_NS] = hear_ns,           [PUNT_NA] = hear_na,
		[PUNT_ALIVE] = hear_life,      [PUNT_STRAY] = hear_stray,
	};
	struct heard h = { .f = f,
			   .port = f->port[p->port],
			   .p = p,
			   .six = p->flags & PUNT_IPV6 };

	/* The port may have gone since, or come to another LAN. */
	if (h.port == NULL || h.port->marks & RT_GONE ||
	    h.port->lan == CONFIG_LANS_MAX)
		return;
	h.lan = f->lan[h.port->lan];
	h.r = h.lan->neigh;
	if (h.r != NULL)
		hear[p->kind](&h);
}

bool
neigh_poll(struct fabric *f)
{
	struct punt p[PUNTS_AT_ONCE];
	bool any = false;

	for (unsigned int i = 0; i < f->nworkers; i++) {
		unsigned int n, total = 0;

		do {
			n = rte_ring_sc_dequeue_burst_elem(f->worker[i]->punts,
							   p, sizeof(p[0]),
							   PUNTS_AT_ONCE, NULL);
			for (unsigned int k = 0; k < n; k++)
				take_punt(f, &p[k]);
			total += n;
		} while (n == PUNTS_AT_ONCE && total < PUNT_RING_SIZE);
		any |= total != 0;
	}
	if (any)
		neigh_plan(f);
	return any;
}
