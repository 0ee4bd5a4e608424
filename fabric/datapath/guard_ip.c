/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Guard, the part for IP: ip_header to bgp_cull.
 *
 * What hosts read is judged here, see docs/architecture.md, "Read as generously as
 * hosts do".  Any of these packets may have come to the port's router from another
 * member, or from far away: no reason here is held against the port
 * (drop_is_provoked()).
 */
#include "fabric/datapath/guard.h"

#include <string.h>

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

#define ICMP_REDIRECT 5    /* RFC 792 */
#define BFD_ECHO      3785 /* RFC 5881, 4 */

static bool
is_routing(uint8_t proto)
{
	return proto == IP_IGMP || proto == IP_EIGRP || proto == IP_OSPF ||
	       proto == IP_PIM || proto == IP_VRRP || proto == IP_ISIS;
}

/* UDP to the port of BFD echo; its sender has both addresses (RFC 5881, 4). */
static bool
has_echo_port(uint8_t proto, const uint8_t *upper, uint32_t size)
{
	return proto == IP_UDP && size >= 4 &&
	       frame_read16(upper + 2) == BFD_ECHO;
}

static bool
is_multicast4(uint32_t address)
{
	return address >> 28 == 0xe;
}

/* In the LAN, or link-local (RFC 3927, 2.1). */
static bool
is_on_link4(const struct lan *lan, uint32_t address)
{
	return lan_has4(lan, address) || address >> 16 == 0xa9fe;
}

/* Hosts took the network address for a broadcast, too (RFC 1122, 3.3.6). */
static bool
is_lan_broadcast(const struct lan *lan, uint32_t address)
{
	if (address == UINT32_MAX)
		return true;
	for (unsigned int i = 0; i < lan->nnets4; i++) {
		const struct net4 *n = &lan->net4[i];

		if (~n->mask > 1 &&
		    (address == n->net || address == (n->net | ~n->mask)))
			return true;
	}
	return false;
}

/* An address of many hosts is none's source (RFC 1122, 3.2.1.3). */
static bool
is_spoof4(const struct guard *g, const struct ipv4 *ip)
{
	bool echo = ip->src == ip->dst && ip->first &&
		    has_echo_port(ip->proto, ip->upper, ip->upper_size);

	if (is_multicast4(ip->src) || is_lan_broadcast(g->in->lan, ip->src))
		return true;
	return lan_has4(g->in->lan, ip->src) &&
	       !guard_may_use4(g, DROP_ip4_spoof, ip->src) &&
	       !guard_goes_home4(g, ip->src, echo);
}

/*
 * Between neighbours these protocols have a TTL of 1, but also 2 (EIGRP) or 255
 * (VRRP; OSPF with RFC 5082).  IGMP is never routed (RFC 3376, 4).
 */
static bool
is_igp4(const struct lan *lan, const struct ipv4 *ip)
{
	if (!is_routing(ip->proto))
		return false;
	return ip->ttl == 1 || is_multicast4(ip->dst) ||
	       (is_on_link4(lan, ip->dst) &&
		(ip->proto == IP_IGMP || is_on_link4(lan, ip->src)));
}

/* To 0.0.0.0 is to all, too: Linux takes it so from 0.0.0.0 (RFC 1122, 3.3.6). */
static bool
is_dhcp4(const struct lan *lan, const struct ipv4 *ip)
{
	return ip->proto == IP_UDP && ip->first &&
	       payload_has_port(ip->upper, ip->upper_size, 67, 68) &&
	       (lan_has4(lan, ip->src) || lan_has4(lan, ip->dst) ||
		ip->dst == 0);
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
	if (is_spoof4(g, &ip) && guard_drops(g, DROP_ip4_spoof))
		return DROP_ip4_spoof;
	if (!mac_is_group(g->dst) && is_lan_broadcast(lan, ip.dst) &&
	    guard_drops(g, DROP_ip4_directed_bcast))
		return DROP_ip4_directed_bcast;
	if (ip.proto == IP_ICMP && ip.first && ip.upper_size > 0 &&
	    ip.upper[0] == ICMP_REDIRECT && guard_drops(g, DROP_icmp_redirect))
		return DROP_icmp_redirect;
	if (is_igp4(lan, &ip) && guard_drops(g, DROP_igp))
		return DROP_igp;
	if (is_dhcp4(lan, &ip) && guard_drops(g, DROP_dhcp))
		return DROP_dhcp;
	/* Last, so that a protocol with a reason of its own has that. */
	if (!mac_is_group(g->dst) && is_multicast4(ip.dst) &&
	    guard_drops(g, DROP_ipv4_mcast))
		return DROP_ipv4_mcast;
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

static bool
is_igp6(const struct lan *lan, const struct ipv6 *ip)
{
	if (!is_routing(ip->proto))
		return false;
	return ip->hop_limit == 1 || ipv6_is_multicast(ip->dst) ||
	       (lan_is_on_link6(lan, ip->dst) && lan_is_on_link6(lan, ip->src));
}

static bool
is_loopback6(const uint8_t *address)
{
	return frame_read64(address) == 0 && frame_read64(address + 8) == 1;
}

/* A socket for both families takes a mapped address for the IPv4 address. */
static bool
is_spoof_mapped(const struct guard *g, const uint8_t *address)
{
	uint32_t four = frame_read32(address + 12);

	return ipv6_is_mapped(address) && lan_has4(g->in->lan, four) &&
	       !guard_may_use4(g, DROP_ip6_spoof, four);
}

/* Nor is a group, or the loopback address (RFC 4291, 2.5.3 and 2.7). */
static bool
is_spoof6(const struct guard *g, const uint8_t *src, bool echo)
{
	if (ipv6_is_multicast(src) || is_loopback6(src))
		return true;
	if (!lan_is_on_link6(g->in->lan, src))
		return is_spoof_mapped(g, src);
	return !guard_may_use6(g, DROP_ip6_spoof, src) &&
	       !guard_goes_home6(g, src, echo);
}

/* Of the source, and of the home address that stands for it (RFC 6275, 6.3). */
static bool
has_spoof6(const struct guard *g, const struct ipv6 *ip)
{
	bool echo = memcmp(ip->src, ip->dst, 16) == 0 &&
		    ip->chain == IPV6_COMPLETE &&
		    has_echo_port(ip->proto, ip->upper, ip->upper_size);

	return is_spoof6(g, ip->src, echo) ||
	       (ip->home != NULL && is_spoof6(g, ip->home, false));
}

/* The checks of any IPv6 packet. */
static enum drop
judge_ipv6(const struct guard *g, const struct ipv6 *ip)
{
	const struct lan *lan = g->in->lan;

	if (has_spoof6(g, ip) && guard_drops(g, DROP_ip6_spoof))
		return DROP_ip6_spoof;
	if (is_igp6(lan, ip) && guard_drops(g, DROP_igp))
		return DROP_igp;
	if (is_dhcp6(lan, ip) && guard_drops(g, DROP_dhcp))
		return DROP_dhcp;
	/* Last, so that a protocol with a reason of its own has that. */
	if (!mac_is_group(g->dst) && ipv6_is_multicast(ip->dst) &&
	    !guard_may_go_to_group(g, ip) &&
	    guard_drops(g, DROP_ipv6_mcast_not_nd))
		return DROP_ipv6_mcast_not_nd;
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
