/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/trial/selftest_impl.h"

#include "fabric/view/meter_kind.h"
#include "lib/arp.h"
#include "lib/frame.h"
#include "lib/ipv6.h"
#include "lib/mac.h"
#include "lib/mld.h"
#include "lib/nd.h"

#define BPDU_MAC   UINT64_C(0x0180c2000000)
#define LACP_MAC   UINT64_C(0x0180c2000002)
#define LLDP_MAC   UINT64_C(0x0180c200000e)
#define MVRP_MAC   UINT64_C(0x0180c2000021)
#define PVST_MAC   UINT64_C(0x01000ccccccd)
#define CDP_MAC    UINT64_C(0x01000ccccccc)
#define OSPF_MAC   UINT64_C(0x01005e000005)
#define UNUSED_MAC UINT64_C(0x030000000001) /* a group of no protocol */

#define OSPF_GROUP  0xe0000005
#define RIP_GROUP   0xe0000009
#define LIMITED_ALL UINT32_MAX /* 255.255.255.255 */

#define MVRP_TYPE 0x88f5
#define IPX_TYPE  0x8137

enum proto {
	ICMP = 1,
	UDP = 17,
	OSPF = 89,
	VRRP = 112,
};

#define OCTETS(s) .octets = (s), .noctets = sizeof(s) - 1

/* Source and destination port, and the rest of a TCP header. */
#define BGP4 "\x9c\x40\0\xb3\0\0\0\0"
#define BGP6 BGP4 "\0\0\0\0\x50\0\0\0\0\0\0\0"
#define RIP  "\x02\x08\x02\x08\0\x14\0\0"
#define DHCP "\0\x44\0\x43\0\x14\0\0"
#define RA   "\x86\0\0\0\x40\0\7\x08\0\0\0\0\0\0\0\0"
/* Destination options with padding; then such a header, or ICMPv6. */
#define PAD_PAD    "\x3c\0\1\4\0\0\0\0"
#define PAD_ICMPV6 "\x3a\0\1\4\0\0\0\0"
/* One record: ff02::1:ff00:9 from all sources (RFC 3810, 5.2). */
#define MLD_RECORD "\0\0\0\1\4\0\0\0\xff\2\0\0\0\0\0\0\0\0\0\1\xff\0\0\x09"

#define OVER(kind) .over = 1 << METER_##kind
#define NEEDS(...) .needs = { __VA_ARGS__ }

#define FRAME(reason, frame, kind, ...)                                        \
	{                                                                      \
		.why = DROP_##reason, .what = (frame), .base = (kind),         \
		__VA_ARGS__                                                    \
	}

