/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/trial/selftest.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fabric/runtime/meters.h"
#include "fabric/runtime/runtime.h"
#include "fabric/trial/selftest_impl.h"
#include "fabric/trial/trial.h"

#define PART_TRIES 200 /* frames: ctl asks for some parts in a millisecond */
#define PART_COPY  32  /* copies of a flood cost as much as a frame */
#define PART_ROWS  128

#define WHY_SIZE 128

enum outcome {
	ACTED,
	FAILED,
	SKIPPED
};

/* A frame that is tried, and its result. */
struct attempt {
	const char *check; /* reason, or "pass" */
	const char *what;  /* the frame in words */
	unsigned int rule; /* of an ACL, from 1; 0: none */
	bool counts;       /* its check is in mode log */
	enum outcome outcome;
	const char *got;    /* reason, "pass" or "nothing" */
	char why[WHY_SIZE]; /* why it was skipped */
};

/* A part under way. */
struct part {
	struct fabric *f;
	struct selftest_setup setup;
	struct selftest_try try;
	unsigned int cost; /* in frames */
	bool one;          /* for a single port: all its rows */
	json_int_t acted, failed, skipped;
	json_t *skips; /* a row for each kind of skipped frame */
	json_t *rows;
};

static void __attribute__((format(printf, 2, 3)))
skip(struct attempt *a, const char *fmt, ...)
{
	va_list ap;

	a->outcome = SKIPPED;
	va_start(ap, fmt);
	vsnprintf(a->why, sizeof(a->why), fmt, ap);
	va_end(ap);
}

/* Trials. */

static bool
try(struct part *p, struct attempt *a, struct trial_result *r)
{
	struct selftest_try *t = &p->try;
	uint16_t tag = p->setup.port->egress.tag;
	struct trial_input in = { .bad = t->bad,
				  .over = t->over,
				  .idle = true };
	int rc;

	if (tag != 0 && !t->tagged)
		compose_tag(&t->frame, 0x8100, tag);
	in.octets = t->frame.octet;
	in.size = t->frame.size;
	in.len = t->len > in.size ? t->len : in.size;
	rc = t->leaves ? trial_leave(p->f, t->from, p->setup.port->id, &in, r)
		       : trial_frame(p->f, t->from, &in, r);
	if (rc != 0) {
		skip(a, "it could not be tried: %s", strerror(-rc));
		return false;
	}
	p->cost += 1 + r->nexits / PART_COPY;
	return true;
}

static void
start(struct part *p)
{
	memset(&p->try, 0, sizeof(p->try));
	p->try.from = p->setup.port->id;
}

static const char *
got(const struct trial_result *r)
{
	if (r->why != DROP_NONE)
		return drop_name(r->why);
	return r->nexits > 0 ? "pass" : "nothing";
}

static bool
is_counted(const struct trial_result *r, enum drop why, uint16_t port)
{
	for (unsigned int i = 0; i < r->ndrops; i++)
		if (r->drop[i].would && r->drop[i].why == why &&
		    r->drop[i].port == port)
			return true;
	return false;
}

static bool
leaves_by(const struct trial_result *r, uint16_t port)
{
	for (unsigned int i = 0; i < r->nexits; i++)
		if (r->exit[i].port == port)
			return true;
	return false;
}

static uint32_t
rule_of(const struct trial_result *r)
{
	return r->ndrops > 0 ? r->drop[r->ndrops - 1].rule : TRIAL_NO_RULE;
}

/* Whether the frame met a limit that lets nothing pass. */
static bool
is_starved(const struct fabric *f, const struct trial_result *r)
{
	const struct config_port *c =
		config_port(f->config, f->port[r->charged]->name);

	for (enum meter_kind kind = 0; kind < METERS; kind++) {
		struct config_rate rate = meters_rate(f->config, c, kind);

		if (meter_kind_drop(kind) == r->why && rate.value == 0 &&
		    rate.unit != CONFIG_RATE_OFF)
			return true;
	}
	return false;
}

