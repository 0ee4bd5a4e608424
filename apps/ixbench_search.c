/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/ixbench_search.h"

#include <stdlib.h>

#include "apps/ixbench_run.h"

#define MORE  1.1  /* the search begins above what the fabric takes */
#define AGAIN 20   /* trials, until a worker runs at all in one */
#define WHOLE 0.95 /* of the frames that are due */

static uint64_t
wanted(const struct search *s)
{
	return s->result.offered * s->copies;
}

static uint64_t
came(const struct search *s)
{
	return s->copies > 1 ? s->result.groups : s->result.received;
}

uint64_t
search_lost(const struct search *s)
{
	return wanted(s) > came(s) ? wanted(s) - came(s) : 0;
}

static double
loss_percent(const struct search *s)
{
	return wanted(s) != 0
		       ? 100.0 * (double)search_lost(s) / (double)wanted(s)
		       : 0;
}

bool
search_is_whole(const struct search *s)
{
	return s->result.offered != 0 &&
	       (double)s->result.offered >= WHOLE * s->due;
}

int
search_trial(struct search *s, double rate, json_t *list)
{
	const struct dut_result *r = &s->result;

	s->fill(s, rate);
	if (dut_trial(s->dut, &s->trial, &s->result, s->faults) != 0)
		return -1;
	json_array_append_new(
		list,
		json_pack("{s:f, s:f, s:f, s:f, s:I, s:I, s:I, s:I, s:f, s:o}",
			  "tried", rate, "percent",
			  s->most > 0 ? 100 * rate / s->most : 100,
			  "offered_fps", (double)r->offered / r->seconds,
			  "seconds", r->seconds, "offered",
			  (json_int_t)r->offered, "lost",
			  (json_int_t)search_lost(s), "missed",
			  (json_int_t)r->missed, "bad", (json_int_t)r->bad,
			  "loss_percent", loss_percent(s), "drops",
			  run_drops(r->drop)));
	return 0;
}

int
search_most(struct search *s, json_t *run)
{
	double fps;

	for (unsigned int i = 0;
	     i == 0 || (s->result.offered == 0 && i < AGAIN); i++)
		if (dut_trial(s->dut, &s->trial, &s->result, s->faults) != 0)
			return -1;
	fps = (double)came(s) / s->copies / s->result.seconds;
	s->most = fps * MORE;
	json_object_update_new(run, json_pack("{s:f, s:f}", "taken_fps", fps,
					      "tsc_hz", s->result.tsc_hz));
	return fps > 0 ? 0 : run_fail(s->faults, "no frame came out");
}

static int
passes(void *arg, double rate)
{
	struct search *s = arg;

	for (unsigned int i = 0; i < s->tries; i++) {
		if (search_trial(s, rate, s->trials) != 0)
			return -1;
		if (search_lost(s) == 0 && search_is_whole(s))
			return 1;
	}
	return 0;
}

int
search_fail(const struct search *s)
{
	const struct dut_result *r = &s->result;
	char text[512];
	json_t *drops;
	char *why;

	if (!search_is_whole(s)) {
		snprintf(
			text, sizeof(text),
			"no rate without loss: of %.0f frames that were due in "
			"the last trial %llu were offered; the machine is too "
			"busy",
			s->due, (unsigned long long)r->offered);
		return run_fail(s->faults, text);
	}
	drops = run_drops(r->drop);
	why = json_dumps(drops, JSON_COMPACT);
	snprintf(text, sizeof(text),
		 "no rate without loss: in the last trial, at the lowest that "
		 "the "
		 "resolution of %u %% has, %llu of %llu frames were lost; %llu "
		 "were missed; dropped: %s",
		 s->resolution, (unsigned long long)search_lost(s),
		 (unsigned long long)wanted(s), (unsigned long long)r->missed,
		 why != NULL ? why : "");
	free(why);
	json_decref(drops);
	return run_fail(s->faults, text);
}

int
search_run(struct search *s, double most, double *found)
{
	return dut_search(most, s->resolution / 100.0, passes, s, found);
}
