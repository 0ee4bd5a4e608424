/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The next configuration as files: a first one that includes the second half.  Read
 * so it is the same; and a file that cannot be read, or for which there is no
 * memory, is an error that names it, and changes nothing.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fabric/api/answers.h"
#include "tests/model/draft.h"
#include "tests/model/fault.h"
#include "tests/model/model.h"
#include "tests/model/pick.h"
#include "tests/model/world.h"
#include "tests/pipe/request.h"

#define TOO_LARGE (9 << 20)
#define SWEEP     12 /* allocations that fail, at most */
#define PATIENCE  60 /* s: it would wait for ever */

enum broken {
	MISSING,
	PIPE,
	FOLDER,
	LOOP, /* of symbolic links */
	LARGE,
	ITSELF, /* includes what includes it */
	CUT,    /* written half */
	KINDS
};

static char folder[] = "/tmp/ixfabric-model-XXXXXX", first[64], second[64];

static void
remove_files(void)
{
	unlink(first);
	unlink(second);
	rmdir(folder);
}

static void
make_folder(void)
{
	if (first[0] != '\0')
		return;
	MODEL_MUST(mkdtemp(folder) != NULL);
	snprintf(first, sizeof(first), "%s/first.ini", folder);
	snprintf(second, sizeof(second), "%s/second.ini", folder);
	atexit(remove_files);
}

/* [fabric], with the include, and the sections before 'middle'; and the others. */
static void
write_files(const struct draft *d, unsigned int middle)
{
	FILE *out = fopen(first, "w");

	MODEL_MUST(out != NULL);
	draft_print(d, 0, 1, out);
	fprintf(out, "include = %s\n", second);
	draft_print(d, 1, middle, out);
	fclose(out);
	unlink(second);
	rmdir(second);
	out = fopen(second, "w");
	MODEL_MUST(out != NULL);
	draft_print(d, middle, d->n, out);
	fclose(out);
}

static void
print_change(void *arg, const char *section, const char *key,
	     const char *old_value, const char *new_value, bool restart)
{
	(void)arg, (void)restart;
	fprintf(stderr, "[%s] %s: %s, should be %s\n", section,
		key != NULL ? key : "", old_value != NULL ? old_value : "none",
		new_value != NULL ? new_value : "none");
}

static void
must_be_same(const struct config *a, const struct config *b, const char *what)
{
	if (config_diff(a, b, print_change, NULL) != 0)
		model_fail("%s is another configuration than the text", what);
}

static bool
names(const struct faults *faults, const char *file)
{
	for (unsigned int i = 0; faults_text(faults, i) != NULL; i++)
		if (strstr(faults_text(faults, i), file) != NULL)
			return true;
	return false;
}

/* Returns whether it could be read; then it is 'expected'. */
static bool
read_short_of_memory(const struct fault_plan *plan,
		     const struct config *expected)
{
	struct faults *faults = faults_create();
	struct config *c;
	bool met;

	fault_begin(plan);
	c = config_read(first, faults);
	met = fault_end();
	if (c == NULL && faults_errors(faults) == 0)
		model_fail("files that cannot be read have no error");
	if (c == NULL && !met)
		model_fail("files of a text that is valid: %s",
			   faults_first_error(faults));
	if (c != NULL)
		must_be_same(c, expected, "what was read short of memory");
	config_free(c);
	faults_free(faults);
	return !met;
}

static void
sweep_memory(const struct config *expected)
{
	struct fault_plan plan = { .kind = FAULT_MEMORY, .first = 1 };
	unsigned int stride = 1 + pick(200);

	plan.onward = one_in(3);
	for (unsigned int i = 0; i < SWEEP; i++) {
		if (read_short_of_memory(&plan, expected))
			return;
		plan.first += stride;
	}
}

static void
cut_second(void)
{
	struct stat st;

	MODEL_MUST(stat(second, &st) == 0);
	if (st.st_size > 0)
		MODEL_MUST(truncate(second,
				    (off_t)pick((unsigned)st.st_size)) == 0);
}

static void
break_second(enum broken kind)
{
	FILE *out;

	if (kind == CUT) {
		cut_second();
		return;
	}
	if (kind == ITSELF) {
		out = fopen(second, "a");
		MODEL_MUST(out != NULL);
		fprintf(out, "[fabric]\ninclude = %s\n", first);
		fclose(out);
		return;
	}
	unlink(second);
	if (kind == PIPE)
		MODEL_MUST(mkfifo(second, 0600) == 0);
	if (kind == FOLDER)
		MODEL_MUST(mkdir(second, 0700) == 0);
	if (kind == LOOP)
		MODEL_MUST(symlink(second, second) == 0);
	if (kind == LARGE) {
		int fd = open(second, O_CREAT | O_WRONLY, 0600);

		MODEL_MUST(fd >= 0 && ftruncate(fd, TOO_LARGE) == 0);
		close(fd);
	}
}

/* A file that is written half may be valid by chance: it is not applied then. */
static bool
is_valid_by_chance(void)
{
	struct faults *faults = faults_create();
	struct config *c = config_read(first, faults);

	config_free(c);
	faults_free(faults);
	return c != NULL;
}

static void
must_be_refused(struct world *w, enum broken kind)
{
	struct answers *a = answers_create(w->f, first);
	struct faults *faults = faults_create();
	char *before = dump_all(w), *after;

	if (request_reload(a, &faults) == 0)
		model_fail("files are applied, one of which is broken (%d)",
			   kind);
	if (!names(faults, folder))
		model_fail("no error names the file that is broken (%d): %s",
			   kind, faults_first_error(faults));
	after = dump_all(w);
	dump_compare("files that cannot be read have changed something", before,
		     after);
	free(before);
	free(after);
	faults_free(faults);
	answers_free(a);
}

void
files_try(struct world *w, const struct draft *d, const struct config *expected)
{
	struct fault_plan none = { .kind = FAULT_NONE };
	enum broken kind = pick(KINDS);

	make_folder();
	write_files(d, 1 + pick(d->n));
	alarm(PATIENCE);
	MODEL_MUST(read_short_of_memory(&none, expected));
	sweep_memory(expected);
	break_second(kind);
	if (kind != CUT || !is_valid_by_chance())
		must_be_refused(w, kind);
	alarm(0);
}