/* An ACL, or a limit of 0, that drops the frame hides the checks behind it. */
static bool
is_hidden(const struct part *p, const struct trial_result *r, enum drop why,
	  struct attempt *a)
{
	if (r->why == why)
		return false;
	if (is_starved(p->f, r))
		skip(a, "%s lets no such frame pass", drop_name(r->why));
	if (drop_is_by_acl(r->why) && (why == DROP_NONE || why > r->why))
		skip(a, "rule %u of an access list drops such frames first",
		     rule_of(r) + 1);
	return a->outcome == SKIPPED;
}

/* As configured: the test compares the running view with that. */
static enum config_mode
mode_of(const struct selftest_setup *s, enum drop why)
{
	return drop_is_check(why) ? config_check_mode(s->config, s->c, why)
				  : CONFIG_MODE_DROP;
}

/* In mode log the frame must be counted, and must not be dropped for it. */
static void
judge_count(const struct trial_result *r, enum drop why, uint16_t port,
	    struct attempt *a)
{
	bool ok = is_counted(r, why, port) && r->why != why;

	a->counts = true;
	a->outcome = ok ? ACTED : FAILED;
	a->got = r->why != DROP_NONE && !ok ? got(r) : "not counted";
}

static void
judge(struct part *p, enum drop why, struct attempt *a)
{
	uint16_t port = p->setup.port->id;
	struct trial_result r;
	bool ok;

	if (!try(p, a, &r) || is_hidden(p, &r, why, a))
		return;
	if (mode_of(&p->setup, why) == CONFIG_MODE_LOG) {
		judge_count(&r, why, port, a);
		return;
	}
	ok = r.why == why && r.charged == port && r.nexits == 0;
	a->got = got(&r);
	a->outcome = ok ? ACTED : FAILED;
}

/* Why no frame for the reason can be tried on the port, or NULL. */
static const char *
untriable(const struct selftest_setup *s, enum drop why)
{
	bool off = s->port->flags & PORT_DISABLED || s->state & PORT_BLOCKED;

	if (off && why != DROP_port_disabled && !drop_is_tx(why))
		return "the port is disabled";
	if (s->port->flags & PORT_LISTENS && why > DROP_listen_only)
		return "the port only listens";
	if (selftest_is_shut(s) && why > DROP_lag_link && !drop_is_tx(why))
		return "no link of the LAG is in use";
	/* Up to this one reasons are raised before the LAN matters. */
	if (s->lan == NULL && why > DROP_vlan_unknown)
		return "the port belongs to no LAN";
	return NULL;
}

/* Whether the reason has a row for each rule of an access list. */
static bool
has_rules(const struct part *p, enum drop why)
{
	const struct port_rt *rt = p->f->port[p->setup.port->id];

	return drop_is_by_acl(why) &&
	       rt->rules[drop_is_tx(why) ? 1 : 0].acl != NULL;
}

/* Fills in a row; false for a check that is off. */
static bool
try_frame(struct part *p, const struct selftest_recipe *row, struct attempt *a)
{
	const struct selftest_setup *s = &p->setup;
	const char *why =
		row->base == NO_FRAME ? row->what : untriable(s, row->why);

	if (mode_of(s, row->why) == CONFIG_MODE_OFF || has_rules(p, row->why))
		return false;
	a->check = drop_name(row->why);
	a->what = row->base != NO_FRAME ? row->what : "none";
	start(p);
	if (why == NULL)
		why = selftest_make(s, row, &p->try);
	if (why != NULL)
		skip(a, "%s", why);
	else
		judge(p, row->why, a);
	return true;
}

