/* SPDX-License-Identifier: BSD-3-Clause */
/* The answers to config diff, apply, rollback and show. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/apply_job.h"
#include "fabric/api/apply_order.h"
#include "fabric/api/arg.h"
#include "fabric/api/command.h"
#include "fabric/api/confirm.h"
#include "fabric/api/history.h"
#include "fabric/api/peer.h"
#include "fabric/api/value.h"

#define PART_ROWS 64 /* sections of a configuration: half a millisecond */

static enum ctl_verdict
refuse_config(struct ctl_request *rq, const char *code, const char *file,
	      const struct faults *faults)
{
	rq->details = command_faults(faults);
	return ctl_refuse(rq, code, "%.256s: rejected, nothing was changed",
			  file);
}

static json_t *
report_applied(const struct answers *a, const struct apply_done *d)
{
	const struct apply_report *r = d->report;

	return json_pack("{s:s, s:O, s:O, s:O, s:o, s:I, s:i, s:i, s:i, s:O, "
			 "s:O, s:o, s:o}",
			 "file", d->order->file, "changes", r->changes,
			 "interrupts", r->interrupts, "ends", r->ends,
			 "warnings", command_faults(d->faults), "generation",
			 (json_int_t)r->result.generation, "ports_untouched",
			 (int)r->result.ports_untouched, "devices_opened",
			 (int)r->result.devices_opened, "devices_closed",
			 (int)r->result.devices_closed, "restart_pending",
			 r->pending, "recent", r->recent, "confirm",
			 confirm_row(a), "history", answer_history_problem(a));
}

static json_t *
report_compared(const struct answers *a, const struct apply_done *d)
{
	const struct apply_report *r = d->report;
	char text[APPLY_ORDER_TEXT];
	bool force = apply_order_needs_force(a, d->config, text);

	return json_pack("{s:s, s:O, s:O, s:O, s:o, s:s?, s:O, s:o}", "file",
			 d->order->file, "changes", r->changes, "interrupts",
			 r->interrupts, "ends", r->ends, "warnings",
			 command_faults(d->faults), "force",
			 force ? text : NULL, "recent", r->recent, "confirm",
			 confirm_row(a));
}

/* The answer to an order that has ended. */
static enum ctl_verdict
report(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct apply_done d = apply_job_result(a->job);
	const char *code = d.report->code != NULL ? d.report->code : "config";

	if (d.rc != 0)
		return refuse_config(rq, code, d.order->file, d.faults);
	*part = d.config == NULL ? report_applied(a, &d)
				 : report_compared(a, &d);
	return *part != NULL ? CTL_END : ctl_refuse(rq, "failed", "no memory");
}

/* Makes the order that a request is about; false: the request is refused. */
typedef bool make_order(const struct answers *, struct ctl_request *,
			struct apply_order *);

static enum ctl_verdict
begin_order(struct answers *a, struct ctl_request *rq, make_order *make,
	    bool applies)
{
	struct apply_order o;
	bool ok = make(a, rq, &o);

	if (ok)
		a->job = apply_job_begin(a, rq, &o, applies);
	apply_order_end(&o);
	if (ok && a->job == NULL)
		ctl_refuse(rq, "failed", "no memory");
	return a->job != NULL ? CTL_WAIT : CTL_ERROR;
}

/* One order after the other: one that another has given is waited for. */
static enum ctl_verdict
with_order(struct answers *a, struct ctl_request *rq, json_t **part,
	   make_order *make, bool applies)
{
	enum ctl_verdict v;

	rq->generation = 0;
	if (a->job != NULL && apply_job_owner(a->job) != rq)
		return CTL_WAIT;
	if (a->job == NULL && begin_order(a, rq, make, applies) == CTL_ERROR)
		return CTL_ERROR;
	if (!apply_job_turn(a->job))
		return CTL_WAIT;
	v = report(a, rq, part);
	apply_job_end(a->job);
	a->job = NULL;
	return v;
}

enum ctl_verdict
answer_config_apply(struct answers *a, struct ctl_request *rq, json_t **part)
{
	return with_order(a, rq, part, apply_order_begin, true);
}

enum ctl_verdict
answer_config_diff(struct answers *a, struct ctl_request *rq, json_t **part)
{
	return with_order(a, rq, part, apply_order_begin, false);
}

/* config rollback. */

/* The number of what runs. */
static uint64_t
running_generation(const struct answers *a)
{
	const struct generation *g = history_kept_below(a->history, UINT64_MAX);

	return a->confirm.generation != 0 ? a->confirm.generation
	       : g != NULL                ? g->number
					  : 0;
}

