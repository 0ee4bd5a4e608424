/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MBUFS_H
#define IXF_MBUFS_H

/* Makes buffers from frames in memory, where no driver does. */

#include <stdint.h>

struct rte_mempool;

/*
 * 'size' octets at 'frame' in a chain of buffers of 'pool', as a driver would
 * deliver them, the caller's to free; NULL when there are too few.
 */
struct rte_mbuf *mbufs_make(struct rte_mempool *pool, const void *frame,
			    uint32_t size);

#endif
