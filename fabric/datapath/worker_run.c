/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/worker_run.h"

#include <sys/prctl.h>

#include <rte_branch_prediction.h>
#include <rte_cycles.h>
#include <rte_pause.h>
#include <rte_rcu_qsbr.h>

#include "fabric/datapath/stage_send.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/worker.h"
#include "fabric/datapath/worker_pass.h"
#include "fabric/datapath/worker_rest.h"
#include "fabric/view/view.h"
#include "lib/clock.h"

/*
 * Frames that are taken before what is to be sent is flushed, also within a round
 * over many ports: less than the worker's cache of buffers (control.c), so that
 * those that are sent are the next to be received into, and still in the cache of
 * the processor.
 */
#define FRAMES_BEFORE_FLUSH 384

/* Called after a round in which nothing came. */
static void
idle(struct rest *r, const struct view *v, unsigned int worker)
{
	long ns = rest_time(r, v, worker);

	if (ns == 0)
		rte_pause();
	else
		rest_sleep(r, ns);
}

/* A round over the queues of this worker.  Returns the number of frames. */
static unsigned int
work(struct worker *w, const struct view *v, uint64_t scale)
{
	uint64_t start = rte_rdtsc();
	unsigned int n = 0, flushed = 0;

	for (unsigned int i = 0; i < v->worker[w->id].n; i++) {
		n += worker_pass(w, v, &v->worker[w->id].rxq[i],
				 clock_ns(rte_rdtsc(), scale));
		if (unlikely(n - flushed >= FRAMES_BEFORE_FLUSH)) {
			worker_flush(w, v);
			flushed = n;
		}
	}
	worker_send_made(w, v);
	worker_flush(w, v);
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

		if (work(w, v, scale) != 0)
			rest_end(&r);
		else
			idle(&r, v, w->id);
		rte_rcu_qsbr_quiescent(qs, w->id);
	}
	rte_rcu_qsbr_thread_offline(qs, w->id);
}
