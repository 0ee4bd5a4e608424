/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The operator's client: makes a request to the daemon of its arguments, and prints
 * the answer as a table or as JSON.
 */
#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "apps/ask.h"
#include "apps/capture_arg.h"
#include "apps/client.h"
#include "apps/config_arg.h"
#include "apps/doctor.h"
#include "apps/frame_arg.h"
#include "apps/health.h"
#include "apps/help.h"
#include "apps/monitor.h"
#include "apps/rates.h"
#include "apps/render.h"
#include "apps/row.h"
#include "apps/support_dump.h"
#include "apps/upgrade_check.h"
#include "apps/watch.h"
#include "fabric/api/command.h"
#include "fabric/config/config.h"
#include "fabric/view/drop.h"
#include "lib/clock.h"
#include "lib/faults.h"

#define DEFAULT_SOCKET "/run/ixfabric/ixfabric.sock"

/* See EXIT CODES in ixctl(1). */
enum {
	EXIT_USAGE = 2,
	EXIT_UNREACHABLE = 3,
	EXIT_REJECTED = 4,
	EXIT_RESTART = 5,
};

#define WORDS_MAX 32

struct options {
	bool json, help, version, commands;
	unsigned int watch; /* seconds; 0: once */
	FILE *out, *err;
	const char *socket;
	unsigned int seconds;
	unsigned int nwords;
	char *word[WORDS_MAX];
};

static const char usage_text[] =
	"usage: ixctl [OPTIONS] COMMAND\n"
	"\n"
	"  -j, --json             answer in JSON\n"
	"  -s, --socket SOCKET    of the daemon; default: $IXCTL_SOCKET, or "
	"else\n"
	"                         " DEFAULT_SOCKET "\n"
	"  -t, --timeout SECONDS  to wait for the daemon; default: 10\n"
	"      --watch SECONDS    again and again, until ^C\n"
	"  -w, --write FILE       of capture start: where the frames go; -: "
	"stdout\n"
	"  -h, --help             this help; after words, that of their "
	"commands\n"
	"      --version          print the version\n"
	"      --commands         print the table of commands, with -j as "
	"JSON\n"
	"\n";

static void
print_json(const json_t *root, FILE *out)
{
	json_dumpf(root, out, JSON_INDENT(2));
	fputc('\n', out);
}

/* Prints an error: a line for people, or with -j one JSON object. */
static int
fail(const struct options *o, int code, const char *word, const char *message,
     const json_t *details)
{
	if (o->json) {
		json_t *e = json_pack("{s:s, s:s, s:O?}", "code", word,
				      "message", message, "details", details);
		json_t *root = json_pack("{s:o}", "error", e);

		json_dumpf(root, o->err, JSON_COMPACT);
		fputc('\n', o->err);
		json_decref(root);
		return code;
	}
	for (size_t i = 0; i < json_array_size(details); i++)
		fprintf(o->err, "%s\n",
			json_string_value(json_array_get(details, i)));
	fprintf(o->err, "ixctl: %s\n", message);
	return code;
}

static int
fail_usage(const struct options *o, const struct faults *faults)
{
	const char *text = faults_text(faults, 0);

	return fail(o, EXIT_USAGE, "usage", text != NULL ? text : "wrong usage",
		    NULL);
}

/* Options. */

static const char *
default_socket(void)
{
	const char *socket = getenv("IXCTL_SOCKET");

	return socket != NULL && socket[0] != '\0' ? socket : DEFAULT_SOCKET;
}

/* "-s VALUE", "-sVALUE", "--socket VALUE" or "--socket=VALUE"; or no short name. */
static bool
is_option(char *const *arg, const char *short_name, const char *long_name,
	  unsigned int *used, const char **value)
{
	size_t n = strlen(long_name);
	const char *text = arg[0];

	*used = 1;
	if (strncmp(text, long_name, n) == 0 && text[n] == '=') {
		*value = text + n + 1;
		return true;
	}
	if (strcmp(text, long_name) == 0 ||
	    (short_name != NULL && strcmp(text, short_name) == 0)) {
		*used = arg[1] != NULL ? 2 : 1;
		*value = arg[1];
		return true;
	}
	*value = text + 2;
	return short_name != NULL && strncmp(text, short_name, 2) == 0;
}

