/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From a configuration to what runs.
 *
 *   1 make the objects that are new: tables, devices      may fail: undo
 *   2 put addresses into the tables, build the new view    may fail: undo
 *   3 publish the view                                    cannot fail
 *   4 retire what only the old view used                  cannot fail
 *
 * Start-up is the same road, from the empty configuration.  What is in both
 * configurations is not touched: its objects, and with them counters, learned
 * addresses and devices, stay what they are.
 */
#include "fabric/apply/apply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/apply/override.h"
#include "fabric/runtime/violation.h"

/* The changes for the report; one section after the other. */
struct tally {
	struct apply_result *result;
	unsigned int ports_changed;
	char section[CONFIG_NAME_SIZE + 8];
};

static void
count_change(void *arg, const char *section, const char *key,
	     const char *old_value, const char *new_value, bool restart)
{
	struct tally *t = arg;
	bool came = key == NULL && old_value == NULL;

	(void)new_value;
	t->result->restart += restart;
	if (strcmp(t->section, section) == 0)
		return;
	snprintf(t->section, sizeof(t->section), "%s", section);
	if (strncmp(section, "port ", 5) == 0 && !came)
		t->ports_changed++;
}

static void
fill_result(struct apply *a)
{
	struct tally t = { .result = a->result };

	a->result->restart = 0;
	a->result->changes =
		config_diff(a->f->config, a->config, count_change, &t);
	a->result->ports_untouched =
		a->f->config->nports > t.ports_changed
			? a->f->config->nports - t.ports_changed
			: 0;
	a->result->generation = a->f->generation;
}

static int
no_memory(struct apply *a)
{
	faults_error(a->faults, (struct where){ NULL, 0 }, NULL,
		     "not enough memory for the new configuration");
	return -ENOMEM;
}

/* Steps 1 and 2. */
static int
prepare(struct apply *a)
{
	int rc;

	a->retired = calloc(1, sizeof(*a->retired) +
				       CONFIG_LANS_MAX *
					       sizeof(a->retired->table[0]));
	if (a->retired == NULL)
		return no_memory(a);
	rc = apply_make_objects(a);
	if (rc == 0)
		rc = apply_make_rules(a);
	if (rc == 0)
		rc = apply_make_devices(a);
	if (rc == 0)
		rc = apply_add_macs(a);
	if (rc != 0)
		return rc;
	a->view = view_build(a->f, a->config);
	return a->view != NULL ? 0 : no_memory(a);
}

static void
undo(struct apply *a)
{
	apply_undo_macs(a);
	apply_undo_devices(a);
	apply_undo_rules(a);
	apply_undo_objects(a);
	free(a->retired);
}

int
fabric_apply(struct fabric *f, struct config *new_config,
	     struct apply_result *result, struct faults *faults)
{
	struct apply a = {
		.f = f,
		.config = new_config,
		.faults = faults,
		.result = result,
	};
	struct config *old;
	int rc;

	memset(result, 0, sizeof(*result));
	rc = prepare(&a);
	if (rc != 0) {
		undo(&a);
		free(a.undo);
		return rc;
	}
	override_clear(f);
	f->generation++;
	a.retired->view = retire_publish(f, a.view);
	apply_drop_macs(&a);
	fill_result(&a);
	apply_keep_objects(&a);
	apply_keep_rules(&a);
	apply_keep_devices(&a);
	/* Before what workers have said by the new view is taken. */
	old = f->config;
	f->config = new_config;
	retire(f, a.retired);
	free(a.undo);
	config_free(old);
	violation_applied(f);
	return 0;
}
