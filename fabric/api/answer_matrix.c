/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The matrix of ports: a row for each pair between which frames were sent on.  A
 * thousand ports have a million pairs, so a part looks at some of them.
 */
#include <stdio.h>

#include "fabric/api/answer.h"
#include "fabric/api/arg.h"
#include "fabric/api/value.h"
#include "fabric/runtime/matrix.h"

/* That are looked at, and that are answered, in a part. */
#define PART_PAIRS 2048
#define PART_ROWS  256

#define TOP_MAX 1000

/* What is asked for; NULL: any. */
struct asked {
	const struct config_port *from, *to;
	const char *lan;
	uint32_t top; /* 0: all pairs */
};

static bool
read_port(const struct fabric *f, struct ctl_request *rq, const char *name,
	  const struct config_port **port)
{
	*port = NULL;
	if (arg_text(rq, name) == NULL)
		return true;
	*port = arg_port_named(f, rq, arg_text(rq, name));
	return *port != NULL;
}

static bool
read_asked(const struct fabric *f, struct ctl_request *rq, struct asked *asked)
{
	const char *top = arg_text(rq, "top");

	*asked = (struct asked){ .lan = arg_text(rq, "lan") };
	if (!read_port(f, rq, "from", &asked->from) ||
	    !read_port(f, rq, "to", &asked->to))
		return false;
	if (asked->lan != NULL && config_lan(f->config, asked->lan) == NULL) {
		arg_refuse_lan(f, rq, asked->lan);
		return false;
	}
	return top == NULL ||
	       arg_number(rq, "top", top, 1, TOP_MAX, &asked->top);
}

static json_t *
counts_of(const struct matrix_sums *sums)
{
	return json_pack("{s:I, s:I}", "frames", (json_int_t)sums->frames,
			 "octets", (json_int_t)sums->octets);
}

static json_t *
row_of(const struct config_port *from, const struct config_port *to,
       const struct matrix_sum *sum)
{
	struct matrix_sums total = matrix_total(sum);
	char pair[2 * CONFIG_NAME_SIZE + 2];
	json_t *row = json_object();

	snprintf(pair, sizeof(pair), "%s %s", from->id, to->id);
	json_object_set_new(row, "pair", json_string(pair));
	json_object_set_new(row, "from", json_string(from->id));
	json_object_set_new(row, "to", json_string(to->id));
	json_object_set_new(row, "lan", value_text_or_null(from->lan));
	value_put(row, "frames", total.frames);
	value_put(row, "octets", total.octets);
	for (enum matrix_kind k = 0; k < MATRIX_KINDS; k++)
		json_object_set_new(row, matrix_kind_name(k),
				    counts_of(&sum->kind[k]));
	return row;
}

/* The row of a pair of ports of the configuration, or NULL: nothing was sent. */
static json_t *
pair_row(const struct fabric *f, const struct config_port *from,
	 const struct config_port *to)
{
	struct matrix_sum sum = matrix_read(f, runtime_port(f, from->id)->id,
					    runtime_port(f, to->id)->id);

	return matrix_total(&sum).frames != 0 ? row_of(from, to, &sum) : NULL;
}

static bool
is_asked(const struct asked *asked, const struct config_port *from,
	 const struct config_port *to)
{
	return (asked->from == NULL || asked->from == from) &&
	       (asked->to == NULL || asked->to == to) &&
	       (asked->lan == NULL || strcmp(asked->lan, from->lan) == 0);
}

static json_int_t
octets_of(const json_t *row)
{
	return json_integer_value(json_object_get(row, "octets"));
}

/* Takes over 'row', among those with most octets so far. */
static void
put_top(json_t *rows, uint32_t top, json_t *row)
{
	size_t at = json_array_size(rows), least = 0;

	while (least < at) {
		size_t middle = (least + at) / 2;

		if (octets_of(json_array_get(rows, middle)) < octets_of(row))
			at = middle;
		else
			least = middle + 1;
	}
	json_array_insert_new(rows, at, row);
	if (json_array_size(rows) > top)
		json_array_remove(rows, top);
}

/*
 * Looks at some more pairs, from port place[0] to port place[1] on, and adds their
 * rows.  Whether there are more.
 */
static bool
look(const struct fabric *f, const struct asked *asked, size_t *place,
     json_t *rows)
{
	const struct config *c = f->config;

	for (unsigned int n = 0; place[0] < c->nports && n < PART_PAIRS;) {
		const struct config_port *from = &c->port[place[0]];
		const struct config_port *to = &c->port[place[1]];
		json_t *row = NULL;

		if (is_asked(asked, from, to)) {
			row = pair_row(f, from, to);
			n++;
		}
		if (++place[1] == c->nports) {
			place[0]++;
			place[1] = 0;
			n++;
		}
		if (row == NULL)
			continue;
		if (asked->top != 0)
			put_top(rows, asked->top, row);
		else
			json_array_append_new(rows, row);
		if (asked->top == 0 && json_array_size(rows) == PART_ROWS)
			break;
	}
	return place[0] < c->nports;
}

enum ctl_verdict
answer_matrix_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct asked asked;
	json_t *rows;
	bool more;

	if (a->fabric->matrix == NULL)
		return ctl_refuse(rq, "failed",
				  "the matrix is off: set matrix = on in "
				  "[fabric]");
	if (!read_asked(a->fabric, rq, &asked))
		return CTL_ERROR;
	if (asked.top != 0 && rq->state == NULL)
		rq->state = json_array();
	rows = asked.top != 0 ? json_incref(rq->state) : json_array();
	more = look(a->fabric, &asked, rq->place, rows);
	if (asked.top == 0 || !more) {
		*part = rows;
		return more ? CTL_MORE : CTL_END;
	}
	json_decref(rows);
	return CTL_WAIT;
}
