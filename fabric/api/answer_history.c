/* SPDX-License-Identifier: BSD-3-Clause */
/* The answers to config history and config confirm. */
#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/confirm.h"
#include "fabric/api/history.h"
#include "fabric/api/peer.h"
#include "fabric/api/value.h"

#define PART_ROWS 10

/* For so long the answer waits until it is on the disk. */
#define DISK_TIME (2 * CLOCK_SECOND)

json_t *
answer_history_problem(const struct answers *a)
{
	const char *why = history_problem(a->history);

	if (why == NULL &&
	    clock_since(a->fabric->now, a->unsaved) >= CLOCK_SECOND)
		why = "is not written yet: the disk is slow";
	return why != NULL ? json_sprintf("the history %s %s",
					  history_directory(a->history), why)
			   : json_null();
}

static json_t *
row_of(const struct answers *a, const struct generation *g, bool running)
{
	json_t *changes = json_array();

	for (unsigned int i = 0; i < g->ntexts; i++)
		json_array_append_new(changes, value_text(g->change[i]));
	return json_pack(
		"{s:I, s:I, s:s, s:o, s:s, s:b, s:b, s:I, s:o}", "generation",
		(json_int_t)g->number, "at", (json_int_t)g->at, "by", g->by,
		"file", value_text(g->file), "state",
		generation_state_name(g->state), "running", running, "saved",
		history_is_saved(a->history, g->number), "nchanges",
		(json_int_t)g->nchanges, "changes", changes);
}

static bool
runs(const struct answers *a, const struct generation *g)
{
	return a->confirm.generation != 0
		       ? g->number == a->confirm.generation
		       : g == history_kept_below(a->history, UINT64_MAX);
}

/* The newest first. */
enum ctl_verdict
answer_config_history(struct answers *a, struct ctl_request *rq, json_t **part)
{
	size_t n = history_count(a->history), end = rq->place[0] + PART_ROWS;

	*part = json_array();
	for (; rq->place[0] < n && rq->place[0] < end; rq->place[0]++) {
		const struct generation *g = history_at(
			a->history, (unsigned int)(n - 1 - rq->place[0]));

		json_array_append_new(*part, row_of(a, g, runs(a, g)));
	}
	return rq->place[0] < n ? CTL_MORE : CTL_END;
}

static bool
begin_confirm(struct answers *a, struct ctl_request *rq)
{
	char by[GENERATION_BY_SIZE];

	if (!confirm_is_pending(a, NULL)) {
		ctl_refuse(rq, "failed",
			   "no configuration waits to be "
			   "confirmed");
		return false;
	}
	rq->place[0] = a->confirm.generation;
	rq->place[1] = a->fabric->now + DISK_TIME;
	peer_name(rq->uid, by, sizeof(by));
	confirm_keep(a, by);
	return true;
}

enum ctl_verdict
answer_config_confirm(struct answers *a, struct ctl_request *rq, json_t **part)
{
	const struct generation *g;

	rq->generation = 0;
	/* The order to go back may just be carried out. */
	if (rq->place[0] == 0 && a->job != NULL)
		return CTL_WAIT;
	if (rq->place[0] == 0 && !begin_confirm(a, rq))
		return CTL_ERROR;
	history_turn(a->history, a->fabric->now, a->fabric->in_step);
	if (!history_is_settled(a->history) && a->fabric->now < rq->place[1])
		return CTL_WAIT;
	g = history_find(a->history, rq->place[0]);
	*part = json_pack("{s:I, s:s?, s:s?, s:o}", "generation",
			  (json_int_t)rq->place[0], "by",
			  g != NULL ? g->by : NULL, "file",
			  g != NULL ? g->file : NULL, "history",
			  answer_history_problem(a));
	return *part != NULL ? CTL_END : ctl_refuse(rq, "failed", "no memory");
}
