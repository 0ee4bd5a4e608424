/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs when the objects of the configuration exist (apply.c), before it is
 * published.  What a worker would have to look up or work out is worked out here,
 * once.
 */
#include "fabric/apply/view_build.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/apply/apply_impl.h"
#include "fabric/lag/lag.h"
#include "fabric/runtime/matrix.h"
#include "fabric/view/mirror.h"

#define VLANS 4096

enum block {
	PORTS,
	LANS,
	MEMBERS,
	DEVICES,
	TAGGED,
	RXQS,
	MACS,
	NETS4,
	NETS6,
	BOUND4,
	BOUND6,
	MIRRORS,
	BLOCKS
};

static_assert(BLOCKS == VIEW_BLOCKS, "a view has room for its blocks");

static void *
new_block(struct view *v, enum block which, size_t n, size_t size)
{
	v->block[which] = calloc(n + 1, size);
	return v->block[which];
}

/* Ports of one isolation group have one number, that of its first port. */
static uint16_t
isolation_group(const struct config *c, const struct config_port *p)
{
	if (p->isolate[0] == '\0')
		return 0;
	for (unsigned int i = 0;; i++)
		if (strcmp(c->port[i].isolate, p->isolate) == 0)
			return (uint16_t)(i + 1);
}

static uint32_t
flags_of(const struct config *c, const struct config_port *p,
	 const struct config_lan *lan)
{
	uint32_t flags = 0;

	if (p->status == CONFIG_DISABLED)
		flags |= PORT_DISABLED;
	if (p->status == CONFIG_QUARANTINE)
		flags |= PORT_QUARANTINE;
	if (p->monitor == CONFIG_ON || p->listen != CONFIG_HEARS_OFF)
		flags |= PORT_MONITOR;
	if (p->listen != CONFIG_HEARS_OFF || config_mirror_to(c, p) != NULL)
		flags |= PORT_LISTENS;
	if (lan == NULL || lan->profile != CONFIG_OPEN)
		flags |= PORT_IXP;
	if (lan != NULL && config_mac_limit(c, p) > 0)
		flags |= PORT_LEARNS;
	if (p->allow_prio_tag == CONFIG_ON)
		flags |= PORT_PRIO_TAG;
	if (config_port_is_lag(runtime_carrier(c, p)))
		flags |= PORT_LAG;
	if (p->lacp != CONFIG_LACP_OFF)
		flags |= PORT_LACP;
	return flags;
}

static void
fill_port(const struct objects *o, const struct config *c, struct view *v,
	  unsigned int index, struct port *port)
{
	const struct config_port *p = &c->port[index];
	const struct config_lan *lan = config_lan_of(c, p);
	uint64_t *mac = (uint64_t *)v->block[MACS] + v->nmacs;

	port->id = o->port[index]->id;
	port->stay = object_next_stay(o->port[index],
				      lan != NULL ? o->lan[lan - c->lan]->id
						  : CONFIG_LANS_MAX);
	port->flags = flags_of(c, p, lan);
	port->isolate = isolation_group(c, p);
	port->nmacs = p->mac.n;
	port->mac = mac;
	for (unsigned int i = 0; i < p->mac.n; i++)
		mac[i] = p->mac.value[i];
	v->nmacs += p->mac.n;
	port->max_payload = UINT16_MAX;
	if (lan != NULL) {
		port->max_payload = (uint16_t)lan->mtu;
		port->own_mac = lan->sponge_mac;
		port->lan = &v->lan[lan - c->lan];
	}
	view_fill_policy(o, c, index, port->lan, port);
	v->port[port->id] = port;
}

/* Room for the bindings of each LAN, which come with its ports. */
static void
divide_bindings(const struct config *c, struct view *v)
{
	struct binding4 *bound4 = v->block[BOUND4];
	struct binding6 *bound6 = v->block[BOUND6];
	struct lan *lan = v->block[LANS];

	for (unsigned int i = 0; i < c->nports; i++) {
		const struct config_port *p = &c->port[i];
		const struct config_lan *l = config_lan_of(c, p);

		if (l == NULL)
			continue;
		lan[l - c->lan].nbound4 += p->ipv4.n;
		lan[l - c->lan].nbound6 += p->ipv6.n;
	}
	for (unsigned int i = 0; i < c->nlans; i++, lan++) {
		lan->bound4 = bound4;
		lan->bound6 = bound6;
		bound4 += lan->nbound4;
		bound6 += lan->nbound6;
		lan->nbound4 = lan->nbound6 = 0;
	}
}

