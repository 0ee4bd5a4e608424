/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every limit that a port has, a meter each:
 *
 *   METER(ID, name, reason, subject)
 *
 * METER_ID is the meter in port.h; name: its name in the JSON; reason: DROP_x of
 * the frames above the limit; subject: what is limited, as a sentence begins.
 *
 * Unicast ARP and ND have limits of their own, so that a port whose
 * broadcasts have used up theirs can still use unicast.  An answer to a request
 * that was let through is not charged (guard_credit.c), so no member can use up
 * the limits of another by asking it.
 *
 * Included more than once, on purpose without a guard.
 */
/* clang-format off */
METER(ARP, arp, arp_rate, "Broadcast ARP")
METER(ARP_ONE, arp_one, arp_rate, "Unicast ARP that answers no request")
METER(ARP_REPLY, arp_reply, arp_reply_bcast, "Broadcast ARP replies")
METER(ND, nd, nd_rate, "Multicast neighbour discovery and MLD")
METER(ND_ONE, nd_one, nd_rate, "Unicast neighbour discovery that answers no solicitation")
METER(LACP, lacp, lacp_rate, "LACP")
METER(BCAST, storm_bcast, storm_bcast, "Broadcast")
METER(MCAST, storm_mcast, storm_mcast, "Multicast")
METER(UUCAST, storm_uucast, storm_uucast, "Frames to unknown addresses")
METER(IN, rate_in, police_port, "All traffic from the port")
METER(OUT, rate_out, egress_police, "All traffic to the port")
/* clang-format on */
#undef METER
