/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The answer to `ixctl policy show`: a statement about a LAN that holds for all
 * of its ports but those listed behind it, or one about a port.
 */
#include "fabric/api/policy.h"

#include <string.h>

#include "fabric/runtime/runtime.h"
#include "fabric/view/drop.h"
#include "lib/acl_text.h"
#include "lib/mac.h"
#include "lib/prefix.h"

#define PART_PORTS 64 /* compared with their LAN at a time */

static json_t *
reason(enum drop why)
{
	return json_pack("{s:s, s:s}", "reason", drop_name(why), "meaning",
			 drop_meaning(why));
}

static json_t *
check(const struct policy *p, enum drop why)
{
	json_t *row = reason(why);

	if (policy_drops(p, why))
		json_object_set_new(
			row, "disables",
			json_boolean(p->mode[why] == POLICY_DISABLES));
	return row;
}

/* The checks of a mode from 'first' to 'last', each with its sentence. */
static json_t *
checks_in(const struct policy *p, enum policy_mode first, enum policy_mode last)
{
	json_t *list = json_array();

	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		if (drop_is_check(why) && p->mode[why] >= first &&
		    p->mode[why] <= last)
			json_array_append_new(list, check(p, why));
	return list;
}

/* Whether frames can be dropped for a rule by intention, so that it is policy. */
static bool
applies(const struct policy *p, const struct lan *lan, enum drop why)
{
	enum drop_option option = drop_option(why);

	if (drop_is_check(why))
		return false;
	switch (option) {
	case OPTION_CULL:
		return p->item[POLICY_CULLED].a != 0;
	case OPTION_ACL_IN:
		return p->item[POLICY_ACL_IN].a != 0;
	case OPTION_ACL_OUT:
		return p->item[POLICY_ACL_OUT].a != 0;
	case OPTION_RATE_OUT:
		return policy_limits(p, METER_OUT);
	case OPTION_LOSS:
		return false;
	case OPTION_LISTENS: /* no port of a member */
		return false;
	case OPTION_LAG: /* the state of a link, and a limit */
	case OPTION_LACP:
		return false;
	default:
		return view_lan_has(lan, option);
	}
}

static json_t *
rules_of(const struct policy *p, const struct lan *lan)
{
	json_t *list = json_array();

	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		if (applies(p, lan, why))
			json_array_append_new(list, reason(why));
	return list;
}

static json_t *
limit(const struct policy *p, enum meter_kind kind)
{
	const struct policy_value *v = &p->item[POLICY_LIMITS + kind];
	bool frames = policy_is_per_packet(v);
	double pace = (double)policy_pace(v) * (frames ? 1 : 8) / 1000;

	return json_pack("{s:s, s:s, s:b, s:f, s:s, s:I, s:s, s:o}", "limit",
			 policy_item_name(POLICY_LIMITS + kind), "reason",
			 drop_name(meter_kind_drop(kind)), "active",
			 policy_limits(p, kind), "rate", pace, "unit",
			 frames ? "frames/s" : "bits/s", "burst",
			 (json_int_t)policy_burst(v), "burst_unit",
			 frames ? "frames" : "octets", "sentence",
			 policy_sentence(p, POLICY_LIMITS + kind));
}

/* Whether the port can send what the limit is for. */
static bool
concerns(const struct policy *p, const struct lan *lan, enum meter_kind kind)
{
	if (kind == METER_UUCAST)
		return lan != NULL && lan->floods_unknown;
	return kind != METER_LACP || policy_limits(p, kind);
}

static json_t *
limits(const struct policy *p, const struct lan *lan)
{
	json_t *list = json_array();

	for (enum meter_kind kind = 0; kind < METERS; kind++)
		if (concerns(p, lan, kind))
			json_array_append_new(list, limit(p, kind));
	return list;
}

/* ACLs. */

/* Whether it is the address of one station. */
static bool
is_one_mac(const struct acl_mac *m)
{
	return m->mask == MAC_BROADCAST && !mac_is_group(m->mac);
}

