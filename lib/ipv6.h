/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_IPV6_H
#define IXF_IPV6_H

/*
 * The headers of an IPv6 packet (RFC 8200), up to the upper header, as a switch
 * reads them.  A switch forwards packets that hosts would drop, so a fault is
 * named and the fields are still filled.
 *
 * What any host reads has to be read here, or a member could hide a router
 * advertisement from the checks (RFC 7113): see docs/architecture.md, "Read as
 * generously as hosts do".  So headers are followed in any order and number up
 * to IPV6_HEADERS_MAX, AH is skipped like the others, and 'chain' says if the
 * headers could not be followed to the end.  A payload length of 0 in front of
 * hop-by-hop options means the rest of the frame, as Linux takes it.  Pure, no
 * allocation, any thread.
 */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lib/frame.h"

#define IPV6_HEADER      40 /* octets */
#define IPV6_HEADERS_MAX 8  /* extension headers followed */

enum ipv6_proto {
	IPV6_HOP_BY_HOP = 0,
	IPV6_TCP = 6,
	IPV6_UDP = 17,
	IPV6_ROUTING = 43,
	IPV6_FRAGMENT = 44,
	IPV6_AH = 51,
	IPV6_ICMP = 58,
	IPV6_NONE = 59, /* no next header */
	IPV6_DESTINATION = 60,
	IPV6_MOBILITY = 135,
	IPV6_HIP = 139,
	IPV6_SHIM6 = 140,
};

enum ipv6_fault {
	IPV6_OK,
	IPV6_CUT,     /* the capture lacks a part of it; nothing is filled */
	IPV6_SHORT,   /* the frame lacked a part of it; nothing is filled */
	IPV6_VERSION, /* not 6 */
	IPV6_LENGTH,  /* the payload length is past the end of the frame, or
			 there is none: see no_length */
};

/* How the chain of extension headers ended. */
enum ipv6_chain {
	IPV6_TRUNCATED, /* it, or the upper header, goes past the end */
	IPV6_TOO_LONG,  /* more than IPV6_HEADERS_MAX before it */
	IPV6_LATER,     /* not the first fragment, which has the upper header */
	IPV6_NO_UPPER,  /* IPV6_NONE: there is none */
	IPV6_COMPLETE,  /* it is at 'upper' */
};

/* Numbers in host order.  Points into the frame, and is valid as long as it. */
struct ipv6 {
	const uint8_t *src;   /* 16 octets */
	const uint8_t *dst;   /* 16 octets */
	const uint8_t *home;  /* the home address: 16 octets, or NULL */
	const uint8_t *upper; /* after the headers that were followed */
	uint32_t upper_size;  /* octets at 'upper', within the payload length */
	uint32_t
		upper_length; /* octets at 'upper' according to the payload length */
	uint16_t length;      /* payload length, as the header says */
	uint8_t hop_limit;
	uint8_t proto;    /* of what is at upper */
	uint8_t nheaders; /* extension headers followed */
	uint8_t chain;    /* enum ipv6_chain */
	bool cut;         /* a part of the packet is missing in the capture */
	bool fragment; /* has a fragment header, also an atomic one (RFC 6946) */
	bool first;    /* offset 0, or no fragment */
	bool more;     /* more fragments follow */
	bool router_alert; /* for MLD, hop by hop, in its place (RFC 2711) */
	bool no_length;    /* payload length 0 before hop-by-hop options */
};

/* Whether 'proto' is an extension header that can be skipped. */
bool ipv6_is_extension(uint8_t proto);

/* Follows the headers from ip->upper, of type ip->proto; for ipv6_read(). */
void ipv6_follow(struct ipv6 *ip);

/* The minimum length of an upper header of 'proto' (RFC 7112). */
static inline uint32_t
ipv6_upper_min(uint8_t proto)
{
	return proto == IPV6_TCP ? 20 : proto == IPV6_ICMP ? 4 : 8;
}

/*
 * Reads the 'size' octets after the type of a frame, which had 'wire_size'
 * there when it was sent; more than 'size' if a capture cut it.  What the
 * capture cut off is not a fault, and sets 'cut'.  With CUT and SHORT all of
 * 'ip' but 'cut' is zero: TRUNCATED, and without addresses.  With any other
 * result all of 'ip' is filled.
 *
 * A jumbogram (RFC 2675) does not fit into a frame.  But Linux takes a payload
 * length of 0 in front of hop-by-hop options for all that the frame has, with a
 * jumbo payload option or without: 'no_length', and upper_length is what the
 * frame had, padding included.
 */
static inline enum ipv6_fault
ipv6_read(const uint8_t *payload, uint32_t size, uint32_t wire_size,
	  struct ipv6 *ip)
{
	uint32_t end;

