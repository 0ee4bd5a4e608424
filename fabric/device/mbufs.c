/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/device/mbufs.h"

#include <string.h>

#include <rte_mbuf.h>

struct rte_mbuf *
mbufs_make(struct rte_mempool *pool, const void *frame, uint32_t size)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool), *last = m;
	const uint8_t *from = frame;

	while (m != NULL) {
		uint32_t n = RTE_MIN(size, rte_pktmbuf_tailroom(last));

		memcpy(rte_pktmbuf_mtod(last, void *), from, n);
		last->data_len = (uint16_t)n;
		m->pkt_len += n;
		from += n;
		size -= n;
		if (size == 0)
			return m;
		last->next = rte_pktmbuf_alloc(pool);
		if (last->next == NULL)
			break;
		last = last->next;
		m->nb_segs++;
	}
	rte_pktmbuf_free(m);
	return NULL;
}
