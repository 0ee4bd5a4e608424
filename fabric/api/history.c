/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/history.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/statefile.h"

#define SUFFIX ".generation"
#define LISTED 4096 /* files that are looked at */
#define GONE   64   /* files to remove */
#define WHY    160
#define ROWS   (HISTORY_MAX + 4)

struct row {
	struct generation *g;
	size_t size; /* octets of its file; 0: not known yet */
	bool dirty;  /* the file is not as 'g' is */
};

/* What the thread does; it belongs to control while 'busy' is not set. */
struct work {
	uint64_t number; /* 0: nothing is written */
	char *text;
	size_t size;
	uint64_t gone[GONE];
	unsigned int ngone;
	int rc;
};

struct history {
	char *dir;     /* NULL: in memory only; never changes */
	int lock;      /* -1: not taken; of the thread while 'busy' */
	bool unusable; /* nothing is written */
	struct row row[ROWS];
	unsigned int n;
	uint64_t gone[GONE]; /* numbers of files to remove */
	unsigned int ngone;
	uint64_t due; /* ns: no attempt without a cause before */
	bool caused;  /* something is new */
	int error;    /* of the last write */
	char problem[WHY];
	bool changed; /* 'problem' */

	bool busy; /* the thread is there */
	pthread_t thread;
	struct work work;
	/* The thread writes, control reads; release/acquire: 'work' is control's. */
	atomic_bool done;
};

_Static_assert(ATOMIC_BOOL_LOCK_FREE == 2, "'done' is read and written whole");

static bool
path_of(const char *dir, uint64_t number, char path[PATH_MAX])
{
	return snprintf(path, PATH_MAX, "%s/%" PRIu64 SUFFIX, dir, number) <
	       PATH_MAX;
}

static void
set_problem(struct history *h, const char *what, int rc)
{
	char text[WHY] = "";

	if (rc != 0)
		snprintf(text, sizeof(text), "%s: %s", what,
			 rc == -EBUSY ? "another process has it"
				      : strerror(-rc));
	h->changed |= strcmp(h->problem, text) != 0;
	strcpy(h->problem, text);
}

/* Reading. */

static struct generation *
read_file(const char *dir, uint64_t number, size_t *size,
	  char why[GENERATION_WHY_SIZE])
{
	char path[PATH_MAX], *text;
	struct generation *g;
	int rc = path_of(dir, number, path) ? 0 : -ENAMETOOLONG;

	if (rc == 0)
		rc = statefile_read(path, GENERATION_SIZE_MAX, &text, size);
	if (rc != 0) {
		snprintf(why, GENERATION_WHY_SIZE, "%s", strerror(-rc));
		return NULL;
	}
	g = generation_decode(text, *size, number, why);
	free(text);
	return g;
}

int
history_read(const char *dir, uint64_t number, struct config_texts *texts,
	     char why[GENERATION_WHY_SIZE])
{
	size_t size;
	struct generation *g = read_file(dir, number, &size, why);

	if (g == NULL)
		return -EINVAL;
	*texts = g->texts;
	g->texts = (struct config_texts){ 0 };
	generation_free(g);
	return 0;
}

const char *
history_directory(const struct history *h)
{
	return h->dir;
}

static int
by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? 1 : *x > *y ? -1 : 0;
}

/* "18.generation"; and one that was being written: "18.generation.new" */
static bool
is_name(const char *name, const char *suffix, uint64_t *number)
{
	char *end;

	if (name[0] < '1' || name[0] > '9')
		return false;
	errno = 0;
	*number = strtoull(name, &end, 10);
	return errno == 0 && *number < UINT64_MAX / 2 &&
	       strcmp(end, suffix) == 0;
}

/* The numbers of the files in the directory: how many, or -errno. */
static int
list(const char *dir, uint64_t number[LISTED])
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	uint64_t half;
	int n = 0;

	if (d == NULL)
		return -errno;
	while ((e = readdir(d)) != NULL) {
		if (is_name(e->d_name, SUFFIX ".new", &half))
			(void)unlinkat(dirfd(d), e->d_name, 0);
		else if (n < LISTED && is_name(e->d_name, SUFFIX, &number[n]))
			n++;
	}
	closedir(d);
	qsort(number, (size_t)n, sizeof(*number), by_number);
	return n;
}

