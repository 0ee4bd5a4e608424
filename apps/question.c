/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/question.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "apps/client.h"
#include "apps/fail.h"
#include "apps/options.h"
#include "apps/rates.h"
#include "apps/render.h"
#include "apps/row.h"
#include "apps/watch.h"
#include "fabric/api/command.h"
#include "lib/clock.h"

/* The exit code for an answer. */
static int
exit_code(const struct command *c, const json_t *result)
{
	switch (command_id(c)) {
	case COMMAND_status:
		return row_is(result, "healthy") ? EXIT_SUCCESS : EXIT_FAILURE;
	case COMMAND_selftest: /* the last row is the summary */
		return json_integer_value(json_object_get(
			       json_array_get(result,
					      json_array_size(result) - 1),
			       "failed")) > 0;
	case COMMAND_config_diff:
		return json_array_size(row_get(result, "changes")) > 0;
	case COMMAND_config_apply:
	case COMMAND_config_rollback:
		return json_array_size(row_get(result, "restart_pending")) > 0
			       ? EXIT_RESTART
			       : EXIT_SUCCESS;
	default:
		return EXIT_SUCCESS;
	}
}

/* JSON is printed part by part: a table may be long. */
struct json_out {
	bool is_array;
	size_t rows;
	FILE *out;
};

static void
json_part(struct json_out *j, const json_t *part)
{
	if (!json_is_array(part)) {
		row_json(part, j->out);
		return;
	}
	if (!j->is_array)
		fputc('[', j->out);
	j->is_array = true;
	for (size_t i = 0; i < json_array_size(part); i++) {
		fputs(j->rows++ == 0 ? "\n" : ",\n", j->out);
		json_dumpf(json_array_get(part, i), j->out, JSON_COMPACT);
	}
}

struct output {
	const struct options *o;
	struct render *render; /* NULL with -j */
	struct json_out json;
	json_t *kept; /* all rows, to be printed later; or NULL */
	bool failed; /* an error was printed: the answer is missing or incomplete */
};

/* A table is not printed if its answer is incomplete. */
static int
failed(struct output *out, int rc)
{
	out->failed = true;
	return rc;
}

static void
put_part(struct output *out, const json_t *part)
{
	if (out->render != NULL)
		render_part(out->render, part);
	else
		json_part(&out->json, part);
}

static int
put_line(struct output *out, const struct command *c, const json_t *line,
	 bool *end)
{
	const json_t *part = row_get(line, "result");

	*end = row_is(line, "end");
	if (part == NULL)
		return EXIT_SUCCESS;
	if (out->kept != NULL)
		json_array_extend(out->kept, (json_t *)(uintptr_t)part);
	else
		put_part(out, part);
	return exit_code(c, part);
}

static int
put_answer(struct output *out, const struct command *c, struct client *client)
{
	int rc = EXIT_SUCCESS;

	for (bool end = false; !end;) {
		json_t *line = client_next(client);

		if (line == NULL)
			return failed(out, fail_unreachable(out->o, errno));
		if (row_is(line, "ok")) {
			rc = put_line(out, c, line, &end);
		} else {
			rc = failed(out, fail_answer(out->o,
						     row_get(line, "error")));
			end = true;
		}
		json_decref(line);
	}
	return rc;
}

static int
finish_output(struct output *out, int rc)
{
	if (out->failed) {
		render_discard(out->render);
		return rc;
	}
	if (out->json.is_array)
		fputs(out->json.rows > 0 ? "\n]\n" : "]\n", out->json.out);
	if (render_end(out->render) != 0 || fflush(out->o->out) != 0)
		return fail(out->o, EXIT_FAILURE, "failed",
			    "cannot write the answer", NULL);
	return rc;
}

/* What is asked, again and again if it is watched. */
struct question {
	const struct options *o;
	const struct command *c;
	json_t *args;  /* of the request */
	json_t *how;   /* those for ixctl alone */
	json_t *rows;  /* the rows before, to find rates, or NULL */
	uint64_t when; /* ns: when they came */
	bool failed;   /* the last time there was no answer */
	int rc;        /* ... its exit code */
};

static uint64_t
monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * CLOCK_SECOND + (uint64_t)t.tv_nsec;
}

