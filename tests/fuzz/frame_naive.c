/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/fuzz/frame_naive.h"

#include <stddef.h>
#include <string.h>

#include "tests/packet6.h"

#define HEADER      14
#define BROADCAST   UINT64_C(0xffffffffffff)
#define HEADERS_MAX 8

/* 'n' octets as a number. */
static uint64_t
number(const uint8_t *p, int n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return v;
}

/* A frame, and its IP header if all of that is there. */
struct look {
	const struct naive_port *port;
	uint64_t dst, src;
	uint16_t type;
	const uint8_t *p; /* behind the type */
	uint32_t size;    /* octets there */
	uint32_t wire;    /* and on the wire */
};

static bool
look(struct look *l, const struct naive_port *port, const uint8_t *frame,
     uint32_t size, uint32_t len)
{
	if (size < HEADER)
		return false;
	l->port = port;
	l->dst = number(frame, 6);
	l->src = number(frame + 6, 6);
	l->type = (uint16_t)number(frame + 12, 2);
	l->p = frame + HEADER;
	l->size = size - HEADER;
	l->wire = len - HEADER;
	return true;
}

static bool
is_group(uint64_t mac)
{
	return mac >> 40 & 1;
}

/* Rows 4 to 26. */
static const char *
ethernet(const struct look *l)
{
	const struct naive_port *port = l->port;

	if (l->wire > port->mtu)
		return "too long";
	if (is_group(l->src) || l->src == 0 || l->src == l->dst)
		return "no source";
	if (l->src == NAIVE_SPONGE || l->dst == NAIVE_SPONGE)
		return "the fabric's own address";
	if (l->type != 0x0800 && l->type != 0x0806 && l->type != 0x86dd)
		return "neither IP nor ARP";
	if (port->flags & NAIVE_LOCKED && l->src != port->mac[0] &&
	    l->src != port->mac[1])
		return "not the member's address";
	if (!is_group(l->dst))
		return NULL;
	if (l->dst == BROADCAST)
		return l->type == 0x0806 ? NULL : "a broadcast that is not ARP";
	if (l->dst >> 32 == 0x3333)
		return l->type == 0x86dd ? NULL : "not IPv6 to a group of it";
	return "a group";
}

static bool
in_lan4(uint32_t address)
{
	return (address & 0xffffff00) == NAIVE_NET4;
}

/* Where the port is known, it has its address; nobody has that of another. */
static bool
has4(const struct naive_port *port, uint32_t address)
{
	return port->host == 0 || address == NAIVE_NET4 + port->host;
}

/* Rows 27 to 31. */
static const char *
arp(const struct look *l)
{
	static const uint8_t start[] = { 0, 1, 8, 0, 6, 4, 0 };
	uint32_t spa, tpa;

	if (l->size < 28)
		return l->wire < 28 ? "a short ARP" : NULL;
	if (memcmp(l->p, start, sizeof(start)) != 0 || l->p[7] < 1 ||
	    l->p[7] > 2)
		return "no ARP";
	if (number(l->p + 8, 6) != l->src)
		return "the ARP of another";
	if (!(l->port->flags & NAIVE_STRICT))
		return NULL;
	spa = (uint32_t)number(l->p + 14, 4);
	tpa = (uint32_t)number(l->p + 24, 4);
	if (spa != 0 && (!has4(l->port, spa) || !in_lan4(spa)))
		return "an ARP from the address of another";
	if (!in_lan4(tpa) || (tpa & 0xff) == 0 || (tpa & 0xff) == 0xff)
		return "an ARP for nobody's address";
	return NULL;
}

/* BGP and DHCP: one of the ports of TCP or UDP, from 'low' to 'high'. */
static bool
has_port(const uint8_t *p, uint32_t size, uint16_t low, uint16_t high)
{
	uint64_t from, to;

	if (size < 4)
		return false;
	from = number(p, 2);
	to = number(p + 2, 2);
	return (from >= low && from <= high) || (to >= low && to <= high);
}

/* An IPv4 packet whose header is as it must be. */
struct four {
	uint32_t src, dst;
	uint8_t proto, ttl;
	const uint8_t *upper; /* of a first fragment */
	uint32_t upper_size;
};

static bool
read_four(const struct look *l, struct four *ip)
{
	uint32_t header, length;

	if (l->type != 0x0800 || l->size < 20)
		return false;
	header = (l->p[0] & 15U) * 4;
	length = (uint32_t)number(l->p + 2, 2);
	if (l->p[0] >> 4 != 4 || header < 20 || length < header ||
	    length > l->size)
		return false;
	ip->ttl = l->p[8];
	ip->proto = l->p[9];
	ip->src = (uint32_t)number(l->p + 12, 4);
	ip->dst = (uint32_t)number(l->p + 16, 4);
	ip->upper = l->p + header;
	ip->upper_size = length - header;
	if ((number(l->p + 6, 2) & 0x1fff) != 0)
		ip->upper_size = 0;
	return true;
}

