/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A policy in sentences, for an exchange's members and the public.  What is
 * allowed is what no check that is on refuses, so each of these asks for the
 * mode of the checks that it speaks of.
 */
#include "fabric/api/policy.h"

#include <stdio.h>
#include <string.h>

#include "fabric/runtime/runtime.h"

/* A sentence that grows by clauses. */
struct sentence {
	char text[512];
	unsigned int nclauses;
};

static void
add(struct sentence *s, const char *between, const char *clause)
{
	size_t n = strlen(s->text);

	snprintf(s->text + n, sizeof(s->text) - n, "%s%s",
		 s->nclauses++ == 0 ? "" : between, clause);
}

static void
add_if(struct sentence *s, bool holds, const char *clause)
{
	if (holds)
		add(s, ", ", clause);
}

static void
put(json_t *list, const struct sentence *s)
{
	json_array_append_new(list, json_sprintf("%s.", s->text));
}

/* Items. */

static json_t *
say_status(const struct policy_value *v)
{
	if (v->a & PORT_DISABLED)
		return json_string("The port is disabled: nothing is taken "
				   "from it or sent to it.");
	if (v->a & PORT_QUARANTINE)
		return json_string("The port is in quarantine: it exchanges "
				   "frames with monitor ports only.");
	if (v->a & PORT_MONITOR)
		return json_string("The port is a monitor: it exchanges frames "
				   "with ports in quarantine too.");
	return json_string("The port is connected.");
}

static json_t *
say_if(bool holds, const char *yes, const char *no)
{
	return json_string(holds ? yes : no);
}

static json_t *
say_blocked(const struct policy_value *v)
{
	return say_if(v->a != 0,
		      "The port is blocked, after a violation or by an "
		      "operator: nothing is taken from it or sent to it.",
		      "The port is not blocked.");
}

static json_t *
say_culled(const struct policy_value *v)
{
	return say_if(v->a != 0,
		      "BGP with other members is stopped, in both directions "
		      "(RFC 8327).",
		      "BGP with other members is not stopped.");
}

static json_t *
say_isolated(const struct policy_value *v)
{
	return say_if(v->a != 0,
		      "The port exchanges no frames with others of its "
		      "isolation group.",
		      "The port is in no isolation group.");
}

static json_t *
say_tag(const struct policy_value *v)
{
	if (v->b != 0)
		return json_string("Frames have no VLAN tag; one of tag 0 "
				   "counts as none, and is removed.");
	return say_if(v->a != 0,
		      "Frames have the VLAN tag (0x8100) of the port.",
		      "Frames have no VLAN tag.");
}

static json_t *
say_open(const struct policy_value *v)
{
	return say_if(v->a != 0, "VLAN tags pass as they are.",
		      "VLAN tags do not pass.");
}

static json_t *
say_macs(const struct policy_value *v)
{
	bool listed = v->a >> 32 != 0;

	if (v->a & PORT_LEARNS)
		return json_sprintf("Frames are taken from %sup to %llu "
				    "addresses that are learned.",
				    listed ? "the registered MAC addresses and "
					   : "",
				    (unsigned long long)v->b);
	if (!(v->a & PORT_LOCKS))
		return json_string("Frames are taken from any MAC address; "
				   "none is learned.");
	return say_if(listed,
		      "Frames are taken from the MAC addresses registered for "
		      "the port.",
		      "No MAC address is registered for the port.");
}

static json_t *
say_addresses(const struct policy_value *v)
{
	struct sentence s = { 0 };

	add_if(&s, v->a & PORT_BOUND4, "IPv4");
	add_if(&s, v->a & PORT_BOUND6, "IPv6");
	add_if(&s, v->a & PORT_BOUND_LL, "IPv6 link-local");
	if (s.nclauses == 0)
		return json_string("No IP address is registered for the port.");
	return json_sprintf("IP addresses are registered for the port: %s.",
			    s.text);
}

