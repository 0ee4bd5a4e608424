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
#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_rcu_qsbr.h>

#include "fabric/apply/apply_impl.h"
#include "fabric/apply/view_build.h"
#include "fabric/neigh/neigh.h"
#include "fabric/runtime/learn.h"
#include "fabric/runtime/port_state.h"
#include "fabric/runtime/punt.h"
#include "lib/mactab.h"

#define WAIT_US 1000000

/* Frees a list of retired objects, one by one. */
#define FREE_LIST(list, free_one)                                              \
	for (typeof(list) o = (list), next; o != NULL; o = next) {             \
		next = o->next;                                                \
		free_one;                                                      \
	}

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
 * Messages of workers may still name the ports: take them first, while their
 * numbers are not given out again.
 */
static void
free_retired(struct fabric *f, struct retired *r)
{
	learn_poll(f);
	if (punt_poll(f))
		neigh_plan(f);
	view_free(r->view);
	FREE_LIST(r->devices, free_device(f, o));
	FREE_LIST(r->ports, object_free_port(f, o));
	FREE_LIST(r->lans, object_free_lan(f, o));
	FREE_LIST(r->acls, object_free_acl(o));
	FREE_LIST(r->hits, free(o));
	neigh_free_nets(r->nets);
	for (unsigned int i = 0; i < r->ntables; i++)
		mactab_free(r->table[i]);
	free(r);
}

struct retired *
retire_create(void)
{
	struct retired *r;

	return calloc(1, sizeof(*r) + CONFIG_LANS_MAX * sizeof(r->table[0]));
}

bool
retire_poll(struct fabric *f)
{
	struct retired **at = &f->retired;

	while (*at != NULL) {
		struct retired *r = *at;

		if (rte_rcu_qsbr_check(f->qs, r->token, false) == 1) {
			*at = r->next;
			free_retired(f, r);
		} else {
			at = &r->next;
		}
	}
	return f->retired == NULL;
}

void
retire(struct fabric *f, struct retired *r)
{
	r->token = rte_rcu_qsbr_start(f->qs);
	r->next = f->retired;
	f->retired = r;
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
	return old;
}

int
retire_wait(struct fabric *f)
{
	for (unsigned int us = 0; us < WAIT_US; us += 10) {
		if (retire_poll(f))
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
	for (struct retired *r = f->retired; r != NULL; r = f->retired) {
		f->retired = r->next;
		free_retired(f, r);
	}
	view_free(f->view);
	view_free(f->spare);
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		free_device(f, f->device[i]);
		object_free_port(f, f->port[i]);
	}
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++)
		object_free_lan(f, f->lan[i]);
	FREE_LIST(f->acls, object_free_acl(o));
	config_free(f->config);
}
