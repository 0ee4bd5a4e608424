/* SPDX-License-Identifier: BSD-3-Clause */
/* Guard, the part for IP: ip_header to bgp_cull. */
#include "fabric/datapath/guard.h"

#include "fabric/datapath/bgp.h"
#include "fabric/datapath/lan.h"
#include "fabric/datapath/payload.h"
#include "lib/ipv4.h"
#include "lib/ipv6.h"
#include "lib/mac.h"

#include "fabric/datapath/hot.h"

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

static bool
is_routing(uint8_t proto)
{
	return proto == IP_IGMP || proto == IP_EIGRP || proto == IP_OSPF ||
	       proto == IP_PIM || proto == IP_VRRP || proto == IP_ISIS;
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
	       payload_has_port(ip->upper, ip->upper_size, 67, 68) &&
	       (lan_has4(lan, ip->src) || lan_has4(lan, ip->dst));
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
	if (lan_has4(lan, ip.src) && !guard_is_ports4(g->in, ip.src) &&
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
	if (g->culled && bgp_is4(lan, &ip) && guard_drops(g, DROP_bgp_cull))
		return DROP_bgp_cull;
	if (g->watched)
		guard_watch4(g, &ip);
	return DROP_NONE;
}

static bool
is_dhcp6(const struct lan *lan, const struct ipv6 *ip)
{
	return ip->proto == IP_UDP && ip->chain == IPV6_COMPLETE &&
	       payload_has_port(ip->upper, ip->upper_size, 546, 547) &&
	       (lan_is_on_link6(lan, ip->src) || lan_is_on_link6(lan, ip->dst));
}

/* The checks of any IPv6 packet. */
static enum drop
judge_ipv6(const struct guard *g, const struct ipv6 *ip)
{
	const struct lan *lan = g->in->lan;
	bool whole = ip->chain == IPV6_COMPLETE;

	if (lan_has6(lan, ip->src) && !guard_is_ports6(g, ip->src) &&
	    guard_drops(g, DROP_ip6_spoof))
		return DROP_ip6_spoof;
	if (whole && is_routing(ip->proto) &&
	    (ip->hop_limit == 1 || ipv6_is_multicast(ip->dst)) &&
	    guard_drops(g, DROP_igp))
		return DROP_igp;
	if (is_dhcp6(lan, ip) && guard_drops(g, DROP_dhcp))
		return DROP_dhcp;
	if (g->culled && bgp_is6(lan, ip) && guard_drops(g, DROP_bgp_cull))
		return DROP_bgp_cull;
	/* Stage neigh reports NS and NA. */
	if (!g->is_neigh && g->watched)
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
