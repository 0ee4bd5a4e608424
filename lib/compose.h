/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_COMPOSE_H
#define IXF_COMPOSE_H

/*
 * Frames made from their fields, to try what becomes of them.  A frame grows at
 * its end: the Ethernet header first, then what stands behind it.  There is room
 * for COMPOSE_SIZE octets, which is the caller's to leave for a header; of other
 * octets what does not fit is left out.  Pure, no allocation, any thread.
 */

#include <stdint.h>

#define COMPOSE_SIZE 512

/* Addresses of IPv4 are numbers in host order, those of IPv6 16 octets. */
struct compose {
	uint32_t size; /* octets there are */
	uint8_t octet[COMPOSE_SIZE];
};

/* Begins a frame (IEEE 802.3, 3.2); what was there is gone. */
void compose_ether(struct compose *, uint64_t dst, uint64_t src, uint16_t type);

/* Puts a tag behind the addresses, in front of others (IEEE 802.1Q, 9.6). */
void compose_tag(struct compose *, uint16_t type, uint16_t tci);

/* Appends 'n' octets, zeros for NULL.  Returns where they are. */
uint8_t *compose_put(struct compose *, const void *octets, uint32_t n);

/* Zeros up to the least length of a frame, with the tag it will get. */
void compose_pad(struct compose *);

/* Appends ARP for IPv4 over Ethernet (RFC 826).  Returns where it is. */
uint8_t *compose_arp(struct compose *, uint16_t op, uint64_t sha, uint32_t spa,
		     uint64_t tha, uint32_t tpa);

/*
 * Appends a header, as of a packet with 'n' octets behind it (RFC 791, 3.1; RFC
 * 8200, 3).  Returns where it is.
 */
uint8_t *compose_ipv4(struct compose *, uint8_t proto, uint8_t ttl,
		      uint32_t src, uint32_t dst, uint16_t n);
uint8_t *compose_ipv6(struct compose *, uint8_t next, uint8_t hop_limit,
		      const uint8_t *src, const uint8_t *dst, uint16_t n);

/*
 * Sets the checksum of the ICMPv6 message that ends the frame, 'n' octets of it,
 * for the addresses of the header at 'ip' (RFC 4443, 2.3).
 */
void compose_icmp6_sum(struct compose *, const uint8_t *ip, uint32_t n);

#endif
