/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/pipe/settled.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/neigh/neigh_impl.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/lag_rt.h"
#include "fabric/runtime/stats.h"
#include "lib/mactab.h"
#include "tests/check_run.h"

#define MUST(what, ...)                                                        \
	do {                                                                   \
		if (!(what))                                                   \
			ck_abort_msg(__VA_ARGS__);                             \
	} while (0)

/* What a walk over the MAC tables finds. */
struct found {
	const struct fabric *f;
	const struct lan_rt *lan;
	unsigned int fixed; /* static entries of the LAN */
	unsigned int learned[PORTS_MAX];
};

static bool
find(void *arg, const struct mactab_entry *e)
{
	struct found *found = arg;
	const struct port_rt *p = runtime_live_port(found->f, e->port);

	MUST(p != NULL,
	     "[lan %s] has an address of port number %u, which is "
	     "gone",
	     found->lan->name, e->port);
	MUST(p->lan == found->lan->id,
	     "[lan %s] has an address of [port %s], "
	     "which is in another",
	     found->lan->name, p->name);
	if (e->flags & MACTAB_STATIC)
		found->fixed++;
	else
		found->learned[e->port]++;
	return true;
}

static unsigned int
configured_macs(const struct config *c, const char *lan)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < c->nports; i++)
		if (strcmp(c->port[i].lan, lan) == 0)
			n += c->port[i].mac.n;
	return n;
}

static void
check_lan(struct fabric *f, unsigned int i, struct found *found)
{
	const struct config_lan *c = &f->config->lan[i];
	struct lan_rt *l = runtime_lan(f, c->id);

	MUST(l != NULL && f->lan[l->id] == l, "[lan %s] has no object", c->id);
	MUST(f->view->lan[i].macs == l->macs,
	     "workers have another MAC table of [lan %s]", c->id);
	MUST(l->size == f->config->fabric.mac_table,
	     "the MAC table of [lan %s] has another size", c->id);
	MUST(l->next_nets == NULL && l->next_neigh == NULL,
	     "[lan %s] has objects of an apply that is over", c->id);
	found->lan = l;
	found->fixed = 0;
	mactab_walk(l->macs, 0, SIZE_MAX / 2, find, found);
	MUST(found->fixed == configured_macs(f->config, c->id),
	     "the MAC table of [lan %s] has %u static addresses, not %u", c->id,
	     found->fixed, configured_macs(f->config, c->id));
}

static bool
has_link(const struct device_rt *d)
{
	return d->link && d->flap.until == 0;
}

/* The LAG of its own, or of its parent. */
static const struct lag_rt *
lag_of_port(const struct fabric *f, const struct config_port *c)
{
	const struct config_port *carrier = runtime_carrier(f->config, c);

	return config_port_is_lag(carrier) ? runtime_port(f, carrier->id)->lag
					   : NULL;
}

/* Links that can be used, of all that the LAG has. */
static unsigned int
usable_links(const struct lag_rt *l)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		n += l->link[i].device != NULL && has_link(l->link[i].device) &&
		     (!l->lacp || lacp_distributes(&l->machine, i));
	return n;
}

static uint8_t
state_of(const struct fabric *f, const struct config_port *c,
	 const struct port_rt *p)
{
	const struct lag_rt *l = lag_of_port(f, c);
	const struct device_rt *d = f->device[p->egress.device];
	unsigned int usable = l != NULL ? usable_links(l) : has_link(d);
	unsigned int least = l != NULL ? l->min_links : 1;
	bool held = d->flap.until != 0;

	for (unsigned int i = 0; l != NULL && i < LAG_LINKS_MAX; i++)
		held |= l->link[i].device != NULL &&
			l->link[i].device->flap.until != 0;
	return (uint8_t)((p->blocked != 0 || (held && usable == 0)
				  ? PORT_BLOCKED
			  : usable >= least ? PORT_UP
					    : 0) |
			 (p->culled ? PORT_CULLED : 0) |
			 (p->learned >= p->limit ? PORT_FULL : 0) |
			 (p->watching ? PORT_WATCHED : 0));
}

/* A device of the configuration is there, and is the port's. */
static void
check_device(const struct fabric *f, const struct config_port *c,
	     const struct port_rt *p, const char *spec)
{
	const struct device_rt *d = egress_find_device(f, &p->egress, spec);

	MUST(d != NULL && !(d->flags & RT_RETIRED) && f->device[d->id] == d &&
		     egress_has(&p->egress, d->id),
	     "[port %s] does not leave by %s", c->id, spec);
	MUST(f->link[d->id] == has_link(d) && (!d->closed || !d->link),
	     "workers have another link of [port %s]", c->id);
}

