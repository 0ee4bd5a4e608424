/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/outgoing.h"

#include <string.h>

#include <rte_mbuf.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "fabric/runtime/runtime.h"

bool
outgoing_send(struct fabric *f, uint16_t port, uint16_t except, uint16_t lan,
	      const void *octets, uint32_t size)
{
	struct worker *w = f->worker[0];
	struct outgoing o = { .pkt = rte_pktmbuf_alloc(w->made),
			      .port = port,
			      .except = except,
			      .lan = lan };

	if (o.pkt == NULL)
		return false;
	memcpy(rte_pktmbuf_append(o.pkt, (uint16_t)size), octets, size);
	if (rte_ring_sp_enqueue_elem(w->outgoing, &o, sizeof(o)) == 0)
		return true;
	rte_pktmbuf_free(o.pkt);
	return false;
}
