/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/answers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/apply_job.h"
#include "fabric/api/apply_order.h"
#include "fabric/api/command.h"
#include "fabric/api/confirm.h"
#include "fabric/api/history.h"
#include "fabric/api/hooks.h"
#include "fabric/api/http.h"
#include "fabric/api/monitor.h"
#include "fabric/api/peer.h"
#include "fabric/api/samples.h"
#include "fabric/api/start.h"
#include "fabric/api/status.h"
#include "fabric/api/taps.h"
#include "fabric/apply/tables.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/stats.h"
#include "fabric/trial/trial.h"
#include "lib/clock.h"

/* Ports that are looked at in a turn of control, of a millisecond. */
#define RATED_A_TURN 16

static enum ctl_verdict
answer(void *arg, struct ctl_request *rq, json_t **part)
{
#define ANSWER_DAEMON(id) [COMMAND_##id] = answer_##id,
#define ANSWER_LOCAL(id)
#define COMMAND(id, noun, verb, side, ...) ANSWER_##side(id)
	static answer_fn *const answers[COMMAND_N] = {
#include "fabric/api/command_list.h"
	};
	struct answers *a = arg;
	enum ctl_verdict verdict;
	char by[64];

	/* The tables of some LANs do not follow the configuration yet. */
	if (a->fabric->stale_lans != 0 &&
	    (a->job == NULL || apply_job_owner(a->job) != rq))
		return CTL_WAIT;
	if (rq->generation == 0)
		rq->generation = a->fabric->generation;
	if (rq->generation != a->fabric->generation)
		return ctl_refuse(rq, "changed",
				  "the configuration has changed meanwhile; "
				  "ask again");
	if (!command_reads(rq->command)) {
		peer_name(rq->uid, by, sizeof(by));
		a->fabric->by = by;
	}
	verdict = answers[command_id(rq->command)](a, rq, part);
	a->fabric->by = NULL;
	return verdict;
}

static void
done(void *arg, struct ctl_request *rq)
{
	struct answers *a = arg;

	if (command_id(rq->command) == COMMAND_metrics)
		answer_metrics_end(a, rq);
	else
		json_decref(rq->state);
	if (a->job != NULL && apply_job_owner(a->job) == rq)
		apply_job_leave(a->job);
}

const struct ctl_ops answers_ops = { answer, done };

/* Back to the generation before the one that was not confirmed. */
static void
begin_return(struct answers *a)
{
	struct apply_order order = { .returns = true };

	strcpy(order.by, CONFIRM_BY);
	if (apply_order_generation(a, confirm_previous(a), &order) == 0)
		a->job = apply_job_begin(a, a, &order, true);
	apply_order_end(&order);
	if (a->job == NULL)
		confirm_stays(a);
}

static void
begin_reload(struct answers *a)
{
	struct apply_order order = { .returns = false };

	apply_order_own(a, "SIGHUP", &order);
	if (order.file != NULL)
		a->job = apply_job_begin(a, a, &order, true);
	apply_order_end(&order);
	a->reload = false;
	a->reload_ended = a->job == NULL;
}

/* The next order for whose end no request waits, if there is one. */
static void
begin_own(struct answers *a)
{
	if (confirm_expires(a))
		begin_return(a);
	else if (a->reload)
		begin_reload(a);
}

/* An order of SIGHUP, or of the time in which to confirm. */
static void
end_own(struct answers *a)
{
	struct apply_done d = apply_job_result(a->job);

	if (d.order->returns) {
		if (d.rc != 0)
			confirm_stays(a);
		return;
	}
	faults_free(a->reloaded);
	a->reloaded = apply_job_take_faults(a->job);
	a->reload_ended = true;
}

/* Goes on with an order for whose end no request waits. */
static void
carry_on(struct answers *a)
{
	const void *owner = NULL;

	if (a->job == NULL)
		begin_own(a);
	if (a->job == NULL)
		return;
	owner = apply_job_owner(a->job);
	if ((owner != NULL && owner != a) || !apply_job_turn(a->job))
		return;
	if (owner == a)
		end_own(a);
	apply_job_end(a->job);
	a->job = NULL;
}

static void
write_history(struct answers *a)
{
	const char *why;
	char line[EVENT_SIZE];

	history_turn(a->history, a->fabric->now, a->fabric->in_step);
	if (history_is_settled(a->history))
		a->unsaved = UINT64_MAX;
	else if (a->unsaved == UINT64_MAX)
		a->unsaved = a->fabric->now;
	if (!history_problem_changed(a->history))
		return;
	why = history_problem(a->history);
	snprintf(line, sizeof(line), "history %.400s %s",
		 history_directory(a->history),
		 why != NULL ? why : "is written again");
	event_raise(a->fabric,
		    &(struct event){ .kind = EVENT_config_history,
				     .level = why != NULL ? DROP_WARNING
							  : DROP_NOTICE,
				     .text = line });
}

bool
answers_saved(struct answers *a)
{
	write_history(a);
	return history_is_settled(a->history);
}

/* Reads the counters of some ports, of each once a second. */
static void
keep_port_rates(struct answers *a)
{
	struct fabric *f = a->fabric;

	for (unsigned int n = 0; n < RATED_A_TURN; n++) {
		struct port_rt *p;
		struct port_stats s;

		if (a->rated >= f->ports_end)
			a->rated = 0;
		p = a->rated < f->ports_end ? f->port[a->rated++] : NULL;
		if (p == NULL || p->flags & RT_RETIRED ||
		    !port_rates_due(&p->rates, f->now))
			continue;
		stats_port(f, p->id, &s);
		port_rates_keep(&p->rates, f->now, &s,
				stats_drops(&s, false) + stats_drops(&s, true));
	}
}

