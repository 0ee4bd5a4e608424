/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/fail.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "apps/options.h"
#include "apps/row.h"
#include "lib/faults.h"

/* Prints an error: a line for people, or with -j one JSON object. */
int
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

int
fail_usage(const struct options *o, const struct faults *faults)
{
	const char *text = faults_text(faults, 0);

	return fail(o, EXIT_USAGE, "usage", text != NULL ? text : "wrong usage",
		    NULL);
}

/* Names the group that the socket is for. */
static void
explain_denial(const struct options *o, char *message, size_t size)
{
	const struct group *group = NULL;
	struct stat st;

	if (stat(o->daemon.socket, &st) != 0)
		snprintf(message, size,
			 "no right to enter the folder of %s: use sudo, or "
			 "join the group of the folder",
			 o->daemon.socket);
	else if (st.st_gid == 0)
		snprintf(message, size, "no right to use %s: use sudo",
			 o->daemon.socket);
	else if ((group = getgrgid(st.st_gid)) == NULL)
		snprintf(message, size,
			 "no right to use %s: it is for the group %u; use "
			 "sudo, or join the group",
			 o->daemon.socket, (unsigned int)st.st_gid);
	else
		snprintf(message, size,
			 "no right to use %s: it is for the group %s; use "
			 "sudo, or 'sudo usermod -aG %s USER' and log in again",
			 o->daemon.socket, group->gr_name, group->gr_name);
}

void
fail_describe(const struct options *o, int error, char *message, size_t size)
{
	if (error == EAGAIN)
		snprintf(message, size,
			 "no answer on %s within %u s; -t SECONDS waits longer",
			 o->daemon.socket, o->daemon.seconds);
	else if (error == EACCES)
		explain_denial(o, message, size);
	else
		snprintf(message, size,
			 "cannot reach the daemon on %s: %s; is ixfabricd "
			 "running?",
			 o->daemon.socket, strerror(error));
}

int
fail_unreachable(const struct options *o, int error)
{
	char message[512];

	fail_describe(o, error, message, sizeof(message));
	return fail(o, EXIT_UNREACHABLE, "unreachable", message, NULL);
}

int
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
