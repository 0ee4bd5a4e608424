/* SPDX-License-Identifier: BSD-3-Clause */
/* What an operator orders: a confirmation before an address is sponged; probes. */
#include "lib/sponge_impl.h"

#define CONFIRM_PROBES 3
#define CONFIRM_GAP    (200 * CLOCK_MILLISECOND)
#define CONFIRM_WAIT   CLOCK_SECOND

/* A sign of life from before says nothing of the address as it is now. */
bool
sponge_confirm(struct sponge *s, uint32_t i, enum sponge_kind to, uint64_t now)
{
	sponge_start(s, now);
	if (!s->slot[i].used || s->slot[i].confirming == to)
		return true;
	sponge_cancel_confirm(s, i);
	if (s->confirms == SPONGE_CONFIRMS)
		return false;
	(void)s->ops.seen(s->arg, i);
	s->slot[i].confirming = to;
	s->confirm[s->confirms++] =
		(struct sponge_confirm){ .slot = i, .at = now };
	sponge_update_watch(s, i);
	return true;
}

static bool
probes(const struct sponge *s, const struct sponge_confirm *c)
{
	return c->probes < CONFIRM_PROBES && !s->params.passive;
}

static uint64_t
confirm_due(const struct sponge *s, const struct sponge_confirm *c)
{
	return probes(s, c) ? clock_later(c->at, s->pace_at) : c->at;
}

uint64_t
sponge_confirms_due(const struct sponge *s)
{
	uint64_t due = SPONGE_NEVER;

	for (unsigned int i = 0; i < s->confirms; i++)
		due = clock_sooner(due, confirm_due(s, &s->confirm[i]));
	return due;
}

/* Whether it is over: 'c' then is the next one. */
static bool
run_confirm(struct sponge *s, struct sponge_confirm *c, uint64_t now)
{
	uint32_t slot = c->slot;
	enum sponge_kind to = s->slot[slot].confirming;

	if (now < confirm_due(s, c))
		return false;
	sponge_take_seen(s, slot, now);
	if (s->slot[slot].confirming == SPONGE_NONE)
		return true;
	/* The slot has been silent so far. */
	if (c->probes < CONFIRM_PROBES) {
		if (probes(s, c))
			sponge_send_probe(s, slot, now);
		c->probes++;
		c->at = now + (c->probes < CONFIRM_PROBES ? CONFIRM_GAP
							  : CONFIRM_WAIT);
		return false;
	}
	sponge_cancel_confirm(s, slot);
	sponge_move(s, slot, to, 0, now);
	return true;
}

void
sponge_run_confirms(struct sponge *s, uint64_t now)
{
	for (unsigned int i = 0; i < s->confirms;)
		if (!run_confirm(s, &s->confirm[i], now))
			i++;
}

void
sponge_probe(struct sponge *s, uint32_t first, uint32_t last,
	     uint32_t persecond, uint64_t now)
{
	sponge_start(s, now);
	if (s->params.passive)
		return;
	for (uint32_t i = first; i <= last && i < s->n; i++) {
		s->orders.left += s->slot[i].used && !s->slot[i].ordered;
		s->slot[i].ordered = s->slot[i].used;
	}
	s->orders.next = first < s->orders.next ? first : s->orders.next;
	s->orders.gap = CLOCK_SECOND / persecond;
	s->orders.at = clock_later(s->orders.at, now);
}

uint64_t
sponge_orders_due(const struct sponge *s)
{
	if (s->orders.left == 0)
		return SPONGE_NEVER;
	return clock_later(s->orders.at, s->pace_at);
}

void
sponge_run_orders(struct sponge *s, uint64_t now)
{
	uint32_t i = s->orders.next;

	if (now < sponge_orders_due(s) || s->orders.left == 0)
		return;
	while (!s->slot[i].ordered)
		i++;
	sponge_drop_order(s, i);
	s->orders.next = i + 1;
	s->orders.at = now + s->orders.gap;
	sponge_send_probe(s, i, now);
}
