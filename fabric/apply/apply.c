/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From a configuration to what runs.
 *
 *   1 make what is new, step by step, in parts        may fail: undo in reverse
 *   2 open devices, which may close running ones,
 *     one after the other                             may fail: undo in reverse
 *   3 make addresses in MAC tables                    may fail: undo in reverse
 *   4 publish the view                                cannot fail
 *   5 keep it, step by step; retire what only the
 *     old view used                                   cannot fail
 *
 * From 3 on it is one turn of control.  In 1 control has its turns: what they do
 * (learning, links, devices that are closed or opened) is not in what is made, which
 * points to the same objects as the running view.  So it has in 2, but opens and
 * closes no device in them.
 *
 * Start-up is an apply, too, from the empty configuration.  An object that is in
 * both configurations stays the same, with its counters, learned addresses and
 * devices.
 */
#include "fabric/apply/apply.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/apply/apply_impl.h"
#include "fabric/apply/override.h"
#include "fabric/apply/plan.h"
#include "fabric/apply/retire.h"
#include "fabric/apply/tables.h"
#include "fabric/apply/view_build.h"
#include "fabric/neigh/neigh.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/matrix.h"
#include "fabric/runtime/violation.h"

/* The changes come section by section. */
struct comparison {
	const struct config *running;
	struct apply_changes *changes;
};

static void
note_change(void *arg, const char *section, const char *key,
	    const char *old_value, const char *new_value, bool restart)
{
	struct comparison *c = arg;
	const struct config_port *port = NULL;

	(void)key, (void)old_value, (void)new_value;
	c->changes->restart += restart;
	if (strncmp(section, "port ", 5) == 0)
		port = config_port(c->running, section + 5);
	if (port != NULL)
		c->changes->port[port - c->running->port] = true;
}

struct apply_changes *
apply_compare(const struct config *running, const struct config *next)
{
	struct comparison c = { running, calloc(1, sizeof(*c.changes)) };

	if (c.changes == NULL)
		return NULL;
	c.changes->changes = config_diff(running, next, note_change, &c);
	config_changed_lans(running, next, c.changes->lan);
	return c.changes;
}

/* Ports that are changed or interrupted. */
struct tally {
	const struct config *running;
	bool touched[CONFIG_PORTS_MAX];
};

static void
note_interrupted(void *arg, const char *port, const char *why)
{
	struct tally *t = arg;

	(void)why;
	t->touched[config_port(t->running, port) - t->running->port] = true;
}

/* Before anything is changed: what will be. */
static void
foresee(struct apply *a)
{
	static struct tally t; /* large; one thread */

	t.running = a->f->config;
	memcpy(t.touched, a->changes->port, sizeof(t.touched));
	a->interrupted =
		plan_interrupted(a->f, a->config, note_interrupted, &t);
	for (unsigned int i = 0; i < a->f->config->nports; i++)
		a->untouched += !t.touched[i];
}

static void
fill_result(const struct apply *a, struct apply_result *result)
{
	result->changes = a->changes->changes;
	result->restart = a->changes->restart;
	result->ports_untouched = a->untouched;
	result->ports_interrupted = a->interrupted;
	result->generation = a->f->generation;
	result->devices_opened = a->opened;
	result->devices_closed = a->closed;
}

static int
make_neigh(struct apply *a, unsigned int i)
{
	a->nneigh = i + 1;
	return neigh_make(a->f, a->next->lan[i], &a->config->lan[i]);
}

static void
undo_neigh(struct apply *a)
{
	while (a->nneigh > 0)
		neigh_undo(a->next->lan[--a->nneigh]);
}

static void
keep_neigh(struct apply *a)
{
	for (unsigned int i = 0; i < a->config->nlans; i++) {
		if (a->next->changed[i])
			neigh_keep(a->f, a->next->lan[i], &a->config->lan[i]);
		else
			neigh_keep_as_it_is(a->next->lan[i]);
	}
	neigh_watch_outside(a->f);
	neigh_plan(a->f);
}

