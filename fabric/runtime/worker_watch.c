/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/worker_watch.h"

#include <stdio.h>

#include "fabric/runtime/event.h"
#include "fabric/runtime/runtime.h"
#include "lib/clock.h"

#define NAMED 4 /* devices in a line of the log */

/* ": what m1, m2 and 3 more receive is not forwarded", or nothing. */
static void
put_devices(const struct fabric *f, unsigned int i, FILE *out)
{
	unsigned int n = f->view->worker[i].n, named = 0;

	for (unsigned int k = 0; k < n && named < NAMED; k++) {
		uint16_t id = f->view->worker[i].rxq[k].device->id;

		fprintf(out, "%s%s", named++ == 0 ? ": what " : ", ",
			f->device[id]->name);
	}
	if (n > named)
		fprintf(out, " and %u more", n - named);
	if (n > 0)
		fputs(" receive there is not forwarded", out);
}

static void
log_stopped(struct fabric *f, unsigned int i)
{
	const struct config_cores *cores = &f->config->fabric.workers;
	char text[EVENT_SIZE] = "";
	FILE *out = fmemopen(text, sizeof(text) - 1, "w");

	if (out == NULL)
		return;
	fprintf(out, "worker %u", i);
	if (i < cores->n)
		fprintf(out, ", on core %u,", cores->value[i]);
	fputs(" has stopped polling", out);
	put_devices(f, i, out);
	fclose(out);
	event_raise(f, &(struct event){ .kind = EVENT_worker_stopped,
					.level = DROP_CRITICAL,
					.text = text,
					.worker = i + 1 });
}

static void
log_runs(struct fabric *f, unsigned int i)
{
	char text[64];

	snprintf(text, sizeof(text), "worker %u polls again", i);
	event_raise(f, &(struct event){ .kind = EVENT_worker_runs,
					.level = DROP_NOTICE,
					.text = text,
					.worker = i + 1 });
}

static void
look(struct fabric *f, unsigned int i)
{
	struct worker_watch *w = &f->watch[i];
	uint64_t rounds = counter_read(&f->worker[i]->rounds);
	bool stopped = worker_watch_stopped(f, i);

	if (rounds != w->rounds) {
		w->rounds = rounds;
		w->silent = 0;
		if (stopped)
			log_runs(f, i);
	} else if (!stopped && ++w->silent == WORKER_WATCH_LOOKS) {
		log_stopped(f, i);
	}
}

void
worker_watch_turn(struct fabric *f)
{
	if (f->now < f->watch_due)
		return;
	f->watch_due = f->now + CLOCK_SECOND;
	for (unsigned int i = 0; i < f->nworkers; i++)
		look(f, i);
}

bool
worker_watch_stopped(const struct fabric *f, unsigned int i)
{
	return f->watch[i].silent >= WORKER_WATCH_LOOKS;
}

bool
worker_watch_any(const struct fabric *f)
{
	for (unsigned int i = 0; i < f->nworkers; i++)
		if (worker_watch_stopped(f, i))
			return true;
	return false;
}