static bool
parse_seconds(const char *text, unsigned int *seconds)
{
	char *end;
	unsigned long n;

	if (text == NULL || text[0] < '0' || text[0] > '9')
		return false;
	n = strtoul(text, &end, 10);
	*seconds = (unsigned int)n;
	return *end == '\0' && n >= 1 && n <= 3600;
}

static bool
is_flag(const char *arg, const char *short_name, const char *long_name,
	bool *flag)
{
	if (strcmp(arg, short_name) != 0 && strcmp(arg, long_name) != 0)
		return false;
	return *flag = true;
}

static void
wrong(struct faults *faults, const char *what, const char *arg)
{
	faults_error(faults, FAULTS_NOWHERE, NULL, "%s %s; see ixctl --help",
		     what, arg);
}

static void
take_word(struct options *o, char *arg, struct faults *faults)
{
	if (o->nwords == WORDS_MAX)
		wrong(faults, "too many words from", arg);
	else
		o->word[o->nwords++] = arg;
}

static char write_word[] = "write";

/* Takes an option; returns how many arguments it is, 0: 'arg' is a word. */
static unsigned int
take_option(struct options *o, char *const *arg, struct faults *faults)
{
	unsigned int used;
	const char *value;

	if (is_flag(arg[0], "-j", "--json", &o->json) ||
	    is_flag(arg[0], "-h", "--help", &o->help) ||
	    is_flag(arg[0], "--version", "--version", &o->version) ||
	    is_flag(arg[0], "--commands", "--commands", &o->commands))
		return 1;
	if (is_option(arg, "-s", "--socket", &used, &value)) {
		o->socket = value;
		if (value == NULL || value[0] == '\0')
			wrong(faults, "a path is missing after", arg[0]);
		return used;
	}
	if (is_option(arg, "-w", "--write", &used, &value)) {
		/* Of capture start: the argument of that name. */
		take_word(o, write_word, faults);
		if (value != NULL)
			take_word(o, arg[used - 1] + (value - arg[used - 1]),
				  faults);
		return used;
	}
	if (is_option(arg, NULL, "--watch", &used, &value)) {
		if (!parse_seconds(value, &o->watch))
			wrong(faults, "seconds, 1 to 3600, are missing after",
			      arg[0]);
		return used;
	}
	if (is_option(arg, "-t", "--timeout", &used, &value)) {
		if (!parse_seconds(value, &o->seconds))
			wrong(faults, "seconds, 1 to 3600, are missing after",
			      arg[0]);
		return used;
	}
	if (arg[0][0] == '-' && arg[0][1] != '-' && arg[0][1] != '\0')
		wrong(faults, "unknown option", arg[0]);
	return 0;
}

static void
parse(char *const *argv, struct options *o, struct faults *faults)
{
	while (*argv != NULL && strcmp(*argv, "--") != 0) {
		unsigned int used = take_option(o, argv, faults);

		if (used == 0)
			take_word(o, *argv, faults);
		argv += used == 0 ? 1 : used;
	}
	for (argv += *argv != NULL; *argv != NULL; argv++)
		take_word(o, *argv, faults);
}

/* The daemon. */

/* Names the group that the socket is for. */
static void
explain_denial(const struct options *o, char *message, size_t size)
{
	const struct group *group = NULL;
	struct stat st;

	if (stat(o->socket, &st) != 0)
		snprintf(message, size,
			 "no right to enter the folder of %s: use sudo, or "
			 "join the group of the folder",
			 o->socket);
	else if (st.st_gid == 0)
		snprintf(message, size, "no right to use %s: use sudo",
			 o->socket);
	else if ((group = getgrgid(st.st_gid)) == NULL)
		snprintf(message, size,
			 "no right to use %s: it is for the group %u; use "
			 "sudo, or join the group",
			 o->socket, (unsigned int)st.st_gid);
	else
		snprintf(message, size,
			 "no right to use %s: it is for the group %s; use "
			 "sudo, or 'sudo usermod -aG %s USER' and log in again",
			 o->socket, group->gr_name, group->gr_name);
}

