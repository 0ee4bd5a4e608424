/* SPDX-License-Identifier: BSD-3-Clause */
/* The answers to status and worker show. */
#include <errno.h>
#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/apply_order.h"
#include "fabric/api/collectors.h"
#include "fabric/api/confirm.h"
#include "fabric/api/history.h"
#include "fabric/api/hooks.h"
#include "fabric/api/http.h"
#include "fabric/api/samples.h"
#include "fabric/api/status.h"
#include "fabric/api/value.h"
#include "fabric/runtime/worker_watch.h"
#include "lib/clock.h"
#include "lib/mactab.h"

static void
add_lan_problems(const struct fabric *f, json_t *problems)
{
	for (unsigned int i = 0; i < f->config->nlans; i++) {
		const struct lan_rt *lan = runtime_lan(f, f->config->lan[i].id);
		size_t n = lan != NULL ? mactab_count(lan->macs) : 0;

		if (n > 0 && n >= (size_t)lan->size * 4 / 5)
			json_array_append_new(
				problems,
				json_sprintf("the MAC table of %s has %zu of "
					     "%u entries: raise mac_table",
					     lan->name, n, lan->size));
	}
}

/* Whether a restart would find a configuration in the history. */
static bool
falls_back(const struct answers *a)
{
	return history_directory(a->history) != NULL &&
	       history_kept_below(a->history, UINT64_MAX) != NULL;
}

static void
add_history_problems(const struct answers *a, json_t *problems)
{
	json_t *problem = answer_history_problem(a);
	const char *fault = own_file_fault(a->own);

	if (a->instead != NULL)
		json_array_append_new(problems, value_text(a->instead));
	if (a->returned != NULL)
		json_array_append_new(problems, value_text(a->returned));
	if (fault != NULL && a->instead == NULL &&
	    (a->rejected == NULL || strcmp(a->rejected, fault) != 0))
		json_array_append_new(
			problems,
			json_sprintf(falls_back(a)
					     ? "a restart would use the last "
					       "good configuration: %s"
					     : "a restart would fail: %s",
				     fault));
	if (json_is_string(problem))
		json_array_append(problems, problem);
	json_decref(problem);
}

static void
add_hook_problem(const struct answers *a, json_t *problems)
{
	struct hooks_state s;

	hooks_look(a->hooks, &s);
	if (s.why != NULL)
		json_array_append_new(problems, json_sprintf("hook %s: %s",
							     s.program, s.why));
}

/* The event hook; null: there is none. */
static json_t *
hook_row(const struct answers *a)
{
	struct hooks_state s;

	hooks_look(a->hooks, &s);
	if (s.program == NULL)
		return json_null();
	return json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:s?}", "program",
			 s.program, "running", s.running, "runs",
			 (json_int_t)s.runs, "failed", (json_int_t)s.failed,
			 "killed", (json_int_t)s.killed, "lost",
			 (json_int_t)s.lost, "waiting_bytes",
			 (json_int_t)s.waiting, "failure", s.why);
}

static void
add_collector_problems(const struct answers *a, json_t *problems)
{
	const struct collectors *all = samples_collectors(a->samples);
	struct collectors_row row;

	for (unsigned int i = 0; collectors_get(all, i, &row); i++)
		if (row.why != NULL)
			json_array_append_new(
				problems, json_sprintf("sFlow collector %s: %s",
						       row.name, row.why));
}

static json_t *
problems_of(const struct answers *a, const json_t *waiting)
{
	const struct fabric *f = a->fabric;
	json_t *problems = json_array();

	if (a->rejected != NULL)
		json_array_append_new(
			problems,
			json_sprintf("the last apply was rejected: %s",
				     a->rejected));
	add_history_problems(a, problems);
	if (json_array_size(waiting) > 0)
		json_array_append_new(
			problems,
			json_sprintf("keys that wait for a restart: %zu",
				     json_array_size(waiting)));
	for (unsigned int i = 0; i < f->nworkers; i++)
		if (worker_watch_stopped(f, i))
			json_array_append_new(
				problems,
				json_sprintf("worker %u has stopped polling",
					     i));
	if (f->state_error != 0)
		json_array_append_new(
			problems,
			json_sprintf("the state file %s cannot be written: %s",
				     a->started->fabric.state,
				     f->state_error == -EBUSY
					     ? "another process has it"
					     : strerror(-f->state_error)));
	if (f->index_error != 0)
		json_array_append_new(
			problems,
			json_sprintf("ifindex.map cannot be written: %s",
				     f->index_error == -EBUSY
					     ? "another process has it"
					     : strerror(-f->index_error)));
	http_add_faults(a->http, problems);
	add_hook_problem(a, problems);
	add_collector_problems(a, problems);
	add_lan_problems(f, problems);
	status_add_missing(f, problems);
	status_add_lags(f, problems);
	status_add_shutdowns(f, problems);
	return problems;
}

/* What runs, and whether the next start would make something else of it. */
static void
put_running(const struct answers *a, json_t *status)
{
	const struct fabric *f = a->fabric;
	bool start = a->applied.file == NULL;
	uint64_t number;

	json_object_set_new(
		status, "running",
		json_pack("{s:s, s:s?, s:I}", "file",
			  start ? a->file : a->applied.file, "by",
			  start ? NULL : a->applied.by, "seconds",
			  (json_int_t)clock_since(
				  f->now, start ? a->since : a->applied.at) /
				  (json_int_t)CLOCK_SECOND));
	json_object_set_new(status, "confirm", confirm_row(a));
	json_object_set_new(status, "differs",
			    own_file_config(a->own, &number) == NULL
				    ? json_null()
				    : json_integer(own_file_changes(a->own)));
}

enum ctl_verdict
answer_status(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct fabric *f = a->fabric;
	unsigned int up, devices = status_devices(f, &up);
	const json_t *waiting;
	json_t *problems;

	/* If the configuration changes meanwhile, all of the answer is of the new one. */
	rq->generation = 0;
	/* Once: a file that cannot be read is never the one that was read. */
	if (rq->place[0] == 0 && !own_file_look(a->own, f->now))
		return CTL_WAIT;
	rq->place[0] = 1;
	/* It takes as long as the rest. */
	if (own_file_compare(a->own, f->config, f->generation) && !f->in_step)
		return CTL_WAIT;
	waiting = apply_order_pending(a);
	problems = problems_of(a, waiting);
	*part = json_pack(
		"{s:s, s:s, s:b, s:o, s:I, s:s, s:I, s:O, s:i, s:s, s:i}",
		"name", f->config->fabric.name, "version", IXF_VERSION,
		"healthy", json_array_size(problems) == 0, "problems", problems,
		"uptime_seconds",
		(json_int_t)((f->now - a->since) / CLOCK_SECOND), "file",
		a->file, "generation", (json_int_t)f->generation,
		"restart_pending", waiting, "workers", (int)f->nworkers, "idle",
		status_idle(f), "devices", (int)devices);
	if (*part == NULL)
		return ctl_refuse(rq, "failed", "no memory");
	put_running(a, *part);
	json_object_set_new(*part, "hook", hook_row(a));
	json_object_set_new(*part, "overrides", answer_overrides(f));
	json_object_set_new(*part, "ports", status_ports(f));
	json_object_set_new(*part, "totals", status_totals(f));
	json_object_set_new(*part, "lans", status_lans(f));
	return CTL_END;
}

enum ctl_verdict
answer_worker_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	(void)rq;
	*part = json_array();
	for (unsigned int i = 0; i < a->fabric->nworkers; i++)
		json_array_append_new(
			*part, status_worker(a->fabric, i, &a->worker[i].past));
	return CTL_END;
}
