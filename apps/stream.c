/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/stream.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apps/ask.h"
#include "apps/capture_arg.h"
#include "apps/client.h"
#include "apps/fail.h"
#include "apps/monitor.h"
#include "apps/options.h"
#include "apps/render.h"
#include "apps/row.h"
#include "fabric/api/command.h"

/* The capture with this number, of the answer to capture list; or NULL. */
static json_t *
find_capture(const json_t *rows, uint64_t id)
{
	for (size_t i = 0; i < json_array_size(rows); i++)
		if (row_number(json_array_get(rows, i), "id") == id)
			return json_array_get(rows, i);
	return NULL;
}

/* On standard error, since the frames may be on standard output. */
static void
print_capture_end(const struct options *o, uint64_t id)
{
	char why[512];
	json_t *answer =
		ask_all(&o->daemon, "capture list", NULL, why, sizeof(why));
	json_t *row = find_capture(answer, id);

	if (row == NULL) {
		fprintf(stderr, "ixctl: capture %" PRIu64 " was cut off\n", id);
	} else if (o->json) {
		json_dumpf(row, stderr, JSON_COMPACT);
		fputc('\n', stderr);
	} else {
		fprintf(stderr,
			"ixctl: capture %" PRIu64 ": %s; frames %" PRIu64
			", lost %" PRIu64 "\n",
			id, row_word(row, "why"), row_number(row, "frames"),
			row_number(row, "lost"));
	}
	json_decref(answer);
}

/* The answer of the daemon, which a stream follows; NULL: '*rc' says why not. */
static json_t *
begin_stream(const struct options *o, struct client *client,
	     const char *command, json_t *args, int *rc)
{
	int error = client_ask(client, command, args);
	json_t *line = error == 0 ? client_next(client) : NULL;
	json_t *answer = NULL;

	if (line == NULL)
		*rc = fail_unreachable(o, error != 0 ? -error : errno);
	else if (!row_is(line, "ok"))
		*rc = fail_answer(o, row_get(line, "error"));
	else
		answer = json_incref(json_object_get(line, "result"));
	json_decref(line);
	return answer;
}

/* That it runs; on standard error, since the stream may be on standard output. */
static void
print_begin(enum command_id id, const json_t *answer)
{
	struct render *r = render_create(command_get(id), NULL, stderr);

	if (r != NULL)
		render_part(r, answer);
	render_end(r);
}

/* Writes it; the file is made only now, as the daemon may have refused. */
static int
write_capture(const struct options *o, struct client *client,
	      const json_t *answer, const json_t *path)
{
	char why[512];
	int fd = capture_arg_open(path, why, sizeof(why)), rc;

	if (fd < 0)
		return fail(o, EXIT_FAILURE, "file", why, NULL);
	if (!o->json)
		print_begin(COMMAND_capture_start, answer);
	rc = capture_arg_copy(client, fd);
	if (rc != 0)
		return fail(o, EXIT_FAILURE, "file", strerror(-rc), NULL);
	print_capture_end(o, row_number(answer, "id"));
	return EXIT_SUCCESS;
}

int
stream_capture(const struct options *o, json_t *args)
{
	struct client *client;
	char why[512];
	int rc = EXIT_FAILURE;
	json_t *path, *answer;

	if (capture_arg_filter(args, why, sizeof(why)) != 0)
		return fail(o, EXIT_USAGE, "filter", why, NULL);
	path = capture_arg_path(args, why, sizeof(why));
	if (path == NULL)
		return fail(o, EXIT_USAGE, "file", why, NULL);
	client = client_open(o->daemon.socket, o->daemon.seconds);
	if (client != NULL) {
		answer = begin_stream(o, client, "capture start", args, &rc);
		if (answer != NULL)
			rc = write_capture(o, client, answer, path);
		json_decref(answer);
		client_close(client);
	} else {
		rc = fail_unreachable(o, errno);
	}
	json_decref(path);
	return rc;
}

static int
end_monitor(const struct options *o, enum monitor_end end)
{
	switch (end) {
	case MONITOR_INTERRUPTED:
		return EXIT_SUCCESS;
	case MONITOR_DAEMON_ENDS:
		return fail(o, EXIT_UNREACHABLE, "unreachable",
			    "the daemon has ended", NULL);
	case MONITOR_NO_OUTPUT:
		return fail(o, EXIT_FAILURE, "failed",
			    "cannot write the events", NULL);
	default:
		return fail(o, EXIT_UNREACHABLE, "unreachable",
			    "the events were cut off: the daemon is gone, or "
			    "this monitor stood still and made room for "
			    "another one",
			    NULL);
	}
}

int
stream_monitor(const struct options *o, json_t *args)
{
	struct client *client;
	int rc = EXIT_FAILURE;
	json_t *answer;

	if (o->watch != 0)
		return fail(o, EXIT_USAGE, "usage",
			    "monitor goes on by itself: without watch", NULL);
	client = client_open(o->daemon.socket, o->daemon.seconds);
	if (client == NULL)
		return fail_unreachable(o, errno);
	answer = begin_stream(o, client, "monitor", args, &rc);
	if (answer != NULL && !o->json)
		print_begin(COMMAND_monitor, answer);
	if (answer != NULL)
		rc = end_monitor(o, monitor_copy(client, o->json, stdout));
	json_decref(answer);
	client_close(client);
	return rc;
}
