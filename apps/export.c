/* SPDX-License-Identifier: BSD-3-Clause */
/* ixctl export: a configuration, of a file or the running one, and what becomes of it. */
#include "apps/export.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apps/ask.h"
#include "apps/config_arg.h"
#include "apps/export_ixf.h"
#include "apps/export_macs.h"
#include "apps/fail.h"
#include "apps/options.h"
#include "apps/render.h"
#include "apps/row.h"
#include "fabric/api/command.h"

struct source {
	const struct options *o;
	const char *file; /* NULL: what runs */
	struct faults *faults;
	char why[512]; /* the daemon gave no answer */
	struct config *config;
};

/* The rows of config show, as the file that they come from. */
static char *
text_of(const json_t *rows, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);
	struct render *r = NULL;

	if (out != NULL)
		r = render_create(command_get(COMMAND_config_show), NULL, out);
	if (r != NULL) {
		render_part(r, rows);
		render_end(r);
	}
	if (out != NULL)
		fclose(out);
	return text;
}

static struct config *
read_running(struct source *s)
{
	json_t *rows = ask_all(&s->o->daemon, "config show", NULL, s->why,
			       sizeof(s->why));
	struct config *c = NULL;
	char *text = NULL;
	size_t size = 0;
	FILE *in;

	if (rows == NULL)
		return NULL;
	text = text_of(rows, &size);
	in = text != NULL && size > 0 ? fmemopen(text, size, "r") : NULL;
	if (in != NULL) {
		c = config_read_stream("the running configuration", in,
				       s->faults);
		fclose(in);
	}
	free(text);
	json_decref(rows);
	return c;
}

static void
read_config(struct source *s)
{
	struct config_texts texts = { 0 };

	if (s->file != NULL)
		s->config = config_arg_read(s->file, false, &texts, s->faults);
	else
		s->config = read_running(s);
	config_texts_free(&texts);
}

/* Rows of the daemon; NULL: of a file, or no answer. */
static json_t *
ask(struct source *s, const char *command)
{
	if (s->file != NULL || s->config == NULL)
		return NULL;
	return ask_all(&s->o->daemon, command, NULL, s->why, sizeof(s->why));
}

static bool
begin(struct source *s, const struct options *o, const json_t *args)
{
	*s = (struct source){ .o = o,
			      .file = row_text(args, "config"),
			      .faults = faults_create() };
	if (s->faults == NULL)
		return false;
	read_config(s);
	return true;
}

static int
end(struct source *s, int rc)
{
	config_free(s->config);
	faults_free(s->faults);
	return rc;
}

static int
refuse(struct source *s)
{
	json_t *details;
	int rc;

	if (s->why[0] != '\0')
		return end(s, fail(s->o, EXIT_UNREACHABLE, "unreachable",
				   s->why, NULL));
	details = command_faults(s->faults);
	rc = fail(s->o, EXIT_REJECTED, "config",
		  "nothing is exported of this configuration", details);
	json_decref(details);
	return end(s, rc);
}

/* Prints the object, and warnings, but those of the configuration. */
static int
print(struct source *s, json_t *root, const struct faults *faults)
{
	if (root == NULL || s->why[0] != '\0') {
		json_decref(root);
		return refuse(s);
	}
	if (faults != NULL)
		faults_print(faults, s->o->err);
	row_json(root, stdout);
	json_decref(root);
	return end(s, fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

int
export_command_ixf(const struct options *o, const json_t *args)
{
	struct source s;
	json_t *ports, *root = NULL;

	if (!begin(&s, o, args))
		return EXIT_FAILURE;
	ports = ask(&s, "port show");
	if (s.config != NULL && s.why[0] == '\0')
		root = export_ixf(s.config, ports, time(NULL), s.faults);
	json_decref(ports);
	return print(&s, root, NULL);
}

int
export_command_macs(const struct options *o, const json_t *args)
{
	bool learned = strcmp(row_word(args, "which"), "learned") == 0;
	struct faults *faults = faults_create();
	json_t *fdb = NULL, *root = NULL;
	struct source s;
	int rc;

	if (faults == NULL || !begin(&s, o, args)) {
		faults_free(faults);
		return EXIT_FAILURE;
	}
	if (learned && s.file != NULL) {
		faults_free(faults);
		return end(&s, fail(o, EXIT_USAGE, "usage",
				    "learned addresses are those of a "
				    "daemon: leave out --config",
				    NULL));
	}
	if (learned)
		fdb = ask(&s, "fdb show");
	if (s.config != NULL && s.why[0] == '\0')
		root = export_macs(s.config, fdb, faults);
	json_decref(fdb);
	rc = print(&s, root, faults);
	faults_free(faults);
	return rc;
}

int
export_command_ethers(const struct options *o, const json_t *args)
{
	struct source s;

	if (!begin(&s, o, args))
		return EXIT_FAILURE;
	if (s.config == NULL)
		return refuse(&s);
	export_ethers(s.config, stdout);
	return end(&s, fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}
