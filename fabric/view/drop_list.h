/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every reason to drop a frame, in the order in which the checks apply:
 *
 *   DROP(name, side, profiles, kind, level, option, traits, key, sentence
 *        [, clause [, narrow]])
 *
 * side      RX: charged to the port the frame came in by; TX: to the port it
 *           was to leave by
 * profiles  that have the reason.  ALL; IXP: ixp-strict and ixp-basic; STRICT:
 *           ixp-strict; ASKED: none
 * kind      CHECK: can be set to drop, log or off for a LAN or a port (the key
 *           'check'); RULE: cannot, the LAN would not be sound without it
 * level     of its lines in the log; INFO: one line for each port
 * option    of the port or the LAN without which no frame is dropped for it:
 *           OPTION_x of drop.h
 * traits    PLAIN, or some of
 *           MACS: about source addresses, so 'violation' sets its mode, too
 *           LOOP: about another station's source address, so a sign of a loop
 *           NETS: depends on the prefixes of the LAN, not on the port
 *           ACL:  a rule of an ACL decides
 *           ARP, ND: 'clause' restricts the ARP, or neighbour discovery, that
 *           is allowed
 *           NARROW: under ixp-basic, and at a port whose addresses are not
 *           configured, only about addresses that the configuration gives to
 *           another port
 *           PROVOKED: another member, or a host far away, can make an honest
 *           router send such a frame, so it never disables the port
 * key       of the configuration that the reason depends on, or ""
 * sentence  the frames that are dropped, so that "is dropped" can follow it
 * clause    of the sentence about what is allowed while the check drops
 * narrow    the same where the check is NARROW
 *
 * The enum, the counters, ixctl, the JSON, the manual and the captures come
 * from here.  Included more than once, on purpose without a guard.
 */
