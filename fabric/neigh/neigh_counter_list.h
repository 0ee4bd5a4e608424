/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is counted for the ARP and the neighbour discovery of each LAN, beside
 * the counters of ports:
 *
 *   COUNTER(name, sentence)
 *
 * Included more than once, on purpose without a guard.
 */
/* clang-format off */
COUNTER(arp_requests, "ARP requests to all")
COUNTER(nd_solicitations, "neighbour solicitations to a group")
COUNTER(sponge_replies, "answers in place of dead addresses")
COUNTER(sponge_dummies, "answers that were not given, in dummy mode")
COUNTER(proxy_replies, "answers for owners of addresses, in proxy mode")
COUNTER(sponge_probes, "questions of the fabric, whether an address is alive")
COUNTER(sponge_updates, "frames that told members who has an address again")
COUNTER(sponge_gratuitous, "gratuitous questions when an address became dead")
COUNTER(sponge_alien, "questions for addresses outside the LAN, or at its ends")
COUNTER(sponge_spoof, "ARP whose sender is not the sender of the frame")
COUNTER(sponge_duplicates, "addresses that two members claim")
COUNTER(sponge_refused, "IPv6 addresses that there was no room for")
COUNTER(sponge_unsent, "frames of the fabric that there was no room for")
/* clang-format on */
#undef COUNTER