static void
forget_file(struct history *h, uint64_t number)
{
	if (h->ngone < GONE)
		h->gone[h->ngone++] = number;
	h->caused = true;
}

/* What is no generation is kept once more, for people, and out of the way. */
static void
put_aside(const struct history *h, uint64_t number, const char *why,
	  struct faults *faults)
{
	char path[PATH_MAX], kept[PATH_MAX];

	faults_warning(faults, FAULTS_NOWHERE, NULL,
		       "history %s: generation %" PRIu64
		       " is not used: %s; its file is now called 'unused'",
		       h->dir, number, why);
	if (path_of(h->dir, number, path) &&
	    snprintf(kept, sizeof(kept), "%s/unused", h->dir) < PATH_MAX)
		(void)!rename(path, kept);
}

/* The newest first, as far as there is room. */
static void
load(struct history *h, const uint64_t *number, int n, struct faults *faults)
{
	char why[GENERATION_WHY_SIZE];
	size_t total = 0, size;
	unsigned int got = 0;

	for (int i = 0; i < n; i++) {
		struct generation *g = NULL;

		if (got < HISTORY_MAX && total <= HISTORY_OCTETS)
			g = read_file(h->dir, number[i], &size, why);
		else
			forget_file(h, number[i]);
		if (g != NULL) {
			total += size;
			config_texts_free(&g->texts);
			h->row[ROWS - ++got] = (struct row){ g, size, false };
		} else if (got < HISTORY_MAX && total <= HISTORY_OCTETS) {
			put_aside(h, number[i], why, faults);
		}
	}
	h->n = got;
	memmove(h->row, &h->row[ROWS - got], got * sizeof(h->row[0]));
}

static int
make_directory(const char *dir)
{
	char parent[PATH_MAX], *slash;

	snprintf(parent, sizeof(parent), "%s", dir);
	slash = strrchr(parent, '/');
	if (slash != NULL && slash != parent) {
		*slash = '\0';
		if (mkdir(parent, 0750) != 0 && errno != EEXIST)
			return -errno;
	}
	return mkdir(dir, 0750) == 0 || errno == EEXIST ? 0 : -errno;
}

static int
lock(struct history *h)
{
	char path[PATH_MAX];
	int rc = make_directory(h->dir);

	if (rc == 0 &&
	    snprintf(path, sizeof(path), "%s/history", h->dir) >= PATH_MAX)
		rc = -ENAMETOOLONG;
	if (rc == 0)
		rc = statefile_lock(path);
	if (rc >= 0)
		h->lock = rc;
	return rc < 0 ? rc : 0;
}

/*
 * On a disk that is read-only there may still be a history.  One that another process
 * has is not ours to read.
 */
static void
open_directory(struct history *h, struct faults *faults)
{
	static uint64_t number[LISTED];
	int rc = lock(h), n = rc == -EBUSY ? rc : list(h->dir, number);
	bool hidden = n < 0 && n != -ENOENT && n != -ENOTDIR;

	if (rc != 0)
		set_problem(h, "cannot be written", rc);
	if (hidden && n != rc)
		set_problem(h, "cannot be read", n);
	/* Numbers that are not known must not be used again. */
	h->unusable = hidden;
	if (n > 0)
		load(h, number, n, faults);
	h->error = rc;
	if (h->problem[0] != '\0')
		faults_warning(faults, FAULTS_NOWHERE, NULL, "history %s %s",
			       h->dir, h->problem);
	h->changed = false;
}

struct history *
history_open(const char *dir, struct faults *faults)
{
	struct history *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->lock = -1;
	if (dir == NULL)
		return h;
	h->dir = strdup(dir);
	if (h->dir == NULL) {
		free(h);
		return NULL;
	}
	open_directory(h, faults);
	return h;
}

static void
join(struct history *h)
{
	if (h->busy)
		pthread_join(h->thread, NULL);
	h->busy = false;
}

void
history_free(struct history *h)
{
	char path[PATH_MAX];

	if (h == NULL)
		return;
	join(h);
	free(h->work.text);
	for (unsigned int i = 0; i < h->n; i++)
		generation_free(h->row[i].g);
	if (h->lock >= 0) {
		snprintf(path, sizeof(path), "%s/history", h->dir);
		statefile_unlock(path, h->lock);
	}
	free(h->dir);
	free(h);
}

