/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/answers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/apply_job.h"
#include "fabric/api/apply_order.h"
#include "fabric/api/command.h"
#include "fabric/api/http.h"
#include "fabric/api/status.h"
#include "fabric/api/taps.h"
#include "fabric/apply/tables.h"

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

	if (rq->generation == 0)
		rq->generation = a->fabric->generation;
	if (rq->generation != a->fabric->generation)
		return ctl_refuse(rq, "changed",
				  "the configuration has changed meanwhile; "
				  "ask again");
	return answers[command_id(rq->command)](a, rq, part);
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

/* Goes on with an order for whose end no request waits. */
static void
carry_on(struct answers *a)
{
	struct apply_order order = { .by = "SIGHUP" };
	const void *owner = NULL;

	if (a->job == NULL && a->reload) {
		a->job = apply_job_begin(a, a, &order, true);
		a->reload = false;
		a->reload_ended = a->job == NULL;
	}
	if (a->job == NULL)
		return;
	owner = apply_job_owner(a->job);
	if ((owner != NULL && owner != a) || !apply_job_turn(a->job))
		return;
	if (owner == a) {
		faults_free(a->reloaded);
		a->reloaded = apply_job_take_faults(a->job);
		a->reload_ended = true;
	}
	apply_job_end(a->job);
	a->job = NULL;
}

bool
answers_turn(struct answers *a)
{
	bool more;

	carry_on(a);
	more = taps_turn(a->taps);
	return http_turn(a->http) || more;
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

/* A second configuration is made by reading the printed one. */
static struct config *
copy(const struct config *config)
{
	struct faults *faults = faults_create();
	struct config *twin = NULL;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size), *in;

	if (out != NULL && faults != NULL) {
		config_print(config, true, out);
		fflush(out);
		in = fmemopen(text, size, "r");
		if (in != NULL) {
			twin = config_read_stream("running", in, faults);
			fclose(in);
		}
	}
	if (out != NULL)
		fclose(out);
	free(text);
	faults_free(faults);
	return twin;
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
	a->started = copy(f->config);
	a->since = f->now;
	a->taps = taps_create(f);
	a->http = http_create(a);
	if (a->file != NULL && a->started != NULL && a->taps != NULL &&
	    a->http != NULL)
		return a;
	answers_free(a);
	errno = ENOMEM;
	return NULL;
}

void
answers_free(struct answers *a)
{
	if (a == NULL)
		return;
	taps_free(a->taps);
	apply_job_end(a->job);
	http_free(a->http);
	faults_free(a->reloaded);
	config_free(a->started);
	own_file_end(&a->own);
	free(a->applied.file);
	free(a->file);
	free(a->rejected);
	free(a);
}
