/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/index_file.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/runtime/event.h"
#include "fabric/runtime/runtime.h"
#include "lib/clock.h"
#include "lib/indexmap.h"
#include "lib/statefile.h"
#include "lib/statewriter.h"

#define NAME "ifindex.map"

#define PATH_SIZE 256
#define AGAIN     (60 * CLOCK_SECOND)

struct index_file {
	struct fabric *f;
	char path[PATH_SIZE];
	struct statewriter *writer; /* NULL until the first */
	int lock;     /* keeps other processes from the file; -1: not yet */
	uint64_t due; /* ns: not before, after a failure */
	bool failing; /* ... to write; it has been logged */
};

static void __attribute__((format(printf, 3, 4)))
log_file(const struct index_file *file, enum drop_level level, const char *fmt,
	 ...)
{
	char text[512];
	int n = snprintf(text, sizeof(text), "%s ", file->path);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text + n, sizeof(text) - (size_t)n, fmt, ap);
	va_end(ap);
	event_log(file->f, level, text);
}

/* Two daemons with one file would give different ports the same number. */
static int
lock(struct index_file *file)
{
	int rc = file->lock >= 0 ? 0 : statefile_prepare(file->path);

	if (rc != 0 || file->lock >= 0)
		return rc;
	file->lock = statefile_lock(file->path);
	return file->lock >= 0 ? 0 : file->lock;
}

/* A text was written (0), or could not be: logs only what has changed. */
static void
note_result(struct index_file *file, int rc)
{
	if (rc != 0 && !file->failing)
		log_file(file, DROP_WARNING,
			 "cannot be written, so ports without the key 'index' "
			 "may have another one after a restart: %s",
			 rc == -EBUSY ? "another process has it"
				      : strerror(-rc));
	else if (rc == 0 && file->failing)
		log_file(file, DROP_NOTICE, "is written again");
	file->failing = rc != 0;
	file->f->index_error = rc;
	if (rc == 0)
		return;
	file->f->indexes_unsaved = true;
	file->due = file->f->now + AGAIN;
}

static void
reject(const struct index_file *file, const char *why)
{
	int rc = statefile_keep(file->path);

	log_file(file, DROP_WARNING,
		 "is not used, so ports without the key 'index' get new ones: "
		 "%s; %s.unused has what was there%s%s",
		 why, NAME, rc != 0 ? ", but it cannot be made: " : "",
		 rc != 0 ? strerror(-rc) : "");
}

static void
load(struct index_file *file)
{
	const char *why = NULL;
	char *text;
	size_t size;
	int rc = lock(file);

	if (rc != 0)
		note_result(file, rc);
	if (rc == -EBUSY)
		return;
	rc = statefile_read(file->path, INDEXMAP_SIZE, &text, &size);
	if (rc == -ENOENT)
		return;
	if (rc != 0) {
		reject(file, rc == -EFBIG ? "it is too large to be one"
					  : strerror(-rc));
		return;
	}
	indexmap_free(file->f->indexes);
	file->f->indexes = indexmap_parse(text, size, &why);
	if (why != NULL)
		reject(file, why);
	free(text);
}

struct index_file *
index_file_create(struct fabric *f, const char *state)
{
	struct index_file *file = calloc(1, sizeof(*file));
	const char *slash = strrchr(state, '/');

	if (file == NULL)
		return NULL;
	file->f = f;
	file->lock = -1;
	snprintf(file->path, sizeof(file->path), "%.*s" NAME,
		 slash != NULL ? (int)(slash + 1 - state) : 0, state);
	load(file);
	return file;
}

void
index_file_free(struct index_file *file)
{
	if (file == NULL)
		return;
	statewriter_free(file->writer);
	if (file->lock >= 0)
		statefile_unlock(file->path, file->lock);
	free(file);
}

static int
begin(struct index_file *file)
{
	size_t size;
	char *text;
	int rc = lock(file);

	if (rc != 0)
		return rc;
	if (file->writer == NULL)
		file->writer = statewriter_create(file->path);
	if (file->writer == NULL)
		return -errno;
	text = indexmap_text(file->f->indexes, &size);
	if (text == NULL)
		return -ENOMEM;
	statewriter_give(file->writer, text, size);
	return 0;
}

bool
index_file_turn(struct index_file *file, bool last)
{
	int rc;

	if (file->writer != NULL && statewriter_ended(file->writer, &rc))
		note_result(file, rc);
	if (file->writer != NULL && statewriter_is_busy(file->writer))
		return true;
	if (!file->f->indexes_unsaved ||
	    (file->failing && (last || file->f->now < file->due)))
		return false;
	file->f->indexes_unsaved = false;
	rc = begin(file);
	if (rc != 0)
		note_result(file, rc);
	return rc == 0;
}
