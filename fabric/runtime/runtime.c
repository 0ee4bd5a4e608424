/* SPDX-License-Identifier: BSD-3-Clause */
/* Finding the objects of the running fabric. */
#include "fabric/runtime/runtime.h"

#include <stddef.h>
#include <stdio.h>

#include "fabric/datapath/worker.h"
#include "fabric/runtime/port_id.h"

void
runtime_wake_workers(struct fabric *f)
{
	for (unsigned int i = 0; i < f->nworkers; i++)
		wakeup_ring(&f->worker[i]->wakeup);
}

void
runtime_override(const struct fabric *f, struct override *o, bool set)
{
	if (o->set == set)
		return;
	o->set = set;
	o->since = f->now;
	snprintf(o->by, sizeof(o->by), "%s", f->by != NULL ? f->by : "");
}

struct port_rt *
runtime_live_port(const struct fabric *f, unsigned int id)
{
	struct port_rt *p = f->port[id];

	return p != NULL && !(p->flags & RT_RETIRED) ? p : NULL;
}

#define OF_LINK(type, link)                                                    \
	((struct type *)(void *)((char *)(link)-offsetof(struct type, by_name)))

void
runtime_add_port(struct fabric *f, struct port_rt *p)
{
	f->port[p->id] = p;
	nametab_add(&f->ports, &p->by_name, p->name);
}

void
runtime_add_lan(struct fabric *f, struct lan_rt *l)
{
	f->lan[l->id] = l;
	nametab_add(&f->lans, &l->by_name, l->name);
}

void
runtime_remove_port(struct fabric *f, struct port_rt *p)
{
	if (f->port[p->id] != p)
		return;
	f->port[p->id] = NULL;
	nametab_remove(&f->ports, &p->by_name);
}

void
runtime_remove_lan(struct fabric *f, struct lan_rt *l)
{
	if (f->lan[l->id] != l)
		return;
	f->lan[l->id] = NULL;
	nametab_remove(&f->lans, &l->by_name);
}

struct port_rt *
runtime_port(const struct fabric *f, const char *name)
{
	struct nametab_link *link = nametab_find(&f->ports, name);

	/* One that was retired may have the name of a new one. */
	while (link != NULL && OF_LINK(port_rt, link)->flags & RT_RETIRED)
		link = nametab_next(link);
	return link != NULL ? OF_LINK(port_rt, link) : NULL;
}

struct lan_rt *
runtime_lan(const struct fabric *f, const char *name)
{
	struct nametab_link *link = nametab_find(&f->lans, name);

	while (link != NULL && OF_LINK(lan_rt, link)->flags & RT_RETIRED)
		link = nametab_next(link);
	return link != NULL ? OF_LINK(lan_rt, link) : NULL;
}

const struct config_port *
runtime_carrier(const struct config *c, const struct config_port *p)
{
	return p->parent[0] != '\0' ? config_port(c, p->parent) : p;
}

uint16_t
fabric_port_id(const struct fabric *f, const char *name)
{
	const struct port_rt *p = runtime_port(f, name);

	return p != NULL ? p->id : FABRIC_NO_PORT;
}

const char *
fabric_port_name(const struct fabric *f, uint16_t id)
{
	return id < PORTS_MAX && f->port[id] != NULL ? f->port[id]->name : NULL;
}
