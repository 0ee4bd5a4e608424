/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The counters of each LAN for ARP and neighbour discovery:
 *
 *   COUNTER(name, sentence)
 *
 * Included more than once, so it has no guard.
 */
/* clang-format off */
COUNTER(arp_requests, "ARP requests to all")
COUNTER(nd_solicitations, "neighbour solicitations to a group")
COUNTER(sponge_replies, "answers for dead addresses")
COUNTER(sponge_dummies, "answers not sent, in dummy mode")
COUNTER(proxy_replies, "answers for the owners of addresses, in proxy mode")
COUNTER(sponge_probes, "requests of the fabric, to see whether an address is alive")
COUNTER(sponge_updates, "frames to members with the MAC address of an owner that is back")
COUNTER(sponge_gratuitous, "gratuitous ARP and unsolicited NA for addresses that became dead")
COUNTER(sponge_alien, "ARP requests for addresses outside the LAN, or for its network or broadcast address")
COUNTER(sponge_spoof, "ARP with a sender address other than the source of the frame")
COUNTER(sponge_duplicates, "addresses that two members claim")
COUNTER(sponge_refused, "IPv6 addresses without room in the table")
COUNTER(sponge_unsent, "frames of the fabric without room in the ring to the worker")
/* clang-format on */
#undef COUNTER
