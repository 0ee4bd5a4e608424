/* SPDX-License-Identifier: BSD-3-Clause */
/* When learning ends, ticks and sweeps begin, and the next probe may be sent. */
#include "lib/sponge_impl.h"

void
sponge_notify(struct sponge *s, enum sponge_event event, uint64_t number)
{
	s->ops.notice(s->arg, &(struct sponge_notice){ .event = event,
						       .number = number });
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
	return now - (now - s->grid) % SPONGE_TICK;
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
		s->pass.at = last_tick(s, now) + SPONGE_TICK;
}

void
sponge_end_sweep(struct sponge *s)
{
	if (!s->sweep.under_way)
		return;
	s->sweep.under_way = false;
	sponge_notify(s, SPONGE_EV_SWEPT, s->swept);
}

/* From one sweep to the next, ns; 0: there are none. */
static uint64_t
period_of(const struct sponge_params *p)
{
	return p->passive ? 0 : p->sweep * CLOCK_SECOND;
}

void
sponge_plan_sweep(struct sponge *s, uint64_t now)
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
	sponge_plan_sweep(s, now);
	if (s->params.sweep_at_start && !s->params.passive)
		s->sweep.at = now;
}

static void
begin_learning(struct sponge *s, uint64_t now)
{
	s->learning = true;
	s->learned_at = last_tick(s, now) + s->params.learning * CLOCK_SECOND;
	s->sweep.at = SPONGE_NEVER;
	sponge_end_sweep(s);
	sponge_plan_pass(s, now);
}

void
sponge_end_learning(struct sponge *s, uint64_t now)
{
	open_up(s, now);
	sponge_notify(s, SPONGE_EV_LEARNED, 0);
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

void
sponge_replan(struct sponge *s, const struct sponge_params *old, uint64_t now)
{
	if (s->params.passive) {
		sponge_end_sweep(s);
		s->sweep.at = SPONGE_NEVER;
	}
	if (period_of(old) != period_of(&s->params) && !s->learning)
		sponge_plan_sweep(s, now);
	if (old->learning != s->params.learning && s->params.learning > 0)
		begin_learning(s, now);
	else if (old->learning != s->params.learning && s->learning)
		sponge_end_learning(s, now);
	sponge_plan_pass(s, now);
}