static bool
is_bgp4(const struct four *ip)
{
	return ip->proto == 6 && in_lan4(ip->src) && in_lan4(ip->dst) &&
	       has_port(ip->upper, ip->upper_size, 179, 179);
}

static bool
is_routing(uint8_t proto)
{
	static const uint8_t protos[] = { 2, 88, 89, 103, 112, 124 };

	return memchr(protos, proto, sizeof(protos)) != NULL;
}

/* Rows 51 to 55. */
static const char *
strict4(const struct look *l, const struct four *ip)
{
	if (in_lan4(ip->src) && !has4(l->port, ip->src))
		return "IPv4 from the address of another";
	if (ip->dst == UINT32_MAX || ip->dst == (NAIVE_NET4 | 0xff))
		return "IPv4 to all";
	if (ip->proto == 1 && ip->upper_size > 0 && ip->upper[0] == 5)
		return "an ICMP redirect";
	if (is_routing(ip->proto) && (ip->ttl == 1 || ip->dst >> 28 == 14))
		return "a routing protocol";
	if (ip->proto == 17 && (in_lan4(ip->src) || in_lan4(ip->dst)) &&
	    has_port(ip->upper, ip->upper_size, 67, 68))
		return "DHCP";
	return NULL;
}

static const char *
four(const struct look *l)
{
	struct four ip;

	if (!read_four(l, &ip))
		return l->port->flags & NAIVE_HEADER && l->size == l->wire
			       ? "a bad IPv4 header"
			       : NULL;
	if (l->port->flags & NAIVE_CULLED && is_bgp4(&ip))
		return "BGP of a port that is culled";
	if (l->port->flags & NAIVE_ACL && ip.proto == 50)
		return "ESP";
	return l->port->flags & NAIVE_STRICT ? strict4(l, &ip) : NULL;
}

/* An IPv6 packet, followed to where its headers end. */
struct six {
	const uint8_t *p;
	uint8_t proto;
	unsigned int headers;
	bool fragment; /* and 'later': not the first */
	bool later;
	bool lost;     /* the headers go past the end */
	bool complete; /* as long as it says, and all of it there */
	const uint8_t *upper;
	uint32_t upper_size;
};

static uint32_t
extension_size(const uint8_t *p, uint8_t type)
{
	switch (type) {
	case 44:
		return 8;
	case 51:
		return (p[1] + 2U) * 4;
	default:
		return (p[1] + 1U) * 8;
	}
}

static bool
is_extension(uint8_t type)
{
	static const uint8_t types[] = { 0, 43, 44, 51, 60, 135, 139, 140 };

	return memchr(types, type, sizeof(types)) != NULL;
}

static void
follow(struct six *ip)
{
	while (is_extension(ip->proto) && ip->headers < HEADERS_MAX) {
		uint32_t size = ip->upper_size < 8
					? 8
					: extension_size(ip->upper, ip->proto);

		ip->lost = size > ip->upper_size;
		if (ip->lost)
			return;
		if (ip->proto == 44) {
			ip->fragment = true;
			ip->later = number(ip->upper + 2, 2) >> 3 != 0;
		}
		ip->proto = ip->upper[0];
		ip->upper += size;
		ip->upper_size -= size;
		ip->headers++;
		if (ip->later)
			return;
	}
}

static bool
read_six(const struct look *l, struct six *ip)
{
	uint32_t length;

	if (l->type != 0x86dd || l->size < 40)
		return false;
	memset(ip, 0, sizeof(*ip));
	length = (uint32_t)number(l->p + 4, 2);
	ip->complete = length + 40 <= l->size;
	ip->p = l->p;
	ip->proto = l->p[6];
	ip->upper = l->p + 40;
	ip->upper_size = ip->complete ? length : l->size - 40;
	follow(ip);
	return true;
}

static bool
in_lan6(const uint8_t *address)
{
	return number(address, 8) == UINT64_C(0x20010db800000000);
}

static bool
is_on_link6(const uint8_t *address)
{
	return in_lan6(address) || (number(address, 2) & 0xffc0) == 0xfe80;
}

static bool
has6(const struct naive_port *port, const uint8_t *address)
{
	return port->host == 0 || number(address + 8, 8) == port->host;
}

static bool
is_bgp6(const struct six *ip)
{
	return ip->proto == 6 && !ip->later && ip->upper_size >= 20 &&
	       is_on_link6(ip->p + 8) && is_on_link6(ip->p + 24) &&
	       has_port(ip->upper, ip->upper_size, 179, 179);
}

