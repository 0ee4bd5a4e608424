/* SPDX-License-Identifier: BSD-3-Clause */
/* The answers to sponge show, stats and log, and to arp top. */
#include <errno.h>
#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/arg.h"
#include "fabric/api/value.h"
#include "fabric/config/config.h"
#include "fabric/neigh/sponge_ops.h"
#include "fabric/neigh/sponge_ops_lan.h"
#include "lib/clock.h"

/* A part of an answer: small, so that the fabric does not wait for it. */
#define PART_ROWS  256
#define PART_LANS  32
#define PART_SLOTS 32768 /* addresses looked at */
#define WALK_SLOTS 512
#define LINES      50 /* of the log, if not given */
#define LINES_MAX  1024

static json_t *
ip_of(const struct ipaddr *a)
{
	char text[PREFIX_TEXT_SIZE];

	return a->family != 0 ? json_string(ipaddr_format(a, text))
			      : json_null();
}

/* 0: never. */
static json_t *
seconds_since(const struct fabric *f, uint64_t then)
{
	return then != 0 ? value_seconds(f->now, then) : json_null();
}

static json_t *
rate_of(uint64_t rate)
{
	return rate != SPONGE_NO_RATE ? json_real((double)rate / 1000)
				      : json_null();
}

/* sponge show: for each LAN a row about its sponge, then its addresses. */

static json_t *
row_of(const struct fabric *f, const struct sponge_row *r)
{
	const struct sponge_address *a = &r->known;
	bool pending = a->state.kind == SPONGE_PENDING;
	json_t *row = json_pack(
		"{s:s, s:s, s:o, s:s, s:o, s:i, s:o, s:o, s:o, s:b}", "scope",
		"address", "lan", r->lan, "ip", ip_of(&r->ip), "state",
		sponge_kind_name(a->state.kind), "probes",
		pending ? value_number(a->state.probes) : json_null(), "queue",
		(int)a->depth, "rate", rate_of(a->rate), "mac",
		value_mac_or_null(a->mac), "port", value_text_or_null(r->port),
		"assigned", r->assigned);

	json_object_set_new(row, "state_changed_seconds",
			    value_seconds(f->now, a->changed_at));
	json_object_set_new(row, "last_queried_seconds",
			    seconds_since(f, a->asked_at));
	json_object_set_new(row, "mac_seconds", seconds_since(f, a->mac_at));
	return row;
}

static json_t *
kinds_of(const uint32_t n[SPONGE_KINDS])
{
	json_t *kinds = json_object();

	for (unsigned int kind = 0; kind < SPONGE_KINDS; kind++)
		value_put(kinds, sponge_kind_name(kind), n[kind]);
	return kinds;
}

static void
sum_part(void *arg, const struct sponge_part *part)
{
	uint32_t *n = arg;

	for (unsigned int kind = 0; kind < SPONGE_KINDS; kind++)
		n[kind] += part->addresses[kind];
}

json_t *
answer_sponge_counts(const struct fabric *f, const char *lan)
{
	uint32_t n[SPONGE_KINDS] = { 0 };

	if (sponge_ops_mac(f, lan) == 0)
		return json_null();
	sponge_ops_parts(f, lan, sum_part, n);
	return kinds_of(n);
}

/* All parts of the sponge of a LAN together. */
struct head {
	json_t *own; /* an array */
	bool passive, learning;
};

static void
add_to_head(void *arg, const struct sponge_part *part)
{
	struct head *h = arg;

	if (part->own.family != 0)
		json_array_append_new(h->own, ip_of(&part->own));
	h->passive |= part->passive;
	h->learning |= part->learning;
}

static json_t *
head_of(const struct fabric *f, const char *lan)
{
	struct head h = { .own = json_array() };

	sponge_ops_parts(f, lan, add_to_head, &h);
	return json_pack("{s:s, s:s, s:o, s:o, s:b, s:b, s:o}", "scope", "lan",
			 "lan", lan, "sponge_mac",
			 value_mac_or_null(sponge_ops_mac(f, lan)), "own",
			 h.own, "passive", h.passive, "learning", h.learning,
			 "addresses", answer_sponge_counts(f, lan));
}

/* Which addresses to show. */
struct filter {
	const struct fabric *f;
	unsigned int kinds; /* 1 << kind */
	json_t *rows;
	unsigned int lans; /* in this part */
	size_t looked;     /* addresses in this part */
};

static void
add_row(void *arg, const struct sponge_row *row)
{
	struct filter *filter = arg;

	if (filter->kinds & 1U << row->known.state.kind)
		json_array_append_new(filter->rows, row_of(filter->f, row));
}

/* As bits 1 << kind; 0: 'which' is not one of these words. */
static unsigned int
kinds_named(const char *which)
{
	if (which == NULL)
		return 1U << SPONGE_PENDING | 1U << SPONGE_DEAD |
		       1U << SPONGE_STATIC;
	for (unsigned int kind = 0; kind < SPONGE_KINDS; kind++)
		if (strcmp(which, sponge_kind_name(kind)) == 0)
			return 1U << kind;
	return strcmp(which, "all") == 0 ? (1U << SPONGE_KINDS) - 1 : 0;
}

