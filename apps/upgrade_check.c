/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/upgrade_check.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "apps/render.h"
#include "apps/row.h"
#include "fabric/api/command.h"
#include "fabric/config/config.h"
#include "lib/faults.h"

struct upgrade {
	const struct ask *ask;
	char *why;
	size_t size;
};

/* The configuration of the daemon as INI text, for free(); or NULL. */
static char *
text_of(struct upgrade *u, const char *which, bool defaults, size_t *size)
{
	json_t *args = json_pack("{s:s}", "which", which), *rows;
	struct render *render;
	char *text = NULL;
	FILE *out;

	if (defaults)
		json_object_set_new(args, "defaults", json_true());
	rows = ask_all(u->ask, "config show", args, u->why, u->size);
	if (rows == NULL)
		return NULL;
	out = open_memstream(&text, size);
	render = out != NULL ? render_create(command_get(COMMAND_config_show),
					     NULL, out)
			     : NULL;
	if (render != NULL) {
		render_part(render, rows);
		render_end(render);
	}
	if (out != NULL)
		fclose(out);
	json_decref(rows);
	return text;
}

/* As this version reads it; NULL if it does not accept it. */
static struct config *
read_as(struct upgrade *u, const char *title, const char *which, bool defaults,
	struct faults *faults)
{
	struct config *config = NULL;
	size_t size;
	char *text = text_of(u, which, defaults, &size);
	FILE *in = text != NULL ? fmemopen(text, size, "r") : NULL;

	if (text == NULL) {
		faults_error(faults, FAULTS_NOWHERE, NULL, "%s: %s", title,
			     u->why);
		return NULL;
	}
	if (in != NULL) {
		config = config_read_stream(title, in, faults);
		fclose(in);
	}
	free(text);
	if (config != NULL && !config_check_service(config, faults)) {
		config_free(config);
		config = NULL;
	}
	return config;
}

static void
add_change(void *arg, const char *section, const char *key, const char *old,
	   const char *new, bool restart)
{
	(void)restart;
	json_array_append_new(arg, json_pack("{s:s, s:s?, s:s?, s:s?}",
					     "section", section, "key", key,
					     "old", old, "new", new));
}

/*
 * What runs, printed with all defaults by the daemon and without them: if this version
 * has other defaults, it reads two configurations.
 */
static json_t *
compare(struct upgrade *u, struct faults *faults, bool *accepted)
{
	struct config *then = read_as(u, "running", "running", false, faults);
	struct config *file = read_as(u, "file", "file", false, faults);
	struct faults *same = faults_create(); /* warnings, once more */
	struct config *now =
		read_as(u, "running with defaults", "running", true, same);
	json_t *changes = json_array();

	if (now == NULL && then != NULL)
		faults_error(faults, FAULTS_NOWHERE, NULL, "%s",
			     faults_text(same, 0));
	*accepted = now != NULL && then != NULL && file != NULL;
	if (now != NULL && then != NULL)
		config_diff(now, then, add_change, changes);
	config_free(now);
	config_free(then);
	config_free(file);
	faults_free(same);
	return changes;
}

json_t *
upgrade_check(const struct ask *ask, char *why, size_t size)
{
	struct upgrade u = { .ask = ask, .why = why, .size = size };
	struct faults *faults = faults_create();
	json_t *hello = ask_all(ask, "hello", NULL, why, size);
	json_t *changes, *result = NULL;
	bool accepted;

	if (hello != NULL && faults != NULL) {
		changes = compare(&u, faults, &accepted);
		result = json_pack("{s:s, s:s, s:b, s:o, s:o}", "ixfabricd",
				   row_word(hello, "version"), "ixctl",
				   IXF_VERSION, "accepted", accepted, "faults",
				   command_faults(faults), "changes", changes);
	}
	faults_free(faults);
	json_decref(hello);
	return result;
}

void
upgrade_check_print(const json_t *result, FILE *out)
{
	const json_t *faults = row_get(result, "faults");
	const json_t *changes = row_get(result, "changes");

	for (size_t i = 0; i < json_array_size(faults); i++)
		fprintf(out, "%s\n",
			json_string_value(json_array_get(faults, i)));
	for (size_t i = 0; i < json_array_size(changes); i++) {
		const json_t *c = json_array_get(changes, i);

		fprintf(out, "%s: %s: %s -> %s (another default)\n",
			row_word(c, "section"), row_word(c, "key"),
			row_word(c, "old"), row_word(c, "new"));
	}
	fprintf(out, "ixfabricd %s runs; %s %s its configuration\n",
		row_word(result, "ixfabricd"), row_word(result, "ixctl"),
		row_is(result, "accepted") ? "accepts" : "does not accept");
}
