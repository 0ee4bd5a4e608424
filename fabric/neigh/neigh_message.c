/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What workers report: signs of life and requests, and which requests are
 * answered.
 *
 * The rules for a message are those of AMS-IX's arpsponge, in their order, except
 * that a STATIC address is defended in duplicate address detection.
 */
#include "fabric/neigh/neigh_impl.h"

#include <string.h>

#include "fabric/runtime/punt.h"
#include "lib/clock.h"
#include "lib/ipv6.h"
#include "lib/mac.h"
#include "lib/nd.h"
#include "lib/neightab6.h"

/* A report on its way through this file. */
struct report {
	struct fabric *f;
	struct lan_rt *lan;
	struct neigh *neigh;
	struct port_rt *port;
	const struct punt *p;
	bool six;
};

static struct ipaddr
address_of(const struct report *h, const union punt_address *from)
{
	struct ipaddr a = { .family = h->six ? 6 : 4 };

	if (h->six)
		memcpy(a.octet, from->v6, 16);
	else
		neigh_ipv4(from->v4, &a);
	return a;
}

static struct net_rt *
find(const struct report *h, const union punt_address *at, uint32_t *slot)
{
	struct ipaddr a = address_of(h, at);

	return neigh_find(h->lan, &a, slot);
}

static bool
is_unspecified(const struct report *h, const union punt_address *a)
{
	return h->six ? ipv6_is_unspecified(a->v6) : a->v4 == 0;
}

/* A sign of life of an address; 'claims' as in neigh_seen(). */
static void
see(const struct report *h, const union punt_address *address, uint64_t mac,
    bool claims)
{
	struct net_rt *n;
	uint32_t slot;

	if (is_unspecified(h, address) || mac == h->neigh->mac ||
	    mac_is_group(mac))
		return;
	n = find(h, address, &slot);
	if (n == NULL && claims && h->six &&
	    neigh_learns(h->neigh, address->v6) &&
	    neigh_is_in6(config_lan(h->f->config, h->lan->name), address->v6))
		n = neigh_add6(h->lan, address->v6, h->port->id, &slot);
	if (n != NULL && !neigh_is_end(n, slot))
		neigh_seen(n, slot, mac, h->port, claims);
}

static char *
format(const struct report *h, const union punt_address *a,
       char text[PREFIX_TEXT_SIZE])
{
	struct ipaddr ip = address_of(h, a);

	return ipaddr_format(&ip, text);
}

static void
log_misplaced(const struct report *h, const char *what)
{
	char mac[MAC_TEXT_SIZE], spa[PREFIX_TEXT_SIZE], tpa[PREFIX_TEXT_SIZE];

	if (!h->neigh->sponges)
		return;
	h->neigh->counts.sponge_alien++;
	format(h, &h->p->source, spa);
	neigh_log_limited(h->f, h->lan, h->port, NEIGH_ALIEN,
			  (struct event){ .mac = h->p->src, .ip = spa },
			  "%s: src.mac=%s arp.spa=%s arp.tpa=%s", what,
			  mac_format(h->p->src, mac), spa,
			  format(h, &h->p->target, tpa));
}

static void
log_spoof(const struct report *h)
{
	char mac[MAC_TEXT_SIZE], sha[MAC_TEXT_SIZE];
	char spa[PREFIX_TEXT_SIZE], tpa[PREFIX_TEXT_SIZE];

	if (!h->neigh->sponges)
		return;
	h->neigh->counts.sponge_spoof++;
	format(h, &h->p->source, spa);
	neigh_log_limited(h->f, h->lan, h->port, NEIGH_SPOOF,
			  (struct event){ .mac = h->p->src, .ip = spa },
			  "ARP spoofing: src.mac=%s arp.sha=%s arp.spa=%s "
			  "arp.tpa=%s",
			  mac_format(h->p->src, mac),
			  mac_format(h->p->lladdr, sha), spa,
			  format(h, &h->p->target, tpa));
}