	memset(ip, 0, sizeof(*ip));
	if (__builtin_expect(size < IPV6_HEADER, 0)) {
		ip->cut = wire_size >= IPV6_HEADER;
		return ip->cut ? IPV6_CUT : IPV6_SHORT;
	}
	ip->src = payload + 8;
	ip->dst = payload + 24;
	ip->length = frame_read16(payload + 4);
	ip->proto = payload[6];
	ip->hop_limit = payload[7];
	ip->first = true;

	end = IPV6_HEADER + (uint32_t)ip->length;
	ip->upper = payload + IPV6_HEADER;
	ip->no_length = ip->length == 0 && ip->proto == IPV6_HOP_BY_HOP &&
			payload[0] >> 4 == 6;
	if (__builtin_expect(ip->no_length, 0))
		end = wire_size > size ? wire_size : size;
	ip->cut = size < end && size < wire_size;
	ip->upper_length = end - IPV6_HEADER;
	ip->upper_size = (end < size ? end : size) - IPV6_HEADER;
	if ((ip->proto == IPV6_TCP || ip->proto == IPV6_UDP) &&
	    ip->upper_size >= ipv6_upper_min(IPV6_TCP))
		ip->chain = IPV6_COMPLETE;
	else
		ipv6_follow(ip);

	if (payload[0] >> 4 != 6)
		return IPV6_VERSION;
	return end > wire_size || ip->no_length ? IPV6_LENGTH : IPV6_OK;
}

/* The type of an ICMPv6 message; -1: it is none, or its header is missing. */
static inline int
ipv6_icmp_type(const struct ipv6 *ip)
{
	return ip->chain == IPV6_COMPLETE && ip->proto == IPV6_ICMP
		       ? ip->upper[0]
		       : -1;
}

/*
 * Whether the checksum is right; it covers the upper header, what follows it,
 * and the pseudo header (RFC 8200, 8.1; RFC 1071), for ICMPv6 too (RFC 4443,
 * 2.3).  The packet must be complete: upper_size is upper_length.
 */
bool ipv6_checksum_is_right(const struct ipv6 *);

/* Kinds of addresses, each of 16 octets (RFC 4291). */

static inline bool
ipv6_is_unspecified(const uint8_t *a)
{
	return (frame_read64(a) | frame_read64(a + 8)) == 0;
}

/* fe80::/10 */
static inline bool
ipv6_is_link_local(const uint8_t *a)
{
	return (frame_read16(a) & 0xffc0) == 0xfe80;
}

static inline bool
ipv6_is_multicast(const uint8_t *a)
{
	return a[0] == 0xff;
}

/* ::ffff:0:0/96, which stands for IPv4 (RFC 4291, 2.5.5.2). */
static inline bool
ipv6_is_mapped(const uint8_t *a)
{
	return frame_read64(a) == 0 && frame_read32(a + 8) == 0xffff;
}

/* ff02::2 */
static inline bool
ipv6_is_all_routers(const uint8_t *a)
{
	return frame_read64(a) == UINT64_C(0xff02000000000000) &&
	       frame_read64(a + 8) == 2;
}

/* ff02::1 */
static inline bool
ipv6_is_all_nodes(const uint8_t *a)
{
	return frame_read64(a) == UINT64_C(0xff02000000000000) &&
	       frame_read64(a + 8) == 1;
}

/* ff02::1:ff00:0/104 */
static inline bool
ipv6_is_solicited_node(const uint8_t *a)
{
	return frame_read64(a) == UINT64_C(0xff02000000000000) &&
	       frame_read64(a + 8) >> 24 == 0x1ff;
}

/* The MAC address that a group is sent to (RFC 2464, 7). */
static inline uint64_t
ipv6_group_mac(const uint8_t *group)
{
	return UINT64_C(0x333300000000) | frame_read32(group + 12);
}

/* The solicited-node group of a unicast address (RFC 4291, 2.7.1). */
static inline uint64_t
ipv6_solicited_node_mac(const uint8_t *a)
{
	return UINT64_C(0x3333ff000000) | (frame_read32(a + 12) & 0xffffff);
}

/*
 * The interface identifier made from a MAC address, which is the lower half of
 * an address (RFC 4291, appendix A): frame_read64(address + 8).
 */
static inline uint64_t
ipv6_eui64_of_mac(uint64_t mac)
{
	uint64_t eui =
		(mac >> 24) << 40 | UINT64_C(0xfffe000000) | (mac & 0xffffff);

	return eui ^ UINT64_C(0x0200000000000000);
}

/* The MAC address from which an interface identifier was made; 0: none. */
static inline uint64_t
ipv6_mac_of_eui64(uint64_t iid)
{
	uint64_t mac = (iid >> 40) << 24 | (iid & 0xffffff);

	return (iid >> 24 & 0xffff) == 0xfffe ? mac ^ UINT64_C(0x020000000000)
					      : 0;
}

#endif
