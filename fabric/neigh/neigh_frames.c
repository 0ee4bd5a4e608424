/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The frames that the fabric sends itself: answers, probes and updates.
 *
 * Their source is the MAC address of the fabric on the LAN (sponge_mac), except
 * for an answer in place of an owner: that must not move the owner's address in
 * the tables of other switches (RFC 9161, 3.4).
 */
#include "fabric/neigh/neigh_impl.h"

#include <string.h>

#include "fabric/runtime/outgoing.h"
#include "lib/arp.h"
#include "lib/clock.h"
#include "lib/compose.h"
#include "lib/credit.h"
#include "lib/frame.h"
#include "lib/ipv6.h"
#include "lib/mac.h"
#include "lib/nd.h"

#define NA_SIZE 32 /* octets of an NS or NA with one option */

enum nd_option {
	OPTION_SLLA = 1,
	OPTION_TLLA = 2,
};

static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };

/* Where a frame goes, and for what. */

/* By a port, for what that port has sent. */
static struct outgoing_way
to_port(const struct lan_rt *l, uint16_t port)
{
	return (struct outgoing_way){ l->id, port, PORTS_MAX, port };
}

/* By a port, or all, at the fabric's own pace. */
static struct outgoing_way
by_fabric(const struct lan_rt *l, uint16_t port)
{
	return (struct outgoing_way){ l->id, port, PORTS_MAX, PORTS_MAX };
}

/* By all ports but one, for what that one has sent. */
static struct outgoing_way
to_others(const struct lan_rt *l, uint16_t port)
{
	return (struct outgoing_way){ l->id, PORTS_MAX, port, port };
}

static bool
send_frame(struct fabric *f, struct lan_rt *l, struct outgoing_way way,
	   struct compose *c)
{
	compose_pad(c);
	if (outgoing_send(f, way, c->octet, c->size))
		return true;
	l->neigh->counts.sponge_unsent++;
	return false;
}

/* The fields of an ARP message. */
struct arp_fields {
	uint16_t op;
	uint64_t sha;
	uint32_t spa;
	uint64_t tha;
	uint32_t tpa;
};

static bool
send_arp(struct fabric *f, struct lan_rt *l, struct outgoing_way way,
	 uint64_t dst, uint64_t src, const struct arp_fields *a)
{
	struct compose c;

	compose_ether(&c, dst, src, FRAME_ARP);
	compose_arp(&c, a->op, a->sha, a->spa, a->tha, a->tpa);
	return send_frame(f, l, way, &c);
}

/* An NS or NA about 'target' with one option. */
struct nd_fields {
	uint8_t type;
	uint8_t flags;
	const uint8_t *src, *dst, *target;
	uint8_t option;
	uint64_t lladdr; /* in the option */
};

static bool
send_nd(struct fabric *f, struct lan_rt *l, struct outgoing_way way,
	uint64_t dst, uint64_t src, const struct nd_fields *s)
{
	uint64_t lladdr = htobe64(s->lladdr << 16);
	uint8_t option[8] = { s->option, 1 };
	uint8_t head[8] = { s->type, 0, 0, 0, s->flags };
	struct compose c;
	uint8_t *ip;

	memcpy(option + 2, &lladdr, 6);
	compose_ether(&c, dst, src, FRAME_IPV6);
	ip = compose_ipv6(&c, IPV6_ICMP, ND_HOP_LIMIT, s->src, s->dst, NA_SIZE);
	compose_put(&c, head, sizeof(head));
	compose_put(&c, s->target, 16);
	compose_put(&c, option, sizeof(option));
	compose_icmp6_sum(&c, ip, NA_SIZE);
	return send_frame(f, l, way, &c);
}

/* The port of the owner, if it is known and owner_only is on, or all ports. */
static uint16_t
probe_port(const struct net_rt *n, uint32_t slot)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);

	return n->lan->neigh->owner_only && owner & NEIGHTAB_OWNED
		       ? neightab_owner_port(owner)
		       : PORTS_MAX;
}

static bool
send_ns(struct net_rt *n, uint32_t slot, uint16_t port)
{
	const struct neigh *neigh = n->lan->neigh;
	uint8_t group[16] = { 0xff, 2, [11] = 1, [12] = 0xff };
	struct ipaddr a;
	struct nd_fields s = { .type = ND_NS,
			       .src = neigh->own6,
			       .dst = group,
			       .target = a.octet,
			       .option = OPTION_SLLA,
			       .lladdr = neigh->mac };

	neigh_address(n, slot, &a);
	memcpy(group + 13, a.octet + 13, 3);
	return send_nd(n->f, n->lan, by_fabric(n->lan, port),
		       ipv6_group_mac(group), neigh->mac, &s);
}

static bool
send_request(struct net_rt *n, uint32_t slot, uint32_t spa, uint16_t port)
{
	struct arp_fields a = { ARP_REQUEST, n->lan->neigh->mac, spa, 0,
				n->neightab->base + slot };

	return send_arp(n->f, n->lan, by_fabric(n->lan, port), MAC_BROADCAST,
			n->lan->neigh->mac, &a);
}

/* The answer to a probe is not charged to the port that sends it. */
static void
note_probe(struct net_rt *n, uint32_t slot)
{
	struct credits *c = &n->lan->credits;
	struct ipaddr a;

	n->lan->neigh->counts.sponge_probes++;
	neigh_address(n, slot, &a);
	credit_add(c,
		   n->six ? credit_slot6(c, a.octet)
			  : credit_slot4(c, frame_read32(a.octet)),
		   (uint32_t)(n->f->now / CLOCK_SECOND));
}

