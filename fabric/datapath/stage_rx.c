/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Receive: from a queue into a burst.
 *
 * The first stage.  Admit counts the frames, since only parse knows which port of
 * the device a frame belongs to.
 */
#include "fabric/datapath/stage.h"

#include <rte_mbuf.h>
#include <rte_prefetch.h>

#include "fabric/datapath/burst.h"
#include "fabric/view/view.h"

#include "fabric/datapath/hot.h"

void
stage_rx(struct worker *w, const struct view *v, struct burst *b)
{
	(void)w;
	b->n = b->device->rx(b->device, b->queue, b->pkt, v->burst);
	for (unsigned int i = 0; i < b->n; i++) {
		rte_prefetch0(rte_pktmbuf_mtod(b->pkt[i], const void *));
		b->len[i] = b->pkt[i]->pkt_len;
	}
	b->bad = 0;
	b->plain = 0;
}