/* clang-format off */
DROP(port_disabled, RX, ALL, RULE, QUIET, DISABLED, PLAIN, "status", "any frame while the port is disabled by the configuration, an operator, a violation or a flapping link")
DROP(listen_only, RX, ALL, RULE, QUIET, LISTENS, PLAIN, "listen", "any frame from a port that only listens: the port of a mirror, or one with the key listen")
DROP(lag_link, RX, ALL, RULE, QUIET, LAG, PLAIN, "device", "any frame but LACP by a link of a LAG that is not in use: its partner is not ready, or the link is held")
DROP(rx_error, RX, ALL, RULE, QUIET, NONE, PLAIN, "", "a frame that the device received with a wrong FCS or length")
DROP(runt, RX, ALL, RULE, NOTICE, NONE, PLAIN, "", "a frame shorter than its Ethernet header and tags")
DROP(oversize, RX, IXP, CHECK, NOTICE, NONE, PLAIN, "mtu", "a frame with a payload larger than the MTU of the LAN")
DROP(smac_multicast, RX, ALL, CHECK, WARNING, NONE, PLAIN, "", "a frame from a group address")
DROP(smac_zero, RX, ALL, CHECK, WARNING, NONE, PLAIN, "", "a frame from 00:00:00:00:00:00")
DROP(smac_eq_dmac, RX, IXP, CHECK, NOTICE, NONE, PLAIN, "", "a frame whose source and destination address are the same")
DROP(mac_own, RX, IXP, CHECK, WARNING, NONE, LOOP, "sponge_mac", "a frame from the MAC address of the fabric: looped or forged")
DROP(untagged_not_allowed, RX, ALL, RULE, NOTICE, NONE, PLAIN, "lan", "an untagged frame on a device with tagged ports only")
DROP(tag_not_allowed, RX, ALL, RULE, NOTICE, NONE, PLAIN, "device", "a tagged frame on an untagged port")
DROP(vlan_unknown, RX, ALL, RULE, NOTICE, NONE, PLAIN, "device", "a frame with a VLAN tag that no port of the device has")
DROP(double_tag, RX, IXP, CHECK, NOTICE, NONE, PLAIN, "tag", "a frame with a second VLAN tag behind that of the port")
DROP(quarantine_isolated, RX, ALL, RULE, QUIET, QUARANTINE, PLAIN, "status", "a frame between a port in quarantine and a port that is not a monitor")
DROP(lacp_rate, RX, ALL, RULE, NOTICE, LACP, PLAIN, "lacp", "more LACP per second than the links of the port may send")
DROP(lacp_unexpected, RX, ALL, RULE, WARNING, NONE, PLAIN, "", "LACP on a port that does not run it")
DROP(stp_bpdu, RX, ALL, RULE, CRITICAL, NONE, PLAIN, "", "a spanning tree BPDU (PVST+: under the ixp profiles only)")
DROP(ll_reserved, RX, ALL, RULE, NOTICE, NONE, PLAIN, "", "a frame to a group that no bridge forwards, 01:80:c2:00:00:01 to 0f")
DROP(ll_gmrp, RX, IXP, CHECK, NOTICE, NONE, PLAIN, "", "GARP or MRP, sent to 01:80:c2:00:00:20 to 2f")
DROP(vendor_l2, RX, IXP, CHECK, NOTICE, NONE, PLAIN, "", "a vendor's link protocol: CDP, VTP, DTP, UDLD, PAgP, EDP, FDP, ISL")
DROP(loop_keepalive, RX, IXP, CHECK, NOTICE, NONE, PROVOKED, "", "a link protocol of a switch: loopback, MOP, LAT, LLDP, 802.1X, CFM, loop detection of a vendor, SONMP")
DROP(mac_lock, RX, IXP, CHECK, WARNING, NONE, MACS | LOOP, "mac", "a frame from a MAC address that is not registered for the port")
DROP(mac_limit, RX, IXP, CHECK, WARNING, NONE, MACS, "mac_limit", "a frame from one more MAC address than the port may learn")
DROP(mac_conflict, RX, IXP, CHECK, WARNING, NONE, MACS | LOOP, "", "a frame from a MAC address of another port")
DROP(llc_snap, RX, IXP, CHECK, NOTICE, NONE, PLAIN, "", "a frame with an 802.3 length in place of an ethertype: LLC or SNAP")
DROP(ethertype, RX, IXP, CHECK, NOTICE, NONE, PLAIN, "", "a frame that is neither IPv4, ARP nor IPv6")
DROP(bcast_not_arp, RX, IXP, CHECK, NOTICE, NONE, PLAIN, "", "a broadcast that is not ARP")
DROP(ipv4_mcast, RX, IXP, CHECK, NOTICE, NONE, PLAIN, "", "IPv4 multicast, also in a frame to one address")
DROP(l2_mcast_other, RX, IXP, CHECK, NOTICE, NONE, PLAIN, "", "a frame to a group address that is neither broadcast nor IPv6 multicast")
DROP(arp_malformed, RX, IXP, CHECK, NOTICE, NONE, PLAIN, "", "ARP that is cut short, or no request or reply for IPv4 over Ethernet (RFC 826)")
DROP(arp_sha_mismatch, RX, IXP, CHECK, WARNING, NONE, ARP, "", "ARP whose sender MAC address is not the source of the frame", "whose sender MAC address is the source of the frame")
DROP(arp_spa_spoof, RX, IXP, CHECK, WARNING, NONE, ARP | NARROW, "ipv4", "ARP from an IPv4 address that is not the port's", "from an IPv4 address of the port", "not from an IPv4 address that is registered for another port")
DROP(arp_off_net, RX, STRICT, CHECK, NOTICE, NONE, NETS | ARP | PROVOKED, "ipv4", "ARP about an address outside the prefixes of the LAN", "about addresses of the LAN only")
DROP(arp_net_bcast, RX, STRICT, CHECK, NOTICE, NONE, NETS | ARP | PROVOKED, "ipv4", "ARP for the network or broadcast address of the LAN", "but not its network or broadcast address")
DROP(arp_reply_bcast, RX, STRICT, CHECK, NOTICE, NONE, PLAIN, "", "more than one broadcast ARP reply in ten seconds")
DROP(arp_rate, RX, IXP, CHECK, NOTICE, NONE, PLAIN, "arp_pps", "more ARP per second than the port may send")
DROP(ipv6_mcast_not_nd, RX, IXP, CHECK, NOTICE, NONE, PLAIN, "", "IPv6 multicast that is neither neighbour discovery nor MLD, or not to the group of its target, also in a frame to one address")
DROP(nd_rs, RX, IXP, CHECK, INFO, NONE, PLAIN, "", "a router solicitation")
DROP(nd_ra, RX, IXP, CHECK, CRITICAL, NONE, PLAIN, "", "a router advertisement, or IPv6 with so many extension headers that they could hide one")
DROP(nd_redirect, RX, IXP, CHECK, WARNING, NONE, PROVOKED, "", "an ICMPv6 redirect")
DROP(nd_hoplimit, RX, IXP, CHECK, WARNING, NONE, ND | PROVOKED, "", "routed neighbour discovery: its hop limit is not 255", "with a hop limit of 255")
DROP(nd_malformed, RX, IXP, CHECK, NOTICE, NONE, ND, "", "neighbour discovery that is invalid by RFC 4861, or IPv6 without a payload length, which could hide it", "valid by RFC 4861")
DROP(nd_fragment, RX, IXP, CHECK, WARNING, NONE, ND, "", "fragmented neighbour discovery (RFC 6980), or a fragment that could hide it", "not fragmented (RFC 6980)")
DROP(nd_lladdr_mismatch, RX, IXP, CHECK, WARNING, NONE, ND, "", "neighbour discovery whose link-layer address is not the source of the frame", "whose link-layer address is the source of the frame")
DROP(nd_src_spoof, RX, IXP, CHECK, WARNING, NONE, ND | NARROW, "ipv6", "a neighbour solicitation from an IPv6 address that is not the port's", "from an IPv6 address of the port", "not from an IPv6 address that is registered for another port")
DROP(nd_target_spoof, RX, IXP, CHECK, WARNING, NONE, ND | NARROW, "ipv6", "a neighbour advertisement for an IPv6 address that is not the port's", "advertising an IPv6 address of the port", "not advertising an IPv6 address that is registered for another port")
DROP(nd_off_net, RX, STRICT, CHECK, NOTICE, NONE, NETS | ND, "ipv6", "neighbour discovery about an address outside the prefixes of the LAN", "about addresses of the LAN or the link only")
DROP(mld_query, RX, IXP, CHECK, WARNING, NONE, PLAIN, "", "an MLD query: no member may be the querier")
DROP(mld, RX, IXP, CHECK, INFO, NONE, PLAIN, "mld", "an MLD report or done message that is not permitted, or not valid")
DROP(nd_rate, RX, IXP, CHECK, NOTICE, NONE, PLAIN, "nd_pps", "more neighbour discovery per second than the port may send")
DROP(nd_unknown_opts, RX, ALL, RULE, NOTICE, ND_OPTIONS, PLAIN, "nd_unknown_opts", "neighbour discovery with unknown options, where the fabric answers for the owner")
DROP(sponge_stray, RX, ALL, CHECK, QUIET, NONE, PROVOKED, "sponge_mac", "a frame to the MAC address of the fabric, which takes no traffic")
DROP(ip_header, RX, ASKED, CHECK, NOTICE, NONE, PLAIN, "", "an IP header whose version or lengths do not fit the frame")
DROP(ip4_spoof, RX, STRICT, CHECK, WARNING, NONE, NARROW | PROVOKED, "ipv4", "IPv4 from an address of the LAN that is not the port's, or from a broadcast or group address")
DROP(ip6_spoof, RX, STRICT, CHECK, WARNING, NONE, NARROW | PROVOKED, "ipv6", "IPv6 from an address of the LAN, or a link-local one, that is not the port's, or from a group or ::1")
DROP(ip4_directed_bcast, RX, STRICT, CHECK, NOTICE, NONE, NETS | PROVOKED, "ipv4", "IPv4 to the broadcast or network address of the LAN, or to 255.255.255.255")
DROP(icmp_redirect, RX, STRICT, CHECK, WARNING, NONE, PROVOKED, "", "an ICMP redirect")
DROP(igp, RX, STRICT, CHECK, NOTICE, NONE, PROVOKED, "", "a routing or group protocol of the link: IGMP, EIGRP, OSPF, PIM, VRRP, IS-IS; between addresses of the LAN, to a group, or with a TTL of 1")
DROP(dhcp, RX, STRICT, CHECK, NOTICE, NONE, PROVOKED, "", "DHCP inside the LAN")
DROP(bgp_cull, RX, ALL, CHECK, QUIET, CULL, PROVOKED, "cull", "BGP between members while the port or the fabric is culled (RFC 8327)")
DROP(acl, RX, ALL, RULE, NOTICE, ACL_IN, ACL | PROVOKED, "acl", "a frame that a rule of the port's ACL denies")
DROP(police_port, RX, ALL, CHECK, QUIET, NONE, PROVOKED, "rate_in", "more traffic than the port may send")
DROP(garp, RX, ALL, RULE, NOTICE, GARP_DROP, PROVOKED, "garp", "gratuitous ARP, or an unsolicited neighbour advertisement")
DROP(sponge_suppressed, RX, ALL, RULE, QUIET, ANSWER, PLAIN, "sponge", "an ARP request or solicitation for an address that the fabric answers for")
DROP(garp_suppressed, RX, ALL, RULE, QUIET, GARP_SUPPRESS, PLAIN, "garp", "gratuitous ARP, or an unsolicited neighbour advertisement, that the fabric notes and does not forward")
DROP(unknown_arp, RX, ALL, RULE, QUIET, DROP_UNKNOWN_TARGET, PLAIN, "unknown_arp", "an ARP request or solicitation for an address whose owner is unknown")
DROP(storm_bcast, RX, IXP, CHECK, WARNING, NONE, PLAIN, "storm_bcast", "more broadcast than the port may send")
DROP(storm_mcast, RX, IXP, CHECK, WARNING, NONE, PLAIN, "storm_mcast", "more multicast than the port may send")
DROP(storm_uucast, RX, IXP, CHECK, WARNING, NONE, PROVOKED, "storm_uucast", "more traffic to unknown MAC addresses than the port may send")
DROP(unknown_unicast, RX, ALL, RULE, QUIET, DROP_UNKNOWN, PLAIN, "unknown_unicast", "a frame to a MAC address that is unknown, or whose port is down")
DROP(hairpin, RX, ALL, RULE, QUIET, NONE, PLAIN, "", "a frame to a MAC address on the port that it came from")
DROP(isolated, RX, ALL, RULE, QUIET, NONE, PLAIN, "isolate", "a frame between two ports of the same isolation group")
DROP(egress_vlan, TX, ALL, RULE, QUIET, NONE, PLAIN, "lan", "a frame that would leave by a port of another LAN")
DROP(egress_ll, TX, ALL, RULE, WARNING, NONE, PLAIN, "", "a frame that would leave for a group that no bridge forwards")
DROP(egress_cull, TX, ALL, RULE, QUIET, CULL, PLAIN, "cull", "BGP between members that would leave by a culled port (RFC 8327)")
DROP(egress_acl, TX, ALL, RULE, NOTICE, ACL_OUT, ACL, "acl_out", "a frame that a rule of the egress port's outbound ACL denies")
DROP(egress_police, TX, ALL, RULE, QUIET, RATE_OUT, PLAIN, "rate_out", "more traffic than the egress port may be sent")
DROP(tx_full, TX, ALL, RULE, QUIET, LOSS, PLAIN, "", "a frame for which the transmit queue of the device had no room, from one of the ports that have sent most to it")
DROP(no_mbuf, TX, ALL, RULE, QUIET, LOSS, PLAIN, "", "a copy of a flooded frame for which there was no buffer")
DROP(tx_down, TX, ALL, RULE, QUIET, LOSS, PLAIN, "", "a frame that was not sent before the link went down")
/* clang-format on */
#undef DROP
