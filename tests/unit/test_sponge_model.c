/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sponge against a model that does the same in the simplest way, by a
 * million random operations. The model has the transitions as a table and the
 * requests as a list, and checks everything in steps of 50 ms, the unit of all
 * its times; it plans nothing ahead.
 */
#include "lib/sponge.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "tests/check_run.h"
#include "tests/random32.h"

#define OPERATIONS 1000000
#define SLOTS      12
#define DEPTH      8 /* the most there is */
#define STEP       (50 * CLOCK_MILLISECOND)
#define SECOND     INT64_C(20) /* steps */
#define START      UINT64_C(1700000000123456789)
#define LEAP       80 /* steps */
#define NEVER      INT64_C(-1)
#define EVENTS     (SPONGE_EV_ALIVE_AFTER_ALL + 1)

static bool
one_in(uint32_t n)
{
	return random32() % n == 0;
}

/* The outputs of either; messages in a sum that depends on their order. */
struct outcome {
	uint64_t sent, nsent;
	uint64_t notices[EVENTS];
	bool seen[SLOTS];
};

static void
note_sent(struct outcome *o, uint32_t slot, bool gratuitous, int64_t now)
{
	o->nsent++;
	o->sent = o->sent * UINT64_C(6364136223846793005) + slot * 2 +
		  gratuitous + (uint64_t)now * 64;
}

/*
 * The sponge
 */

static struct sponge *s;
static struct outcome real;
static enum sponge_kind seen_as[SLOTS];
static bool watched[SLOTS], waits[SLOTS];
static bool spent;  /* the budget of the caller is taken away */
static int64_t now; /* steps from START */

static void
on_changed(void *arg, uint32_t slot, enum sponge_kind from, enum sponge_kind to)
{
	(void)arg;
	if (seen_as[slot] != from || from == to)
		ck_abort_msg("slot %u was not what it was", slot);
	seen_as[slot] = to;
}

static void
on_watch(void *arg, uint32_t slot, bool now_it_is)
{
	(void)arg;
	if (watched[slot] == now_it_is)
		ck_abort_msg("slot %u: watch() without a change", slot);
	watched[slot] = now_it_is;
}

/* Some slots wait for a budget of the caller, and some are never probed. */
static enum sponge_budget
budget_of(void *arg, uint32_t slot)
{
	(void)arg;
	if (slot % 4 < 2)
		return SPONGE_PACED;
	return slot % 4 == 2 && !spent ? SPONGE_WAITS : SPONGE_UNPROBED;
}

static void
on_wait(void *arg, uint32_t slot, bool now_it_does)
{
	(void)arg;
	if (waits[slot] == now_it_does)
		ck_abort_msg("slot %u: wait() without a change", slot);
	waits[slot] = now_it_does;
}

static void
on_probe(void *arg, uint32_t slot)
{
	(void)arg;
	note_sent(&real, slot, false, now);
}

static void
on_gratuitous(void *arg, uint32_t slot)
{
	(void)arg;
	note_sent(&real, slot, true, now);
}

static bool
was_seen(void *arg, uint32_t slot)
{
	bool was = real.seen[slot];

	(void)arg;
	real.seen[slot] = false;
	return was;
}

static void
on_notice(void *arg, const struct sponge_notice *what)
{
	(void)arg;
	real.notices[what->event]++;
}

static const struct sponge_ops ops = {
	.changed = on_changed,
	.watch = on_watch,
	.probe = on_probe,
	.budget = budget_of,
	.wait = on_wait,
	.gratuitous = on_gratuitous,
	.seen = was_seen,
	.notice = on_notice,
};

static uint64_t
ns(int64_t steps)
{
	return steps == NEVER ? 0 : START + (uint64_t)steps * STEP;
}

/*
 * The model: its states
 */

enum happening {
	SIGN,
	REQUEST,
	TOO_MANY,
	CONFLICT,
	TICK,
	LAST_TICK
};

#define NN SPONGE_NONE
#define AL SPONGE_ALIVE
#define PE SPONGE_PENDING
#define DE SPONGE_DEAD
#define ST SPONGE_STATIC

