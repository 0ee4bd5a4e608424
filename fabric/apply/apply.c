/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From a configuration to what runs.
 *
 *   1 make what is new, step by step                  may fail: undo in reverse
 *   2 publish the view                                cannot fail
 *   3 keep it, step by step; retire what only the
 *     old view used                                   cannot fail
 *
 * Start-up is an apply, too, from the empty configuration.  An object that is in
 * both configurations stays the same, with its counters, learned addresses and
 * devices.
 */
#include "fabric/apply/apply.h"

#include <errno.h>
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
#include "fabric/runtime/violation.h"

/* Counts the changes for the result; they come section by section. */
struct tally {
	const struct fabric *f;
	struct apply_result *result;
	bool touched[PORTS_MAX];
	char section[CONFIG_NAME_SIZE + 8];
};

static void
touch(struct tally *t, const char *port)
{
	const struct config_port *c = config_port(t->f->config, port);

	if (c == NULL || t->touched[c - t->f->config->port])
		return;
	t->touched[c - t->f->config->port] = true;
	t->result->ports_untouched--;
}

static void
count_interrupted(void *arg, const char *port, const char *why)
{
	(void)why;
	touch(arg, port);
}

static void
count_change(void *arg, const char *section, const char *key,
	     const char *old_value, const char *new_value, bool restart)
{
	struct tally *t = arg;

	(void)key, (void)old_value, (void)new_value;
	t->result->restart += restart;
	if (strcmp(t->section, section) == 0)
		return;
	snprintf(t->section, sizeof(t->section), "%s", section);
	if (strncmp(section, "port ", 5) == 0)
		touch(t, section + 5);
}

/* Before anything is changed: what will be. */
static void
foresee(const struct apply *a, struct apply_result *result)
{
	static struct tally t; /* large; one thread */

	t = (struct tally){ .f = a->f, .result = result };
	result->ports_untouched = a->f->config->nports;
	result->changes =
		config_diff(a->f->config, a->config, count_change, &t);
	result->ports_interrupted =
		plan_interrupted(a->f, a->config, count_interrupted, &t);
}

static void
fill_result(const struct apply *a, struct apply_result *result)
{
	result->generation = a->f->generation;
	result->devices_opened = a->opened;
	result->devices_closed = a->closed;
}

static int
make_neigh(struct apply *a)
{
	int rc = 0;

	while (rc == 0 && a->nneigh < a->config->nlans) {
		unsigned int i = a->nneigh++;

		rc = neigh_make(a->f, a->next->lan[i], &a->config->lan[i]);
	}
	return rc;
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
	bool changed[CONFIG_LANS_MAX];

	config_changed_lans(a->f->config, a->config, changed);
	for (unsigned int i = 0; i < a->config->nlans; i++) {
		if (changed[i])
			neigh_keep(a->f, a->next->lan[i], &a->config->lan[i],
				   &a->retired->nets);
		else
			neigh_keep_as_it_is(a->next->lan[i]);
	}
	for (unsigned int i = 0; i < a->config->nlans; i++)
		if (changed[i])
			neigh_watch_lan(a->f, a->next->lan[i]);
	neigh_watch_lan(a->f, NULL);
	neigh_plan(a->f);
}

static int
make_view(struct apply *a)
{
	a->view = view_build(a->f, a->config, a->next);
	return a->view != NULL ? 0 : -ENOMEM;
}

static const struct apply_step apply_neigh = { "the IP addresses", make_neigh,
					       undo_neigh, keep_neigh };
static const struct apply_step apply_view = { "the view", make_view, NULL,
					      NULL };

/* In the order in which they are made, and kept. */
static const struct apply_step *const steps[] = {
	&apply_objects, &apply_neigh, &apply_rules,
	&apply_devices, &apply_macs,  &apply_view,
};

#define NSTEPS (sizeof(steps) / sizeof(steps[0]))

/* All steps, or none. */
static int
make_all(struct apply *a)
{
	const char *what = "the new configuration";
	bool begun =
		a->retired != NULL && a->running != NULL && a->next != NULL;
	int rc = begun ? 0 : -ENOMEM;
	size_t n = 0;

	while (rc == 0 && n < NSTEPS) {
		what = steps[n]->name;
		rc = steps[n++]->make(a);
	}
	if (rc == 0)
		return 0;
	if (faults_errors(a->faults) == 0)
		faults_error(a->faults, (struct where){ NULL, 0 }, NULL,
			     "no memory for %s", what);
	while (n-- > 0)
		if (steps[n]->undo != NULL)
			steps[n]->undo(a);
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
fabric_apply_with(struct fabric *f, struct config *new_config,
		  struct tables *tables, struct apply_result *result,
		  struct faults *faults)
{
	struct apply a = {
		.f = f,
		.config = new_config,
		.faults = faults,
		.tables = tables,
		.retired = retire_create(),
		.running = objects_running(f),
		.next = calloc(1, sizeof(struct objects)),
	};
	struct config *old = f->config;
	int rc;

	memset(result, 0, sizeof(*result));
	foresee(&a, result);
	rc = make_all(&a);
	if (rc == 0)
		keep_all(&a);
	free(a.running);
	free(a.next);
	if (rc != 0) {
		free(a.retired);
		return rc;
	}
	fill_result(&a, result);
	/* Before what workers have reported by the new view is taken. */
	f->config = new_config;
	log_tables(f, old, new_config);
	retire(f, a.retired);
	config_free(old);
	violation_applied(f);
	return 0;
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
