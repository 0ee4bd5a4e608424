/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Publishing views, and freeing what only old ones use.
 *
 * A worker may be in the middle of a pass with the view it loaded; it says that
 * it is not, once a round, through rte_rcu_qsbr.  Control never waits for that
 * on the way of an operator: what is to be freed is kept in a list and looked
 * at each turn, so a worker that hangs holds up no more than memory.
 */
#include <errno.h>
#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_rcu_qsbr.h>

#include "fabric/apply/apply.h"
#include "fabric/neigh/neigh.h"
#include "fabric/runtime/learn.h"
#include "fabric/trial/trial.h"
#include "lib/mactab.h"
#include "lib/movetab.h"

#define PATIENCE_US 1000000

static void
free_devices(struct fabric *f, struct device_rt *d)
{
	while (d != NULL) {
		struct device_rt *next = d->next;

		if (!d->closed)
			f->backend->close(f, d);
		f->device[d->id] = NULL;
		free(d->spec);
		free(d);
		d = next;
	}
}

static void
free_ports(struct fabric *f, struct port_rt *p)
{
	while (p != NULL) {
		struct port_rt *next = p->next;

		f->port[p->id] = NULL;
		free(p->rules[0].hits);
		free(p->rules[1].hits);
		free(p->shared);
		free(p->violations);
		free(p);
		p = next;
	}
}

static void
free_lans(struct fabric *f, struct lan_rt *l)
{
	while (l != NULL) {
		struct lan_rt *next = l->next;

		f->lan[l->id] = NULL;
		mactab_free(l->macs);
		movetab_free(l->moves);
		neigh_free_nets(l->nets);
		neigh_free(l->neigh);
		free(l);
		l = next;
	}
}

static void
free_hits(struct rule_hits *h)
{
	while (h != NULL) {
		struct rule_hits *next = h->next;

		free(h);
		h = next;
	}
}

/*
 * Messages of workers may still name the ports: take them first, while their
 * numbers are not given out again.
 */
static void
bury(struct fabric *f, struct retired *r)
{
	learn_poll(f);
	neigh_poll(f);
	view_free(r->view);
	free_devices(f, r->devices);
	free_ports(f, r->ports);
	free_lans(f, r->lans);
	apply_free_acls(r->acls);
	free_hits(r->hits);
	neigh_free_nets(r->nets);
	for (unsigned int i = 0; i < r->ntables; i++)
		mactab_free(r->table[i]);
	free(r);
}

bool
retire_poll(struct fabric *f)
{
	struct retired **at = &f->retired;

	while (*at != NULL) {
		struct retired *r = *at;

		if (rte_rcu_qsbr_check(f->qs, r->token, false) == 1) {
			*at = r->next;
			bury(f, r);
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
	for (unsigned int i = 0; i < f->nworkers; i++)
		atomic_store_explicit(&f->worker[i]->view, v,
				      memory_order_release);
	return old;
}

int
retire_wait(struct fabric *f)
{
	for (unsigned int us = 0; us < PATIENCE_US; us += 10) {
		if (retire_poll(f))
			return 0;
		rte_delay_us_sleep(10);
	}
	return -ETIMEDOUT;
}

int
retire_view_now(struct fabric *f, struct view *v)
{
	struct retired *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		view_free(v);
		return -ENOMEM;
	}
	r->view = retire_publish(f, v);
	retire(f, r);
	return retire_wait(f);
}

void
runtime_clear(struct fabric *f)
{
	for (struct retired *r = f->retired; r != NULL; r = f->retired) {
		f->retired = r->next;
		bury(f, r);
	}
	trial_free(f->trials);
	view_free(f->view);
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		free_devices(f, f->device[i]);
		free_ports(f, f->port[i]);
	}
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++)
		free_lans(f, f->lan[i]);
	apply_free_acls(f->acls);
	config_free(f->config);
}