/* Those of the workers, once a second. */
static void
keep_worker_rates(struct answers *a)
{
	const struct fabric *f = a->fabric;

	if (clock_since(f->now, a->workers_rated) < CLOCK_SECOND)
		return;
	a->workers_rated = f->now;
	for (unsigned int i = 0; i < f->nworkers; i++) {
		struct worker_stats s;

		stats_worker(f, i, &s);
		status_worker_keep(&a->worker[i].past, f->now, &s);
	}
}

bool
answers_turn(struct answers *a)
{
	bool more;

	carry_on(a);
	write_history(a);
	keep_port_rates(a);
	keep_worker_rates(a);
	more = taps_turn(a->taps) || a->nscrapes != 0;
	more |= samples_turn(a->samples);
	monitors_turn(a->monitors);
	hooks_turn(a->hooks);
	return http_turn(a->http) || more;
}

bool
answers_work(const struct answers *a)
{
	return a->job != NULL || a->reload || own_file_reads(a->own) ||
	       trial_is_being_made(a->fabric) || http_clients(a->http) != 0;
}

void
answers_reload(struct answers *a)
{
	a->reload = true;
}

bool
answers_reloaded(struct answers *a, struct faults **faults)
{
	bool ended = a->reload_ended;

	*faults = a->reloaded;
	a->reloaded = NULL;
	a->reload_ended = false;
	return ended;
}

void
answers_announce(const struct answers *a, const char *prefix, FILE *out)
{
	const struct fabric *f = a->fabric;
	unsigned int up, devices = status_devices(f, &up);
	char text[TABLES_TEXT_SIZE];

	fprintf(out,
		"%s%s: LANs %u, ports %u, devices %u (%u with link), workers "
		"%u, idle = %s\n",
		prefix, f->config->fabric.name, f->config->nlans,
		f->config->nports, devices, up, f->nworkers, status_idle(f));
	if (f->config->nlans > 0)
		fprintf(out, "%sMAC tables: %s\n", prefix,
			tables_text(f, text));
	fprintf(out, "%sconfiguration %s, generation %lu\n", prefix, a->file,
		(unsigned long)f->generation);
	fprintf(out, "%scontrol socket %s\n", prefix,
		a->started->fabric.socket);
}

static char *
print(const struct config *config, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	if (out == NULL)
		return NULL;
	config_print(config, true, out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

/* A second configuration is made by reading the printed one. */
static struct config *
copy(const struct config *config)
{
	struct faults *faults = faults_create();
	struct config *twin = NULL;
	size_t size;
	char *text = print(config, &size);
	FILE *in = text != NULL ? fmemopen(text, size, "r") : NULL;

	if (in != NULL && faults != NULL)
		twin = config_read_stream("running", in, faults);
	if (in != NULL)
		fclose(in);
	free(text);
	faults_free(faults);
	return twin;
}

/* Only in memory, and of what runs. */
static struct history *
make_history(const struct answers *a)
{
	struct history *h = history_open(NULL, NULL);
	struct generation *g = generation_create(a->fabric->generation, 0,
						 "start", a->file, a->file);
	size_t size;
	char *text = print(a->fabric->config, &size);

	if (h != NULL && g != NULL &&
	    config_texts_add(&g->texts, NULL, a->file, text, size) == 0) {
		history_add(h, g);
		return h;
	}
	generation_free(g);
	history_free(h);
	return NULL;
}

struct answers *
answers_create(struct fabric *f, const char *file)
{
	struct answers *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->fabric = f;
	a->file = realpath(file, NULL);
	if (a->file == NULL)
		a->file = strdup(file);
	if (a->file != NULL)
		a->own = own_file_create(a->file, !f->in_step);
	a->started = copy(f->config);
	a->unsaved = UINT64_MAX;
	a->since = f->now;
	a->taps = taps_create(f);
	a->monitors = monitors_create(f);
	a->samples = samples_create(f);
	if (a->monitors != NULL && !f->in_step)
		a->hooks = hooks_create(f, a->monitors);
	a->http = http_create(a, &answers_ops);
	if (a->file != NULL)
		a->history = make_history(a);
	if (a->own != NULL && a->history != NULL && a->started != NULL &&
	    a->taps != NULL && a->monitors != NULL && a->samples != NULL &&
	    a->http != NULL && (a->hooks != NULL || f->in_step))
		return a;
	answers_free(a);
	errno = ENOMEM;
	return NULL;
}

void
answers_started(struct answers *a, struct start *s)
{
	if (s->history != NULL) {
		history_free(a->history);
		a->history = s->history;
	}
	/* Numbers go on from those of the history. */
	if (s->generation != 0)
		a->fabric->generation = s->generation;
	a->instead = s->instead;
	if (s->from != NULL) {
		a->applied.file = s->from;
		strcpy(a->applied.by, "start");
		a->applied.at = a->since;
	}
	*s = (struct start){ .config = s->config };
}

void
answers_free(struct answers *a)
{
	if (a == NULL)
		return;
	taps_free(a->taps);
	samples_free(a->samples);
	hooks_free(a->hooks);
	monitors_free(a->monitors);
	apply_job_end(a->job);
	http_free(a->http);
	faults_free(a->reloaded);
	config_free(a->started);
	own_file_free(a->own);
	json_decref(a->pending);
	history_free(a->history);
	free(a->instead);
	free(a->returned);
	free(a->applied.file);
	free(a->file);
	free(a->rejected);
	free(a);
}
