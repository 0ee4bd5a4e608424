/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The running fabric: its stages are started in order and stopped in reverse; in
 * between control takes a turn every millisecond, or less often while no worker has
 * anything to do.  Workers start with an empty view, and the configuration is then
 * applied to them.
 */
#include "fabric/control.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_launch.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_rcu_qsbr.h>

#include "fabric/api/answers.h"
#include "fabric/apply/link.h"
#include "fabric/apply/retire.h"
#include "fabric/apply/retry.h"
#include "fabric/apply/view_build.h"
#include "fabric/datapath/copies.h"
#include "fabric/datapath/worker_create.h"
#include "fabric/datapath/worker_run.h"
#include "fabric/device/device.h"
#include "fabric/device/eal.h"
#include "fabric/device/tsc.h"
#include "fabric/lag/lag.h"
#include "fabric/neigh/neigh.h"
#include "fabric/neigh/sponge_file.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/index_file.h"
#include "fabric/runtime/learn.h"
#include "fabric/runtime/learn_file.h"
#include "fabric/runtime/learn_sweep.h"
#include "fabric/runtime/mirror.h"
#include "fabric/runtime/punt.h"
#include "fabric/runtime/runtime.h"
#include "fabric/runtime/violation.h"
#include "fabric/runtime/worker_watch.h"
#include "fabric/trial/trial.h"
#include "lib/clock.h"
#include "lib/log.h"

/* How often links are looked at, and how many devices each time. */
#define LINK_PERIOD  (20 * CLOCK_MILLISECOND)
#define LINKS_A_TIME 64

/* New drops are looked at at once, and no more often than that. */
#define VIOLATION_PERIOD (100 * CLOCK_MILLISECOND)

/* Of each thread; more than a worker takes before it sends: worker_run.c. */
#define POOL_CACHE 512

/*
 * Control looks at what workers report every millisecond, which is a part of a burst
 * of learning; after so many messages it looks again soon.  A port can fill its share
 * of the ring in a fraction of a millisecond.
 */
#define TURN        FABRIC_TURN
#define SOON        (CLOCK_MILLISECOND / 5)
#define LEARN_BURST 64

/*
 * While all workers rest, control looks when something is due, and so often at the
 * least; a worker that begins to work wakes it.
 */
#define REST (20 * CLOCK_MILLISECOND)

/* A worker returns at the end of a pass, which takes microseconds. */
#define RETURN_TIME (5 * CLOCK_SECOND)

/* The arguments of a worker's thread. */
struct launch {
	struct worker *worker;
	struct rte_rcu_qsbr *qs;
};

/* What fabric_start() makes beside the fabric; f->backend_arg. */
struct live {
	struct device_shared shared; /* first: see device.h */
	struct eal_needs needs;
	const struct fabric_options *options; /* while starting */
	struct config *config;                /* the same; NULL once applied */
	struct answers *answers;
	char mirror_dir[256];
	struct sponge_file *state;
	struct index_file *indexes; /* NULL: none, for a benchmark */
	struct rte_mempool *copies;
	struct wakeup wakeup; /* of control; rung by workers */
	struct launch launch[WORKERS_MAX];
	unsigned int running; /* workers launched */
	bool eal;
	bool stuck; /* a worker does not return */
	uint64_t links_due, age_due, violations_due; /* ns */
	unsigned int next_link;                      /* device id */
};

static int
eal_up(struct fabric *f, struct live *l, struct faults *faults)
{
	int ret = eal_start(&l->needs, faults);

	l->eal = ret == 0;
	f->now = ret == 0 ? tsc_ns() : 0;
	return ret;
}

static void
eal_down(struct fabric *f, struct live *l)
{
	(void)f;
	if (l->eal)
		eal_stop();
}

static int
no_memory(struct faults *faults, const struct live *l, const char *what)
{
	struct where nowhere = { 0 };

	faults_error(faults, nowhere, NULL,
		     "no memory for %s: raise 'memory' in [fabric], or lower "
		     "'buffers' (%u) or 'descriptors'; librte-mempool-ring23 "
		     "must be installed",
		     what, l->needs.buffers);
	return -ENOMEM;
}

