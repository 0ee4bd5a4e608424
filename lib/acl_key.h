/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ACL_KEY_H
#define IXF_ACL_KEY_H

/*
 * The fields of a frame that access lists use.  Each has a place of its own, in
 * network order, since acl_judge() compares octet by octet.  A field that the
 * frame does not have is zero, and one octet says which fields it has.  Fields
 * of ARP use the places of those of IP.
 */

#include <stdbool.h>
#include <stdint.h>

/* Where the fields begin. */
enum acl_field {
	ACL_KEY_SMAC = 0,
	ACL_KEY_DMAC = 6,
	ACL_KEY_ETHER = 12,
	ACL_KEY_VLAN = 14,
	ACL_KEY_SRC = 16, /* IPv4 in the first four octets */
	ACL_KEY_DST = 32,
	ACL_KEY_SHA = 16,
	ACL_KEY_SPA = 22,
	ACL_KEY_THA = 32,
	ACL_KEY_TPA = 38,
	ACL_KEY_SPORT = 48,
	ACL_KEY_DPORT = 50,
	ACL_KEY_ICMP_TYPE = 48,
	ACL_KEY_ICMP_CODE = 49,
	ACL_KEY_OP = 48,
	ACL_KEY_PROTO = 52,
	ACL_KEY_HAS = 53, /* enum acl_has */
	ACL_KEY_SIZE = 56,
};

/*
 * Bits of the octet ACL_KEY_HAS: the headers that the frame has, complete and
 * well-formed.
 */
enum acl_has {
	ACL_HAS_IP = 1 << 0,  /* an IPv4 header: src, dst, proto */
	ACL_HAS_IP6 = 1 << 1, /* an IPv6 header: src, dst */
	ACL_HAS_ARP = 1 << 2, /* ARP of IPv4 over Ethernet (RFC 826) */
	ACL_HAS_PROTO = 1 << 3,
	ACL_HAS_PORTS = 1 << 4,
	ACL_HAS_ICMP = 1 << 5,     /* ICMP in IPv4, or ICMPv6 in IPv6 */
	ACL_HAS_FRAGMENT = 1 << 6, /* a fragment whose offset is not zero */
};

/* What a key has of upper headers, at most: two ports, or type and code of ICMP. */
#define ACL_KEY_UPPER 4

/* Whether packets of the protocol have ports. */
bool acl_key_has_ports(uint8_t proto);

struct acl_key {
	_Alignas(8) uint8_t octet[ACL_KEY_SIZE];
};

/*
 * Reads a frame: its addresses (mac.h), its type after all tags, its VLAN, and
 * the 'size' octets after the type.  Octets after the end that an IP header
 * gives are padding, and are not read.
 *
 * IPv4 (RFC 791) and ARP have their fields if the fixed header is complete.  The
 * protocol of IPv6 (RFC 8200) is the one after its extension headers, see
 * ipv6.h.  There is none if more than IPV6_HEADERS_MAX come before it, or one of
 * them is cut off.  A fragment that is not the first has no ports and no ICMP.
 */
void acl_key_read(struct acl_key *key, uint64_t smac, uint64_t dmac,
		  uint16_t type, uint16_t vlan, const uint8_t *payload,
		  uint32_t size);

#endif