static bool
is_one_address(const struct prefix *p)
{
	if (p->addr.family == 4)
		return p->length == 32 && p->addr.octet[0] < 224;
	return p->addr.family == 6 && p->length == 128 &&
	       p->addr.octet[0] != 0xff;
}

/* Whether it may contain the address of a member. */
static bool
is_private(const struct acl_rule *r)
{
	return is_one_mac(&r->smac) || is_one_mac(&r->dmac) ||
	       is_one_mac(&r->sha) || is_one_mac(&r->tha) ||
	       is_one_address(&r->src) || is_one_address(&r->dst) ||
	       is_one_address(&r->spa) || is_one_address(&r->tpa);
}

static json_t *
rule_text(const struct acl_rule *r, bool published)
{
	char text[ACL_TEXT_SIZE];

	if (published && is_private(r))
		return json_sprintf("%s (frames of one address, which is "
				    "not published)",
				    acl_action_name(r->action));
	return json_string(acl_rule_format(r, text));
}

static json_t *
acl(const struct policy_value *v, bool published)
{
	const struct acl_rt *rt = (const struct acl_rt *)(uintptr_t)v->a;
	json_t *rules;

	if (rt == NULL)
		return json_null();
	rules = json_array();
	for (unsigned int i = 0; i < rt->n; i++)
		json_array_append_new(rules,
				      rule_text(&rt->rule[i], published));
	return json_pack("{s:s, s:o}", "name", rt->name, "rules", rules);
}

/* Statements. */

/* Blocked, culled and isolated are listed only where they apply. */
static json_t *
state(const struct policy *p)
{
	json_t *list = json_array();

	for (enum policy_item i = POLICY_STATUS; i <= POLICY_ISOLATED; i++)
		if (i == POLICY_STATUS || p->item[i].a != 0)
			json_array_append_new(list, policy_sentence(p, i));
	json_array_append_new(list, policy_sentence(p, POLICY_ADDRESSES));
	return list;
}

static void
put_policy(json_t *row, const struct policy *p, const struct lan *lan,
	   bool published)
{
	json_object_set_new(row, "state", state(p));
	json_object_set_new(row, "allowed",
			    lan != NULL ? policy_allowed(p, lan)
					: json_array());
	json_object_set_new(row, "refused",
			    checks_in(p, POLICY_DROPS, POLICY_DISABLES));
	json_object_set_new(row, "logged",
			    checks_in(p, POLICY_COUNTS, POLICY_COUNTS));
	json_object_set_new(row, "off", checks_in(p, POLICY_OFF, POLICY_OFF));
	json_object_set_new(row, "always", rules_of(p, lan));
	json_object_set_new(row, "limits", limits(p, lan));
	json_object_set_new(row, "acl_in",
			    acl(&p->item[POLICY_ACL_IN], published));
	json_object_set_new(row, "acl_out",
			    acl(&p->item[POLICY_ACL_OUT], published));
	json_object_set_new(row, "unknown_unicast",
			    json_string(lan == NULL           ? "drop"
					: lan->floods_unknown ? "flood"
							      : "drop"));
}

static const char *
lan_name(const struct fabric *f, const struct lan *lan)
{
	return lan != NULL ? f->lan[lan->id]->name : NULL;
}

static json_t *
lan_row(const struct fabric *f, const struct lan *lan,
	const struct policy *most)
{
	const struct config_lan *c = config_lan(f->config, lan_name(f, lan));
	json_t *row = json_pack(
		"{s:s, s:s, s:n, s:o, s:I}", "scope", "lan", "lan",
		lan_name(f, lan), "port", "vlan",
		c != NULL && c->vlan != 0 ? json_integer(c->vlan) : json_null(),
		"ports", (json_int_t)lan->nmembers);

	put_policy(row, most, lan, true);
	return row;
}

static const char *
mode_phrase(enum policy_mode mode)
{
	static const char *const phrase[] = {
		[POLICY_DROPS] = "is dropped",
		[POLICY_DISABLES] = "is dropped, and disables the port",
		[POLICY_COUNTS] = "is only counted",
		[POLICY_OFF] = "is not checked",
	};

	return phrase[mode];
}