static int
send_and_put(struct output *out, const struct command *c, json_t *args)
{
	struct client *client =
		client_open(out->o->daemon.socket, out->o->daemon.seconds);
	int rc;

	if (client == NULL)
		return failed(out, fail_unreachable(out->o, errno));
	rc = client_ask(client, c->name, args);
	rc = rc != 0 ? failed(out, fail_unreachable(out->o, -rc))
		     : put_answer(out, c, client);
	client_close(client);
	return rc;
}

static struct output
begin_output(const struct question *q)
{
	struct output out = { .o = q->o, .json.out = q->o->out };

	if (!q->o->json)
		out.render = render_create(q->c, q->how, q->o->out);
	return out;
}

static int
ask_once(struct question *q)
{
	struct output out = begin_output(q);
	int rc = send_and_put(&out, q->c, q->args);

	q->failed = out.failed;
	return finish_output(&out, rc);
}

/* Asks, and adds to the rows how they have changed since they were asked before. */
static int
ask_rates(struct question *q, bool print)
{
	struct output out = begin_output(q);
	uint64_t now;
	int rc;

	out.kept = json_array();
	rc = send_and_put(&out, q->c, q->args);
	now = monotonic();
	q->failed = out.failed;
	if (!out.failed) {
		rates_add(out.kept, q->rows,
			  command_id(q->c) == COMMAND_matrix_show ? "pair"
								  : "port",
			  (double)(now - q->when) / (double)CLOCK_SECOND);
		if (print)
			put_part(&out, out.kept);
		json_decref(q->rows);
		q->rows = json_incref(out.kept);
		q->when = now;
	}
	json_decref(out.kept);
	if (!print && !out.failed) {
		render_discard(out.render);
		return rc;
	}
	return finish_output(&out, rc);
}

static bool
has_rates(const struct question *q)
{
	return command_id(q->c) == COMMAND_port_stats ||
	       command_id(q->c) == COMMAND_matrix_show;
}

/* For struct watch. */
static bool
ask_again(void *arg, FILE *out, FILE *err)
{
	struct question *q = arg;
	const struct options *whole = q->o;
	struct options o = *whole;

	o.out = out;
	o.err = err;
	q->o = &o;
	q->rc = has_rates(q) ? ask_rates(q, true) : ask_once(q);
	q->o = whole;
	return !q->failed;
}

/* "ixctl -j port show as64500" */
static void
make_title(const struct options *o, char *title, size_t size)
{
	size_t n =
		(size_t)snprintf(title, size, "ixctl%s", o->json ? " -j" : "");

	for (unsigned int i = 0; i < o->nwords && n < size; i++)
		n += (size_t)snprintf(title + n, size - n, " %s", o->word[i]);
}

static int
ask_watched(struct question *q)
{
	char title[256];
	struct watch w = { q->o->watch, title, ask_again, q };

	make_title(q->o, title, sizeof(title));
	return watch(&w) ? EXIT_SUCCESS : q->rc;
}

/* Twice, with the time between them that --rate asks for. */
static int
ask_twice(struct question *q, const char *seconds)
{
	unsigned int n;
	int rc;

	if (!options_seconds(seconds, &n))
		return fail(q->o, EXIT_USAGE, "usage",
			    "--rate needs a number of seconds, 1 to 3600",
			    NULL);
	rc = ask_rates(q, false);
	if (rc != EXIT_SUCCESS)
		return rc;
	sleep(n);
	return ask_rates(q, true);
}

int
question_ask(const struct options *o, const struct command *c, json_t *args)
{
	struct question q = { .o = o, .c = c, .args = args };
	char why[512];
	int rc;

	q.how = command_take_local(c, args);
	if (!render_check(c, q.how, why, sizeof(why)))
		rc = fail(o, EXIT_USAGE, "usage", why, NULL);
	else if (o->watch != 0)
		rc = ask_watched(&q);
	else if (row_text(q.how, "rate") != NULL)
		rc = ask_twice(&q, row_text(q.how, "rate"));
	else
		rc = ask_once(&q);
	json_decref(q.how);
	json_decref(q.rows);
	return rc;
}