static int
pools_up(struct fabric *f, struct live *l, struct faults *faults)
{
	eal_log_keep();
	f->pool = rte_pktmbuf_pool_create(
		"frames", l->needs.buffers, POOL_CACHE, 0,
		EAL_BUFFER_ROOM + RTE_PKTMBUF_HEADROOM, SOCKET_ID_ANY);
	l->copies = copies_create("copies", l->needs.copies,
				  EAL_COPY_ROOM + RTE_PKTMBUF_HEADROOM);
	eal_log_kept();
	if (f->pool == NULL || l->copies == NULL)
		return no_memory(faults, l, "the frame buffers");
	return 0;
}

static void
pools_down(struct fabric *f, struct live *l)
{
	rte_mempool_free(f->pool);
	rte_mempool_free(l->copies);
}

static int
workers_up(struct fabric *f, struct live *l, struct faults *faults)
{
	size_t size = rte_rcu_qsbr_get_memsize(WORKERS_MAX);

	f->qs = rte_zmalloc("workers", size, RTE_CACHE_LINE_SIZE);
	if (f->qs == NULL || rte_rcu_qsbr_init(f->qs, WORKERS_MAX) != 0 ||
	    !wakeup_open(&l->wakeup))
		return no_memory(faults, l, "the workers");
	while (f->nworkers < l->needs.nworkers) {
		struct worker *w = worker_create(f->nworkers, l->copies, NULL);

		if (w == NULL)
			return no_memory(faults, l, "the workers");
		w->control = &l->wakeup;
		rte_rcu_qsbr_thread_register(f->qs, f->nworkers);
		f->worker[f->nworkers++] = w;
	}
	return 0;
}

static void
workers_down(struct fabric *f, struct live *l)
{
	for (unsigned int i = 0; i < f->nworkers; i++)
		worker_free(f->worker[i]);
	wakeup_close(&l->wakeup);
	rte_free(f->qs);
}

/* A running configuration of nothing, from which the first apply starts. */
static int
runtime_up(struct fabric *f, struct live *l, struct faults *faults)
{
	f->config = config_empty();
	if (f->config != NULL)
		f->view = view_build_running(f);
	return f->view != NULL ? 0 : no_memory(faults, l, "the first view");
}

static void
runtime_down(struct fabric *f, struct live *l)
{
	(void)l;
	trial_free(f->trials);
	retire_all(f);
}

static int
run(void *arg)
{
	const struct launch *launch = arg;

	worker_run(launch->worker, launch->qs, tsc_scale);
	return 0;
}

static int
threads_up(struct fabric *f, struct live *l, struct faults *faults)
{
	for (unsigned int i = 0; i < f->nworkers; i++) {
		l->launch[i] = (struct launch){ f->worker[i], f->qs };
		atomic_store(&f->worker[i]->view, f->view);
		if (rte_eal_remote_launch(run, &l->launch[i], i + 1) != 0)
			return no_memory(faults, l, "the workers");
		l->running++;
	}
	return 0;
}

/* Whether the worker returns before 'deadline', in ns. */
static bool
returns(unsigned int worker, uint64_t deadline)
{
	while (rte_eal_get_lcore_state(worker + 1) == RUNNING) {
		if (tsc_ns() >= deadline)
			return false;
		poll(NULL, 0, 1);
	}
	return true;
}

/* What a worker that does not return still uses can be neither freed nor closed. */
static void
threads_down(struct fabric *f, struct live *l)
{
	uint64_t deadline = l->running > 0 ? tsc_ns() + RETURN_TIME : 0;

	for (unsigned int i = 0; i < l->running; i++)
		atomic_store(&f->worker[i]->stop, true);
	runtime_wake_workers(f);
	for (unsigned int i = 0; i < l->running; i++) {
		if (returns(i, deadline))
			continue;
		l->stuck = true;
		eal_log(LOG_CRIT,
			"worker %u does not return: ending without it", i);
	}
}

/* A few devices each time, so that a thousand of them do not stop a turn. */
static void
look_at_links(struct fabric *f, struct live *l)
{
	unsigned int left = LINKS_A_TIME;

	for (unsigned int i = 0; i < PORTS_MAX && left > 0; i++) {
		struct device_rt *d = f->device[l->next_link];
		struct link now = { 0 };

		l->next_link = (l->next_link + 1) % PORTS_MAX;
		if (d == NULL || d->closed || d->flags & RT_NEW)
			continue;
		f->backend->link(f, d, &now);
		link_seen(f, d, now);
		if (f->backend->gone(d))
			retry_gone(f, d);
		left--;
	}
}

static uint64_t
wall_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * CLOCK_SECOND + (uint64_t)ts.tv_nsec;
}