static json_t *
say_mtu(const struct policy_value *v)
{
	return json_sprintf("The largest payload has %llu octets.",
			    (unsigned long long)v->a);
}

static json_t *
say_mld(const struct policy_value *v)
{
	return say_if(v->a != 0, "MLD reports and done messages may be sent.",
		      "MLD reports and done messages may not be sent.");
}

static json_t *
say_acl(const struct policy_value *v, const char *what)
{
	const struct acl_rt *acl = (const struct acl_rt *)(uintptr_t)v->a;

	if (acl == NULL)
		return json_sprintf("No access list for what the port %s.",
				    what);
	return json_sprintf("The access list '%s', of %u rules, for what the "
			    "port %s.",
			    acl->name, acl->n, what);
}

static json_t *
say_acl_in(const struct policy_value *v)
{
	return say_acl(v, "sends");
}

static json_t *
say_acl_out(const struct policy_value *v)
{
	return say_acl(v, "is sent");
}

/* Limits. */

static void
add_bits(struct sentence *s, double bits)
{
	static const char *const unit[] = { "bit", "kbit", "Mbit", "Gbit",
					    "Tbit" };
	unsigned int i = 0;
	char text[48];

	for (; bits >= 1000 && i < 4; i++)
		bits /= 1000;
	snprintf(text, sizeof(text), "%.4g %s/s", bits, unit[i]);
	add(s, "", text);
}

static void
add_pace(struct sentence *s, const struct policy_value *limit)
{
	double pace = (double)policy_pace(limit);
	char text[48];

	if (!policy_is_per_packet(limit)) {
		add_bits(s, pace * 8 / 1000);
		return;
	}
	if (pace < 1000)
		snprintf(text, sizeof(text), "1 frame in %g seconds",
			 1000 / pace);
	else
		snprintf(text, sizeof(text), "%g frames a second", pace / 1000);
	add(s, "", text);
}

static json_t *
say_limit(const struct policy *p, enum meter_kind kind)
{
	const struct policy_value *limit = &p->item[POLICY_LIMITS + kind];
	const char *subject = meter_kind_subject(kind);
	enum drop why = meter_kind_drop(kind);
	bool counts = drop_is_check(why) && p->mode[why] == POLICY_COUNTS;
	struct sentence s = { 0 };

	if (!policy_limits(p, kind))
		return json_sprintf("%s: no limit.", subject);
	if (policy_burst(limit) == 0)
		return json_sprintf("%s: none.", subject);
	add_pace(&s, limit);
	return json_sprintf("%s: %s, and %llu %s at once%s.", subject, s.text,
			    (unsigned long long)policy_burst(limit),
			    policy_is_per_packet(limit) ? "frames" : "octets",
			    counts ? "; what exceeds it is only counted" : "");
}

static const struct {
	const char *name;
	json_t *(*say)(const struct policy_value *);
} items[POLICY_LIMITS] = {
	[POLICY_STATUS] = { "status", say_status },
	[POLICY_BLOCKED] = { "blocked", say_blocked },
	[POLICY_CULLED] = { "culled", say_culled },
	[POLICY_ISOLATED] = { "isolated", say_isolated },
	[POLICY_TAG] = { "tag", say_tag },
	[POLICY_OPEN] = { "transparent", say_open },
	[POLICY_MACS] = { "macs", say_macs },
	[POLICY_ADDRESSES] = { "addresses", say_addresses },
	[POLICY_MTU] = { "mtu", say_mtu },
	[POLICY_MLD] = { "mld", say_mld },
	[POLICY_ACL_IN] = { "acl_in", say_acl_in },
	[POLICY_ACL_OUT] = { "acl_out", say_acl_out },
};

const char *
policy_item_name(enum policy_item item)
{
	return item < POLICY_LIMITS ? items[item].name
				    : meter_kind_name((enum meter_kind)(
					      item - POLICY_LIMITS));
}

json_t *
policy_sentence(const struct policy *p, enum policy_item item)
{
	if (item >= POLICY_LIMITS)
		return say_limit(p, (enum meter_kind)(item - POLICY_LIMITS));
	return items[item].say(&p->item[item]);
}

