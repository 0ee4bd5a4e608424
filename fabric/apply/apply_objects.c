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

#include "fabric/apply/retire.h"
#include "fabric/neigh/neigh.h"
#include "fabric/runtime/learn_flush.h"
#include "fabric/runtime/stats.h"
#include "fabric/runtime/violation.h"
#include "lib/clock.h"
#include "lib/mactab.h"

static int
no_room(struct apply *a, struct where at, const char *section, const char *what)
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

static struct lan_rt *
lan_create(struct fabric *f, const struct config_lan *c, uint32_t size)
{
	struct lan_rt *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	strlcpy(l->name, c->id, sizeof(l->name));
	while (l->id < CONFIG_LANS_MAX && f->lan[l->id] != NULL)
		l->id++;
	l->macs = l->id < CONFIG_LANS_MAX ? mactab_create(size) : NULL;
	l->size = size;
	l->due_s = UINT64_MAX;
	l->flags = RT_NEW;
	l->credits.secret = secret_of(f);
	if (l->macs == NULL) {
		free(l);
		return NULL;
	}
	f->lan[l->id] = l;
	return l;
}

static bool
copy_entry(void *arg, const struct mactab_entry *e)
{
	struct mactab *to = arg;

	/* No room for a learned address: it will be learned again. */
	mactab_set(to, e->mac, e->port, e->flags, e->seen);
	return true;
}

/* A table of the new size, with the entries of the old one. */
static int
resize_lan(struct lan_rt *l, uint32_t size)
{
	l->next_macs = mactab_create(size);
	if (l->next_macs == NULL)
		return -ENOMEM;
	mactab_each(l->macs, copy_entry, l->next_macs);
	return 0;
}

static int
make_lan(struct apply *a, const struct config_lan *c)
{
	struct lan_rt *l = runtime_lan(a->f, c->id);
	uint32_t size = a->config->fabric.mac_table;

	if (l == NULL)
		l = lan_create(a->f, c, size);
	if (l == NULL || (l->size != size && resize_lan(l, size) != 0))
		return no_room(a, c->at, c->id, "no memory for its MAC table");
	l->flags |= RT_WANTED;
	return 0;
}

static struct port_rt *
port_create(struct fabric *f, const char *name)
{
	size_t size = sizeof(struct port_shared) +
		      f->nworkers * sizeof(struct port_log);
	struct port_rt *p;
	uint16_t id = 0;

	while (id < PORTS_MAX && f->port[id] != NULL)
		id++;
	p = id < PORTS_MAX ? calloc(1, sizeof(*p)) : NULL;
	if (p == NULL)
		return NULL;
	p->id = id;
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
	p->flags = RT_NEW;
	p->lan = CONFIG_LANS_MAX;
	f->port[id] = p;
	if (id >= f->ports_end)
		f->ports_end = id + 1U;
	return p;
}

static int
make_port(struct apply *a, const struct config_port *c)
{
	struct port_rt *p = runtime_port(a->f, c->id);

	if (p == NULL)
		p = port_create(a->f, c->id);
	if (p == NULL)
		return no_room(a, c->at, c->id, "no memory for another port");
	p->flags |= RT_WANTED;
	return 0;
}

static void
clear_flags(struct fabric *f)
{
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++)
		if (f->lan[i] != NULL)
			f->lan[i]->flags &= RT_RETIRED;
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		if (f->port[i] != NULL)
			f->port[i]->flags &= RT_RETIRED;
}

static int
make(struct apply *a)
{
	int rc = 0;

	clear_flags(a->f);
	for (unsigned int i = 0; rc == 0 && i < a->config->nlans; i++)
		rc = make_lan(a, &a->config->lan[i]);
	for (unsigned int i = 0; rc == 0 && i < a->config->nports; i++)
		rc = make_port(a, &a->config->port[i]);
	return rc;
}

static void
undo(struct apply *a)
{
	struct fabric *f = a->f;

	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++) {
		struct lan_rt *l = f->lan[i];

		if (l == NULL)
			continue;
		mactab_free(l->next_macs);
		l->next_macs = NULL;
		if (l->flags & RT_NEW)
			object_free_lan(f, l);
	}
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		if (f->port[i] != NULL && f->port[i]->flags & RT_NEW)
			object_free_port(f, f->port[i]);
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

static void
keep_port(struct apply *a, const struct config_port *c)
{
	struct fabric *f = a->f;
	struct port_rt *p = runtime_port(f, c->id);
	const struct config_lan *lan = config_lan(a->config, c->lan);
	uint16_t lan_id =
		lan != NULL ? runtime_lan(f, lan->id)->id : CONFIG_LANS_MAX;
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
	p->lan = lan_id;
	p->limit = limit;
	p->sticky = sticky;
	p->moves = moves;
	p->culled = c->cull == CONFIG_ON || a->config->fabric.cull == CONFIG_ON;
}

static void
keep_lan(struct apply *a, const struct config_lan *c)
{
	struct lan_rt *l = runtime_lan(a->f, c->id);

	if (l->next_macs != NULL) {
		a->retired->table[a->retired->ntables++] = l->macs;
		l->macs = l->next_macs;
		l->next_macs = NULL;
		l->size = a->config->fabric.mac_table;
	}
	if (l->age != c->mac_age && l->due_s != UINT64_MAX)
		l->due_s = a->f->now / CLOCK_SECOND;
	l->age = c->mac_age;
	/* Stages take an address in the table for a valid one. */
	learn_forget(a->f, l, c->sponge_mac);
}

static void
retire_unwanted(struct apply *a)
{
	struct fabric *f = a->f;

	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		struct port_rt *p = f->port[i];

		if (p == NULL || p->flags & (RT_WANTED | RT_RETIRED))
			continue;
		learn_flush(f, p->id, NULL, true);
		learn_release(f, p);
		neigh_release(f, p);
		p->flags |= RT_RETIRED;
		p->next = a->retired->ports;
		a->retired->ports = p;
	}
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++) {
		struct lan_rt *l = f->lan[i];

		if (l == NULL || l->flags & (RT_WANTED | RT_RETIRED))
			continue;
		l->flags |= RT_RETIRED;
		l->next = a->retired->lans;
		a->retired->lans = l;
	}
}

static void
keep(struct apply *a)
{
	retire_unwanted(a);
	for (unsigned int i = 0; i < a->config->nlans; i++)
		keep_lan(a, &a->config->lan[i]);
	for (unsigned int i = 0; i < a->config->nports; i++)
		keep_port(a, &a->config->port[i]);
}

const struct apply_step apply_objects = { "another LAN or port", make, undo,
					  keep };
