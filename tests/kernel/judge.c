/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/kernel/judge.h"

#include <string.h>

#include "lib/frame.h"
#include "tests/kernel/members.h"

enum {
	ICMP = 1,
	TCP = 6,
	UDP = 17,
	ICMP6 = 58,
	MLD_QUERY = 130,
	MLD_REPORT = 131,
	MLD_DONE = 132,
	MLD_REPORT_V2 = 143,
	RS = 133,
	RA = 134,
	NS = 135,
	NA = 136,
	REDIRECT = 137,
};

const char *
wrong_text(enum wrong w)
{
	static const char *const text[] = {
		"nothing",
#define WRONG(name, text) text,
#include "tests/kernel/wrong_list.h"
	};

	return text[w];
}

static bool
is_link_local(const struct taken *t, const uint8_t *a)
{
	return t->six && a[0] == 0xfe && a[1] >> 6 == 2;
}

static bool
is_of_lan(const struct taken *t, const uint8_t *a)
{
	return t->six ? memcmp(a, "\x20\x01\x0d\xb8\0\0\0\0", 8) == 0
		      : memcmp(a, "\xc0\x00\x02", 3) == 0;
}

/* What the fabric takes for an address of the LAN. */
static bool
is_known_of_lan(const struct taken *t, const uint8_t *a, enum policy policy)
{
	return policy != POLICY_BARE && is_of_lan(t, a);
}

/* Of a LAN without prefixes the fabric does not know the broadcast address. */
static bool
is_group(const struct taken *t, const uint8_t *a, enum policy policy)
{
	if (t->six)
		return a[0] == 0xff;
	return a[0] >> 4 == 0xe || a[0] == 0xff ||
	       (policy != POLICY_BARE && a[3] == 0xff);
}

/* A multicast listener says so to a group, once on the link (RFC 3810, 5). */
bool
judge_is_mld_report(const struct taken *t)
{
	return t->kind == TAKEN_PACKET && t->six && t->proto == ICMP6 &&
	       (t->data[0] == MLD_REPORT || t->data[0] == MLD_DONE ||
		t->data[0] == MLD_REPORT_V2) &&
	       t->hops == 1 && t->dst[0] == 0xff;
}

/*
 * The member that has the address; MEMBER_NONE: none has.  Of a link-local one
 * the lower half decides: that others of its 64 bits are set makes no difference
 * to a host.
 */
static uint8_t
owner(const struct taken *t, const uint8_t *a)
{
	static const uint8_t lower[2][7] = {
		{ 0 }, { 0, 0, 0, 0xff, 0xfe }, /* made from the MAC address */
	};
	uint8_t member = a[t->six ? 15 : 3];
	int kinds = is_link_local(t, a) ? 2 : 1;

	if (member >= MEMBERS || !(is_of_lan(t, a) || is_link_local(t, a)))
		return MEMBER_NONE;
	if (!t->six)
		return member;
	for (int i = 0; i < kinds; i++)
		if (memcmp(a + 8, lower[i], sizeof(lower[i])) == 0)
			return member;
	return MEMBER_NONE;
}

/* ixp-basic knows what the configuration has: see kernel.c. */
static bool
is_configured(const struct taken *t, uint8_t member)
{
	static const uint8_t by_hand[15] = { 0xfe, 0x80 };

	return member != MEMBER_NONE &&
	       (!is_link_local(t, t->address) ||
		((member == MEMBER_OTHER || member == MEMBER_CULLED) &&
		 memcmp(t->address, by_hand, sizeof(by_hand)) == 0));
}

/* An address that the configuration gives to none, at a port that has none. */
static bool
may_be_loose(enum policy policy, uint8_t from, uint8_t of)
{
	return policy == POLICY_LOOSE && from == MEMBER_PLAIN &&
	       of == MEMBER_NONE;
}

static enum wrong
judge_neighbour(const struct taken *t, uint8_t from, enum policy policy)
{
	uint8_t of = owner(t, t->address);

	/* An entry that is true harms nothing. */
	if (of != MEMBER_NONE && t->mac == (MEMBER_MAC | of))
		return WRONG_NOTHING;
	/* One that another has made before may be told of again. */
	if ((policy == POLICY_BASIC || policy == POLICY_LOOSE) &&
	    of == MEMBER_NONE && t->mac - MEMBER_MAC < MEMBERS)
		return WRONG_NOTHING;
	if (t->mac != (MEMBER_MAC | from))
		return WRONG_neighbour_mac;
	if (policy == POLICY_BASIC && !is_configured(t, of))
		return WRONG_NOTHING;
	return WRONG_neighbour;
}

static bool
has_port(const struct taken *t, uint16_t low, uint16_t high)
{
	for (unsigned int at = 0; at < 4; at += 2) {
		uint16_t port = frame_read16(t->data + at);

		if (port >= low && port <= high)
			return true;
	}
	return false;
}

