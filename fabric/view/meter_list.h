/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every limit that a port has, a meter each:
 *
 *   METER(ID, name, reason, subject)
 *
 * METER_ID is the meter in port.h; name: its name in the JSON; reason: DROP_x of
 * the frames above the limit; subject: what is limited, as a sentence begins.
 *
 * ARP and ND to one address have limits of their own, so that a port whose
 * broadcasts have used up theirs can still answer.
 *
 * Included more than once, on purpose without a guard.
 */
/* clang-format off */
METER(ARP, arp, arp_rate, "ARP to all")
METER(ARP_ONE, arp_one, arp_rate, "ARP to one address")
METER(ARP_REPLY, arp_reply, arp_reply_bcast, "ARP replies to all")
METER(ND, nd, nd_rate, "Neighbour discovery and MLD to a group")
METER(ND_ONE, nd_one, nd_rate, "Neighbour discovery to one address")
METER(BCAST, storm_bcast, storm_bcast, "Broadcast")
METER(MCAST, storm_mcast, storm_mcast, "Multicast")
METER(UUCAST, storm_uucast, storm_uucast, "Frames to unknown addresses")
METER(IN, rate_in, police_port, "All that the port sends")
METER(OUT, rate_out, egress_police, "All that the port is sent")
/* clang-format on */
#undef METER