static void
add_difference(json_t *list, const char *what, json_t *sentence)
{
	json_array_append_new(list, json_pack("{s:s, s:o}", "what", what,
					      "sentence", sentence));
}

/* Where the port differs from the others, or NULL. */
static json_t *
difference_row(const struct fabric *f, const struct port *port,
	       const struct policy *most)
{
	json_t *list = json_array();
	struct policy p;

	policy_read(f, port, &p);
	for (unsigned int i = 0; i < POLICY_ITEMS; i++)
		if (p.item[i].a != most->item[i].a ||
		    p.item[i].b != most->item[i].b)
			add_difference(list, policy_item_name(i),
				       policy_sentence(&p, i));
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		if (p.mode[why] != most->mode[why])
			add_difference(list, drop_name(why),
				       json_sprintf("%s: %s %s.",
						    drop_name(why),
						    drop_meaning(why),
						    mode_phrase(p.mode[why])));
	if (json_array_size(list) == 0) {
		json_decref(list);
		return NULL;
	}
	return json_pack("{s:s, s:s, s:s, s:o}", "scope", "difference", "lan",
			 lan_name(f, port->lan), "port",
			 f->port[port->id]->name, "differs", list);
}

bool
policy_lans(const struct fabric *f, const char *only, size_t place[2],
	    json_t *rows)
{
	const struct view *v = f->view;
	const struct lan *lan;
	struct policy most;

	while (only != NULL && place[0] < v->nlans &&
	       strcmp(lan_name(f, &v->lan[place[0]]), only) != 0)
		place[0]++;
	if (place[0] >= v->nlans)
		return false;
	lan = &v->lan[place[0]];
	policy_most(f, lan, &most);
	if (place[1] == 0)
		json_array_append_new(rows, lan_row(f, lan, &most));
	for (unsigned int n = 0; n < PART_PORTS && place[1] < lan->nmembers;
	     n++) {
		json_t *row = difference_row(f, lan->member[place[1]++], &most);

		if (row != NULL)
			json_array_append_new(rows, row);
	}
	if (place[1] >= lan->nmembers) {
		place[0]++;
		place[1] = 0;
	}
	return place[0] < v->nlans && (only == NULL || place[1] > 0);
}

/* One port. */

static json_t *
macs_of(const struct port *port)
{
	json_t *list = json_array();
	char text[MAC_TEXT_SIZE];

	for (unsigned int i = 0; i < port->nmacs; i++)
		json_array_append_new(
			list, json_string(mac_format(port->mac[i], text)));
	return list;
}

static void
add_address(json_t *list, uint8_t family, const void *octets)
{
	struct ipaddr a = { .family = family };
	char text[PREFIX_TEXT_SIZE];

	memcpy(a.octet, octets, family == 4 ? 4 : 16);
	json_array_append_new(list, json_string(ipaddr_format(&a, text)));
}

static json_t *
addresses4(const struct port *port)
{
	json_t *list = json_array();

	for (unsigned int i = 0; port->lan != NULL && i < port->lan->nbound4;
	     i++) {
		uint32_t octets = htobe32(port->lan->bound4[i].address);

		if (port->lan->bound4[i].port == port->id)
			add_address(list, 4, &octets);
	}
	return list;
}

static json_t *
addresses6(const struct port *port)
{
	json_t *list = json_array();

	for (unsigned int i = 0; port->lan != NULL && i < port->lan->nbound6;
	     i++)
		if (port->lan->bound6[i].port == port->id)
			add_address(list, 6, port->lan->bound6[i].address);
	return list;
}

json_t *
policy_port(const struct fabric *f, const struct port *port)
{
	struct policy p;
	json_t *row = json_pack(
		"{s:s, s:s?, s:s, s:o, s:o, s:o, s:o}", "scope", "port", "lan",
		lan_name(f, port->lan), "port", f->port[port->id]->name, "tag",
		port->egress.tag != 0 ? json_integer(port->egress.tag)
				      : json_null(),
		"macs", macs_of(port), "ipv4", addresses4(port), "ipv6",
		addresses6(port));

	policy_read(f, port, &p);
	put_policy(row, &p, port->lan, false);
	return row;
}
