/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/statewriter.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "lib/statefile.h"

enum phase {
	IDLE,    /* the caller owns the text */
	WRITING, /* the thread owns it */
	ENDED,   /* the caller owns it again */
};

struct statewriter {
	char *path; /* never changes */
	pthread_t thread;
	sem_t work; /* posted by the caller: there is a text, or 'stop' */
	/* Says which thread owns the next three; that thread changes it,
	   release/acquire. */
	_Atomic int phase;
	char *text;
	size_t size;
	int rc;
	atomic_bool stop; /* caller writes, thread reads */
};

static_assert(ATOMIC_INT_LOCK_FREE == 2 && ATOMIC_BOOL_LOCK_FREE == 2,
	      "'phase' and 'stop' are each read and written whole");

static void
write_text(struct statewriter *w)
{
	w->rc = statefile_prepare(w->path);
	if (w->rc == 0)
		w->rc = statefile_write(w->path, w->text, w->size);
	free(w->text);
	atomic_store_explicit(&w->phase, ENDED, memory_order_release);
}

static void *
run(void *arg)
{
	struct statewriter *w = arg;

	for (;;) {
		while (sem_wait(&w->work) != 0)
			;
		if (atomic_load_explicit(&w->phase, memory_order_acquire) ==
		    WRITING)
			write_text(w);
		if (atomic_load(&w->stop))
			return NULL;
	}
}

static void
release(struct statewriter *w)
{
	sem_destroy(&w->work);
	free(w->path);
	free(w);
}

struct statewriter *
statewriter_create(const char *path)
{
	struct statewriter *w = calloc(1, sizeof(*w));
	int error;

	if (w == NULL)
		return NULL;
	sem_init(&w->work, 0, 0);
	w->path = strdup(path);
	error = w->path == NULL ? ENOMEM
				: pthread_create(&w->thread, NULL, run, w);
	if (error == 0)
		return w;
	release(w);
	errno = error;
	return NULL;
}

void
statewriter_free(struct statewriter *w)
{
	if (w == NULL)
		return;
	atomic_store(&w->stop, true);
	sem_post(&w->work);
	pthread_join(w->thread, NULL);
	release(w);
}

bool
statewriter_is_busy(const struct statewriter *w)
{
	return atomic_load_explicit(&w->phase, memory_order_relaxed) != IDLE;
}

void
statewriter_give(struct statewriter *w, char *text, size_t size)
{
	w->text = text;
	w->size = size;
	atomic_store_explicit(&w->phase, WRITING, memory_order_release);
	sem_post(&w->work);
}

bool
statewriter_ended(struct statewriter *w, int *rc)
{
	if (atomic_load_explicit(&w->phase, memory_order_acquire) != ENDED)
		return false;
	*rc = w->rc;
	atomic_store_explicit(&w->phase, IDLE, memory_order_relaxed);
	return true;
}
