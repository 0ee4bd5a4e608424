/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/outgoing.h"

#include <string.h>

#include <rte_mbuf.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "fabric/runtime/runtime.h"
#include "fabric/view/ring.h"

/* The worker takes frames in order: the causes of all but the last 'left' go. */
static void
settle(struct outgoing_causes *c, unsigned int left)
{
	for (; c->n > left; c->n--)
		c->held[c->cause[c->first++ % OUTGOING_RING_SIZE]]--;
}

static bool
has_share(struct outgoing_causes *c, struct rte_ring *ring, uint16_t cause)
{
	uint32_t waiting = ring_waiting(ring);

	settle(c, waiting);
	return c->held[cause] < rte_ring_get_capacity(ring) - waiting;
}

static void
note(struct outgoing_causes *c, uint16_t cause)
{
	c->cause[(c->first + c->n++) % OUTGOING_RING_SIZE] = cause;
	c->held[cause]++;
}

/* Sends the frame as 'o' says; 'cause' has a share of the ring. */
static bool
send(struct fabric *f, struct outgoing *o, uint16_t cause, const void *octets,
     uint32_t size)
{
	struct worker *w = f->worker[0];

	if (!has_share(&f->outgoing, w->outgoing, cause))
		return false;
	o->pkt = rte_pktmbuf_alloc(w->made);
	if (o->pkt == NULL)
		return false;
	memcpy(rte_pktmbuf_append(o->pkt, (uint16_t)size), octets, size);
	if (rte_ring_sp_enqueue_elem(w->outgoing, o, sizeof(*o)) == 0) {
		note(&f->outgoing, cause);
		wakeup_ring(&w->wakeup);
		return true;
	}
	rte_pktmbuf_free(o->pkt);
	return false;
}

bool
outgoing_send(struct fabric *f, struct outgoing_way way, const void *octets,
	      uint32_t size)
{
	struct outgoing o = { .port = way.port,
			      .except = way.except,
			      .lan = way.lan,
			      .device = NO_DEVICE };

	return send(f, &o, way.cause, octets, size);
}

bool
outgoing_send_by(struct fabric *f, uint16_t device, uint16_t cause,
		 const void *octets, uint32_t size)
{
	struct outgoing o = { .port = cause, .device = device };

	return send(f, &o, cause, octets, size);
}
