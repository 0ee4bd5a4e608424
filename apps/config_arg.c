/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/config_arg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/textfile.h"

#define STDIN_NAME "<stdin>"

/* The open file that the word names, or -1: it is the path of a file. */
static int
descriptor_of(const char *word)
{
	static const char *const dirs[] = { "/dev/fd/", "/proc/self/fd/" };

	if (strcmp(word, "-") == 0 || strcmp(word, "/dev/stdin") == 0)
		return STDIN_FILENO;
	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(dirs[i]);
		char *end;
		long fd;

		if (strncmp(word, dirs[i], n) != 0)
			continue;
		fd = strtol(word + n, &end, 10);
		if (word[n] != '\0' && *end == '\0' && fd >= 0 && fd < 65536)
			return (int)fd;
	}
	return -1;
}

/* The daemon and the log have another working directory. */
static char *
name_of(const char *word, bool absolute)
{
	bool relative = absolute && word[0] != '/';
	char *cwd = relative ? getcwd(NULL, 0) : NULL, *path = NULL;

	if (cwd == NULL || asprintf(&path, "%s/%s", cwd, word) < 0)
		path = strdup(word);
	free(cwd);
	return path;
}

static int
load_descriptor(struct config_texts *texts, int fd, const char *name, char *why)
{
	char *text;
	size_t size;
	int rc = textfile_read_fd(fd, CONFIG_TEXTS_SIZE_MAX, &text, &size, why);

	if (rc == 0)
		rc = config_texts_add(texts, NULL, name, text, size);
	if (rc == -ENOMEM)
		snprintf(why, TEXTFILE_WHY_SIZE, "cannot be read: %s",
			 strerror(ENOMEM));
	return rc;
}

static int
load(struct config_texts *texts, const char *word, bool absolute, char *why)
{
	int fd = descriptor_of(word), rc = -ENOMEM;
	char *name;

	if (fd >= 0)
		return load_descriptor(
			texts, fd, fd == STDIN_FILENO ? STDIN_NAME : word, why);
	name = name_of(word, absolute);
	if (name != NULL)
		rc = config_texts_load(texts, NULL, name, why);
	free(name);
	return rc;
}

struct config *
config_arg_read(const char *word, bool absolute, struct config_texts *texts,
		struct faults *faults)
{
	struct where at = { .file = word };
	char why[TEXTFILE_WHY_SIZE] = "no memory";

	if (load(texts, word, absolute, why) == 0)
		return config_read_texts(texts, false, faults);
	faults_error(faults, at, NULL, "%s", why);
	return NULL;
}

json_t *
config_arg_json(const struct config_texts *texts)
{
	json_t *files = json_array();

	for (unsigned int i = 0; i < texts->n; i++) {
		const struct config_text *t = &texts->text[i];
		json_t *file = json_pack("{s:s, s:o, s:s*}", "name", t->name,
					 "text", json_stringn(t->text, t->size),
					 "include", t->pattern);

		if (file == NULL || memchr(t->text, '\0', t->size) != NULL) {
			json_decref(file);
			json_decref(files);
			return NULL;
		}
		json_array_append_new(files, file);
	}
	return files;
}
