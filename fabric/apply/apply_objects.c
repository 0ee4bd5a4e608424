/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * LANs and ports that come and go with a configuration.
 *
 * A LAN or a port that both configurations have, by its name, is the same
 * object: it keeps its number, its counters and what it has learned.
 */
#include "fabric/apply/apply_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bsd/stdlib.h>
#include <bsd/string.h>

#include "fabric/apply/override.h"
#include "fabric/apply/retire.h"
#include "fabric/apply/tables.h"
#include "fabric/lag/lag.h"
#include "fabric/neigh/neigh.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/learn_flush.h"
#include "fabric/runtime/port_state.h"
#include "fabric/runtime/stats.h"
#include "fabric/runtime/violation.h"
#include "lib/clock.h"
#include "lib/mactab.h"

static int
fail(struct apply *a, struct where at, const char *section, const char *what)
{
	faults_error(a->faults, at, section, "%s", what);
	return -ENOMEM;
}

/* In step it is constant: the same input gives the same output. */
static uint64_t
secret_of(const struct fabric *f)
{
	uint64_t secret = 0;

	if (!f->in_step)
		arc4random_buf(&secret, sizeof(secret));
	return secret;
}

/* Objects that go keep their ids until workers let go of them. */
#define NO_ID                                                                  \
	"no number is free for it: an apply needs one for each %s of the "     \
	"running configuration and for each new one, %u in all; remove some "  \
	"first, and add the new ones with the next apply"

static int
no_id(struct apply *a, struct where at, const char *section, const char *kind,
      unsigned int most)
{
	faults_error(a->faults, at, section, NO_ID, kind, most);
	return -ENOSPC;
}

static struct lan_rt *
lan_create(struct apply *a, unsigned int i)
{
	struct lan_rt *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	strlcpy(l->name, a->config->lan[i].id, sizeof(l->name));
	l->id = (uint16_t)a->lan_id++;
	l->macs = tables_new(a->tables, i);
	tables_take(a->tables, i);
	l->size = a->config->fabric.mac_table;
	l->due_s = UINT64_MAX;
	l->credits.secret = secret_of(a->f);
	return l;
}

static int
make_lan(struct apply *a, unsigned int i)
{
	const struct config_lan *c = &a->config->lan[i];
	struct lan_rt *l = runtime_lan(a->f, c->id);

	while (l == NULL && a->lan_id < CONFIG_LANS_MAX &&
	       a->f->lan[a->lan_id] != NULL)
		a->lan_id++;
	if (l == NULL && a->lan_id == CONFIG_LANS_MAX)
		return no_id(a, c->at, c->id, "LAN", CONFIG_LANS_MAX);
	if (l == NULL)
		l = lan_create(a, i);
	if (l == NULL)
		return fail(a, c->at, c->id, "no memory for another LAN");
	a->next->lan[i] = l;
	a->next->macs[i] = tables_new(a->tables, i);
	if (a->next->macs[i] == NULL)
		a->next->macs[i] = l->macs;
	return 0;
}

static struct port_rt *
port_create(struct fabric *f, const char *name, uint16_t id)
{
	size_t size = sizeof(struct port_shared) +
		      f->nworkers * sizeof(struct port_log);
	struct port_rt *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->id = id;
	p->made_at = f->now;
	stats_port(f, id, &p->base);
	p->violations = violation_state_create(&p->base);
	p->shared = aligned_alloc(64, (size + 63) & ~(size_t)63);
	if (p->shared == NULL || p->violations == NULL) {
		object_free_port(f, p);
		return NULL;
	}
	memset(p->shared, 0, size);
	p->shared->credits.secret = secret_of(f);
	strlcpy(p->name, name, sizeof(p->name));
	p->lan = CONFIG_LANS_MAX;
	return p;
}

static int
make_port(struct apply *a, unsigned int i)
{
	const struct config_port *c = &a->config->port[i];
	struct port_rt *p = runtime_port(a->f, c->id);

	while (p == NULL && a->port_id < PORTS_MAX &&
	       a->f->port[a->port_id] != NULL)
		a->port_id++;
	if (p == NULL && a->port_id == PORTS_MAX)
		return no_id(a, c->at, c->id, "port", PORTS_MAX);
	if (p == NULL)
		p = port_create(a->f, c->id, (uint16_t)a->port_id++);
	if (p == NULL)
		return fail(a, c->at, c->id, "no memory for another port");
	a->next->port[i] = p;
	return 0;
}