/* Returns whether there was so much to do that there may be more. */
static bool
turn(struct fabric *f)
{
	struct live *l = f->backend_arg;
	bool more;

	f->now = tsc_ns();
	f->epoch = wall_ns() - f->now;
	more = learn_turn(f) >= LEARN_BURST;
	if (punt_poll(f))
		neigh_plan(f);
	learn_sweep_turn(f);
	retire_poll(f);
	more |= learn_sweep_runs(f, NULL) || f->old_tables != NULL;
	if (f->now >= l->violations_due && violation_poll(f))
		l->violations_due = f->now + VIOLATION_PERIOD;
	violation_timers(f);
	worker_watch_turn(f);
	link_turn(f);
	lag_turn(f);
	retry_turn(f);
	neigh_turn(f);
	mirrors_turn(f);
	if (f->now >= l->links_due) {
		l->links_due = f->now + LINK_PERIOD;
		look_at_links(f, l);
	}
	if (f->now >= l->age_due) {
		l->age_due = f->now + CLOCK_SECOND;
		learn_age(f);
		/* A worker may set its mark while control clears it. */
		violation_look(f);
	}
	return more;
}

static uint64_t
wall(void)
{
	time_t t = time(NULL);

	return t > 0 ? (uint64_t)t : 0;
}

/* The folder of files of mirrors is beside the state file. */
static void
name_mirror_dir(struct fabric *f, struct live *l)
{
	const char *state = l->config->fabric.state;
	const char *end = strrchr(state, '/');

	snprintf(l->mirror_dir, sizeof(l->mirror_dir), "%.*s/mirrors",
		 end != NULL ? (int)(end - state) : 1,
		 end != NULL ? state : ".");
	f->mirror_dir = l->mirror_dir;
}

static int
config_up(struct fabric *f, struct live *l, struct faults *faults)
{
	struct apply_result result;
	int ret;

	if (l->options->start != NULL) {
		l->indexes = index_file_create(f, l->config->fabric.state);
		if (l->indexes == NULL)
			return no_memory(faults, l, "the indexes of ports");
	}
	name_mirror_dir(f, l);
	ret = fabric_apply(f, l->config, &result, faults);
	if (ret == 0)
		l->config = NULL;
	device_recover(&l->shared);
	return ret;
}

static void
config_down(struct fabric *f, struct live *l)
{
	(void)f;
	index_file_free(l->indexes);
}

static int
operators_up(struct fabric *f, struct live *l, struct faults *faults)
{
	turn(f);
	/* First: frames flow already, and what is not known is flooded. */
	learn_file_load(f, wall());
	l->answers = answers_create(f, l->options->file);
	l->state = sponge_file_create(f);
	if (l->answers == NULL || l->state == NULL)
		return no_memory(faults, l, "the answers");
	if (l->options->start != NULL)
		answers_started(l->answers, l->options->start);
	sponge_file_load(l->state, wall());
	return 0;
}

static void
operators_down(struct fabric *f, struct live *l)
{
	(void)f;
	answers_free(l->answers);
	sponge_file_free(l->state);
}

/* In the order of starting; each 'down' also undoes half an 'up'. */
static const struct {
	int (*up)(struct fabric *, struct live *, struct faults *);
	void (*down)(struct fabric *, struct live *);
} stages[] = {
	{ eal_up, eal_down },
	{ pools_up, pools_down },
	{ workers_up, workers_down },
	{ runtime_up, runtime_down },
	{ threads_up, threads_down },
	{ config_up, config_down },
	{ operators_up, operators_down },
};

#define NSTAGES (sizeof(stages) / sizeof(stages[0]))

/* False: a worker does not return, and the process must end as it is. */
static bool
stop_from(struct fabric *f, size_t stage)
{
	struct live *l = f->backend_arg;

	while (stage-- > 0) {
		if (stages[stage].down != NULL)
			stages[stage].down(f, l);
		if (l->stuck)
			return false;
	}
	free(l);
	free(f);
	return true;
}

static int
start_all(struct fabric *f, size_t *stage, struct faults *faults)
{
	int ret = 0;

	while (ret == 0 && *stage < NSTAGES)
		ret = stages[(*stage)++].up(f, f->backend_arg, faults);
	return ret;
}

struct fabric *
fabric_start(struct config *config, const struct fabric_options *options,
	     struct faults *faults)
{
	struct fabric *f = calloc(1, sizeof(*f));
	struct live *l = calloc(1, sizeof(*l));
	size_t stage = 0;
	int ret = f == NULL || l == NULL ? -ENOMEM : 0;

