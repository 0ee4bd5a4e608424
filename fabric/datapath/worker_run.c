/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/worker_run.h"

#include <sys/prctl.h>

#include <rte_cycles.h>
#include <rte_pause.h>
#include <rte_rcu_qsbr.h>
#include <rte_ring.h>

#include "fabric/datapath/worker.h"
#include "fabric/datapath/worker_rest.h"
#include "fabric/datapath/worker_turn.h"
#include "fabric/view/view.h"
#include "lib/clock.h"

static uint64_t
tsc_clock(const void *scale)
{
	return clock_ns(rte_rdtsc(), *(const uint64_t *)scale);
}

/* A turn: what the functions below have in common. */
struct run {
	struct worker *w;
	const struct view *v;
	const uint64_t *scale;
	struct rest rest;
};

/* Whether control has left the worker something to do, or to let go of. */
static bool
is_wanted(void *arg)
{
	const struct run *run = arg;
	struct worker *w = run->w;

	return atomic_load_explicit(&w->stop, memory_order_relaxed) ||
	       atomic_load_explicit(&w->view, memory_order_relaxed) != run->v ||
	       (w->outgoing != NULL &&
		(!rte_ring_empty(w->outgoing) || !rte_ring_empty(w->mirrored)));
}

/* Returns the number of frames that came. */
static unsigned int
work(struct run *run)
{
	struct worker *w = run->w;
	uint64_t start = rte_rdtsc();
	unsigned int n = worker_turn(w, run->v, tsc_clock, run->scale);

	counter_add(&w->rounds, 1);
	if (n != 0)
		counter_add(&w->busy_cycles, rte_rdtsc() - start);
	return n;
}

/* One queue, before the worker sleeps and when it wakes. */
static unsigned int
look_at(void *arg, unsigned int queue)
{
	struct run *run = arg;
	struct worker *w = run->w;
	uint64_t start = rte_rdtsc();
	unsigned int n =
		worker_pass(w, run->v, &run->v->worker[w->id].rxq[queue],
			    tsc_clock(run->scale));

	if (n != 0) {
		worker_flush(w, run->v);
		counter_add(&w->busy_cycles, rte_rdtsc() - start);
	}
	return n;
}

/* Called after a turn in which nothing came.  Returns the number of frames that did. */
static unsigned int
idle(struct run *run)
{
	const struct rest_worker rw = {
		.id = run->w->id,
		.wakeup = &run->w->wakeup,
		.wanted = is_wanted,
		.poll = look_at,
		.arg = run,
	};
	long ns = rest_time(&run->rest, run->v, run->w->id);

	if (ns != 0)
		return rest_sleep(&run->rest, run->v, &rw, ns);
	rte_pause();
	return 0;
}

/* Control looks less often while all workers rest. */
static void
begin(struct run *run)
{
	if (rest_end(&run->rest) && run->w->control != NULL)
		wakeup_ring(run->w->control);
}

void
worker_run(struct worker *w, struct rte_rcu_qsbr *qs, uint64_t scale)
{
	struct run run = { .w = w, .scale = &scale };

	/* The kernel adds its slack to a sleep; 50 us of it by default. */
	prctl(PR_SET_TIMERSLACK, 1);
	rte_rcu_qsbr_thread_online(qs, w->id);
	counter_add(&w->started, rte_rdtsc());
	while (!atomic_load_explicit(&w->stop, memory_order_relaxed)) {
		run.v = atomic_load_explicit(&w->view, memory_order_acquire);
		/* No worker sleeps while frames wait for a device. */
		if (work(&run) != 0 || w->ndirty != 0 || idle(&run) != 0)
			begin(&run);
		rte_rcu_qsbr_quiescent(qs, w->id);
	}
	rte_rcu_qsbr_thread_offline(qs, w->id);
}