static const enum sponge_kind table[2][SPONGE_KINDS][LAST_TICK + 1] = {
	/* sign of sign_of_life, request, too many, conflict, tick, last tick */
	{
		[NN] = { AL, PE, PE, NN, NN, NN },
		[AL] = { AL, AL, PE, AL, AL, AL },
		[PE] = { AL, PE, PE, PE, PE, DE },
		[DE] = { AL, DE, DE, PE, DE, DE },
		[ST] = { ST, ST, ST, ST, ST, ST },
	},
	{
		/* static mode */
		[NN] = { AL, NN, NN, NN, NN, NN },
		[AL] = { AL, AL, AL, AL, AL, AL },
		[PE] = { PE, PE, PE, PE, PE, PE },
		[DE] = { DE, DE, DE, DE, DE, DE },
		[ST] = { ST, ST, ST, ST, ST, ST },
	},
};

struct asked {
	uint64_t source;
	int64_t at;
};

struct cell {
	bool used, wanted, confirming, waits;
	enum sponge_kind kind, confirm_to;
	unsigned int probes, confirm_probes;
	uint64_t mac;
	int64_t mac_at, changed_at, asked_at;
	int64_t pending_at; /* when it became PENDING, or was set to it again */
	int64_t fresh_at;   /* for sweeps */
	int64_t claimed_at; /* the last conflict */
	int64_t confirm_at, confirm_since;
	uint32_t asked;
	struct asked request[DEPTH];
};

static struct {
	struct sponge_params params;
	struct outcome out;
	struct cell cell[SLOTS];
	bool learning;
	int64_t learned_at;
	int64_t tick, pace;
	bool in_pass, in_sweep;
	uint32_t todo; /* a bit for each slot that this pass is for */
	int64_t sweep_at, sweep_began, errand_at, errand_gap;
	uint32_t sweep_next;
} m;

static void
notify(enum sponge_event event)
{
	m.out.notices[event]++;
}

static void
send(uint32_t i, bool gratuitous)
{
	note_sent(&m.out, i, gratuitous, now);
	m.pace = now + SECOND / m.params.proberate;
}

static uint32_t
count(enum sponge_kind kind)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < SLOTS; i++)
		n += m.cell[i].used && m.cell[i].kind == kind;
	return n;
}

static bool
holds(enum sponge_kind kind)
{
	return kind == DE || kind == ST;
}

static bool
claimed(const struct cell *c)
{
	return c->claimed_at != NEVER && now - c->claimed_at < 5 * SECOND;
}

static void
become(uint32_t i, enum sponge_kind to, unsigned int probes)
{
	struct cell *c = &m.cell[i];
	enum sponge_kind from = c->kind;

	c->kind = to;
	c->probes = probes;
	c->waits = false;
	c->fresh_at = to == NN ? NEVER : now;
	if (to == NN || to == AL)
		c->asked = 0;
	if (from != to)
		c->changed_at = now;
	m.out.notices[SPONGE_EV_UNSPONGING] += holds(from) && !holds(to);
	m.out.notices[SPONGE_EV_CLEARING] += from == PE && to == AL;
	m.out.notices[SPONGE_EV_PENDING] += to == PE;
	m.out.notices[SPONGE_EV_SPONGING] += from != DE && to == DE;
	m.out.notices[SPONGE_EV_STATIC] += from != ST && to == ST;
	if (from != DE && to == DE && m.params.gratuitous && !m.params.dummy &&
	    !claimed(c) && budget_of(NULL, i) != SPONGE_UNPROBED)
		send(i, true);
}

static void
happens(uint32_t i, enum happening what)
{
	struct cell *c = &m.cell[i];
	enum sponge_kind to = table[m.params.fixed][c->kind][what];

	if (what == SIGN && to != AL) {
		notify(SPONGE_EV_TRAFFIC);
	} else if (what == SIGN || to != c->kind ||
		   (what == CONFLICT && to == PE && !m.params.fixed)) {
		become(i, to, 0);
		c->pending_at = now;
	}
}

static void
sign_of_life(uint32_t i, uint64_t mac)
{
	struct cell *c = &m.cell[i];

	if (!c->used)
		return;
	if (mac != 0) {
		c->mac = mac;
		c->mac_at = now;
	}
	if (c->confirming)
		notify(SPONGE_EV_ALIVE_AFTER_ALL);
	c->confirming = false;
	happens(i, SIGN);
}

static void
take_seen(uint32_t i)
{
	if (m.out.seen[i])
		sign_of_life(i, 0);
	m.out.seen[i] = false;
}

