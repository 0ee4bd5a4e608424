/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Checks that need all sections: references, values that must be unique, keys
 * that need each other, and warnings.
 *
 * A key with a wrong value counts as given, and what depends on it is not
 * checked: one mistake is reported once.
 */
#include "fabric/config/config_impl.h"

#include <sys/stat.h>

#include "fabric/config/devspec.h"
#include "fabric/config/listen.h"
#include "lib/mac.h"

struct check {
	struct config_reading *r;
	struct config *c;
	struct faults *faults;

	/* The section that is checked. */
	const char *type, *id;
	char title[CONFIG_TITLE_SIZE];
	const struct config_port *port; /* if it is a port */
	const struct config_lan *lan; /* of the port; NULL: none, or unknown */

	struct config_claims *claims;
	bool *carries;       /* port i is the parent of others */
	unsigned int *nmacs; /* of LAN i */
	bool no_memory;
};

static struct where
port_place(const struct check *k, enum config_port_key key)
{
	return config_place(k->port->at, k->port->line[key]);
}

static void
begin(struct check *k, const char *type, const char *id)
{
	k->type = type;
	k->id = id;
	snprintf(k->title, sizeof(k->title), "%s %s", type, id);
}

static void
claim(struct check *k, const char *what, const char *scope, const char *value,
      struct where at)
{
	struct config_claimant claimant = { k->type, k->id, at };

	if (config_claim(k->claims, what, scope, value, claimant) != 0)
		k->no_memory = true;
}

static void
claim_number(struct check *k, const char *what, const char *scope, uint32_t n,
	     struct where at)
{
	char text[16];

	if (n == 0)
		return;
	snprintf(text, sizeof(text), "%u", n);
	claim(k, what, scope, text, at);
}

static void
report_missing(struct check *k, enum config_section_kind kind, const char *id,
	       struct where at)
{
	const struct config_section *s = &config_sections[kind];
	const char *near = NULL;

	if (k->r->lost)
		return;
	if (faults_errors(k->faults) < FAULTS_MAX)
		near = config_nearest(k->c, s->type, id);
	if (near == NULL)
		faults_error(k->faults, at, k->title, "there is no [%s %s]",
			     s->type, id);
	else
		faults_error(k->faults, at, k->title,
			     "there is no [%s %s] (did you mean '%s'?)",
			     s->type, id, near);
}

/* Every port uses one device: its own, or that of its parent. */
static void
check_attachment(struct check *k)
{
	bool device = config_port_has(k->port, CONFIG_PORT_device);
	bool parent = config_port_has(k->port, CONFIG_PORT_parent);
	bool tag = config_port_has(k->port, CONFIG_PORT_tag);
	bool unsure = k->port->incomplete;

	if (device && parent)
		faults_error(k->faults, port_place(k, CONFIG_PORT_parent),
			     k->title,
			     "has both 'device' and 'parent': a tagged port "
			     "uses the device of its parent, leave one out");
	else if (tag && !parent && !unsure)
		faults_error(k->faults, port_place(k, CONFIG_PORT_tag),
			     k->title,
			     "'tag' needs 'parent', the port whose device "
			     "carries the tagged frames");
	else if (parent && !tag && !unsure)
		faults_error(k->faults, port_place(k, CONFIG_PORT_parent),
			     k->title,
			     "'parent' needs 'tag', the VLAN tag of this port");
	else if (!device && !parent && !unsure)
		faults_error(k->faults, k->port->at, k->title,
			     "needs 'device', or 'parent' and 'tag'");
}

/* The name of a device and its kernel interface must be unique. */
static void
check_device(struct check *k, const char *device, struct where at)
{
	char interface[DEVSPEC_NAME_SIZE];
	struct devspec spec;

	if (devspec_parse(device, &spec) != 0) {
		faults_error(
			k->faults, at, k->title,
			"device = %s: must begin with a name of 1 to %d octets",
			device, DEVSPEC_NAME_SIZE - 1);
		return;
	}
	claim(k, "device", "", spec.name, at);
	if (spec.driver != NULL && spec.driver->kernel &&
	    devspec_value(spec.args, "iface", interface, sizeof(interface)))
		claim(k, "interface", "", interface, at);
	config_check_device(device, &spec, at, k->title, k->faults);
}

