/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/import.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apps/config_arg.h"
#include "apps/fail.h"
#include "apps/ixpm.h"
#include "apps/options.h"
#include "apps/row.h"
#include "fabric/api/command.h"
#include "lib/plural.h"
#include "lib/statefile.h"
#include "lib/textfile.h"

#define DEFAULT_CONFIG "/etc/ixfabric/ixfabric.ini"
#define ANSWER_MAX     (64u << 20)
#define NAMES_MAX      20 /* in a message */

struct import {
	const struct options *o;
	const char *file, *output, *config; /* 'output' NULL: standard output */
	bool force;
	struct ixpm_sources s;
	json_t *answer, *members;
	char *local;
	struct config_texts texts;
	char *was; /* the text of the output file; NULL: it is not there */
	size_t was_size;
	char *text;
	size_t size, ports;
	struct ixpm_change change;
	struct faults *faults;
};

static void
error_at(struct import *im, const char *file, const char *why)
{
	faults_error(im->faults, (struct where){ .file = file }, NULL, "%s",
		     why);
}

/* Reads a file, or standard input if it is "-". */
static bool
read_file(struct import *im, const char *file, char **text, size_t *size)
{
	char why[TEXTFILE_WHY_SIZE];
	int rc = strcmp(file, "-") == 0
			 ? textfile_read_fd(STDIN_FILENO, ANSWER_MAX, text,
					    size, why)
			 : textfile_read(file, ANSWER_MAX, text, size, why);

	if (rc != 0)
		error_at(im, file, why);
	return rc == 0;
}

/* An error page is HTML, and the answer to a wrong key is empty. */
static json_t *
read_json(struct import *im, const char *file)
{
	char why[JSON_ERROR_TEXT_LENGTH + 128];
	json_error_t error;
	json_t *root = NULL;
	char *text;
	size_t size;

	if (!read_file(im, file, &text, &size))
		return NULL;
	if (size != strlen(text)) {
		error_at(im, file, "is not JSON: it has a NUL octet");
	} else if (strspn(text, " \t\r\n") == size) {
		error_at(im, file, "is empty");
	} else {
		root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
		snprintf(why, sizeof(why),
			 "is not JSON, line %d: %s (did the server answer "
			 "with an error page?)",
			 error.line, error.text);
		if (root == NULL)
			error_at(im, file, why);
	}
	free(text);
	return root;
}

static bool
is_output(const struct import *im, const struct config_text *t)
{
	struct stat st;

	return im->output != NULL && stat(im->output, &st) == 0 &&
	       st.st_dev == t->stat.st_dev && st.st_ino == t->stat.st_ino;
}

/* The LANs, whatever else is wrong: that is reported when all is checked. */
static void
read_lans(struct import *im)
{
	struct faults *scratch = faults_create();

	if (scratch == NULL)
		return;
	config_free(config_arg_read(im->config, false, &im->texts, scratch));
	/* It cannot be read at all. */
	if (im->texts.n == 0)
		config_free(config_arg_read(im->config, false, &im->texts,
					    im->faults));
	for (unsigned int i = 0; i < im->texts.n; i++) {
		const struct config_text *t = &im->texts.text[i];

		if (!is_output(im, t) &&
		    ixpm_lans(t->text, t->size, &im->s.lan, &im->s.nlans) != 0)
			error_at(im, im->config, "no memory");
	}
	if (im->s.nlans == 0 && faults_errors(im->faults) == 0)
		error_at(im, im->config,
			 "has no [lan NAME] with a 'vlan', the number that it "
			 "has in IXP Manager");
	faults_free(scratch);
}

static void
read_all(struct import *im)
{
	im->answer = read_json(im, im->file);
	im->s.file = im->file;
	im->s.answer = im->answer;
	if (im->s.members_file != NULL)
		im->members = read_json(im, im->s.members_file);
	im->s.members = im->members;
	if (im->s.local_file != NULL &&
	    read_file(im, im->s.local_file, &im->local, &im->s.local_size))
		im->s.local = im->local;
	read_lans(im);
	if (im->output == NULL)
		return;
	if (statefile_read(im->output, CONFIG_TEXTS_SIZE_MAX, &im->was,
			   &im->was_size) != -ENOENT &&
	    im->was == NULL)
		error_at(im, im->output, "cannot be read");
}

/* "a, b and 3 more" */
static void
list_names(const json_t *names, char *text, size_t size)
{
	size_t n = json_array_size(names), used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n && i < NAMES_MAX && used < size; i++)
		used += (size_t)snprintf(
			text + used, size - used, "%s%s", i > 0 ? ", " : "",
			json_string_value(json_array_get(names, i)));
	if (n > NAMES_MAX && used < size)
		snprintf(text + used, size - used, " and %zu more",
			 n - NAMES_MAX);
}

/* An answer that lacks many ports is more often wrong than right. */
static void
look_at_losses(struct import *im)
{
	char names[1024], why[1280];

	ixpm_compare(im->was != NULL ? im->was : "", im->was_size, im->text,
		     im->size, &im->change);
	if (im->force || !ixpm_is_suspicious(&im->change))
		return;
	list_names(im->change.gone, names, sizeof(names));
	snprintf(why, sizeof(why),
		 "%zu of the %zu ports in %s would go, more than a fifth: %s; "
		 "--force replaces it all the same",
		 json_array_size(im->change.gone), im->change.was, im->output,
		 names);
	error_at(im, im->file, why);
}

