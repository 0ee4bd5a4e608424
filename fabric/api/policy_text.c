/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A policy in sentences, for an exchange's members and the public.  What is
 * allowed is what no active check drops, so each sentence depends on the modes
 * of the checks that it describes.
 */
#include "fabric/api/policy.h"

#include <stdio.h>
#include <string.h>

#include "fabric/runtime/runtime.h"
#include "lib/plural.h"

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
describe_status(const struct policy_value *v)
{
	if (v->a & PORT_DISABLED)
		return json_string("The port is disabled: it neither sends nor "
				   "receives.");
	if (v->a & PORT_LISTENS)
		return json_string("The port only listens: it sends nothing.");
	if (v->a & PORT_QUARANTINE)
		return json_string("The port is in quarantine: it exchanges "
				   "frames with monitor ports only.");
	if (v->a & PORT_MONITOR)
		return json_string("The port is a monitor: it also exchanges "
				   "frames with ports in quarantine.");
	return json_string("The port is connected.");
}

static json_t *
either(bool holds, const char *yes, const char *no)
{
	return json_string(holds ? yes : no);
}

static json_t *
describe_tag(const struct policy_value *v)
{
	if (v->b != 0)
		return json_string("Frames are untagged; a tag with VLAN ID 0 "
				   "is removed.");
	return either(v->a != 0,
		      "Frames have the VLAN tag (0x8100) of the port.",
		      "Frames are untagged.");
}

static json_t *
describe_macs(const struct policy_value *v)
{
	bool listed = v->a >> 32 != 0;

	if (v->a & PORT_LEARNS)
		return json_sprintf("Frames are accepted from %sup to %llu "
				    "learned MAC addresses.",
				    listed ? "the registered and " : "",
				    (unsigned long long)v->b);
	if (!(v->a & PORT_LOCKS))
		return json_string("Frames are accepted from any MAC address; "
				   "none is learned.");
	return either(listed,
		      "Frames are accepted from the MAC addresses registered "
		      "for the port.",
		      "No MAC address is registered for the port.");
}

static json_t *
describe_addresses(const struct policy_value *v)
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
describe_mtu(const struct policy_value *v)
{
	return json_sprintf("The largest payload is %llu octets.",
			    (unsigned long long)v->a);
}

static json_t *
describe_acl(const struct policy_value *v, const char *what)
{
	const struct acl_rt *acl = (const struct acl_rt *)(uintptr_t)v->a;

	if (acl == NULL)
		return json_sprintf("No access list for what the port %s.",
				    what);
	return json_sprintf("Access list '%s' for what the port %s: %u rule%s.",
			    acl->name, what, acl->n, plural(acl->n));
}

static json_t *
describe_acl_in(const struct policy_value *v)
{
	return describe_acl(v, "sends");
}

static json_t *
describe_acl_out(const struct policy_value *v)
{
	return describe_acl(v, "receives");
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
		snprintf(text, sizeof(text), "%g frames per second",
			 pace / 1000);
	add(s, "", text);
}

static json_t *
describe_limit(const struct policy *p, enum meter_kind kind)
{
	const struct policy_value *limit = &p->item[POLICY_LIMITS + kind];
	const char *subject = meter_kind_subject(kind);
	enum drop why = meter_kind_drop(kind);
	bool counts = drop_is_check(why) && p->mode[why] == POLICY_COUNTS;
	struct sentence s = { 0 };

	if (!policy_limits(p, kind))
		return json_sprintf("%s: no limit.", subject);
	if (policy_burst(limit) == 0)
		return json_sprintf("%s: none is permitted.", subject);
	add_pace(&s, limit);
	return json_sprintf("%s: %s, in bursts of up to %llu %s%s.", subject,
			    s.text, (unsigned long long)policy_burst(limit),
			    policy_is_per_packet(limit) ? "frames" : "octets",
			    counts ? "; the excess is only counted" : "");
}