/* The view is begun, and has its LANs and ports, one after the other. */
static unsigned int
view_parts(const struct apply *a)
{
	return 1 + a->config->nlans + a->config->nports;
}

static void
begin_view(struct apply *a)
{
	a->view = view_begin(a->f, a->config);
	if (a->view != NULL)
		a->view->matrix = a->matrix != NULL ? a->matrix->shown : NULL;
}

static int
make_view(struct apply *a, unsigned int part)
{
	unsigned int nlans = a->config->nlans;

	if (part == 0)
		begin_view(a);
	else if (part <= nlans)
		view_add_lan(a->f, a->config, a->next, a->view, part - 1);
	else
		view_add_port(a->config, a->next, a->view, part - 1 - nlans);
	return a->view != NULL ? 0 : -ENOMEM;
}

static void
undo_view(struct apply *a)
{
	view_free(a->view);
}

static int
end_view(struct apply *a, unsigned int part)
{
	(void)part;
	apply_prepare_lags(a);
	return view_end(a->f, a->config, a->next, a->view);
}

static const struct apply_step apply_neigh = {
	"the IP addresses", object_lans, 16, make_neigh, undo_neigh, keep_neigh
};
static const struct apply_step apply_view = { "the view", view_parts, 1,
					      make_view,  undo_view,  NULL };
static const struct apply_step apply_view_end = { "the view", NULL, 0,
						  end_view,   NULL, NULL };

/* In the order in which they are made, and kept. */
static const struct apply_step *const steps[] = {
	&apply_lan_objects, &apply_objects, &apply_indexes, &apply_neigh,
	&apply_rules,       &apply_matrix,  &apply_mirrors, &apply_lags,
	&apply_view,        &apply_devices, &apply_macs,    &apply_view_end,
};

#define NSTEPS (sizeof(steps) / sizeof(steps[0]))

static void
end(struct apply *a)
{
	if (a->own_changes)
		free(a->changes);
	free(a->running);
	free(a->next);
	free(a->place);
	free(a->retired);
	free(a);
}

void
apply_abandon(struct apply *a)
{
	if (a == NULL)
		return;
	for (size_t n = NSTEPS; n-- > 0;)
		if (steps[n]->undo != NULL)
			steps[n]->undo(a);
	end(a);
}

static void
report_memory(struct faults *faults, const char *what)
{
	if (faults_errors(faults) == 0)
		faults_error(faults, FAULTS_NOWHERE, NULL, "no memory for %s",
			     what);
}

/* A part of a step. */
static int
make(struct apply *a)
{
	const struct apply_step *s = steps[a->step];
	int rc = s->make(a, a->part++);

	if (rc != 0)
		report_memory(a->faults, s->name);
	return rc;
}

/*
 * What takes so many units, of the steps before 'end'.  1: all is made; 0: there is
 * more; -errno: it is to be undone.
 */
static int
make_parts(struct apply *a, unsigned int units, const struct apply_step *end)
{
	a->spent = 0;
	while (steps[a->step] != end) {
		const struct apply_step *s = steps[a->step];
		int rc;

		if (a->part == s->parts(a)) {
			a->step++;
			a->part = 0;
			continue;
		}
		if (a->spent >= units)
			return 0;
		a->spent += s->cost;
		rc = make(a);
		if (rc != 0)
			return rc;
	}
	return 1;
}

struct apply *
apply_begin(struct fabric *f, struct config *new_config, struct tables *tables,
	    struct apply_changes *changes, struct faults *faults)
{
	struct apply *a = calloc(1, sizeof(*a));

	if (a == NULL) {
		report_memory(faults, "the new configuration");
		return NULL;
	}
	a->f = f;
	a->config = new_config;
	a->faults = faults;
	a->tables = tables;
	a->own_changes = changes == NULL;
	a->changes = changes != NULL ? changes
				     : apply_compare(f->config, new_config);
	a->retired = retire_create();
	a->running = objects_running(f);
	a->next = calloc(1, sizeof(struct objects));
	if (a->changes == NULL || a->retired == NULL || a->running == NULL ||
	    a->next == NULL || apply_find_places(a) != 0) {
		end(a);
		report_memory(faults, "the new configuration");
		return NULL;
	}
	memcpy(a->next->changed, a->changes->lan, sizeof(a->next->changed));
	/* What an apply makes of a LAN goes by what the last one has left. */
	neigh_settle(f, UINT_MAX);
	return a;
}

