/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/export_ixf.h"

#include <stdlib.h>
#include <string.h>

#include "apps/row.h"
#include "lib/mac.h"

struct export
{
	const struct config *c;
	const json_t *ports;
	struct faults *faults;
};

/* Adds what there is: an exporter leaves out what it does not know. */

static void
put_text(json_t *o, const char *key, const char *text)
{
	if (text != NULL && text[0] != '\0')
		json_object_set_new(o, key, json_string(text));
}

static void
put_number(json_t *o, const char *key, uint32_t n)
{
	if (n != 0)
		json_object_set_new(o, key, json_integer(n));
}

static const char *
first_of(const char *a, const char *b)
{
	return a != NULL && a[0] != '\0' ? a : b;
}

/* The exchange. */

static void
put_prefix(json_t *vlan, const char *key, const struct config_prefixes *list)
{
	char text[PREFIX_TEXT_SIZE];

	if (list->n == 0)
		return;
	json_object_set_new(vlan, key,
			    json_pack("{s:s, s:i}", "prefix",
				      ipaddr_format(&list->value[0].addr, text),
				      "mask_length",
				      (int)list->value[0].length));
}

static json_t *
vlans_of(const struct config *c)
{
	json_t *vlans = json_array();

	for (unsigned int i = 0; i < c->nlans; i++) {
		const struct config_lan *lan = &c->lan[i];
		json_t *vlan;

		if (lan->vlan == 0)
			continue;
		vlan = json_pack("{s:I, s:s}", "id", (json_int_t)lan->vlan,
				 "name", lan->id);
		put_prefix(vlan, "ipv4", &lan->ipv4);
		put_prefix(vlan, "ipv6", &lan->ipv6);
		json_array_append_new(vlans, vlan);
	}
	return vlans;
}

static json_t *
switch_of(const struct config *c)
{
	const struct config_ixf *k = &c->ixf;
	json_t *o = json_pack("{s:I}", "id", (json_int_t)k->switch_id);

	put_text(o, "name", first_of(k->switch_name, c->fabric.name));
	put_text(o, "colo", k->colo);
	put_number(o, "pdb_facility_id", k->pdb_facility_id);
	put_text(o, "city", k->city);
	put_text(o, "country", k->country);
	put_text(o, "manufacturer", "ixfabric");
	put_text(o, "model", "x86 DPDK");
	put_text(o, "software", IXF_VERSION);
	return o;
}

static json_t *
exchange_of(const struct config *c)
{
	const struct config_ixf *k = &c->ixf;
	json_t *o =
		json_pack("{s:I, s:I, s:s}", "ixf_id", (json_int_t)k->ixf_id,
			  "ixp_id", (json_int_t)k->ixp_id, "shortname",
			  first_of(k->shortname, c->fabric.name));

	put_text(o, "name", c->fabric.name);
	put_text(o, "country", k->country);
	put_text(o, "url", k->url);
	put_number(o, "peeringdb_id", k->peeringdb_id);
	put_text(o, "support_email", k->support_email);
	put_text(o, "support_phone", k->support_phone);
	put_text(o, "support_contact_hours", k->support_contact_hours);
	put_text(o, "emergency_email", k->emergency_email);
	put_text(o, "emergency_phone", k->emergency_phone);
	put_text(o, "stats_api", k->stats_api);
	json_object_set_new(o, "switch", json_pack("[o]", switch_of(c)));
	json_object_set_new(o, "vlan", vlans_of(c));
	return o;
}

/* The addresses of a port. */

static json_t *
macs_of(const struct config_port *p)
{
	json_t *macs = json_array();
	char text[MAC_TEXT_SIZE];

	for (unsigned int i = 0; i < p->mac.n; i++)
		json_array_append_new(
			macs, json_string(mac_format(p->mac.value[i], text)));
	return macs;
}

