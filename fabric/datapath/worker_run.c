/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/worker_run.h"

#include <sys/prctl.h>

#include <rte_cycles.h>
#include <rte_pause.h>
#include <rte_rcu_qsbr.h>

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

/* Called after a turn in which nothing came. */
static void
idle(struct rest *r, const struct view *v, unsigned int worker)
{
	long ns = rest_time(r, v, worker);

	if (ns == 0)
		rte_pause();
	else
		rest_sleep(r, ns);
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
			rest_end(&r);
		else
			idle(&r, v, w->id);
		rte_rcu_qsbr_quiescent(qs, w->id);
	}
	rte_rcu_qsbr_thread_offline(qs, w->id);
}
