/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Receive: from a queue into a burst.
 *
 * The first stage.  Counting waits for admit, since only parse knows which port
 * of the device a frame belongs to.
 */
#include "stage.h"

#include <string.h>

#include <rte_mbuf.h>
#include <rte_prefetch.h>

#include "view.h"
#include "worker.h"

#include "hot.h"

unsigned int
stage_rx(struct burst *b, const struct view *v, const struct rxq *q)
{
	b->n = q->device->rx(q->device, q->queue, b->pkt, v->burst);
	for (unsigned int i = 0; i < b->n; i++) {
		rte_prefetch0(rte_pktmbuf_mtod(b->pkt[i], const void *));
		b->len[i] = b->pkt[i]->pkt_len;
	}
	memset(b->fault, DROP_NONE, sizeof(b->fault));
	return b->n;
}
