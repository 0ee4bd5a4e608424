/* SPDX-License-Identifier: BSD-3-Clause */
/* The answers to capture start, list and stop: see taps.h. */
#include <errno.h>
#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/arg.h"
#include "fabric/api/peer.h"
#include "fabric/api/taps.h"
#include "fabric/api/value.h"
#include "lib/clock.h"
#include "lib/framefilter.h"
#include "lib/nearest.h"

static const char *const way_names[TAP_WAYS] = {
	[TAP_RX] = "rx",
	[TAP_TX] = "tx",
	[TAP_DROP] = "drop",
};

#define ALL_WAYS ((1u << TAP_WAYS) - 1)

static enum ctl_verdict
refuse_reason(struct ctl_request *rq, const char *name)
{
	const char *known[DROP_N];
	const char *near;

	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		known[why - 1] = drop_name(why);
	near = nearest_word(name, known, DROP_N - 1);
	return ctl_refuse(rq, "usage",
			  "reason %.32s: there is no such drop reason%s%s%s",
			  name, near != NULL ? " (did you mean '" : "",
			  near != NULL ? near : "", near != NULL ? "'?)" : "");
}

/* dir and reason: a reason is one of drops. */
static bool
read_ways(struct ctl_request *rq, struct taps_order *o)
{
	const char *dir = arg_text(rq, "dir");
	const char *reason = arg_text(rq, "reason");

	o->ways = reason != NULL ? 1u << TAP_DROP : ALL_WAYS;
	for (enum tap_way way = 0; dir != NULL && way < TAP_WAYS; way++)
		if (strcmp(dir, way_names[way]) == 0)
			o->ways = 1u << way;
	if (reason == NULL)
		return true;
	o->why = drop_find(reason);
	if (o->why == DROP_NONE)
		refuse_reason(rq, reason);
	else if (o->ways != 1u << TAP_DROP)
		ctl_refuse(rq, "usage",
			   "reason %s: is for dropped frames, and dir is %s",
			   reason, dir);
	else
		return true;
	return false;
}

/* The log shows the text, so it is one line. */
static bool
is_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static bool
read_filter(struct ctl_request *rq, struct taps_order *o)
{
	const json_t *filter = json_object_get(rq->args, "filter");
	const char *program =
		json_string_value(json_object_get(filter, "program"));

	if (filter == NULL)
		return true;
	o->text = json_string_value(json_object_get(filter, "text"));
	if (program == NULL || o->text == NULL)
		ctl_refuse(rq, "usage",
			   "filter: must be an object with text and program");
	else if (strlen(o->text) > TAPS_FILTER_MAX || !is_printable(o->text))
		ctl_refuse(rq, "usage",
			   "filter: must be a line of at most %d octets",
			   TAPS_FILTER_MAX);
	else if ((o->filter = framefilter_read(program)) == NULL)
		ctl_refuse(rq, "usage", "filter: not a valid program");
	else
		return true;
	return false;
}

static bool
read_number(struct ctl_request *rq, const char *name, uint32_t least,
	    uint32_t most, uint32_t *n)
{
	const char *text = arg_text(rq, name);

	return text == NULL || arg_number(rq, name, text, least, most, n);
}

static bool
read_order(const struct fabric *f, struct ctl_request *rq, struct taps_order *o)
{
	*o = (struct taps_order){ .snaplen = TAPS_SNAPLEN,
				  .seconds = TAPS_SECONDS };
	if (arg_text(rq, "port") != NULL) {
		const struct config_port *c = arg_port(f, rq);

		if (c == NULL)
			return false;
		o->port = c->id;
	}
	return read_ways(rq, o) &&
	       read_number(rq, "count", 1, TAPS_COUNT_MAX, &o->count) &&
	       read_number(rq, "snaplen", TAPS_SNAPLEN_MIN, TAP_OCTETS_MAX,
			   &o->snaplen) &&
	       read_number(rq, "seconds", 1, TAPS_SECONDS_MAX, &o->seconds) &&
	       read_filter(rq, o);
}