static bool
try_pass(struct part *p, const struct selftest_recipe *row, struct attempt *a)
{
	const struct selftest_setup *s = &p->setup;
	const char *why = untriable(s, DROP_unknown_unicast);
	struct trial_result r;
	bool out;

	a->check = "pass";
	a->what = row->what;
	start(p);
	if (why == NULL)
		why = selftest_make(s, row, &p->try);
	if (why != NULL) {
		skip(a, "%s", why);
		return true;
	}
	if (!try(p, a, &r) || is_hidden(p, &r, DROP_NONE, a))
		return true;
	out = p->try.from != s->port->id;
	a->got = got(&r);
	a->outcome = r.nexits > 0 && (!out || leaves_by(&r, s->port->id))
			     ? ACTED
			     : FAILED;
	return true;
}

/* Rules of access lists. */

static void
judge_rule(struct part *p, enum drop why, uint32_t rule, struct attempt *a)
{
	struct trial_result r;

	if (!try(p, a, &r))
		return;
	a->got = got(&r);
	if (r.why == why && rule_of(&r) == rule)
		a->outcome = ACTED;
	else if (r.why == why && rule_of(&r) < rule)
		skip(a, "rule %u denies such frames first", rule_of(&r) + 1);
	else if (r.why != DROP_NONE && r.why < why)
		skip(a, "%s drops such frames first", drop_name(r.why));
	else if (r.why != why && r.rule < rule)
		skip(a, "rule %u permits such frames first", r.rule + 1);
	else
		a->outcome = FAILED;
}

static bool
try_rule(struct part *p, const struct acl_rt *acl, bool out, unsigned int i,
	 struct attempt *a)
{
	const struct selftest_setup *s = &p->setup;
	enum drop why = out ? DROP_egress_acl : DROP_acl;
	const char *skipped = untriable(s, why);

	if (acl->rule[i].action != ACL_ACTION_DENY)
		return false;
	a->check = drop_name(why);
	a->what = "one that fits the rule";
	a->rule = i + 1;
	start(p);
	p->try.leaves = out;
	if (skipped == NULL)
		skipped = selftest_fit(s, &acl->rule[i], &p->try);
	if (skipped != NULL)
		skip(a, "%s", skipped);
	else
		judge_rule(p, why, i, a);
	return true;
}

static bool
try_rules(struct part *p, size_t step, struct attempt *a, bool *more)
{
	const struct port_rt *rt = p->f->port[p->setup.port->id];

	for (unsigned int out = 0; out < 2; out++) {
		const struct acl_rt *acl = rt->rules[out].acl;
		unsigned int n = acl != NULL ? acl->n : 0;

		if (step < n)
			return try_rule(p, acl, out, (unsigned int)step, a);
		step -= n;
	}
	*more = false;
	return false;
}

/* Step 'step' on a port: whether it has a row; '*more': whether steps remain. */
static bool
try_step(struct part *p, size_t step, struct attempt *a, bool *more)
{
	static size_t nframes, npasses;

	while (selftest_recipes[nframes].why != DROP_NONE)
		nframes++;
	while (selftest_passes[npasses].what != NULL)
		npasses++;
	if (step < nframes)
		return try_frame(p, &selftest_recipes[step], a);
	step -= nframes;
	if (step < npasses)
		return try_pass(p, &selftest_passes[step], a);
	return try_rules(p, step - npasses, a, more);
}

/* Rows. */

static json_t *
row_of(const struct part *p, const struct attempt *a)
{
	static const char *const name[] = {
		[ACTED] = "acted",
		[FAILED] = "failed",
		[SKIPPED] = "skipped",
	};
	json_t *row = json_pack(
		"{s:s, s:s, s:s, s:o, s:s}", "result", name[a->outcome], "port",
		p->f->port[p->setup.port->id]->name, "check", a->check, "rule",
		a->rule != 0 ? json_integer(a->rule) : json_null(), "frame",
		a->what);

	if (a->outcome == SKIPPED) {
		json_object_set_new(row, "why", json_string(a->why));
		return row;
	}
	json_object_set_new(row, "expected",
			    json_string(a->counts ? "counted" : a->check));
	json_object_set_new(row, "got",
			    json_string(a->counts && a->outcome == ACTED
						? "counted"
						: a->got));
	return row;
}

