/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/config/config_impl.h"

#include <glob.h>
#include <sys/stat.h>

#include "lib/strtable.h"

#define SECTION "fabric"

struct includer {
	const char *path;
	config_include_visit *visit;
	void *arg;
	struct faults *faults;
	struct strtable *done; /* "device inode" of the files read */
	bool ok;
};

static void
report(struct includer *in, struct where at, const char *file, const char *why)
{
	faults_error(in->faults, at, SECTION, "include = %s: %s", file, why);
	in->ok = false;
}

/* Whether the file was not visited before. */
static bool
is_new(struct includer *in, const struct stat *st)
{
	char key[64];

	snprintf(key, sizeof(key), "%ju %ju", (uintmax_t)st->st_dev,
		 (uintmax_t)st->st_ino);
	return strtable_put(in->done, key, 0) == 0;
}

/* 'pattern' relative to the folder of 'path'; the caller frees it. */
static char *
path_of(const char *path, const char *pattern)
{
	const char *slash = strrchr(path, '/');
	char *resolved;

	if (*pattern == '/' || slash == NULL)
		return strdup(pattern);
	if (asprintf(&resolved, "%.*s%s", (int)(slash + 1 - path), path,
		     pattern) < 0)
		return NULL;
	return resolved;
}

/* The type is checked first, since opening a pipe or a terminal could block. */
static void
visit_file(struct includer *in, const char *file, struct where at)
{
	struct stat st;
	FILE *stream;

	if (stat(file, &st) != 0 && strchr(file, ',') != NULL) {
		report(in, at, file,
		       "no such file; one file or pattern a line: repeat the "
		       "key");
	} else if (stat(file, &st) != 0) {
		report(in, at, file, strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		report(in, at, file, "is not a regular file");
	} else if (!is_new(in, &st)) {
		report(in, at, file, "is already included");
	} else if ((stream = fopen(file, "re")) == NULL) {
		report(in, at, file, strerror(errno));
	} else {
		in->visit(in->arg, file, stream);
		fclose(stream);
	}
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* glob() would sort by the locale. */
static void
visit_pattern(struct includer *in, const char *pattern, struct where at)
{
	glob_t found;
	int rc = glob(pattern, GLOB_NOSORT, NULL, &found);

	if (rc == GLOB_NOMATCH) {
		faults_warning(in->faults, at, SECTION,
			       "include = %s: matches no file", pattern);
		return;
	}
	if (rc != 0) {
		report(in, at, pattern, "cannot be searched");
		return;
	}
	qsort(found.gl_pathv, found.gl_pathc, sizeof(*found.gl_pathv), by_name);
	for (size_t i = 0; i < found.gl_pathc; i++)
		visit_file(in, found.gl_pathv[i], at);
	globfree(&found);
}

static void
visit_one(struct includer *in, const char *pattern, struct where at)
{
	char *resolved = path_of(in->path, pattern);

	if (resolved == NULL)
		report(in, at, pattern, strerror(ENOMEM));
	else if (strpbrk(pattern, "*?[") != NULL)
		visit_pattern(in, resolved, at);
	else
		visit_file(in, resolved, at);
	free(resolved);
}

bool
config_include(const char *path, const struct config_files *patterns,
	       config_include_visit *visit, void *arg, struct faults *faults)
{
	struct includer in = { path, visit, arg, faults, NULL, true };
	struct stat st;

	if (patterns->n == 0)
		return true;
	in.done = strtable_create();
	if (in.done == NULL)
		return false;
	if (stat(path, &st) == 0)
		is_new(&in, &st);
	for (unsigned int i = 0; i < patterns->n; i++)
		visit_one(&in, patterns->value[i], patterns->at[i]);
	strtable_free(in.done);
	return in.ok;
}
