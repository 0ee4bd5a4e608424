/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Publishing views, and freeing what only old ones use.
 *
 * A worker may be in the middle of a pass with the view it loaded; once a round it
 * reports through rte_rcu_qsbr that it is not.  Control does not wait for that when
 * it answers an operator: retired objects are kept in a list that each turn looks
 * at, so that a worker that hangs holds up no more than memory.
 */
#include "fabric/apply/retire.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_rcu_qsbr.h>

#include "fabric/apply/apply_impl.h"
#include "fabric/apply/tables.h"
#include "fabric/apply/view_build.h"
#include "fabric/neigh/neigh.h"
#include "fabric/runtime/learn.h"
#include "fabric/runtime/learn_sweep.h"
#include "fabric/runtime/matrix.h"
#include "fabric/runtime/mirror.h"
#include "fabric/runtime/port_state.h"
#include "fabric/runtime/punt.h"
#include "lib/indexmap.h"
#include "lib/mactab.h"

#define WAIT_US 1000000

static void
free_device(struct fabric *f, struct device_rt *d)
{
	if (d != NULL && !d->closed)
		f->backend->close(f, d);
	if (d != NULL && f->alive != NULL)
		f->alive();
	object_free_device(f, d);
}

/*
 * A table of the LAN is freed in parts, before the LAN.  Nothing is taken over into it
 * from then on, nor from tables that some worker still uses.
 */
static void
free_lan(struct fabric *f, struct retired *r)
{
	struct lan_rt *l = r->lans;

	tables_forget_lan(f->old_tables, l);
	for (struct retired *other = f->retired; other != NULL;
	     other = other->next)
		tables_forget_lan(other->tables, l);
	if (l->macs != NULL && mactab_free_some(l->macs))
		return;
	l->macs = NULL;
	r->lans = l->next;
	object_free_lan(f, l);
}

/* Takes the first object of a list, and frees it. */
#define FREE_FIRST(list, free_one)                                             \
	if (r->list != NULL) {                                                 \
		typeof(r->list) o = r->list;                                   \
                                                                               \
		r->list = o->next;                                             \
		free_one;                                                      \
		return true;                                                   \
	}

/* Frees an object of those retired, or a part of one.  False: there is none. */
static bool
free_next(struct fabric *f, struct retired *r)
{
	FREE_FIRST(devices, free_device(f, o))
	FREE_FIRST(ports, object_free_port(f, o))
	FREE_FIRST(acls, object_free_acl(o))
	FREE_FIRST(hits, free(o))
	FREE_FIRST(mirrors, mirror_free(f, o))
	if (r->config != NULL) {
		config_free(r->config);
		r->config = NULL;
	} else if (r->lans != NULL) {
		free_lan(f, r);
	} else if (r->nets != NULL) {
		r->nets = neigh_free_net(r->nets);
	} else if (r->matrix != NULL) {
		r->matrix = matrix_free_some(r->matrix);
	} else {
		return false;
	}
	return true;
}

/*
 * Messages of workers may still name the ports: take them first, while their
 * numbers are not given out again.  The tables are freed last, in turns to come.
 */
static void
let_go(struct fabric *f, struct retired *r)
{
	learn_poll(f);
	if (punt_poll(f))
		neigh_plan(f);
	view_free(r->view);
	r->view = NULL;
	while (r->tables != NULL) {
		struct old_table *o = r->tables;

		r->tables = o->next;
		o->next = f->old_tables;
		f->old_tables = o;
	}
	r->let_go = true;
}

/* Whether the MAC tables still have addresses of what goes: learn_sweep.h. */
static bool
is_learned(const struct fabric *f, const struct retired *r)
{
	for (const struct port_rt *p = r->ports; p != NULL; p = p->next)
		if (p->learned != 0)
			return true;
	for (const struct lan_rt *l = r->lans; l != NULL; l = l->next)
		if (l->macs != NULL && learn_sweep_runs(f, l))
			return true;
	return false;
}

/* Objects, and slots of MAC tables, for which a turn has time. */
#define FREE_A_TURN  16
#define SLOTS_A_TURN ((size_t)1 << 16)

/* To close a device takes the kernel some ten milliseconds: one a turn. */
static unsigned int
cost_of_next(const struct retired *r)
{
	return r->devices != NULL && !r->devices->closed ? FREE_A_TURN : 1;
}