/*
 * The generation before what runs.  After a rollback it is one before the target, so
 * that a second one goes further back.
 */
static const struct generation *
generation_before(const struct answers *a)
{
	uint64_t running = running_generation(a);
	const struct generation *g = history_find(a->history, running);

	while (g != NULL && g->of != 0) {
		running = g->of;
		g = history_find(a->history, running);
	}
	return history_kept_below(a->history, running);
}

/* The generation to go back to; 0: the request is refused. */
static uint64_t
target_of(const struct answers *a, struct ctl_request *rq)
{
	uint64_t running = running_generation(a);
	const struct generation *g = generation_before(a);
	const char *text = arg_text(rq, "generation");
	uint32_t n = 0;

	if (text != NULL &&
	    !arg_number(rq, "the generation", text, 1, UINT32_MAX, &n))
		return 0;
	if (text != NULL && n == running)
		ctl_refuse(rq, "failed", "generation %u is what runs", n);
	else if (text != NULL && history_find(a->history, n) == NULL)
		ctl_refuse(rq, "failed",
			   "there is no generation %u in the history; see "
			   "ixctl config history",
			   n);
	else if (text != NULL)
		return n;
	else if (g != NULL)
		return g->number;
	else
		ctl_refuse(rq, "failed",
			   "the history has no generation before what runs");
	return 0;
}

static bool
make_rollback(const struct answers *a, struct ctl_request *rq,
	      struct apply_order *o)
{
	uint64_t number = target_of(a, rq);

	*o = (struct apply_order){ .force = arg_is_set(rq, "force") };
	if (number == 0)
		return false;
	peer_name(rq->uid, o->by, sizeof(o->by));
	o->returns = number == confirm_previous(a);
	if (apply_order_generation(a, number, o) == 0)
		return true;
	ctl_refuse(rq, "failed", "no memory");
	return false;
}

enum ctl_verdict
answer_config_rollback(struct answers *a, struct ctl_request *rq, json_t **part)
{
	return with_order(a, rq, part, make_rollback, true);
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
 * Sections of the configuration as config_print() writes them, an object for each:
 *
 *   {"section": "port as64500", "keys": {"device": "...", "mac": ["...", "..."]}}
 *
 * Values are strings as in the file; a key that may be repeated has an array, also
 * if it is there once.  NULL when memory is short.  '*all' is how many there are.
 */
static json_t *
config_rows(const struct config *config, bool defaults, size_t first,
	    size_t *all)
{
	json_t *rows = NULL;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size), *in;

	if (out == NULL)
		return NULL;
	*all = config_print_part(config, defaults, first, PART_ROWS, out);
	if (fclose(out) == 0 && (in = fmemopen(text, size, "r")) != NULL) {
		rows = rows_of(in);
		fclose(in);
	}
	free(text);
	return rows;
}

/* The part that begins at rq->place[0]. */
static enum ctl_verdict
show_part(struct ctl_request *rq, const struct config *config, json_t **part)
{
	size_t all;

	*part = config_rows(config, arg_is_set(rq, "defaults"), rq->place[0],
			    &all);
	if (*part == NULL)
		return ctl_refuse(rq, "failed", "no memory");
	rq->place[0] += PART_ROWS;
	return rq->place[0] < all ? CTL_MORE : CTL_END;
}

/* rq->place[1] is the number of the reading whose parts are shown. */
static enum ctl_verdict
show_file(struct answers *a, struct ctl_request *rq, json_t **part)
{
	const struct config *config;
	uint64_t number;

	rq->generation = 0;
	if (rq->place[1] == 0 && !own_file_look(a->own, a->fabric->now))
		return CTL_WAIT;
	config = own_file_config(a->own, &number);
	if (rq->place[1] != 0 && rq->place[1] != number)
		return ctl_refuse(rq, "changed",
				  "the file has changed meanwhile; ask again");
	rq->place[1] = number;
	if (config != NULL)
		return show_part(rq, config, part);
	if (own_file_faults(a->own) == NULL)
		return ctl_refuse(rq, "failed", "%s cannot be read in time",
				  a->file);
	return refuse_config(rq, "config", a->file, own_file_faults(a->own));
}

enum ctl_verdict
answer_config_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	const char *which = arg_text(rq, "which");

	if (which != NULL && strcmp(which, "running") != 0)
		return show_file(a, rq, part);
	return show_part(rq, a->fabric->config, part);
}
