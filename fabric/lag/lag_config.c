/* SPDX-License-Identifier: BSD-3-Clause */
/* Links that come and go with a configuration, and what it says of them. */
#include "fabric/lag/lag_impl.h"

#include <stdlib.h>
#include <string.h>

#include "fabric/config/config.h"
#include "lib/lagtable.h"

static_assert(CONFIG_LINKS_MAX == LAG_LINKS_MAX &&
		      LACP_LINKS_MAX == LAG_LINKS_MAX,
	      "as many links everywhere");

struct lag_rt *
lag_create(const struct fabric *f)
{
	struct lag_rt *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->due = UINT64_MAX;
	l->since = f->now;
	memset((void *)l->shared.slot, LAGTABLE_NONE, sizeof(l->shared.slot));
	return l;
}

static unsigned int
find(struct device_rt *const *slot, const struct device_rt *d)
{
	unsigned int i = 0;

	while (i < LAG_LINKS_MAX && slot[i] != d)
		i++;
	return i;
}

/* The slot of a running link that is one no more is taken last: workers use it. */
static unsigned int
free_slot(const struct lag_rt *l, struct device_rt *const *slot)
{
	for (unsigned int i = 0; l != NULL && i < LAG_LINKS_MAX; i++)
		if (slot[i] == NULL && l->link[i].device == NULL)
			return i;
	return find(slot, NULL);
}

void
lag_slots(const struct lag_rt *l, struct device_rt *const *device,
	  unsigned int n, struct device_rt *slot[LAG_LINKS_MAX])
{
	memset(slot, 0, LAG_LINKS_MAX * sizeof(slot[0]));
	for (unsigned int i = 0; l != NULL && i < LAG_LINKS_MAX; i++)
		for (unsigned int k = 0; k < n; k++)
			if (l->link[i].device == device[k])
				slot[i] = device[k];
	for (unsigned int k = 0; k < n; k++)
		if (find(slot, device[k]) == LAG_LINKS_MAX)
			slot[free_slot(l, slot)] = device[k];
}

void
lag_prepare(const struct fabric *f, struct lag_rt *l, bool lacp,
	    struct device_rt *const slot[LAG_LINKS_MAX])
{
	uint8_t table[LAGTABLE_BUCKETS];
	unsigned int links = 0;

	/* One that runs goes by what it has until the view is published. */
	if (l->on)
		return;
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		struct lag_link link = { .device = slot[i] };

		if (!lacp && lag_link_is_up(f, &link))
			links |= 1U << i;
		atomic_store_explicit(&l->shared.receives[i], links >> i & 1,
				      memory_order_relaxed);
	}
	lagtable_fill(table, links);
	lag_publish(l, table);
}

void
lag_leave(struct fabric *f, struct port_rt *p, const struct device_rt *d)
{
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		p->lag->link[i].leaves |= p->lag->link[i].device == d;
	lag_update(f, p);
}

void
lag_stay(struct fabric *f, struct port_rt *p)
{
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		p->lag->link[i].leaves = false;
	lag_update(f, p);
}

/* A link that goes, or one that comes, has no past. */
static void
replace_link(struct lag_rt *l, unsigned int i, struct device_rt *d)
{
	if (l->link[i].device == d)
		return;
	memset(&l->link[i], 0, sizeof(l->link[i]));
	l->link[i].device = d;
	l->link[i].is_new = true;
}

void
lag_take_links(struct port_rt *p, struct device_rt *const slot[LAG_LINKS_MAX])
{
	if (p->lag == NULL)
		return;
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		replace_link(p->lag, i, slot[i]);
}

static struct lacp_settings
settings_of(const struct config *c, const struct config_port *port,
	    const struct port_rt *p)
{
	return (struct lacp_settings){
		.system = p->lag->system,
		.system_priority = (uint16_t)c->fabric.lacp_priority,
		.key = (uint16_t)(p->id + 1),
		.active = port->lacp == CONFIG_LACP_ACTIVE,
		.fast = port->lacp_timeout == CONFIG_LACP_FAST,
		.fallback = port->lacp_fallback == CONFIG_ON,
		.min_links = port->min_links,
	};
}

/* Has LACP run on the links that the LAG has now. */
static void
keep_machine(struct fabric *f, struct lag_rt *l,
	     const struct lacp_settings *settings, bool lacp)
{
	bool begins = lacp && !l->lacp;

	l->lacp = lacp;
	if (!lacp)
		return;
	if (begins)
		lacp_begin(&l->machine, settings);
	else
		lacp_set(&l->machine, settings, f->now);
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		const struct lag_link *link = &l->link[i];

		if (!begins && link->is_new)
			lacp_remove(&l->machine, i);
		if (link->device != NULL && (begins || link->is_new))
			lacp_add(&l->machine, i,
				 (uint16_t)(link->device->id + 1));
	}
}

/* A new one counts from here on. */
static void
keep_link(const struct fabric *f, struct lag_link *link)
{
	if (link->is_new && link->device != NULL) {
		link_stats(f, link->device, NULL, &link->base);
		link->since = link->made_at = f->now;
	}
	link->leaves = link->is_new = false;
}

void
lag_keep(struct fabric *f, const struct config *c,
	 const struct config_port *port, struct port_rt *p)
{
	struct lag_rt *l = p->lag;
	struct lacp_settings settings;

	if (l == NULL)
		return;
	l->on = p->egress.lag != NULL;
	l->min_links = port->min_links;
	l->disabled = port->status == CONFIG_DISABLED;
	l->system = lag_system(f, c);
	settings = settings_of(c, port, p);
	keep_machine(f, l, &settings,
		     l->on && port->lacp != CONFIG_LACP_OFF && !f->lags_static);
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		keep_link(f, &l->link[i]);
	lag_update(f, p);
}