/* The model: its requests */

static int64_t
span(const struct cell *c)
{
	int64_t n = c->request[c->asked - 1].at - c->request[0].at;

	return n > 0 ? n : SECOND;
}

static uint64_t
rate(const struct cell *c)
{
	if (c->asked < 2)
		return SPONGE_NO_RATE;
	return (uint64_t)(c->asked - 1) * 60 * SECOND * 1000 /
	       (uint64_t)span(c);
}

static bool
too_many(const struct cell *c)
{
	return c->asked >= m.params.queuedepth && c->asked > 1 &&
	       (int64_t)(c->asked - 1) * 60 * SECOND >
		       (int64_t)m.params.rate * span(c);
}

/* As arpsponge does it: sorted by source, each compared with the next. */
static int
by_source(const void *left, const void *right)
{
	const struct asked *a = left, *b = right;

	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static int
by_time(const void *left, const void *right)
{
	const struct asked *a = left, *b = right;

	return a->at < b->at ? -1 : a->at > b->at;
}

static void
reduce(struct cell *c)
{
	struct asked *q = c->request;
	uint32_t kept = 0;

	qsort(q, c->asked, sizeof(*q), by_source);
	for (uint32_t i = 0; i < c->asked; i++)
		if (i + 1 == c->asked || q[i + 1].source != q[i].source ||
		    (q[i + 1].at - q[i].at) * m.params.flood_protection >=
			    1000 * SECOND)
			q[kept++] = q[i];
	c->asked = kept;
	qsort(q, kept, sizeof(*q), by_time);
	notify(SPONGE_EV_REDUCED);
}

static void
cut(struct cell *c, uint32_t depth)
{
	if (c->asked <= depth)
		return;
	memmove(c->request, c->request + c->asked - depth,
		depth * sizeof(c->request[0]));
	c->asked = depth;
}

static enum sponge_verdict
reply(void)
{
	return m.params.dummy ? SPONGE_DUMMY : SPONGE_ANSWER;
}

static enum sponge_verdict
request_model(uint32_t i, uint64_t source)
{
	struct cell *c = &m.cell[i];
	enum happening what = REQUEST;

	if (!c->used || m.learning)
		return SPONGE_SILENCE;
	take_seen(i);
	c->asked_at = now;
	cut(c, m.params.queuedepth - 1);
	c->request[c->asked].source = source;
	c->request[c->asked++].at = now;
	if (c->kind == AL && !m.params.fixed && too_many(c)) {
		if (m.params.flood_protection > 0)
			reduce(c);
		if (too_many(c))
			what = TOO_MANY;
	}
	if (holds(c->kind))
		return reply();
	happens(i, what);
	return SPONGE_SILENCE;
}

static enum sponge_verdict
conflict(uint32_t i)
{
	if (!m.cell[i].used)
		return SPONGE_SILENCE;
	m.cell[i].claimed_at = now;
	if (m.cell[i].kind == ST)
		return m.learning ? SPONGE_SILENCE : reply();
	happens(i, CONFLICT);
	return SPONGE_SILENCE;
}

/* The model: what happens at a time */

/* Ticks go on while there is nothing to do at them. */
static void
idle(void)
{
	if (!m.learning && !m.params.fixed && count(PE) > 0)
		return;
	m.in_pass = false;
	while (m.tick <= now)
		m.tick += SECOND;
}

static int64_t
period(const struct sponge_params *p)
{
	return p->passive || p->sweep == 0 ? NEVER : (int64_t)p->sweep * SECOND;
}

static void
plan_sweep(int64_t from)
{
	int64_t p = period(&m.params);

	m.sweep_at = p != NEVER ? from + p : NEVER;
}

static void
end_sweep(void)
{
	if (m.in_sweep)
		notify(SPONGE_EV_SWEPT);
	m.in_sweep = false;
}

static void
end_learning(void)
{
	m.learning = false;
	notify(SPONGE_EV_LEARNED);
	plan_sweep(now);
	if (m.params.sweep_at_start && !m.params.passive)
		m.sweep_at = now;
}

static void
learn(void)
{
	m.learning = true;
	m.learned_at = m.tick; /* the last one, if it is not idle */
	while (m.learned_at > now)
		m.learned_at -= SECOND;
	while (m.learned_at + SECOND <= now)
		m.learned_at += SECOND;
	m.learned_at += m.params.learning * SECOND;
	m.sweep_at = NEVER;
	end_sweep();
}

/* The first one confirmed after 'since'; or NULL. */
static struct cell *
next_confirmed(int64_t since)
{
	struct cell *first = NULL;

	for (struct cell *c = m.cell; c < m.cell + SLOTS; c++)
		if (c->confirming && c->confirm_since > since &&
		    (first == NULL || c->confirm_since < first->confirm_since))
			first = c;
	return first;
}

static void
step_confirm(uint32_t i)
{
	struct cell *c = &m.cell[i];
	bool last = c->confirm_probes == 3, sends = !last && !m.params.passive;

	if (now < c->confirm_at || (sends && now < m.pace))
		return;
	take_seen(i);
	if (!c->confirming)
		return;
	if (last) {
		c->confirming = false;
		become(i, c->confirm_to, 0);
		return;
	}
	if (sends)
		send(i, false);
	c->confirm_at = now + (++c->confirm_probes < 3 ? SECOND / 5 : SECOND);
}

static void
step_confirms(void)
{
	int64_t since = 0;

	for (struct cell *c; (c = next_confirmed(since)) != NULL;) {
		since = c->confirm_since;
		step_confirm((uint32_t)(c - m.cell));
	}
}

/* False: it has to wait. */
static bool
step_pending(uint32_t i)
{
	struct cell *c = &m.cell[i];
	bool last = c->probes > m.params.pending;
	bool sends = last ? m.params.gratuitous && !m.params.dummy
			  : !m.params.passive;
	enum sponge_budget budget =
		sends ? budget_of(NULL, i) : SPONGE_UNPROBED;

	if (!c->used || c->kind != PE || c->pending_at >= m.tick)
		return true;
	take_seen(i);
	if (c->kind != PE)
		return true;
	if (last && claimed(c))
		return true;
	if (budget == SPONGE_PACED && now < m.pace)
		return false;
	if (budget_of(NULL, i) == SPONGE_WAITS &&
	    c->fresh_at + SECOND / 2 > m.tick)
		return true;
	if (budget == SPONGE_WAITS) {
		c->waits = true;
		return true;
	}
	if (last) {
		happens(i, LAST_TICK);
		return true;
	}
	become(i, table[0][PE][TICK], c->probes + 1);
	if (budget == SPONGE_PACED)
		send(i, false);
	return true;
}

static bool
grant_model(uint32_t i)
{
	struct cell *c = &m.cell[i];

	if (c->waits)
		take_seen(i);
	if (!c->waits)
		return false;
	c->waits = false;
	if (spent)
		return false;
	if (c->kind == PE && (m.params.fixed || m.learning))
		return false;
	if (c->kind == PE && c->probes > m.params.pending) {
		become(i, DE, 0);
		return true;
	}
	if (c->kind == PE)
		become(i, PE, c->probes + 1);
	note_sent(&m.out, i, false, now);
	return true;
}

static void
begin_pass(void)
{
	if (now - m.tick >= SECOND) {
		notify(SPONGE_EV_LAG);
		m.tick = now;
	}
	m.in_pass = true;
	m.todo = (1u << SLOTS) - 1;
}

static void
step_pass(void)
{
	if (!m.in_pass && m.tick <= now)
		begin_pass();
	for (uint32_t i = 0; i < SLOTS && m.in_pass; i++) {
		if (!(m.todo >> i & 1))
			continue;
		if (!step_pending(i))
			return;
		m.todo &= ~(1u << i);
		idle();
	}
	if (!m.in_pass)
		return;
	m.in_pass = false;
	m.tick += SECOND;
	if (now >= m.tick) {
		notify(SPONGE_EV_LAG);
		m.tick = now + SECOND;
	}
}

static void
begin_sweep(void)
{
	int64_t p = period(&m.params), planned = m.sweep_at;

	if (p != NEVER && planned + p <= now) {
		notify(SPONGE_EV_LAG);
		planned = now;
	}
	plan_sweep(planned);
	m.sweep_began = planned;
	m.in_sweep = true;
	m.sweep_next = 0;
	notify(SPONGE_EV_SWEEP);
}

static void
step_sweep(void)
{
	if (!m.in_sweep && m.sweep_at != NEVER && m.sweep_at <= now)
		begin_sweep();
	for (; m.in_sweep && m.sweep_next < SLOTS; m.sweep_next++) {
		struct cell *c = &m.cell[m.sweep_next];
		enum sponge_budget budget;

		if (!c->used)
			continue;
		take_seen(m.sweep_next);
		if (c->kind == AL && c->mac != 0 && m.params.sweep_skip_alive)
			continue;
		if (c->fresh_at != NEVER &&
		    m.sweep_began - c->fresh_at <
			    (int64_t)m.params.sweep_age * SECOND)
			continue;
		budget = budget_of(NULL, m.sweep_next);
		if (c->waits || budget == SPONGE_UNPROBED)
			continue;
		if (budget == SPONGE_PACED && now < m.pace)
			return;
		c->fresh_at = m.sweep_began;
		if (budget == SPONGE_WAITS)
			c->waits = true;
		else
			send(m.sweep_next, false);
	}
	end_sweep();
}

static void
step_errand(void)
{
	for (uint32_t i = 0; i < SLOTS; i++)
		if (m.cell[i].wanted && now >= m.pace && now >= m.errand_at) {
			m.cell[i].wanted = false;
			m.errand_at = now + m.errand_gap;
			send(i, false);
		}
}

static void
step_model(void)
{
	idle();
	if (m.learning && m.learned_at <= now)
		end_learning();
	step_confirms();
	idle();
	step_pass();
	step_sweep();
	step_errand();
	idle();
}

/*
 * Both
 */

static bool
is_watched(const struct cell *c)
{
	return c->used &&
	       (c->kind != SPONGE_ALIVE || c->asked != 0 || c->confirming);
}

static void
compare_slot(uint32_t i)
{
	const struct cell *c = &m.cell[i];
	struct sponge_address a;

	if (watched[i] != is_watched(c))
		ck_abort_msg("slot %u is watched, or not, at %d", i, (int)now);
	if (waits[i] != c->waits)
		ck_abort_msg("slot %u waits, or not, at %d", i, (int)now);
	if (sponge_look(s, i, &a) != c->used)
		ck_abort_msg("slot %u: is there, or not", i);
	if (!c->used)
		return;
	if (a.state.kind != c->kind || a.state.probes != c->probes ||
	    seen_as[i] != c->kind)
		ck_abort_msg("slot %u is %s(%u), not %s(%u), at %d", i,
			     sponge_kind_name(a.state.kind), a.state.probes,
			     sponge_kind_name(c->kind), c->probes, (int)now);
	if (a.mac != c->mac || a.mac_at != ns(c->mac_at) ||
	    a.changed_at != ns(c->changed_at) ||
	    a.asked_at != ns(c->asked_at) || a.depth != c->asked ||
	    a.rate != rate(c))
		ck_abort_msg("slot %u: what is known differs, at %d", i,
			     (int)now);
}

static void
compare(void)
{
	for (uint32_t i = 0; i < SLOTS; i++)
		compare_slot(i);
	for (int kind = 0; kind < SPONGE_KINDS; kind++)
		if (sponge_count(s, kind) != count(kind))
			ck_abort_msg("there are not so many of %d", kind);
	if (sponge_is_learning(s) != m.learning)
		ck_abort_msg("one of them learns, at %d", (int)now);
	for (int e = 0; e < EVENTS; e++)
		if (real.notices[e] != m.out.notices[e])
			ck_abort_msg("event %d: %d, not %d, at %d", e,
				     (int)real.notices[e],
				     (int)m.out.notices[e], (int)now);
	if (real.sent != m.out.sent || real.nsent != m.out.nsent)
		ck_abort_msg("sent %d, not %d, or others, at %d",
			     (int)real.nsent, (int)m.out.nsent, (int)now);
	if (memcmp(real.seen, m.out.seen, sizeof(real.seen)) != 0)
		ck_abort_msg("signs of life differ, at %d", (int)now);
}

static void
run_both(void)
{
	uint64_t due = sponge_due(s), sent = real.nsent;

	step_model();
	sponge_run(s, ns(now));
	if (due > ns(now) && real.nsent != sent)
		ck_abort_msg("something was sent and not due, at %d", (int)now);
}

/* Also when nothing is due. A few calls do all that is due. */
static void
step(void)
{
	unsigned int runs = 0;

	do {
		run_both();
		if (++runs > 4)
			ck_abort_msg("still due at %d", (int)now);
	} while (sponge_due(s) <= ns(now));
	compare();
}

static uint32_t
one_of(const uint32_t *from, size_t n)
{
	return from[random32() % n];
}

#define ONE_OF(...)                                                            \
	one_of((const uint32_t[]){ __VA_ARGS__ },                              \
	       sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

/* One of them differs from what it was. */
static void
vary(struct sponge_params *p)
{
	switch (random32() % 15) {
	case 0:
		p->queuedepth = 1 + random32() % DEPTH;
		break;
	case 1:
		p->rate = ONE_OF(20, 50, 60, 120);
		break;
	case 2:
		p->pending = random32() % 6;
		break;
	case 3:
		p->proberate = ONE_OF(5, 10, 20);
		break;
	case 4:
		p->flood_protection = ONE_OF(0, 1000, 3000, 20000);
		break;
	case 5:
		p->init = (enum sponge_kind)(random32() % SPONGE_STATIC);
		break;
	case 6:
		p->learning = ONE_OF(0, 0, 1, 3);
		break;
	case 7:
		p->sweep = ONE_OF(0, 1, 5, 30);
		break;
	case 8:
		p->sweep_age = ONE_OF(0, 5, 30, 60);
		break;
	case 9:
		p->sweep_at_start = !p->sweep_at_start;
		break;
	case 10:
		p->sweep_skip_alive = !p->sweep_skip_alive;
		break;
	case 11:
		p->passive = one_in(4);
		break;
	case 12:
		p->fixed = one_in(4);
		break;
	case 13:
		p->dummy = one_in(4);
		break;
	case 14:
		p->gratuitous = one_in(2);
		break;
	}
}

static void
model_set_params(const struct sponge_params *p)
{
	struct sponge_params old = m.params;

	m.params = *p;
	for (uint32_t i = 0; i < SLOTS; i++) {
		cut(&m.cell[i], p->queuedepth);
		if (p->passive)
			m.cell[i].wanted = m.cell[i].waits = false;
	}
	if (p->passive) {
		end_sweep();
		m.sweep_at = NEVER;
	}
	if (period(&old) != period(p) && !m.learning)
		plan_sweep(now);
	if (old.learning == p->learning)
		return;
	if (p->learning > 0)
		learn();
	else if (m.learning)
		end_learning();
}

static void
change_params(void)
{
	struct sponge_params p = m.params;

	vary(&p);
	spent = one_in(4);
	sponge_set_params(s, &p, ns(now));
	model_set_params(&p);
}

static void
model_add(uint32_t i)
{
	m.cell[i] =
		(struct cell){ .used = true,
			       .kind = m.params.init,
			       .mac_at = NEVER,
			       .changed_at = now,
			       .asked_at = NEVER,
			       .claimed_at = NEVER,
			       .pending_at = now,
			       .fresh_at = m.params.init == PE ? now : NEVER };
	m.out.seen[i] = false;
}

static void
add_or_remove(uint32_t i)
{
	if (one_in(4)) {
		sponge_remove(s, i);
		m.cell[i] = (struct cell){ 0 };
	} else if (!m.cell[i].used || one_in(8)) {
		sponge_add(s, i, ns(now));
		model_add(i);
	}
}

static void
set(uint32_t i)
{
	enum sponge_kind to = (enum sponge_kind)(random32() % SPONGE_KINDS);
	unsigned int probes = random32() % 4;
	uint64_t mac = random32() % 3;
	struct cell *c = &m.cell[i];

	sponge_set(s, i, to, probes, mac, ns(now));
	if (!c->used)
		return;
	m.out.seen[i] = false;
	c->confirming = false;
	if (to == AL && mac != 0) {
		c->mac = mac;
		c->mac_at = now;
	}
	become(i, to, to == PE ? probes : 0);
	c->pending_at = now;
}

static void
confirm(uint32_t i)
{
	static int64_t order;
	enum sponge_kind to = one_in(2) ? ST : DE;
	struct cell *c = &m.cell[i];

	if (!sponge_confirm(s, i, to, ns(now)))
		ck_abort_msg("too many are confirmed");
	if (!c->used || (c->confirming && c->confirm_to == to))
		return;
	m.out.seen[i] = false;
	c->confirming = true;
	c->confirm_to = to;
	c->confirm_probes = 0;
	c->confirm_at = now;
	c->confirm_since = ++order;
}

static void
errand(uint32_t first)
{
	uint32_t last = first + random32() % SLOTS;
	uint32_t persecond = ONE_OF(4, 5, 10, 20);

	sponge_probe(s, first, last, persecond, ns(now));
	if (m.params.passive)
		return;
	for (uint32_t i = first; i <= last && i < SLOTS; i++)
		m.cell[i].wanted = m.cell[i].used;
	m.errand_gap = SECOND / persecond;
	m.errand_at = m.errand_at > now ? m.errand_at : now;
}

static void
request(uint32_t i)
{
	uint64_t source = random32() % 4;

	if (sponge_request(s, i, source, ns(now)) != request_model(i, source))
		ck_abort_msg("slot %u: another answer at %d", i, (int)now);
}

static void
see(uint32_t i)
{
	real.seen[i] = m.out.seen[i] = true;
}

static void
send_sign(uint32_t i)
{
	uint64_t mac = random32() % 4;

	sponge_seen(s, i, mac, ns(now));
	sign_of_life(i, mac);
}

static void
conflict_both(uint32_t i)
{
	if (sponge_conflict(s, i, ns(now)) != conflict(i))
		ck_abort_msg("slot %u: another answer at %d", i, (int)now);
}

static void
forget_mac(uint32_t i)
{
	sponge_forget_mac(s, i);
	m.cell[i].mac = 0;
	m.cell[i].mac_at = NEVER;
}

static void
grant(uint32_t i)
{
	if (sponge_grant(s, i, ns(now)) != grant_model(i))
		ck_abort_msg("slot %u: another grant at %d", i, (int)now);
}

/* Few addresses send, or none would ever be DEAD. */
static void
operate(void)
{
	uint32_t what = random32() % 512, i = random32() % SLOTS;

	if (what < 2)
		change_params();
	else if (what < 4)
		add_or_remove(i);
	else if (what < 8)
		set(i);
	else if (what < 10)
		confirm(i);
	else if (what < 11)
		errand(i);
	else if (what < 15)
		conflict_both(i);
	else if (what < 21)
		send_sign(i % 4);
	else if (what < 27)
		see(i % 6);
	else if (what < 29)
		send_sign(i);
	else if (what < 30)
		forget_mac(i);
	else if (what < 150)
		grant(i / 4 * 4 + 2);
	else
		request(i);
	idle();
}

/* Mostly one step at a time; sometimes a longer time without a call. */
static void
pass_time(void)
{
	if (one_in(4))
		return;
	if (one_in(2000))
		now += random32() % LEAP;
	for (uint32_t n = one_in(100) ? random32() % LEAP : 1; n > 0; n--) {
		now++;
		step();
	}
}

static void
begin(void)
{
	m.params = (struct sponge_params){ .queuedepth = 4,
					   .rate = 50,
					   .pending = 2,
					   .proberate = 20,
					   .flood_protection = 3000,
					   .init = SPONGE_ALIVE,
					   .learning = 2,
					   .sweep = 30,
					   .sweep_age = 60 };
	s = sponge_create(SLOTS, &m.params, &ops, NULL);
	ck_assert_ptr_nonnull(s);
	for (uint32_t i = 0; i < SLOTS; i++) {
		sponge_add(s, i, ns(0));
		model_add(i);
	}
	m.tick = SECOND;
	m.sweep_at = NEVER;
	learn();
	compare();
}

START_TEST(the_sponge_does_what_the_model_does)
{
	begin();
	for (uint32_t n = 0; n < OPERATIONS; n++) {
		operate();
		compare();
		pass_time();
	}
	/* All of it has happened many times. */
	for (int e = 0; e < EVENTS; e++)
		if (real.notices[e] < 100)
			ck_abort_msg("event %d: %d times only", e,
				     (int)real.notices[e]);
	sponge_free(s);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sponge_model");
	TCase *tc = tcase_create("sponge_model");

	tcase_set_timeout(tc, 100);
	tcase_add_test(tc, the_sponge_does_what_the_model_does);
	suite_add_tcase(suite, tc);
	return check_run(suite);
}
