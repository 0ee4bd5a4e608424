/* SPDX-License-Identifier: BSD-3-Clause */
/* The states, and what moves an address from one to another. */
#include "lib/sponge.h"

#include <stdlib.h>

#include "lib/sponge_impl.h"

const char *
sponge_kind_name(enum sponge_kind kind)
{
	static const char *const names[SPONGE_KINDS] = {
		"none", "alive", "pending", "dead", "static",
	};

	return names[kind];
}

struct sponge *
sponge_create(uint32_t n, const struct sponge_params *params,
	      const struct sponge_ops *ops, void *arg)
{
	struct sponge *s = calloc(1, sizeof(*s) + n * sizeof(s->slot[0]));

	if (s == NULL)
		return NULL;
	s->params = *params;
	s->ops = *ops;
	s->arg = arg;
	s->n = n;
	s->learning = params->learning > 0;
	s->learned_at = SPONGE_NEVER;
	s->pass.at = SPONGE_NEVER;
	s->sweep.at = SPONGE_NEVER;
	return s;
}

void
sponge_free(struct sponge *s)
{
	if (s == NULL)
		return;
	for (uint32_t i = 0; i < s->n; i++)
		sponge_queue_clear(&s->slot[i].asked);
	free(s);
}

void
sponge_notify(struct sponge *s, const struct sponge_notice *notice)
{
	s->ops.notice(s->arg, notice);
}

bool
sponge_is_pending(const struct sponge *s, uint32_t i)
{
	return s->slot[i].kind == SPONGE_PENDING;
}

static bool
is_sponged(enum sponge_kind kind)
{
	return kind == SPONGE_DEAD || kind == SPONGE_STATIC;
}

static void
say_of(struct sponge *s, uint32_t i, enum sponge_event event)
{
	const struct sponge_slot *a = &s->slot[i];

	sponge_notify(s, &(struct sponge_notice){
				 .event = event,
				 .slot = i,
				 .mac = a->mac,
				 .number = a->probes,
				 .rate = sponge_queue_rate(&a->asked),
			 });
}

/* What there is to say of a slot that was in the state 'from'. */
static void
announce(struct sponge *s, uint32_t i, enum sponge_kind from)
{
	enum sponge_kind to = s->slot[i].kind;

	if (is_sponged(from) && !is_sponged(to))
		say_of(s, i, SPONGE_EV_UNSPONGING);
	if (to == SPONGE_PENDING)
		say_of(s, i, SPONGE_EV_PENDING);
	if (to == SPONGE_ALIVE && from == SPONGE_PENDING)
		say_of(s, i, SPONGE_EV_CLEARING);
	if (to == SPONGE_DEAD && from != SPONGE_DEAD)
		say_of(s, i, SPONGE_EV_SPONGING);
	if (to == SPONGE_STATIC && from != SPONGE_STATIC)
		say_of(s, i, SPONGE_EV_STATIC);
}

static void
recount(struct sponge *s, uint32_t i, enum sponge_kind from, uint64_t now)
{
	struct sponge_slot *a = &s->slot[i];

	s->count[from]--;
	s->count[a->kind]++;
	a->changed_at = now;
	s->ops.changed(s->arg, i, from, a->kind);
}

void
sponge_update_watch(struct sponge *s, uint32_t i)
{
	struct sponge_slot *a = &s->slot[i];
	bool awaited = a->used && (a->kind != SPONGE_ALIVE || a->asked.n != 0 ||
				   a->confirming);

	if (awaited == a->watched)
		return;
	a->watched = awaited;
	s->ops.watch(s->arg, i, awaited);
}

void
sponge_move(struct sponge *s, uint32_t i, enum sponge_kind to, uint32_t probes,
	    uint64_t now)
{
	struct sponge_slot *a = &s->slot[i];
	enum sponge_kind from = a->kind;

	a->kind = to;
	a->probes = probes;
	a->fresh_at = to != SPONGE_NONE ? now : 0;
	if (to == SPONGE_ALIVE || to == SPONGE_NONE)
		sponge_queue_clear(&a->asked);
	if (from != to)
		recount(s, i, from, now);
	sponge_update_watch(s, i);
	announce(s, i, from);
	if (to == SPONGE_DEAD && from != SPONGE_DEAD && s->params.gratuitous &&
	    !s->params.dummy)
		sponge_send_gratuitous(s, i, now);
	sponge_plan_pass(s, now);
}