int
apply_prepare(struct apply *a, unsigned int units)
{
	int rc = make_parts(a, units, &apply_devices);

	if (rc < 0)
		apply_abandon(a);
	return rc;
}

int
apply_change_devices(struct apply *a, unsigned int units)
{
	int rc = a->failed;

	if (!a->f->changes_devices)
		foresee(a);
	a->f->changes_devices = true;
	if (rc == 0) {
		rc = make_parts(a, units, &apply_macs);
		if (rc == 1 && units != UINT_MAX && a->f->now < a->wait_until)
			return 0;
		if (rc >= 0)
			return rc;
		a->failed = rc;
		if (units != UINT_MAX)
			return 0;
	} else if (units != UINT_MAX && apply_devices_undo_one(a)) {
		return 0;
	}
	apply_abandon(a);
	return rc;
}

/* The new configuration is made, and now runs. */
static void
keep_all(struct apply *a)
{
	struct fabric *f = a->f;

	f->generation++;
	a->retired->view = retire_publish(f, a->view);
	view_free(f->spare);
	f->spare = NULL;
	override_end(f, a->config);
	for (size_t i = 0; i < NSTEPS; i++)
		if (steps[i]->keep != NULL)
			steps[i]->keep(a);
}

/* At the start the front door says so. */
static void
log_tables(struct fabric *f, const struct config *old,
	   const struct config *new_config)
{
	char text[TABLES_TEXT_SIZE];
	char line[EVENT_SIZE];

	if (f->generation == 1 ||
	    old->fabric.mac_table == new_config->fabric.mac_table)
		return;
	snprintf(line, sizeof(line), "MAC tables: %s", tables_text(f, text));
	event_log(f, DROP_NOTICE, line);
}

int
apply_carry_out(struct apply *a, struct apply_result *result)
{
	struct fabric *f = a->f;
	struct config *old = f->config;

	int rc;

	memset(result, 0, sizeof(*result));
	rc = apply_change_devices(a, UINT_MAX);
	if (rc < 0)
		return rc;
	for (rc = 0; rc == 0 && a->step < NSTEPS; a->step++, a->part = 0)
		rc = make(a);
	if (rc != 0) {
		apply_abandon(a);
		return rc;
	}
	keep_all(a);
	fill_result(a, result);
	/* Before what workers have reported by the new view is taken. */
	f->config = a->config;
	log_tables(f, old, f->config);
	apply_events(f, old, f->config);
	a->retired->config = old;
	retire(f, a->retired);
	a->retired = NULL;
	end(a);
	violation_applied(f);
	return 0;
}

int
fabric_apply_with(struct fabric *f, struct config *new_config,
		  struct tables *tables, struct apply_result *result,
		  struct faults *faults)
{
	struct apply *a = apply_begin(f, new_config, tables, NULL, faults);
	int rc;

	memset(result, 0, sizeof(*result));
	if (a == NULL)
		return -ENOMEM;
	rc = apply_prepare(a, UINT_MAX);
	if (rc == 1)
		rc = apply_carry_out(a, result);
	if (rc == 0)
		neigh_settle(f, UINT_MAX);
	return rc;
}

int
fabric_apply(struct fabric *f, struct config *new_config,
	     struct apply_result *result, struct faults *faults)
{
	struct tables *tables = tables_create(f->config, new_config, faults);
	int rc = tables == NULL ? -ENOMEM
				: tables_copy(f, new_config, tables, SIZE_MAX);

	memset(result, 0, sizeof(*result));
	if (rc < 0 && faults_errors(faults) == 0)
		faults_error(faults, (struct where){ NULL, 0 }, NULL,
			     "no memory for the MAC tables");
	if (rc > 0)
		rc = fabric_apply_with(f, new_config, tables, result, faults);
	tables_free(tables);
	return rc;
}
