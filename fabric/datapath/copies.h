/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_COPIES_H
#define IXF_COPIES_H

/*
 * The pool of copies: of flooded frames that need a tag of their own, of chains
 * that a device does not send, and of frames of the fabric.
 *
 * The queue of a device holds a copy until it is sent, and a queue stands still
 * for as long as its member sends PAUSE frames (IEEE 802.3, annex 31B).  So a
 * device may hold no more copies than are free: with n queues that stand still
 * a (n + 1)th part of the pool is left, whatever n is.  This is the dynamic
 * threshold by which switches share the memory of their output queues
 * (Choudhury and Hahne, 1998).
 *
 * A buffer that is freed, by whatever driver, comes back through the operations
 * of the pool, which count it.  For that the pool has no cache.
 */

#include <stdbool.h>
#include <stdint.h>

struct rte_mbuf;
struct rte_mempool;

/*
 * 'n' buffers of 'room' octets, headroom included; NULL when memory is short, and
 * rte_errno is set.  Control; rte_mempool_free() ends it.
 */
struct rte_mempool *copies_create(const char *name, unsigned int n,
				  uint16_t room);

/*
 * A copy of 'm', which may be written to and is charged to the device with this
 * id until it is freed; NULL: the device holds its share, or none is free.  Any
 * worker.
 */
struct rte_mbuf *copies_take(struct rte_mempool *, uint16_t device,
			     const struct rte_mbuf *m);

/* Buffers that are charged to the device. */
uint32_t copies_held(const struct rte_mempool *, uint16_t device);

#endif
