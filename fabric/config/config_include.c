/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/config/config_impl.h"

#include <glob.h>
#include <sys/stat.h>

#include "fabric/config/config_texts.h"
#include "lib/strtable.h"
#include "lib/textfile.h"

#define SECTION "fabric"

struct includer {
	struct config_texts *texts;
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

/* Whether the file was not visited before, as far as there was memory to note it. */
static bool
is_new(struct includer *in, const struct stat *st)
{
	char key[64];

	snprintf(key, sizeof(key), "%ju %ju", (uintmax_t)st->st_dev,
		 (uintmax_t)st->st_ino);
	return strtable_put(in->done, key, 0) != -EEXIST;
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

static void
visit_file(struct includer *in, const char *pattern, const char *file,
	   struct where at)
{
	char why[TEXTFILE_WHY_SIZE];
	struct stat st;

	if (stat(file, &st) != 0 && strchr(file, ',') != NULL)
		report(in, at, file,
		       "no such file; one file or pattern a line: repeat the "
		       "key");
	else if (stat(file, &st) == 0 && S_ISREG(st.st_mode) &&
		 !is_new(in, &st))
		report(in, at, file, "is already included");
	else if (config_texts_load(in->texts, pattern, file, why) != 0)
		report(in, at, file, why);
	else
		in->visit(in->arg, &in->texts->text[in->texts->n - 1]);
}

static bool
has_wildcard(const char *pattern)
{
	return strpbrk(pattern, "*?[") != NULL;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
matches_none(struct includer *in, const char *resolved, struct where at)
{
	faults_warning(in->faults, at, SECTION, "include = %s: matches no file",
		       resolved);
}

/* glob() would sort by the locale. */
static void
visit_pattern(struct includer *in, const char *pattern, const char *resolved,
	      struct where at)
{
	glob_t found;
	int rc = glob(resolved, GLOB_NOSORT, NULL, &found);

	config_texts_globbed(in->texts, resolved, rc == 0 ? found.gl_pathc : 0);
	if (rc == GLOB_NOMATCH) {
		matches_none(in, resolved, at);
		return;
	}
	if (rc != 0) {
		report(in, at, resolved, "cannot be searched");
		return;
	}
	qsort(found.gl_pathv, found.gl_pathc, sizeof(*found.gl_pathv), by_name);
	for (size_t i = 0; i < found.gl_pathc; i++)
		visit_file(in, pattern, found.gl_pathv[i], at);
	globfree(&found);
}

/* The texts that an 'include' has, where all are there. */
static void
visit_given(struct includer *in, const char *pattern, const char *resolved,
	    struct where at)
{
	bool any = false;

	for (unsigned int i = 1; i < in->texts->n; i++) {
		const struct config_text *t = &in->texts->text[i];

		if (t->pattern == NULL || strcmp(t->pattern, pattern) != 0)
			continue;
		any = true;
		in->visit(in->arg, t);
	}
	if (!any && has_wildcard(pattern))
		matches_none(in, resolved, at);
	else if (!any)
		report(in, at, resolved, "its text is missing");
}

static void
visit_one(struct includer *in, const char *pattern, bool complete,
	  struct where at)
{
	char *resolved = path_of(in->texts->text[0].name, pattern);

	if (resolved == NULL)
		report(in, at, pattern, strerror(ENOMEM));
	else if (complete)
		visit_given(in, pattern, resolved, at);
	else if (has_wildcard(pattern))
		visit_pattern(in, pattern, resolved, at);
	else
		visit_file(in, pattern, resolved, at);
	free(resolved);
}

bool
config_include(struct config_texts *texts, bool complete,
	       const struct config_files *patterns, config_include_visit *visit,
	       void *arg, struct faults *faults)
{
	struct includer in = { texts, visit, arg, faults, NULL, true };
	struct stat st;

	if (patterns->n == 0)
		return true;
	in.done = strtable_create();
	if (in.done == NULL) {
		faults_error(faults, patterns->at[0], SECTION, "include: %s",
			     strerror(ENOMEM));
		return false;
	}
	if (!complete && stat(texts->text[0].name, &st) == 0)
		is_new(&in, &st);
	for (unsigned int i = 0; i < patterns->n; i++)
		visit_one(&in, patterns->value[i], complete, patterns->at[i]);
	strtable_free(in.done);
	return in.ok;
}