/* Workers choose among the links that can be used, and all that are in slots. */
static void
check_lag(const struct fabric *f, const struct config_port *c,
	  const struct port_rt *p)
{
	const struct lag_rt *l = lag_of_port(f, c);
	unsigned int n = 0;

	MUST((l != NULL) == (p->egress.lag != NULL) &&
		     (l == NULL || p->egress.lag == &l->shared),
	     "[port %s] has another LAG", c->id);
	for (unsigned int i = 0; l != NULL && i < LAG_LINKS_MAX; i++) {
		n += l->link[i].device != NULL;
		MUST(l->link[i].device == NULL ||
			     p->egress.link[i] == l->link[i].device->id,
		     "[port %s] has another link in slot %u", c->id, i);
	}
	MUST(l == NULL || n == runtime_carrier(f->config, c)->device.n,
	     "[port %s] has %u links", c->id, n);
	MUST(l == NULL || l->nin_use == usable_links(l),
	     "[port %s] uses %u links", c->id, l->nin_use);
}

static void
check_port(struct fabric *f, unsigned int i, const struct found *found)
{
	const struct config_port *c = &f->config->port[i];
	const struct port_rt *p = runtime_port(f, c->id);
	const struct config_files *devices =
		&runtime_carrier(f->config, c)->device;

	MUST(p != NULL && f->port[p->id] == p && p->id < f->ports_end,
	     "[port %s] has no object", c->id);
	MUST(f->view->port[p->id] != NULL &&
		     f->view->port[p->id]->shared == p->shared,
	     "workers have another [port %s]", c->id);
	MUST(p->learned == found->learned[p->id],
	     "[port %s] counts %u learned addresses, and the tables have %u",
	     c->id, p->learned, found->learned[p->id]);
	for (unsigned int k = 0; k < devices->n; k++)
		check_device(f, c, p, devices->value[k]);
	check_lag(f, c, p);
	MUST(f->state[p->id] == state_of(f, c, p),
	     "workers have state %#x of [port %s], not %#x", f->state[p->id],
	     c->id, state_of(f, c, p));
}

/* Whether an object of each kind is there for the configuration, and no more. */
static void
check_numbers(const struct fabric *f)
{
	unsigned int ports = 0, lans = 0, devices = 0, shown = 0, carriers = 0;

	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		ports += runtime_live_port(f, i) != NULL;
		shown += f->view->port[i] != NULL;
		devices += f->device[i] != NULL &&
			   !(f->device[i]->flags & RT_RETIRED);
	}
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++)
		lans += f->lan[i] != NULL && !(f->lan[i]->flags & RT_RETIRED);
	for (unsigned int i = 0; i < f->config->nports; i++)
		carriers += f->config->port[i].device.n;
	ck_assert_uint_eq(ports, f->config->nports);
	ck_assert_uint_eq(shown, f->config->nports);
	ck_assert_uint_eq(lans, f->config->nlans);
	ck_assert_uint_eq(devices, carriers);
}

/* How many addresses are watched at each port. */
static void
check_watches(const struct fabric *f)
{
	unsigned int *watched = calloc(UINT16_MAX + 1, sizeof(*watched));

	for (unsigned int i = 0; i < f->config->nlans; i++)
		for (const struct net_rt *n =
			     runtime_lan(f, f->config->lan[i].id)->nets;
		     n != NULL; n = n->next)
			for (uint32_t s = 0; s < n->neightab->n; s++)
				watched[n->address[s].watched_at]++;
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		if (runtime_live_port(f, i) != NULL)
			ck_assert_uint_eq(f->port[i]->watched, watched[i + 1]);
	free(watched);
}

void
settled_check(struct fabric *f)
{
	struct found *found = calloc(1, sizeof(*found));

	found->f = f;
	check_numbers(f);
	for (unsigned int i = 0; i < f->config->nlans; i++)
		check_lan(f, i, found);
	for (unsigned int i = 0; i < f->config->nports; i++)
		check_port(f, i, found);
	check_watches(f);
	free(found);
}

static bool
print_mac(void *arg, const struct mactab_entry *e)
{
	fprintf(arg, "  %012lx port %u flags %u\n", (unsigned long)e->mac,
		e->port, e->flags);
	return true;
}

static void
print_lan(FILE *out, struct lan_rt *l)
{
	fprintf(out, "lan %u %s %p %u: table %p %u, age %u due %lu, neigh %p\n",
		l->id, l->name, (void *)l, l->flags, (void *)l->macs, l->size,
		l->age, (unsigned long)l->due_s, (void *)l->neigh);
	fprintf(out, "  %lu %lu %lu %lu %lu %lu\n", (unsigned long)l->learned,
		(unsigned long)l->moved, (unsigned long)l->aged,
		(unsigned long)l->flushed, (unsigned long)l->refused,
		(unsigned long)l->frozen);
	mactab_walk(l->macs, 0, SIZE_MAX / 2, print_mac, out);
	for (const struct net_rt *n = l->nets; n != NULL; n = n->next)
		fprintf(out, "  net %p %p %d %d\n", (const void *)n,
			(const void *)n->sponge, n->wanted,
			n->next_sponge != NULL);
}