/* Frees at most 'n' objects of those retired.  Returns whether nothing is left. */
static bool
free_some(struct fabric *f, struct retired *r, unsigned int n)
{
	if (!r->let_go)
		let_go(f, r);
	if (is_learned(f, r))
		return false;
	while (n > 0) {
		unsigned int cost = cost_of_next(r);

		if (!free_next(f, r))
			return true;
		n = n > cost ? n - cost : 0;
	}
	return false;
}

struct retired *
retire_create(void)
{
	return calloc(1, sizeof(struct retired));
}

static void
begin(struct fabric *f, struct retired *r)
{
	r->token = rte_rcu_qsbr_start(f->qs);
	runtime_wake_workers(f);
	r->next = f->retired;
	f->retired = r;
}

/* Neighbour tables that were given up after the apply; later, if memory is short. */
static void
retire_nets(struct fabric *f)
{
	struct retired *r = f->gone_nets != NULL ? retire_create() : NULL;

	if (r == NULL)
		return;
	r->nets = f->gone_nets;
	f->gone_nets = NULL;
	begin(f, r);
}

static bool
poll_all(struct fabric *f, unsigned int n, size_t slots)
{
	struct retired **at = &f->retired;
	bool waits = false;

	retire_nets(f);
	while (*at != NULL && !waits) {
		struct retired *r = *at;

		if (!r->let_go &&
		    rte_rcu_qsbr_check(f->qs, r->token, false) != 1) {
			at = &r->next;
		} else if (free_some(f, r, n)) {
			*at = r->next;
			free(r);
		} else {
			waits = true;
		}
	}
	return tables_turn(f, slots) && f->retired == NULL;
}

bool
retire_poll(struct fabric *f)
{
	bool done;

	if (!f->in_step)
		return poll_all(f, FREE_A_TURN, SLOTS_A_TURN);
	do
		done = poll_all(f, UINT_MAX, SIZE_MAX);
	while (!done && f->old_tables != NULL);
	return done;
}

void
retire(struct fabric *f, struct retired *r)
{
	begin(f, r);
	/* Else in turns to come: what retires it has taken its time already. */
	if (f->in_step)
		retire_poll(f);
}

const struct view *
retire_publish(struct fabric *f, const struct view *v)
{
	const struct view *old = f->view;

	f->view = v;
	port_state_changed(f);
	for (unsigned int i = 0; i < f->nworkers; i++)
		atomic_store_explicit(&f->worker[i]->view, v,
				      memory_order_release);
	runtime_wake_workers(f);
	return old;
}

int
retire_wait(struct fabric *f)
{
	learn_sweep_finish(f);
	for (unsigned int us = 0; us < WAIT_US; us += 10) {
		poll_all(f, UINT_MAX, SIZE_MAX);
		if (f->retired == NULL)
			return 0;
		rte_delay_us_sleep(10);
	}
	return -ETIMEDOUT;
}

/* Whether no worker uses any view but the one that is published now. */
static bool
wait_for_workers(struct fabric *f)
{
	uint64_t token = rte_rcu_qsbr_start(f->qs);

	runtime_wake_workers(f);
	for (unsigned int us = 0; us < WAIT_US; us += 10) {
		if (rte_rcu_qsbr_check(f->qs, token, false) == 1)
			return true;
		rte_delay_us_sleep(10);
	}
	return false;
}

int
retire_swap_view(struct fabric *f, struct view **v)
{
	const struct view *old = retire_publish(f, *v);
	struct retired *r;

	if (wait_for_workers(f)) {
		*v = (struct view *)(uintptr_t)old;
		return 0;
	}
	*v = NULL;
	r = retire_create();
	/* Without memory for that, the worker keeps it. */
	if (r != NULL) {
		r->view = old;
		retire(f, r);
	}
	return -ETIMEDOUT;
}

void
retire_all(struct fabric *f)
{
	learn_sweep_finish(f);
	for (struct retired *r = f->retired; r != NULL; r = f->retired) {
		f->retired = r->next;
		let_go(f, r);
		while (free_next(f, r))
			;
		free(r);
	}
	while (!tables_turn(f, SIZE_MAX))
		;
	neigh_free_nets(f->gone_nets);
	view_free(f->view);
	view_free(f->spare);
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		free_device(f, f->device[i]);
		object_free_port(f, f->port[i]);
	}
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++)
		object_free_lan(f, f->lan[i]);
	while (f->acls != NULL) {
		struct acl_rt *acl = f->acls;

		f->acls = acl->next;
		object_free_acl(acl);
	}
	indexmap_free(f->indexes);
	matrix_free(f->matrix);
	mirrors_free(f);
	config_free(f->config);
}
