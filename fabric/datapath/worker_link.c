/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/worker_link.h"

#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "lib/flowhash.h"
#include "lib/frame.h"

#include "fabric/datapath/hot.h"

uint16_t
worker_choose_link(const struct view *v, const struct port *to,
		   const struct rte_mbuf *m, bool tagged)
{
	const struct egress *e = &to->egress;
	uint32_t tag = tagged && e->tag != 0 ? FRAME_TAG : 0;
	uint32_t hash = flowhash_behind(rte_pktmbuf_mtod(m, const uint8_t *),
					m->data_len, tag, v->flow_secret);
	uint8_t slot = lag_slot(e->lag, hash);

	return slot < LAG_LINKS_MAX ? e->link[slot] : NO_DEVICE;
}

void
worker_count_link_rx(struct worker *w, const struct burst *b)
{
	struct link_counters *c = &w->link[b->device->id];
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < b->n; i++)
		bytes += b->len[i];
	counter_add(&c->rx_frames, b->n);
	counter_add(&c->rx_bytes, bytes);
}