static void
check_devices(struct check *k)
{
	const struct config_files *devices = &k->port->device;

	for (unsigned int i = 0; i < devices->n; i++)
		check_device(k, devices->value[i], devices->at[i]);
	config_check_links(k->port, k->title, k->faults);
}

static void
check_parent(struct check *k)
{
	const struct config_port *parent;
	struct where at = port_place(k, CONFIG_PORT_parent);

	if (k->port->parent[0] == '\0')
		return;
	parent = config_port(k->c, k->port->parent);
	if (parent == NULL) {
		report_missing(k, CONFIG_SECTION_PORT, k->port->parent, at);
		return;
	}
	k->carries[parent - k->c->port] = true;
	if (config_port_has(parent, CONFIG_PORT_parent))
		faults_error(k->faults, at, k->title,
			     "[port %s] has no device of its own, so it cannot "
			     "be a parent",
			     parent->id);
	claim_number(k, "tag", parent->id, k->port->tag,
		     port_place(k, CONFIG_PORT_tag));
}

/* The keys that a port without a LAN can have. */
static const bool needs_no_lan[CONFIG_PORT_KEYS] = {
	[CONFIG_PORT_device] = true,        [CONFIG_PORT_parent] = true,
	[CONFIG_PORT_tag] = true,           [CONFIG_PORT_lan] = true,
	[CONFIG_PORT_description] = true,   [CONFIG_PORT_asn] = true,
	[CONFIG_PORT_index] = true,         [CONFIG_PORT_status] = true,
	[CONFIG_PORT_speed] = true,         [CONFIG_PORT_lacp] = true,
	[CONFIG_PORT_lacp_timeout] = true,  [CONFIG_PORT_min_links] = true,
	[CONFIG_PORT_lacp_fallback] = true,
};

static void
check_without_lan(struct check *k)
{
	const struct config_section *ports =
		&config_sections[CONFIG_SECTION_PORT];

	for (enum config_port_key i = 0; i < CONFIG_PORT_KEYS; i++)
		if (!needs_no_lan[i] && config_port_has(k->port, i))
			faults_error(k->faults, port_place(k, i), k->title,
				     "'%s' needs 'lan'", ports->key[i].name);
	if (config_port_has(k->port, CONFIG_PORT_parent))
		faults_error(k->faults, k->port->at, k->title,
			     "needs 'lan', since it is a tagged port");
}

static void
check_lan_of_port(struct check *k)
{
	if (k->lan != NULL)
		k->c->lan_ports[k->lan - k->c->lan]++;
	else if (k->port->lan[0] != '\0')
		report_missing(k, CONFIG_SECTION_LAN, k->port->lan,
			       port_place(k, CONFIG_PORT_lan));
	else if (!k->port->bad[CONFIG_PORT_lan] && !k->port->incomplete)
		check_without_lan(k);
}

static void
check_mac(struct check *k, uint64_t mac, struct where at)
{
	const struct config_lan *lan = k->lan;
	char text[MAC_TEXT_SIZE];

	claim(k, "mac", lan->id, mac_format(mac, text), at);
	if (mac == lan->sponge_mac) {
		struct where own =
			config_place(lan->at, lan->line[CONFIG_LAN_sponge_mac]);

		faults_error(k->faults, at, k->title,
			     "mac %s is the sponge_mac of [lan %s] (%s:%u)",
			     text, lan->id, own.file, own.line);
	}
}

static void
check_macs(struct check *k)
{
	for (unsigned int i = 0; i < k->port->mac.n; i++)
		check_mac(k, k->port->mac.value[i], k->port->mac.at[i]);
	k->nmacs[k->lan - k->c->lan] += k->port->mac.n;
}

