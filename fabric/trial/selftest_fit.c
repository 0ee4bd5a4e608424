/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/trial/selftest_impl.h"

#include "lib/arp.h"
#include "lib/frame.h"
#include "lib/ipv4.h"
#include "lib/ipv6.h"

enum proto {
	ICMP = 1,
	TCP = 6,
};

static bool
has(const struct acl_rule *r, uint32_t terms)
{
	return (r->terms & terms) != 0;
}

/* The address of the rule, with the bits it leaves open from 'other'. */
static uint64_t
mac_of(const struct acl_mac *m, uint64_t other)
{
	return m->mac | (other & ~m->mask);
}

static uint32_t
address4(const struct prefix *p, uint32_t other)
{
	return p->addr.family == 4 ? frame_read32(p->addr.octet) : other;
}

static const uint8_t *
address6(const struct prefix *p, const uint8_t *other)
{
	return p->addr.family == 6 ? p->addr.octet : other;
}

static uint8_t
proto_of(const struct acl_rule *r, uint8_t icmp)
{
	if (has(r, ACL_TERM_PROTO))
		return r->proto;
	return has(r, ACL_TERMS_ICMP) ? icmp : TCP;
}

/* Behind the IP header: ports, or an ICMP message. */
static void
put_upper(const struct acl_rule *r, struct compose *c)
{
	uint8_t upper[20] = { [12] = 0x50 };

	frame_write16(upper, has(r, ACL_TERM_SPORT) ? r->sport.first : 40000);
	frame_write16(upper + 2, has(r, ACL_TERM_DPORT) ? r->dport.first : 443);
	if (has(r, ACL_TERMS_ICMP)) {
		upper[0] = r->icmp_type;
		upper[1] = r->icmp_code;
	}
	compose_put(c, upper, sizeof(upper));
}

#define UPPER 20 /* its octets */

static void
put_ipv4(const struct selftest_setup *s, const struct acl_rule *r,
	 struct compose *c)
{
	uint8_t *ip = compose_ipv4(c, proto_of(r, ICMP), 64,
				   address4(&r->src, s->outside4),
				   address4(&r->dst, s->outside4 + 1), UPPER);

	if (has(r, ACL_TERM_FRAGMENT))
		frame_write16(ip + 6, 185); /* in eights of octets */
	put_upper(r, c);
}

static void
put_ipv6(const struct selftest_setup *s, const struct acl_rule *r,
	 struct compose *c)
{
	bool fragment = has(r, ACL_TERM_FRAGMENT);
	uint8_t proto = proto_of(r, IPV6_ICMP);
	uint8_t header[8] = { proto };

	frame_write16(header + 2, 185 << 3);
	compose_ipv6(c, fragment ? IPV6_FRAGMENT : proto, 64,
		     address6(&r->src, s->outside6),
		     address6(&r->dst, s->outside6),
		     (uint16_t)(UPPER + (fragment ? sizeof(header) : 0)));
	if (fragment)
		compose_put(c, header, sizeof(header));
	put_upper(r, c);
}

static void
put_arp(const struct selftest_setup *s, const struct acl_rule *r, uint64_t src,
	struct compose *c)
{
	compose_arp(c, has(r, ACL_TERM_OP) ? r->op : ARP_REQUEST,
		    has(r, ACL_TERM_SHA) ? mac_of(&r->sha, src) : src,
		    address4(&r->spa, s->valid4), mac_of(&r->tha, 0),
		    address4(&r->tpa, s->inside4));
}

/* The ethertype of a rule; IPv4 if both IPv4 and IPv6 match. */
static uint16_t
type_of(const struct acl_rule *r)
{
	return has(r, ACL_TERM_ETHER) ? r->ether : FRAME_IPV4;
}

static const char *
put_tag(const struct selftest_setup *s, const struct acl_rule *r,
	struct selftest_try *t)
{
	if (has(r, ACL_TERM_VLAN) && r->vlan != s->port->egress.tag)
		return "no frame of the port has that tag";
	if (frame_is_tag(type_of(r)))
		return "it is about tags within the frame";
	t->tagged = false;
	return NULL;
}

const char *
selftest_fit(const struct selftest_setup *s, const struct acl_rule *r,
	     struct selftest_try *t)
{
	uint64_t src = s->valid != 0 ? s->valid : s->unknown;
	uint16_t type = type_of(r);
	struct compose *c = &t->frame;

	src = mac_of(&r->smac, src);
	compose_ether(c, mac_of(&r->dmac, s->to), src, type);
	if (type == FRAME_IPV4)
		put_ipv4(s, r, c);
	else if (type == FRAME_IPV6)
		put_ipv6(s, r, c);
	else if (type == FRAME_ARP)
		put_arp(s, r, src, c);
	compose_pad(c);
	return put_tag(s, r, t);
}
