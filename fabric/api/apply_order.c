/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/apply_order.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fabric/api/arg.h"
#include "fabric/api/command.h"
#include "fabric/api/confirm.h"
#include "fabric/api/history.h"
#include "fabric/api/http.h"
#include "fabric/api/peer.h"
#include "fabric/api/value.h"
#include "fabric/apply/plan.h"
#include "fabric/runtime/event.h"
#include "lib/textfile.h"

#define NAMES_MAX   20 /* ports named in a refusal */
#define CHANGES_MAX 20 /* changes in the log */

static bool
is_printable(const char *text, size_t most)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return false;
	return n > 0 && n <= most;
}

/* Adds {"name": ..., "text": ..., "include": ...}; the first has no include. */
static int
add_file(struct config_texts *texts, const json_t *file)
{
	const char *name = json_string_value(json_object_get(file, "name"));
	const json_t *text = json_object_get(file, "text");
	const char *include =
		json_string_value(json_object_get(file, "include"));

	if (name == NULL || !json_is_string(text) ||
	    !is_printable(name, 4096) || (include == NULL) != (texts->n == 0))
		return -EINVAL;
	return config_texts_add(
		texts, include, name,
		strndup(json_string_value(text), json_string_length(text)),
		json_string_length(text));
}

static bool
refuse_files(struct ctl_request *rq, int rc)
{
	if (rc == -EFBIG)
		ctl_refuse(rq, "usage",
			   "too much: a configuration has at most %u files and "
			   "%u MiB",
			   CONFIG_TEXTS_MAX, CONFIG_TEXTS_SIZE_MAX >> 20);
	else if (rc == -ENOMEM)
		ctl_refuse(rq, "failed", "no memory");
	else
		ctl_refuse(rq, "usage",
			   "'file' must be an array of {\"name\": NAME, "
			   "\"text\": TEXT}, and \"include\": PATTERN from the "
			   "second on: the daemon opens no file for a client");
	return false;
}

/* A number is a generation, for config diff. */
static bool
begin_generation(const struct answers *a, struct ctl_request *rq,
		 const char *text, struct apply_order *o)
{
	uint32_t n;

	if (strspn(text, "0123456789") != strlen(text))
		return refuse_files(rq, -EINVAL);
	if (!arg_number(rq, "the generation", text, 1, UINT32_MAX, &n))
		return false;
	if (apply_order_generation(a, n, o) == 0)
		return true;
	ctl_refuse(rq, "failed",
		   "there is no generation %u in the history; see ixctl config "
		   "history",
		   n);
	return false;
}

static bool
take_files(struct ctl_request *rq, const json_t *files, struct apply_order *o)
{
	int rc = json_array_size(files) > 0 ? 0 : -EINVAL;

	for (size_t i = 0; rc == 0 && i < json_array_size(files); i++)
		rc = add_file(&o->texts, json_array_get(files, i));
	if (rc == 0) {
		o->given = true;
		o->limited = rq->uid != 0 && rq->uid != geteuid();
		o->file = strdup(o->texts.text[0].name);
		rc = o->file != NULL ? 0 : -ENOMEM;
	}
	return rc == 0 || refuse_files(rq, rc);
}

static bool
take_confirm(struct ctl_request *rq, struct apply_order *o)
{
	const char *text = arg_text(rq, "confirm");

	return text == NULL || arg_number(rq, "the seconds of --confirm", text,
					  1, 86400, &o->confirm);
}

bool
apply_order_begin(const struct answers *a, struct ctl_request *rq,
		  struct apply_order *o)
{
	const json_t *files = json_object_get(rq->args, "file");
	const char *text = json_string_value(files);
	bool diff = command_id(rq->command) == COMMAND_config_diff;

	*o = (struct apply_order){ .force = arg_is_set(rq, "force") };
	peer_name(rq->uid, o->by, sizeof(o->by));
	if (!take_confirm(rq, o))
		return false;
	if (text != NULL && diff)
		return begin_generation(a, rq, text, o);
	if (files != NULL)
		return take_files(rq, files, o);
	apply_order_own(a, o->by, o);
	return o->file != NULL || refuse_files(rq, -ENOMEM);
}

void
apply_order_own(const struct answers *a, const char *by, struct apply_order *o)
{
	if (by != o->by)
		snprintf(o->by, sizeof(o->by), "%s", by);
	o->file = strdup(a->file);
}