static enum ctl_verdict
refuse_start(struct ctl_request *rq, int error)
{
	if (error == EBUSY)
		return ctl_refuse(rq, "busy",
				  "%d captures run, which is the most: end one "
				  "with ixctl capture stop ID",
				  TAP_CAPTURES_MAX);
	return ctl_refuse(rq, "failed", "the capture cannot be made: %s",
			  strerror(error));
}

static void
begin(void *arg, uint64_t number, int fd)
{
	struct answers *a = arg;

	taps_begin(a->taps, (uint32_t)number, fd);
}

enum ctl_verdict
answer_capture_start(struct answers *a, struct ctl_request *rq, json_t **part)
{
	char by[TAPS_BY_SIZE];
	struct taps_order o;

	if (!taps_prepare(a->taps))
		return CTL_WAIT;
	if (!read_order(a->fabric, rq, &o))
		return CTL_ERROR;
	peer_name(rq->uid, by, sizeof(by));
	o.by = by;
	rq->number = taps_start(a->taps, &o);
	if (rq->number == 0)
		return refuse_start(rq, errno);
	rq->take = begin;
	*part = json_pack("{s:I, s:i, s:i}", "id", (json_int_t)rq->number,
			  "snaplen", (int)o.snaplen, "seconds", (int)o.seconds);
	return CTL_END;
}

static const char *
state_of(const struct taps_row *row)
{
	switch (row->state) {
	case TAPS_WAITS:
		return "starting";
	case TAPS_RUNS:
		return "running";
	case TAPS_STOPS:
	case TAPS_DRAINS:
		return "ending";
	default:
		return "ended";
	}
}

/* Null: all of them. */
static json_t *
dir_of(const struct taps_order *o)
{
	for (enum tap_way way = 0; way < TAP_WAYS; way++)
		if (o->ways == 1u << way)
			return json_string(way_names[way]);
	return json_null();
}

static json_t *
row_of(const struct fabric *f, const struct taps_row *row)
{
	const struct taps_order *o = row->order;
	bool runs = row->state == TAPS_RUNS;
	uint64_t end = runs ? f->now : row->until;
	json_t *j = json_object();

	value_put(j, "id", row->number);
	json_object_set_new(j, "state", json_string(state_of(row)));
	json_object_set_new(j, "by", value_text(o->by));
	json_object_set_new(j, "port", value_text_or_null(o->port));
	json_object_set_new(j, "dir", dir_of(o));
	json_object_set_new(j, "reason",
			    o->why != DROP_NONE ? json_string(drop_name(o->why))
						: json_null());
	json_object_set_new(j, "filter", value_text_or_null(o->text));
	value_put(j, "snaplen", o->snaplen);
	json_object_set_new(j, "count", value_number_or_null(o->count));
	value_put(j, "seconds", o->seconds);
	value_put(j, "lasted_seconds",
		  clock_since(end, row->since) / CLOCK_SECOND);
	value_put(j, "frames", row->frames);
	value_put(j, "octets", row->octets);
	value_put(j, "lost", row->lost);
	json_object_set_new(j, "why", value_text_or_null(row->why));
	return j;
}

enum ctl_verdict
answer_capture_list(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct taps_row row;

	(void)rq;
	*part = json_array();
	for (unsigned int i = 0; taps_get(a->taps, i, &row); i++)
		json_array_append_new(*part, row_of(a->fabric, &row));
	return CTL_END;
}

enum ctl_verdict
answer_capture_stop(struct answers *a, struct ctl_request *rq, json_t **part)
{
	const char *id = arg_text(rq, "id");
	char by[TAPS_BY_SIZE];
	uint32_t number = 0;
	unsigned int n;

	if (strcmp(id, "all") != 0 &&
	    !arg_number(rq, "ID", id, 1, TAPS_COUNT_MAX, &number))
		return CTL_ERROR;
	peer_name(rq->uid, by, sizeof(by));
	n = taps_stop(a->taps, number, by);
	if (n == 0 && number != 0)
		return ctl_refuse(rq, "not_found",
				  "no capture %u runs; see "
				  "ixctl capture list",
				  number);
	*part = json_pack("{s:i}", "stopped", (int)n);
	return CTL_END;
}