void
neigh_send_probe(void *net, uint32_t slot)
{
	neigh_send_refresh(net, slot, probe_port(net, slot));
}

bool
neigh_send_refresh(struct net_rt *n, uint32_t slot, uint16_t port)
{
	note_probe(n, slot);
	return n->six ? send_ns(n, slot, port)
		      : send_request(n, slot, n->own, port);
}

/* An advertisement of a slot's address, with 'lladdr', to 'dst'. */
static bool
send_na(struct net_rt *n, uint32_t slot, struct outgoing_way way,
	uint64_t dst_mac, const uint8_t *dst, uint8_t flags, uint64_t lladdr)
{
	struct ipaddr a;
	struct nd_fields s = { .type = ND_NA,
			       .flags = flags,
			       .src = a.octet,
			       .dst = dst,
			       .target = a.octet,
			       .option = OPTION_TLLA,
			       .lladdr = lladdr };

	neigh_address(n, slot, &a);
	return send_nd(n->f, n->lan, way, dst_mac, n->lan->neigh->mac, &s);
}

/* IPv6: without O flag, so that an answer of the owner replaces it. */
void
neigh_send_gratuitous(void *net, uint32_t slot)
{
	struct net_rt *n = net;
	uint64_t mac = n->lan->neigh->mac;
	uint32_t dead = n->neightab->base + slot;
	struct arp_fields a = { ARP_REQUEST, mac, dead, 0, dead };
	struct outgoing_way way = by_fabric(n->lan, PORTS_MAX);

	n->lan->neigh->counts.sponge_gratuitous++;
	if (n->six)
		send_na(n, slot, way, ipv6_group_mac(all_nodes), all_nodes,
			ND_ROUTER, mac);
	else
		send_arp(n->f, n->lan, way, MAC_BROADCAST, mac, &a);
}

void
neigh_send_owner(struct net_rt *n, uint32_t slot, uint64_t mac, uint16_t owner)
{
	uint8_t flags = ND_OVERRIDE | (n->address[slot].host ? 0 : ND_ROUTER);
	uint32_t ip = n->neightab->base + slot;
	struct arp_fields a = { ARP_REQUEST, mac, ip, 0, ip };
	struct outgoing_way way = to_others(n->lan, owner);

	n->lan->neigh->counts.sponge_updates++;
	if (n->six)
		send_na(n, slot, way, ipv6_group_mac(all_nodes), all_nodes,
			flags, mac);
	else
		send_arp(n->f, n->lan, way, MAC_BROADCAST, n->lan->neigh->mac,
			 &a);
}

/*
 * A request of duplicate address detection has no source address, so its answer
 * goes to all nodes (RFC 4861, 7.2.4), but through the port of the request alone.
 */
static bool
answer6(struct fabric *f, struct lan_rt *l, const struct punt *p, uint64_t mac,
	unsigned int flags)
{
	bool dad = ipv6_is_unspecified(p->source.v6);
	struct nd_fields s = { .type = ND_NA,
			       .flags = (uint8_t)flags,
			       .src = p->target.v6,
			       .dst = dad ? all_nodes : p->source.v6,
			       .target = p->target.v6,
			       .option = OPTION_TLLA,
			       .lladdr = mac };

	if (dad)
		s.flags = (uint8_t)((flags | ND_OVERRIDE) &
				    ~(unsigned int)ND_SOLICITED);
	return send_nd(f, l, to_port(l, p->port),
		       dad ? ipv6_group_mac(all_nodes) : p->src, mac, &s);
}

bool
neigh_send_answer(struct fabric *f, struct lan_rt *l, const struct punt *p,
		  uint64_t mac, unsigned int na_flags)
{
	struct arp_fields a = { ARP_REPLY, mac, p->target.v4, p->lladdr,
				p->source.v4 };

	return p->flags & PUNT_IPV6 ? answer6(f, l, p, mac, na_flags)
				    : send_arp(f, l, to_port(l, p->port),
					       p->lladdr, mac, &a);
}

static bool
send_updates4(struct net_rt *n, uint32_t slot, uint64_t mac, uint32_t to,
	      uint64_t to_mac, uint16_t port)
{
	const struct neigh *neigh = n->lan->neigh;
	uint32_t ip = n->neightab->base + slot;
	const struct {
		unsigned int flag;
		struct arp_fields arp;
	} update[] = {
		{ CONFIG_UPDATE_REPLY, { ARP_REPLY, mac, ip, to_mac, to } },
		{ CONFIG_UPDATE_REQUEST, { ARP_REQUEST, mac, ip, to_mac, to } },
		{ CONFIG_UPDATE_GRATUITOUS,
		  { ARP_REQUEST, mac, ip, to_mac, ip } },
	};
	bool sent = true;

	for (size_t i = 0; i < sizeof(update) / sizeof(update[0]); i++) {
		if (!(neigh->values.arp_update & update[i].flag))
			continue;
		n->lan->neigh->counts.sponge_updates++;
		sent &= send_arp(n->f, n->lan, to_port(n->lan, port), to_mac,
				 neigh->mac, &update[i].arp);
	}
	return sent;
}

bool
neigh_send_updates(struct net_rt *n, uint32_t slot, uint64_t mac,
		   const union punt_address *to, uint64_t to_mac, uint16_t port)
{
	uint8_t router = n->address[slot].host ? 0 : ND_ROUTER;

	if (n->lan->neigh->values.arp_update == 0)
		return true;
	if (!n->six)
		return send_updates4(n, slot, mac, to->v4, to_mac, port);
	n->lan->neigh->counts.sponge_updates++;
	return send_na(n, slot, to_port(n->lan, port), to_mac, to->v6,
		       ND_OVERRIDE | router, mac);
}