/* What is skipped on many ports is one row, with their number. */
static void
add_skip(struct part *p, const struct attempt *a)
{
	char kind[3 * WHY_SIZE];
	json_t *row;

	snprintf(kind, sizeof(kind), "%s %u %s %s", a->check, a->rule, a->what,
		 a->why);
	row = json_object_get(p->skips, kind);
	if (row == NULL) {
		row = row_of(p, a);
		json_object_set_new(p->skips, kind, row);
		json_object_set_new(row, "ports", json_integer(0));
	}
	json_integer_set(json_object_get(row, "ports"),
			 json_integer_value(json_object_get(row, "ports")) + 1);
}

static void
add_row(struct part *p, const struct attempt *a)
{
	p->acted += a->outcome == ACTED;
	p->failed += a->outcome == FAILED;
	p->skipped += a->outcome == SKIPPED;
	if (a->outcome == FAILED || p->one)
		json_array_append_new(p->rows, row_of(p, a));
	else if (a->outcome == SKIPPED)
		add_skip(p, a);
}

/* Steps on one port from '*step' on; false when there are no more. */
static bool
some_steps(struct part *p, size_t *step)
{
	bool more = true;

	while (more && p->cost < PART_TRIES &&
	       json_array_size(p->rows) < PART_ROWS) {
		struct attempt a = { 0 };

		if (try_step(p, (*step)++, &a, &more))
			add_row(p, &a);
	}
	return more;
}

static json_int_t
counted(const json_t *state, const char *key)
{
	return json_integer_value(json_object_get(state, key));
}

static void
count(json_t *state, const char *key, json_int_t n)
{
	json_object_set_new(state, key, json_integer(counted(state, key) + n));
}

static bool
begin(struct selftest *t)
{
	if (t->state == NULL)
		t->state = json_pack("{s:i, s:i, s:i, s:i, s:{}}", "acted", 0,
				     "failed", 0, "skipped", 0, "ports", 0,
				     "skips");
	return t->state != NULL;
}

/* The rows of skipped frames, and then the summary. */
static bool
some_skips(struct selftest *t, json_t *rows)
{
	json_t *skips = json_object_get(t->state, "skips"), *row;
	const char *kind;
	void *at;

	while ((at = json_object_iter(skips)) != NULL) {
		if (json_array_size(rows) >= PART_ROWS)
			return true;
		kind = json_object_iter_key(at);
		row = json_object_iter_value(at);
		json_array_append(rows, row);
		json_object_del(skips, kind);
	}
	json_array_append_new(
		rows, json_pack("{s:s, s:I, s:I, s:I, s:I}", "result",
				"summary", "acted", counted(t->state, "acted"),
				"ports", counted(t->state, "ports"), "failed",
				counted(t->state, "failed"), "skipped",
				counted(t->state, "skipped")));
	return false;
}

bool
selftest_part(struct fabric *f, const struct config_port *only,
	      struct selftest *t, json_t *rows)
{
	struct part p = { .f = f, .one = only != NULL, .rows = rows };
	unsigned int nports = only != NULL ? 1 : f->config->nports;

	if (!begin(t))
		return false;
	if (t->port >= nports)
		return some_skips(t, rows);
	p.skips = json_object_get(t->state, "skips");
	while (t->port < nports && p.cost < PART_TRIES &&
	       json_array_size(rows) < PART_ROWS) {
		const struct config_port *c =
			only != NULL ? only : &f->config->port[t->port];

		selftest_set_up(f, c, &p.setup);
		if (some_steps(&p, &t->step))
			continue;
		t->port++;
		t->step = 0;
		count(t->state, "ports", 1);
	}
	count(t->state, "acted", p.acted);
	count(t->state, "failed", p.failed);
	count(t->state, "skipped", p.skipped);
	return true;
}