static json_t *
address_of(const struct config_port *p, const struct ipaddr *a)
{
	static const char *const service[] = {
		[CONFIG_SERVICE_ROUTE_SERVER] = "ixrouteserver",
		[CONFIG_SERVICE_ROUTE_COLLECTOR] = "ixroutecollector",
	};
	char text[PREFIX_TEXT_SIZE];
	json_t *o = json_pack("{s:s}", "address", ipaddr_format(a, text));

	put_text(o, "as_macro", p->as_set);
	json_object_set_new(o, "routeserver",
			    json_boolean(p->route_server == CONFIG_ON));
	json_object_set_new(o, "mac_addresses", macs_of(p));
	if (p->service != CONFIG_SERVICE_NONE)
		json_object_set_new(
			o, "services",
			json_pack("[{s:s}]", "type", service[p->service]));
	return o;
}

/* Address number 'n' that others can use, or NULL. */
static const struct ipaddr *
nth(const struct config_addresses *list, unsigned int n)
{
	for (unsigned int i = 0; i < list->n; i++)
		if (!ipaddr_is_link_local(&list->value[i]) && n-- == 0)
			return &list->value[i];
	return NULL;
}

/* A row has one address of each family, so a port with more has several rows. */
static void
add_vlans(const struct export *x, const struct config_port *p, json_t *list)
{
	json_int_t vlan = config_lan_of(x->c, p)->vlan;

	for (unsigned int i = 0;; i++) {
		const struct ipaddr *four = nth(&p->ipv4, i);
		const struct ipaddr *six = nth(&p->ipv6, i);
		json_t *row;

		if (i > 0 && four == NULL && six == NULL)
			return;
		row = json_pack("{s:I}", "vlan_id", vlan);
		if (four != NULL)
			json_object_set_new(row, "ipv4", address_of(p, four));
		if (six != NULL)
			json_object_set_new(row, "ipv6", address_of(p, six));
		json_array_append_new(list, row);
	}
}

/* Connections. */

static const struct config_port *
carrier_of(const struct export *x, const struct config_port *p)
{
	const struct config_port *parent =
		p->parent[0] != '\0' ? config_port(x->c, p->parent) : NULL;

	return parent != NULL ? parent : p;
}

static uint32_t
link_speed(const struct export *x, const char *port)
{
	const json_t *row;
	size_t i;

	json_array_foreach(
		x->ports, i,
		row) if (strcmp(row_word(row, "port"), port) ==
			 0) return (uint32_t)row_number(row, "speed_mbit");
	return 0;
}

static uint32_t
speed_of(const struct export *x, const struct config_port *p)
{
	const struct config_port *carrier = carrier_of(x, p);

	if (p->speed != 0)
		return p->speed;
	return carrier->speed != 0 ? carrier->speed
				   : link_speed(x, carrier->id);
}

static json_t *
begin_connection(const struct export *x, const struct config_port *p)
{
	json_t *interface = json_pack("{s:I}", "switch_id",
				      (json_int_t)x->c->ixf.switch_id);

	put_number(interface, "if_speed", speed_of(x, p));
	return json_pack("{s:I, s:s, s:[o], s:[]}", "ixp_id",
			 (json_int_t)x->c->ixf.ixp_id, "state",
			 p->status == CONFIG_CONNECTED ? "active" : "inactive",
			 "if_list", interface, "vlan_list");
}

/* What is exported: a port of a member, in a LAN. */
static bool
is_shown(const struct export *x, const struct config_port *p)
{
	return p->asn != 0 && p->ixf == CONFIG_ON &&
	       config_lan_of(x->c, p) != NULL;
}

/* The ports of a member, in the order of the file. */
struct member {
	const struct config_port **port;
	size_t n;
};

/* Ports of the member on one device are one connection. */
static json_t *
connections_of(const struct export *x, const struct member *m)
{
	json_t *list = json_array();

	for (size_t i = 0; i < m->n; i++) {
		const struct config_port *carrier = carrier_of(x, m->port[i]);
		size_t first = 0;
		json_t *connection;

		while (carrier_of(x, m->port[first]) != carrier)
			first++;
		if (first < i)
			continue;
		connection = begin_connection(x, m->port[i]);
		for (size_t k = i; k < m->n; k++)
			if (carrier_of(x, m->port[k]) == carrier)
				add_vlans(x, m->port[k],
					  json_object_get(connection,
							  "vlan_list"));
		json_array_append_new(list, connection);
	}
	return list;
}

