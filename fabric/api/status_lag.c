/* SPDX-License-Identifier: BSD-3-Clause */
/* The links of a LAG: which are used, why others are not, what has gone by each. */
#include "fabric/api/status.h"

#include <stdio.h>
#include <string.h>

#include "fabric/api/status_link.h"
#include "fabric/api/value.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/lag_rt.h"
#include "lib/clock.h"

/* A link that is not used for less than this is no problem yet. */
#define PATIENCE (10 * CLOCK_SECOND)

/* What LACP knows of a link; null: without LACP. */
static void
put_lacp(const struct fabric *f, const struct lag_rt *l, unsigned int i,
	 json_t *row)
{
	struct lacp_info actor, partner;
	const struct lacp_counters *c;
	bool there;
	uint64_t at;

	json_object_set_new(row, "actor", json_null());
	json_object_set_new(row, "partner", json_null());
	json_object_set_new(row, "last_lacpdu_seconds", json_null());
	json_object_set_new(row, "lacp", json_null());
	if (!l->lacp)
		return;
	lacp_actor(&l->machine, i, &actor);
	there = lacp_partner(&l->machine, i, &partner);
	at = lacp_last_rx(&l->machine, i);
	c = lacp_counters(&l->machine, i);
	json_object_set_new(row, "actor", status_lacp_end(&actor));
	if (there)
		json_object_set_new(row, "partner", status_lacp_end(&partner));
	if (at != 0)
		json_object_set_new(
			row, "last_lacpdu_seconds",
			value_tenths((double)clock_since(f->now, at) /
				     CLOCK_SECOND));
	json_object_set_new(row, "lacp", json_object());
	row = json_object_get(row, "lacp");
#define COUNTER(name, sentence) value_put(row, #name, c->name);
#include "lib/lacp_counter_list.h"
}

static json_t *
link_row(const struct fabric *f, const struct lag_rt *l, unsigned int i)
{
	const struct lag_link *link = &l->link[i];
	const struct device_rt *d = link->device;
	struct link_state state = status_link_state(f, l, i);
	char name[DEVSPEC_NAME_SIZE];
	bool up = atomic_load_explicit(&f->link[d->id], memory_order_relaxed);
	json_t *row = json_pack(
		"{s:s, s:s, s:b, s:s, s:s, s:b, s:o, s:I, s:I, s:I}", "link",
		status_device_name(d, name), "device", d->spec, "in_use",
		link->in_use, "state", state.name, "meaning", state.meaning,
		"up", up, "speed_mbit", value_number_or_null(up ? d->speed : 0),
		"seconds",
		(json_int_t)(clock_since(f->now, link->since) / CLOCK_SECOND),
		"changes", (json_int_t)link->changes, "link_changes",
		(json_int_t)d->link_changes);

	if (row == NULL)
		return NULL;
	put_lacp(f, l, i, row);
	status_put_link_stats(f, link, row);
	return row;
}

static const char *
lacp_word(enum config_lacp lacp)
{
	return lacp == CONFIG_LACP_ACTIVE    ? "active"
	       : lacp == CONFIG_LACP_PASSIVE ? "passive"
					     : "off";
}

static void
put_ends(const struct lag_rt *l, json_t *row)
{
	struct lacp_info actor = { 0 }, partner = { 0 };
	unsigned int i = 0;

	json_object_set_new(row, "actor", json_null());
	json_object_set_new(row, "partner", json_null());
	if (!l->lacp)
		return;
	while (i < LAG_LINKS_MAX - 1 && l->link[i].device == NULL)
		i++;
	lacp_actor(&l->machine, i, &actor);
	actor.port = 0;
	json_object_set_new(row, "actor", status_lacp_end(&actor));
	if (!lacp_lag_partner(&l->machine, &partner))
		return;
	partner.port = 0;
	json_object_set_new(row, "partner", status_lacp_end(&partner));
}