static void
print_meters(FILE *out, const struct port_rt *p)
{
	for (unsigned int kind = 0; kind < METERS; kind++)
		fprintf(out, "  meter %u: %lu %lu\n", kind,
			(unsigned long)p->shared->meter[kind].cost,
			(unsigned long)p->shared->meter[kind].tolerance);
}

static void
print_port(FILE *out, struct fabric *f, const struct port_rt *p)
{
	struct port_stats s;

	stats_port(f, p->id, &s);
	fprintf(out, "port %u %s %p %u: device %u tag %u lan %u state %#x\n",
		p->id, p->name, (const void *)p, p->flags, p->egress.device,
		p->egress.tag, p->lan, f->state[p->id]);
	fprintf(out, "  learned %u of %u %d %d, refused %lu\n", p->learned,
		p->limit, p->sticky, p->moves, (unsigned long)p->refused);
	fprintf(out, "  blocked %u culled %d, by hand %d %lu %d %lu\n",
		p->blocked, p->culled, p->down.set,
		(unsigned long)p->down.since, p->cull.set,
		(unsigned long)p->cull.since);
	fprintf(out, "  suspect %lu watched %u %d\n",
		(unsigned long)p->suspect_at, p->watched, p->watching);
	fprintf(out, "  acl %p %p hits %p %p\n", (void *)p->rules[0].acl,
		(void *)p->rules[1].acl, (void *)p->rules[0].hits,
		(void *)p->rules[1].hits);
	fprintf(out, "  errors %lu\n", (unsigned long)s.drop[DROP_rx_error]);
	print_meters(out, p);
}

static void
print_device(FILE *out, const struct fabric *f, const struct device_rt *d)
{
	fprintf(out, "device %u %s %s %p %u: mtu %u queues %u, closed %d\n",
		d->id, d->name, d->spec, (const void *)d, d->flags, d->mtu,
		d->nrxqs, d->closed);
	for (unsigned int q = 0; q < d->nrxqs; q++)
		fprintf(out, "  queue %u: worker %u\n", q, d->rxq_worker[q]);
	fprintf(out, "  link %d %d speed %u since %lu changes %u\n", d->link,
		f->link[d->id], d->speed, (unsigned long)d->since,
		d->link_changes);
	fprintf(out, "  flap %u until %lu\n", d->flap.n,
		(unsigned long)d->flap.until);
}

/* What workers have; the view itself may have been built anew. */
static void
print_view(FILE *out, const struct view *v)
{
	for (unsigned int i = 0; i < v->nlans; i++)
		fprintf(out, "view lan %u: %p %p %u\n", v->lan[i].id,
			(void *)v->lan[i].macs,
			(const void *)v->lan[i].neightab6, v->lan[i].nmembers);
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		const struct port *p = v->port[i];
		const struct device *d = v->device[i];

		if (p != NULL)
			fprintf(out, "view port %u: %#x %p %p device %u\n", i,
				p->flags, (const void *)p->in.acl,
				(const void *)p->in.hits, p->egress.device);
		if (d != NULL)
			fprintf(out, "view device %u: port %u %d\n", i,
				d->owner->id, d->tx != NULL);
	}
	for (unsigned int w = 0; w < v->nworkers; w++)
		for (unsigned int q = 0; q < v->worker[w].n; q++)
			fprintf(out, "view queue %u of device %u: worker %u\n",
				v->worker[w].rxq[q].queue,
				v->worker[w].rxq[q].device->id, w);
}

char *
settled_text(struct fabric *f)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fprintf(out, "config %p, generation %lu, ports end %u\n",
		(void *)f->config, (unsigned long)f->generation, f->ports_end);
	fprintf(out, "cull %d %lu, held %lu, acls %p\n", f->cull.set,
		(unsigned long)f->cull.since, (unsigned long)f->held_until,
		(void *)f->acls);
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++)
		if (f->lan[i] != NULL)
			print_lan(out, f->lan[i]);
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		if (f->port[i] != NULL)
			print_port(out, f, f->port[i]);
		if (f->device[i] != NULL)
			print_device(out, f, f->device[i]);
	}
	print_view(out, f->view);
	fclose(out);
	return text;
}

void
settled_compare(const char *after, const char *before)
{
	size_t same = 0;

	while (after[same] == before[same] && after[same] != '\0')
		same++;
	if (after[same] == before[same])
		return;
	while (same > 0 && after[same - 1] != '\n')
		same--;
	ck_abort_msg("changed from: %.100s\nto: %.100s", before + same,
		     after + same);
}
