/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads the fields for access lists from a frame: once for each frame. */
#include "lib/acl_key.h"

#include <string.h>

#include "lib/arp.h"
#include "lib/frame.h"
#include "lib/ipv4.h"
#include "lib/ipv6.h"

#define ICMP_SIZE 2 /* type and code, the only fields that rules use */

enum proto {
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_SCTP = 132,
};

bool
acl_key_has_ports(uint8_t proto)
{
	return proto == PROTO_TCP || proto == PROTO_UDP || proto == PROTO_SCTP;
}

/*
 * Reads the header at 'upper', of protocol 'proto'.  Returns its bits of enum
 * acl_has.
 */
static inline uint8_t
read_upper(struct acl_key *key, uint8_t proto, uint8_t icmp,
	   const uint8_t *upper, uint32_t size)
{
	key->octet[ACL_KEY_PROTO] = proto;
	if (acl_key_has_ports(proto) && size >= ACL_KEY_UPPER) {
		memcpy(key->octet + ACL_KEY_SPORT, upper, ACL_KEY_UPPER);
		return ACL_HAS_PROTO | ACL_HAS_PORTS;
	}
	if (proto == icmp && size >= ICMP_SIZE) {
		memcpy(key->octet + ACL_KEY_ICMP_TYPE, upper, ICMP_SIZE);
		return ACL_HAS_PROTO | ACL_HAS_ICMP;
	}
	return ACL_HAS_PROTO;
}

static inline uint8_t
read_ipv4(struct acl_key *key, const uint8_t *payload, uint32_t size)
{
	struct ipv4 ip;

	switch (ipv4_read(payload, size, size, &ip)) {
	case IPV4_OK:
	case IPV4_LENGTH:
		break;
	default:
		return 0;
	}
	memcpy(key->octet + ACL_KEY_SRC, payload + 12, 4);
	memcpy(key->octet + ACL_KEY_DST, payload + 16, 4);
	return ACL_HAS_IP | (ip.first ? 0 : ACL_HAS_FRAGMENT) |
	       read_upper(key, ip.proto, IPV4_ICMP, ip.upper,
			  ip.first ? ip.upper_size : 0);
}

static uint8_t
read_ipv6(struct acl_key *key, const uint8_t *payload, uint32_t size)
{
	struct ipv6 ip;
	uint8_t has = ACL_HAS_IP6;

	switch (ipv6_read(payload, size, size, &ip)) {
	case IPV6_OK:
	case IPV6_LENGTH:
		break;
	default:
		return 0;
	}
	memcpy(key->octet + ACL_KEY_SRC, ip.src, 16);
	memcpy(key->octet + ACL_KEY_DST, ip.dst, 16);
	if (!ip.first)
		has |= ACL_HAS_FRAGMENT;
	if (ipv6_is_extension(ip.proto)) /* the protocol behind it is unknown */
		return has;
	return has | read_upper(key, ip.proto, IPV6_ICMP, ip.upper,
				ip.first ? ip.upper_size : 0);
}

static uint8_t
read_arp(struct acl_key *key, const uint8_t *payload, uint32_t size)
{
	if (!arp_is_ipv4(payload, size))
		return 0;
	memcpy(key->octet + ACL_KEY_OP, payload + 6, 2);
	memcpy(key->octet + ACL_KEY_SHA, payload + 8, 10);  /* and spa */
	memcpy(key->octet + ACL_KEY_THA, payload + 18, 10); /* and tpa */
	return ACL_HAS_ARP;
}

static inline void
write64(uint8_t *p, uint64_t n)
{
	n = htobe64(n);
	memcpy(p, &n, sizeof(n));
}

void
acl_key_read(struct acl_key *key, uint64_t smac, uint64_t dmac, uint16_t type,
	     uint16_t vlan, const uint8_t *payload, uint32_t size)
{
	uint8_t has = 0;

	memset(key, 0, sizeof(*key));
	write64(key->octet + ACL_KEY_SMAC, smac << 16 | dmac >> 32);
	write64(key->octet + 8, dmac << 32 | (uint32_t)type << 16 | vlan);
	if (type == FRAME_IPV4)
		has = read_ipv4(key, payload, size);
	else if (type == FRAME_IPV6)
		has = read_ipv6(key, payload, size);
	else if (type == FRAME_ARP)
		has = read_arp(key, payload, size);
	key->octet[ACL_KEY_HAS] = has;
}
