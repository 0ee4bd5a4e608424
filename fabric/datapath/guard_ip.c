/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Guard, the part for IP: rows 50 to 56 of the policy, and whose an address is.
 */
#include "fabric/datapath/guard.h"

#include "lib/ipv4.h"
#include "lib/ipv6.h"
#include "lib/mac.h"

#include "fabric/datapath/hot.h"

#define BGP 179

enum ip_proto {
	IP_ICMP = 1,
	IP_IGMP = 2,
	IP_TCP = 6,
	IP_UDP = 17,
	IP_EIGRP = 88,
	IP_OSPF = 89,
	IP_PIM = 103,
	IP_VRRP = 112,
	IP_ISIS = 124,
};

#define ICMP_REDIRECT 5 /* RFC 792 */

bool
guard_is_in_lan4(const struct lan *lan, uint32_t address)
{
	for (unsigned int i = 0; i < lan->nnets4; i++)
		if ((address & lan->net4[i].mask) == lan->net4[i].net)
			return true;
	return false;
}

/* Whether the first 'length' bits of two addresses are the same. */
static bool
is_same_net(const uint8_t *a, const uint8_t *b, unsigned int length)
{
	uint64_t high = frame_read64(a) ^ frame_read64(b);
	uint64_t low = frame_read64(a + 8) ^ frame_read64(b + 8);

	if (length == 0)
		return true;
	if (length <= 64)
		return high >> (64 - length) == 0;
	return high == 0 && low >> (128 - length) == 0;
}

bool
guard_is_in_lan6(const struct lan *lan, const uint8_t *address)
{
	for (unsigned int i = 0; i < lan->nnets6; i++)
		if (is_same_net(address, lan->net6[i].net, lan->net6[i].length))
			return true;
	return false;
}