/* The prefixes of each LAN, and its neighbour tables. */
void
view_add_lan(const struct fabric *f, const struct config *c,
	     const struct objects *o, struct view *v, unsigned int index)
{
	struct lan *lan = (struct lan *)v->block[LANS] + index;
	struct net4 *net4 = v->block[NETS4];
	struct net6 *net6 = v->block[NETS6];

	if (index > 0) {
		net4 += lan[-1].net4 - net4 + lan[-1].nnets4;
		net6 += lan[-1].net6 - net6 + lan[-1].nnets6;
	}
	view_fill_nets(&c->lan[index], lan, net4, net6);
	view_fill_neigh(o->lan[index], c == f->config, &c->lan[index], lan,
			net4);
	lan->edition = o->lan[index]->edition + o->changed[index];
	lan->shown = &o->lan[index]->shown;
}

void
view_add_port(const struct config *c, const struct objects *o, struct view *v,
	      unsigned int index)
{
	struct port *port = (struct port *)v->block[PORTS] + index;

	fill_port(o, c, v, index, port);
	if (port->lan != NULL)
		view_fill_bindings(&c->port[index], port->id,
				   (struct lan *)v->block[LANS] +
					   (port->lan - v->lan));
}

/* Room for the ports of each LAN. */
static void
divide_members(const struct config *c, struct view *v)
{
	const struct port **member = v->block[MEMBERS];
	const struct port *port = v->block[PORTS];
	struct lan *lan = v->block[LANS];

	for (unsigned int i = 0; i < c->nports; i++)
		if (port[i].lan != NULL)
			lan[port[i].lan - lan].nmembers++;
	for (unsigned int i = 0; i < c->nlans; i++) {
		lan[i].member = member;
		member += lan[i].nmembers;
		lan[i].nmembers = 0;
	}
}

/* The ports of each LAN, by id, so that floods go out in a fixed order. */
static void
fill_lans(const struct config *c, const struct objects *o, struct view *v)
{
	struct lan *lans = v->block[LANS];

	for (unsigned int i = 0; i < c->nlans; i++) {
		struct lan *lan = &lans[i];

		lan->id = o->lan[i]->id;
		lan->macs = o->macs[i];
		lan->credits = &o->lan[i]->credits;
		lan->floods_unknown = config_floods_unknown(&c->lan[i]);
		view_sort_bindings(lan);
	}
	divide_members(c, v);
	for (unsigned int id = 0; id < PORTS_MAX; id++) {
		const struct port *p = v->port[id];
		struct lan *lan = p != NULL && p->lan != NULL
					  ? &lans[p->lan - lans]
					  : NULL;

		if (lan != NULL)
			((const struct port **)lan->member)[lan->nmembers++] =
				p;
	}
}

/* A slot without a link has another one: see egress.h. */
static void
fill_links(const struct config *c, const struct objects *o, unsigned int i,
	   struct egress *e)
{
	size_t carrier = (size_t)(runtime_carrier(c, &c->port[i]) - c->port);
	struct device_rt *slot[LAG_LINKS_MAX];

	if (o->lag[carrier] == NULL)
		return;
	e->lag = &o->lag[carrier]->shared;
	object_slots(o, c, i, slot);
	for (unsigned int k = 0; k < LAG_LINKS_MAX; k++)
		e->link[k] = slot[k] != NULL ? slot[k]->id : e->device;
}

static void
fill_egress(const struct config *c, const struct objects *o, struct view *v)
{
	struct port *port = v->block[PORTS];

	for (unsigned int i = 0; i < c->nports; i++) {
		port[i].egress = (struct egress){
			.device = o->device[i][0]->id,
			.tag = (uint16_t)c->port[i].tag,
		};
		fill_links(c, o, i, &port[i].egress);
	}
}

static void
fill_device(const struct device_rt *rt, const struct port *owner,
	    struct device_rt *const *slot, struct device *device)
{
	*device = rt->dev;
	device->id = rt->id;
	device->owner = owner;
	device->lag = owner->egress.lag;
	for (uint8_t k = 0; k < LAG_LINKS_MAX; k++)
		if (slot[k] == rt)
			device->slot = k;
}