/* What is allowed. */

static void
allow_frames(const struct policy *p, json_t *list)
{
	if (p->item[POLICY_OPEN].a != 0)
		json_array_append_new(list, say_open(&p->item[POLICY_OPEN]));
	else
		json_array_append_new(list, say_tag(&p->item[POLICY_TAG]));
	if (policy_refuses(p, DROP_oversize))
		json_array_append_new(
			list,
			json_sprintf(
				"Payloads of up to %llu octets.",
				(unsigned long long)p->item[POLICY_MTU].a));
	else
		json_array_append_new(list, json_string("Payloads of any size "
							"that devices take."));
}

static void
allow_sources(const struct policy *p, json_t *list)
{
	const struct policy_value *macs = &p->item[POLICY_MACS];

	if (macs->a & PORT_LOCKS && !policy_refuses(p, DROP_mac_lock))
		json_array_append_new(list, json_string("Frames are taken from "
							"any MAC address."));
	else
		json_array_append_new(list, say_macs(macs));
}

static void
allow_types(const struct policy *p, json_t *list)
{
	struct sentence s = { 0 };

	if (policy_refuses(p, DROP_ethertype)) {
		add(&s, "",
		    "IPv4 (0x0800), ARP (0x0806) and IPv6 (0x86dd), and no "
		    "other ethertype");
		/* A length is no type of those either. */
	} else {
		add(&s, "", "Any ethertype");
		add_if(&s, policy_refuses(p, DROP_loop_keepalive),
		       "but those of link protocols");
		add_if(&s, policy_refuses(p, DROP_llc_snap),
		       "but no 802.3 length in its place (LLC, SNAP)");
	}
	put(list, &s);
}

static void
allow_unicast(const struct policy *p, const struct lan *lan, json_t *list)
{
	struct sentence s = { 0 };

	add(&s, "", "To one address: the port that has it; ");
	add(&s, "",
	    lan->floods_unknown ? "to all ports where nobody is known to have "
				  "it"
				: "to nobody where nobody is known to have it");
	if (lan->floods_unknown && policy_limits(p, METER_UUCAST))
		add(&s, "", ", within a limit");
	put(list, &s);
}

static void
allow_arp(const struct policy *p, json_t *list)
{
	struct sentence s = { 0 };

	add(&s, "",
	    policy_refuses(p, DROP_arp_malformed)
		    ? "ARP: requests and replies for IPv4 over Ethernet (RFC "
		      "826)"
		    : "ARP of any kind");
	add_if(&s, policy_refuses(p, DROP_arp_sha_mismatch),
	       "whose sender is the sender of the frame");
	add_if(&s, policy_refuses(p, DROP_arp_spa_spoof),
	       "from an IPv4 address of the port");
	add_if(&s, policy_refuses(p, DROP_arp_off_net),
	       "about addresses of the LAN");
	add_if(&s, policy_refuses(p, DROP_arp_net_bcast),
	       "but not about its network or broadcast address");
	put(list, &s);
}

static void
tell(json_t *list, bool so, const char *sentence)
{
	if (so)
		json_array_append_new(list, json_string(sentence));
}

/* Where questions for addresses go, ARP and neighbour discovery alike. */
static void
allow_questions(const struct lan *lan, json_t *list)
{
	tell(list, !lan->owner_only, "Questions for addresses go to all.");
	tell(list, lan->owner_only && !lan->proxies,
	     "Questions for addresses go to the port of the address alone, "
	     "where that is known.");
	tell(list, lan->proxies,
	     "Questions for addresses are answered by the fabric, where it "
	     "knows whose they are.");
	tell(list, lan->drops_unknown_targets,
	     "Questions for addresses that nobody is known to have go to "
	     "nobody.");
	tell(list, lan->sponges,
	     "Questions for dead addresses are answered by the fabric, which "
	     "has a sponge.");
	tell(list, lan->sponges_ends,
	     "So are those for the first and the last address of an IPv4 "
	     "prefix.");
	tell(list, lan->garp != GARP_ALLOW,
	     "Gratuitous ARP and unsolicited neighbour advertisements go to "
	     "nobody.");
}

