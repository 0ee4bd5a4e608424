/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the sponge does by itself: it learns, counts and probes those that are
 * PENDING at each tick, and sweeps.  No tick is run for nothing: while nobody is
 * PENDING there are none, and the next one is worked out when somebody is.
 */
#include "lib/sponge_impl.h"

#define TICK CLOCK_SECOND

static void
say(struct sponge *s, enum sponge_event event, uint64_t number)
{
	sponge_notify(
		s, &(struct sponge_notice){ .event = event, .number = number });
}

static void
pace(struct sponge *s, uint64_t now)
{
	s->pace_at = now + CLOCK_SECOND / s->params.proberate;
}

void
sponge_send_probe(struct sponge *s, uint32_t i, uint64_t now)
{
	pace(s, now);
	s->ops.probe(s->arg, i);
}

void
sponge_send_gratuitous(struct sponge *s, uint32_t i, uint64_t now)
{
	pace(s, now);
	s->ops.gratuitous(s->arg, i);
}

/* The tick at 'now' or the last one before. */
static uint64_t
last_tick(const struct sponge *s, uint64_t now)
{
	return now - (now - s->grid) % TICK;
}

static bool
has_ticks(const struct sponge *s)
{
	return !s->learning && !s->params.fixed && s->count[SPONGE_PENDING] > 0;
}

void
sponge_drop_pass(struct sponge *s)
{
	if (!has_ticks(s))
		s->pass = (struct sponge_walk){ .at = SPONGE_NEVER };
}

void
sponge_plan_pass(struct sponge *s, uint64_t now)
{
	sponge_drop_pass(s);
	if (has_ticks(s) && s->pass.at == SPONGE_NEVER)
		s->pass.at = last_tick(s, now) + TICK;
}

/* From one sweep to the next; 0: there are none. */
static uint64_t
period_of(const struct sponge_params *p)
{
	return p->passive ? 0 : p->sweep * CLOCK_SECOND;
}

static void
end_sweep(struct sponge *s)
{
	if (!s->sweep.under_way)
		return;
	s->sweep.under_way = false;
	say(s, SPONGE_EV_SWEPT, s->swept);
}

static void
plan_sweep(struct sponge *s, uint64_t now)
{
	uint64_t period = period_of(&s->params);

	s->sweep.at = period > 0 ? now + period : SPONGE_NEVER;
}

/* The end of learning, or the start when there is none. */
static void
open_up(struct sponge *s, uint64_t now)
{
	s->learning = false;
	sponge_plan_pass(s, now);
	plan_sweep(s, now);
	if (s->params.sweep_at_start && !s->params.passive)
		s->sweep.at = now;
}

static void
begin_learning(struct sponge *s, uint64_t now)
{
	s->learning = true;
	s->learned_at = last_tick(s, now) + s->params.learning * CLOCK_SECOND;
	s->sweep.at = SPONGE_NEVER;
	end_sweep(s);
	sponge_plan_pass(s, now);
}

static void
end_learning(struct sponge *s, uint64_t now)
{
	open_up(s, now);
	say(s, SPONGE_EV_LEARNED, 0);
}

void
sponge_start(struct sponge *s, uint64_t now)
{
	if (s->started)
		return;
	s->started = true;
	s->grid = now;
	if (s->params.learning > 0)
		begin_learning(s, now);
	else
		open_up(s, now);
}

static void
replan_learning(struct sponge *s, uint64_t now)
{
	if (s->params.learning > 0)
		begin_learning(s, now);
	else if (s->learning)
		end_learning(s, now);
}

void
sponge_replan(struct sponge *s, const struct sponge_params *old, uint64_t now)
{
	if (s->params.passive) {
		end_sweep(s);
		s->sweep.at = SPONGE_NEVER;
		for (uint32_t i = 0; i < s->n; i++)
			sponge_drop_errand(s, i);
	}
	if (period_of(old) != period_of(&s->params) && !s->learning)
		plan_sweep(s, now);
	if (old->learning != s->params.learning)
		replan_learning(s, now);
	sponge_plan_pass(s, now);
}

/*
 * A tick that comes a tick late, or more: the ones that were missed are not made
 * up for, and the next ones are counted from here.
 */
static void
restart_ticks(struct sponge *s, uint64_t now, uint64_t at)
{
	say(s, SPONGE_EV_LAG, at - s->pass.at);
	s->grid = now;
	s->pass.at = at;
}

static void
begin_pass(struct sponge *s, uint64_t now)
{
	if (now - s->pass.at >= TICK)
		restart_ticks(s, now, now);
	s->pass.under_way = true;
	s->pass.next = 0;
}