/* Members. */

#define FIRST(m, key)                                                          \
	({                                                                     \
		const char *found = NULL;                                      \
		for (size_t i = (m)->n; i-- > 0;)                              \
			found = first_of((m)->port[i]->key, found);            \
		found;                                                         \
	})

static enum config_member_type
type_of(const struct member *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->port[i]->member_type != CONFIG_MEMBER_PEERING)
			return m->port[i]->member_type;
	return CONFIG_MEMBER_PEERING;
}

static json_t *
member_of(const struct export *x, const struct member *m)
{
	static const char *const type[] = {
		[CONFIG_MEMBER_PEERING] = "peering",
		[CONFIG_MEMBER_IXP] = "ixp",
		[CONFIG_MEMBER_OTHER] = "other",
	};
	json_t *o =
		json_pack("{s:I, s:s}", "asnum", (json_int_t)m->port[0]->asn,
			  "member_type", type[type_of(m)]);
	const char *email = FIRST(m, contact_email);

	put_text(o, "name", FIRST(m, description));
	put_text(o, "url", FIRST(m, url));
	if (email != NULL)
		json_object_set_new(o, "contact_email",
				    json_pack("[s]", email));
	put_text(o, "peering_policy", FIRST(m, peering_policy));
	put_text(o, "peering_policy_url", FIRST(m, peering_policy_url));
	json_object_set_new(o, "connection_list", connections_of(x, m));
	return o;
}

static int
by_asn(const void *a, const void *b)
{
	const struct config_port *p = *(const struct config_port *const *)a;
	const struct config_port *q = *(const struct config_port *const *)b;

	if (p->asn != q->asn)
		return p->asn < q->asn ? -1 : 1;
	return p < q ? -1 : 1; /* of one array: the order of the file */
}

static json_t *
members_of(const struct export *x)
{
	const struct config_port **port =
		calloc(x->c->nports + 1, sizeof(*port));
	json_t *list = json_array();
	size_t n = 0, end;

	if (port == NULL)
		return list;
	for (unsigned int i = 0; i < x->c->nports; i++)
		if (is_shown(x, &x->c->port[i]))
			port[n++] = &x->c->port[i];
	qsort(port, n, sizeof(*port), by_asn);
	for (size_t i = 0; i < n; i = end) {
		struct member m = { port + i, 0 };

		for (end = i; end < n && port[end]->asn == port[i]->asn; end++)
			m.n++;
		json_array_append_new(list, member_of(x, &m));
	}
	free(port);
	return list;
}

/* What the format needs. */
static void
check(const struct export *x)
{
	struct where at = { .file = x->c->path };

	if (x->c->ixf.ixf_id == 0)
		faults_error(x->faults, at, "ixf",
			     "'ixf_id' is missing: the number of the exchange "
			     "at https://ixpdb.euro-ix.net/");
	for (unsigned int i = 0; i < x->c->nports; i++) {
		const struct config_port *p = &x->c->port[i];
		const struct config_lan *lan = config_lan_of(x->c, p);

		if (is_shown(x, p) && lan->vlan == 0)
			faults_error(x->faults, lan->at, lan->id,
				     "'vlan' is missing: the export names LANs "
				     "by this number");
	}
}

json_t *
export_ixf(const struct config *c, const json_t *ports, time_t now,
	   struct faults *faults)
{
	struct export x = { c, ports, faults };
	char text[32];
	struct tm tm;

	check(&x);
	if (faults_errors(faults) > 0)
		return NULL;
	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return json_pack("{s:s, s:s, s:[o], s:o}", "version", "1.0",
			 "timestamp", text, "ixp_list", exchange_of(c),
			 "member_list", members_of(&x));
}
