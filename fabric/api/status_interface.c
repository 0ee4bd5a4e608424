/* SPDX-License-Identifier: BSD-3-Clause */
/* A port as an interface of SNMP and sFlow: RFC 2863. */
#include <string.h>

#include "fabric/api/status.h"
#include "fabric/api/status_link.h"
#include "fabric/api/value.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/if_counters.h"
#include "fabric/runtime/lag_rt.h"
#include "fabric/runtime/port_index.h"
#include "fabric/runtime/runtime.h"

/* Of a port without a LAN: what its device takes. */
static uint32_t
mtu_of(const struct fabric *f, const struct config_lan *lan,
       const struct port_rt *p)
{
	const struct device_rt *d = f->device[egress_device(&p->egress)];

	if (lan != NULL)
		return lan->mtu;
	return d != NULL ? d->mtu : 0;
}

static void
put_identity(struct fabric *f, json_t *row, const struct config_port *c,
	     const struct port_rt *p)
{
	const struct config_lan *lan = config_lan_of(f->config, c);

	json_object_set_new(row, "index",
			    value_number_or_null(port_index(f, c)));
	/* Of a bridge: 1 to 65535 (dot1dBasePort of RFC 4188). */
	value_put(row, "number", p->id + 1U);
	json_object_set_new(row, "description",
			    value_text_or_null(c->description));
	json_object_set_new(row, "lan", value_text_or_null(c->lan));
	json_object_set_new(row, "vlan",
			    value_number_or_null(lan != NULL ? lan->vlan : 0));
	json_object_set_new(row, "tag", value_number_or_null(c->tag));
	value_put(row, "mtu", mtu_of(f, lan, p));
}

static void
put_state(struct fabric *f, json_t *row, const struct config_port *c,
	  const struct port_rt *p)
{
	struct egress_link link = egress_link(f, &p->egress);

	json_object_set_new(row, "admin_up",
			    json_boolean(status_port_is_wanted(c, p)));
	json_object_set_new(row, "oper_up",
			    json_boolean(status_port_forwards(f, c)));
	value_put(row, "speed_mbit", link.up ? link.speed : 0);
	json_object_set_new(row, "link_seconds",
			    value_seconds(f->now, link.since));
	json_object_set_new(row, "counting_seconds",
			    value_seconds(f->now, p->made_at));
}

/* What dot3adAggPortTable of SNMP has of a link; null: without LACP. */
static json_t *
lacp_of(const struct lag_rt *l, unsigned int i)
{
	struct lacp_info actor, partner = { 0 };
	const struct lacp_counters *n;
	json_t *row;

	if (!l->lacp)
		return json_null();
	lacp_actor(&l->machine, i, &actor);
	lacp_partner(&l->machine, i, &partner);
	n = lacp_counters(&l->machine, i);
	row = json_object();
	json_object_set_new(row, "actor", status_lacp_end(&actor));
	json_object_set_new(row, "partner", status_lacp_end(&partner));
	json_object_set_new(row, "attached",
			    json_boolean(lacp_collects(&l->machine, i)));
#define COUNTER(name, sentence) value_put(row, #name, n->name);
#include "lib/lacp_counter_list.h"
	return row;
}

/* A link of a LAG, which is an interface, too. */
static json_t *
link_row(struct fabric *f, const struct config_port *c, const struct port_rt *p,
	 unsigned int i)
{
	const struct lag_rt *l = p->lag;
	const struct lag_link *link = &l->link[i];
	const struct device_rt *d = link->device;
	bool up = atomic_load_explicit(&f->link[d->id], memory_order_relaxed);
	char name[DEVSPEC_NAME_SIZE];
	struct if_counters counters;
	json_t *row = json_object();

	json_object_set_new(
		row, "name",
		json_sprintf("%s/%s", c->id, status_device_name(d, name)));
	json_object_set_new(row, "index", value_number_or_null(d->index));
	value_put(row, "mtu", d->mtu);
	json_object_set_new(row, "admin_up",
			    json_boolean(status_port_is_wanted(c, p)));
	json_object_set_new(row, "oper_up", json_boolean(up));
	json_object_set_new(row, "in_use", json_boolean(link->in_use));
	value_put(row, "speed_mbit", up ? d->speed : 0);
	json_object_set_new(row, "link_seconds",
			    value_seconds(f->now, d->since));
	json_object_set_new(row, "counting_seconds",
			    value_seconds(f->now, link->made_at));
	if_counters_link(f, link, &counters);
#define PUT(name) value_put(row, #name, counters.name);
	IF_COUNTERS(PUT)
#undef PUT
	json_object_set_new(row, "lacp", lacp_of(l, i));
	return row;
}

static void
put_links(struct fabric *f, json_t *row, const struct config_port *c,
	  const struct port_rt *p)
{
	json_t *links;

	json_object_set_new(row, "links", json_null());
	if (status_lag_of(p) == NULL)
		return;
	links = json_array();
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		if (p->lag->link[i].device != NULL)
			json_array_append_new(links, link_row(f, c, p, i));
	json_object_set_new(row, "links", links);
}

json_t *
status_port_interface(struct fabric *f, const struct config_port *c)
{
	struct port_rt *p = runtime_port(f, c->id);
	json_t *row = json_pack("{s:s}", "port", c->id);
	struct if_counters counters;

	if (p == NULL || row == NULL)
		return row;
	put_identity(f, row, c, p);
	put_state(f, row, c, p);
	if_counters(f, p, &counters);
#define PUT(name) value_put(row, #name, counters.name);
	IF_COUNTERS(PUT)
#undef PUT
	put_links(f, row, c, p);
	return row;
}