static void
check_addresses(struct check *k, const struct config_addresses *addresses)
{
	for (unsigned int i = 0; i < addresses->n; i++) {
		const struct ipaddr *a = &addresses->value[i];
		const char *what = a->family == 4 ? "ipv4" : "ipv6";
		struct where at = addresses->at[i];
		char text[PREFIX_TEXT_SIZE];

		claim(k, what, k->lan->id, ipaddr_format(a, text), at);
		config_check_address(k->r, k->title, what, k->lan, a, at);
	}
}

static void
check_acl(struct check *k, const char *name, struct where at)
{
	if (name[0] != '\0' && config_acl(k->c, name) == NULL)
		report_missing(k, CONFIG_SECTION_ACL, name, at);
}

/* A valid port that cannot receive anything is not what was meant. */
static void
check_reachable(struct check *k)
{
	if (k->lan->profile == CONFIG_OPEN ||
	    config_port_has(k->port, CONFIG_PORT_mac) ||
	    k->port->status == CONFIG_DISABLED ||
	    k->port->listen != CONFIG_HEARS_OFF ||
	    k->port->bad[CONFIG_PORT_mac_limit] || k->port->incomplete ||
	    k->lan->bad[CONFIG_LAN_mac_limit] ||
	    k->lan->bad[CONFIG_LAN_profile] || k->lan->incomplete ||
	    config_mac_limit(k->c, k->port) != 0)
		return;
	faults_warning(
		k->faults, k->port->at, k->title,
		"drops every frame: it has no 'mac', and its mac_limit is 0");
}

static unsigned int
ports_of(const struct config *c, const struct config_lan *lan)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < c->nports; i++)
		n += strcmp(c->port[i].lan, lan->id) == 0;
	return n;
}

/*
 * Of a port or a LAN.  A port may have the whole table, as an uplink or for a
 * measurement; that it shares it with others is easily overlooked.
 */
static void
check_mac_limit(struct check *k, const struct config_lan *lan, uint32_t limit,
		struct where at)
{
	uint32_t most = k->c->fabric.mac_table;

	if (limit == CONFIG_LIMIT_AUTO || limit == CONFIG_LIMIT_UNSET ||
	    limit < most || k->c->fabric.bad[CONFIG_FABRIC_mac_table] ||
	    lan == NULL)
		return;
	if (limit > most)
		faults_warning(k->faults, at, k->title,
			       "mac_limit = %u: a port learns at most %u "
			       "addresses, those of mac_table; raise mac_table "
			       "in [fabric]",
			       limit, most);
	if (ports_of(k->c, lan) > 1)
		faults_warning(
			k->faults, at, k->title,
			"mac_limit = %u: one port can fill the MAC table "
			"(mac_table = %u) of [lan %s]; then its other "
			"ports learn no more, and frames to addresses "
			"not learned are flooded; lower mac_limit, or "
			"raise mac_table in [fabric]",
			limit, most, lan->id);
}

static void
check_port(struct check *k, unsigned int i)
{
	const struct config_port *port = &k->c->port[i];

	begin(k, "port", port->id);
	k->port = port;
	k->lan = config_lan(k->c, port->lan);
	check_attachment(k);
	check_devices(k);
	check_parent(k);
	check_lan_of_port(k);
	claim_number(k, "index", "", port->index,
		     port_place(k, CONFIG_PORT_index));
	claim_number(k, "vli", "", port->vli, port_place(k, CONFIG_PORT_vli));
	if (k->lan == NULL)
		return;
	check_macs(k);
	check_addresses(k, &port->ipv4);
	check_addresses(k, &port->ipv6);
	check_reachable(k);
	check_mac_limit(k, k->lan, port->mac_limit,
			port_place(k, CONFIG_PORT_mac_limit));
	config_check_policy_of_port(k->c, port, k->title, k->faults);
	check_acl(k, port->acl, port_place(k, CONFIG_PORT_acl));
	check_acl(k, port->acl_out, port_place(k, CONFIG_PORT_acl_out));
}