/* The configuration with the new text in the place of the old one; false: not included. */
static bool
check_whole(struct import *im)
{
	bool included = false;

	for (unsigned int i = 1; i < im->texts.n; i++) {
		struct config_text *t = &im->texts.text[i];

		if (!is_output(im, t))
			continue;
		free(t->text);
		t->text = strndup(im->text, im->size);
		t->size = im->size;
		included = t->text != NULL;
	}
	if (included && !im->texts.lost) {
		struct config *c =
			config_read_texts(&im->texts, true, im->faults);

		if (c != NULL)
			config_check_service(c, im->faults);
		config_free(c);
	}
	return included;
}

static bool
is_same(const struct import *im)
{
	return im->was != NULL && im->was_size == im->size &&
	       memcmp(im->was, im->text, im->size) == 0;
}

static void
write_output(struct import *im)
{
	int rc = statefile_replace(im->output, im->text, im->size);
	char why[128];

	if (rc == 0)
		return;
	snprintf(why, sizeof(why), "cannot be written: %s", strerror(-rc));
	error_at(im, im->output, why);
}

/* Whether the file, which is new, is one of the configuration now. */
static void
look_for_include(struct import *im)
{
	struct config_texts texts = { 0 };
	struct faults *scratch = faults_create();
	bool included = false;

	if (scratch == NULL)
		return;
	config_free(config_arg_read(im->config, false, &texts, scratch));
	for (unsigned int i = 1; i < texts.n; i++)
		included |= is_output(im, &texts.text[i]);
	if (!included)
		faults_warning(im->faults, (struct where){ .file = im->config },
			       NULL,
			       "does not include %s yet: add include = to "
			       "[fabric]",
			       im->output);
	config_texts_free(&texts);
	faults_free(scratch);
}

static void
make(struct import *im)
{
	read_all(im);
	if (faults_errors(im->faults) == 0)
		im->text =
			ixpm_ports(&im->s, &im->size, &im->ports, im->faults);
	if (im->text == NULL || im->output == NULL)
		return;
	look_at_losses(im);
	if (faults_errors(im->faults) == 0) {
		bool included = check_whole(im);

		if (faults_errors(im->faults) == 0 && !is_same(im))
			write_output(im);
		if (faults_errors(im->faults) == 0 && !included)
			look_for_include(im);
	}
}

static int
report(const struct import *im)
{
	const struct ixpm_change *c = &im->change;
	size_t added = json_array_size(c->added);
	char names[1024];

	if (im->o->json) {
		json_t *root = json_pack(
			"{s:s, s:I, s:b, s:O, s:O, s:o}", "file", im->output,
			"interfaces", (json_int_t)im->ports, "changed",
			!is_same(im), "added", c->added, "gone", c->gone,
			"faults", command_faults(im->faults));

		row_json(root, stdout);
		json_decref(root);
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	faults_print(im->faults, im->o->err);
	printf("%s: %zu interface%s, %s\n", im->output, im->ports,
	       plural(im->ports), is_same(im) ? "nothing new" : "written");
	if (added > 0) {
		list_names(c->added, names, sizeof(names));
		printf("new: %s\n", names);
	}
	if (json_array_size(c->gone) > 0) {
		list_names(c->gone, names, sizeof(names));
		printf("gone: %s\n", names);
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
finish(struct import *im)
{
	json_t *details;
	char message[300];
	int rc;

	if (faults_errors(im->faults) == 0 && im->output != NULL)
		return report(im);
	if (faults_errors(im->faults) == 0) {
		faults_print(im->faults, im->o->err);
		fwrite(im->text, 1, im->size, stdout);
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	details = command_faults(im->faults);
	snprintf(message, sizeof(message),
		 "%.256s: rejected, nothing was written", im->file);
	rc = fail(im->o, EXIT_REJECTED, "import", message, details);
	json_decref(details);
	return rc;
}

static const char *
text_or(const json_t *args, const char *key, const char *fallback)
{
	const char *text = row_text(args, key);

	return text != NULL ? text : fallback;
}

int
import_ixp_manager(const struct options *o, const json_t *args)
{
	struct import im = {
		.o = o,
		.file = row_text(args, "file"),
		.output = row_text(args, "output"),
		.config = text_or(args, "config", DEFAULT_CONFIG),
		.force = row_is(args, "force"),
		.s = { .members_file = row_text(args, "members"),
		       .local_file = row_text(args, "local"),
		       .partial = row_is(args, "partial") },
		.faults = faults_create(),
	};
	int rc;

	if (im.faults == NULL)
		return EXIT_FAILURE;
	if (im.output != NULL && strcmp(im.output, "-") == 0)
		im.output = NULL;
	make(&im);
	rc = finish(&im);
	ixpm_change_end(&im.change);
	config_texts_free(&im.texts);
	json_decref(im.answer);
	json_decref(im.members);
	free(im.s.lan);
	free(im.local);
	free(im.was);
	free(im.text);
	faults_free(im.faults);
	return rc;
}