static bool
is_udp(const struct taken *t)
{
	uint16_t length = frame_read16(t->data + 4);

	return t->proto == UDP && t->size >= 8 && length >= 8 &&
	       length <= t->size;
}

static bool
is_routing(const struct taken *t)
{
	static const uint8_t protos[] = { 2, 88, 89, 103, 112, 124 };

	return memchr(protos, t->proto, sizeof(protos)) != NULL;
}

/* ICMPv6 of the link: under both profiles. */
static enum wrong
judge_icmp6(const struct taken *t, uint8_t from, enum policy policy)
{
	uint8_t type = t->data[0], of = owner(t, t->data + 8);

	if (t->size < 4)
		return WRONG_NOTHING;
	if (type == RS || type == RA)
		return WRONG_ra;
	if (type == REDIRECT)
		return WRONG_nd_redirect;
	if ((type == NS || type == NA) && t->hops != 255)
		return WRONG_hop_limit;
	if (type == NA && t->size >= 24 && policy != POLICY_BASIC &&
	    of != from && !may_be_loose(policy, from, of))
		return WRONG_target;
	if (policy == POLICY_MLD && judge_is_mld_report(t))
		return WRONG_NOTHING;
	if ((type >= MLD_QUERY && type <= MLD_DONE) || type == MLD_REPORT_V2)
		return WRONG_mld;
	return WRONG_NOTHING;
}

/*
 * A source of the LAN must be the sender's.  What comes back to its own source is
 * of an honest router, or BFD echo.
 */
static enum wrong
judge_source(const struct taken *t, uint8_t from, enum policy policy)
{
	uint8_t of = owner(t, t->address);

	if (of == from || of == MEMBER_VICTIM || may_be_loose(policy, from, of))
		return WRONG_NOTHING;
	if (is_link_local(t, t->address))
		return WRONG_link_local;
	if (!is_known_of_lan(t, t->address, policy))
		return WRONG_NOTHING;
	return t->six ? WRONG_source6 : WRONG_source4;
}

static bool
is_nd_group(const struct taken *t)
{
	return t->proto == ICMP6 && (t->data[0] == NS || t->data[0] == NA);
}

/* ixp-strict: between two addresses of the LAN, for it is for the victim's. */
static enum wrong
judge_strict(const struct taken *t, uint8_t from, enum policy policy)
{
	bool near = is_known_of_lan(t, t->address, policy) ||
		    is_link_local(t, t->address);
	/* Without prefixes a packet for the victim need not be of the LAN. */
	bool inside =
		policy != POLICY_BARE || (near && is_link_local(t, t->dst));
	enum wrong w = judge_source(t, from, policy);

	if (w != WRONG_NOTHING)
		return w;
	if (is_group(t, t->dst, policy) && !(t->six && is_nd_group(t)) &&
	    !(policy == POLICY_MLD && judge_is_mld_report(t)))
		return t->six ? WRONG_group6 : WRONG_group4;
	if (near && inside && is_routing(t))
		return WRONG_igp;
	if (inside && is_udp(t) &&
	    (t->six ? has_port(t, 546, 547) : has_port(t, 67, 68)))
		return WRONG_dhcp;
	if (!t->six && t->proto == ICMP && t->size > 0 && t->data[0] == 5)
		return WRONG_icmp_redirect;
	return WRONG_NOTHING;
}

/* What has been set for MEMBER_CULLED. */
static enum wrong
judge_rules(const struct taken *t, enum policy policy)
{
	bool near = is_known_of_lan(t, t->address, policy) ||
		    is_link_local(t, t->address);

	if (policy == POLICY_BARE)
		near = near && is_link_local(t, t->dst);
	if (t->proto == TCP && t->size >= 20 && near &&
	    !is_group(t, t->dst, policy) && has_port(t, 179, 179))
		return WRONG_cull;
	if (is_udp(t) && frame_read16(t->data + 2) == ACL_PORT)
		return WRONG_acl;
	return WRONG_NOTHING;
}

enum wrong
judge(const struct taken *t, uint8_t from, enum policy policy)
{
	enum wrong w = WRONG_NOTHING;

	if (t->kind == TAKEN_NEIGHBOUR)
		return judge_neighbour(t, from, policy);
	if (t->kind == TAKEN_ROUTE)
		return WRONG_route;
	if (t->six && t->proto == ICMP6)
		w = judge_icmp6(t, from, policy);
	if (w == WRONG_NOTHING && policy != POLICY_BASIC)
		w = judge_strict(t, from, policy);
	if (w == WRONG_NOTHING && from == MEMBER_CULLED)
		w = judge_rules(t, policy);
	return w;
}
