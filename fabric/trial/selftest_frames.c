/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/trial/selftest_impl.h"

#include <string.h>

#include "fabric/runtime/meters.h"
#include "fabric/runtime/runtime.h"
#include "lib/arp.h"
#include "lib/frame.h"
#include "lib/ipv6.h"
#include "lib/mac.h"
#include "lib/nd.h"

#define SETUP  const struct selftest_setup *s
#define RECIPE const struct selftest_recipe *r

#define TCP      6
#define TCP_SIZE 20
#define ND_SIZE  32 /* a target and a link-layer address */

/* What a recipe needs. */

/* Whether the check drops on the port, and does not only count. */
static bool
drops(SETUP, enum drop why)
{
	return drop_set_has(&s->port->checks, why) &&
	       !drop_set_has(&s->port->logs, why);
}

static const char *
unmet_need(SETUP, RECIPE, enum recipe_need need)
{
	switch (need) {
#define NEED(name, condition, sentence)                                        \
	case NEED_##name:                                                      \
		return (condition) ? NULL : (sentence);
#include "fabric/trial/selftest_need_list.h"
	default:
		return NULL;
	}
}

static bool
has_option(SETUP, enum drop_option option)
{
	if (option == OPTION_DISABLED)
		return s->c->status == CONFIG_DISABLED || s->blocked;
	if (option == OPTION_LISTENS)
		return s->port->flags & PORT_LISTENS;
	if (option == OPTION_LAG)
		return s->port->flags & PORT_LAG;
	if (option == OPTION_LACP)
		return s->port->flags & PORT_LACP;
	if (option == OPTION_CULL)
		return s->culled;
	return view_lan_has(s->lan, option);
}

static const char *
unmet_option(SETUP, enum drop_option option)
{
	static const char *const unmet[] = {
		[OPTION_DISABLED] = "the port is neither disabled nor blocked",
		[OPTION_LISTENS] = "the port does not only listen",
		[OPTION_LAG] = "the port is no LAG",
		[OPTION_LACP] = "the port does not run LACP",
		[OPTION_CULL] = "the port is not culled",
		[OPTION_DROP_UNKNOWN] = "the LAN floods frames to unknown "
					"addresses",
		[OPTION_DROP_UNKNOWN_TARGET] = "the LAN floods requests for "
					       "unknown addresses",
		[OPTION_ND_OPTIONS] = "the fabric does not answer for the "
				      "owners of addresses, or lets unknown "
				      "options pass",
		[OPTION_GARP_DROP] = "garp is not 'drop'",
		[OPTION_GARP_SUPPRESS] = "garp is not 'suppress'",
	};

	return has_option(s, option) ? NULL : unmet[option];
}

/* A limit that the configuration does not set cannot be used up. */
static const char *
unmet_limit(SETUP, uint16_t over)
{
	for (enum meter_kind kind = 0; kind < METERS; kind++)
		if (over >> kind & 1 &&
		    meters_rate(s->config, s->c, kind).unit == CONFIG_RATE_OFF)
			return "no limit is set";
	return NULL;
}

/* Checks behind those of the source address see valid sources only. */
static bool
needs_source(RECIPE)
{
	return r->src == USUAL && !r->leaves &&
	       (r->why == DROP_NONE || r->why > DROP_mac_conflict);
}

static const char *
unmet(SETUP, RECIPE)
{
	const char *why = unmet_option(s, drop_option(r->why));

	if (why == NULL)
		why = unmet_limit(s, r->over);
	for (unsigned int i = 0; why == NULL && i < RECIPE_NEEDS; i++)
		why = unmet_need(s, r, r->needs[i]);
	if (why == NULL && needs_source(r))
		why = unmet_need(s, r, NEED_SOURCE);
	return why;
}

/* Addresses. */

static uint64_t
source(SETUP)
{
	return s->valid != 0 ? s->valid : s->unknown;
}

static uint64_t
mac_of(SETUP, uint64_t address, uint64_t usual)
{
	const uint64_t mac[RECIPE_ADDRESSES] = {
		[USUAL] = usual,
		[ZERO] = 0,
		[SOURCE] = source(s),
		[OWN] = s->own,
		[OWN_TWO] = s->own == s->valid && s->own_too != 0 ? s->own_too
								  : s->own,
		[PEER] = s->to,
		[ALIEN] = s->alien,
		[UNKNOWN] = s->unknown,
		[FABRIC] = s->port->own_mac,
		[APART] = s->apart,
		[ISOLATED] = s->isolated,
	};

	return address < RECIPE_ADDRESSES ? mac[address] : address;
}

/* An address that floods a request: a gratuitous one, unless they are dropped. */
static uint32_t
flooded4(SETUP)
{
	return s->lan->garp == GARP_ALLOW && s->valid4 != 0 ? s->valid4
							    : s->inside4;
}

