/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/status_link.h"

#include <stdio.h>
#include <string.h>

#include "fabric/api/value.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/lag_rt.h"

/* What LACP does not know of a link. */
enum below {
#define STATE(name, text) BELOW_##name,
#include "fabric/api/lag_state_list.h"
	BELOW_NOTHING
};

static const struct link_state below_states[] = {
#define STATE(name, text) { #name, text },
#include "fabric/api/lag_state_list.h"
	{ NULL, NULL },
};

static enum below
look_below(const struct fabric *f, const struct lag_link *link)
{
	const struct device_rt *d = link->device;

	if (d->closed)
		return BELOW_no_device;
	if (d->flap.until != 0)
		return BELOW_flapping;
	if (link->flap.until > f->now)
		return BELOW_damped;
	return BELOW_NOTHING;
}

struct link_state
status_link_state(const struct fabric *f, const struct lag_rt *l,
		  unsigned int i)
{
	const struct lag_link *link = &l->link[i];
	enum below below = look_below(f, link);
	enum lacp_why why = LACP_WHY_in_use;

	if (below != BELOW_NOTHING)
		return below_states[below];
	if (!atomic_load_explicit(&f->link[link->device->id],
				  memory_order_relaxed))
		why = LACP_WHY_no_link;
	else if (l->lacp)
		why = lacp_why(&l->machine, i);
	return (struct link_state){ lacp_why_name(why), lacp_why_text(why) };
}

unsigned int
status_count_links(const struct lag_rt *l)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		n += l->link[i].device != NULL;
	return n;
}

char *
status_device_name(const struct device_rt *d, char name[DEVSPEC_NAME_SIZE])
{
	return devspec_name(d->spec, name);
}

const struct lag_rt *
status_lag_of(const struct port_rt *p)
{
	return p != NULL && p->lag != NULL && p->lag->on ? p->lag : NULL;
}

json_t *
status_lacp_end(const struct lacp_info *end)
{
	char text[LACP_STATE_TEXT_SIZE], mac[MAC_TEXT_SIZE];
	json_t *row =
		json_pack("{s:s, s:i, s:i}", "system",
			  mac_format(end->system, mac), "system_priority",
			  (int)end->system_priority, "key", (int)end->key);

	if (row == NULL || end->port == 0)
		return row;
	value_put(row, "port", end->port);
	value_put(row, "port_priority", end->port_priority);
	json_object_set_new(row, "state",
			    json_string(lacp_state_text(end->state, text)));
	value_put(row, "state_bits", end->state);
	return row;
}

void
status_put_link_stats(const struct fabric *f, const struct lag_link *link,
		      json_t *row)
{
	struct link_stats s;

	link_stats(f, link->device, &link->base, &s);
#define PUT(name) value_put(row, #name, s.name);
	LINK_STATS(PUT)
#undef PUT
}

void
status_put_devices(const struct config_files *list, const struct port_rt *p,
		   json_t *row)
{
	const struct lag_rt *l = lag_of(&p->egress);
	json_t *devices = json_array();

	for (unsigned int i = 0; i < list->n; i++)
		json_array_append_new(devices, json_string(list->value[i]));
	json_object_set_new(row, "devices", devices);
	json_object_set_new(row, "links_in_use",
			    l != NULL ? value_number(l->nin_use) : json_null());
	json_object_set_new(row, "links_total",
			    l != NULL ? value_number(status_count_links(l))
				      : json_null());
}

/* As 'port stats' has them: an object with the counters of each link. */
json_t *
status_link_counters(struct fabric *f, const struct port_rt *p)
{
	const struct lag_rt *l = status_lag_of(p);
	json_t *links;

	if (l == NULL)
		return json_null();
	links = json_object();
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		const struct device_rt *d = l->link[i].device;
		char name[DEVSPEC_NAME_SIZE];
		struct device_stats s = { 0 };
		json_t *row;

		if (d == NULL)
			continue;
		row = json_object();
		status_put_link_stats(f, &l->link[i], row);
		if (!d->closed)
			f->backend->stats(f, d, &s);
#define PUT(counter) value_put(row, #counter, s.counter);
		DEVICE_STATS(PUT)
#undef PUT
		json_object_set_new(links, status_device_name(d, name), row);
	}
	return links;
}
