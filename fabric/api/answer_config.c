/* SPDX-License-Identifier: BSD-3-Clause */
/* The answers to config diff, apply and show. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/arg.h"
#include "fabric/api/value.h"
#include "fabric/apply/apply.h"
#include "fabric/apply/plan.h"

#define PART_ROWS 128 /* sections of a configuration */

static json_t *
texts_of(const struct faults *faults)
{
	json_t *texts = json_array();
	const char *text;

	for (unsigned int i = 0; (text = faults_text(faults, i)) != NULL; i++)
		json_array_append_new(texts, json_string(text));
	return texts;
}

static void
add_pending(void *arg, const char *section, const char *key,
	    const char *old_value, const char *new_value, bool restart)
{
	(void)old_value, (void)new_value;
	if (restart && key != NULL)
		json_array_append_new(arg,
				      json_sprintf("%s: %s", section, key));
}

json_t *
answer_pending(const struct answers *a)
{
	json_t *keys = json_array();

	config_diff(a->started, a->fabric->config, add_pending, keys);
	return keys;
}

/* Counted anew: an apply may also revert an earlier change. */
static unsigned int
npending(const struct answers *a)
{
	json_t *keys = answer_pending(a);
	size_t n = json_array_size(keys);

	json_decref(keys);
	return (unsigned int)n;
}

static void
add_change(void *arg, const char *section, const char *key,
	   const char *old_value, const char *new_value, bool restart)
{
	const char *what = old_value == NULL   ? "added"
			   : new_value == NULL ? "removed"
					       : "changed";

	/* A whole section has no value. */
	if (key == NULL)
		old_value = new_value = NULL;
	json_array_append_new(arg,
			      json_pack("{s:s, s:s?, s:s, s:s?, s:s?, s:b}",
					"section", section, "key", key,
					"change", what, "old", old_value, "new",
					new_value, "restart", restart));
}

static json_t *
changes_to(const struct answers *a, const struct config *config)
{
	json_t *changes = json_array();

	config_diff(a->fabric->config, config, add_change, changes);
	return changes;
}

static void
add_interrupt(void *arg, const char *port, const char *why)
{
	json_array_append_new(
		arg, json_pack("{s:s, s:s}", "port", port, "why", why));
}

/* The running ports that lose frames when 'config' is applied, and why. */
static json_t *
interrupts_of(const struct answers *a, const struct config *config)
{
	json_t *ports = json_array();

	plan_interrupted(a->fabric, config, add_interrupt, ports);
	return ports;
}

static void
note_rejection(struct answers *a, const struct faults *faults)
{
	const char *why = faults != NULL ? faults_text(faults, 0) : NULL;

	free(a->rejected);
	a->rejected =
		faults != NULL ? strdup(why != NULL ? why : "no memory") : NULL;
}

int
answer_apply(struct answers *a, const char *file, struct apply_result *r,
	     json_t **changes, json_t **interrupts, struct faults *faults)
{
	struct config *config = config_read(file, faults);
	int rc = -EINVAL;

	if (config != NULL) {
		if (changes != NULL)
			*changes = changes_to(a, config);
		if (interrupts != NULL)
			*interrupts = interrupts_of(a, config);
		rc = fabric_apply(a->fabric, config, r, faults);
		if (rc != 0)
			config_free(config);
		else
			r->restart = npending(a);
	}
	note_rejection(a, rc != 0 ? faults : NULL);
	return rc;
}

static enum ctl_verdict
refuse_config(struct ctl_request *rq, const char *file,
	      const struct faults *faults)
{
	rq->details = texts_of(faults);
	return ctl_refuse(rq, "config", "%.256s: rejected, nothing was changed",
			  file);
}

static const char *
file_of(const struct answers *a, const struct ctl_request *rq)
{
	const char *file = arg_text(rq, "file");

	return file != NULL ? file : a->file;
}

enum ctl_verdict
answer_config_apply(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct faults *faults = faults_create();
	struct apply_result r = { 0 };
	json_t *changes = NULL, *interrupts = NULL;

	if (faults == NULL)
		return ctl_refuse(rq, "failed", "no memory");
	if (answer_apply(a, file_of(a, rq), &r, &changes, &interrupts,
			 faults) != 0) {
		json_decref(changes);
		json_decref(interrupts);
		refuse_config(rq, file_of(a, rq), faults);
		faults_free(faults);
		return CTL_ERROR;
	}
	*part = json_pack(
		"{s:s, s:o, s:o, s:o, s:I, s:i, s:i, s:i, s:o}", "file",
		file_of(a, rq), "changes", changes, "interrupts", interrupts,
		"warnings", texts_of(faults), "generation",
		(json_int_t)r.generation, "ports_untouched",
		(int)r.ports_untouched, "devices_opened", (int)r.devices_opened,
		"devices_closed", (int)r.devices_closed, "restart_pending",
		answer_pending(a));
	faults_free(faults);
	return CTL_END;
}