/* A port without a LAN is only of use as a parent. */
static void
check_use(struct check *k, unsigned int i)
{
	const struct config_port *port = &k->c->port[i];

	if (k->carries[i] || port->device.n == 0 || port->lan[0] != '\0' ||
	    port->bad[CONFIG_PORT_lan] || port->incomplete || k->r->lost ||
	    config_mirror_to(k->c, port) != NULL)
		return;
	begin(k, "port", port->id);
	faults_error(k->faults, port->at, k->title,
		     "has no 'lan', no port has it as 'parent', and no mirror "
		     "has it as 'to'");
}

static void
claim_prefixes(struct check *k, const struct config_prefixes *list)
{
	char text[PREFIX_TEXT_SIZE];

	for (unsigned int i = 0; i < list->n; i++)
		claim(k, "prefix", k->id, prefix_format(&list->value[i], text),
		      list->at[i]);
}

static bool
is_same_or_within(const struct prefix *p, const struct prefix *of)
{
	return p->length >= of->length && prefix_contains(of, &p->addr);
}

/* An address belongs to one prefix.  config_claim() finds equal prefixes. */
static void
check_overlap(struct check *k, const struct config_prefixes *list,
	      unsigned int i)
{
	const struct prefix *p = &list->value[i];
	char text[PREFIX_TEXT_SIZE], other[PREFIX_TEXT_SIZE];

	for (unsigned int j = 0; j < i; j++) {
		const struct prefix *q = &list->value[j];

		if (p->length == q->length ||
		    (!is_same_or_within(p, q) && !is_same_or_within(q, p)))
			continue;
		faults_error(k->faults, list->at[i], k->title,
			     "ipv4 %s overlaps ipv4 %s (%s:%u): an address "
			     "must be in only one prefix",
			     prefix_format(p, text), prefix_format(q, other),
			     list->at[j].file, list->at[j].line);
		return;
	}
}

static void
check_lan(struct check *k, unsigned int i)
{
	const struct config_lan *lan = &k->c->lan[i];

	begin(k, "lan", lan->id);
	claim_number(k, "vlan", "", lan->vlan,
		     config_place(lan->at, lan->line[CONFIG_LAN_vlan]));
	check_acl(k, lan->acl,
		  config_place(lan->at, lan->line[CONFIG_LAN_acl]));
	check_acl(k, lan->acl_out,
		  config_place(lan->at, lan->line[CONFIG_LAN_acl_out]));
	check_mac_limit(k, lan, lan->mac_limit,
			config_place(lan->at, lan->line[CONFIG_LAN_mac_limit]));
	if (k->c->lan_ports[i] != 0)
		config_check_policy_of_lan(lan, k->title, k->faults);
	claim_prefixes(k, &lan->ipv4);
	claim_prefixes(k, &lan->ipv6);
	for (unsigned int n = 1; n < lan->ipv4.n; n++)
		check_overlap(k, &lan->ipv4, n);
	if (config_check_sponge(k->r, lan, k->claims) != 0)
		k->no_memory = true;
	if (k->c->lan_ports[i] == 0 && !k->r->lost)
		faults_warning(k->faults, lan->at, k->title,
			       "no port belongs to it");
	if (k->nmacs[i] > k->c->fabric.mac_table &&
	    !k->c->fabric.bad[CONFIG_FABRIC_mac_table])
		faults_error(k->faults, lan->at, k->title,
			     "its ports have %u MAC addresses, but mac_table "
			     "in [fabric] is %u: raise mac_table",
			     k->nmacs[i], k->c->fabric.mac_table);
}

static bool
is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