/* Rows. */

static struct row *
find(const struct history *h, uint64_t number)
{
	for (unsigned int i = 0; i < h->n; i++)
		if (h->row[i].g->number == number)
			return (struct row *)&h->row[i];
	return NULL;
}

const struct generation *
history_find(const struct history *h, uint64_t number)
{
	const struct row *row = find(h, number);

	return row != NULL ? row->g : NULL;
}

const struct generation *
history_kept_below(const struct history *h, uint64_t number)
{
	for (unsigned int i = h->n; i-- > 0;)
		if (h->row[i].g->number < number &&
		    h->row[i].g->state == GENERATION_KEPT)
			return h->row[i].g;
	return NULL;
}

uint64_t
history_newest(const struct history *h)
{
	return h->n > 0 ? h->row[h->n - 1].g->number : 0;
}

unsigned int
history_count(const struct history *h)
{
	return h->n;
}

const struct generation *
history_at(const struct history *h, unsigned int i)
{
	return h->row[i].g;
}

static void
remove_row(struct history *h, struct row *row)
{
	forget_file(h, row->g->number);
	generation_free(row->g);
	h->n--;
	memmove(row, row + 1,
		(size_t)(&h->row[h->n] - row) * sizeof(h->row[0]));
}

/* What runs, the one before it, and what waits to be confirmed. */
static bool
is_needed(const struct history *h, const struct generation *g)
{
	const struct generation *last = history_kept_below(h, UINT64_MAX);
	const struct generation *before =
		last != NULL ? history_kept_below(h, last->number) : NULL;

	return g == last || g == before || g->state == GENERATION_PENDING;
}

/* Those that are needed are at hand; of others the disk has the texts. */
static void
free_texts(struct history *h)
{
	for (unsigned int i = 0; i < h->n; i++)
		if (!h->row[i].dirty && !is_needed(h, h->row[i].g))
			config_texts_free(&h->row[i].g->texts);
}

static size_t
octets(const struct row *row)
{
	return row->size != 0 ? row->size : row->g->texts.size;
}

static void
prune(struct history *h)
{
	size_t total = 0;

	for (unsigned int i = 0; i < h->n; i++)
		total += octets(&h->row[i]);
	for (unsigned int i = 0; i < h->n;) {
		struct row *row = &h->row[i];

		if (h->n <= HISTORY_MAX && total <= HISTORY_OCTETS)
			return;
		if (is_needed(h, row->g)) {
			i++;
			continue;
		}
		total -= octets(row);
		remove_row(h, row);
	}
}

void
history_add(struct history *h, struct generation *g)
{
	h->row[h->n++] = (struct row){ g, 0, h->dir != NULL && !h->unusable };
	h->caused = true;
	prune(h);
}

/* The whole file is written anew: its texts must be at hand. */
static void
touch(struct history *h, struct row *row)
{
	char why[GENERATION_WHY_SIZE];

	if (h->dir == NULL || h->unusable)
		return;
	if (row->g->texts.n == 0 &&
	    history_read(h->dir, row->g->number, &row->g->texts, why) != 0)
		return;
	row->dirty = true;
	h->caused = true;
}

void
history_mark(struct history *h, uint64_t number, enum generation_state state)
{
	struct row *row = find(h, number);

	if (row == NULL || row->g->state == state)
		return;
	row->g->state = state;
	touch(h, row);
}

void
history_use(struct history *h, uint64_t number, struct config_texts *texts)
{
	struct row *row = find(h, number);

	if (row == NULL || row->g->texts.n > 0)
		return;
	row->g->texts = *texts;
	*texts = (struct config_texts){ 0 };
}

void
history_remove(struct history *h, uint64_t number)
{
	struct row *row = find(h, number);

	if (row != NULL)
		remove_row(h, row);
}

int
history_texts(const struct history *h, uint64_t number,
	      struct config_texts *texts, char why[GENERATION_WHY_SIZE])
{
	const struct generation *g = history_find(h, number);