static const struct {
	const char *name;
	json_t *(*describe)(const struct policy_value *);
	const char *yes, *no; /* the sentences of an item that is a switch */
} items[POLICY_LIMITS] = {
	[POLICY_STATUS] = { .name = "status", .describe = describe_status },
	[POLICY_BLOCKED] = { .name = "blocked",
			     .yes = "The port is blocked by a violation or an "
				    "operator: it neither sends nor receives.",
			     .no = "The port is not blocked." },
	[POLICY_CULLED] = { .name = "culled",
			    .yes = "BGP with other members is blocked in both "
				   "directions (RFC 8327).",
			    .no = "BGP with other members is not blocked." },
	[POLICY_ISOLATED] = { .name = "isolated",
			      .yes = "The port exchanges no frames with the "
				     "other ports of its isolation group.",
			      .no = "The port is in no isolation group." },
	[POLICY_TAG] = { .name = "tag", .describe = describe_tag },
	[POLICY_OPEN] = { .name = "transparent",
			  .yes = "VLAN tags are forwarded unchanged.",
			  .no = "VLAN tags are not forwarded." },
	[POLICY_MACS] = { .name = "macs", .describe = describe_macs },
	[POLICY_ADDRESSES] = { .name = "addresses",
			       .describe = describe_addresses },
	[POLICY_MTU] = { .name = "mtu", .describe = describe_mtu },
	[POLICY_MLD] = { .name = "mld",
			 .yes = "MLD reports and done messages are permitted.",
			 .no = "MLD reports and done messages are not "
			       "permitted." },
	[POLICY_ACL_IN] = { .name = "acl_in", .describe = describe_acl_in },
	[POLICY_ACL_OUT] = { .name = "acl_out", .describe = describe_acl_out },
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
		return describe_limit(p,
				      (enum meter_kind)(item - POLICY_LIMITS));
	if (items[item].describe != NULL)
		return items[item].describe(&p->item[item]);
	return either(p->item[item].a != 0, items[item].yes, items[item].no);
}

/* What is allowed. */

static void
put_if(json_t *list, bool holds, const char *sentence)
{
	if (holds)
		json_array_append_new(list, json_string(sentence));
}

static void
allow_frames(const struct policy *p, json_t *list)
{
	unsigned long long mtu = p->item[POLICY_MTU].a;
	bool open = p->item[POLICY_OPEN].a != 0;

	json_array_append_new(
		list, policy_sentence(p, open ? POLICY_OPEN : POLICY_TAG));
	json_array_append_new(
		list,
		policy_drops(p, DROP_oversize)
			? json_sprintf("Payloads of up to %llu octets.", mtu)
			: json_string("Payloads of any size that the devices "
				      "take."));
}

static void
allow_sources(const struct policy *p, json_t *list)
{
	const struct policy_value *macs = &p->item[POLICY_MACS];
	bool any = macs->a & PORT_LOCKS && !policy_drops(p, DROP_mac_lock);

	put_if(list, any, "Frames are accepted from any MAC address.");
	if (!any)
		json_array_append_new(list, describe_macs(macs));
}

static void
allow_types(const struct policy *p, json_t *list)
{
	struct sentence s = { 0 };

	if (policy_drops(p, DROP_ethertype)) {
		add(&s, "",
		    "IPv4 (0x0800), ARP (0x0806) and IPv6 (0x86dd), and no "
		    "other ethertype");
		/* It excludes an 802.3 length, too. */
	} else {
		add(&s, "", "Any ethertype");
		add_if(&s, policy_drops(p, DROP_loop_keepalive),
		       "except those of link protocols");
		add_if(&s, policy_drops(p, DROP_llc_snap),
		       "except an 802.3 length in its place (LLC, SNAP)");
	}
	put(list, &s);
	put_if(list, policy_limits(p, METER_LACP),
	       "LACP and markers (IEEE 802.1AX), which are for the fabric "
	       "itself.");
}

static void
allow_unicast(const struct policy *p, const struct lan *lan, json_t *list)
{
	struct sentence s = { 0 };

	add(&s, "",
	    "Unicast goes to the port of its destination only; to an unknown "
	    "destination it is ");
	add(&s, "", lan->floods_unknown ? "flooded" : "dropped");
	if (lan->floods_unknown && policy_limits(p, METER_UUCAST))
		add(&s, "", ", within a limit");
	put(list, &s);
}

/* Whether the port may use any address of the family that no other port has. */
static bool
is_free(const struct policy *p, uint64_t bound)
{
	const struct policy_value *v = &p->item[POLICY_ADDRESSES];

	return (v->a & bound) == 0 || v->b != 0;
}

/* What the check restricts on the port. */
static const char *
clause_of(const struct policy *p, enum drop why)
{
	bool four = strcmp(drop_key(why), "ipv4") == 0;

	return drop_is_narrow(why) &&
			       is_free(p, four ? PORT_BOUND4 : PORT_BOUND6)
		       ? drop_narrow_clause(why)
		       : drop_clause(why);
}

/* The restrictions by those checks that are about ARP, or ND, and drop. */
static void
add_clauses(struct sentence *s, const struct policy *p,
	    bool (*is_about)(enum drop))
{
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		if (is_about(why))
			add_if(s, policy_drops(p, why), clause_of(p, why));
}