/* clang-format off */
const struct selftest_recipe selftest_recipes[] = {
	FRAME(port_disabled, "any frame", IPV4),
	FRAME(listen_only, "any frame", IPV4),
	FRAME(lag_link, "IPv4 by a link that is not in use", IPV4, NEEDS(NEED_SHUT_LINK)),
	FRAME(rx_error, "a frame with a wrong check sequence", IPV4, .bad = true, NEEDS(NEED_OWNER)),
	FRAME(runt, "13 octets", ETHER, .type = FRAME_IPV4, .size = FRAME_HEADER - 1, NEEDS(NEED_OWNER)),
	FRAME(oversize, "one octet more than the MTU", IPV4, .too_long = true, NEEDS(NEED_MTU)),
	FRAME(smac_multicast, "IPv4 from a group address", ETHER, .src = UNUSED_MAC, .type = FRAME_IPV4),
	FRAME(smac_zero, "IPv4 from 00:00:00:00:00:00", ETHER, .src = ZERO, .type = FRAME_IPV4),
	FRAME(smac_eq_dmac, "IPv4 to its own sender", ETHER, .dst = SOURCE, .type = FRAME_IPV4),
	FRAME(mac_own, "IPv4 from the address of the fabric", ETHER, .src = FABRIC, .type = FRAME_IPV4, NEEDS(NEED_FABRIC_MAC)),
	FRAME(untagged_not_allowed, "IPv4 without a tag", IPV4, NEEDS(NEED_NO_LAN)),
	FRAME(tag_not_allowed, "IPv4 in a service tag", IPV4, .service_tag = true, NEEDS(NEED_OWNER, NEED_NO_TAGS)),
	FRAME(vlan_unknown, "IPv4 in a tag that no port has", IPV4, .tag = FREE_TAG, NEEDS(NEED_OWNER, NEED_TAGGED_PORTS, NEED_FREE_TAG)),
	FRAME(double_tag, "IPv4 in two tags", IPV4, .service_tag = true, .tag = OWN_TAG, NEEDS(NEED_TAG)),
	FRAME(quarantine_isolated, "IPv4 to a port on the other side of a quarantine", IPV4, .dst = APART, NEEDS(NEED_APART, NEED_SOURCE)),
	FRAME(lacp_rate, "LACP, once the limit is used up", ETHER, .dst = LACP_MAC, .type = FRAME_SLOW, OCTETS("\1\1"), OVER(LACP)),
	FRAME(lacp_unexpected, "LACP", ETHER, .dst = LACP_MAC, .type = FRAME_SLOW, OCTETS("\1\1"), NEEDS(NEED_NO_LACP)),
	FRAME(stp_bpdu, "a BPDU", ETHER, .dst = BPDU_MAC, .type = 38, OCTETS("\x42\x42\3")),
	FRAME(stp_bpdu, "a BPDU of PVST+", ETHER, .dst = PVST_MAC, .type = 50, OCTETS("\xaa\xaa\3\0\0\x0c\1\x0b"), NEEDS(NEED_IXP)),
	FRAME(ll_reserved, "LLDP", ETHER, .dst = LLDP_MAC, .type = FRAME_LLDP),
	FRAME(ll_gmrp, "MVRP", ETHER, .dst = MVRP_MAC, .type = MVRP_TYPE),
	FRAME(vendor_l2, "CDP", ETHER, .dst = CDP_MAC, .type = 50, OCTETS("\xaa\xaa\3\0\0\x0c\x20\0")),
	FRAME(loop_keepalive, "a loopback keepalive", ETHER, .type = FRAME_LOOPBACK),
	FRAME(loop_keepalive, "loop detection of a Huawei switch", ETHER, .src = UNKNOWN, .dst = MAC_BROADCAST, .type = FRAME_HUAWEI_LOOP2),
	FRAME(mac_lock, "IPv4 from an unknown address", ETHER, .src = UNKNOWN, .type = FRAME_IPV4, NEEDS(NEED_LOCK)),
	FRAME(mac_limit, "IPv4 from an unknown address", ETHER, .src = UNKNOWN, .type = FRAME_IPV4, NEEDS(NEED_LEARNS, NEED_FULL, NEED_NO_LOCK)),
	FRAME(mac_conflict, "IPv4 from an address of another port", ETHER, .src = ALIEN, .type = FRAME_IPV4, NEEDS(NEED_ALIEN, NEED_NO_LOCK, NEED_NO_LIMIT)),
	FRAME(llc_snap, "IPX in LLC", ETHER, .type = 46, OCTETS("\xe0\xe0\3")),
	FRAME(ethertype, "IPX", ETHER, .type = IPX_TYPE),
	FRAME(bcast_not_arp, "RIP as a broadcast", IPV4, .dst = MAC_BROADCAST, .proto = UDP, .dst_ip = LIMITED_ALL, OCTETS(RIP)),
	FRAME(ipv4_mcast, "OSPF to its group", IPV4, .dst = OSPF_MAC, .proto = OSPF, .hops = 1, .dst_ip = OSPF_GROUP, OCTETS("\2\1\0\x2c\0\0\0\0")),
	FRAME(ipv4_mcast, "RIP to its group, in a frame to one address", IPV4, .proto = UDP, .hops = 1, .dst_ip = RIP_GROUP, OCTETS(RIP)),
	FRAME(l2_mcast_other, "IPv4 to a group of no protocol", IPV4, .dst = UNUSED_MAC),
	FRAME(arp_malformed, "RARP", ARP, .message = 3),
	FRAME(arp_sha_mismatch, "ARP of another sender", ARP, .lladdr = UNKNOWN),
	FRAME(arp_spa_spoof, "ARP from an address that is not the port's", ARP, .src_ip = ALIEN, NEEDS(NEED_ALIEN4)),
	FRAME(arp_spa_spoof, "ARP from an address that no port has", ARP, .src_ip = NOBODYS, NEEDS(NEED_LISTED4, NEED_NOBODYS4)),
	FRAME(arp_off_net, "ARP for an address outside the LAN", ARP, .dst_ip = OUTSIDE, NEEDS(NEED_NET4, NEED_OUTSIDE4)),
	/* To one port: a sponge may answer a broadcast request. */
	FRAME(arp_net_bcast, "ARP for the network address", ARP, .dst = PEER, .dst_ip = NETWORK, NEEDS(NEED_SUBNET4)),
	FRAME(arp_net_bcast, "ARP for the broadcast address", ARP, .dst = PEER, .dst_ip = BROADCAST, NEEDS(NEED_SUBNET4)),
	FRAME(arp_reply_bcast, "one broadcast ARP reply too many", ARP, .message = ARP_REPLY, OVER(ARP_REPLY)),
	FRAME(arp_rate, "one ARP request too many", ARP, OVER(ARP)),
	FRAME(arp_rate, "one ARP reply to one address too many", ARP, .dst = PEER, .message = ARP_REPLY, OVER(ARP_ONE)),
	FRAME(ipv6_mcast_not_nd, "multicast DNS", IPV6, .proto = UDP, .hops = 255, .src_ip = LINK, .dst_ip = ALL_MDNS, OCTETS("\x14\xe9\x14\xe9\0\x08\0\0")),
	FRAME(ipv6_mcast_not_nd, "multicast DNS, in a frame to one address", IPV6, .dst = PEER, .proto = UDP, .hops = 255, .src_ip = LINK, .dst_ip = ALL_MDNS, OCTETS("\x14\xe9\x14\xe9\0\x08\0\0")),
	FRAME(nd_rs, "a router solicitation", IPV6, .proto = IPV6_ICMP, .hops = 255, .src_ip = LINK, .dst_ip = ALL_ROUTERS, OCTETS("\x85"), .zeros = 7),
	FRAME(nd_ra, "a router advertisement", IPV6, .proto = IPV6_ICMP, .hops = 255, .src_ip = LINK, .dst_ip = ALL_NODES, OCTETS(RA)),
	FRAME(nd_ra, "a router advertisement behind extension headers", IPV6, .proto = IPV6_DESTINATION, .hops = 255, .src_ip = LINK, .dst_ip = NEIGHBOUR, OCTETS(PAD_PAD PAD_PAD PAD_ICMPV6 RA)),
	FRAME(nd_redirect, "a redirect", IPV6, .proto = IPV6_ICMP, .hops = 255, .src_ip = LINK, .dst_ip = NEIGHBOUR, OCTETS("\x89"), .zeros = 39, .target = OUTSIDE),
	FRAME(nd_hoplimit, "a neighbour solicitation with hop limit 64", ND, .hops = 64),
	FRAME(nd_malformed, "a neighbour solicitation with code 1", ND, .code = 1),
	FRAME(nd_fragment, "a neighbour solicitation as a fragment", ND, .fragment = true),
	FRAME(nd_lladdr_mismatch, "a neighbour solicitation with the MAC address of another station", ND, .lladdr = UNKNOWN),
	FRAME(nd_src_spoof, "a neighbour solicitation from an address that is not the port's", ND, .src_ip = ALIEN, NEEDS(NEED_ALIEN6)),
	FRAME(nd_src_spoof, "a neighbour solicitation from an address that no port has", ND, .src_ip = NOBODYS, NEEDS(NEED_LISTED6, NEED_NOBODYS6)),
	FRAME(nd_target_spoof, "a neighbour advertisement of an address that is not the port's", ND, .message = ND_NA, .target = ALIEN, NEEDS(NEED_ALIEN6)),
	FRAME(nd_target_spoof, "a neighbour advertisement of an address that no port has", ND, .message = ND_NA, .target = NOBODYS, NEEDS(NEED_LISTED6, NEED_NOBODYS6)),
	FRAME(nd_off_net, "a neighbour solicitation for an address outside the LAN", ND, .target = OUTSIDE, NEEDS(NEED_NET6, NEED_OUTSIDE6)),
	FRAME(mld_query, "an MLD query", MLD, .message = MLD_QUERY, .hops = 1, .dst_ip = ALL_NODES, .zeros = 20),
	FRAME(mld, "an MLD report", MLD, .message = MLD_REPORT_V2, .dst_ip = ALL_MLDV2, OCTETS(MLD_RECORD)),
	FRAME(nd_rate, "one neighbour solicitation too many", ND, OVER(ND)),
	FRAME(nd_rate, "one neighbour solicitation to one address too many", ND, .dst = PEER, .dst_ip = NEIGHBOUR, OVER(ND_ONE)),
	/* No RFC has given a meaning to option 253. */
	FRAME(nd_unknown_opts, "a neighbour solicitation with an unknown option", ND, .option = 253),
	FRAME(sponge_stray, "IPv4 to the address of the fabric", IPV4, .dst = FABRIC, NEEDS(NEED_FABRIC_MAC)),
	FRAME(ip_header, "IPv4 of version 5", IPV4, .first = 0x55),
	FRAME(ip_header, "IPv6 of version 4", IPV6, .first = 0x40),
	FRAME(ip4_spoof, "IPv4 from an address that is not the port's", IPV4, .dst = UNKNOWN, .src_ip = ALIEN, .dst_ip = OUTSIDE, NEEDS(NEED_ALIEN4)),
	FRAME(ip4_spoof, "IPv4 from an address that no port has", IPV4, .src_ip = NOBODYS, .dst_ip = OUTSIDE, NEEDS(NEED_LISTED4, NEED_NOBODYS4)),
	FRAME(ip6_spoof, "IPv6 from an address that is not the port's", IPV6, .dst = UNKNOWN, .src_ip = ALIEN, NEEDS(NEED_ALIEN6)),
	FRAME(ip6_spoof, "IPv6 from an address that no port has", IPV6, .src_ip = NOBODYS, NEEDS(NEED_LISTED6, NEED_NOBODYS6)),
	FRAME(ip4_directed_bcast, "IPv4 to 255.255.255.255", IPV4, .proto = UDP, .dst_ip = LIMITED_ALL, OCTETS(RIP)),
	FRAME(ip4_directed_bcast, "IPv4 to the network address", IPV4, .dst_ip = NETWORK, NEEDS(NEED_SUBNET4)),
	FRAME(icmp_redirect, "an ICMP redirect", IPV4, .proto = ICMP, OCTETS("\5\1\0\0\0\0\0\0")),
	FRAME(igp, "OSPF in IPv4, TTL 1", IPV4, .proto = OSPF, .hops = 1, OCTETS("\2\1\0\x2c\0\0\0\0")),
	FRAME(igp, "OSPF in IPv6, hop limit 1", IPV6, .proto = OSPF, .hops = 1, OCTETS("\3\1"), .zeros = 14),
	FRAME(igp, "VRRP to an address of the LAN, TTL 255", IPV4, .proto = VRRP, .hops = 255, .src_ip = VALID, .dst_ip = INSIDE, OCTETS("\x31\1\x64\0\0\x64\0\0"), NEEDS(NEED_NET4, NEED_VALID4)),
	FRAME(dhcp, "DHCP", IPV4, .proto = UDP, .dst_ip = INSIDE, OCTETS(DHCP), NEEDS(NEED_NET4)),
	FRAME(dhcp, "DHCPv6", IPV6, .proto = UDP, .src_ip = LINK, .dst_ip = NEIGHBOUR, OCTETS("\2\x22\2\x23\0\x0c\0\0\1"), .zeros = 3),
	FRAME(bgp_cull, "BGP in IPv4", IPV4, .hops = 1, .src_ip = VALID, .dst_ip = INSIDE, OCTETS(BGP4), NEEDS(NEED_NET4, NEED_VALID4)),
	FRAME(bgp_cull, "BGP in IPv6", IPV6, .src_ip = LINK, .dst_ip = NEIGHBOUR, OCTETS(BGP6)),
	FRAME(acl, "the port has no access list", NO_FRAME),
	FRAME(police_port, "IPv4, once the rate is used up", IPV4, OVER(IN)),
	FRAME(garp, "gratuitous ARP", ARP, .src_ip = VALID, .dst_ip = VALID, NEEDS(NEED_VALID4)),
	FRAME(sponge_suppressed, "it needs an address that the fabric answers for", NO_FRAME),
	FRAME(garp_suppressed, "gratuitous ARP", ARP, .src_ip = VALID, .dst_ip = VALID, NEEDS(NEED_VALID4)),
	FRAME(unknown_arp, "ARP for an unknown address", ARP, NEEDS(NEED_FREE4)),
	FRAME(storm_bcast, "an ARP request, once the limit is used up", ARP, .dst_ip = FLOODED, OVER(BCAST), NEEDS(NEED_BROADCAST)),
	FRAME(storm_mcast, "a neighbour solicitation, once the limit is used up", ND, OVER(MCAST)),
	FRAME(storm_uucast, "IPv4 to an unknown address, once the limit is used up", IPV4, .dst = UNKNOWN, OVER(UUCAST), NEEDS(NEED_FLOOD)),
	FRAME(unknown_unicast, "IPv4 to an unknown address", IPV4, .dst = UNKNOWN),
	FRAME(hairpin, "IPv4 to an address of the port itself", IPV4, .dst = OWN_TWO, NEEDS(NEED_OWN, NEED_OWN_TWO)),
	FRAME(isolated, "IPv4 to a port of the same isolation group", IPV4, .dst = ISOLATED, NEEDS(NEED_ISOLATED)),
	FRAME(egress_vlan, "IPv4 of another LAN", IPV4, .from = FROM_OTHER_LAN, .leaves = true, NEEDS(NEED_OTHER_LAN)),
	FRAME(egress_ll, "LACP about to leave", ETHER, .dst = LACP_MAC, .type = FRAME_SLOW, OCTETS("\1\1"), .leaves = true),
	FRAME(egress_cull, "BGP in IPv4 about to leave", IPV4, .hops = 1, .src_ip = INSIDE, .dst_ip = INSIDE, OCTETS(BGP4), .leaves = true, NEEDS(NEED_NET4)),
	FRAME(egress_cull, "BGP in IPv6 about to leave", IPV6, .src_ip = NEIGHBOUR, .dst_ip = LINK, OCTETS(BGP6), .leaves = true),
	FRAME(egress_acl, "the port has no access list", NO_FRAME),
	FRAME(egress_police, "IPv4 about to leave, once the rate is used up", IPV4, .leaves = true, OVER(OUT)),
	FRAME(tx_full, "it needs a device that is busy", NO_FRAME),
	FRAME(no_mbuf, "it needs a lack of memory", NO_FRAME),
	FRAME(tx_down, "it needs a link that goes down", NO_FRAME),
	FRAME(NONE, NULL, NO_FRAME),
};

const struct selftest_recipe selftest_passes[] = {
	FRAME(NONE, "IPv4 from the port", IPV4, NEEDS(NEED_PEER)),
	FRAME(NONE, "an ARP request from the port", ARP, .src_ip = VALID, .dst_ip = FLOODED, NEEDS(NEED_PEER, NEED_BROADCAST)),
	FRAME(NONE, "a neighbour solicitation from the port", ND, NEEDS(NEED_PEER)),
	FRAME(NONE, "IPv4 to the port", IPV4, .dst = OWN, .src = PEER, .from = FROM_PEER, NEEDS(NEED_PEER, NEED_OWN, NEED_UP)),
	FRAME(NONE, NULL, NO_FRAME),
};
/* clang-format on */
