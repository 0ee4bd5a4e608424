/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PREFILTER_H
#define IXF_PREFILTER_H

/*
 * Which IP packets stage guard has to look at.  Most are transit: between addresses
 * outside the LAN, of a protocol that no check is about.  They are known by a few
 * words of their header, without a branch a frame.  On the worker.
 */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "fabric/view/port.h"
#include "lib/frame.h"

static inline uint32_t
prefilter_load32(const uint8_t *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof(n));
	return n;
}

static inline uint64_t
prefilter_load64(const uint8_t *p)
{
	uint64_t n;

	memcpy(&n, p, sizeof(n));
	return n;
}

/*
 * Whether the first octet of an address is 0, or at least 'from': one comparison
 * for all addresses that are not of one host.
 */
static inline bool
prefilter_is_special(uint8_t octet, uint8_t from)
{
	return (uint8_t)(octet - 1) >= from - 1;
}

/*
 * Whether a check could drop the IPv4 packet, whose first 20 octets are there.
 * Suspect sources are groups and what is above them, destinations 0/8 as well.
 */
static inline bool
prefilter_holds4(const struct port_prefilter *q, const uint8_t *ip)
{
	uint32_t src = prefilter_load32(ip + 12);
	uint32_t dst = prefilter_load32(ip + 16);

	return ((src & q->mask4) == q->net4) | ((dst & q->mask4) == q->net4) |
	       prefilter_is_special(ip[16], 224) | (ip[12] >= 224) |
	       (q->slow4[ip[9] >> 6] >> (ip[9] & 63) & 1);
}

/*
 * The same for IPv6, and its first 40 octets.  Suspect are link-local addresses,
 * groups, and the addresses that begin with a 0: ::, ::1 and mapped ones.
 */
static inline bool
prefilter_holds6(const struct port_prefilter *q, const uint8_t *ip)
{
	uint64_t src = prefilter_load64(ip + 8);
	uint64_t dst = prefilter_load64(ip + 24);

	return ((src & q->mask6) == q->net6) | ((dst & q->mask6) == q->net6) |
	       prefilter_is_special(ip[8], 0xfe) |
	       prefilter_is_special(ip[24], 0xfe) |
	       (q->slow6[ip[6] >> 6] >> (ip[6] & 63) & 1);
}

/* Either, by the type of the frame, which is IPv4 or IPv6. */
static inline bool
prefilter_holds(const struct port_prefilter *q, uint16_t type,
		const uint8_t *ip)
{
	if (type == FRAME_IPV4)
		return !q->passes4 && prefilter_holds4(q, ip);
	return prefilter_holds6(q, ip);
}

/* 'watched': control waits for a sign of life, see guard_watch.c. */
static inline const struct port_prefilter *
prefilter_of(const struct port *in, bool watched)
{
	return watched ? &in->watched : &in->prefilter;
}

#endif
