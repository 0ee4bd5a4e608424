/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/apply_job.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "fabric/apply/tables.h"

/* Slots of a table that are copied in a turn: some 2 ms. */
#define COPY_A_TURN ((size_t)1 << 15)

/* The thread leaves the core to control, which may be on the same one. */
#define NICE 5

struct apply_job {
	/* Of control. */
	struct answers *answers;
	const void *owner;
	bool applies;
	bool threaded; /* the thread is to be joined */
	bool carried;  /* it is carried out, or refused */
	bool ended;
	int rc;
	struct apply_report report;

	/* Of the thread until 'read' is set, then of control. */
	struct apply_order order;
	struct config *config;
	struct tables *tables;
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
	if (j->config != NULL && j->applies)
		j->tables =
			tables_create(a->fabric->config, j->config, j->faults);
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

static int
carry_out(struct apply_job *j)
{
	int rc = 1;

	if (j->config == NULL) {
		rc = -EINVAL;
	} else if (j->applies) {
		rc = copy(j);
	} else {
		apply_order_compare(j->answers, j->config, &j->report);
		j->report.recent = apply_order_recent(j->answers, j->order.by);
	}
	if (rc == 0 || !j->applies)
		return rc;
	if (rc > 0)
		rc = apply_order_carry_out(j->answers, &j->order, j->config,
					   j->tables, &j->report, j->faults);
	else
		apply_order_refused(j->answers, &j->order, j->faults);
	/* It belongs to the fabric now. */
	if (rc == 0)
		j->config = NULL;
	return rc == 0 ? 1 : rc;
}

static bool
is_prepared(struct apply_job *j)
{
	return !j->applies || j->config == NULL ||
	       apply_order_prepare(j->answers, &j->order, j->config);
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
	if (!j->carried && !is_prepared(j))
		return false;
	if (!j->carried) {
		rc = carry_out(j);
		j->carried = rc != 0;
		j->rc = rc < 0 ? rc : 0;
	}
	j->ended = j->carried && (!j->applies || j->rc != 0 ||
				  apply_order_is_saved(j->answers, &j->order));
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
	tables_free(j->tables);
	config_free(j->config);
	faults_free(j->faults);
	apply_report_end(&j->report);
	apply_order_end(&j->order);
	free(j);
}
