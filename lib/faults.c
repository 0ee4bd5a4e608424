/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/faults.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/plural.h"

struct fault {
	char *file; /* NULL: nowhere */
	unsigned int line;
	bool is_error;
	char *text;
};

struct faults {
	unsigned int nerrors; /* kept or not */
	unsigned int nwarnings;
	unsigned int n;
	struct fault fault[FAULTS_MAX]; /* in the order of files and lines */
};

struct faults *
faults_create(void)
{
	return calloc(1, sizeof(struct faults));
}

static void
clear(struct fault *f)
{
	free(f->file);
	free(f->text);
}

void
faults_free(struct faults *fs)
{
	if (fs == NULL)
		return;
	for (unsigned int i = 0; i < fs->n; i++)
		clear(&fs->fault[i]);
	free(fs);
}

static int
compare(const struct fault *a, const struct fault *b)
{
	int order = strcmp(a->file == NULL ? "" : a->file,
			   b->file == NULL ? "" : b->file);

	if (order != 0)
		return order;
	return (a->line > b->line) - (a->line < b->line);
}

static void
remove_at(struct faults *fs, unsigned int i)
{
	clear(&fs->fault[i]);
	memmove(&fs->fault[i], &fs->fault[i + 1],
		(fs->n - i - 1) * sizeof(fs->fault[0]));
	fs->n--;
}

/*
 * An error is more important than a warning, so it replaces the last warning.
 */
static bool
make_room(struct faults *fs, bool for_error)
{
	if (fs->n < FAULTS_MAX)
		return true;
	for (unsigned int i = fs->n; for_error && i-- > 0;)
		if (!fs->fault[i].is_error) {
			remove_at(fs, i);
			return true;
		}
	return false;
}

/* Takes ownership of 'f', and puts it after those of the same line. */
static void
insert(struct faults *fs, struct fault f)
{
	unsigned int i = fs->n;

	while (i > 0 && compare(&fs->fault[i - 1], &f) > 0)
		i--;
	memmove(&fs->fault[i + 1], &fs->fault[i],
		(fs->n - i) * sizeof(fs->fault[0]));
	fs->fault[i] = f;
	fs->n++;
}

static bool
is_known(const struct faults *fs, const char *text)
{
	for (unsigned int i = 0; i < fs->n; i++)
		if (strcmp(fs->fault[i].text, text) == 0)
			return true;
	return false;
}

static char *
compose(struct where at, bool is_error, const char *section, const char *fmt,
	va_list ap)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	if (at.file != NULL && at.line != 0)
		fprintf(out, "%s:%u: ", at.file, at.line);
	else if (at.file != NULL)
		fprintf(out, "%s: ", at.file);
	fputs(is_error ? "error: " : "warning: ", out);
	if (section != NULL)
		fprintf(out, "[%s]: ", section);
	vfprintf(out, fmt, ap);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

/*
 * A fault that cannot be kept, without room or memory, is still counted: a
 * wrong file must never pass as a correct one.
 */
static void
add(struct faults *fs, struct where at, bool is_error, const char *section,
    const char *fmt, va_list ap)
{
	struct fault f = { .line = at.line, .is_error = is_error };

	f.text = compose(at, is_error, section, fmt, ap);
	if (f.text != NULL && is_known(fs, f.text)) {
		clear(&f);
		return;
	}
	if (is_error)
		fs->nerrors++;
	else
		fs->nwarnings++;
	if (at.file != NULL)
		f.file = strdup(at.file);
	if (f.text == NULL || !make_room(fs, is_error))
		clear(&f);
	else
		insert(fs, f);
}

void
faults_error(struct faults *fs, struct where at, const char *section,
	     const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(fs, at, true, section, fmt, ap);
	va_end(ap);
}

void
faults_warning(struct faults *fs, struct where at, const char *section,
	       const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(fs, at, false, section, fmt, ap);
	va_end(ap);
}

unsigned int
faults_errors(const struct faults *fs)
{
	return fs->nerrors;
}

unsigned int
faults_warnings(const struct faults *fs)
{
	return fs->nwarnings;
}

const char *
faults_text(const struct faults *fs, unsigned int i)
{
	return i < fs->n ? fs->fault[i].text : NULL;
}

static void
print_count(FILE *out, unsigned int n, const char *what)
{
	fprintf(out, "%u %s%s", n, what, plural(n));
}

const char *
faults_first_error(const struct faults *fs)
{
	for (unsigned int i = 0; i < fs->n; i++)
		if (fs->fault[i].is_error)
			return fs->fault[i].text;
	return NULL;
}

void
faults_print(const struct faults *fs, FILE *out)
{
	for (unsigned int i = 0; i < fs->n; i++)
		fprintf(out, "%s\n", fs->fault[i].text);
	if (fs->nerrors + fs->nwarnings == 0)
		return;
	print_count(out, fs->nerrors, "error");
	fputs(", ", out);
	print_count(out, fs->nwarnings, "warning");
	if (fs->nerrors + fs->nwarnings > fs->n)
		fprintf(out, " (%u of them shown)", fs->n);
	fputc('\n', out);
}
