/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/apply_job.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "fabric/apply/apply.h"
#include "fabric/apply/tables.h"
#include "fabric/neigh/neigh.h"

/* Slots of a table that are copied in a turn: some 2 ms. */
#define COPY_A_TURN ((size_t)1 << 15)

/* After a device has been opened: what an operator asks for takes several. */
#define TURNS_BETWEEN 4

/* The thread leaves the core to control, which may be on the same one. */
#define NICE 5

struct apply_job {
	/* Of control. */
	struct answers *answers;
	const void *owner;
	bool applies;
	bool threaded; /* the thread is to be joined */
	bool ended;
	int rc;
	struct apply *apply; /* begun; NULL: not yet, or it has ended */
	bool allowed;
	bool prepared;
	bool open;          /* its devices are */
	unsigned int pause; /* turns before the next is opened */
	bool applied;       /* the tables follow, and the history is written */

	/* Of the thread until 'read' is set, then of control. */
	struct apply_order order;
	struct apply_report report;
	struct config *config;
	struct tables *tables;
	struct apply_changes *changes;
	struct faults *faults;

	pthread_t thread;
	atomic_bool
		read; /* the thread writes, control reads; release/acquire */
};

static_assert(ATOMIC_BOOL_LOCK_FREE == 2, "'read' is read and written whole");

static void
read_all(struct apply_job *j)
{
	const struct answers *a = j->answers;

	j->config = apply_order_read(a, &j->order, j->faults);
	if (j->config != NULL)
		apply_order_compare(a, j->config, &j->report);
	if (j->config != NULL && j->applies) {
		j->changes = apply_compare(a->fabric->config, j->config);
		j->tables =
			tables_create(a->fabric->config, j->config, j->faults);
	}
	atomic_store_explicit(&j->read, true, memory_order_release);
}

static void *
run(void *arg)
{
	setpriority(PRIO_PROCESS, 0, NICE);
	read_all(arg);
	return NULL;
}

struct apply_job *
apply_job_begin(struct answers *a, const void *owner, struct apply_order *order,
		bool applies)
{
	struct apply_job *j = calloc(1, sizeof(*j));

	if (j != NULL)
		j->faults = faults_create();
	if (j == NULL || j->faults == NULL) {
		free(j);
		return NULL;
	}
	j->answers = a;
	j->owner = owner;
	j->applies = applies;
	j->order = *order;
	*order = (struct apply_order){ 0 };
	if (!a->fabric->in_step)
		j->threaded = pthread_create(&j->thread, NULL, run, j) == 0;
	if (!j->threaded)
		read_all(j);
	return j;
}

const void *
apply_job_owner(const struct apply_job *j)
{
	return j->owner;
}

void
apply_job_leave(struct apply_job *j)
{
	j->owner = NULL;
}

static void
join(struct apply_job *j)
{
	if (j->threaded)
		pthread_join(j->thread, NULL);
	j->threaded = false;
}

/* Returns 1: all is copied into the new tables; 0; or -errno. */
static int
copy(struct apply_job *j)
{
	struct fabric *f = j->answers->fabric;
	int rc;

	if (j->tables == NULL)
		return -ENOMEM;
	rc = tables_copy(f, j->config, j->tables,
			 f->in_step ? SIZE_MAX : COPY_A_TURN);
	if (rc < 0)
		faults_error(j->faults, FAULTS_NOWHERE, NULL,
			     "no memory for the MAC tables");
	return rc;
}

/* Units for which a turn has time; in step all is done at once. */
static unsigned int
units(const struct apply_job *j, unsigned int n)
{
	return j->answers->fabric->in_step ? UINT_MAX : n;
}