/* The LAN at place[0], and the place after it; NULL: there are no more LANs. */
static const char *
lan_at(const struct fabric *f, const struct ctl_request *rq, size_t *behind)
{
	const char *lan = arg_text(rq, "lan");
	unsigned int at = (unsigned int)rq->place[0];

	if (lan == NULL) {
		lan = sponge_ops_lan(f, &at);
		*behind = at;
		return lan;
	}
	*behind = 1;
	return rq->place[0] == 0 ? lan : NULL;
}

static bool
is_full(const struct filter *filter)
{
	return json_array_size(filter->rows) >= PART_ROWS ||
	       filter->lans >= PART_LANS || filter->looked >= PART_SLOTS;
}

/* Adds rows of a LAN.  Returns whether these were the last. */
static bool
some_rows(struct fabric *f, struct ctl_request *rq, const char *lan,
	  struct filter *filter)
{
	filter->lans++;
	if (rq->place[1] == 0)
		json_array_append_new(filter->rows, head_of(f, lan));
	do {
		rq->place[1] = sponge_ops_walk(f, lan, rq->place[1], WALK_SLOTS,
					       add_row, filter);
		filter->looked += WALK_SLOTS;
	} while (rq->place[1] != 0 && !is_full(filter));
	return rq->place[1] == 0;
}

/* One address, in each LAN that has it. */
static enum ctl_verdict
show_one(struct fabric *f, struct ctl_request *rq, const char *text,
	 json_t **part)
{
	json_t *rows = json_array();
	struct ipaddr a = { 0 };
	const char *lan, *last = NULL;
	int rc = -ENOENT;
	size_t next;

	if (arg_address(rq, text, &a))
		for (; (lan = lan_at(f, rq, &next)) != NULL;
		     rq->place[0] = next) {
			struct sponge_row row;

			last = lan;
			rc = sponge_ops_look(f, lan, &a, &row);
			if (rc == 0)
				json_array_append_new(rows, row_of(f, &row));
		}
	if (json_array_size(rows) > 0) {
		*part = rows;
		return CTL_END;
	}
	json_decref(rows);
	return last == NULL ? CTL_ERROR : sponge_refuse(f, rq, last, &a, rc);
}

enum ctl_verdict
answer_sponge_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct fabric *f = a->fabric;
	const char *which = arg_text(rq, "which"), *lan;
	struct filter filter = { .f = f, .kinds = kinds_named(which) };
	size_t next;

	if (!sponge_arg_lans_are_there(f, rq))
		return CTL_ERROR;
	if (filter.kinds == 0)
		return show_one(f, rq, which, part);
	filter.rows = *part = json_array();
	while ((lan = lan_at(f, rq, &next)) != NULL) {
		if (is_full(&filter) || !some_rows(f, rq, lan, &filter))
			return CTL_MORE;
		rq->place[0] = next;
	}
	return CTL_END;
}

/* sponge stats. */

static json_t *
value_of(const struct sponge_param *p, const struct sponge_values *v)
{
	char text[SPONGE_PARAM_TEXT];
	uint32_t n = sponge_param_get(p, v);

	switch (p->kind) {
	case SPONGE_PARAM_DECIMAL:
		return json_real(n / 1000.0);
	case SPONGE_PARAM_SWITCH:
		return json_boolean(n != 0);
	case SPONGE_PARAM_WORDS:
		return json_string(sponge_param_format(p, v, text));
	default:
		return value_number(n);
	}
}

static json_t *
parameters_of(const struct fabric *f, const char *lan)
{
	struct sponge_values now, config;
	json_t *all = json_object();

	if (sponge_ops_values(f, lan, &now, &config) != 0)
		return all;
	for (unsigned int i = 0; i < SPONGE_PARAMS; i++)
		json_object_set_new(all, sponge_param_list[i].name,
				    value_of(&sponge_param_list[i], &now));
	return all;
}

static void
add_part(void *arg, const struct sponge_part *part)
{
	char prefix[PREFIX_TEXT_SIZE];

	json_array_append_new(
		arg, json_pack("{s:s, s:o, s:b, s:b, s:I, s:o}", "prefix",
			       prefix_format(&part->prefix, prefix), "own",
			       ip_of(&part->own), "passive", part->passive,
			       "learning", part->learning, "places",
			       (json_int_t)part->places, "addresses",
			       kinds_of(part->addresses)));
}

static json_t *
parts_of(const struct fabric *f, const char *lan)
{
	json_t *parts = json_array();

	sponge_ops_parts(f, lan, add_part, parts);
	return parts;
}