static void
allow_arp(const struct policy *p, json_t *list)
{
	struct sentence s = { 0 };

	add(&s, "",
	    policy_drops(p, DROP_arp_malformed)
		    ? "ARP: requests and replies for IPv4 over Ethernet (RFC "
		      "826)"
		    : "ARP of any kind");
	add_clauses(&s, p, drop_is_about_arp);
	put(list, &s);
}

/* Where ARP requests and neighbour solicitations go. */
static void
allow_requests(const struct lan *lan, json_t *list)
{
	put_if(list, !lan->owner_only,
	       "ARP requests and neighbour solicitations are flooded.");
	put_if(list, lan->owner_only && !lan->proxies,
	       "ARP requests and neighbour solicitations go to the port of "
	       "the address only, if that is known.");
	put_if(list, lan->proxies,
	       "ARP requests and neighbour solicitations are answered by the "
	       "fabric, if it knows the owner of the address.");
	put_if(list, lan->drops_unknown_targets,
	       "ARP requests and neighbour solicitations for unknown "
	       "addresses are dropped.");
	put_if(list, lan->sponges,
	       "The fabric answers requests for dead addresses (ARP sponge).");
	put_if(list, lan->sponges_ends,
	       "It also answers requests for the first and the last address "
	       "of an IPv4 prefix.");
	put_if(list, lan->garp != GARP_ALLOW,
	       "Gratuitous ARP and unsolicited neighbour advertisements are "
	       "not forwarded.");
}

static void
allow_broadcast(const struct policy *p, json_t *list)
{
	bool arp_only = policy_drops(p, DROP_bcast_not_arp);

	put_if(list, arp_only, "Broadcast: ARP only.");
	put_if(list, !arp_only, "Broadcast of any kind.");
	put_if(list, !policy_drops(p, DROP_ipv4_mcast), "IPv4 multicast.");
	put_if(list, !policy_drops(p, DROP_l2_mcast_other),
	       "Other multicast, except to the groups of link protocols.");
}

static void
allow_mcast6(const struct policy *p, json_t *list)
{
	bool narrow = policy_drops(p, DROP_ipv6_mcast_not_nd);
	struct sentence s = { 0 };

	add(&s, "",
	    narrow ? "IPv6 multicast: neighbour solicitations to the group of "
		     "their target, neighbour advertisements to all nodes"
		   : "IPv6 multicast of any kind");
	add_if(&s, narrow && !policy_drops(p, DROP_nd_rs),
	       "router solicitations");
	add_if(&s, !policy_drops(p, DROP_nd_ra), "router advertisements");
	add_if(&s, narrow && !policy_drops(p, DROP_nd_redirect), "redirects");
	add_if(&s, narrow && !policy_drops(p, DROP_mld_query), "MLD queries");
	add_if(&s,
	       narrow && (p->item[POLICY_MLD].a != 0 ||
			  !policy_drops(p, DROP_mld)),
	       "MLD reports and done messages");
	put(list, &s);
}

static void
allow_nd(const struct policy *p, json_t *list)
{
	struct sentence s = { 0 };

	add(&s, "", "Neighbour discovery");
	add_clauses(&s, p, drop_is_about_nd);
	if (s.nclauses > 1)
		put(list, &s);
}

/* From which addresses packets are accepted; a LAN without prefixes has none. */
static const char *
sources_of(const struct policy *p, enum drop why, uint64_t bound, bool nets)
{
	if (!policy_drops(p, why))
		return "from any address";
	if (!nets)
		return "from the address of any host";
	return is_free(p, bound) ? "from addresses outside the LAN, and from "
				   "those in it that are registered for no "
				   "other port"
				 : "from addresses outside the LAN, and from "
				   "the port's own in it";
}

static void
allow_ip(const struct policy *p, const struct lan *lan, json_t *list)
{
	const char *four =
		sources_of(p, DROP_ip4_spoof, PORT_BOUND4, lan->nnets4 != 0);
	const char *six =
		sources_of(p, DROP_ip6_spoof, PORT_BOUND6, lan->nnets6 != 0);

	if (strcmp(four, six) == 0)
		json_array_append_new(
			list, json_sprintf("IPv4 and IPv6 packets %s.", four));
	else
		json_array_append_new(
			list, json_sprintf("IPv4 packets %s; IPv6 packets %s.",
					   four, six));
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
	allow_requests(lan, list);
	allow_mcast6(p, list);
	allow_nd(p, list);
	allow_ip(p, lan, list);
	return list;
}
