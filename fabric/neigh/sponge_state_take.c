/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/neigh/sponge_state_take.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "fabric/neigh/neigh_impl.h"
#include "fabric/neigh/sponge_state.h"
#include "lib/mac.h"
#include "lib/mactab.h"

/* Rows of an operator whose port is gone are charged to a port of their own. */
#define OPERATOR PORTS_MAX

/* A row of the text, and what it refers to. */
struct row {
	struct fabric *f;
	struct lan_rt *lan;
	struct sponge_taken *taken;
	const char *state, *ip, *port, *mac; /* as in the text */
	struct ipaddr address;
	uint16_t port_id; /* PORTS_MAX: none of this LAN */
	struct net_rt *net;
	uint32_t slot;
	struct sponge_address known;
};

static int __attribute__((format(printf, 2, 3)))
reject(struct sponge_taken *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->why, sizeof(t->why), fmt, ap);
	va_end(ap);
	return -EINVAL;
}

/* Counts an unused row, and keeps the first reason. */
static void
skip(struct sponge_taken *t, const char *lan, const char *what, const char *why)
{
	if (t->unused++ == 0 && !t->stale)
		reject(t, "lan %s: %s%s%s", lan, what,
		       *what != '\0' ? ": " : "", why);
}

static void
skip_row(const struct row *r, const char *why)
{
	char ip[PREFIX_TEXT_SIZE] = "";

	if (r->address.family != 0)
		ipaddr_format(&r->address, ip);
	skip(r->taken, r->lan->name, ip, why);
}

static uint16_t
find_port(const struct row *r)
{
	const struct port_rt *p = runtime_port(r->f, r->port);

	return p != NULL && p->lan == r->lan->id ? p->id : PORTS_MAX;
}

/* Whether the port may use the MAC address, which is not checked yet. */
static bool
may_send_from(const struct row *r, uint64_t mac)
{
	const struct port *p = r->f->view->port[r->port_id];
	struct mactab_entry e;

	if (mac == 0 || mac_is_group(mac) || mac == r->lan->neigh->mac)
		return false;
	if (mactab_get(r->lan->macs, mac, &e) && e.flags & MACTAB_STATIC)
		return e.port == p->id;
	return p->flags & PORT_LEARNS || !(p->flags & PORT_LOCKS);
}

/* Whether the port may have the address with this MAC address. */
static bool
may_be_alive(const struct row *r, uint64_t mac)
{
	uint64_t owner = neightab_get_owner(r->net->neightab, r->slot);

	if (owner & NEIGHTAB_STRICT && neightab_owner_port(owner) != r->port_id)
		return false;
	return may_send_from(r, mac);
}

static void
set(const struct row *r, enum sponge_kind kind, uint64_t mac)
{
	sponge_set(r->net->sponge, r->slot, kind, 0, mac, r->f->now);
}

/* Whether the address was seen since the start: that is newer than the text. */
static bool
is_seen(const struct row *r)
{
	return r->net->address[r->slot].seen_at != 0;
}

static void
take_alive(const struct row *r)
{
	uint64_t mac;

	if (r->port_id == PORTS_MAX || mac_parse(r->mac, &mac) != 0 ||
	    !may_be_alive(r, mac)) {
		skip_row(r, "it cannot be alive there now");
		return;
	}
	if (!is_seen(r))
		set(r, SPONGE_ALIVE, mac);
	r->taken->alive++;
}

static void
take_dead(const struct row *r)
{
	bool fixed = sponge_params(r->net->sponge)->fixed ||
		     r->net->address[r->slot].born_dead;

	if (!is_seen(r))
		set(r, fixed ? SPONGE_DEAD : SPONGE_NONE, 0);
	if (fixed)
		r->taken->dead++;
	else
		r->taken->cleared++;
}

static void
take_static(const struct row *r)
{
	set(r, SPONGE_STATIC, 0);
	r->taken->fixed++;
}

/* An IPv6 address gets a slot, if the sponge takes it and there is room. */
static void
make_slot(struct row *r, bool fixed)
{
	uint16_t port = r->port_id;

	if (port == PORTS_MAX && fixed)
		port = OPERATOR;
	else if (port == PORTS_MAX)
		return;
	if (neigh_is_for6(r->f, r->lan, r->address.octet) &&
	    memcmp(r->address.octet, r->lan->neigh->own6, 16) != 0)
		r->net = neigh_add6(r->lan, r->address.octet, port, &r->slot);
}