static void
fill_devices(const struct config *c, const struct objects *o, struct view *v)
{
	struct device *device = v->block[DEVICES];
	struct device_rt *slot[LAG_LINKS_MAX];

	for (unsigned int i = 0; i < c->nports; i++) {
		object_slots(o, c, i, slot);
		for (unsigned int k = 0; k < c->port[i].device.n; k++) {
			const struct device_rt *rt = o->device[i][k];

			fill_device(rt, v->port[o->port[i]->id], slot, device);
			v->device[rt->id] = device++;
		}
	}
}

/* Marks the ports of a device that has tagged ones. */
static void
mark_sharing(const struct config *c, struct view *v)
{
	struct port *port = v->block[PORTS];

	for (unsigned int i = 0; i < c->nports; i++)
		if (v->device[port[i].egress.device]->tagged != NULL)
			port[i].flags |= PORT_SHARES;
}

/* All links of a LAG carry the same tagged ports: those of 'd'. */
static void
share_tags(struct view *v, const struct device *d, const struct port *p)
{
	struct device *devices = v->block[DEVICES];

	for (unsigned int k = 0; p->egress.lag != NULL && k < LAG_LINKS_MAX;
	     k++)
		devices[v->device[p->egress.link[k]] - devices].tagged =
			d->tagged;
}

/* The tables from tag to port of the devices that have tagged ports. */
static void
fill_tags(struct view *v)
{
	struct device *devices = v->block[DEVICES];
	const struct port **table = v->block[TAGGED];

	for (unsigned int id = 0; id < PORTS_MAX; id++) {
		const struct port *p = v->port[id];
		struct device *d;

		if (p == NULL || p->egress.tag == 0)
			continue;
		d = &devices[v->device[p->egress.device] - devices];
		if (d->tagged == NULL) {
			d->tagged = table;
			share_tags(v, d, p);
			table += VLANS;
		}
		((const struct port **)d->tagged)[p->egress.tag] = p;
	}
}

static void
fill_rxqs(const struct fabric *f, struct view *v)
{
	struct rxq *rxq = v->block[RXQS];

	for (unsigned int w = 0; w < v->nworkers; w++) {
		v->worker[w].rxq = rxq;
		for (unsigned int id = 0; id < PORTS_MAX; id++) {
			const struct device_rt *rt = f->device[id];

			if (v->device[id] == NULL)
				continue;
			for (uint16_t q = 0; q < rt->nrxqs; q++)
				if (rt->rxq_worker[q] == w)
					*rxq++ = (struct rxq){ v->device[id],
							       q };
		}
		v->worker[w].n = (unsigned int)(rxq - v->worker[w].rxq);
	}
}

static bool
alloc_addresses(const struct config *c, struct view *v)
{
	size_t macs = 0, nets4 = 0, nets6 = 0, bound4 = 0, bound6 = 0;

	for (unsigned int i = 0; i < c->nlans; i++) {
		nets4 += c->lan[i].ipv4.n;
		nets6 += c->lan[i].ipv6.n;
	}
	for (unsigned int i = 0; i < c->nports; i++) {
		macs += c->port[i].mac.n;
		bound4 += c->port[i].ipv4.n;
		bound6 += c->port[i].ipv6.n;
	}
	return new_block(v, MACS, macs, sizeof(uint64_t)) != NULL &&
	       new_block(v, NETS4, nets4, sizeof(struct net4)) != NULL &&
	       new_block(v, NETS6, nets6, sizeof(struct net6)) != NULL &&
	       new_block(v, BOUND4, bound4, sizeof(struct binding4)) != NULL &&
	       new_block(v, BOUND6, bound6, sizeof(struct binding6)) != NULL;
}

/* How many ports are parents of others. */
static size_t
count_parents(const struct config *c)
{
	bool known[CONFIG_PORTS_MAX] = { false };
	size_t n = 0;

	for (unsigned int i = 0; i < c->nports; i++) {
		const struct config_port *p = config_port(c, c->port[i].parent);

		n += p != NULL && !known[p - c->port];
		if (p != NULL)
			known[p - c->port] = true;
	}
	return n;
}