void
sponge_add_as(struct sponge *s, uint32_t i, enum sponge_kind kind, uint64_t now)
{
	struct sponge_slot *a = &s->slot[i];

	sponge_start(s, now);
	sponge_remove(s, i);
	a->used = true;
	a->changed_at = now;
	s->count[SPONGE_NONE]++;
	/* What was heard there was another address. */
	(void)s->ops.seen(s->arg, i);
	a->kind = kind;
	/* The next tick is its first; a sweep asks for all others that are new. */
	a->fresh_at = a->kind == SPONGE_PENDING ? now : 0;
	if (a->kind != SPONGE_NONE)
		recount(s, i, SPONGE_NONE, now);
	sponge_update_watch(s, i);
	sponge_plan_pass(s, now);
}

void
sponge_add(struct sponge *s, uint32_t i, uint64_t now)
{
	sponge_add_as(s, i, s->params.init, now);
}

void
sponge_remove(struct sponge *s, uint32_t i)
{
	struct sponge_slot *a = &s->slot[i];
	enum sponge_kind was = a->kind;

	if (!a->used)
		return;
	sponge_cancel_confirm(s, i);
	sponge_drop_errand(s, i);
	sponge_queue_clear(&a->asked);
	a->used = false;
	sponge_update_watch(s, i);
	*a = (struct sponge_slot){ 0 };
	s->count[was]--;
	sponge_drop_pass(s);
	if (was != SPONGE_NONE)
		s->ops.changed(s->arg, i, was, SPONGE_NONE);
}

void
sponge_set_params(struct sponge *s, const struct sponge_params *params,
		  uint64_t now)
{
	struct sponge_params old = s->params;

	s->params = *params;
	sponge_start(s, now);
	for (uint32_t i = 0; i < s->n; i++)
		sponge_queue_cut(&s->slot[i].asked, params->queuedepth);
	sponge_replan(s, &old, now);
}

const struct sponge_params *
sponge_params(const struct sponge *s)
{
	return &s->params;
}

static void
note_mac(struct sponge_slot *a, uint64_t mac, uint64_t now)
{
	if (mac == 0)
		return;
	a->mac = mac;
	a->mac_at = now;
}

/* Whether a sign of life changes nothing, but is worth a word. */
static bool
is_held(const struct sponge *s, enum sponge_kind kind)
{
	return kind == SPONGE_STATIC ||
	       (s->params.fixed && kind != SPONGE_NONE && kind != SPONGE_ALIVE);
}

void
sponge_seen(struct sponge *s, uint32_t i, uint64_t mac, uint64_t now)
{
	struct sponge_slot *a = &s->slot[i];

	sponge_start(s, now);
	if (!a->used)
		return;
	a->seen_at = now;
	note_mac(a, mac, now);
	if (sponge_cancel_confirm(s, i))
		say_of(s, i, SPONGE_EV_ALIVE_AFTER_ALL);
	if (is_held(s, a->kind))
		say_of(s, i, SPONGE_EV_TRAFFIC);
	else
		sponge_move(s, i, SPONGE_ALIVE, 0, now);
}

void
sponge_take_seen(struct sponge *s, uint32_t i, uint64_t now)
{
	if (s->ops.seen(s->arg, i))
		sponge_seen(s, i, 0, now);
}

static bool
is_too_often(const struct sponge *s, const struct sponge_slot *a)
{
	return a->asked.n >= s->params.queuedepth &&
	       sponge_queue_exceeds(&a->asked, s->params.rate);
}