/* The next part of what is made beside what runs: as copy(). */
static int
prepare(struct apply_job *j)
{
	struct fabric *f = j->answers->fabric;
	int rc;

	/* Those of the last apply. */
	if (f->stale_lans != 0)
		return 0;
	rc = copy(j);
	if (rc <= 0)
		return rc;
	if (!j->allowed &&
	    !apply_order_is_allowed(j->answers, &j->order, j->config,
				    &j->report, j->faults))
		return -EPERM;
	j->allowed = true;
	/* Before it is begun: the disk may take long. */
	if (!apply_order_prepare(j->answers, &j->order, &j->report))
		return 0;
	if (j->apply == NULL)
		j->apply = apply_begin(f, j->config, j->tables, j->changes,
				       j->faults);
	if (j->apply == NULL)
		return -ENOMEM;
	rc = apply_prepare(j->apply, units(j, APPLY_PREPARE_TURN));
	if (rc < 0)
		j->apply = NULL;
	return rc;
}

/* Opens the next device: as copy(). */
static int
change_devices(struct apply_job *j)
{
	int rc;

	if (j->pause > 0) {
		j->pause--;
		return 0;
	}
	j->pause = TURNS_BETWEEN;
	rc = apply_order_change_devices(j->answers, &j->order, j->config,
					j->apply, units(j, APPLY_PREPARE_TURN),
					j->faults);
	if (rc < 0)
		j->apply = NULL;
	j->open = rc > 0;
	return rc;
}

static int
carry_out(struct apply_job *j)
{
	int rc = apply_order_carry_out(j->answers, &j->order, j->apply,
				       &j->report, j->faults);

	j->apply = NULL;
	j->applied = rc == 0;
	/* It belongs to the fabric now. */
	if (rc == 0)
		j->config = NULL;
	return rc;
}

/* Goes on with an apply.  Returns 1: it has ended; 0; or -errno. */
static int
go_on(struct apply_job *j)
{
	struct fabric *f = j->answers->fabric;
	bool was_prepared = j->prepared;
	int rc = 1;

	/* The turns of control bring the neighbour tables up to date. */
	if (j->applied)
		return f->stale_lans == 0 &&
		       apply_order_is_saved(j->answers, &j->order);
	if (!j->prepared) {
		rc = j->config != NULL ? prepare(j) : -EINVAL;
		if (rc < 0)
			apply_order_refused(j->answers, &j->order, j->faults);
		j->prepared = rc > 0;
		if (j->prepared)
			apply_order_foresee(j->answers, &j->order, j->config,
					    &j->report);
	}
	/* In a turn of its own. */
	if (rc <= 0 || (!was_prepared && !f->in_step))
		return rc < 0 ? rc : 0;
	rc = j->open ? 1 : change_devices(j);
	if (rc <= 0)
		return rc;
	rc = carry_out(j);
	if (rc != 0 || !f->in_step)
		return rc;
	neigh_settle(f, UINT_MAX);
	return apply_order_is_saved(j->answers, &j->order);
}

static int
compare(struct apply_job *j)
{
	if (j->config == NULL)
		return -EINVAL;
	apply_order_foresee(j->answers, &j->order, j->config, &j->report);
	return 1;
}

bool
apply_job_turn(struct apply_job *j)
{
	int rc;

	if (j->ended)
		return true;
	if (!atomic_load_explicit(&j->read, memory_order_acquire))
		return false;
	join(j);
	rc = j->applies ? go_on(j) : compare(j);
	j->ended = rc != 0;
	j->rc = rc < 0 ? rc : 0;
	return j->ended;
}

struct apply_done
apply_job_result(const struct apply_job *j)
{
	return (struct apply_done){ j->rc, &j->order, j->config, &j->report,
				    j->faults };
}

struct faults *
apply_job_take_faults(struct apply_job *j)
{
	struct faults *faults = j->faults;

	j->faults = NULL;
	return faults;
}

void
apply_job_end(struct apply_job *j)
{
	if (j == NULL)
		return;
	join(j);
	apply_order_abandon(j->answers, j->apply);
	free(j->changes);
	tables_free(j->tables);
	config_free(j->config);
	faults_free(j->faults);
	apply_report_end(&j->report);
	apply_order_end(&j->order);
	free(j);
}
