/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_IPV4_H
#define IXF_IPV4_H

/*
 * The header of an IPv4 packet (RFC 791, 3.1), as a switch reads it.  A switch
 * forwards packets that hosts would drop, so a fault is named and the fields
 * are still filled.  Options and the checksum of the header are not read.  Pure,
 * no allocation, any thread.
 */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lib/frame.h"

#define IPV4_HEADER 20 /* octets, without options */
#define IPV4_ICMP   1  /* the protocol */

enum ipv4_fault {
	IPV4_OK,
	IPV4_CUT,     /* the capture lacks a part of it; nothing is filled */
	IPV4_SHORT,   /* the frame lacked a part of it; nothing is filled */
	IPV4_VERSION, /* not 4 */
	IPV4_IHL,     /* a header of less than 20 octets */
	IPV4_LENGTH, /* total length below the header's, or past the frame's end */
};

/* Numbers in host order.  Points into the frame, and is valid as long as it. */
struct ipv4 {
	const uint8_t *upper; /* after the options */
	uint32_t upper_size;  /* octets at 'upper', within the total length */
	uint32_t src;
	uint32_t dst;
	uint16_t length; /* total length, as the header says */
	uint8_t header;  /* octets of header and options, as the header says */
	uint8_t proto;
	uint8_t ttl;
	bool fragment; /* more fragments, or an offset */
	bool first;    /* offset 0: upper begins with the upper header */
};

/*
 * Reads the 'size' octets after the type of a frame, which had 'wire_size'
 * there when it was sent; more than 'size' if a capture cut it.  What the
 * capture cut off is not a fault.  CUT and SHORT leave 'ip' all zero.  With any
 * other result all of 'ip' is filled; upper_size is 0 if no upper header can be
 * found.
 */
static inline enum ipv4_fault
ipv4_read(const uint8_t *payload, uint32_t size, uint32_t wire_size,
	  struct ipv4 *ip)
{
	uint16_t fragment;
	uint32_t end;

	if (__builtin_expect(size < IPV4_HEADER, 0)) {
		memset(ip, 0, sizeof(*ip));
		return wire_size < IPV4_HEADER ? IPV4_SHORT : IPV4_CUT;
	}
	fragment = frame_read16(payload + 6);
	ip->header = (uint8_t)((payload[0] & 0xf) * 4);
	ip->length = frame_read16(payload + 2);
	ip->ttl = payload[8];
	ip->proto = payload[9];
	ip->src = frame_read32(payload + 12);
	ip->dst = frame_read32(payload + 16);
	ip->fragment = (fragment & 0x3fff) != 0;
	ip->first = (fragment & 0x1fff) == 0;

	end = ip->length < size ? ip->length : size;
	ip->upper = payload + IPV4_HEADER;
	ip->upper_size = 0;
	if (ip->header >= IPV4_HEADER && ip->header <= end) {
		ip->upper = payload + ip->header;
		ip->upper_size = end - ip->header;
	}
	if (payload[0] >> 4 != 4)
		return IPV4_VERSION;
	if (ip->header < IPV4_HEADER)
		return IPV4_IHL;
	if (ip->length < ip->header || ip->length > wire_size)
		return IPV4_LENGTH;
	return IPV4_OK;
}

#endif
