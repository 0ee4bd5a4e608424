/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/hooks.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/api/monitor.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/runtime.h"
#include "lib/hookrun.h"

/* ms in which what happens is for the same process */
#define GATHER 500

static_assert((int)CONFIG_EVENTS_PORT == 1 << EVENT_GROUP_port &&
		      (int)CONFIG_EVENTS_FDB == 1 << EVENT_GROUP_fdb &&
		      (int)CONFIG_EVENTS_VIOLATION ==
			      1 << EVENT_GROUP_violation &&
		      (int)CONFIG_EVENTS_SPONGE == 1 << EVENT_GROUP_sponge &&
		      (int)CONFIG_EVENTS_CONFIG == 1 << EVENT_GROUP_config &&
		      (int)CONFIG_EVENTS_FABRIC == 1 << EVENT_GROUP_fabric &&
		      (int)CONFIG_EVENTS_ALL == (1 << EVENT_GROUPS) - 1,
	      "the words of hook_events are the groups of events");

struct hooks {
	struct fabric *fabric;
	struct monitors *monitors;
	struct hookrun *run; /* NULL: there was no hook yet */
	uint64_t generation; /* whose keys are in force */
	char *program;       /* NULL: none */
	uint64_t lost;       /* since the start */
	uint64_t untold; /* of these, those that the program was not told of */
	struct hookrun_state state;
	bool failing; /* was logged */
};

static void
put_lost(struct hooks *h)
{
	struct event e = event_of(EVENT_lost, DROP_WARNING);
	char line[MONITOR_LINE], text[80];
	size_t n;

	snprintf(text, sizeof(text), "%" PRIu64 " event%s lost", h->untold,
		 h->untold == 1 ? " was" : "s were");
	e.text = text;
	e.count = h->untold;
	n = monitor_line(h->fabric, &e, line);
	if (n != 0 && hookrun_put(h->run, line, n))
		h->untold = 0;
}

/* What monitors ask before they make the line. */
static bool
has_room(void *arg)
{
	struct hooks *h = arg;

	if (hookrun_has_room(h->run, 2 * MONITOR_LINE))
		return true;
	h->lost++;
	h->untold++;
	return false;
}

static void
put(void *arg, const char *line, size_t n)
{
	struct hooks *h = arg;

	if (h->untold != 0)
		put_lost(h);
	if (hookrun_put(h->run, line, n))
		return;
	h->lost++;
	h->untold++;
}

struct hooks *
hooks_create(struct fabric *f, struct monitors *m)
{
	struct hooks *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->fabric = f;
	h->monitors = m;
	return h;
}

void
hooks_free(struct hooks *h)
{
	if (h == NULL)
		return;
	monitors_tell(h->monitors, 0, NULL);
	hookrun_free(h->run);
	free(h->program);
	free(h);
}

/* The keys of the configuration that runs now. */
static void
follow(struct hooks *h)
{
	const struct config_fabric *c = &h->fabric->config->fabric;
	const struct monitor_sink sink = { has_room, put, h };
	char *program = c->hook != NULL ? strdup(c->hook) : NULL;

	if (h->run == NULL && program != NULL)
		h->run = hookrun_create(GATHER);
	if ((c->hook != NULL && (program == NULL || h->run == NULL)) ||
	    (h->run != NULL &&
	     hookrun_set(h->run, program, c->hook_time, c->name) != 0)) {
		free(program);
		return; /* the next turn tries again */
	}
	h->generation = h->fabric->generation;
	free(h->program);
	h->program = program;
	if (program == NULL)
		h->failing = false;
	monitors_tell(h->monitors, program != NULL ? c->hook_events : 0, &sink);
}

static void
report(struct hooks *h)
{
	bool fails = h->state.why[0] != '\0';
	struct event e = event_of(fails ? EVENT_hook_failed : EVENT_hook_works,
				  fails ? DROP_WARNING : DROP_NOTICE);
	char text[EVENT_SIZE];

	if (fails == h->failing)
		return;
	h->failing = fails;
	if (fails)
		snprintf(text, sizeof(text),
			 "hook %s: %s; further failures are counted",
			 h->program, h->state.why);
	else
		snprintf(text, sizeof(text), "hook %s: works again",
			 h->program);
	e.text = text;
	event_raise(h->fabric, &e);
}

void
hooks_turn(struct hooks *h)
{
	if (h == NULL)
		return;
	if (h->generation != h->fabric->generation)
		follow(h);
	if (h->program != NULL && hookrun_look(h->run, &h->state))
		report(h);
}

void
hooks_look(const struct hooks *h, struct hooks_state *s)
{
	*s = (struct hooks_state){ .program = NULL };
	if (h == NULL)
		return;
	*s = (struct hooks_state){ .program = h->program,
				   .runs = h->state.runs,
				   .failed = h->state.failed,
				   .killed = h->state.killed,
				   .lost = h->lost,
				   .waiting = h->state.waiting,
				   .running = h->state.running,
				   .why = h->failing ? h->state.why : NULL };
}
