/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_CREATE_H
#define IXF_WORKER_CREATE_H

/* The tables of a worker.  Control thread, while the worker does not run. */

struct rte_mempool;
struct rte_ring;
struct worker;

/*
 * A worker with its tables, 'id' its number.  Its rings and pool are the
 * caller's: 'messages' and 'punts' for one writer and one reader; 'copies' for the copies
 * of flooded frames that need a tag of their own, with room in each buffer for
 * the largest frame, and apart from the pool of received frames, so that a
 * flood cannot starve unicast.  NULL and errno on failure.
 */
struct worker *worker_create(unsigned int id, struct rte_ring *messages,
			     struct rte_ring *punts,
			     struct rte_mempool *copies);
void worker_free(struct worker *);

#endif
