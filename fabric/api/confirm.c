/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/confirm.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/api/history.h"
#include "fabric/api/value.h"
#include "fabric/runtime/event.h"

static const struct generation *
pending(const struct answers *a)
{
	return history_find(a->history, a->confirm.generation);
}

static void
log_line(const struct answers *a, struct event e, const char *text)
{
	char line[EVENT_SIZE];

	snprintf(line, sizeof(line), "configuration: %s", text);
	e.text = line;
	e.generation = a->confirm.generation;
	event_raise(a->fabric, &e);
}

void
confirm_begin(struct answers *a, uint64_t generation, uint32_t seconds)
{
	struct event e = event_of(EVENT_config_confirm, DROP_NOTICE);
	char text[CONFIRM_TEXT];

	a->confirm = (struct confirm){
		.generation = generation,
		.seconds = seconds,
		.since = a->fabric->now,
		.until = a->fabric->now + seconds * CLOCK_SECOND,
	};
	snprintf(text, sizeof(text),
		 "generation %" PRIu64 " of %s is rolled back to generation "
		 "%" PRIu64 " in %u s unless it is confirmed",
		 generation, a->changed.by, confirm_previous(a), seconds);
	e.by = a->changed.by;
	log_line(a, e, text);
}

bool
confirm_is_pending(const struct answers *a, char text[CONFIRM_TEXT])
{
	const struct generation *g = pending(a);
	const struct confirm *c = &a->confirm;
	uint64_t now = a->fabric->now;

	if (g == NULL)
		return false;
	if (text != NULL)
		snprintf(text, CONFIRM_TEXT,
			 "generation %" PRIu64 ", which %s applied from "
			 "%.200s %" PRIu64 " s ago, waits to be confirmed, and "
			 "is rolled back in %" PRIu64 " s: first ixctl config "
			 "confirm, or ixctl config rollback",
			 g->number, g->by, g->file,
			 clock_since(now, c->since) / CLOCK_SECOND,
			 value_left(now, c->until));
	return true;
}

json_t *
confirm_row(const struct answers *a)
{
	const struct generation *g = pending(a);
	uint64_t now = a->fabric->now;

	if (g == NULL)
		return json_null();
	return json_pack(
		"{s:I, s:s, s:o, s:I, s:I, s:I, s:s?}", "generation",
		(json_int_t)g->number, "by", g->by, "file", value_text(g->file),
		"seconds",
		(json_int_t)(clock_since(now, a->confirm.since) / CLOCK_SECOND),
		"seconds_left", (json_int_t)value_left(now, a->confirm.until),
		"previous", (json_int_t)confirm_previous(a), "failed",
		a->confirm.tries > 0 ? a->rejected : NULL);
}

uint64_t
confirm_previous(const struct answers *a)
{
	const struct generation *g = pending(a);

	if (g != NULL)
		g = history_kept_below(a->history, g->number);
	return g != NULL ? g->number : 0;
}

static void
end(struct answers *a, enum generation_state state)
{
	history_mark(a->history, a->confirm.generation, state);
	a->confirm = (struct confirm){ 0 };
}

void
confirm_keep(struct answers *a, const char *by)
{
	struct event e = event_of(EVENT_config_confirmed, DROP_NOTICE);
	char text[CONFIRM_TEXT];

	snprintf(text, sizeof(text),
		 "generation %" PRIu64 " is confirmed by %s",
		 a->confirm.generation, by);
	e.by = by;
	log_line(a, e, text);
	/* What was refused meanwhile is no fault any more. */
	free(a->rejected);
	a->rejected = NULL;
	end(a, GENERATION_KEPT);
}

bool
confirm_expires(struct answers *a)
{
	const struct generation *g = pending(a);
	char text[CONFIRM_TEXT];

	if (g == NULL || a->fabric->now < a->confirm.until)
		return false;
	snprintf(text, sizeof(text),
		 "generation %" PRIu64 " of %s was not confirmed in %u s: "
		 "rolling back to generation %" PRIu64,
		 g->number, g->by, a->confirm.seconds, confirm_previous(a));
	if (a->confirm.tries == 0)
		log_line(a, event_of(EVENT_config_expired, DROP_WARNING), text);
	return true;
}

void
confirm_returned(struct answers *a, const char *by)
{
	const struct generation *g = pending(a);

	if (g == NULL)
		return;
	/* An operator knows; of the timer the status has a line. */
	if (strcmp(by, CONFIRM_BY) == 0 &&
	    asprintf(&a->returned,
		     "generation %" PRIu64 ", which %s applied from %s, was "
		     "not confirmed in %u s and is rolled back",
		     g->number, g->by, g->file, a->confirm.seconds) < 0)
		a->returned = NULL;
	end(a, GENERATION_DROPPED);
}

void
confirm_stays(struct answers *a)
{
	uint64_t wait = CONFIRM_RETRY;

	for (unsigned int i = 0; i < a->confirm.tries; i++)
		if (wait < CONFIRM_RETRY_MAX)
			wait *= 2;
	a->confirm.tries++;
	a->confirm.until = a->fabric->now + wait;
}