/* Forgets what was asked in bursts, and says what that changed. */
static void
reduce(struct sponge *s, uint32_t i)
{
	struct sponge_queue *q = &s->slot[i].asked;
	struct sponge_notice notice = {
		.event = SPONGE_EV_REDUCED,
		.slot = i,
		.depth = q->n,
		.rate = sponge_queue_rate(q),
	};

	sponge_queue_reduce(q, s->params.flood_protection);
	notice.depth_after = q->n;
	notice.rate_after = sponge_queue_rate(q);
	sponge_notify(s, &notice);
}

/* Whether one that is ALIVE has been asked for too often. */
static bool
is_suspect(struct sponge *s, uint32_t i)
{
	const struct sponge_slot *a = &s->slot[i];

	if (!is_too_often(s, a))
		return false;
	if (s->params.flood_protection == 0)
		return true;
	reduce(s, i);
	return is_too_often(s, a);
}

static enum sponge_verdict
answer(const struct sponge *s)
{
	return s->params.dummy ? SPONGE_DUMMY : SPONGE_ANSWER;
}

/*
 * What is heard counts before the question does: who talks all the time is never
 * asked for without a sign of life.
 */
enum sponge_verdict
sponge_request(struct sponge *s, uint32_t i, uint64_t source, uint64_t now)
{
	struct sponge_slot *a = &s->slot[i];

	sponge_start(s, now);
	if (!a->used || s->learning)
		return SPONGE_SILENCE;
	sponge_take_seen(s, i, now);
	a->asked_at = now;
	sponge_queue_push(&a->asked, s->params.queuedepth, source, now);
	sponge_update_watch(s, i);
	if (is_sponged(a->kind))
		return answer(s);
	if (s->params.fixed)
		return SPONGE_SILENCE;
	if (a->kind == SPONGE_NONE ||
	    (a->kind == SPONGE_ALIVE && is_suspect(s, i)))
		sponge_move(s, i, SPONGE_PENDING, 0, now);
	return SPONGE_SILENCE;
}

/* In the state NONE or ALIVE there is nothing to doubt. */
enum sponge_verdict
sponge_conflict(struct sponge *s, uint32_t i, uint64_t now)
{
	const struct sponge_slot *a = &s->slot[i];

	sponge_start(s, now);
	if (!a->used)
		return SPONGE_SILENCE;
	if (a->kind == SPONGE_STATIC)
		return s->learning ? SPONGE_SILENCE : answer(s);
	if (!s->params.fixed &&
	    (a->kind == SPONGE_DEAD || a->kind == SPONGE_PENDING))
		sponge_move(s, i, SPONGE_PENDING, 0, now);
	return SPONGE_SILENCE;
}

/* What was heard before is not to undo what is done now. */
void
sponge_set(struct sponge *s, uint32_t i, enum sponge_kind to,
	   unsigned int probes, uint64_t mac, uint64_t now)
{
	struct sponge_slot *a = &s->slot[i];

	sponge_start(s, now);
	if (!a->used)
		return;
	(void)s->ops.seen(s->arg, i);
	sponge_cancel_confirm(s, i);
	if (to == SPONGE_ALIVE)
		note_mac(a, mac, now);
	sponge_move(s, i, to, to == SPONGE_PENDING ? probes : 0, now);
}

void
sponge_forget_mac(struct sponge *s, uint32_t i)
{
	s->slot[i].mac = 0;
	s->slot[i].mac_at = 0;
}

bool
sponge_look(const struct sponge *s, uint32_t i, struct sponge_address *out)
{
	const struct sponge_slot *a = &s->slot[i];

	if (!a->used)
		return false;
	*out = (struct sponge_address){
		.state = { .kind = a->kind, .probes = a->probes },
		.mac = a->mac,
		.mac_at = a->mac_at,
		.seen_at = a->seen_at,
		.changed_at = a->changed_at,
		.asked_at = a->asked_at,
		.depth = a->asked.n,
		.rate = sponge_queue_rate(&a->asked),
	};
	return true;
}

uint32_t
sponge_count(const struct sponge *s, enum sponge_kind kind)
{
	return s->count[kind];
}

bool
sponge_is_learning(const struct sponge *s)
{
	return s->learning;
}