static json_t *
transitions_of(const struct neigh_counts *counts)
{
	json_t *to = json_object();

	for (unsigned int kind = 0; kind < SPONGE_KINDS; kind++)
		value_put(to, sponge_kind_name(kind),
			  counts->transitions[kind]);
	return to;
}

static void
put_counters(json_t *row, const struct sponge_counters *c)
{
#define COUNTER(name, ...) value_put(row, #name, c->of.name);
#include "fabric/neigh/neigh_counter_list.h"
	value_put(row, "sponge_suppressed", c->suppressed);
	value_put(row, "sponge_stray_frames", c->stray_frames);
	value_put(row, "sponge_stray_bytes", c->stray_bytes);
	value_put(row, "punt_full", c->punt_full);
	value_put(row, "arp_dynamic_addresses", c->dynamic);
	json_object_set_new(row, "addresses", kinds_of(c->addresses));
	json_object_set_new(row, "transitions", transitions_of(&c->of));
}

static json_t *
stats_of(struct fabric *f, const char *lan)
{
	struct sponge_counters c;
	json_t *row = json_pack("{s:s, s:o}", "lan", lan, "sponge_mac",
				value_mac_or_null(sponge_ops_mac(f, lan)));

	if (sponge_ops_counters(f, lan, &c) == 0)
		put_counters(row, &c);
	json_object_set_new(row, "parameters", parameters_of(f, lan));
	json_object_set_new(row, "parts", parts_of(f, lan));
	return row;
}

enum ctl_verdict
answer_sponge_stats(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct fabric *f = a->fabric;
	const char *lan;
	size_t next;

	if (!sponge_arg_lans_are_there(f, rq))
		return CTL_ERROR;
	*part = json_array();
	for (; (lan = lan_at(f, rq, &next)) != NULL; rq->place[0] = next) {
		if (json_array_size(*part) >= PART_LANS)
			return CTL_MORE;
		json_array_append_new(*part, stats_of(f, lan));
	}
	return CTL_END;
}

/* sponge log. */

struct lines {
	const struct fabric *f;
	const char *lan;
	json_t *rows;
};

static void
add_line(void *arg, const struct sponge_line *line)
{
	struct lines *l = arg;
	double age = (double)clock_since(l->f->now, line->at) / CLOCK_SECOND;

	json_array_append_new(l->rows, json_pack("{s:s, s:f, s:s}", "lan",
						 l->lan, "age_seconds", age,
						 "text", line->text));
}

enum ctl_verdict
answer_sponge_log(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct fabric *f = a->fabric;
	const char *text = arg_text(rq, "lines");
	struct lines lines = { .f = f, .lan = sponge_arg_lan(f, rq) };
	uint32_t n = LINES;

	if (lines.lan == NULL ||
	    (text != NULL && !arg_number(rq, "lines", text, 1, LINES_MAX, &n)))
		return CTL_ERROR;
	lines.rows = *part = json_array();
	sponge_ops_log(f, lines.lan, n, add_line, &lines);
	return CTL_END;
}

/* arp top. */

struct tops {
	const char *lan, *list;
	json_t *rows;
};

static void
add_top(void *arg, const struct sponge_top_row *row)
{
	struct tops *t = arg;

	json_array_append_new(
		t->rows,
		json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "lan", t->lan,
			  "list", t->list, "ip", ip_of(&row->ip), "port",
			  value_text_or_null(row->port), "questions",
			  value_number(row->count), "at_least",
			  value_number(row->count - row->error)));
}

/* Adds both lists of a LAN; -ENOENT: it does not count requests. */
static int
add_tops(const struct fabric *f, const char *lan, json_t *rows)
{
	struct tops t = { lan, "askers", rows };
	int rc = sponge_ops_top(f, lan, SPONGE_TOP_SENDERS, add_top, &t);

	t.list = "targets";
	return rc == 0 ? sponge_ops_top(f, lan, SPONGE_TOP_TARGETS, add_top, &t)
		       : rc;
}

static enum ctl_verdict
top_of(const struct fabric *f, struct ctl_request *rq, const char *lan,
       json_t **part)
{
	if (config_lan(f->config, lan) == NULL)
		return sponge_arg_refuse_lan(f, rq, lan);
	*part = json_array();
	if (add_tops(f, lan, *part) == 0)
		return CTL_END;
	json_decref(*part);
	*part = NULL;
	return ctl_refuse(rq, "no_sponge",
			  "LAN %s does not count requests: write 'sponge = on' "
			  "or 'arp_mode = unicast' into [lan %s], and apply it",
			  lan, lan);
}

enum ctl_verdict
answer_arp_top(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct fabric *f = a->fabric;
	const char *only = arg_text(rq, "lan");

	if (only != NULL)
		return top_of(f, rq, only, part);
	*part = json_array();
	for (; rq->place[0] < f->config->nlans; rq->place[0]++) {
		if (json_array_size(*part) >= PART_ROWS)
			return CTL_MORE;
		add_tops(f, f->config->lan[rq->place[0]].id, *part);
	}
	return CTL_END;
}
