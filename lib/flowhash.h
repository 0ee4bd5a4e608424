/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FLOWHASH_H
#define IXF_FLOWHASH_H

/*
 * A number for the flow of a frame, by which one of several links is chosen: over
 * MAC addresses, IP addresses and the ports of TCP, UDP and SCTP.  Fragments have that
 * of their addresses, since only the first has ports; what is not IP has that of its
 * MAC addresses.  One 802.1Q tag in front makes no difference.
 *
 * Both directions of a flow have the same.  Each word of an address is combined with
 * that of the other end by (a + key) * (b + key), without losing a bit: different pairs
 * rarely give one product, whatever they are (a universal family, as NH of UMAC, RFC
 * 4418), and neither order nor a constant sum or difference of both shows in it.  The
 * keys are made of a secret, so that a sender cannot choose frames for one link.
 *
 * Pure, no allocation, any thread.  The bodies of stage plain compute the same from
 * these parts.
 */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lib/frame.h"

#define FLOWHASH_IPV4 20 /* octets of a header without options */
#define FLOWHASH_IPV6 40

/* Where the destination follows the source. */
#define FLOWHASH_SRC4 12
#define FLOWHASH_SRC6 8

struct flowhash_key {
	uint32_t mac[2]; /* of the low 32 bits of an address, and the others */
	uint32_t ip[4];  /* of the words of an IP address; IPv4: the first */
	uint32_t ports;
};

/* Odd, without pattern: of the golden ratio, and of MurmurHash3. */
#define FLOWHASH_STEP UINT64_C(0x9e3779b97f4a7c15)
#define FLOWHASH_MIX  UINT32_C(0xcc9e2d51)

static inline struct flowhash_key
flowhash_key(uint64_t secret)
{
	uint64_t a = secret + FLOWHASH_STEP, b, c;

	a ^= a >> 32;
	a *= FLOWHASH_STEP;
	b = (a ^ a >> 29) * FLOWHASH_STEP;
	c = (b ^ b >> 29) * FLOWHASH_STEP;
	return (struct flowhash_key){
		.mac = { (uint32_t)a, (uint32_t)(a >> 32) },
		.ip = { (uint32_t)b, (uint32_t)(b >> 32), (uint32_t)c,
			(uint32_t)(c >> 32) },
		.ports = (uint32_t)(a >> 17),
	};
}

static inline uint64_t
flowhash_pair(uint32_t a, uint32_t b, uint32_t key)
{
	return (uint64_t)(uint32_t)(a + key) * (uint32_t)(b + key);
}

static inline uint64_t
flowhash_macs(const struct flowhash_key *k, uint64_t dst, uint64_t src)
{
	return flowhash_pair((uint32_t)dst, (uint32_t)src, k->mac[0]) +
	       flowhash_pair((uint32_t)(dst >> 32), (uint32_t)(src >> 32),
			     k->mac[1]);
}

/* Of the source address at 'src', and the destination behind it. */
static inline uint64_t
flowhash_ip4(const struct flowhash_key *k, const uint8_t *src)
{
	uint32_t word[2];

	memcpy(word, src, sizeof(word));
	return flowhash_pair(word[0], word[1], k->ip[0]);
}

static inline uint64_t
flowhash_ip6(const struct flowhash_key *k, const uint8_t *src)
{
	uint32_t word[8];
	uint64_t sum = 0;

	memcpy(word, src, sizeof(word));
	for (unsigned int i = 0; i < 4; i++)
		sum += flowhash_pair(word[i], word[i + 4], k->ip[i]);
	return sum;
}

/* Of the two ports as they lie in the packet; 0: of none. */
static inline uint64_t
flowhash_ports(const struct flowhash_key *k, uint32_t ports)
{
	return flowhash_pair(ports, ports << 16 | ports >> 16, k->ports);
}

/* The hash, of the sum of the parts. */
static inline uint32_t
flowhash_end(uint64_t sum)
{
	uint64_t mixed = (uint64_t)(uint32_t)(sum ^ sum >> 32) * FLOWHASH_MIX;

	return (uint32_t)(mixed ^ mixed >> 32);
}

/* Whether a protocol, or next header, begins with two ports: TCP, UDP, SCTP. */
static inline bool
flowhash_has_ports(uint8_t protocol)
{
	return protocol == 6 || protocol == 17 || protocol == 132;
}

static inline uint32_t
flowhash_read_ports(const uint8_t *ip, uint32_t size, uint32_t at,
		    uint8_t protocol)
{
	uint32_t ports;

	if (!flowhash_has_ports(protocol) || size < at + sizeof(ports))
		return 0;
	memcpy(&ports, ip + at, sizeof(ports));
	return ports;
}

/* The ports of an IPv4 packet of which 'size' octets, 20 or more, are at 'ip'. */
static inline uint32_t
flowhash_ports4(const uint8_t *ip, uint32_t size)
{
	uint32_t header = (ip[0] & 0xf) * 4u;

	/* A fragment: more of them, or an offset. */
	if ((frame_read16(ip + 6) & 0x3fff) != 0 || header < FLOWHASH_IPV4)
		return 0;
	return flowhash_read_ports(ip, size, header, ip[9]);
}

static inline uint64_t
flowhash_packet(const struct flowhash_key *k, uint16_t type, const uint8_t *ip,
		uint32_t size)
{
	if (type == FRAME_IPV4 && size >= FLOWHASH_IPV4)
		return flowhash_ip4(k, ip + FLOWHASH_SRC4) +
		       flowhash_ports(k, flowhash_ports4(ip, size));
	if (type == FRAME_IPV6 && size >= FLOWHASH_IPV6)
		return flowhash_ip6(k, ip + FLOWHASH_SRC6) +
		       flowhash_ports(k, flowhash_read_ports(ip, size,
							     FLOWHASH_IPV6,
							     ip[6]));
	return flowhash_ports(k, 0);
}

/*
 * Of a frame of which 'size' octets are at 'frame', 'more' of them of another tag, in
 * front of the type; a part of a header counts for none.
 */
static inline uint32_t
flowhash_behind(const uint8_t *frame, uint32_t size, uint32_t more,
		uint64_t secret)
{
	struct flowhash_key k = flowhash_key(secret);
	uint32_t header = FRAME_HEADER + more;
	uint64_t dst, src;
	uint16_t type;

	if (size < header)
		return flowhash_end(0);
	frame_header(frame, &dst, &src, &type);
	type = frame_read16(frame + header - 2);
	if (type == FRAME_CTAG && size >= header + FRAME_TAG) {
		header += FRAME_TAG;
		type = frame_read16(frame + header - 2);
	}
	return flowhash_end(
		flowhash_macs(&k, dst, src) +
		flowhash_packet(&k, type, frame + header, size - header));
}

static inline uint32_t
flowhash(const uint8_t *frame, uint32_t size, uint64_t secret)
{
	return flowhash_behind(frame, size, 0, secret);
}

#endif
