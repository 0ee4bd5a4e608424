/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/config/config_texts.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/config/config_impl.h"
#include "lib/textfile.h"

void
config_texts_free(struct config_texts *t)
{
	for (unsigned int i = 0; i < t->n; i++) {
		free(t->text[i].pattern);
		free(t->text[i].name);
		free(t->text[i].text);
	}
	for (unsigned int i = 0; i < t->nglobs; i++)
		free(t->glob[i].pattern);
	free(t->glob);
	free(t->text);
	*t = (struct config_texts){ 0 };
}

static int
append(struct config_texts *t, const char *pattern, const char *name,
       char *text, size_t size)
{
	struct config_text *all = config_grow(t->text, t->n, sizeof(*all)), *x;

	if (all == NULL)
		return -ENOMEM;
	t->text = all;
	x = &all[t->n];
	*x = (struct config_text){ .name = strdup(name), .size = size };
	if (pattern != NULL)
		x->pattern = strdup(pattern);
	if (x->name == NULL || (pattern != NULL && x->pattern == NULL)) {
		free(x->name);
		free(x->pattern);
		return -ENOMEM;
	}
	x->text = text;
	t->n++;
	t->size += size;
	return 0;
}

int
config_texts_add(struct config_texts *t, const char *pattern, const char *name,
		 char *text, size_t size)
{
	bool fits = t->n < CONFIG_TEXTS_MAX &&
		    size <= CONFIG_TEXTS_SIZE_MAX - t->size;
	int rc = -EFBIG;

	if (text == NULL)
		return -ENOMEM;
	if (fits)
		rc = append(t, pattern, name, text, size);
	if (rc != 0)
		free(text);
	return rc;
}

void
config_texts_globbed(struct config_texts *t, const char *pattern, size_t n)
{
	struct config_glob *all = config_grow(t->glob, t->nglobs, sizeof(*all));

	if (all == NULL)
		return;
	t->glob = all;
	all[t->nglobs] = (struct config_glob){ strdup(pattern), n };
	t->nglobs += all[t->nglobs].pattern != NULL;
}

/* Before it is read: a change in between then counts as one. */
int
config_texts_load(struct config_texts *t, const char *pattern, const char *name,
		  char *why)
{
	struct stat st = { 0 };
	char *text;
	size_t size;
	int rc;

	(void)!stat(name, &st);
	rc = textfile_read(name, CONFIG_TEXTS_SIZE_MAX, &text, &size, why);
	if (rc != 0)
		return rc;
	rc = config_texts_add(t, pattern, name, text, size);
	if (rc == 0)
		t->text[t->n - 1].stat = st;
	else
		snprintf(why, TEXTFILE_WHY_SIZE,
			 rc == -EFBIG ? "is too much: all files of a "
					"configuration have at most %u MiB"
				      : "cannot be read: out of memory",
			 CONFIG_TEXTS_SIZE_MAX >> 20);
	return rc;
}

static bool
is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* Other files would be found; one that is only renamed is missed by its stat(). */
static bool
is_found_again(const struct config_glob *g)
{
	glob_t found;
	int rc = glob(g->pattern, GLOB_NOSORT, NULL, &found);
	size_t n = rc == 0 ? found.gl_pathc : 0;

	if (rc == 0)
		globfree(&found);
	return n == g->n;
}

bool
config_texts_changed(const struct config_texts *t)
{
	for (unsigned int i = 0; i < t->n; i++) {
		const struct stat *was = &t->text[i].stat;
		struct stat is;

		if (stat(t->text[i].name, &is) != 0 ||
		    is.st_dev != was->st_dev || is.st_ino != was->st_ino ||
		    is.st_size != was->st_size ||
		    !is_same_time(&is.st_mtim, &was->st_mtim) ||
		    !is_same_time(&is.st_ctim, &was->st_ctim))
			return true;
	}
	for (unsigned int i = 0; i < t->nglobs; i++)
		if (!is_found_again(&t->glob[i]))
			return true;
	return t->n == 0;
}
