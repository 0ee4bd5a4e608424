/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/learn_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fabric/runtime/event.h"
#include "fabric/runtime/learn_state.h"
#include "fabric/runtime/runtime.h"
#include "lib/plural.h"
#include "lib/statefile.h"
#include "lib/statewriter.h"

#define NAME "learned-macs"

#define PATH_SIZE 256

struct learn_file {
	struct fabric *f;
	struct statewriter *writer;
	bool busy;
};

/* In the directory of the state file; the key 'state' has 180 octets at most. */
static void
path_of(const struct fabric *f, char path[PATH_SIZE])
{
	const char *state = f->config->fabric.state;
	const char *slash = strrchr(state, '/');

	snprintf(path, PATH_SIZE, "%.*s" NAME,
		 slash != NULL ? (int)(slash + 1 - state) : 0, state);
}

static void __attribute__((format(printf, 3, 4)))
log_event(struct fabric *f, enum drop_level level, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	event_log(f, level, text);
}

static void
take(struct fabric *f, const char *path, char *text, size_t size, uint64_t wall)
{
	struct learn_state s;

	if (learn_state_take(f, text, size, wall, &s) != 0)
		log_event(f, DROP_WARNING, "%s is not used: %s", path, s.why);
	else if (s.unused > 0)
		log_event(f, DROP_NOTICE,
			  "%s, %" PRIu64 " s old: %u MAC address%s learned, %u "
			  "not: %s",
			  path, s.age, s.used, plural_es(s.used), s.unused,
			  s.why);
	else if (s.used > 0)
		log_event(f, DROP_NOTICE,
			  "%s, %" PRIu64 " s old: %u MAC address%s learned",
			  path, s.age, s.used, plural_es(s.used));
}

void
learn_file_load(struct fabric *f, uint64_t wall)
{
	char path[PATH_SIZE], *text;
	size_t size;
	int rc;

	path_of(f, path);
	rc = statefile_read(path, LEARN_STATE_SIZE, &text, &size);
	if (rc == -ENOENT)
		return;
	if (rc != 0)
		log_event(f, DROP_WARNING, "%s is not used: %s", path,
			  strerror(-rc));
	else
		take(f, path, text, size, wall);
	if (rc == 0)
		free(text);
	if (unlink(path) != 0)
		log_event(f, DROP_WARNING, "%s cannot be removed: %s", path,
			  strerror(errno));
}

static void
log_failure(struct fabric *f, int rc)
{
	char path[PATH_SIZE];

	path_of(f, path);
	log_event(f, DROP_WARNING,
		  "%s cannot be written, so the next start learns all MAC "
		  "addresses anew: %s",
		  path, strerror(-rc));
}

struct learn_file *
learn_file_begin(struct fabric *f, uint64_t wall)
{
	struct learn_file *file = calloc(1, sizeof(*file));
	char path[PATH_SIZE], *text;
	struct learn_state s;
	size_t size;

	if (file == NULL)
		return NULL;
	file->f = f;
	path_of(f, path);
	text = learn_state_text(f, wall, &size, &s);
	if (text != NULL && s.used == 0) { /* an older one would be wrong */
		unlink(path);
		free(text);
		return file;
	}
	file->writer = text != NULL ? statewriter_create(path) : NULL;
	if (file->writer == NULL) {
		log_failure(f, -ENOMEM);
		free(text);
		return file;
	}
	file->busy = true;
	statewriter_give(file->writer, text, size);
	return file;
}

bool
learn_file_writes(struct learn_file *file)
{
	int rc;

	if (file == NULL || !file->busy)
		return false;
	if (!statewriter_ended(file->writer, &rc))
		return true;
	file->busy = false;
	if (rc != 0)
		log_failure(file->f, rc);
	return false;
}

void
learn_file_end(struct learn_file *file)
{
	if (file == NULL)
		return;
	statewriter_free(file->writer);
	free(file);
}
