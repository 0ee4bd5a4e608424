/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_COMPOSE_H
#define IXF_COMPOSE_H

/*
 * Makes frames from their fields, to test what happens to them.  A frame grows
 * at its end: first the Ethernet header, then the rest.  It has room for
 * COMPOSE_SIZE octets.  The caller must leave room for headers; other octets
 * that do not fit are left out.  Pure, no allocation, any thread.
 */

#include <stdint.h>

#define COMPOSE_SIZE 512

/* IPv4 addresses are numbers in host order, IPv6 addresses are 16 octets. */
struct compose {
	uint32_t size; /* octets of the frame */
	uint8_t octet[COMPOSE_SIZE];
};

/* Begins a new frame (IEEE 802.3, 3.2). */
void compose_ether(struct compose *, uint64_t dst, uint64_t src, uint16_t type);

/* Inserts a tag after the addresses, before other tags (IEEE 802.1Q, 9.6). */
void compose_tag(struct compose *, uint16_t type, uint16_t tci);

/* Appends 'n' octets, zeros for NULL.  Returns where they begin. */
uint8_t *compose_put(struct compose *, const void *octets, uint32_t n);

/*
 * Pads with zeros to the minimum length of a frame, with the tag that it will
 * get.
 */
void compose_pad(struct compose *);

/* Appends ARP for IPv4 over Ethernet (RFC 826).  Returns where it begins. */
uint8_t *compose_arp(struct compose *, uint16_t op, uint64_t sha, uint32_t spa,
		     uint64_t tha, uint32_t tpa);

/*
 * Appends the header of a packet with 'n' octets after it (RFC 791, 3.1; RFC
 * 8200, 3).  Returns where it begins.
 */
uint8_t *compose_ipv4(struct compose *, uint8_t proto, uint8_t ttl,
		      uint32_t src, uint32_t dst, uint16_t n);
uint8_t *compose_ipv6(struct compose *, uint8_t next, uint8_t hop_limit,
		      const uint8_t *src, const uint8_t *dst, uint16_t n);

/*
 * Sets the checksum of the ICMPv6 message at the end of the frame, which has
 * 'n' octets, for the addresses of the header at 'ip' (RFC 4443, 2.3).
 */
void compose_icmp6_sum(struct compose *, const uint8_t *ip, uint32_t n);

#endif