static void
describe_unreachable(const struct options *o, int error, char *message,
		     size_t size)
{
	if (error == EAGAIN)
		snprintf(message, size,
			 "no answer on %s within %u s; -t SECONDS waits longer",
			 o->socket, o->seconds);
	else if (error == EACCES)
		explain_denial(o, message, size);
	else
		snprintf(message, size,
			 "cannot reach the daemon on %s: %s; is ixfabricd "
			 "running?",
			 o->socket, strerror(error));
}

static int
fail_unreachable(const struct options *o, int error)
{
	char message[512];

	describe_unreachable(o, error, message, sizeof(message));
	return fail(o, EXIT_UNREACHABLE, "unreachable", message, NULL);
}

static int
fail_answer(const struct options *o, const json_t *error)
{
	const char *code = row_text(error, "code");
	const char *message = row_text(error, "message");
	int rc = EXIT_FAILURE;

	if (code == NULL || message == NULL)
		return fail_unreachable(o, EPROTO);
	if (strcmp(code, "usage") == 0 || strcmp(code, "unknown_command") == 0)
		rc = EXIT_USAGE;
	else if (strcmp(code, "config") == 0 || strcmp(code, "force") == 0 ||
		 strcmp(code, "pending") == 0)
		rc = EXIT_REJECTED;
	return fail(o, rc, code, message, row_get(error, "details"));
}

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
		print_json(part, j->out);
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
	struct client *client = client_open(out->o->socket, out->o->seconds);
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
		rates_add(out.kept, q->rows, "port",
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
	return command_id(q->c) == COMMAND_port_stats;
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

	if (!parse_seconds(seconds, &n))
		return fail(q->o, EXIT_USAGE, "usage",
			    "--rate needs a number of seconds, 1 to 3600",
			    NULL);
	rc = ask_rates(q, false);
	if (rc != EXIT_SUCCESS)
		return rc;
	sleep(n);
	return ask_rates(q, true);
}

static int
ask(const struct options *o, const struct command *c, json_t *args)
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

/* Commands of ixctl itself. */

static int
print_check(const struct options *o, const char *file, bool valid,
	    const struct faults *faults)
{
	if (o->json) {
		json_t *root = json_pack("{s:s, s:b, s:i, s:i, s:o}", "file",
					 file, "valid", valid, "errors",
					 (int)faults_errors(faults), "warnings",
					 (int)faults_warnings(faults), "faults",
					 command_faults(faults));

		print_json(root, stdout);
		json_decref(root);
	} else {
		faults_print(faults, stdout);
		if (valid)
			printf("%s: valid\n", file);
	}
	if (fflush(stdout) != 0)
		return EXIT_FAILURE;
	return valid ? EXIT_SUCCESS : EXIT_REJECTED;
}

static int
config_check(const struct options *o, const char *file)
{
	struct faults *faults = faults_create();
	struct config_texts texts = { 0 };
	struct config *config = config_arg_read(file, false, &texts, faults);
	bool valid = config != NULL && config_check_service(config, faults);
	int rc = print_check(o, file, valid, faults);

	config_free(config);
	config_texts_free(&texts);
	faults_free(faults);
	return rc;
}

/*
 * The first part of the answer to a command, a new line; NULL and errno: there is
 * none.
 */
static json_t *
first_line(const struct options *o, const char *command, json_t *args)
{
	struct client *client = client_open(o->socket, o->seconds);
	json_t *line = NULL;
	int rc;

	if (client == NULL)
		return NULL;
	rc = client_ask(client, command, args);
	if (rc == 0) {
		line = client_next(client);
		rc = line == NULL ? -errno : 0;
	}
	client_close(client);
	errno = -rc;
	return line;
}

