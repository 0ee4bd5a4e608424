/* SPDX-License-Identifier: BSD-3-Clause */
/* Finding the objects of the running fabric. */
#include "fabric/runtime/runtime.h"

#include <string.h>

#include "fabric/runtime/port_id.h"

struct port_rt *
runtime_live_port(const struct fabric *f, unsigned int id)
{
	struct port_rt *p = f->port[id];

	return p != NULL && !(p->flags & RT_RETIRED) ? p : NULL;
}

struct port_rt *
runtime_port(const struct fabric *f, const char *name)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		struct port_rt *p = runtime_live_port(f, i);

		if (p != NULL && strcmp(p->name, name) == 0)
			return p;
	}
	return NULL;
}

struct lan_rt *
runtime_lan(const struct fabric *f, const char *name)
{
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++) {
		struct lan_rt *l = f->lan[i];

		if (l != NULL && !(l->flags & RT_RETIRED) &&
		    strcmp(l->name, name) == 0)
			return l;
	}
	return NULL;
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
