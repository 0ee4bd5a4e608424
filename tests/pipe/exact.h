/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_EXACT_H
#define IXF_EXACT_H

/*
 * Frames in memory of exactly their size, so that a sanitizer sees the first
 * octet read past the end: the end of a buffer of a pool is not
 * poisoned.
 */

#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

static inline void
exact_free(void *addr, void *arg)
{
	(void)addr, (void)arg;
}

/* A buffer and the memory behind it. */
struct exact {
	struct rte_mbuf *m;
	uint8_t *data;
	struct rte_mbuf_ext_shared_info shared;
};

static inline void
exact_make(struct exact *e, struct rte_mempool *pool, const uint8_t *frame,
	   uint16_t len)
{
	e->data = malloc(len != 0 ? len : 1);
	if (len != 0)
		memcpy(e->data, frame, len);
	e->shared.free_cb = exact_free;
	e->shared.fcb_opaque = NULL;
	rte_mbuf_ext_refcnt_set(&e->shared, 1);
	e->m = rte_pktmbuf_alloc(pool);
	rte_pktmbuf_attach_extbuf(e->m, e->data, RTE_BAD_IOVA, len, &e->shared);
	e->m->data_off = 0;
	e->m->data_len = len;
	e->m->pkt_len = len;
}

#endif