static uint32_t
ipv4_of(SETUP, uint32_t address, uint32_t usual)
{
	switch (address) {
	case USUAL:
		return usual;
	case VALID:
		return s->valid4;
	case ALIEN:
		return s->alien4;
	case NOBODYS:
		return s->free4;
	case INSIDE:
		return s->inside4;
	case OUTSIDE:
		return s->outside4;
	case FLOODED:
		return flooded4(s);
	case NETWORK:
		return s->subnet4->net;
	case BROADCAST:
		return s->subnet4->net | ~s->subnet4->mask;
	default:
		return address;
	}
}

static const uint8_t *
ipv6_of(SETUP, uint32_t address, const uint8_t *usual)
{
	static const uint8_t constant[RECIPE_ADDRESSES][16] = {
		[NEIGHBOUR] = { 0xfe, 0x80, [15] = 1 },
		[ALL_NODES] = { 0xff, 2, [15] = 1 },
		[ALL_ROUTERS] = { 0xff, 2, [15] = 2 },
		[ALL_MLDV2] = { 0xff, 2, [15] = 0x16 },
		[ALL_MDNS] = { 0xff, 2, [15] = 0xfb },
	};

	switch (address) {
	case USUAL:
		return usual;
	case LINK:
		return s->link6;
	case ALIEN:
		return s->alien6;
	case NOBODYS:
		return s->free6;
	case OUTSIDE:
		return s->outside6;
	default:
		return constant[address];
	}
}

static uint8_t
either(uint8_t value, uint8_t usual)
{
	return value != 0 ? value : usual;
}

/* Frames, by their bases. */

static void
put_header(SETUP, RECIPE, struct compose *c, uint64_t dst, uint16_t type)
{
	compose_ether(c, mac_of(s, r->dst, dst), mac_of(s, r->src, source(s)),
		      type);
}

/* A peer's address, unless it is the sender's. */
static uint64_t
peer_of(SETUP, RECIPE)
{
	return r->src == ALIEN && s->to == s->alien ? s->unknown : s->to;
}

static void
put_ether(SETUP, RECIPE, struct compose *c)
{
	put_header(s, r, c, peer_of(s, r), r->type);
	compose_put(c, r->octets, r->noctets);
}

/* What stands behind an IP header, or else TCP to port 443. */
static const char *
upper_of(RECIPE)
{
	static const char https[TCP_SIZE] = "\x9c\x40\1\xbb\0\0\0\0"
					    "\0\0\0\0\x50";

	return r->octets != NULL ? r->octets : https;
}

static void
put_ipv4(SETUP, RECIPE, struct compose *c)
{
	uint8_t n = either(r->noctets, 8);
	uint8_t *ip;

	put_header(s, r, c, peer_of(s, r), FRAME_IPV4);
	ip = compose_ipv4(c, either(r->proto, TCP), either(r->hops, 64),
			  ipv4_of(s, r->src_ip, s->outside4),
			  ipv4_of(s, r->dst_ip, s->outside4 + 1), TCP_SIZE);
	compose_put(c, upper_of(r), n);
	compose_put(c, NULL, TCP_SIZE - n);
	ip[0] = either(r->first, ip[0]);
}

static void
put_ipv6(SETUP, RECIPE, struct compose *c)
{
	const uint8_t *dst = ipv6_of(s, r->dst_ip, s->outside6);
	const uint8_t *target = ipv6_of(s, r->target, NULL);
	uint8_t n = either(r->noctets, TCP_SIZE);
	uint8_t *ip, *upper;

	put_header(s, r, c,
		   dst[0] == 0xff ? ipv6_group_mac(dst) : peer_of(s, r),
		   FRAME_IPV6);
	ip = compose_ipv6(c, either(r->proto, TCP), either(r->hops, 64),
			  ipv6_of(s, r->src_ip, s->outside6), dst,
			  n + r->zeros);
	upper = compose_put(c, upper_of(r), n);
	compose_put(c, NULL, r->zeros);
	ip[0] = either(r->first, ip[0]);
	if (target != NULL) {
		memcpy(upper + 8, target, 16);
		memcpy(upper + 24, target, 16);
	}
}

static void
put_arp(SETUP, RECIPE, struct compose *c)
{
	put_header(s, r, c, MAC_BROADCAST, FRAME_ARP);
	compose_arp(c, either(r->message, ARP_REQUEST),
		    mac_of(s, r->lladdr, source(s)), ipv4_of(s, r->src_ip, 0),
		    0, ipv4_of(s, r->dst_ip, s->inside4));
}