/* The answer to a command without arguments that has one part, or NULL. */
static json_t *
request(const struct options *o, const char *command)
{
	json_t *line = first_line(o, command, NULL);
	json_t *result = json_incref(json_object_get(line, "result"));

	json_decref(line);
	return result;
}

/* Without a line, 'error' says why. */
static json_t *
health_of(const struct options *o, bool port, const json_t *line, int error)
{
	const json_t *result = row_get(line, "result");
	char why[512];

	if (line == NULL) {
		describe_unreachable(o, error, why, sizeof(why));
		return health_none(error == EACCES ? HEALTH_UNKNOWN
						   : HEALTH_CRITICAL,
				   why);
	}
	if (!row_is(line, "ok"))
		return health_none(HEALTH_UNKNOWN,
				   row_word(row_get(line, "error"), "message"));
	return port ? health_port(json_array_get(result, 0))
		    : health_fabric(result);
}

/* One line, and the exit codes of HEALTH CHECKS in ixctl(1). */
static int
check(const struct options *o, json_t *args)
{
	bool port = row_text(args, "port") != NULL;
	json_t *line = first_line(o, port ? "port show" : "status", args);
	json_t *health = health_of(o, port, line, errno);
	int code = (int)row_number(health, "code");

	if (health == NULL)
		return HEALTH_UNKNOWN;
	if (o->json)
		print_json(health, stdout);
	else
		health_print(health, stdout);
	json_decref(line);
	json_decref(health);
	return fflush(stdout) == 0 ? code : HEALTH_UNKNOWN;
}