/* The texts are copied if they are in memory; else the thread reads them. */
int
apply_order_generation(const struct answers *a, uint64_t number,
		       struct apply_order *o)
{
	const struct generation *g = history_find(a->history, number);

	if (g == NULL)
		return -ENOENT;
	o->generation = number;
	o->given = true;
	if (asprintf(&o->file, "generation %" PRIu64 " (%s)", number, g->file) <
	    0)
		o->file = NULL;
	if (o->file == NULL)
		return -ENOMEM;
	return generation_copy_texts(&o->texts, &g->texts);
}

void
apply_order_end(struct apply_order *o)
{
	config_texts_free(&o->texts);
	free(o->file);
	o->file = NULL;
}

void
apply_report_end(struct apply_report *r)
{
	json_decref(r->changes);
	json_decref(r->interrupts);
	json_decref(r->ends);
	json_decref(r->pending);
	json_decref(r->recent);
	r->changes = r->interrupts = r->ends = r->pending = r->recent = NULL;
}

struct config *
apply_order_read(const struct answers *a, struct apply_order *o,
		 struct faults *faults)
{
	char why[GENERATION_WHY_SIZE] = "it is not there any more";
	const char *dir = history_directory(a->history);

	if (!o->given)
		return own_file_read(a->file, &o->texts, faults);
	if (o->texts.n > 0 ||
	    (dir != NULL &&
	     history_read(dir, o->generation, &o->texts, why) == 0))
		return own_file_check(
			config_read_texts(&o->texts, true, faults), faults);
	faults_error(faults, (struct where){ .file = o->file }, NULL,
		     "cannot be used: %s", why);
	return NULL;
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

static void
add_interrupt(void *arg, const char *port, const char *why)
{
	json_array_append_new(
		arg, json_pack("{s:s, s:s}", "port", port, "why", why));
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

/* Counted anew: an apply may also revert an earlier change. */
static json_t *
pending_of(const struct answers *a, const struct config *config)
{
	json_t *keys = json_array();

	config_diff(a->started, config, add_pending, keys);
	return keys;
}

static void
set_pending(struct answers *a, json_t *pending)
{
	json_decref(a->pending);
	a->pending = pending;
	a->pending_generation = a->fabric->generation;
}

const json_t *
apply_order_pending(struct answers *a)
{
	if (a->pending != NULL &&
	    a->pending_generation == a->fabric->generation)
		return a->pending;
	set_pending(a, pending_of(a, a->fabric->config));
	return a->pending;
}

void
apply_order_compare(const struct answers *a, const struct config *config,
		    struct apply_report *r)
{
	r->changes = json_array();
	r->pending = pending_of(a, config);
	config_diff(a->fabric->config, config, add_change, r->changes);
}

void
apply_order_foresee(const struct answers *a, const struct apply_order *o,
		    const struct config *config, struct apply_report *r)
{
	r->recent = apply_order_recent(a, o->by);
	r->interrupts = json_array();
	r->ends = answer_overrides_ending(a->fabric, config);
	plan_interrupted(a->fabric, config, add_interrupt, r->interrupts);
}

/* "a, b and 3 more", in 'size' octets, where 'n' names are there already. */
static void
add_name(char *names, size_t size, unsigned int n, const char *name)
{
	size_t used = strlen(names);

	if (n < NAMES_MAX)
		snprintf(names + used, size - used, "%s%s", n > 0 ? ", " : "",
			 name);
}

bool
apply_order_needs_force(const struct answers *a, const struct config *config,
			char text[APPLY_ORDER_TEXT])
{
	const struct config *now = a->fabric->config;
	char names[APPLY_ORDER_TEXT / 2] = "", more[32] = "";
	unsigned int all = 0, lost = 0;

	for (unsigned int i = 0; i < now->nports; i++) {
		const struct config_port *was = &now->port[i];
		const struct config_port *is = config_port(config, was->id);

		if (was->status == CONFIG_DISABLED)
			continue;
		all++;
		if (is == NULL || is->status == CONFIG_DISABLED)
			add_name(names, sizeof(names), lost++, was->id);
	}
	if (lost > NAMES_MAX)
		snprintf(more, sizeof(more), " and %u more", lost - NAMES_MAX);
	if (text != NULL)
		snprintf(text, APPLY_ORDER_TEXT,
			 "%u of %u running ports would be removed or disabled: "
			 "%s%s",
			 lost, all, names, more);
	return lost > 0 && (lost == all || (lost > 2 && 3 * lost > all));
}

/*
 * Operators may change the exchange, but not run programs as the user of the daemon: what
 * the daemon's own file and the history name comes from root or that user.
 */
static bool
may_run_hook(const struct answers *a, const struct apply_order *o,
	     const struct config *config, struct faults *faults)
{
	const struct config_fabric *is = &config->fabric;
	const char *was = a->fabric->config->fabric.hook;

	if (!o->limited || is->hook == NULL ||
	    (was != NULL && strcmp(was, is->hook) == 0))
		return true;
	faults_error(faults, config_place(is->at, is->line[CONFIG_FABRIC_hook]),
		     "fabric",
		     "hook = %s: only root and the user of the daemon may "
		     "choose which program it runs; root can use sudo ixctl, "
		     "or change the file of the daemon",
		     is->hook);
	return false;
}

/* Nothing is refused on the way back from what was not confirmed. */
bool
apply_order_is_allowed(const struct answers *a, const struct apply_order *o,
		       const struct config *config, struct apply_report *r,
		       struct faults *faults)
{
	struct where at = { .file = o->file };
	char text[APPLY_ORDER_TEXT];

	r->code = "config";
	if (o->returns)
		return true;
	if (!may_run_hook(a, o, config, faults))
		return false;
	r->code = "pending";
	if (confirm_is_pending(a, text)) {
		faults_error(faults, at, NULL, "%s", text);
		return false;
	}
	r->code = "force";
	if (o->force || !apply_order_needs_force(a, config, text)) {
		r->code = "config";
		return true;
	}
	if (o->generation != 0)
		faults_error(faults, at, NULL,
			     "%s; if that is meant: ixctl config rollback "
			     "%" PRIu64 " --force",
			     text, o->generation);
	else
		faults_error(faults, at, NULL,
			     "%s; if that is meant: ixctl config apply%s%s "
			     "--force",
			     text, o->given ? " " : "",
			     o->given ? o->file : "");
	return false;
}

static void
log_change(struct fabric *f, const json_t *change)
{
	const char *section =
		json_string_value(json_object_get(change, "section"));
	struct event e = event_of(EVENT_config_change, DROP_NOTICE);
	const char *key = json_string_value(json_object_get(change, "key"));
	const char *was = json_string_value(json_object_get(change, "old"));
	const char *is = json_string_value(json_object_get(change, "new"));
	char line[EVENT_SIZE];

	snprintf(line, sizeof(line), "configuration: %s%s%s: %s%.200s%s%.200s",
		 section, key != NULL ? ": " : "", key != NULL ? key : "",
		 was != NULL && is != NULL
			 ? ""
			 : json_string_value(json_object_get(change, "change")),
		 was != NULL && is != NULL ? was : "",
		 was != NULL && is != NULL   ? " -> "
		 : was != NULL || is != NULL ? " "
					     : "",
		 is != NULL    ? is
		 : was != NULL ? was
			       : "");
	e.text = line;
	if (strncmp(section, "port ", 5) == 0)
		e.port = section + 5;
	else if (strncmp(section, "lan ", 4) == 0)
		e.lan = section + 4;
	event_raise(f, &e);
}

/* What was done, and the first changes, so that a log stays readable. */
static void
log_applied(struct fabric *f, const struct apply_order *o,
	    const struct apply_report *r)
{
	size_t n = json_array_size(r->changes);
	struct event e = event_of(o->generation != 0 ? EVENT_config_rolled_back
						     : EVENT_config_applied,
				  DROP_NOTICE);
	char line[EVENT_SIZE];

	snprintf(line, sizeof(line),
		 "configuration %.400s applied as generation %lu by %s: %u "
		 "change%s; ports: %u untouched, %u interrupted; devices: %u "
		 "opened, %u closed; keys that wait for a restart: %u",
		 o->file, (unsigned long)r->result.generation, o->by,
		 r->result.changes, r->result.changes == 1 ? "" : "s",
		 r->result.ports_untouched, r->result.ports_interrupted,
		 r->result.devices_opened, r->result.devices_closed,
		 r->result.restart);
	e.text = line;
	e.by = o->by;
	e.generation = r->result.generation;
	event_raise(f, &e);
	for (size_t i = 0; i < n && i < CHANGES_MAX; i++)
		log_change(f, json_array_get(r->changes, i));
	if (n <= CHANGES_MAX)
		return;
	snprintf(line, sizeof(line), "configuration: %zu more changes",
		 n - CHANGES_MAX);
	e = event_of(EVENT_config_change, DROP_NOTICE);
	e.text = line;
	e.count = n - CHANGES_MAX;
	event_raise(f, &e);
}

static void
log_refused(struct fabric *f, const char *file, const char *by,
	    const struct faults *faults)
{
	struct event e = event_of(EVENT_config_rejected, DROP_WARNING);
	const char *why = faults_first_error(faults);
	char line[EVENT_SIZE];

	snprintf(line, sizeof(line),
		 "configuration %.256s of %s rejected, nothing was changed: "
		 "%.350s",
		 file, by, why != NULL ? why : "no memory");
	e.text = line;
	e.by = by;
	event_raise(f, &e);
}

/* For the status; 'faults' NULL: it was applied. */
static void
note(struct answers *a, const struct apply_order *o,
     const struct faults *faults)
{
	const char *why = faults != NULL ? faults_first_error(faults) : NULL;

	free(a->rejected);
	a->rejected =
		faults != NULL ? strdup(why != NULL ? why : "no memory") : NULL;
	if (faults != NULL)
		return;
	free(a->instead);
	free(a->returned);
	a->instead = a->returned = NULL;
	free(a->applied.file);
	a->applied.file = strdup(o->file);
	snprintf(a->applied.by, sizeof(a->applied.by), "%s", o->by);
	a->applied.at = a->fabric->now;
}

void
apply_order_refused(struct answers *a, struct apply_order *o,
		    const struct faults *faults)
{
	history_remove(a->history, o->ahead);
	o->ahead = 0;
	note(a, o, faults);
	log_refused(a->fabric, o->file, o->by, faults);
}

/* The history. */

_Static_assert(CONFIRM_TEXT <= APPLY_ORDER_TEXT, "a text has room for both");

#define RECENT (10 * 60 * CLOCK_SECOND)
/* For so long an answer waits until what it is about is on the disk. */
#define DISK_TIME (2 * CLOCK_SECOND)

static struct generation *
make_generation(const struct answers *a, const struct apply_order *o,
		uint64_t number)
{
	time_t wall = time(NULL);
	struct generation *g = generation_create(
		number, wall > 0 ? (int64_t)wall : 0, o->by, o->file, a->file);

	if (g != NULL)
		g->of = o->generation;
	return g;
}

static void
add_text(struct generation *g, const json_t *change)
{
	const char *key = json_string_value(json_object_get(change, "key"));
	const char *was = json_string_value(json_object_get(change, "old"));
	const char *is = json_string_value(json_object_get(change, "new"));
	const char *what = json_string_value(json_object_get(change, "change"));

	/* A whole section has no value. */
	if (key == NULL && strcmp(what, "added") == 0)
		is = "";
	if (key == NULL && strcmp(what, "removed") == 0)
		was = "";
	generation_visit_change(
		g, json_string_value(json_object_get(change, "section")), key,
		was, is, false);
}

static void
add_texts(struct generation *g, const json_t *changes)
{
	const json_t *change;
	size_t i;

	json_array_foreach(changes, i, change) add_text(g, change);
}

bool
apply_order_prepare(struct answers *a, struct apply_order *o,
		    const struct apply_report *r)
{
	struct fabric *f = a->fabric;
	struct generation *g;

	if (!o->prepared && o->confirm != 0 && !confirm_is_pending(a, NULL)) {
		g = make_generation(a, o, f->generation + 1);
		if (g != NULL)
			add_texts(g, r->changes);
		if (g != NULL && g->nchanges > 0 &&
		    generation_copy_texts(&g->texts, &o->texts) == 0) {
			o->ahead = g->number;
			g->state = GENERATION_PENDING;
			history_add(a->history, g);
		} else {
			generation_free(g);
		}
		o->wait = f->now + DISK_TIME;
	}
	o->prepared = true;
	history_turn(a->history, f->now, f->in_step);
	return o->ahead == 0 || history_is_settled(a->history) ||
	       f->now >= o->wait;
}

bool
apply_order_is_saved(struct answers *a, const struct apply_order *o)
{
	struct fabric *f = a->fabric;

	history_turn(a->history, f->now, f->in_step);
	return history_is_settled(a->history) || f->now >= o->wait;
}

/* It runs: what it replaces is kept in the history, and it follows. */
static void
add_to_history(struct answers *a, struct apply_order *o,
	       const struct apply_report *r)
{
	struct generation *g;

	o->wait = a->fabric->now + DISK_TIME;
	if (o->returns)
		confirm_returned(a, o->by);
	if (json_array_size(r->changes) == 0)
		return;
	a->changed.generation = r->result.generation;
	a->changed.at = a->fabric->now;
	snprintf(a->changed.by, sizeof(a->changed.by), "%s", o->by);
	if (o->ahead != 0) {
		confirm_begin(a, o->ahead, o->confirm);
		return;
	}
	g = make_generation(a, o, r->result.generation);
	if (g == NULL)
		return;
	add_texts(g, r->changes);
	g->texts = o->texts;
	o->texts = (struct config_texts){ 0 };
	history_add(a->history, g);
}

/* Several operators may be root, by sudo. */
static bool
is_another(const struct answers *a, const char *by)
{
	return strcmp(a->changed.by, by) != 0 || strstr(by, "(uid 0)") != NULL;
}

json_t *
apply_order_recent(const struct answers *a, const char *by)
{
	const struct fabric *f = a->fabric;
	const struct generation *g =
		history_find(a->history, a->changed.generation);
	json_t *changes;

	if (g == NULL || clock_since(f->now, a->changed.at) >= RECENT ||
	    !is_another(a, by))
		return json_null();
	changes = json_array();
	for (unsigned int i = 0; i < g->ntexts; i++)
		json_array_append_new(changes, value_text(g->change[i]));
	return json_pack(
		"{s:I, s:s, s:o, s:I, s:I, s:o}", "generation",
		(json_int_t)g->number, "by", a->changed.by, "file",
		value_text(g->file), "seconds",
		(json_int_t)(clock_since(f->now, a->changed.at) / CLOCK_SECOND),
		"nchanges", (json_int_t)g->nchanges, "changes", changes);
}

void
apply_order_abandon(struct answers *a, struct apply *apply)
{
	if (apply == NULL)
		return;
	http_undo(a->http);
	apply_abandon(apply);
}

/* The new place of GET /metrics comes first: it can be taken. */
static int
change_devices(struct answers *a, struct apply_order *o,
	       const struct config *config, struct apply *apply,
	       unsigned int units, struct faults *faults)
{
	int rc = o->changes ? 0 : http_prepare(a->http, config, faults);

	if (rc != 0) {
		apply_abandon(apply);
		return rc;
	}
	o->changes = true;
	a->fabric->goes_back = o->returns;
	rc = apply_change_devices(apply, units);
	a->fabric->goes_back = false;
	if (rc < 0)
		http_undo(a->http);
	return rc;
}

int
apply_order_change_devices(struct answers *a, struct apply_order *o,
			   const struct config *config, struct apply *apply,
			   unsigned int units, struct faults *faults)
{
	int rc = change_devices(a, o, config, apply, units, faults);

	if (rc < 0)
		apply_order_refused(a, o, faults);
	return rc;
}

int
apply_order_carry_out(struct answers *a, struct apply_order *o,
		      struct apply *apply, struct apply_report *r,
		      struct faults *faults)
{
	int rc;

	a->fabric->goes_back = o->returns;
	rc = apply_carry_out(apply, &r->result);
	a->fabric->goes_back = false;
	if (rc != 0) {
		http_undo(a->http);
		apply_order_refused(a, o, faults);
		return rc;
	}
	http_keep(a->http);
	event_configure(a->fabric->config);
	r->result.restart = (unsigned int)json_array_size(r->pending);
	set_pending(a, json_incref(r->pending));
	note(a, o, NULL);
	a->rollbacks += o->generation != 0;
	log_applied(a->fabric, o, r);
	add_to_history(a, o, r);
	return 0;
}