/* The states of the ends of a prefix follow from the configuration. */
static bool
find_slot(struct row *r, bool fixed)
{
	r->net = neigh_find(r->lan, &r->address, &r->slot);
	if (r->net == NULL && r->address.family == 6)
		make_slot(r, fixed);
	return r->net != NULL && !neigh_is_end(r->net, r->slot) &&
	       sponge_look(r->net->sponge, r->slot, &r->known);
}

static const struct state {
	const char *name;
	void (*take)(const struct row *); /* NULL: ignored */
} states[] = {
	{ "static", take_static }, { "dead", take_dead },
	{ "alive", take_alive },   { "pending", NULL },
	{ "none", NULL },
};

static const struct state *
find_state(const char *name)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i].name, name) == 0)
			return &states[i];
	return NULL;
}

static void
take_row(struct row *r)
{
	const struct state *state = find_state(r->state);
	uint8_t family = strchr(r->ip, ':') != NULL ? 6 : 4;

	r->port_id = find_port(r);
	if (ipaddr_parse(r->ip, family, &r->address) != 0) {
		r->address.family = 0;
		skip_row(r, "not an address");
	} else if (state == NULL) {
		skip_row(r, "there is no such state");
	} else if (state->take != NULL &&
		   (!r->taken->stale || state->take == take_static)) {
		if (find_slot(r, state->take == take_static))
			state->take(r);
		else
			skip_row(r, "not an address that is sponged");
	}
}

static const char *
text_at(const json_t *row, size_t i)
{
	return json_string_value(json_array_get(row, i)) ?: "";
}

static void
take_lan(struct fabric *f, const char *name, const json_t *rows,
	 struct sponge_taken *t)
{
	struct row r = { .f = f, .lan = neigh_lan(f, name), .taken = t };
	const char *shown = config_name_is_valid(name) ? name : "?";
	const json_t *row;
	size_t i;

	if (!json_is_array(rows)) {
		skip(t, shown, "", "not a list of addresses");
		return;
	}
	json_array_foreach(rows, i, row)
	{
		if (r.lan == NULL) {
			skip(t, shown, "", "there is no sponge");
			continue;
		}
		r.state = text_at(row, 0);
		r.ip = text_at(row, 1);
		r.port = text_at(row, 2);
		r.mac = text_at(row, 3);
		take_row(&r);
	}
}

/* Only the orders of an operator are still valid. */
static int __attribute__((format(printf, 2, 3)))
age_out(struct sponge_taken *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->why, sizeof(t->why), fmt, ap);
	va_end(ap);
	t->stale = true;
	return 0;
}

/* Whether it is a state text; notes whether it is too old. */
static int
check(const struct fabric *f, const json_t *root, uint64_t wall,
      struct sponge_taken *t)
{
	const char *format = json_string_value(json_object_get(root, "format"));
	const json_t *version = json_object_get(root, "version");
	const json_t *written = json_object_get(root, "written");
	uint64_t age = f->config->fabric.state_age;

	if (format == NULL || strcmp(format, SPONGE_STATE_FORMAT) != 0)
		return reject(t, "it is another kind of file");
	if (json_integer_value(version) != SPONGE_STATE_VERSION)
		return reject(t, "its version is not %d", SPONGE_STATE_VERSION);
	if (!json_is_object(json_object_get(root, "lans")) ||
	    !json_is_integer(written) || json_integer_value(written) < 0)
		return reject(t, "it has no time or no LANs");
	if ((uint64_t)json_integer_value(written) > wall)
		return age_out(t, "it is from the future: is the clock right?");
	t->age = wall - (uint64_t)json_integer_value(written);
	if (t->age > age)
		return age_out(t,
			       "it is %" PRIu64 " s old, and state_age %" PRIu64
			       " s",
			       t->age, age);
	return 0;
}

/* Each address is logged in the log of its LAN alone. */
static void
take_lans(struct fabric *f, json_t *lans, struct sponge_taken *t)
{
	void (*event)(void *, const struct event *) = f->event;
	const char *name;
	json_t *rows;

	f->event = NULL;
	if (f->sponge_fresh)
		neigh_start(f);
	json_object_foreach(lans, name, rows) take_lan(f, name, rows, t);
	neigh_plan(f);
	f->event = event;
}

int
sponge_state_take(struct fabric *f, const char *text, size_t size,
		  uint64_t wall, struct sponge_taken *t)
{
	json_error_t error;
	json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
	int rc;

	memset(t, 0, sizeof(*t));
	if (root == NULL)
		return reject(t, "it is not whole: line %d", error.line);
	rc = check(f, root, wall, t);
	if (rc == 0)
		take_lans(f, json_object_get(root, "lans"), t);
	json_decref(root);
	return rc;
}
