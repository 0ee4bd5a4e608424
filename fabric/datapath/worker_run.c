/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The only place where a worker sleeps.
 *
 * An idle worker first polls on, since frames come in trains, and then sleeps
 * for longer and longer, up to 50 microseconds: a device's queue of 1,024
 * frames holds what arrives meanwhile at ten gigabits.
 */
#include "fabric/datapath/worker_run.h"

#include <sys/prctl.h>

#include <time.h>

#include <rte_branch_prediction.h>
#include <rte_cycles.h>
#include <rte_pause.h>
#include <rte_rcu_qsbr.h>

#include "fabric/datapath/stage_send.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/worker.h"
#include "fabric/datapath/worker_pass.h"
#include "fabric/view/view.h"
#include "lib/clock.h"

#define POLLS_BEFORE_SLEEP 256
#define SLEEP_STEP_NS      1000
#define SLEEP_MAX_NS       50000

/*
 * Frames that are taken before what is to be sent is flushed, also within a round
 * over many ports: less than the worker's cache of buffers (control.c), so that
 * those that are sent are the next to be received into, and still in the cache of
 * the processor.
 */
#define FRAMES_BEFORE_FLUSH 384

/* Called after a round in which nothing came. */
static void
idle(const struct view *v, unsigned int *rounds)
{
	struct timespec ts = { 0, 0 };

	if (v->polls || ++*rounds < POLLS_BEFORE_SLEEP) {
		rte_pause();
		return;
	}
	ts.tv_nsec = (long)(*rounds - POLLS_BEFORE_SLEEP + 1) * SLEEP_STEP_NS;
	if (ts.tv_nsec >= SLEEP_MAX_NS) {
		ts.tv_nsec = SLEEP_MAX_NS;
		(*rounds)--;
	}
	nanosleep(&ts, NULL);
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
	unsigned int rounds = 0;

	/* The kernel adds its slack to a sleep; 50 us of it by default. */
	prctl(PR_SET_TIMERSLACK, 1);
	rte_rcu_qsbr_thread_online(qs, w->id);
	counter_add(&w->started, rte_rdtsc());
	while (!atomic_load_explicit(&w->stop, memory_order_relaxed)) {
		const struct view *v =
			atomic_load_explicit(&w->view, memory_order_acquire);

		if (work(w, v, scale) != 0)
			rounds = 0;
		else
			idle(v, &rounds);
		rte_rcu_qsbr_quiescent(qs, w->id);
	}
	rte_rcu_qsbr_thread_offline(qs, w->id);
}