static bool
is_new_lan(const struct apply *a, const struct lan_rt *l)
{
	return a->f->lan[l->id] != l;
}

static bool
is_new_port(const struct apply *a, const struct port_rt *p)
{
	return a->f->port[p->id] != p;
}

static void
undo_lans(struct apply *a)
{
	for (unsigned int i = 0; i < a->config->nlans; i++)
		if (a->next->lan[i] != NULL && is_new_lan(a, a->next->lan[i]))
			object_free_lan(a->f, a->next->lan[i]);
}

static void
undo_ports(struct apply *a)
{
	for (unsigned int i = 0; i < a->config->nports; i++)
		if (a->next->port[i] != NULL &&
		    is_new_port(a, a->next->port[i]))
			object_free_port(a->f, a->next->port[i]);
}

/*
 * Whether the learned addresses of the port go with the change: another LAN, limit
 * or profile would not have let all of them in.
 */
static bool
must_forget(const struct port_rt *p, uint16_t lan, uint32_t limit, bool sticky,
	    bool moves)
{
	return p->lan != lan || p->learned > limit || p->sticky != sticky ||
	       p->moves != moves;
}

/* What the device of a port has counted, if it counts for this port. */
static struct device_stats
counted(struct fabric *f, const struct egress *e)
{
	struct device_stats s = { 0 };

	if (e->tag == 0)
		egress_stats(f, e, &s);
	return s;
}

/*
 * A port that leaves by other devices keeps what it has counted, and no more: what
 * they had counted before is added, and what they have counted then is taken off.
 */
static void
count_past(struct fabric *f, struct port_rt *p, bool before)
{
	struct device_stats s = counted(f, &p->egress);
	uint32_t changes = egress_link(f, &p->egress).changes;

#define COUNT(name) p->past.name += before ? s.name : -s.name;
	DEVICE_STATS(COUNT)
#undef COUNT
	p->past_link_changes += before ? changes : -changes;
}

/* All ports leave by what the new configuration has. */
static void
set_egress(struct apply *a)
{
	struct device_rt *slot[LAG_LINKS_MAX];

	for (unsigned int i = 0; i < a->config->nports; i++) {
		struct port_rt *p = a->next->port[i];

		p->egress = a->view->port[p->id]->egress;
		if (a->next->lag[i] != NULL)
			p->lag = a->next->lag[i];
		object_slots(a->next, a->config, i, slot);
		/* The links are those of the parent alone. */
		if (a->config->port[i].parent[0] != '\0')
			memset(slot, 0, sizeof(slot));
		lag_take_links(p, slot);
	}
}

/* From here on the new objects are among those of the fabric. */
static void
adopt(struct apply *a)
{
	struct fabric *f = a->f;

	for (unsigned int i = 0; i < a->config->nlans; i++)
		if (is_new_lan(a, a->next->lan[i]))
			runtime_add_lan(f, a->next->lan[i]);
	for (unsigned int i = 0; i < a->config->nports; i++)
		if (!is_new_port(a, a->next->port[i]))
			count_past(f, a->next->port[i], true);
	set_egress(a);
	for (unsigned int i = 0; i < a->config->nports; i++) {
		struct port_rt *p = a->next->port[i];

		count_past(f, p, false);
		if (is_new_port(a, p))
			runtime_add_port(f, p);
		if (p->id >= f->ports_end)
			f->ports_end = p->id + 1U;
	}
}

