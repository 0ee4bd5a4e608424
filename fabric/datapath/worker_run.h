/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_RUN_H
#define IXF_WORKER_RUN_H

#include <stdint.h>

struct rte_rcu_qsbr;
struct worker;

/*
 * The loop of a worker thread, until w->stop: passes over the queues of the
 * view, a quiescent state each round, sleep when there is nothing to do.  The
 * worker is thread number w->id of 'qs'.  'scale' turns ticks of the TSC into
 * ns, as clock_scale() wants it.
 */
void worker_run(struct worker *, struct rte_rcu_qsbr *qs, uint64_t scale);

#endif
