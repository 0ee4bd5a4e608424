/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The policy of a port as workers read it: which checks are on, which port has
 * which address, and which packets guard has to look at.
 */
#include "fabric/apply/apply_impl.h"

#include <assert.h>
#include <endian.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/neigh/neigh.h"
#include "fabric/runtime/meters.h"
#include "lib/frame.h"

static uint32_t
address4(const struct ipaddr *a)
{
	return frame_read32(a->octet);
}

static uint32_t
mask4(unsigned int length)
{
	return length == 0 ? 0 : UINT32_MAX << (32 - length);
}

static uint64_t
mask64(unsigned int length)
{
	return length == 0    ? 0
	       : length >= 64 ? UINT64_MAX
			      : UINT64_MAX << (64 - length);
}

void
view_fill_nets(const struct config_lan *c, struct lan *lan, struct net4 *net4,
	       struct net6 *net6)
{
	lan->net4 = net4;
	lan->net6 = net6;
	lan->nnets4 = c->ipv4.n;
	lan->nnets6 = c->ipv6.n;
	for (unsigned int i = 0; i < c->ipv4.n; i++) {
		net4[i].net = address4(&c->ipv4.value[i].addr);
		net4[i].mask = mask4(c->ipv4.value[i].length);
	}
	for (unsigned int i = 0; i < c->ipv6.n; i++) {
		memcpy(net6[i].net, c->ipv6.value[i].addr.octet, 16);
		net6[i].length = c->ipv6.value[i].length;
	}
}

static uint32_t
own_in(const struct config_lan *c, const struct net4 *n)
{
	for (unsigned int i = 0; i < c->sponge_ipv4.n; i++) {
		uint32_t own = address4(&c->sponge_ipv4.value[i]);

		if ((own & n->mask) == n->net)
			return own;
	}
	return 0;
}

void
view_fill_neigh(const struct lan_rt *rt, bool running,
		const struct config_lan *c, struct lan *lan, struct net4 *net4)
{
	static const enum garp garp[] = {
		[CONFIG_GARP_ALLOW] = GARP_ALLOW,
		[CONFIG_GARP_SUPPRESS] = GARP_SUPPRESS,
		[CONFIG_GARP_DROP] = GARP_DROP,
	};

	lan->neigh_stage = neigh_is_wanted(c);
	lan->takes_part = neigh_takes_part(c);
	lan->sponges = c->sponge == CONFIG_ON;
	lan->sponges_ends = lan->sponges && c->sponge_network == CONFIG_ON;
	lan->owner_only = config_arp_mode(c) != CONFIG_ARP_FLOOD;
	lan->proxies = config_arp_mode(c) == CONFIG_ARP_PROXY;
	lan->drops_unknown_targets =
		lan->owner_only && c->unknown_arp == CONFIG_UNKNOWN_ARP_DROP;
	lan->nd_options_pass = c->nd_unknown_opts == CONFIG_ND_OPTIONS_FORWARD;
	lan->garp = garp[c->garp];
	lan->neightab6 = neigh_table6(rt, running);
	neigh_own6(c->sponge_mac, lan->own6);
	for (unsigned int i = 0; i < lan->nnets4; i++) {
		net4[i].own = own_in(c, &net4[i]);
		net4[i].neightab = neigh_table4(rt, running, &net4[i]);
	}
}

static int
by_address4(const void *pa, const void *pb)
{
	const struct binding4 *a = pa, *b = pb;

	return a->address < b->address ? -1 : a->address > b->address;
}

static int
by_address6(const void *pa, const void *pb)
{
	const struct binding6 *a = pa, *b = pb;

	return memcmp(a->address, b->address, sizeof(a->address));
}

void
view_fill_bindings(const struct config_port *p, uint16_t id, struct lan *lan)
{
	struct binding4 *bound4 = (struct binding4 *)(uintptr_t)lan->bound4;
	struct binding6 *bound6 = (struct binding6 *)(uintptr_t)lan->bound6;

	for (unsigned int i = 0; i < p->ipv4.n; i++)
		bound4[lan->nbound4++] =
			(struct binding4){ address4(&p->ipv4.value[i]), id };
	for (unsigned int i = 0; i < p->ipv6.n; i++) {
		struct binding6 *b = &bound6[lan->nbound6++];

		memcpy(b->address, p->ipv6.value[i].octet, 16);
		b->port = id;
	}
}

void
view_sort_bindings(const struct lan *lan)
{
	qsort((void *)(uintptr_t)lan->bound4, lan->nbound4,
	      sizeof(*lan->bound4), by_address4);
	qsort((void *)(uintptr_t)lan->bound6, lan->nbound6,
	      sizeof(*lan->bound6), by_address6);
}

