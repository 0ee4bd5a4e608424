/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The operator's client: makes a request to the daemon of its arguments, and prints
 * the answer as a table or as JSON.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apps/complete.h"
#include "apps/config_arg.h"
#include "apps/export.h"
#include "apps/fail.h"
#include "apps/frame_arg.h"
#include "apps/health.h"
#include "apps/help.h"
#include "apps/import.h"
#include "apps/options.h"
#include "apps/own.h"
#include "apps/question.h"
#include "apps/row.h"
#include "apps/stream.h"
#include "fabric/api/command.h"
#include "fabric/config/config.h"
#include "lib/faults.h"

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

/* A number is one of the history; a file of that name is ./17. */
static bool
is_generation(const struct command *c, const char *file)
{
	return command_id(c) == COMMAND_config_diff &&
	       strspn(file, "0123456789") == strlen(file);
}

static int
run(const struct options *o, const struct command *c, json_t *args)
{
	char why[512];

	if (command_id(c) == COMMAND_version)
		return own_version(o);
	if (command_id(c) == COMMAND_check)
		return own_check(o, args);
	if (command_id(c) == COMMAND_config_check)
		return own_config_check(o, row_text(args, "file"));
	if (command_id(c) == COMMAND_doctor)
		return own_doctor(o, args);
	if (command_id(c) == COMMAND_support_dump)
		return own_support_dump(o, row_text(args, "file"));
	if (command_id(c) == COMMAND_upgrade_check)
		return own_upgrade_check(o);
	if (command_id(c) == COMMAND_import_ixp_manager)
		return import_ixp_manager(o, args);
	if (command_id(c) == COMMAND_export_ixf)
		return export_command_ixf(o, args);
	if (command_id(c) == COMMAND_export_ixp_manager_macs)
		return export_command_macs(o, args);
	if (command_id(c) == COMMAND_export_ethers)
		return export_command_ethers(o, args);
	if (command_id(c) == COMMAND_report_member)
		return own_report_member(o, row_text(args, "port"));
	if (command_id(c) == COMMAND_capture_start)
		return stream_capture(o, args);
	if (command_id(c) == COMMAND_monitor)
		return stream_monitor(o, args);
	if (command_id(c) == COMMAND_explain &&
	    frame_arg(args, why, sizeof(why)) != 0)
		return fail(o, EXIT_FAILURE, "frame", why, NULL);
	if (command_takes_files(c) && row_text(args, "file") != NULL &&
	    !is_generation(c, row_text(args, "file"))) {
		int rc = take_file(o, args);

		if (rc != 0)
			return rc;
	}
	return question_ask(o, c, args);
}

static int
print_help(const struct options *o, unsigned int n, char *const *word)
{
	char why[256];

	if (n == 0)
		fputs(options_usage, stdout);
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
		row_json(table, stdout);
	} else {
		json_array_foreach(table, i, row)
			printf("%s\n", row_text(row, "usage"));
	}
	json_decref(table);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
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
	options_watch(o);
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
	struct options o = { .daemon = { options_socket(), 10 },
			     .out = stdout,
			     .err = stderr };
	struct faults *faults = faults_create();
	int rc;

	if (faults == NULL)
		return EXIT_FAILURE;
	if (argc > 1 && strcmp(argv[1], "--complete") == 0) {
		rc = complete((unsigned int)argc - 2, argv + 2, faults);
	} else {
		options_parse(argv + (argc > 0), &o, faults);
		rc = faults_errors(faults) > 0 ? fail_usage(&o, faults)
					       : obey(&o, faults);
	}
	faults_free(faults);
	return rc;
}