static void
count_tops(const struct report *h)
{
	struct neigh_key key = { .port = h->p->port, .six = h->six };

	memcpy(key.address, &h->p->source, sizeof(key.address));
	top_add(h->neigh->senders, (const uint8_t *)&key, 1);
	key.port = 0;
	memcpy(key.address, &h->p->target, sizeof(key.address));
	top_add(h->neigh->targets, (const uint8_t *)&key, 1);
}

/* In proxy mode, for an owner that is not behind the same port. */
static void
answer_for(const struct report *h, struct net_rt *n, uint32_t slot)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);

	if (!(h->p->flags & PUNT_HELD) || neightab_owner_mac(owner) == 0 ||
	    neightab_owner_port(owner) == h->port->id)
		return;
	h->neigh->counts.proxy_replies++;
	neigh_send_answer(h->f, h->lan, h->p, neightab_owner_mac(owner),
			  ND_SOLICITED | ND_OVERRIDE |
				  (n->address[slot].host ? 0 : ND_ROUTER));
}

static void
log_dummy(const struct report *h)
{
	char spa[PREFIX_TEXT_SIZE], tpa[PREFIX_TEXT_SIZE];

	h->neigh->counts.sponge_dummies++;
	format(h, &h->p->target, tpa);
	neigh_log_limited(h->f, h->lan, h->port, NEIGH_DUMMY,
			  (struct event){ .ip = tpa },
			  "dummy: no reply to %s for %s",
			  format(h, &h->p->source, spa), tpa);
}

static void
request_sponge(const struct report *h, struct net_rt *n, uint32_t slot)
{
	enum sponge_verdict v;

	if (is_unspecified(h, &h->p->source))
		v = sponge_conflict(n->sponge, slot, h->f->now);
	else
		v = sponge_request(
			n->sponge, slot,
			h->six ? neightab_tag6(n->neightab, h->p->source.v6)
			       : h->p->source.v4,
			h->f->now);
	if (v == SPONGE_DUMMY)
		log_dummy(h);
	if (v != SPONGE_ANSWER) {
		answer_for(h, n, slot);
		return;
	}
	h->neigh->counts.sponge_replies++;
	neigh_send_answer(h->f, h->lan, h->p, h->neigh->mac,
			  ND_ROUTER | ND_SOLICITED);
}

static void
request_slot(const struct report *h, struct net_rt *n, uint32_t slot)
{
	if (neigh_is_end(n, slot)) {
		log_misplaced(h, slot == 0 ? "ARP for network address"
					   : "ARP for broadcast address");
		if (!h->neigh->network)
			return;
	}
	if (n->six)
		neightab6_touch(n->table, slot);
	n->address[slot].asker = (uint16_t)(h->port->id + 1);
	neigh_asked(n, slot, h->port, h->p->flags & PUNT_HELD);
	if (n->sponge != NULL)
		request_sponge(h, n, slot);
	else
		answer_for(h, n, slot);
}

/* Gives the IPv6 target of a request a slot, if the sponge may have it. */
static struct net_rt *
add_target(const struct report *h, uint32_t *slot)
{
	const uint8_t *target = h->p->target.v6;

	if (is_unspecified(h, &h->p->source) ||
	    !neigh_is_for6(h->f, h->lan, target))
		return NULL;
	return neigh_add6(h->lan, target, h->port->id, slot);
}

static bool
is_own(const struct report *h, const struct net_rt *n)
{
	return h->six ? memcmp(h->p->target.v6, h->neigh->own6, 16) == 0
		      : n != NULL && n->own != 0 && h->p->target.v4 == n->own;
}

static void
take_request(const struct report *h)
{
	uint32_t slot = NEIGHTAB_NONE;
	struct net_rt *n = find(h, &h->p->target, &slot);

	if (!(h->p->flags & (PUNT_TO_ALL | PUNT_TO_FABRIC)))
		return;
	if (h->p->flags & PUNT_TO_ALL) {
		neigh_count_request(h->f, h->lan, h->six);
		count_tops(h);
	}
	if (is_own(h, n) && h->neigh->mac != 0) {
		neigh_send_answer(h->f, h->lan, h->p, h->neigh->mac,
				  ND_SOLICITED | ND_OVERRIDE);
		return;
	}
	if (n == NULL && h->six)
		n = add_target(h, &slot);
	if (n != NULL)
		request_slot(h, n, slot);
	else if (!h->six)
		log_misplaced(h, "misplaced ARP");
}

