/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every reason to drop a frame, in the order in which the checks apply:
 *
 *   DROP(name, side, profiles, sentence)
 *
 * side: RX, charged to the port the frame came in by; TX, to the port it was
 * to leave by.  profiles: ALL; IXP, not in the profile open.  The enum, the
 * counters, ixctl, the JSON, the manual and the captures come from here.
 *
 * Included more than once, on purpose without a guard.
 */
/* clang-format off */
DROP(port_disabled, RX, ALL, "the port is disabled in the configuration")
DROP(rx_error, RX, ALL, "the device reported a bad frame check sequence or length")
DROP(runt, RX, ALL, "the frame is shorter than its Ethernet header and tags")
DROP(oversize, RX, IXP, "the payload is larger than the MTU of the LAN")
DROP(smac_multicast, RX, ALL, "the source address is a group address")
DROP(smac_zero, RX, ALL, "the source address is 00:00:00:00:00:00")
DROP(smac_eq_dmac, RX, IXP, "source and destination address are the same")
DROP(mac_own, RX, IXP, "the source address belongs to the fabric: a loop, or forged")
DROP(untagged_not_allowed, RX, ALL, "an untagged frame on a device that carries tagged ports only")
DROP(tag_not_allowed, RX, ALL, "a tagged frame on an untagged port")
DROP(vlan_unknown, RX, ALL, "a tag that no port of the device has")
DROP(double_tag, RX, IXP, "a second tag behind the one that belongs to the port")
DROP(quarantine_isolated, RX, ALL, "between a port in quarantine and one that is not a monitor")
DROP(lacp_unexpected, RX, ALL, "a LACP frame on a port that is not part of a LAG")
DROP(stp_bpdu, RX, ALL, "a spanning tree BPDU (PVST+ under the ixp profiles only)")
DROP(ll_reserved, RX, ALL, "sent to a group that no bridge forwards, 01:80:c2:00:00:01 to 0f")
DROP(ll_gmrp, RX, IXP, "GARP or MRP, sent to 01:80:c2:00:00:20 to 2f")
DROP(vendor_l2, RX, IXP, "a vendor's link protocol: CDP, VTP, DTP, UDLD, PAgP, EDP, FDP, ISL")
DROP(loop_keepalive, RX, IXP, "a link protocol by its ethertype: loopback, MOP, LAT, LLDP, 802.1X, CFM")
DROP(mac_lock, RX, IXP, "the source address is not one the port is locked to")
DROP(mac_limit, RX, IXP, "one more source address than the port may learn")
DROP(mac_conflict, RX, IXP, "the source address belongs to another port")
DROP(llc_snap, RX, IXP, "an 802.3 length in place of an ethertype: LLC or SNAP")
DROP(ethertype, RX, IXP, "neither IPv4, ARP nor IPv6")
DROP(bcast_not_arp, RX, IXP, "a broadcast that is not ARP")
DROP(ipv4_mcast, RX, IXP, "IPv4 multicast")
DROP(l2_mcast_other, RX, IXP, "a group address that is neither broadcast nor IPv6 multicast")
DROP(unknown_unicast, RX, ALL, "no port is known for the destination address, or its port is down")
DROP(hairpin, RX, ALL, "the destination is behind the port the frame came from")
DROP(isolated, RX, ALL, "both ports are in the same isolation group")
DROP(egress_vlan, TX, ALL, "the port to send by is not in the LAN of the frame")
DROP(egress_ll, TX, ALL, "a group address that no bridge forwards was about to leave")
DROP(tx_full, TX, ALL, "the transmit queue of the device was full")
DROP(no_mbuf, TX, ALL, "no buffer for a copy of a flooded frame")
DROP(tx_down, TX, ALL, "the link went down before the frame could be sent")
/* clang-format on */
#undef DROP