struct view *
view_begin(const struct fabric *f, const struct config *c)
{
	struct view *v =
		calloc(1, sizeof(*v) + f->nworkers * sizeof(v->worker[0]));
	size_t ndevices = 0, ntagged = 0;

	if (v == NULL)
		return NULL;
	v->generation = f->generation + 1;
	v->burst = (uint16_t)c->fabric.burst;
	v->polls = c->fabric.idle == CONFIG_IDLE_POLL;
	v->state = f->state;
	v->link = f->link;
	v->changes = &f->changes;
	v->flow_secret = f->flow_secret;
	v->matrix = f->matrix != NULL ? f->matrix->shown : NULL;
	v->nworkers = f->nworkers;
	for (unsigned int i = 0; i < c->nports; i++)
		ndevices += c->port[i].device.n;
	ntagged = count_parents(c);
	if (new_block(v, PORTS, c->nports, sizeof(struct port)) == NULL ||
	    new_block(v, LANS, c->nlans, sizeof(struct lan)) == NULL ||
	    new_block(v, MEMBERS, c->nports, sizeof(struct port *)) == NULL ||
	    new_block(v, DEVICES, ndevices, sizeof(struct device)) == NULL ||
	    new_block(v, TAGGED, ntagged * VLANS, sizeof(struct port *)) ==
		    NULL ||
	    new_block(v, MIRRORS, MIRROR_NUMBERS, sizeof(struct mirror_rule)) ==
		    NULL ||
	    !alloc_addresses(c, v)) {
		view_free(v);
		return NULL;
	}
	v->nlans = c->nlans;
	v->lan = v->block[LANS];
	divide_bindings(c, v);
	return v;
}

static int
alloc_rxqs(const struct fabric *f, struct view *v)
{
	for (unsigned int id = 0; id < PORTS_MAX; id++)
		if (f->device[id] != NULL)
			v->rxq_room += f->device[id]->nrxqs;
	return new_block(v, RXQS, v->rxq_room, sizeof(struct rxq)) != NULL
		       ? 0
		       : -ENOMEM;
}

int
view_end(const struct fabric *f, const struct config *c,
	 const struct objects *o, struct view *v)
{
	if (alloc_rxqs(f, v) != 0)
		return -ENOMEM;
	fill_egress(c, o, v);
	view_fill_mirrors(c, o, v->block[PORTS], v->block[MIRRORS]);
	fill_lans(c, o, v);
	fill_devices(c, o, v);
	fill_tags(v);
	mark_sharing(c, v);
	fill_rxqs(f, v);
	return 0;
}

/* All of it, of the configuration that runs. */
static struct view *
build(const struct fabric *f, const struct objects *o)
{
	const struct config *c = f->config;
	struct view *v = view_begin(f, c);

	for (unsigned int i = 0; v != NULL && i < c->nlans; i++)
		view_add_lan(f, c, o, v, i);
	for (unsigned int i = 0; v != NULL && i < c->nports; i++)
		view_add_port(c, o, v, i);
	if (v == NULL || view_end(f, c, o, v) == 0)
		return v;
	view_free(v);
	return NULL;
}

struct view *
view_build_running(const struct fabric *f)
{
	struct objects *o = objects_running(f);
	struct view *v = o != NULL ? build(f, o) : NULL;

	free(o);
	return v;
}

bool
view_renew_devices(const struct fabric *f, struct view *v)
{
	struct device *devices = v->block[DEVICES];
	size_t nrxqs = 0;

	for (unsigned int id = 0; id < PORTS_MAX; id++)
		if (v->device[id] != NULL)
			nrxqs += f->device[id]->nrxqs;
	if (nrxqs > v->rxq_room)
		return false;
	for (unsigned int id = 0; id < PORTS_MAX; id++) {
		struct device *d, old;

		if (v->device[id] == NULL)
			continue;
		d = &devices[v->device[id] - devices];
		old = *d;
		*d = f->device[id]->dev;
		d->id = old.id;
		d->owner = old.owner;
		d->tagged = old.tagged;
		d->lag = old.lag;
		d->slot = old.slot;
	}
	fill_rxqs(f, v);
	return true;
}

void
view_free(const struct view *v)
{
	if (v == NULL)
		return;
	for (unsigned int i = 0; i < sizeof(v->block) / sizeof(v->block[0]);
	     i++)
		free(v->block[i]);
	free((void *)(uintptr_t)v);
}
