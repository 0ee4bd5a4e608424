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

/* Whether control has left the worker something to do, or to let go of. */
static bool
is_wanted(struct worker *w, const struct view *v)
{
	return atomic_load_explicit(&w->stop, memory_order_relaxed) ||
	       atomic_load_explicit(&w->view, memory_order_relaxed) != v ||
	       (w->outgoing != NULL && !rte_ring_empty(w->outgoing));
}

/* Called after a turn in which nothing came. */
static void
idle(struct worker *w, struct rest *r, const struct view *v)
{
	long ns = rest_time(r, v, w->id);

	if (ns == 0) {
		rte_pause();
		return;
	}
	wakeup_begin(&w->wakeup);
	if (is_wanted(w, v))
		wakeup_end(&w->wakeup, false);
	else
		rest_sleep(r, &w->wakeup, ns);
}

/* Control looks less often while all workers rest. */
static void
begin(struct worker *w, struct rest *r)
{
	if (rest_end(r) && w->control != NULL)
		wakeup_ring(w->control);
}

/* Returns the number of frames that came. */
static unsigned int
work(struct worker *w, const struct view *v, const uint64_t *scale)
{
	uint64_t start = rte_rdtsc();
	unsigned int n = worker_turn(w, v, tsc_clock, scale);

	counter_add(&w->rounds, 1);
	if (n != 0)
		counter_add(&w->busy_cycles, rte_rdtsc() - start);
	return n;
}

void
worker_run(struct worker *w, struct rte_rcu_qsbr *qs, uint64_t scale)
{
	struct rest r = { 0 };

	/* The kernel adds its slack to a sleep; 50 us of it by default. */
	prctl(PR_SET_TIMERSLACK, 1);
	rte_rcu_qsbr_thread_online(qs, w->id);
	counter_add(&w->started, rte_rdtsc());
	while (!atomic_load_explicit(&w->stop, memory_order_relaxed)) {
		const struct view *v =
			atomic_load_explicit(&w->view, memory_order_acquire);

		/* No worker sleeps while frames wait for a device. */
		if (work(w, v, &scale) != 0 || w->ndirty != 0)
			begin(w, &r);
		else
			idle(w, &r, v);
		rte_rcu_qsbr_quiescent(qs, w->id);
	}
	rte_rcu_qsbr_thread_offline(qs, w->id);
}
