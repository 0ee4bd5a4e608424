/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the sponge does when its time has come: it ends learning, probes PENDING
 * addresses at each tick, and sweeps.
 */
#include "lib/sponge_impl.h"

/*
 * A tick comes a tick late, or more: the ticks that were missed are left out, and
 * the next ones are counted from here.
 */
static void
restart_ticks(struct sponge *s, uint64_t now, uint64_t at)
{
	sponge_notify(s, SPONGE_EV_LAG, at - s->pass.at);
	s->grid = now;
	s->pass.at = at;
}

/* It may have ended before, with the last PENDING slot. */
static void
end_pass(struct sponge *s, uint64_t now)
{
	if (!s->pass.under_way)
		return;
	s->pass.under_way = false;
	s->pass.at += SPONGE_TICK;
	if (now >= s->pass.at)
		restart_ticks(s, now, now + SPONGE_TICK);
}

/* The budget for the next step of a PENDING slot; SPONGE_UNPROBED: needs none. */
static enum sponge_budget
step_budget(const struct sponge *s, uint32_t i)
{
	bool sends = s->slot[i].probes > s->params.pending
			     ? s->params.gratuitous && !s->params.dummy
			     : !s->params.passive;

	return sends ? sponge_budget_of(s, i) : SPONGE_UNPROBED;
}

/* One more probe, or none is left and the slot is DEAD. */
static void
step(struct sponge *s, uint32_t i, enum sponge_budget budget, uint64_t now)
{
	const struct sponge_slot *a = &s->slot[i];

	if (a->probes > s->params.pending) {
		sponge_move(s, i, SPONGE_DEAD, 0, now);
		return;
	}
	sponge_move(s, i, SPONGE_PENDING, a->probes + 1, now);
	if (budget == SPONGE_PACED)
		sponge_send_probe(s, i, now);
	else if (budget == SPONGE_WAITS)
		s->ops.probe(s->arg, i);
}

/* A grant came late, so that the next step would follow too soon. */
static bool
is_too_soon(const struct sponge *s, const struct sponge_slot *a)
{
	return a->fresh_at + SPONGE_TICK / 2 > s->pass.at;
}

/*
 * Judges a PENDING slot: false when it has to wait for the pacer.  A slot that
 * became PENDING at this tick or later is judged at the next one.
 */
static bool
judge(struct sponge *s, uint32_t i, uint64_t now)
{
	const struct sponge_slot *a = &s->slot[i];
	enum sponge_budget budget;

	if (a->fresh_at >= s->pass.at)
		return true;
	sponge_take_seen(s, i, now);
	if (a->kind != SPONGE_PENDING)
		return true;
	if (a->probes > s->params.pending && sponge_is_claimed(a, now))
		return true;
	budget = step_budget(s, i);
	if (budget == SPONGE_PACED && now < s->pace_at)
		return false;
	if (sponge_budget_of(s, i) == SPONGE_WAITS && is_too_soon(s, a))
		return true;
	if (budget == SPONGE_WAITS)
		sponge_wait(s, i, true);
	else
		step(s, i, budget, now);
	return true;
}

bool
sponge_grant(struct sponge *s, uint32_t i, uint64_t now)
{
	struct sponge_slot *a = &s->slot[i];

	sponge_start(s, now);
	if (!a->waits)
		return false;
	sponge_take_seen(s, i, now);
	if (!a->waits)
		return false;
	sponge_wait(s, i, false);
	/* It has another budget by now. */
	if (sponge_budget_of(s, i) != SPONGE_WAITS)
		return false;
	if (a->kind != SPONGE_PENDING)
		s->ops.probe(s->arg, i);
	else if (s->params.fixed || s->learning)
		return false;
	else
		step(s, i, SPONGE_WAITS, now);
	return true;
}

static void
run_pass(struct sponge *s, uint64_t now)
{
	struct sponge_walk *w = &s->pass;

	if (!w->under_way && w->at <= now) {
		if (now - w->at >= SPONGE_TICK)
			restart_ticks(s, now, now);
		w->under_way = true;
		w->next = 0;
	}
	for (; w->under_way && w->next < s->n; w->next++)
		if (s->slot[w->next].kind == SPONGE_PENDING &&
		    !judge(s, w->next, now))
			return;
	end_pass(s, now);
}

/* A sweep that takes longer than the period leaves the next ones out. */
static void
begin_sweep(struct sponge *s, uint64_t now)
{
	uint64_t planned = s->sweep.at;

	sponge_plan_sweep(s, planned);
	if (s->sweep.at <= now) {
		sponge_notify(s, SPONGE_EV_LAG, now - planned);
		planned = now;
		sponge_plan_sweep(s, planned);
	}
	s->sweep.under_way = true;
	s->sweep.next = 0;
	s->sweep_began = planned;
	s->swept = 0;
	sponge_notify(s, SPONGE_EV_SWEEP, 0);
}

/*
 * Ages are measured at the time at which the sweep was due, so that addresses
 * reach an age of several periods in the same sweep, however late each is probed.
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
	enum sponge_budget budget;

	if (!a->used)
		return true;
	sponge_take_seen(s, i, now);
	if (!is_quiet(s, a))
		return true;
	budget = sponge_budget_of(s, i);
	if (budget == SPONGE_UNPROBED || a->waits)
		return true;
	if (budget == SPONGE_PACED && now < s->pace_at)
		return false;
	a->fresh_at = s->sweep_began;
	s->swept++;
	if (budget == SPONGE_WAITS)
		sponge_wait(s, i, true);
	else
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
	sponge_end_sweep(s);
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
	return clock_sooner(due, sponge_orders_due(s));
}

/* In the order in which probes get the pacer. */
void
sponge_run(struct sponge *s, uint64_t now)
{
	sponge_start(s, now);
	if (s->learning && s->learned_at <= now)
		sponge_end_learning(s, now);
	sponge_run_confirms(s, now);
	run_pass(s, now);
	run_sweep(s, now);
	sponge_run_orders(s, now);
}
