/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/own_file.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "fabric/config/config.h"
#include "fabric/config/config_texts.h"
#include "lib/clock.h"
#include "lib/faults.h"
#include "lib/textfile.h"

#define PATIENCE CLOCK_SECOND

/* The thread leaves the core to control, which may be on the same one. */
#define NICE 5

/* The file as it was at a time. */
struct reading {
	struct config_texts texts;
	struct config *config; /* NULL: errors */
	struct faults *faults; /* NULL: no memory */
};

struct own_file {
	char *file;
	bool threaded;

	struct reading last; /* faults NULL: none yet */
	uint64_t number;     /* of it */
	/* Between what runs and the file; of what they were counted for. */
	unsigned int changes;
	uint64_t changes_number, changes_generation;

	bool runs;      /* the thread, which has 'next' until 'ended' is set */
	uint64_t begun; /* ns */
	pthread_t thread;
	struct reading next;
	/* The thread writes, control reads; release/acquire. */
	atomic_bool ended;
};

static_assert(ATOMIC_BOOL_LOCK_FREE == 2, "'ended' is read and written whole");

static void
reading_end(struct reading *r)
{
	config_texts_free(&r->texts);
	config_free(r->config);
	faults_free(r->faults);
	*r = (struct reading){ 0 };
}

struct config *
own_file_check(struct config *c, struct faults *faults)
{
	if (c == NULL || config_check_service(c, faults))
		return c;
	config_free(c);
	return NULL;
}

struct config *
own_file_read(const char *file, struct config_texts *texts,
	      struct faults *faults)
{
	struct where at = { .file = file };
	char why[TEXTFILE_WHY_SIZE];

	if (config_texts_load(texts, NULL, file, why) == 0)
		return own_file_check(config_read_texts(texts, false, faults),
				      faults);
	faults_error(faults, at, NULL, "%s", why);
	return NULL;
}

static void
read_file(const char *file, struct reading *r)
{
	*r = (struct reading){ .faults = faults_create() };
	if (r->faults != NULL)
		r->config = own_file_read(file, &r->texts, r->faults);
}

static void *
run(void *arg)
{
	struct own_file *own = arg;

	setpriority(PRIO_PROCESS, 0, NICE);
	read_file(own->file, &own->next);
	atomic_store_explicit(&own->ended, true, memory_order_release);
	return NULL;
}

static void
take(struct own_file *own)
{
	reading_end(&own->last);
	own->last = own->next;
	own->next = (struct reading){ 0 };
	own->number++;
}

/* Whether the thread has ended, and what it has read is taken. */
static bool
has_ended(struct own_file *own)
{
	if (!atomic_load_explicit(&own->ended, memory_order_acquire))
		return false;
	pthread_join(own->thread, NULL);
	own->runs = false;
	take(own);
	return true;
}

static void
begin(struct own_file *own, uint64_t now)
{
	own->begun = now;
	atomic_store_explicit(&own->ended, false, memory_order_relaxed);
	if (own->threaded)
		own->runs = pthread_create(&own->thread, NULL, run, own) == 0;
	if (own->runs)
		return;
	read_file(own->file, &own->next);
	take(own);
}

static bool
is_current(const struct own_file *own)
{
	return own->last.faults != NULL && !own->last.texts.lost &&
	       !config_texts_changed(&own->last.texts);
}

struct own_file *
own_file_create(const char *file, bool threaded)
{
	struct own_file *own = calloc(1, sizeof(*own));

	if (own == NULL)
		return NULL;
	own->threaded = threaded;
	own->file = strdup(file);
	if (own->file != NULL)
		return own;
	free(own);
	return NULL;
}

void
own_file_free(struct own_file *own)
{
	if (own == NULL)
		return;
	if (own->runs)
		pthread_join(own->thread, NULL);
	reading_end(&own->next);
	reading_end(&own->last);
	free(own->file);
	free(own);
}

bool
own_file_look(struct own_file *own, uint64_t now)
{
	/* What a thread has just read is as good as new. */
	if (own->runs)
		return has_ended(own) || now - own->begun > PATIENCE;
	if (is_current(own))
		return true;
	begin(own, now);
	return !own->runs;
}

bool
own_file_reads(const struct own_file *own)
{
	return own->runs &&
	       !atomic_load_explicit(&own->ended, memory_order_acquire);
}

const struct config *
own_file_config(const struct own_file *own, uint64_t *number)
{
	*number = own->number;
	return own->last.config;
}

const struct faults *
own_file_faults(const struct own_file *own)
{
	return own->last.faults;
}

const char *
own_file_fault(const struct own_file *own)
{
	const char *why;

	if (own->last.config != NULL || (own->runs && own->last.faults == NULL))
		return NULL;
	why = own->last.faults != NULL ? faults_first_error(own->last.faults)
				       : NULL;
	return why != NULL ? why : "no memory";
}

bool
own_file_compare(struct own_file *own, const struct config *running,
		 uint64_t generation)
{
	if (own->changes_number == own->number &&
	    own->changes_generation == generation)
		return false;
	own->changes_number = own->number;
	own->changes_generation = generation;
	own->changes =
		own->last.config != NULL
			? config_diff(running, own->last.config, NULL, NULL)
			: 0;
	return true;
}

unsigned int
own_file_changes(const struct own_file *own)
{
	return own->changes;
}
