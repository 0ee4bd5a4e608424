/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_CREATE_H
#define IXF_WORKER_CREATE_H

/*
 * Making a worker: its tables, and the rings and buffers between it and control.
 * Control thread, while the worker does not run.
 */

struct rte_mempool;
struct trial;
struct worker;

/*
 * Worker number 'id', of which there is one in the process, since its rings have
 * names; number 0 also takes what control sends.  'copies' of copies_create(),
 * which stays the caller's, is for the copies of flooded frames that need a tag of
 * their own, with room in each buffer for the largest frame, and apart from the
 * pool of received frames, so that a flood cannot starve unicast.
 *
 * With a 'trial', which stays the caller's, the worker has no rings.  NULL when
 * memory is short.
 */
struct worker *worker_create(unsigned int id, struct rte_mempool *copies,
			     const struct trial *trial);
void worker_free(struct worker *);

#endif