/* It may have ended before: with the last one that was PENDING. */
static void
end_pass(struct sponge *s, uint64_t now)
{
	if (!s->pass.under_way)
		return;
	s->pass.under_way = false;
	s->pass.at += TICK;
	if (now >= s->pass.at)
		restart_ticks(s, now, now + TICK);
}

/* Whether judging one that is PENDING sends something. */
static bool
sends(const struct sponge *s, const struct sponge_slot *a)
{
	if (a->probes > s->params.pending)
		return s->params.gratuitous && !s->params.dummy;
	return !s->params.passive;
}

/*
 * One that is PENDING: false when it has to wait for the pacer.  One that became
 * it at this tick or after has its turn at the next one.
 */
static bool
judge(struct sponge *s, uint32_t i, uint64_t now)
{
	const struct sponge_slot *a = &s->slot[i];

	if (a->fresh_at >= s->pass.at)
		return true;
	sponge_take_seen(s, i, now);
	if (a->kind != SPONGE_PENDING)
		return true;
	if (sends(s, a) && now < s->pace_at)
		return false;
	if (a->probes > s->params.pending) {
		sponge_move(s, i, SPONGE_DEAD, 0, now);
		return true;
	}
	sponge_move(s, i, SPONGE_PENDING, a->probes + 1, now);
	if (!s->params.passive)
		sponge_send_probe(s, i, now);
	return true;
}

static void
run_pass(struct sponge *s, uint64_t now)
{
	struct sponge_walk *w = &s->pass;

	if (!w->under_way && w->at <= now)
		begin_pass(s, now);
	for (; w->under_way && w->next < s->n; w->next++)
		if (sponge_is_pending(s, w->next) && !judge(s, w->next, now))
			return;
	end_pass(s, now);
}

/* A sweep that takes longer than from one to the next leaves some out. */
static void
begin_sweep(struct sponge *s, uint64_t now)
{
	uint64_t period = period_of(&s->params), planned = s->sweep.at;

	if (period > 0 && period <= now - planned) {
		say(s, SPONGE_EV_LAG, now - planned);
		planned = now;
	}
	plan_sweep(s, planned);
	s->sweep.under_way = true;
	s->sweep.next = 0;
	s->sweep_began = planned;
	s->swept = 0;
	say(s, SPONGE_EV_SWEEP, 0);
}

/*
 * All of a sweep goes by when it was to begin: an age that is so many periods is
 * reached by all in the same sweep, however late each is probed.
 */
static bool
is_quiet(const struct sponge *s, const struct sponge_slot *a)
{
	if (a->kind == SPONGE_ALIVE && s->params.sweep_skip_alive &&
	    a->mac != 0)
		return false;
	return a->fresh_at == 0 ||
	       a->fresh_at + s->params.sweep_age * CLOCK_SECOND <=
		       s->sweep_began;
}

/* False when it has to wait for the pacer. */
static bool
sweep_one(struct sponge *s, uint32_t i, uint64_t now)
{
	struct sponge_slot *a = &s->slot[i];

	if (!a->used)
		return true;
	sponge_take_seen(s, i, now);
	if (!is_quiet(s, a))
		return true;
	if (now < s->pace_at)
		return false;
	a->fresh_at = s->sweep_began;
	s->swept++;
	sponge_send_probe(s, i, now);
	return true;
}

static void
run_sweep(struct sponge *s, uint64_t now)
{
	struct sponge_walk *w = &s->sweep;

	if (!w->under_way && w->at <= now)
		begin_sweep(s, now);
	for (; w->under_way && w->next < s->n; w->next++)
		if (!sweep_one(s, w->next, now))
			return;
	end_sweep(s);
}

static uint64_t
walk_due(const struct sponge *s, const struct sponge_walk *w)
{
	return w->under_way ? s->pace_at : w->at;
}

uint64_t
sponge_due(const struct sponge *s)
{
	uint64_t due = s->learning ? s->learned_at : SPONGE_NEVER;

	due = clock_sooner(due, walk_due(s, &s->pass));
	due = clock_sooner(due, walk_due(s, &s->sweep));
	due = clock_sooner(due, sponge_confirms_due(s));
	return clock_sooner(due, sponge_errand_due(s));
}

/* Who comes first in here has the pacer first. */
void
sponge_run(struct sponge *s, uint64_t now)
{
	sponge_start(s, now);
	if (s->learning && s->learned_at <= now)
		end_learning(s, now);
	sponge_run_confirms(s, now);
	run_pass(s, now);
	run_sweep(s, now);
	sponge_run_errand(s, now);
}
