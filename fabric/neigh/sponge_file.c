/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/neigh/sponge_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/neigh/sponge_state.h"
#include "fabric/neigh/sponge_state_take.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/runtime.h"
#include "lib/clock.h"
#include "lib/plural.h"
#include "lib/statefile.h"
#include "lib/statewriter.h"

#define PERIOD (60 * CLOCK_SECOND)
/* After an order of an operator: a second, since more orders may follow. */
#define SOON CLOCK_SECOND

struct sponge_file {
	struct fabric *f;
	char *path;
	uint64_t due;               /* ns: of the next text */
	struct sponge_text *making; /* the one under way, or NULL */
	struct statewriter *writer; /* NULL until the first */
	bool last;                  /* no further text follows */
	bool failing;               /* ... to write; it has been logged */
	int lock; /* keeps other processes from the file; -1: not yet */
};

static void __attribute__((format(printf, 3, 4)))
log_file(const struct sponge_file *s, enum drop_level level, const char *fmt,
	 ...)
{
	char text[512], *end;
	va_list ap;

	if (s->f->event == NULL)
		return;
	end = text + snprintf(text, sizeof(text), "state file %s: ", s->path);
	va_start(ap, fmt);
	vsnprintf(end, (size_t)(text + sizeof(text) - end), fmt, ap);
	va_end(ap);
	event_log(s->f, level, text);
}

struct sponge_file *
sponge_file_create(struct fabric *f)
{
	struct sponge_file *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->f = f;
	s->due = f->now + PERIOD;
	s->lock = -1;
	s->path = strdup(f->config->fabric.state);
	if (s->path != NULL)
		return s;
	free(s);
	return NULL;
}

void
sponge_file_free(struct sponge_file *s)
{
	if (s == NULL)
		return;
	statewriter_free(s->writer);
	if (s->making != NULL)
		sponge_state_end(s->making, NULL);
	if (s->lock >= 0)
		statefile_unlock(s->path, s->lock);
	free(s->path);
	free(s);
}

/*
 * A text was written (0), or could not be: logs only what has changed, and that the
 * last one is lost.
 */
static void
log_result(struct sponge_file *s, int rc)
{
	if (rc != 0 && (!s->failing || s->last))
		log_file(s, DROP_WARNING,
			 "%s, so a restart will forget what the sponges know: "
			 "%s",
			 s->last ? "could not be written at the end"
				 : "cannot be written",
			 rc == -EBUSY ? "another process has it"
				      : strerror(-rc));
	else if (rc == 0 && s->failing)
		log_file(s, DROP_NOTICE, "is written again");
	s->failing = rc != 0;
	s->f->state_error = rc;
}

/* Two daemons with one file would undo each other's. */
static int
lock(struct sponge_file *s)
{
	int rc = 0;

	if (s->lock >= 0)
		return 0;
	rc = statefile_prepare(s->path);
	if (rc != 0)
		return rc;
	s->lock = statefile_lock(s->path);
	return s->lock >= 0 ? 0 : s->lock;
}

/* The next write would end what could not be used: it is kept beside. */
static void
keep(const struct sponge_file *s)
{
	int rc = statefile_keep(s->path);

	if (rc == 0)
		log_file(s, DROP_NOTICE, "kept as %s.unused", s->path);
	else
		log_file(s, DROP_WARNING, "cannot be kept as %s.unused: %s",
			 s->path, strerror(-rc));
}

static void
take(struct sponge_file *s, const char *text, size_t size, uint64_t wall)
{
	struct sponge_taken t;

	if (sponge_state_take(s->f, text, size, wall, &t) != 0) {
		log_file(s, DROP_WARNING, "not used: %s", t.why);
		keep(s);
		return;
	}
	if (t.stale)
		log_file(s, DROP_WARNING,
			 "only its static addresses are used (%u, and %u "
			 "cannot be): %s",
			 t.fixed, t.unused, t.why);
	else
		log_file(s, DROP_NOTICE,
			 "%" PRIu64 " s old: %u address%s static, %u dead, "
			 "%u alive; %u no longer dead",
			 t.age, t.fixed, plural_es(t.fixed), t.dead, t.alive,
			 t.cleared);
	if (t.unused != 0 && !t.stale)
		log_file(s, DROP_WARNING, "addresses not used: %u; %s",
			 t.unused, t.why);
	if (t.stale || t.unused != 0)
		keep(s);
}

void
sponge_file_load(struct sponge_file *s, uint64_t wall)
{
	char *text;
	size_t size;
	int rc;

	if (!sponge_state_is_wanted(s->f))
		return;
	/* So that a fault is logged at the start, not after a minute. */
	rc = lock(s);
	if (rc != 0)
		log_result(s, rc);
	if (rc == -EBUSY)
		return;
	rc = statefile_read(s->path, sponge_state_max(s->f), &text, &size);
	if (rc == 0) {
		take(s, text, size, wall);
		free(text);
	} else if (rc != -ENOENT) {
		log_file(s, DROP_WARNING, "not used: %s",
			 rc == -EFBIG ? "it is too large to be one"
				      : strerror(-rc));
		if (rc != -EINVAL) /* it is a file */
			keep(s);
	}
}

/* One text is written at a time: the disk may be slow. */
static bool
is_writing(struct sponge_file *s)
{
	int rc;

	if (s->writer == NULL)
		return false;
	if (statewriter_ended(s->writer, &rc))
		log_result(s, rc);
	return statewriter_is_busy(s->writer);
}

static void
begin(struct sponge_file *s, uint64_t wall)
{
	int rc;

	s->due = s->last ? UINT64_MAX : s->f->now + PERIOD;
	if (!sponge_state_is_wanted(s->f)) {
		s->f->state_error = 0;
		return;
	}
	rc = lock(s);
	if (rc != 0) {
		log_result(s, rc);
		return;
	}
	s->making = sponge_state_begin(s->f, wall);
	if (s->making == NULL)
		log_result(s, -ENOMEM);
}

static void
write_text(struct sponge_file *s)
{
	size_t size;
	char *text = sponge_state_end(s->making, &size);

	s->making = NULL;
	if (s->writer == NULL)
		s->writer = statewriter_create(s->path);
	if (text != NULL && s->writer != NULL) {
		statewriter_give(s->writer, text, size);
		return;
	}
	free(text);
	log_result(s, -ENOMEM);
}

static void
go_on(struct sponge_file *s)
{
	int rc = sponge_state_part(s->making);

	if (rc == 0) {
		write_text(s);
	} else if (rc < 0) {
		sponge_state_end(s->making, NULL);
		s->making = NULL;
		s->due = s->f->now;
	}
}

bool
sponge_file_turn(struct sponge_file *s, uint64_t wall)
{
	if (s->f->sponge_unsaved && s->due > s->f->now + SOON && !s->last)
		s->due = s->f->now + SOON;
	s->f->sponge_unsaved = false;
	if (is_writing(s))
		return true;
	if (s->making == NULL && s->f->now >= s->due)
		begin(s, wall);
	else if (s->making != NULL)
		go_on(s);
	return s->making != NULL || s->f->now >= s->due ||
	       (s->writer != NULL && statewriter_is_busy(s->writer));
}

void
sponge_file_finish(struct sponge_file *s)
{
	if (s->making != NULL)
		sponge_state_end(s->making, NULL);
	s->making = NULL;
	s->due = 0;
	s->last = true;
}