json_t *
status_lag(struct fabric *f, const struct config_port *c)
{
	const struct port_rt *p = runtime_port(f, c->id);
	const struct lag_rt *l = status_lag_of(p);
	struct egress_link link;
	json_t *row, *links;

	if (l == NULL)
		return NULL;
	link = egress_link(f, &p->egress);
	row = json_pack(
		"{s:s, s:s, s:b, s:I, s:s, s:s?, s:b, s:I, s:I, s:I, s:o}",
		"port", c->id, "state", status_port_state(f, c), "up",
		lag_is_up(l), "seconds",
		(json_int_t)(clock_since(f->now, l->since) / CLOCK_SECOND),
		"lacp", lacp_word(l->lacp ? c->lacp : CONFIG_LACP_OFF),
		"timeout",
		!l->lacp                              ? NULL
		: c->lacp_timeout == CONFIG_LACP_FAST ? "fast"
						      : "slow",
		"fallback", l->lacp && c->lacp_fallback == CONFIG_ON,
		"min_links", (json_int_t)l->min_links, "links_in_use",
		(json_int_t)l->nin_use, "links_total",
		(json_int_t)status_count_links(l), "speed_mbit",
		value_number_or_null(link.up ? link.speed : 0));
	if (row == NULL)
		return NULL;
	put_ends(l, row);
	links = json_array();
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		if (l->link[i].device != NULL)
			json_array_append_new(links, link_row(f, l, i));
	json_object_set_new(row, "links", links);
	return row;
}

/* Problems. */

/* Whether a link has been out of use for so long that something is wrong. */
static bool
is_missed(const struct fabric *f, const struct lag_rt *l, unsigned int i,
	  const struct link_state *state)
{
	const struct lag_link *link = &l->link[i];

	if (link->device == NULL || link->in_use || link->device->closed)
		return false;
	/* As for other ports: one that has no cable at all is just down. */
	if (l->nin_use == 0 && strcmp(state->name, "no_link") == 0)
		return false;
	return clock_since(f->now, link->since) >= PATIENCE;
}

static void
add_missed(const struct fabric *f, const struct port_rt *p, json_t *problems)
{
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		const struct lag_rt *l = p->lag;
		struct link_state state = { 0 };
		char name[DEVSPEC_NAME_SIZE];

		if (l->link[i].device == NULL)
			continue;
		state = status_link_state(f, l, i);
		if (is_missed(f, l, i, &state))
			json_array_append_new(
				problems,
				json_sprintf(
					"port %s: link %s is not in use: %s",
					p->name,
					status_device_name(l->link[i].device,
							   name),
					state.meaning));
	}
}

/* Frames of one flow go by one link, so a slow one is full before the others. */
static void
add_speeds(const struct fabric *f, const struct port_rt *p, json_t *problems)
{
	uint32_t least = UINT32_MAX, most = 0;

	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		const struct lag_link *link = &p->lag->link[i];

		if (link->device == NULL || link->device->speed == 0 ||
		    !atomic_load_explicit(&f->link[link->device->id],
					  memory_order_relaxed))
			continue;
		if (link->device->speed < least)
			least = link->device->speed;
		if (link->device->speed > most)
			most = link->device->speed;
	}
	if (least < most)
		json_array_append_new(
			problems,
			json_sprintf("port %s: its links have different "
				     "speeds, %u and %u Mbit/s",
				     p->name, least, most));
}

static void
add_min_links(const struct port_rt *p, json_t *problems)
{
	const struct lag_rt *l = p->lag;

	if (l->nin_use != 0 && !lag_is_up(l))
		json_array_append_new(
			problems,
			json_sprintf("port %s is down: min_links is %u, and "
				     "%u link%s in use",
				     p->name, l->min_links, l->nin_use,
				     l->nin_use == 1 ? " is" : "s are"));
}

void
status_add_lags(const struct fabric *f, json_t *problems)
{
	for (unsigned int i = 0; i < f->config->nports; i++) {
		const struct config_port *c = &f->config->port[i];
		const struct port_rt *p = runtime_port(f, c->id);

		if (status_lag_of(p) == NULL || !status_port_is_wanted(c, p))
			continue;
		add_min_links(p, problems);
		add_missed(f, p, problems);
		add_speeds(f, p, problems);
	}
}