static void
allow_broadcast(const struct policy *p, json_t *list)
{
	json_array_append_new(
		list, say_if(policy_refuses(p, DROP_bcast_not_arp),
			     "Broadcast: ARP only.", "Broadcast of any kind."));
	if (!policy_refuses(p, DROP_ipv4_mcast))
		json_array_append_new(list, json_string("IPv4 multicast."));
	if (!policy_refuses(p, DROP_l2_mcast_other))
		json_array_append_new(
			list,
			json_string("Other multicast, but for the groups of "
				    "link protocols."));
}

static void
allow_mcast6(const struct policy *p, json_t *list)
{
	bool narrow = policy_refuses(p, DROP_ipv6_mcast_not_nd);
	struct sentence s = { 0 };

	add(&s, "",
	    narrow ? "IPv6 multicast: neighbour solicitations, to the group of "
		     "their target, and advertisements, to all nodes"
		   : "IPv6 multicast of any kind");
	add_if(&s, narrow && !policy_refuses(p, DROP_nd_rs),
	       "router solicitations");
	add_if(&s, !policy_refuses(p, DROP_nd_ra), "router advertisements");
	add_if(&s, narrow && !policy_refuses(p, DROP_nd_redirect), "redirects");
	add_if(&s, narrow && !policy_refuses(p, DROP_mld_query), "MLD queries");
	add_if(&s,
	       narrow && (p->item[POLICY_MLD].a != 0 ||
			  !policy_refuses(p, DROP_mld)),
	       "MLD reports and done messages");
	put(list, &s);
}

static void
allow_nd(const struct policy *p, json_t *list)
{
	struct sentence s = { 0 };

	add(&s, "", "Neighbour discovery");
	add_if(&s, policy_refuses(p, DROP_nd_hoplimit),
	       "with a hop limit of 255");
	add_if(&s, policy_refuses(p, DROP_nd_malformed), "valid by RFC 4861");
	add_if(&s, policy_refuses(p, DROP_nd_fragment),
	       "in one piece (RFC 6980)");
	add_if(&s, policy_refuses(p, DROP_nd_lladdr_mismatch),
	       "whose link-layer address is the sender of the frame");
	add_if(&s, policy_refuses(p, DROP_nd_src_spoof),
	       "from an IPv6 address of the port");
	add_if(&s, policy_refuses(p, DROP_nd_target_spoof),
	       "advertising an IPv6 address of the port");
	add_if(&s, policy_refuses(p, DROP_nd_off_net),
	       "about addresses of the LAN or of the link");
	if (s.nclauses > 1)
		put(list, &s);
}

static void
allow_ip(const struct policy *p, json_t *list)
{
	bool four = policy_refuses(p, DROP_ip4_spoof);
	bool six = policy_refuses(p, DROP_ip6_spoof);

	json_array_append_new(
		list,
		json_sprintf("IPv4 and IPv6 packets from any address%s%s%s.",
			     four || six ? " outside the LAN, and " : "",
			     four && six ? "from"
			     : four      ? "for IPv4 from"
			     : six       ? "for IPv6 from"
					 : "",
			     four || six ? " those addresses of the LAN that "
					   "are the port's"
					 : ""));
}

json_t *
policy_allowed(const struct policy *p, const struct lan *lan)
{
	json_t *list = json_array();

	if (list == NULL)
		return NULL;
	allow_frames(p, list);
	allow_sources(p, list);
	allow_types(p, list);
	allow_unicast(p, lan, list);
	allow_broadcast(p, list);
	allow_arp(p, list);
	allow_questions(lan, list);
	allow_mcast6(p, list);
	allow_nd(p, list);
	allow_ip(p, list);
	return list;
}
