/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/status.h"

#include <stdio.h>

#include "fabric/api/value.h"
#include "fabric/runtime/runtime.h"
#include "fabric/runtime/violation.h"
#include "fabric/runtime/violation_record.h"
#include "lib/clock.h"
#include "lib/frametext.h"

static json_t *
seconds_if(bool there, const struct fabric *f, uint64_t then)
{
	return there ? value_seconds(f->now, then) : json_null();
}

static bool
is_shut_down(const struct port_rt *p)
{
	return (p->blocked & BLOCK_VIOLATION) != 0;
}

/* Whether, and in how many seconds, the port recovers automatically. */
static bool
recovers(const struct fabric *f, const struct port_rt *p, uint64_t *seconds)
{
	uint64_t until = p->violations->blocked_until;

	*seconds = value_left(f->now, until);
	return is_shut_down(p) && until != UINT64_MAX;
}

void
status_put_violation(const struct fabric *f, const struct port_rt *p,
		     json_t *row)
{
	const struct violation_state *w = p->violations;
	bool down = is_shut_down(p);
	uint64_t left, clean = w->quarantined_at;

	if (w->dropped_at > clean)
		clean = w->dropped_at;
	json_object_set_new(row, "err_disabled_by",
			    down ? json_string(drop_name(w->why))
				 : json_null());
	json_object_set_new(row, "err_disabled_seconds",
			    seconds_if(down, f, w->blocked_at));
	json_object_set_new(row, "recovers_in_seconds",
			    recovers(f, p, &left) ? value_number(left)
						  : json_null());
	value_put(row, "err_disabled_count", w->shutdowns);
	json_object_set_new(row, "loop_seen_seconds",
			    seconds_if(w->looped, f, w->looped_at));
	json_object_set_new(row, "clean_seconds",
			    seconds_if(w->quarantined, f, clean));
}

static json_t *
text_of(const struct drop_record_copy *o)
{
	char text[FRAMETEXT_SIZE];

	return json_string(frametext(o->head, o->size, o->len, text));
}

void
status_put_drop_record(const struct fabric *f, const struct port_rt *p,
		       enum drop why, json_t *row)
{
	struct drop_record_copy o;
	bool there = violation_last(f, p, why, &o);

	json_object_set_new(
		row, "rate",
		json_real(rate_read(&p->violations->reason[why].rate, f->now)));
	json_object_set_new(row, "last_seen_seconds",
			    seconds_if(there, f, o.at));
	json_object_set_new(row, "example", there ? text_of(&o) : json_null());
}

static json_t *
hex_of(const struct drop_record_copy *o)
{
	char hex[2 * DROP_RECORD_HEAD + 1] = "";

	for (unsigned int i = 0; i < o->size; i++)
		snprintf(hex + (size_t)2 * i, 3, "%02x", o->head[i]);
	return json_string(hex);
}

json_t *
status_port_record(struct fabric *f, const struct config_port *c)
{
	struct drop_record_copy record[DROP_RECORD_RING];
	const struct port_rt *p = runtime_port(f, c->id);
	json_t *rows = json_array();
	unsigned int n = p != NULL ? violation_record(f, p, record) : 0;

	for (unsigned int i = 0; i < n; i++) {
		const struct drop_record_copy *o = &record[i];

		json_array_append_new(
			rows, json_pack("{s:s, s:f, s:s, s:I, s:o, s:o}",
					"port", c->id, "age_seconds",
					(double)clock_since(f->now, o->at) /
						CLOCK_SECOND,
					"reason", drop_name(o->why), "octets",
					(json_int_t)o->len, "example",
					text_of(o), "hex", hex_of(o)));
	}
	return rows;
}

void
status_add_shutdowns(const struct fabric *f, json_t *problems)
{
	for (unsigned int id = 0; id < f->ports_end; id++) {
		const struct port_rt *p = f->port[id];
		char end[48] = "until an operator enables it";
		uint64_t left;

		if (p == NULL || p->flags & RT_RETIRED || !is_shut_down(p))
			continue;
		if (recovers(f, p, &left))
			snprintf(end, sizeof(end), "for %lu s more",
				 (unsigned long)left);
		json_array_append_new(
			problems,
			json_sprintf("port %s is disabled by %s, %s", p->name,
				     drop_name(p->violations->why), end));
	}
}