static void
fill_checks(const struct config *c, const struct config_port *p,
	    struct port *port)
{
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++) {
		enum config_mode mode = config_check_mode(c, p, why);

		if (mode != CONFIG_MODE_OFF)
			drop_set_add(&port->checks, why);
		if (mode == CONFIG_MODE_LOG)
			drop_set_add(&port->logs, why);
		if (mode == CONFIG_MODE_SHUTDOWN && !drop_is_provoked(why))
			drop_set_add(&port->trips, why);
		if (mode != CONFIG_MODE_OFF &&
		    config_check_is_narrow(c, p, why))
			drop_set_add(&port->narrow, why);
	}
}

static uint32_t
bound_flags(const struct config_port *p)
{
	uint32_t flags = p->ipv4.n != 0 ? PORT_BOUND4 : 0;

	for (unsigned int i = 0; i < p->ipv6.n; i++) {
		uint16_t top = frame_read16(p->ipv6.value[i].octet);

		flags |= (top & 0xffc0) == 0xfe80 ? PORT_BOUND_LL : PORT_BOUND6;
	}
	return flags;
}

/* Whether one of the checks from 'first' to 'last' is on. */
static bool
has_any(const struct port *port, enum drop first, enum drop last)
{
	for (enum drop why = first; why <= last; why++)
		if (drop_set_has(&port->checks, why))
			return true;
	return false;
}

static bool
has(const struct port *port, enum drop why)
{
	return drop_set_has(&port->checks, why);
}

/* Whether a row of stage guard could drop a frame. */
static bool
is_guarded(const struct port *port)
{
	return has_any(port, DROP_arp_malformed, DROP_nd_rate) ||
	       (has(port, DROP_sponge_stray) && port->own_mac != 0) ||
	       has(port, DROP_ipv4_mcast) ||
	       has_any(port, DROP_ip_header, DROP_dhcp);
}

static uint32_t
policy_flags(const struct config *c, const struct config_port *p,
	     const struct port *port)
{
	uint32_t flags = bound_flags(p);

	if (config_mac_locked(c, p)) {
		flags |= PORT_LOCKS;
		if (drop_set_has(&port->logs, DROP_mac_lock))
			flags |= PORT_AUDITS;
	}
	if (config_mld_permitted(c, p))
		flags |= PORT_MLD;
	if (is_guarded(port) || port->flags & PORT_NEIGH ||
	    port->in.acl != NULL || p->rate_in.unit != CONFIG_RATE_OFF)
		flags |= PORT_GUARDS;
	if (has(port, DROP_ip_header))
		flags |= PORT_DEEP;
	if (port->out.acl != NULL || p->rate_out.unit != CONFIG_RATE_OFF)
		flags |= PORT_FILTERS;
	return flags;
}

/*
 * The net that covers all prefixes of the LAN.  With several prefixes it may cover
 * more; guard then looks at some packets without need.
 */
static void
cover4(const struct lan *lan, struct port_prefilter *q)
{
	uint32_t mask = lan->net4[0].mask;

	for (unsigned int i = 1; i < lan->nnets4; i++) {
		mask &= lan->net4[i].mask;
		while ((lan->net4[i].net ^ lan->net4[0].net) & mask)
			mask <<= 1;
	}
	q->net4 = htobe32(lan->net4[0].net & mask);
	q->mask4 = htobe32(mask);
}

static void
cover6(const struct lan *lan, struct port_prefilter *q)
{
	uint64_t net = frame_read64(lan->net6[0].net);
	uint64_t mask = mask64(lan->net6[0].length);

	for (unsigned int i = 1; i < lan->nnets6; i++) {
		mask &= mask64(lan->net6[i].length);
		while ((frame_read64(lan->net6[i].net) ^ net) & mask)
			mask <<= 1;
	}
	q->net6 = htobe64(net & mask);
	q->mask6 = htobe64(mask);
}

static void
mark(uint64_t set[4], const uint8_t *proto, size_t n)
{
	for (size_t i = 0; i < n; i++)
		set[proto[i] / 64] |= UINT64_C(1) << (proto[i] % 64);
}

/* IGMP, EIGRP, OSPF, PIM, VRRP, IS-IS. */
static const uint8_t routing[] = { 2, 88, 89, 103, 112, 124 };
/* ICMPv6, and the extension headers that ND and MLD may stand behind. */
static const uint8_t chain[] = { 0, 43, 44, 51, 58, 60, 135, 139, 140 };
static const uint8_t icmp[] = { 1 };

static bool
is_marked(const uint64_t set[4], unsigned int value)
{
	return set[value / 64] >> value % 64 & 1;
}

static struct octet_range
quiet_of(const uint64_t set[4])
{
	struct octet_range r = { IPPROTO_TCP, IPPROTO_TCP };

	assert(!is_marked(set, IPPROTO_TCP));
	while (r.first > 0 && !is_marked(set, r.first - 1u))
		r.first--;
	while (r.last < UINT8_MAX && !is_marked(set, r.last + 1u))
		r.last++;
	return r;
}

