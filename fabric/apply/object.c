/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/apply/apply_impl.h"

#include <stdlib.h>
#include <string.h>

#include "fabric/apply/tables.h"
#include "fabric/lag/lag.h"
#include "fabric/neigh/neigh.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/learn_sweep.h"
#include "fabric/runtime/matrix.h"
#include "fabric/runtime/mirror.h"
#include "lib/acl_compile.h"
#include "lib/mactab.h"
#include "lib/movetab.h"

static void
find_devices(const struct fabric *f, const struct config *c, unsigned int i,
	     struct objects *o)
{
	const struct config_port *carrier = runtime_carrier(c, &c->port[i]);
	const struct port_rt *p = runtime_port(f, c->port[i].id);

	for (unsigned int k = 0; k < carrier->device.n; k++)
		o->device[i][k] = egress_find_device(f, &p->egress,
						     carrier->device.value[k]);
}

void
object_slots(const struct objects *o, const struct config *c, unsigned int port,
	     struct device_rt **slot)
{
	const struct config_port *carrier = runtime_carrier(c, &c->port[port]);

	memset(slot, 0, LAG_LINKS_MAX * sizeof(*slot));
	if (config_port_is_lag(carrier))
		lag_slots(o->lag[carrier - c->port], o->device[port],
			  carrier->device.n, slot);
}

struct objects *
objects_running(const struct fabric *f)
{
	const struct config *c = f->config;
	struct objects *o = calloc(1, sizeof(*o));

	for (unsigned int i = 0; o != NULL && i < c->nlans; i++) {
		o->lan[i] = runtime_lan(f, c->lan[i].id);
		o->macs[i] = o->lan[i]->macs;
	}
	for (unsigned int i = 0; o != NULL && i < c->nports; i++) {
		struct port_rt *p = runtime_port(f, c->port[i].id);

		o->port[i] = p;
		o->rules[i][0] = p->rules[0];
		o->rules[i][1] = p->rules[1];
		find_devices(f, c, i, o);
		if (p->lag != NULL && p->lag->on)
			o->lag[i] = p->lag;
		o->listener[i] = mirror_find(f, c->port[i].id, true);
	}
	for (unsigned int i = 0; o != NULL && i < c->nmirrors; i++)
		o->mirror[i] = mirror_find(f, c->mirror[i].id, false);
	return o;
}

unsigned int
object_lans(const struct apply *a)
{
	return a->config->nlans;
}

unsigned int
object_ports(const struct apply *a)
{
	return a->config->nports;
}

void
object_free_acl(struct acl_rt *a)
{
	if (a == NULL)
		return;
	acl_free(a->compiled);
	free(a->rule);
	free(a);
}

void
object_free_lan(struct fabric *f, struct lan_rt *l)
{
	if (l == NULL)
		return;
	learn_sweep_forget(f, l);
	tables_forget_lan(f->old_tables, l);
	runtime_remove_lan(f, l);
	mactab_free(l->macs);
	movetab_free(l->moves);
	neigh_free_nets(l->nets);
	neigh_free_nets(l->old_nets);
	neigh_free(l->neigh);
	free(l);
}

uint8_t
object_next_stay(const struct port_rt *p, uint16_t lan)
{
	return (uint8_t)((p->stay + (lan != p->lan)) % PORT_STAYS);
}

void
object_free_port(struct fabric *f, struct port_rt *p)
{
	if (p == NULL)
		return;
	runtime_remove_port(f, p);
	matrix_forget_port(f, p->id);
	free(p->rules[0].hits);
	free(p->rules[1].hits);
	free(p->lag);
	free(p->shared);
	free(p->violations);
	free(p);
}

void
object_free_device(struct fabric *f, struct device_rt *d)
{
	if (d == NULL)
		return;
	if (f->device[d->id] == d)
		f->device[d->id] = NULL;
	free(d->dev.levels);
	free(d->spec);
	free(d);
}