static void
take_arp(const struct report *h)
{
	const struct punt *p = h->p;

	see(h, &p->source, p->src, true);
	if (p->kind != PUNT_ARP_REQUEST)
		return;
	if (p->lladdr != p->src)
		log_spoof(h);
	if (p->source.v4 != p->target.v4)
		take_request(h);
}

/* An advertisement is a sign of life of its target (RFC 9161, 3.1). */
static void
take_na(const struct report *h)
{
	const struct punt *p = h->p;
	uint64_t mac = p->lladdr != 0 ? p->lladdr : p->src;
	struct net_rt *n;
	uint32_t slot;

	see(h, &p->target, mac, p->flags & PUNT_OVERRIDE);
	n = find(h, &p->target, &slot);
	if (n != NULL && n->address[slot].port == h->port->id)
		n->address[slot].host = !(p->flags & PUNT_ROUTER);
}

static void
take_ns(const struct report *h)
{
	const union punt_address *source = &h->p->source;

	/* An NS claims a link-local address; others need an NA. */
	see(h, source, h->p->src, ipv6_is_link_local(source->v6));
	take_request(h);
}

/*
 * Whether the pair of sender and target got no update in the last second; notes
 * that it gets one now.  Each port has pairs of its own, so that no member can use
 * up the updates of others.
 */
static bool
is_update_due(struct port_rt *p, uint64_t key, uint64_t now)
{
	size_t i =
		key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - PORT_UPDATES_BITS);
	uint64_t *at = &p->updated[i];

	if (*at != 0 && now - *at < CLOCK_SECOND)
		return false;
	*at = now;
	return true;
}

/* A frame to the fabric: its sender does not know that the owner is back. */
static void
take_stray(const struct report *h)
{
	uint32_t slot;
	struct net_rt *n = find(h, &h->p->target, &slot);
	uint64_t key;

	if (n == NULL)
		return;
	key = h->p->src ^ (uint64_t)slot << 40 ^ (uint64_t)n->net << 8;
	if (neigh_mac_of(n, slot) != 0 &&
	    is_update_due(h->port, key, h->f->now))
		neigh_send_updates(n, slot, neigh_mac_of(n, slot),
				   &h->p->source, h->p->src, h->port->id);
}

/* The sign of life of a watched address, which may still be watched. */
static void
take_alive(const struct report *h)
{
	uint32_t slot;
	struct net_rt *n = find(h, &h->p->source, &slot);

	if (n == NULL)
		return;
	see(h, &h->p->source, h->p->src, false);
	neigh_publish(n, slot);
}

static void
take_punt(struct fabric *f, struct port_rt *port, const struct punt *p)
{
	static void (*const take[])(const struct report *) = {
		[PUNT_ARP_REQUEST] = take_arp, [PUNT_ARP_REPLY] = take_arp,
		[PUNT_NS] = take_ns,           [PUNT_NA] = take_na,
		[PUNT_ALIVE] = take_alive,     [PUNT_STRAY] = take_stray,
	};
	struct report h = {
		.f = f, .port = port, .p = p, .six = p->flags & PUNT_IPV6
	};

	/* The port may have come to another LAN since. */
	if (port->lan == CONFIG_LANS_MAX || p->stay != port->stay)
		return;
	h.lan = f->lan[port->lan];
	neigh_settle_lan(f, h.lan);
	h.neigh = h.lan->neigh;
	if (h.neigh != NULL)
		take[p->kind](&h);
}

void
neigh_begin(struct fabric *f)
{
	f->neigh_due = f->suspect_due = UINT64_MAX;
	for (enum punt_kind k = PUNT_ARP_REQUEST; k <= PUNT_STRAY; k++)
		punt_register(f, k, take_punt);
}
