/* SPDX-License-Identifier: BSD-3-Clause */
/* The states, and what moves an address from one to another. */
#include <stdlib.h>
#include <string.h>

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

static bool
is_sponged(enum sponge_kind kind)
{
	return kind == SPONGE_DEAD || kind == SPONGE_STATIC;
}

static void
notify_slot(struct sponge *s, uint32_t i, enum sponge_event event)
{
	const struct sponge_slot *a = &s->slot[i];

	s->ops.notice(s->arg, &(struct sponge_notice){
				      .event = event,
				      .slot = i,
				      .mac = a->mac,
				      .number = a->probes,
				      .rate = sponge_queue_rate(&a->asked),
			      });
}

/* The notices of a slot that was in the state 'from'. */
static void
notify_move(struct sponge *s, uint32_t i, enum sponge_kind from)
{
	enum sponge_kind to = s->slot[i].kind;

	if (is_sponged(from) && !is_sponged(to))
		notify_slot(s, i, SPONGE_EV_UNSPONGING);
	if (to == SPONGE_PENDING)
		notify_slot(s, i, SPONGE_EV_PENDING);
	if (to == SPONGE_ALIVE && from == SPONGE_PENDING)
		notify_slot(s, i, SPONGE_EV_CLEARING);
	if (to == SPONGE_DEAD && from != SPONGE_DEAD)
		notify_slot(s, i, SPONGE_EV_SPONGING);
	if (to == SPONGE_STATIC && from != SPONGE_STATIC)
		notify_slot(s, i, SPONGE_EV_STATIC);
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
	bool watched = a->used && (a->kind != SPONGE_ALIVE || a->asked.n != 0 ||
				   a->confirming != SPONGE_NONE);

	if (watched == a->watched)
		return;
	a->watched = watched;
	s->ops.watch(s->arg, i, watched);
}

bool
sponge_cancel_confirm(struct sponge *s, uint32_t i)
{
	struct sponge_confirm *c = s->confirm;

	if (s->slot[i].confirming == SPONGE_NONE)
		return false;
	s->slot[i].confirming = SPONGE_NONE;
	while (c->slot != i)
		c++;
	s->confirms--;
	memmove(c, c + 1, (size_t)(s->confirm + s->confirms - c) * sizeof(*c));
	sponge_update_watch(s, i);
	return true;
}

void
sponge_drop_order(struct sponge *s, uint32_t i)
{
	s->orders.left -= s->slot[i].ordered;
	s->slot[i].ordered = false;
}

enum sponge_budget
sponge_budget_of(const struct sponge *s, uint32_t i)
{
	return s->ops.budget != NULL ? s->ops.budget(s->arg, i) : SPONGE_PACED;
}

void
sponge_wait(struct sponge *s, uint32_t i, bool waits)
{
	if (s->slot[i].waits == waits)
		return;
	s->slot[i].waits = waits;
	s->ops.wait(s->arg, i, waits);
}

bool
sponge_is_claimed(const struct sponge_slot *a, uint64_t now)
{
	return a->claimed_at != 0 && now - a->claimed_at < SPONGE_CLAIM;
}

/*
 * Whether members are told that the address is DEAD.  Not for one that is not
 * even probed for, so that no scan makes the fabric send broadcasts.
 */
static bool
announces(const struct sponge *s, uint32_t i, uint64_t now)
{
	return s->params.gratuitous && !s->params.dummy &&
	       !sponge_is_claimed(&s->slot[i], now) &&
	       sponge_budget_of(s, i) != SPONGE_UNPROBED;
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
	sponge_wait(s, i, false);
	if (from != to)
		recount(s, i, from, now);
	sponge_update_watch(s, i);
	notify_move(s, i, from);
	if (to == SPONGE_DEAD && from != SPONGE_DEAD && announces(s, i, now))
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
	/* An earlier sign of life was of another address. */
	(void)s->ops.seen(s->arg, i);
	a->kind = kind;
	/* The next tick is its first; a sweep probes all others that are new. */
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
	sponge_drop_order(s, i);
	sponge_wait(s, i, false);
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
	for (uint32_t i = 0; i < s->n; i++) {
		sponge_queue_cut(&s->slot[i].asked, params->queuedepth);
		if (!params->passive)
			continue;
		sponge_drop_order(s, i);
		sponge_wait(s, i, false);
	}
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

/* Whether a sign of life changes nothing, but makes a notice. */
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
		notify_slot(s, i, SPONGE_EV_ALIVE_AFTER_ALL);
	if (is_held(s, a->kind))
		notify_slot(s, i, SPONGE_EV_TRAFFIC);
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

/* Forgets the requests of bursts, with a notice of what that changed. */
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
	s->ops.notice(s->arg, &notice);
}

/* Whether an ALIVE address has been requested too often. */
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
 * Signs of life count before the request does, so that an address that sends all
 * the time never becomes suspect.
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

/* An address in state NONE or ALIVE is not suspected anyway. */
enum sponge_verdict
sponge_conflict(struct sponge *s, uint32_t i, uint64_t now)
{
	struct sponge_slot *a = &s->slot[i];

	sponge_start(s, now);
	if (!a->used)
		return SPONGE_SILENCE;
	a->claimed_at = now;
	if (a->kind == SPONGE_STATIC)
		return s->learning ? SPONGE_SILENCE : answer(s);
	if (!s->params.fixed &&
	    (a->kind == SPONGE_DEAD || a->kind == SPONGE_PENDING))
		sponge_move(s, i, SPONGE_PENDING, 0, now);
	return SPONGE_SILENCE;
}

/* A sign of life from before does not undo what the operator sets now. */
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