	if (ret == 0)
		ret = eal_plan(config, &l->needs, faults);
	if (ret != 0) {
		free(l);
		free(f);
		config_free(config);
		return NULL;
	}
	device_begin(&l->shared, config);
	l->wakeup.fd = -1;
	l->needs.nargs = options->neal_args;
	l->needs.args = options->eal_args;
	l->options = options;
	l->config = config;
	neigh_begin(f);
	lag_begin(f);
	f->retry_due = UINT64_MAX;
	event_configure(config);
	f->event = event_print;
	f->alive = options->alive;
	f->backend = &device_backend;
	f->backend_arg = l;
	ret = start_all(f, &stage, faults);
	config_free(l->config);
	l->config = NULL;
	l->options = NULL;
	if (ret == 0)
		return f;
	if (!stop_from(f, stage))
		device_abandon(f);
	return NULL;
}

bool
fabric_stop(struct fabric *f)
{
	if (f == NULL)
		return true;
	learn_log_flush(f);
	violation_log_flush(f);
	neigh_log_flush(f);
	if (stop_from(f, NSTAGES))
		return true;
	device_abandon(f);
	return false;
}

static bool
all_rest(const struct fabric *f)
{
	for (unsigned int i = 0; i < f->nworkers; i++)
		if (!wakeup_sleeps(&f->worker[i]->wakeup))
			return false;
	return true;
}

/* When something is due, as far as it does not come from workers or operators. */
static uint64_t
due(const struct fabric *f, const struct live *l)
{
	uint64_t at = f->now + REST;

	at = clock_sooner(at, l->links_due);
	at = clock_sooner(at, l->age_due);
	at = clock_sooner(at, f->violation_due);
	at = clock_sooner(at, f->retry_due);
	return clock_sooner(at, f->neigh_due);
}

/* Whether what an apply has left is done in parts, one each turn. */
static bool
is_behind(const struct fabric *f)
{
	return f->stale_lans != 0 || f->retired != NULL;
}

/* From now on workers wake control. */
static uint64_t
rest(struct fabric *f, struct live *l)
{
	uint64_t at = due(f, l);

	wakeup_begin(&l->wakeup);
	if (at > f->now + TURN && all_rest(f))
		return at - f->now;
	wakeup_end(&l->wakeup, false);
	return TURN;
}

/*
 * All that workers have left is seen in a turn that begins while they rest, so control
 * may rest after it.
 */
uint64_t
fabric_turn(struct fabric *f)
{
	struct live *l = f->backend_arg;
	bool rests = all_rest(f), more;

	wakeup_end(&l->wakeup, true);
	more = turn(f);
	more |= answers_turn(l->answers);
	rests &= !sponge_file_turn(l->state, wall());
	rests &= l->indexes == NULL || !index_file_turn(l->indexes, false);
	if (more)
		return SOON;
	return rests && !is_behind(f) && !answers_work(l->answers) ? rest(f, l)
								   : TURN;
}

int
fabric_fd(const struct fabric *f)
{
	const struct live *l = f->backend_arg;

	return l->wakeup.fd;
}

bool
fabric_polls(const struct fabric *f)
{
	return !worker_watch_any(f);
}

void
fabric_serve(struct fabric *f, struct ctl *ctl)
{
	struct live *l = f->backend_arg;

	ctl_serve(ctl, &answers_ops, l->answers);
}

void
fabric_reload(struct fabric *f)
{
	struct live *l = f->backend_arg;

	answers_reload(l->answers);
}

bool
fabric_reloaded(struct fabric *f, struct faults **faults)
{
	struct live *l = f->backend_arg;

	return answers_reloaded(l->answers, faults);
}

void
fabric_announce(const struct fabric *f, const char *prefix, FILE *out)
{
	const struct live *l = f->backend_arg;

	answers_announce(l->answers, prefix, out);
}

void
fabric_save(struct fabric *f)
{
	struct live *l = f->backend_arg;
	struct learn_file *learned = learn_file_begin(f, wall());

	sponge_file_finish(l->state);
	while (sponge_file_turn(l->state, wall()) ||
	       (l->indexes != NULL && index_file_turn(l->indexes, true)) ||
	       learn_file_writes(learned) || !answers_saved(l->answers)) {
		poll(NULL, 0, 1);
		turn(f);
		if (f->alive != NULL)
			f->alive();
	}
	learn_file_end(learned);
}
