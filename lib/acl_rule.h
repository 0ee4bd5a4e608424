/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ACL_RULE_H
#define IXF_ACL_RULE_H

/*
 * One rule of an access list: an action, and terms in any order, each at most
 * once, which must all match a frame.  As text:
 *
 *	permit | deny | count	count counts the frame, and the next rule follows
 *	any			every frame; no other term beside it
 *	smac MAC[/MASK]		source; MASK: an address, or leading bits
 *	dmac MAC[/MASK]		destination
 *	vlan N			the tag of the frame, 0 for none
 *	ether 0x8137		ethertype; or ip, ip6, arp without 'ether'
 *	src PREFIX, dst PREFIX	IPv4 or IPv6, an address or a prefix
 *	proto NAME|N		in IPv6 the one after the extension headers
 *	sport N[-M], dport ...	of TCP, UDP and SCTP
 *	icmp TYPE[/CODE]	of ICMP with ip, of ICMPv6 with ip6
 *	fragment		a fragment that is not the first
 *	op request|reply|N	of ARP, as are sha, tha (MAC[/MASK]),
 *				spa and tpa (IPv4 PREFIX)
 *
 * Implied terms can be left out: an IPv4 prefix implies ip, 'sha' implies arp,
 * 'proto icmp' ip and 'proto icmp6' ip6.  'proto ah' implies ip, since in IPv6
 * it is an extension header.  Ports match any of the three protocols that have
 * them.  Terms that contradict each other are an error.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/prefix.h"

#define ACL_RULE_MAX  180 /* octets of a rule, as written and as printed */
#define ACL_TEXT_SIZE 256 /* of the text of acl_rule_format(), with its NUL */
#define ACL_WHY_SIZE  256

enum acl_action {
	ACL_ACTION_PERMIT,
	ACL_ACTION_DENY,
	ACL_ACTION_COUNT,
};

/* Bits of acl_rule.terms, in the order in which they are printed. */
enum acl_term {
	ACL_TERM_SMAC = 1 << 0,
	ACL_TERM_DMAC = 1 << 1,
	ACL_TERM_VLAN = 1 << 2,
	ACL_TERM_ETHER = 1 << 3,
	ACL_TERM_SRC = 1 << 4,
	ACL_TERM_DST = 1 << 5,
	ACL_TERM_PROTO = 1 << 6,
	ACL_TERM_SPORT = 1 << 7,
	ACL_TERM_DPORT = 1 << 8,
	ACL_TERM_ICMP_TYPE = 1 << 9,
	ACL_TERM_ICMP_CODE = 1 << 10, /* never without the type */
	ACL_TERM_FRAGMENT = 1 << 11,
	ACL_TERM_OP = 1 << 12,
	ACL_TERM_SHA = 1 << 13,
	ACL_TERM_THA = 1 << 14,
	ACL_TERM_SPA = 1 << 15,
	ACL_TERM_TPA = 1 << 16,

	ACL_TERMS_PORT = ACL_TERM_SPORT | ACL_TERM_DPORT,
	ACL_TERMS_ICMP = ACL_TERM_ICMP_TYPE | ACL_TERM_ICMP_CODE,
	ACL_TERMS_ARP = ACL_TERM_OP | ACL_TERM_SHA | ACL_TERM_THA |
			ACL_TERM_SPA | ACL_TERM_TPA,
};

/*
 * The addresses that are equal to 'mac' where 'mask' has ones; 'mac' has no
 * other ones.
 */
struct acl_mac {
	uint64_t mac;
	uint64_t mask;
};

struct acl_ports {
	uint16_t first;
	uint16_t last;
};

/*
 * As acl_rule_parse() makes it and acl_compile() needs it.  If all terms are for
 * one of ip, ip6 and arp, 'ether' is given and names it.  'icmp' stands without
 * 'proto'.  The value of a term that is not given is zero.
 */
struct acl_rule {
	enum acl_action action;
	uint32_t terms; /* enum acl_term; 0: any */
	struct acl_mac smac, dmac, sha, tha;
	uint16_t vlan;
	uint16_t ether;
	uint16_t op;
	struct prefix src, dst, spa, tpa;
	struct acl_ports sport, dport;
	uint8_t proto;
	uint8_t icmp_type;
	uint8_t icmp_code;
};

#endif
