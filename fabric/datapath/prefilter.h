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

/* Where in the IP header the octets of q->looks[] are. */
#define AT_PROTO4 9
#define AT_SRC4   12
#define AT_DST4   16
#define AT_NEXT6  6
#define AT_SRC6   8
#define AT_DST6   24

/*
 * Whether a check could drop the IPv4 packet, whose first 20 octets are there.
 * Suspect sources are groups and what is above them, destinations 0/8 as well.
 * The first octets tell most packets; only those that may be of the LAN need the
 * whole addresses.
 */
static inline bool
prefilter_holds4(const struct port_prefilter *q, const uint8_t *ip)
{
	uint32_t src = prefilter_load32(ip + AT_SRC4);
	uint32_t dst = prefilter_load32(ip + AT_DST4);

	if (__builtin_expect(((q->looks[ip[AT_SRC4]] & LOOK_SRC4) |
			      (q->looks[ip[AT_DST4]] & LOOK_DST4) |
			      (q->looks[ip[AT_PROTO4]] & LOOK_PROTO4)) == 0,
			     1))
		return false;
	return ((src & q->mask4) == q->net4) | ((dst & q->mask4) == q->net4) |
	       prefilter_is_special(ip[AT_DST4], 224) | (ip[AT_SRC4] >= 224) |
	       (q->looks[ip[AT_PROTO4]] & LOOK_PROTO4);
}

/*
 * The same for IPv6, and its first 40 octets.  Suspect are link-local addresses,
 * groups, and the addresses that begin with a 0: ::, ::1 and mapped ones.
 */
static inline bool
prefilter_holds6(const struct port_prefilter *q, const uint8_t *ip)
{
	uint64_t src = prefilter_load64(ip + AT_SRC6);
	uint64_t dst = prefilter_load64(ip + AT_DST6);

	return ((src & q->mask6) == q->net6) | ((dst & q->mask6) == q->net6) |
	       (((q->looks[ip[AT_SRC6]] | q->looks[ip[AT_DST6]]) &
		 LOOK_ADDR6) != 0) |
	       ((q->looks[ip[AT_NEXT6]] & LOOK_NEXT6) != 0);
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