static void
keep_port(struct apply *a, unsigned int i)
{
	struct fabric *f = a->f;
	const struct config_port *c = &a->config->port[i];
	struct port_rt *p = a->next->port[i];
	const struct config_lan *lan = config_lan_of(a->config, c);
	uint16_t lan_id = lan != NULL ? a->next->lan[lan - a->config->lan]->id
				      : CONFIG_LANS_MAX;
	uint32_t limit = lan != NULL ? config_mac_limit(a->config, c) : 0;
	bool sticky = lan != NULL && config_mac_sticky(a->config, c);
	bool moves = lan != NULL &&
		     config_check_mode(a->config, c, DROP_mac_conflict) ==
			     CONFIG_MODE_OFF;

	if (must_forget(p, lan_id, limit, sticky, moves) ||
	    c->status == CONFIG_DISABLED)
		learn_flush(f, p->id, NULL, true);
	/* A MAC address that is no longer allowed frees its slot. */
	if (limit == 0)
		learn_forget_link_local(p, &c->mac);
	if (p->lan != lan_id)
		neigh_release(f, p);
	p->stay = object_next_stay(p, lan_id);
	p->lan = lan_id;
	p->limit = limit;
	p->sticky = sticky;
	p->moves = moves;
	p->culled = override_is_culled(f, p, c->cull == CONFIG_ON,
				       a->config->fabric.cull == CONFIG_ON);
}

/* A LAN has no table with older times for longer than that, if workers run. */
#define TIMES_LEFT (10 * CLOCK_SECOND)

static void
replace_table(struct apply *a, unsigned int i)
{
	struct lan_rt *l = a->next->lan[i];
	struct old_table *old = tables_take_old(a->tables, i);

	for (unsigned int id = 0; id < a->f->ports_end; id++)
		if (a->f->port[id] != NULL)
			a->f->port[id]->learned -=
				mactab_lost(l->macs, (uint16_t)id);
	mactab_disinherit(l->macs);
	old->lan = l;
	old->next = a->retired->tables;
	a->retired->tables = old;
	l->macs = a->next->macs[i];
	l->size = a->config->fabric.mac_table;
	l->times_due = a->f->now + TIMES_LEFT;
	tables_take(a->tables, i);
}

/* What goes is flushed, and what is counted, in the tables that stay. */
static void
keep_tables(struct apply *a)
{
	for (unsigned int i = 0; i < a->config->nlans; i++)
		if (a->next->lan[i]->macs != a->next->macs[i])
			replace_table(a, i);
	apply_macs_count(a);
}

static void
keep_lan(struct apply *a, unsigned int i)
{
	const struct config_lan *c = &a->config->lan[i];
	struct lan_rt *l = a->next->lan[i];

	if (l->age != c->mac_age && l->due_s != UINT64_MAX)
		l->due_s = a->f->now / CLOCK_SECOND;
	l->age = c->mac_age;
	/* Stages take an address in the table for a valid one. */
	learn_forget(a->f, l, c->sponge_mac);
}

static void
retire_port(struct apply *a, struct port_rt *p)
{
	learn_flush(a->f, p->id, NULL, true);
	learn_release(a->f, p);
	neigh_release(a->f, p);
	p->flags |= RT_RETIRED;
	p->next = a->retired->ports;
	a->retired->ports = p;
	port_state_update(a->f, p);
}

static void
retire_lan(struct apply *a, struct lan_rt *l)
{
	l->flags |= RT_RETIRED;
	l->next = a->retired->lans;
	a->retired->lans = l;
}

static void
retire_unwanted(struct apply *a)
{
	const struct config *running = a->f->config;

	for (unsigned int i = 0; i < running->nports; i++)
		if (config_port(a->config, running->port[i].id) == NULL)
			retire_port(a, a->running->port[i]);
	for (unsigned int i = 0; i < running->nlans; i++)
		if (config_lan(a->config, running->lan[i].id) == NULL)
			retire_lan(a, a->running->lan[i]);
}

static void
keep(struct apply *a)
{
	adopt(a);
	keep_tables(a);
	retire_unwanted(a);
	for (unsigned int i = 0; i < a->config->nlans; i++)
		keep_lan(a, i);
	for (unsigned int i = 0; i < a->config->nports; i++)
		keep_port(a, i);
}

/* The ports keep both. */
const struct apply_step apply_lan_objects = {
	"another LAN", object_lans, 1, make_lan, undo_lans, NULL
};
const struct apply_step apply_objects = { "another port", object_ports, 1,
					  make_port,      undo_ports,   keep };
