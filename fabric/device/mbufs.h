/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MBUFS_H
#define IXF_MBUFS_H

/* Frames of memory in buffers, where there is no driver to make them. */

#include <stdint.h>

struct rte_mbuf;
struct rte_mempool;

/*
 * 'size' octets at 'frame' in buffers of 'pool' as a driver would hand them
 * over, or NULL when there are not enough.
 */
struct rte_mbuf *mbufs_make(struct rte_mempool *pool, const void *frame,
			    uint32_t size);

#endif