static int
version(const struct options *o)
{
	json_t *daemon = request(o, "hello");
	const char *theirs = row_text(daemon, "version");

	if (o->json) {
		json_t *root = json_pack("{s:s, s:s?, s:O?}", "ixctl",
					 IXF_VERSION, "ixfabricd", theirs,
					 "api", row_get(daemon, "api"));

		print_json(root, stdout);
		json_decref(root);
	} else {
		printf("ixctl      " IXF_VERSION "\n");
		printf("ixfabricd  %s\n",
		       theirs != NULL ? theirs : "not reachable");
	}
	json_decref(daemon);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* The file could not be read, or is not text: the daemon does not get it. */
static int
fail_unsent(const struct options *o, const char *file,
	    const struct faults *faults)
{
	json_t *details = command_faults(faults);
	char message[300];
	int rc;

	snprintf(message, sizeof(message),
		 "%.256s: rejected, nothing was changed", file);
	rc = fail(o, EXIT_REJECTED, "config", message, details);
	json_decref(details);
	return rc;
}

/* Puts the text of a file, and of those that it includes, in place of its name. */
static int
take_file(const struct options *o, json_t *args)
{
	const char *file = row_text(args, "file");
	struct faults *faults = faults_create();
	struct config_texts texts = { 0 };
	json_t *files = NULL;
	int rc = 0;

	config_free(config_arg_read(file, true, &texts, faults));
	if (texts.n > 0 && !texts.lost)
		files = config_arg_json(&texts);
	if (files == NULL)
		rc = fail_unsent(o, file, faults);
	else
		json_object_set_new(args, "file", files);
	config_texts_free(&texts);
	faults_free(faults);
	return rc;
}

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
	json_t *answer = request(o, "capture list");
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

static int
capture_start(const struct options *o, json_t *args)
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
	client = client_open(o->socket, o->seconds);
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

static int
monitor(const struct options *o, json_t *args)
{
	struct client *client;
	int rc = EXIT_FAILURE;
	json_t *answer;

	if (o->watch != 0)
		return fail(o, EXIT_USAGE, "usage",
			    "monitor goes on by itself: without watch", NULL);
	client = client_open(o->socket, o->seconds);
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

/* A number is one of the history; a file of that name is ./17. */
static bool
is_generation(const struct command *c, const char *file)
{
	return command_id(c) == COMMAND_config_diff &&
	       strspn(file, "0123456789") == strlen(file);
}

static int
doctor(const struct options *o, const json_t *args)
{
	json_t *rows =
		doctor_look(row_text(args, "file"), row_text(args, "root"));
	int rc = doctor_misses(rows) ? EXIT_FAILURE : EXIT_SUCCESS;

	if (o->json)
		print_json(rows, stdout);
	else
		doctor_print(rows, stdout);
	json_decref(rows);
	return fflush(stdout) == 0 ? rc : EXIT_FAILURE;
}

static int
dump(const struct options *o, const char *file)
{
	const struct ask ask = { o->socket, o->seconds };
	char name[512], message[640];
	int rc = support_dump(&ask, file, name, sizeof(name));

	if (rc != 0) {
		snprintf(message, sizeof(message), "%s: %s", name,
			 rc == -EEXIST ? "is there already, and stays as it is"
				       : strerror(-rc));
		return fail(o, EXIT_FAILURE, "failed", message, NULL);
	}
	if (strcmp(name, "-") != 0)
		printf("%s: read it before you send it: it names members and "
		       "their addresses\n",
		       name);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
check_upgrade(const struct options *o)
{
	const struct ask ask = { o->socket, o->seconds };
	char why[512] = "no memory";
	json_t *result = upgrade_check(&ask, why, sizeof(why));
	int rc = EXIT_SUCCESS;

	if (result == NULL)
		return fail(o, EXIT_UNREACHABLE, "unreachable", why, NULL);
	if (!row_is(result, "accepted"))
		rc = EXIT_REJECTED;
	if (o->json)
		print_json(result, stdout);
	else
		upgrade_check_print(result, stdout);
	json_decref(result);
	return fflush(stdout) == 0 ? rc : EXIT_FAILURE;
}

static int
run(const struct options *o, const struct command *c, json_t *args)
{
	char why[512];

	if (command_id(c) == COMMAND_version)
		return version(o);
	if (command_id(c) == COMMAND_check)
		return check(o, args);
	if (command_id(c) == COMMAND_config_check)
		return config_check(o, row_text(args, "file"));
	if (command_id(c) == COMMAND_doctor)
		return doctor(o, args);
	if (command_id(c) == COMMAND_support_dump)
		return dump(o, row_text(args, "file"));
	if (command_id(c) == COMMAND_upgrade_check)
		return check_upgrade(o);
	if (command_id(c) == COMMAND_capture_start)
		return capture_start(o, args);
	if (command_id(c) == COMMAND_monitor)
		return monitor(o, args);
	if (command_id(c) == COMMAND_explain &&
	    frame_arg(args, why, sizeof(why)) != 0)
		return fail(o, EXIT_FAILURE, "frame", why, NULL);
	if (command_takes_files(c) && row_text(args, "file") != NULL &&
	    !is_generation(c, row_text(args, "file"))) {
		int rc = take_file(o, args);

		if (rc != 0)
			return rc;
	}
	return ask(o, c, args);
}

static int
print_help(const struct options *o, unsigned int n, char *const *word)
{
	char why[256];

	if (n == 0)
		fputs(usage_text, stdout);
	if (!help(n, word, stdout, why, sizeof(why)))
		return fail(o, EXIT_USAGE, "usage", why, NULL);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
print_commands(const struct options *o)
{
	json_t *table = command_table(), *row;
	size_t i;

	if (o->json) {
		print_json(table, stdout);
	} else {
		json_array_foreach(table, i, row)
			printf("%s\n", row_text(row, "usage"));
	}
	json_decref(table);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void
print_names(const json_t *rows, const char *key, const char *start)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *name = row_text(row, key);
		char number[24];

		if (json_is_integer(row_get(row, key))) {
			snprintf(number, sizeof(number), "%" PRIu64,
				 row_number(row, key));
			name = number;
		}
		/* What has ended cannot be meant. */
		if (name != NULL && strncmp(name, start, strlen(start)) == 0 &&
		    strcmp(row_word(row, "state"), "ended") != 0)
			puts(name);
	}
}

static void
complete_reasons(const char *start)
{
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		if (strncmp(drop_name(why), start, strlen(start)) == 0)
			puts(drop_name(why));
}

/* Prints the names that can stand for 'what' and begin with 'start'. */
static void
complete_names(const struct options *o, const char *what, const char *start)
{
	const struct command_names *n = command_names(what);
	struct client *client;
	bool end;

	if (strcmp(what, "REASON") == 0)
		complete_reasons(start);
	if (n == NULL)
		return;
	client = client_open(o->socket, 1);
	end = client == NULL ||
	      client_ask(client, command_get(n->id)->name, NULL) != 0;
	while (!end) {
		json_t *line = client_next(client);
		const json_t *rows = row_get(line, "result");

		print_names(n->list != NULL ? row_get(rows, n->list) : rows,
			    n->key, start);
		end = !row_is(line, "ok") || row_is(line, "end");
		json_decref(line);
	}
	client_close(client);
}

#define WATCH_SECONDS 2

/* "watch port show" is "port show" with --watch 2. */
static void
take_watch(struct options *o)
{
	if (o->nwords < 2 || strcmp(o->word[0], "watch") != 0)
		return;
	if (o->watch == 0)
		o->watch = WATCH_SECONDS;
	o->nwords--;
	memmove(o->word, o->word + 1, o->nwords * sizeof(o->word[0]));
}

/* Completes the last word; the ones before it may be options. */
static int
complete(unsigned int n, char **argv, struct faults *faults)
{
	struct options o = { .socket = default_socket(), .seconds = 1 };
	char *last = n > 0 ? argv[n - 1] : (char[]){ "" };
	const char *what;

	if (n > 0)
		argv[n - 1] = NULL;
	parse(argv, &o, faults);
	take_word(&o, last, faults);
	take_watch(&o);
	if (o.nwords > 1 && strcmp(o.word[0], "help") == 0) {
		o.nwords--;
		memmove(o.word, o.word + 1, o.nwords * sizeof(o.word[0]));
		if (o.nwords == 1)
			help_complete(last, stdout);
	}
	what = command_complete(o.nwords, o.word, stdout);
	if (what != NULL)
		complete_names(&o, what, last);
	return EXIT_SUCCESS;
}

/* A wrong usage is no state of the fabric: monitoring shall not take it for one. */
static int
usage_code(const struct options *o)
{
	return o->nwords > 0 && strcmp(o->word[0], "check") == 0
		       ? HEALTH_UNKNOWN
		       : EXIT_USAGE;
}

static int
obey(struct options *o, struct faults *faults)
{
	const struct command *c;
	json_t *args;
	int rc;

	if (o->version)
		return puts("ixctl " IXF_VERSION) < 0;
	if (o->commands)
		return print_commands(o);
	if (o->help)
		return print_help(o, o->nwords, o->word);
	if (o->nwords > 0 && strcmp(o->word[0], "help") == 0)
		return print_help(o, o->nwords - 1, o->word + 1);
	take_watch(o);
	c = command_parse(o->nwords, o->word, &args, faults);
	if (c == NULL) {
		fail_usage(o, faults);
		return usage_code(o);
	}
	if (o->watch != 0 && (c->side != COMMAND_DAEMON || !command_reads(c)))
		rc = fail(o, EXIT_USAGE, "usage",
			  "only commands that show something can be watched",
			  NULL);
	else
		rc = run(o, c, args);
	json_decref(args);
	return rc;
}

int
main(int argc, char **argv)
{
	struct options o = { .socket = default_socket(),
			     .seconds = 10,
			     .out = stdout,
			     .err = stderr };
	struct faults *faults = faults_create();
	int rc;

	if (faults == NULL)
		return EXIT_FAILURE;
	if (argc > 1 && strcmp(argv[1], "--complete") == 0) {
		rc = complete((unsigned int)argc - 2, argv + 2, faults);
	} else {
		parse(argv + (argc > 0), &o, faults);
		rc = faults_errors(faults) > 0 ? fail_usage(&o, faults)
					       : obey(&o, faults);
	}
	faults_free(faults);
	return rc;
}