uint16_t
guard_owner4(const struct lan *lan, uint32_t address)
{
	unsigned int low = 0, high = lan->nbound4;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;
		const struct binding4 *b = &lan->bound4[middle];

		if (b->address == address)
			return b->port;
		if (b->address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return PORTS_MAX;
}

uint16_t
guard_owner6(const struct lan *lan, const uint8_t *address)
{
	unsigned int low = 0, high = lan->nbound6;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;
		const struct binding6 *b = &lan->bound6[middle];
		int order = memcmp(b->address, address, sizeof(b->address));

		if (order == 0)
			return b->port;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return PORTS_MAX;
}

bool
guard_is_ports4(const struct port *in, uint32_t address)
{
	uint16_t owner = guard_owner4(in->lan, address);

	if (owner == PORTS_MAX)
		return !(in->flags & PORT_BOUND4);
	return owner == in->id;
}

/* Whether a port has been heard with this address. */
static bool
is_heard_on(const struct port *p, uint64_t iid)
{
	for (unsigned int i = 0; i < PORT_LLAS; i++) {
		const struct port_lla *l = &p->shared->lla[i];

		if (atomic_load_explicit(&l->iid, memory_order_relaxed) == iid)
			return true;
	}
	return false;
}

/*
 * Whether another port of the LAN has the address: heard there first (so does
 * RFC 6620 in 1.), or made from a MAC address that is there.  All ports are
 * asked, so a member may cause that only so often.
 */
static bool
is_anothers(const struct guard *g, uint64_t iid)
{
	const struct lan *lan = g->in->lan;
	uint64_t mac = ipv6_mac_of_eui64(iid);
	uint16_t owner = MACTAB_NO_PORT;

	if (!worker_takes(g->worker, &g->in->shared->lla_looks, 1))
		return true;
	if (mac != 0)
		mactab_find(lan->macs, &mac, 1, &owner, NULL);
	if (owner != MACTAB_NO_PORT && owner != g->in->id)
		return true;
	for (unsigned int i = 0; i < lan->nmembers; i++)
		if (lan->member[i] != g->in && is_heard_on(lan->member[i], iid))
			return true;
	return false;
}

/* The slot of a MAC address: its own, or else a free one, or else NULL. */
static struct port_lla *
slot_of(struct port_shared *shared, uint64_t mac, bool *own)
{
	for (unsigned int i = 0; i < PORT_LLAS; i++) {
		struct port_lla *l = &shared->lla[i];
		uint64_t there =
			atomic_load_explicit(&l->mac, memory_order_relaxed);

		*own = there == mac;
		if (*own || there == 0)
			return l;
	}
	return NULL;
}

/*
 * Nobody registers link-local addresses, so a MAC address has the first that it
 * is heard with, besides the one made from itself.  Whoever claims a slot says
 * what is in it, since control may have freed it in the middle of something.
 */
static bool
is_first_heard(const struct guard *g, uint64_t iid)
{
	uint64_t nobody = 0;
	bool own;
	struct port_lla *l = slot_of(g->in->shared, g->src, &own);

	if (l == NULL)
		return false;
	if (own)
		return atomic_load_explicit(&l->iid, memory_order_relaxed) ==
		       iid;
	if (is_anothers(g, iid))
		return false;
	if (g->worker->trial != NULL)
		return true;
	if (!atomic_compare_exchange_strong_explicit(&l->mac, &nobody, g->src,
						     memory_order_relaxed,
						     memory_order_relaxed))
		return false; /* another worker was faster: next time */
	atomic_store_explicit(&l->iid, iid, memory_order_relaxed);
	return true;
}

static bool
is_ports_link_local(const struct guard *g, const uint8_t *address)
{
	uint16_t owner = guard_owner6(g->in->lan, address);
	uint64_t iid = frame_read64(address + 8);

	if (owner != PORTS_MAX)
		return owner == g->in->id;
	if (iid == ipv6_eui64_of_mac(g->src))
		return true;
	return !(g->in->flags & PORT_BOUND_LL) && is_first_heard(g, iid);
}

bool
guard_is_ports6(const struct guard *g, const uint8_t *address)
{
	uint16_t owner;

	if (ipv6_is_link_local(address)) {
		/* Only a strict port has a say in it, and keeps the first. */
		return !drop_set_has(&g->in->checks, DROP_nd_src_spoof) ||
		       is_ports_link_local(g, address);
	}
	owner = guard_owner6(g->in->lan, address);
	if (owner == PORTS_MAX)
		return !(g->in->flags & PORT_BOUND6);
	return owner == g->in->id;
}

static bool
is_routing(uint8_t proto)
{
	return proto == IP_IGMP || proto == IP_EIGRP || proto == IP_OSPF ||
	       proto == IP_PIM || proto == IP_VRRP || proto == IP_ISIS;
}

/* The ports of TCP or UDP, which stand alike. */
static bool
has_port(const uint8_t *upper, uint32_t size, uint16_t first, uint16_t last)
{
	uint16_t from, to;

	if (size < 4)
		return false;
	from = frame_read16(upper);
	to = frame_read16(upper + 2);
	return (from >= first && from <= last) || (to >= first && to <= last);
}

static bool
is_bgp4(const struct lan *lan, const struct ipv4 *ip)
{
	return ip->proto == IP_TCP && ip->first &&
	       has_port(ip->upper, ip->upper_size, BGP, BGP) &&
	       guard_is_in_lan4(lan, ip->src) && guard_is_in_lan4(lan, ip->dst);
}

static bool
is_on_link6(const struct lan *lan, const uint8_t *address)
{
	return ipv6_is_link_local(address) || guard_is_in_lan6(lan, address);
}

static bool
is_bgp6(const struct lan *lan, const struct ipv6 *ip)
{
	return ip->proto == IP_TCP && ip->chain == IPV6_COMPLETE &&
	       has_port(ip->upper, ip->upper_size, BGP, BGP) &&
	       is_on_link6(lan, ip->src) && is_on_link6(lan, ip->dst);
}

bool
guard_is_bgp(const struct lan *lan, uint16_t type, const uint8_t *payload,
	     uint32_t size)
{
	struct ipv4 ip4;
	struct ipv6 ip6;

	if (type == FRAME_IPV4 && size >= IPV4_HEADER) {
		ipv4_read(payload, size, size, &ip4);
		return is_bgp4(lan, &ip4);
	}
	if (type == FRAME_IPV6 && size >= IPV6_HEADER) {
		ipv6_read(payload, size, size, &ip6);
		return is_bgp6(lan, &ip6);
	}
	return false;
}

static bool
is_lan_broadcast(const struct lan *lan, uint32_t dst)
{
	if (dst == UINT32_MAX)
		return true;
	for (unsigned int i = 0; i < lan->nnets4; i++) {
		const struct net4 *n = &lan->net4[i];

		if (~n->mask > 1 && dst == (n->net | ~n->mask))
			return true;
	}
	return false;
}

static bool
is_dhcp4(const struct lan *lan, const struct ipv4 *ip)
{
	return ip->proto == IP_UDP && ip->first &&
	       has_port(ip->upper, ip->upper_size, 67, 68) &&
	       (guard_is_in_lan4(lan, ip->src) ||
		guard_is_in_lan4(lan, ip->dst));
}

enum drop
guard_ipv4(const struct guard *g)
{
	const struct lan *lan = g->in->lan;
	struct ipv4 ip;
	enum ipv4_fault fault =
		ipv4_read(g->payload, g->size, g->wire_size, &ip);

	if (fault != IPV4_OK && fault != IPV4_CUT &&
	    guard_drops(g, DROP_ip_header))
		return DROP_ip_header;
	if (fault == IPV4_SHORT || fault == IPV4_CUT)
		return DROP_NONE;
	if (guard_is_in_lan4(lan, ip.src) && !guard_is_ports4(g->in, ip.src) &&
	    guard_drops(g, DROP_ip4_spoof))
		return DROP_ip4_spoof;
	if (!mac_is_group(g->dst) && is_lan_broadcast(lan, ip.dst) &&
	    guard_drops(g, DROP_ip4_directed_bcast))
		return DROP_ip4_directed_bcast;
	if (ip.proto == IP_ICMP && ip.first && ip.upper_size > 0 &&
	    ip.upper[0] == ICMP_REDIRECT && guard_drops(g, DROP_icmp_redirect))
		return DROP_icmp_redirect;
	if (is_routing(ip.proto) && (ip.ttl == 1 || ip.dst >> 28 == 0xe) &&
	    guard_drops(g, DROP_igp))
		return DROP_igp;
	if (is_dhcp4(lan, &ip) && guard_drops(g, DROP_dhcp))
		return DROP_dhcp;
	if (g->culled && is_bgp4(lan, &ip) && guard_drops(g, DROP_bgp_cull))
		return DROP_bgp_cull;
	if (g->watched)
		guard_watch4(g, &ip);
	return DROP_NONE;
}

static bool
is_dhcp6(const struct lan *lan, const struct ipv6 *ip)
{
	return ip->proto == IP_UDP && ip->chain == IPV6_COMPLETE &&
	       has_port(ip->upper, ip->upper_size, 546, 547) &&
	       (is_on_link6(lan, ip->src) || is_on_link6(lan, ip->dst));
}

/* The rows that are for IPv6 of any kind. */
static enum drop
judge_ipv6(const struct guard *g, const struct ipv6 *ip)
{
	const struct lan *lan = g->in->lan;
	bool whole = ip->chain == IPV6_COMPLETE;

	if (guard_is_in_lan6(lan, ip->src) && !guard_is_ports6(g, ip->src) &&
	    guard_drops(g, DROP_ip6_spoof))
		return DROP_ip6_spoof;
	if (whole && is_routing(ip->proto) &&
	    (ip->hop_limit == 1 || ipv6_is_multicast(ip->dst)) &&
	    guard_drops(g, DROP_igp))
		return DROP_igp;
	if (is_dhcp6(lan, ip) && guard_drops(g, DROP_dhcp))
		return DROP_dhcp;
	if (g->culled && is_bgp6(lan, ip) && guard_drops(g, DROP_bgp_cull))
		return DROP_bgp_cull;
	/* Of what it says in ND stage neigh tells. */
	if (!g->is_neigh)
		if (g->watched)
			guard_watch6(g, ip);
	return DROP_NONE;
}

enum drop
guard_ipv6(struct guard *g)
{
	struct ipv6 ip;
	enum ipv6_fault fault =
		ipv6_read(g->payload, g->size, g->wire_size, &ip);
	bool there = fault != IPV6_SHORT && fault != IPV6_CUT;
	enum drop why = DROP_NONE;

	if (there)
		why = guard_nd(g, &ip);
	else if (mac_is_ipv6_group(g->dst) &&
		 guard_drops(g, DROP_ipv6_mcast_not_nd))
		why = DROP_ipv6_mcast_not_nd;
	if (why == DROP_NONE)
		why = guard_stray(g);
	if (why != DROP_NONE)
		return why;
	if (fault != IPV6_OK && fault != IPV6_CUT &&
	    guard_drops(g, DROP_ip_header))
		return DROP_ip_header;
	return there ? judge_ipv6(g, &ip) : DROP_NONE;
}
