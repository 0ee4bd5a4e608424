/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/own.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apps/ask.h"
#include "apps/client.h"
#include "apps/config_arg.h"
#include "apps/doctor.h"
#include "apps/fail.h"
#include "apps/health.h"
#include "apps/options.h"
#include "apps/report.h"
#include "apps/row.h"
#include "apps/support_dump.h"
#include "apps/upgrade_check.h"
#include "fabric/api/command.h"
#include "fabric/config/config.h"
#include "lib/faults.h"

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

		row_json(root, stdout);
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

int
own_config_check(const struct options *o, const char *file)
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
	struct client *client =
		client_open(o->daemon.socket, o->daemon.seconds);
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

/* Without a line, 'error' says why. */
static json_t *
health_of(const struct options *o, bool port, const json_t *line, int error)
{
	const json_t *result = row_get(line, "result");
	char why[512];

	if (line == NULL) {
		fail_describe(o, error, why, sizeof(why));
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
int
own_check(const struct options *o, json_t *args)
{
	bool port = row_text(args, "port") != NULL;
	json_t *line = first_line(o, port ? "port show" : "status", args);
	json_t *health = health_of(o, port, line, errno);
	int code = (int)row_number(health, "code");

	if (health == NULL)
		return HEALTH_UNKNOWN;
	if (o->json)
		row_json(health, stdout);
	else
		health_print(health, stdout);
	json_decref(line);
	json_decref(health);
	return fflush(stdout) == 0 ? code : HEALTH_UNKNOWN;
}

int
own_version(const struct options *o)
{
	char why[512];
	json_t *daemon = ask_all(&o->daemon, "hello", NULL, why, sizeof(why));
	const char *theirs = row_text(daemon, "version");

	if (o->json) {
		json_t *root = json_pack("{s:s, s:s?, s:O?}", "ixctl",
					 IXF_VERSION, "ixfabricd", theirs,
					 "api", row_get(daemon, "api"));

		row_json(root, stdout);
		json_decref(root);
	} else {
		printf("ixctl      " IXF_VERSION "\n");
		printf("ixfabricd  %s\n",
		       theirs != NULL ? theirs : "not reachable");
	}
	json_decref(daemon);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
own_doctor(const struct options *o, const json_t *args)
{
	json_t *rows =
		doctor_look(row_text(args, "file"), row_text(args, "root"));
	int rc = doctor_misses(rows) ? EXIT_FAILURE : EXIT_SUCCESS;

	if (o->json)
		row_json(rows, stdout);
	else
		doctor_print(rows, stdout);
	json_decref(rows);
	return fflush(stdout) == 0 ? rc : EXIT_FAILURE;
}

int
own_support_dump(const struct options *o, const char *file)
{
	char name[512], message[640];
	int rc = support_dump(&o->daemon, file, name, sizeof(name));

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

int
own_upgrade_check(const struct options *o)
{
	char why[512] = "no memory";
	json_t *result = upgrade_check(&o->daemon, why, sizeof(why));
	int rc = EXIT_SUCCESS;

	if (result == NULL)
		return fail(o, EXIT_UNREACHABLE, "unreachable", why, NULL);
	if (!row_is(result, "accepted"))
		rc = EXIT_REJECTED;
	if (o->json)
		row_json(result, stdout);
	else
		upgrade_check_print(result, stdout);
	json_decref(result);
	return fflush(stdout) == 0 ? rc : EXIT_FAILURE;
}

/* The answers that a report is made of; false: 'why' says which is missing. */
static bool
ask_for_report(const struct options *o, const char *port, json_t *answer[4],
	       char *why, size_t size)
{
	static const struct {
		const char *command;
		bool of_port;
	} question[4] = {
		{ "port show", true },
		{ "port drops", true },
		{ "status", false },
		{ "config show", false },
	};

	for (unsigned int i = 0; i < 4; i++) {
		json_t *args = question[i].of_port
				       ? json_pack("{s:s}", "port", port)
				       : NULL;

		answer[i] = ask_all(&o->daemon, question[i].command, args, why,
				    size);
		if (answer[i] == NULL)
			return false;
	}
	return true;
}

int
own_report_member(const struct options *o, const char *port)
{
	json_t *answer[4] = { NULL };
	char why[512] = "no memory";
	int rc = EXIT_FAILURE;

	if (ask_for_report(o, port, answer, why, sizeof(why))) {
		struct report_sources s = { json_array_get(answer[0], 0),
					    answer[1], answer[2], answer[3],
					    time(NULL) };
		json_t *report = report_make(&s);

		if (o->json)
			row_json(report, stdout);
		else
			report_print(report, stdout);
		json_decref(report);
		rc = fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	} else {
		rc = fail(o, EXIT_FAILURE, "failed", why, NULL);
	}
	for (unsigned int i = 0; i < 4; i++)
		json_decref(answer[i]);
	return rc;
}