/*
 * The link-local address that port b has made from its MAC address, which is
 * nobody else's.
 */
static bool
is_of_b(const struct naive_port *port, const uint8_t *address)
{
	return port->mac[0] != UINT64_C(0x02000000000b) &&
	       (number(address, 2) & 0xffc0) == 0xfe80 &&
	       number(address + 8, 8) == UINT64_C(0x000000fffe00000b);
}

/* A whole solicitation or advertisement (RFC 4861, 7.1). */
static const char *
neighbour(const struct look *l, const struct six *ip)
{
	const uint8_t *m = ip->upper;

	if (ip->p[7] != 255)
		return "ND that was routed";
	if (ip->fragment)
		return "ND in fragments";
	if (!ip->complete)
		return NULL;
	if (ip->upper_size < 24 || m[1] != 0 || m[8] == 0xff)
		return "ND that is not valid";
	if (packet6_checksum(ip->p + 8, m, ip->upper_size) !=
		    number(m + 2, 2) &&
	    number(m + 2, 2) != 0xffff)
		return "ND with a wrong checksum";
	for (uint32_t at = 24; at < ip->upper_size; at += m[at + 1] * 8U) {
		if (at + 8 > ip->upper_size || m[at + 1] == 0)
			return "ND with a bad option";
		if (m[at] == (m[0] == 135 ? 1 : 2) &&
		    number(m + at + 2, 6) != l->src)
			return "ND with the address of another";
	}
	if (l->port->flags & NAIVE_STRICT && m[0] == 136 && in_lan6(m + 8) &&
	    !has6(l->port, m + 8))
		return "ND for the address of another";
	if (l->port->flags & NAIVE_STRICT &&
	    is_of_b(l->port, m[0] == 136 ? m + 8 : ip->p + 8))
		return "ND for a link-local address of another";
	return NULL;
}

/* Rows 35 to 45. */
static const char *
icmp6(const struct look *l, const struct six *ip)
{
	switch (ip->upper[0]) {
	case 130:
		return "an MLD query";
	case 131:
	case 132:
	case 143:
		return l->port->flags & NAIVE_MLD && ip->p[7] == 1 ? NULL
								   : "MLD";
	case 133:
	case 134:
	case 137:
		return "a router's message";
	case 135:
	case 136:
		return neighbour(l, ip);
	default:
		return is_group(l->dst) ? "ICMPv6 to a group" : NULL;
	}
}

static const char *
six(const struct look *l)
{
	struct six ip;

	if (!read_six(l, &ip))
		return is_group(l->dst) ? "no IPv6 to a group" : NULL;
	if (ip.headers == HEADERS_MAX && is_extension(ip.proto) && !ip.later)
		return "too many headers";
	if (l->port->flags & NAIVE_HEADER && ip.p[0] >> 4 != 6)
		return "a bad IPv6 header";
	if (l->port->flags & NAIVE_STRICT && in_lan6(ip.p + 8) &&
	    !has6(l->port, ip.p + 8))
		return "IPv6 from the address of another";
	if (l->port->flags & NAIVE_CULLED && is_bgp6(&ip))
		return "BGP of a port that is culled";
	if (!ip.later && !ip.lost && ip.proto == 58 && ip.upper_size >= 4)
		return icmp6(l, &ip);
	return is_group(l->dst) ? "IPv6 to a group" : NULL;
}

const char *
naive_in(const struct naive_port *in, const uint8_t *frame, uint32_t size,
	 uint32_t len)
{
	const char *why;
	struct look l;

	if (!look(&l, in, frame, size, len))
		return "no header";
	if (!(in->flags & NAIVE_IXP))
		return NULL;
	why = ethernet(&l);
	if (why != NULL)
		return why;
	if (l.type == 0x0806)
		return arp(&l);
	return l.type == 0x0800 ? four(&l) : six(&l);
}

const char *
naive_out(const struct naive_port *out, const uint8_t *frame, uint32_t size)
{
	struct four ip4;
	struct six ip6;
	struct look l;

	if (!look(&l, out, frame, size, size))
		return "no header";
	if (l.dst >> 4 == UINT64_C(0x0180c200000))
		return "a group that no bridge forwards";
	if (read_four(&l, &ip4)) {
		if (out->flags & NAIVE_CULLED && is_bgp4(&ip4))
			return "BGP to a port that is culled";
		if (out->flags & NAIVE_ACL_OUT && ip4.proto == 50)
			return "ESP";
	}
	if (out->flags & NAIVE_CULLED && read_six(&l, &ip6) && is_bgp6(&ip6))
		return "BGP to a port that is culled";
	return NULL;
}