/* What prefilter.h says of packets, for one octet; enum prefilter_look. */
static uint8_t
look_of(const struct port_prefilter *q, unsigned int octet)
{
	uint32_t first = htobe32(octet << 24);
	uint32_t mask = q->mask4 & htobe32(UINT32_MAX << 24);
	uint8_t looks = 0;

	if ((first & mask) == (q->net4 & htobe32(UINT32_MAX << 24)) ||
	    octet >= 224)
		looks |= LOOK_SRC4 | LOOK_DST4;
	if (octet == 0)
		looks |= LOOK_DST4 | LOOK_ADDR6;
	if (octet >= 0xfe)
		looks |= LOOK_ADDR6;
	if (is_marked(q->slow4, octet))
		looks |= LOOK_PROTO4;
	if (is_marked(q->slow6, octet))
		looks |= LOOK_NEXT6;
	return looks;
}

/* Whether look_of() gives the same for both. */
static bool
is_alike(const struct port_prefilter *a, const struct port_prefilter *b)
{
	uint32_t first = htobe32(UINT32_MAX << 24);

	return (a->net4 & first) == (b->net4 & first) &&
	       (a->mask4 & first) == (b->mask4 & first) &&
	       memcmp(a->slow4, b->slow4, sizeof(a->slow4)) == 0 &&
	       memcmp(a->slow6, b->slow6, sizeof(a->slow6)) == 0;
}

/* 'like': of another port, or NULL; most have the same looks. */
static void
fill_prefilter(const struct lan *lan, const struct port *port, bool watches,
	       const struct port_prefilter *like, struct port_prefilter *q)
{
	bool looks4 = watches || has(port, DROP_ip4_spoof) ||
		      has(port, DROP_ip4_directed_bcast) ||
		      has(port, DROP_dhcp);

	/* With the mask 0 no packet is in this net. */
	q->net4 = 1;
	q->net6 = 1;
	if (lan->nnets4 != 0 && looks4)
		cover4(lan, q);
	if (lan->nnets6 != 0 &&
	    (watches || has(port, DROP_ip6_spoof) || has(port, DROP_dhcp)))
		cover6(lan, q);
	q->passes4 = !looks4 && !has(port, DROP_icmp_redirect) &&
		     !has(port, DROP_igp) && !has(port, DROP_ipv4_mcast);
	if (has(port, DROP_icmp_redirect))
		mark(q->slow4, icmp, sizeof(icmp));
	if (has(port, DROP_igp)) {
		mark(q->slow4, routing, sizeof(routing));
		mark(q->slow6, routing, sizeof(routing));
	}
	if (lan->neigh_stage ||
	    has_any(port, DROP_ipv6_mcast_not_nd, DROP_nd_rate) ||
	    has(port, DROP_ip6_spoof) || has(port, DROP_igp) ||
	    has(port, DROP_dhcp))
		mark(q->slow6, chain, sizeof(chain));
	q->quiet4 = quiet_of(q->slow4);
	q->quiet6 = quiet_of(q->slow6);
	if (like != NULL && is_alike(like, q)) {
		memcpy(q->looks, like->looks, sizeof(q->looks));
		return;
	}
	for (unsigned int octet = 0; octet < 256; octet++)
		q->looks[octet] = look_of(q, octet);
}

static struct port_acl
acl_of(const struct port_rules *r)
{
	struct port_acl acl = { 0 };

	if (r->acl != NULL) {
		acl.acl = r->acl->compiled;
		acl.hits = r->hits->n;
		acl.stride = r->hits->stride;
	}
	return acl;
}

void
view_fill_policy(const struct objects *o, const struct config *c,
		 unsigned int index, const struct lan *lan, struct port *port)
{
	const struct config_port *p = &c->port[index];
	const struct port_rules *rules = o->rules[index];
	const struct port *like;

	fill_checks(c, p, port);
	port->shared = o->port[index]->shared;
	port->per_packet = meters_per_packet(c, p);
	if (lan == NULL)
		return;
	port->in = acl_of(&rules[0]);
	port->out = acl_of(&rules[1]);
	/* A port in quarantine exchanges ARP and ND with monitors alone. */
	if (lan->neigh_stage && !(port->flags & PORT_QUARANTINE))
		port->flags |= PORT_NEIGH;
	port->flags |= policy_flags(c, p, port);
	like = index > 0 && port[-1].lan != NULL ? port - 1 : NULL;
	fill_prefilter(lan, port, false, like != NULL ? &like->prefilter : NULL,
		       &port->prefilter);
	fill_prefilter(lan, port, lan->sponges,
		       like != NULL ? &like->watched : NULL, &port->watched);
}
