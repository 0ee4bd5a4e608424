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
	if (p->monitor == CONFIG_ON)
		flags |= PORT_MONITOR;
	if (lan == NULL || lan->profile != CONFIG_OPEN)
		flags |= PORT_IXP;
	if (lan != NULL && config_mac_limit(c, p) > 0)
		flags |= PORT_LEARNS;
	if (p->allow_prio_tag == CONFIG_ON)
		flags |= PORT_PRIO_TAG;
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
	port->egress =
		(struct egress){ o->device[index]->id, (uint16_t)p->tag };
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

/* Prefixes and addresses of each LAN; before the ports, which go by them. */
static void
fill_addresses(const struct fabric *f, const struct config *c,
	       const struct objects *o, struct view *v)
{
	struct lan *lan = v->block[LANS];
	struct net4 *net4 = v->block[NETS4];
	struct net6 *net6 = v->block[NETS6];
	struct binding4 *bound4 = v->block[BOUND4];
	struct binding6 *bound6 = v->block[BOUND6];

	for (unsigned int i = 0; i < c->nlans; i++, lan++) {
		view_fill_nets(&c->lan[i], lan, net4, net6);
		view_fill_neigh(o->lan[i], c == f->config, &c->lan[i], lan,
				net4);
		view_fill_bindings(o, c, &c->lan[i], lan, bound4, bound6);
		net4 += lan->nnets4;
		net6 += lan->nnets6;
		bound4 += lan->nbound4;
		bound6 += lan->nbound6;
	}
}

/* The ports of each LAN, by id, so that floods go out in a fixed order. */
static void
fill_lans(const struct config *c, const struct objects *o, struct view *v)
{
	struct lan *lan = v->block[LANS];
	const struct port **member = v->block[MEMBERS];

	for (unsigned int i = 0; i < c->nlans; i++, lan++) {
		lan->id = o->lan[i]->id;
		lan->macs = o->macs[i];
		lan->credits = &o->lan[i]->credits;
		lan->floods_unknown = config_floods_unknown(&c->lan[i]);
		lan->member = member;
		for (unsigned int id = 0; id < PORTS_MAX; id++)
			if (v->port[id] != NULL && v->port[id]->lan == lan)
				*member++ = v->port[id];
		lan->nmembers = (uint16_t)(member - lan->member);
	}
}

static void
fill_devices(const struct config *c, const struct objects *o, struct view *v)
{
	struct device *device = v->block[DEVICES];

	for (unsigned int i = 0; i < c->nports; i++) {
		const struct device_rt *rt = o->device[i];

		if (c->port[i].device == NULL)
			continue;
		*device = rt->dev;
		device->id = rt->id;
		device->owner = v->port[o->port[i]->id];
		v->device[rt->id] = device++;
	}
}

/* Marks the ports of a device that has tagged ones. */
static void
mark_sharing(const struct config *c, struct view *v)
{
	struct port *port = v->block[PORTS];

	for (unsigned int i = 0; i < c->nports; i++)
		if (view_egress(v, &port[i])->tagged != NULL)
			port[i].flags |= PORT_SHARES;
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
		d = &devices[view_egress(v, p) - devices];
		if (d->tagged == NULL) {
			d->tagged = table;
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

static struct view *
view_alloc(const struct fabric *f, const struct config *c)
{
	struct view *v =
		calloc(1, sizeof(*v) + f->nworkers * sizeof(v->worker[0]));
	size_t ndevices = 0, ntagged = 0, nrxqs = 0;

	if (v == NULL)
		return NULL;
	v->nworkers = f->nworkers;
	for (unsigned int i = 0; i < c->nports; i++)
		ndevices += c->port[i].device != NULL;
	ntagged = count_parents(c);
	for (unsigned int id = 0; id < PORTS_MAX; id++)
		if (f->device[id] != NULL)
			nrxqs += f->device[id]->nrxqs;
	v->rxq_room = nrxqs;
	if (new_block(v, PORTS, c->nports, sizeof(struct port)) == NULL ||
	    new_block(v, LANS, c->nlans, sizeof(struct lan)) == NULL ||
	    new_block(v, MEMBERS, c->nports, sizeof(struct port *)) == NULL ||
	    new_block(v, DEVICES, ndevices, sizeof(struct device)) == NULL ||
	    new_block(v, TAGGED, ntagged * VLANS, sizeof(struct port *)) ==
		    NULL ||
	    new_block(v, RXQS, nrxqs, sizeof(struct rxq)) == NULL ||
	    !alloc_addresses(c, v)) {
		view_free(v);
		errno = ENOMEM;
		return NULL;
	}
	return v;
}

struct view *
view_build(const struct fabric *f, const struct config *c,
	   const struct objects *o)
{
	struct view *v = view_alloc(f, c);
	struct port *port;

	if (v == NULL)
		return NULL;
	v->generation = f->generation + 1;
	v->burst = (uint16_t)c->fabric.burst;
	v->polls = c->fabric.idle == CONFIG_IDLE_POLL;
	v->state = f->state;
	v->link = f->link;
	v->changes = &f->changes;
	v->nlans = c->nlans;
	v->lan = v->block[LANS];
	fill_addresses(f, c, o, v);
	port = v->block[PORTS];
	for (unsigned int i = 0; i < c->nports; i++)
		fill_port(o, c, v, i, port++);
	fill_lans(c, o, v);
	fill_devices(c, o, v);
	fill_tags(v);
	mark_sharing(c, v);
	fill_rxqs(f, v);
	return v;
}

struct view *
view_build_running(const struct fabric *f)
{
	struct objects *o = objects_running(f);
	struct view *v = o != NULL ? view_build(f, f->config, o) : NULL;

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