enum ctl_verdict
answer_config_diff(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct faults *faults = faults_create();
	struct config *config;

	if (faults == NULL)
		return ctl_refuse(rq, "failed", "no memory");
	config = config_read(file_of(a, rq), faults);
	if (config == NULL)
		refuse_config(rq, file_of(a, rq), faults);
	else
		*part = json_pack(
			"{s:s, s:o, s:o, s:o}", "file", file_of(a, rq),
			"changes", changes_to(a, config), "interrupts",
			interrupts_of(a, config), "warnings", texts_of(faults));
	config_free(config);
	faults_free(faults);
	return *part != NULL ? CTL_END : CTL_ERROR;
}

/* config show. */

static void
put_key(json_t *row, const char *key, const char *value)
{
	const char *section =
		json_string_value(json_object_get(row, "section"));
	json_t *keys = json_object_get(row, "keys");
	json_t *list = json_object_get(keys, key);

	if (!config_key_repeats(section, key)) {
		json_object_set_new(keys, key, value_text(value));
		return;
	}
	if (list == NULL) {
		list = json_array();
		json_object_set_new(keys, key, list);
	}
	json_array_append_new(list, value_text(value));
}

/* A key that is not set: "; mac_limit = 0"; 'value' is its default, or "". */
static void
put_unset(json_t *row, const char *key, const char *value)
{
	json_t *unset = json_object_get(row, "unset");

	if (unset == NULL) {
		unset = json_object();
		json_object_set_new(row, "unset", unset);
	}
	json_object_set_new(unset, key, value_text(value));
}

/* "[port as64500]", "key = value", "; key = value"; other lines are ignored. */
static void
add_line(json_t *rows, char *line)
{
	json_t *row = json_array_get(rows, json_array_size(rows) - 1);
	char *value = strstr(line, " =");

	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '[') {
		line[strcspn(line, "]")] = '\0';
		json_array_append_new(rows, json_pack("{s:s, s:{}}", "section",
						      line + 1, "keys"));
		return;
	}
	if (value == NULL || row == NULL)
		return;
	*value = '\0';
	value += strlen(" =");
	value += *value == ' ';
	if (strncmp(line, "; ", 2) == 0)
		put_unset(row, line + 2, value);
	else
		put_key(row, line, value);
}

static json_t *
rows_of(FILE *in)
{
	json_t *rows = json_array();
	char *line = NULL;
	size_t size = 0;

	while (rows != NULL && getline(&line, &size, in) > 0)
		add_line(rows, line);
	free(line);
	return rows;
}

/*
 * The configuration as config_print() writes it, an object for each section:
 *
 *   {"section": "port as64500", "keys": {"device": "...", "mac": ["...", "..."]}}
 *
 * Values are strings as in the file; a key that may be repeated has an array, also
 * if it is there once.  NULL when memory is short.
 */
static json_t *
config_rows(const struct config *config, bool defaults)
{
	json_t *rows = NULL;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size), *in;

	if (out == NULL)
		return NULL;
	config_print(config, defaults, out);
	if (fclose(out) == 0 && (in = fmemopen(text, size, "r")) != NULL) {
		rows = rows_of(in);
		fclose(in);
	}
	free(text);
	return rows;
}

/*
 * Puts all rows into rq->state.  They are a copy: a later configuration does not
 * matter.
 */
static enum ctl_verdict
begin_show(struct answers *a, struct ctl_request *rq)
{
	const char *which = arg_text(rq, "which");
	bool defaults = arg_is_set(rq, "defaults");
	struct faults *faults = faults_create();
	struct config *config = NULL;

	if (faults == NULL)
		return ctl_refuse(rq, "failed", "no memory");
	if (which == NULL || strcmp(which, "running") == 0)
		rq->state = config_rows(a->fabric->config, defaults);
	else if ((config = config_read(a->file, faults)) != NULL)
		rq->state = config_rows(config, defaults);
	else
		refuse_config(rq, a->file, faults);
	if (rq->state == NULL && rq->code == NULL)
		ctl_refuse(rq, "failed", "no memory");
	config_free(config);
	faults_free(faults);
	return rq->state != NULL ? CTL_MORE : CTL_ERROR;
}

enum ctl_verdict
answer_config_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	size_t n, end;

	if (rq->state == NULL && begin_show(a, rq) == CTL_ERROR)
		return CTL_ERROR;
	n = json_array_size(rq->state);
	end = rq->place[0] + PART_ROWS < n ? rq->place[0] + PART_ROWS : n;
	rq->generation = 0;
	*part = json_array();
	for (; rq->place[0] < end; rq->place[0]++)
		json_array_append(*part,
				  json_array_get(rq->state, rq->place[0]));
	return end < n ? CTL_MORE : CTL_END;
}