/* What the daemon writes must be no file that it reads, nor its socket. */
static void
check_state(struct check *k)
{
	const struct config_fabric *fabric = &k->c->fabric;
	struct where at =
		config_place(fabric->at, fabric->line[CONFIG_FABRIC_state]);

	if (strcmp(fabric->state, fabric->socket) == 0)
		faults_error(k->faults, at, "fabric",
			     "state = %s: is the control socket",
			     fabric->state);
	for (unsigned int i = 0; i < k->c->nfiles; i++)
		if (is_same_file(fabric->state, k->c->file[i]))
			faults_error(k->faults, at, "fabric",
				     "state = %s: is a file of the "
				     "configuration, which the daemon would "
				     "overwrite",
				     fabric->state);
}

static void
check_units(const struct config *c, struct faults *faults)
{
	for (unsigned int i = 0; i < CONFIG_SECTIONS; i++) {
		const struct config_section *kind = &config_sections[i];

		for (unsigned int n = 0; n < config_section_count(c, kind); n++)
			config_check_units(kind, config_section_at(c, kind, n),
					   faults);
	}
}

static unsigned int
count_enabled(const struct config *c)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < c->nports; i++)
		n += c->port[i].status != CONFIG_DISABLED;
	return n;
}

bool
config_check_service(const struct config *c, struct faults *faults)
{
	struct where at = { .file = c->path };

	if (c->nports == 0)
		faults_error(faults, at, NULL,
			     "has no port: an exchange needs at least one "
			     "section [port NAME]");
	else if (count_enabled(c) == 0)
		faults_warning(faults, at, NULL,
			       "every port is disabled: no frame is forwarded");
	config_check_limit(c, faults);
	config_check_buffers(c, 0, faults);
	return faults_errors(faults) == 0;
}

/* Two pages at one place, or a page without a place. */
static void
check_pages(struct check *k)
{
	const struct config_fabric *c = &k->c->fabric;
	struct listen own, public;

	if (c->status_page == CONFIG_ON && c->metrics == NULL)
		faults_error(
			k->faults,
			config_place(c->at, c->line[CONFIG_FABRIC_status_page]),
			"fabric",
			"status_page = on needs metrics, which says where "
			"the page is, such as metrics = 127.0.0.1:9477");
	if (c->metrics == NULL || c->public == NULL ||
	    listen_parse(c->metrics, &own) != 0 ||
	    listen_parse(c->public, &public) != 0 ||
	    !listen_overlaps(&own, &public))
		return;
	faults_error(k->faults,
		     config_place(c->at, c->line[CONFIG_FABRIC_public]),
		     "fabric",
		     "public = %s is where metrics = %s is: members must not "
		     "reach that; choose another port",
		     c->public, c->metrics);
}

int
config_check(struct config_reading *r)
{
	struct config *c = r->config;
	struct check k = { .r = r, .c = c, .faults = r->faults };

	k.claims = config_claims_create(r->faults);
	k.carries = calloc(c->nports + 1, sizeof(*k.carries));
	c->lan_ports = calloc(c->nlans + 1, sizeof(*c->lan_ports));
	k.nmacs = calloc(c->nlans + 1, sizeof(*k.nmacs));
	if (k.claims == NULL || k.carries == NULL || c->lan_ports == NULL ||
	    k.nmacs == NULL) {
		k.no_memory = true;
	} else {
		for (unsigned int i = 0; i < c->nports; i++)
			check_port(&k, i);
		for (unsigned int i = 0; i < c->nports; i++)
			check_use(&k, i);
		for (unsigned int i = 0; i < c->nlans; i++)
			check_lan(&k, i);
		check_state(&k);
		if (config_check_sflow(c, k.claims, r->faults) != 0)
			k.no_memory = true;
		config_check_mirrors(r);
		check_pages(&k);
		check_units(c, r->faults);
	}
	config_claims_free(k.claims);
	free(k.carries);
	free(k.nmacs);
	return k.no_memory ? -ENOMEM : 0;
}