	if (g != NULL && g->texts.n > 0) {
		snprintf(why, GENERATION_WHY_SIZE, "no memory");
		return generation_copy_texts(texts, &g->texts);
	}
	if (g != NULL && h->dir != NULL)
		return history_read(h->dir, number, texts, why);
	snprintf(why, GENERATION_WHY_SIZE, "it is not there any more");
	return -ENOENT;
}

/* Writing. */

static void
work(struct history *h)
{
	const char *dir = h->dir;
	struct work *w = &h->work;
	char path[PATH_MAX];

	w->rc = h->lock < 0 ? lock(h) : make_directory(dir);
	if (w->rc == 0 && w->number != 0)
		w->rc = path_of(dir, w->number, path)
				? statefile_write(path, w->text, w->size)
				: -ENAMETOOLONG;
	for (unsigned int i = 0; w->rc == 0 && i < w->ngone; i++)
		if (path_of(dir, w->gone[i], path) && unlink(path) != 0 &&
		    errno != ENOENT)
			w->rc = -errno;
}

static void *
run(void *arg)
{
	struct history *h = arg;

	work(h);
	atomic_store_explicit(&h->done, true, memory_order_release);
	return NULL;
}

static struct row *
next_dirty(struct history *h)
{
	for (unsigned int i = 0; i < h->n; i++)
		if (h->row[i].dirty)
			return &h->row[i];
	return NULL;
}

/*
 * Takes the next file to write, and those to remove; a number may have been used
 * again since.  False: there is no memory.
 */
static bool
take_work(struct history *h, struct row *row)
{
	h->work = (struct work){ .number = 0 };
	for (unsigned int i = 0; i < h->ngone; i++)
		if (find(h, h->gone[i]) == NULL)
			h->work.gone[h->work.ngone++] = h->gone[i];
	h->ngone = 0;
	if (row == NULL)
		return true;
	h->work.text = generation_encode(row->g, &h->work.size);
	h->work.number = row->g->number;
	row->dirty = false;
	return h->work.text != NULL;
}

static void
end_work(struct history *h, uint64_t now)
{
	struct row *row = find(h, h->work.number);

	free(h->work.text);
	h->work.text = NULL;
	h->error = h->work.rc;
	set_problem(h, "cannot be written", h->error);
	if (row != NULL && h->error == 0)
		row->size = h->work.size;
	if (h->error != 0) {
		h->due = now + HISTORY_RETRY;
		if (row != NULL)
			row->dirty = true;
		for (unsigned int i = 0; i < h->work.ngone; i++)
			if (h->ngone < GONE)
				h->gone[h->ngone++] = h->work.gone[i];
	}
	free_texts(h);
	prune(h);
}

static void
begin_work(struct history *h, struct row *row, uint64_t now, bool in_step)
{
	bool ok = take_work(h, row);

	h->work.rc = -ENOMEM;
	atomic_store_explicit(&h->done, false, memory_order_relaxed);
	if (ok && !in_step)
		h->busy = pthread_create(&h->thread, NULL, run, h) == 0;
	if (h->busy)
		return;
	if (ok && in_step)
		work(h);
	end_work(h, now);
}

static bool
has_work(const struct history *h)
{
	return h->dir != NULL && !h->unusable &&
	       (next_dirty((struct history *)h) != NULL || h->ngone > 0);
}

void
history_turn(struct history *h, uint64_t now, bool in_step)
{
	if (h->busy) {
		if (!atomic_load_explicit(&h->done, memory_order_acquire))
			return;
		join(h);
		end_work(h, now);
	}
	while (!h->busy && has_work(h) &&
	       (h->error == 0 || h->caused || now >= h->due)) {
		h->caused = false;
		begin_work(h, next_dirty(h), now, in_step);
	}
}

bool
history_is_settled(const struct history *h)
{
	return !h->busy && (!has_work(h) || (h->error != 0 && !h->caused));
}

bool
history_is_saved(const struct history *h, uint64_t number)
{
	const struct row *row = find(h, number);

	return row != NULL && h->dir != NULL && !h->unusable && !row->dirty &&
	       (!h->busy || h->work.number != number);
}

const char *
history_problem(const struct history *h)
{
	return h->problem[0] != '\0' ? h->problem : NULL;
}

bool
history_problem_changed(struct history *h)
{
	bool changed = h->changed;

	h->changed = false;
	return changed;
}