/* The message; the header of its packet is at 'ip'. */
static void
put_nd_message(SETUP, RECIPE, struct compose *c, const uint8_t *target,
	       const uint8_t *ip)
{
	uint64_t lladdr = mac_of(s, r->lladdr, source(s));
	uint8_t *p = compose_put(c, NULL, ND_SIZE);

	p[0] = either(r->message, ND_NS);
	p[1] = r->code;
	memcpy(p + 8, target, 16);
	p[24] = either(r->option, p[0] == ND_NA ? 2 : 1);
	p[25] = 1;
	for (unsigned int i = 0; i < 6; i++)
		p[26 + i] = (uint8_t)(lladdr >> (40 - 8 * i));
	compose_icmp6_sum(c, ip, ND_SIZE);
}

/* The group that a solicitation or advertisement goes to. */
static void
nd_group(SETUP, RECIPE, const uint8_t *target, uint8_t group[16])
{
	static const uint8_t solicited[13] = { 0xff, 2, [11] = 1, [12] = 0xff };

	if (r->message == ND_NA) {
		memcpy(group, ipv6_of(s, ALL_NODES, NULL), 16);
		return;
	}
	memcpy(group, solicited, sizeof(solicited));
	memcpy(group + 13, target + 13, 3);
}

static void
put_nd(SETUP, RECIPE, struct compose *c)
{
	static const uint8_t fragment[8] = { IPV6_ICMP };
	const uint8_t *target =
		ipv6_of(s, r->target, ipv6_of(s, NEIGHBOUR, NULL));
	uint16_t extra = r->fragment ? sizeof(fragment) : 0;
	uint8_t group[16], *ip;

	nd_group(s, r, target, group);
	put_header(s, r, c, ipv6_group_mac(group), FRAME_IPV6);
	ip = compose_ipv6(c, r->fragment ? IPV6_FRAGMENT : IPV6_ICMP,
			  either(r->hops, ND_HOP_LIMIT),
			  ipv6_of(s, r->src_ip, s->link6),
			  ipv6_of(s, r->dst_ip, group), ND_SIZE + extra);
	compose_put(c, fragment, extra);
	put_nd_message(s, r, c, target, ip);
}

/*
 * Version 1 or 2 by its length, as RFC 3810 demands; but with a wrong hop limit
 * where the port may send it, so that it is dropped there, too.
 */
static void
put_mld(SETUP, RECIPE, struct compose *c)
{
	static const uint8_t alert[8] = { IPV6_ICMP, 0, 5, 2, 0, 0, 1, 0 };
	const uint8_t *dst = ipv6_of(s, r->dst_ip, NULL);
	uint8_t hops = s->port->flags & PORT_MLD ? 64 : 1, *ip;
	uint16_t n = 4 + r->noctets + r->zeros;

	put_header(s, r, c, ipv6_group_mac(dst), FRAME_IPV6);
	ip = compose_ipv6(c, IPV6_HOP_BY_HOP, either(r->hops, hops), s->link6,
			  dst, (uint16_t)(sizeof(alert) + n));
	compose_put(c, alert, sizeof(alert));
	compose_put(c, NULL, 4)[0] = r->message;
	compose_put(c, r->octets, r->noctets);
	compose_put(c, NULL, r->zeros);
	compose_icmp6_sum(c, ip, n);
}

/* How a frame comes in. */

static void
put_tags(SETUP, RECIPE, const struct port *from, struct compose *c)
{
	if (r->service_tag)
		compose_tag(c, FRAME_STAG, 7);
	if (r->tag != NO_TAG)
		compose_tag(c, FRAME_CTAG,
			    r->tag == OWN_TAG ? s->port->egress.tag
					      : s->free_tag);
	if (r->from != FROM_PORT && from->egress.tag != 0)
		compose_tag(c, FRAME_CTAG, from->egress.tag);
}

static void
set_input(SETUP, RECIPE, struct selftest_try *t)
{
	const struct port *from = r->from == FROM_PEER        ? s->peer
				  : r->from == FROM_OTHER_LAN ? s->other_lan
							      : s->port;

	put_tags(s, r, from, &t->frame);
	t->tagged = r->service_tag || r->tag != NO_TAG || r->size != 0 ||
		    r->from != FROM_PORT;
	if (r->size != 0)
		t->frame.size = r->size;
	if (r->too_long)
		t->len = FRAME_HEADER +
			 (s->port->egress.tag != 0 ? FRAME_TAG : 0) +
			 s->port->max_payload + 1u;
	t->bad = r->bad;
	t->leaves = r->leaves;
	t->from = from->id;
	t->over = r->over;
}

const char *
selftest_make(SETUP, RECIPE, struct selftest_try *t)
{
	static void (*const put[])(SETUP, RECIPE, struct compose *) = {
		[ETHER] = put_ether, [IPV4] = put_ipv4, [IPV6] = put_ipv6,
		[ARP] = put_arp,     [ND] = put_nd,     [MLD] = put_mld,
	};
	const char *why = unmet(s, r);

	if (why != NULL)
		return why;
	put[r->base](s, r, &t->frame);
	compose_pad(&t->frame);
	set_input(s, r, t);
	return NULL;
}
