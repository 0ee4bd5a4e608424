/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/discard_code.h"

/* enum drop_reason of sflow_drops.txt, as far as the fabric has such drops. */
enum {
	ACL = 258,
	NO_BUFFER_SPACE = 259,
	TRAFFIC_SHAPING = 261,
	PKT_TOO_BIG = 262,
	SRC_MAC_IS_MULTICAST = 263,
	VLAN_TAG_MISMATCH = 264,
	INGRESS_VLAN_FILTER = 265,
	PORT_LIST_IS_EMPTY = 267,
	PORT_LOOPBACK_FILTER = 268,
	NON_IP = 270,
	PORT_ISOLATION = 291,
	SMAC_EQUALS_DMAC = 293,
	L2_CONTROL_PROTOCOL = 294,
	EGRESS_VLAN_FILTER = 301,
	LOCKED_PORT = 304,
	LLC_SNAP = 308,
	ARP_MALFORMED = 312,
	RUNT = 324,
	SOURCE_SPOOFED = 335,
	ND_FRAGMENT = 358,
	ND_HOP_LIMIT = 359,
	ND_MALFORMED = 360,
};

/* What is not here is a rule of the policy: ACL. */
static const uint16_t codes[DROP_N] = {
	[DROP_NONE] = DISCARD_UNKNOWN_L2,
	[DROP_port_disabled] = DISCARD_UNKNOWN_L2,
	[DROP_rx_error] = DISCARD_UNKNOWN_L2,
	[DROP_runt] = RUNT,
	[DROP_oversize] = PKT_TOO_BIG,
	[DROP_smac_multicast] = SRC_MAC_IS_MULTICAST,
	[DROP_smac_zero] = DISCARD_UNKNOWN_L2,
	[DROP_smac_eq_dmac] = SMAC_EQUALS_DMAC,
	[DROP_mac_own] = LOCKED_PORT,
	[DROP_untagged_not_allowed] = VLAN_TAG_MISMATCH,
	[DROP_tag_not_allowed] = VLAN_TAG_MISMATCH,
	[DROP_vlan_unknown] = INGRESS_VLAN_FILTER,
	[DROP_double_tag] = VLAN_TAG_MISMATCH,
	[DROP_quarantine_isolated] = PORT_ISOLATION,
	[DROP_lacp_unexpected] = L2_CONTROL_PROTOCOL,
	[DROP_stp_bpdu] = L2_CONTROL_PROTOCOL,
	[DROP_ll_reserved] = L2_CONTROL_PROTOCOL,
	[DROP_ll_gmrp] = L2_CONTROL_PROTOCOL,
	[DROP_vendor_l2] = L2_CONTROL_PROTOCOL,
	[DROP_loop_keepalive] = L2_CONTROL_PROTOCOL,
	[DROP_mac_lock] = LOCKED_PORT,
	[DROP_mac_limit] = LOCKED_PORT,
	[DROP_mac_conflict] = LOCKED_PORT,
	[DROP_llc_snap] = LLC_SNAP,
	[DROP_ethertype] = NON_IP,
	[DROP_arp_malformed] = ARP_MALFORMED,
	[DROP_arp_rate] = TRAFFIC_SHAPING,
	[DROP_nd_hoplimit] = ND_HOP_LIMIT,
	[DROP_nd_malformed] = ND_MALFORMED,
	[DROP_nd_fragment] = ND_FRAGMENT,
	[DROP_nd_rate] = TRAFFIC_SHAPING,
	[DROP_ip4_spoof] = SOURCE_SPOOFED,
	[DROP_ip6_spoof] = SOURCE_SPOOFED,
	[DROP_police_port] = TRAFFIC_SHAPING,
	[DROP_storm_bcast] = TRAFFIC_SHAPING,
	[DROP_storm_mcast] = TRAFFIC_SHAPING,
	[DROP_storm_uucast] = TRAFFIC_SHAPING,
	[DROP_unknown_unicast] = PORT_LIST_IS_EMPTY,
	[DROP_hairpin] = PORT_LOOPBACK_FILTER,
	[DROP_isolated] = PORT_ISOLATION,
	[DROP_egress_vlan] = EGRESS_VLAN_FILTER,
	[DROP_egress_ll] = L2_CONTROL_PROTOCOL,
	[DROP_egress_police] = TRAFFIC_SHAPING,
	[DROP_tx_full] = NO_BUFFER_SPACE,
	[DROP_no_mbuf] = NO_BUFFER_SPACE,
	[DROP_tx_down] = DISCARD_UNKNOWN_L2,
};

uint32_t
discard_code(enum drop why)
{
	return codes[why] != 0 ? codes[why] : ACL;
}
