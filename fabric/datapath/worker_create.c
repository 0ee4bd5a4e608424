/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/worker_create.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "fabric/datapath/backlog.h"
#include "fabric/datapath/burst.h"
#include "fabric/datapath/plain_body.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/worker.h"
#include "fabric/view/mirror.h"
#include "fabric/view/msg.h"
#include "fabric/view/port.h"
#include "fabric/view/punt.h"

static void *
alloc_table(size_t n, size_t size)
{
	void *table = aligned_alloc(1024, (n * size + 1023) & ~(size_t)1023);

	return table != NULL ? memset(table, 0, n * size) : NULL;
}

static bool
alloc_shares(struct shares *s)
{
	s->used = alloc_table(PORTS_MAX, sizeof(*s->used));
	s->users = alloc_table(PORTS_MAX, sizeof(*s->users));
	return s->used != NULL && s->users != NULL;
}

static void
free_shares(struct shares *s)
{
	free(s->used);
	free(s->users);
}

/* A ring of 'n' records of 'size' octets, one thread at each end. */
static struct rte_ring *
create_ring(const char *what, unsigned int id, unsigned int size,
	    unsigned int n)
{
	char name[RTE_RING_NAMESIZE];

	snprintf(name, sizeof(name), "%s%u", what, id);
	return rte_ring_create_elem(name, size, n, SOCKET_ID_ANY,
				    RING_F_SP_ENQ | RING_F_SC_DEQ);
}

/* The pool has no cache: the few buffers would lie in the cache of control. */
static struct rte_mempool *
create_pool(const char *what, unsigned int id, unsigned int n, uint16_t room)
{
	char name[RTE_MEMPOOL_NAMESIZE];

	snprintf(name, sizeof(name), "%s%u", what, id);
	return rte_pktmbuf_pool_create(
		name, n, 0, 0, room + RTE_PKTMBUF_HEADROOM, SOCKET_ID_ANY);
}

static bool
alloc_outgoing(struct worker *w)
{
	w->outgoing = create_ring("outgoing", w->id, sizeof(struct outgoing),
				  OUTGOING_RING_SIZE);
	w->made = create_pool("made", w->id, OUTGOING_FRAMES, OUTGOING_ROOM);
	w->mirrored = create_ring("mirrored", w->id, sizeof(struct mirror_copy),
				  MIRROR_RING_SIZE);
	w->mirror_frames =
		create_pool("mirror", w->id, MIRROR_FRAMES, MIRROR_ROOM);
	return w->outgoing != NULL && w->made != NULL && w->mirrored != NULL &&
	       w->mirror_frames != NULL;
}

static bool
alloc_rings(struct worker *w)
{
	w->messages =
		create_ring("messages", w->id, sizeof(uint64_t), MSG_RING_SIZE);
	w->punts = create_ring("punts", w->id, sizeof(struct punt),
			       PUNT_RING_SIZE);
	w->punt_frames =
		create_pool("punt_frames", w->id, PUNT_FRAMES, PUNT_ROOM);
	return w->messages != NULL && w->punts != NULL &&
	       w->punt_frames != NULL && (w->id != 0 || alloc_outgoing(w));
}

static bool
alloc_tables(struct worker *w)
{
	w->port = alloc_table(PORTS_MAX, sizeof(*w->port));
	w->tx = alloc_table(PORTS_MAX, sizeof(*w->tx));
	w->backlogs = alloc_table(BACKLOGS, sizeof(*w->backlogs));
	w->way = alloc_table(PORTS_MAX + 1, sizeof(*w->way));
	w->lag = alloc_table(PORTS_MAX, sizeof(w->lag[0]));
	w->lag_device = alloc_table(PORTS_MAX, sizeof(*w->lag_device));
	w->link = alloc_table(PORTS_MAX, sizeof(*w->link));
	w->targets = alloc_table(PORTS_MAX, sizeof(*w->targets));
	w->ready = alloc_table(PORTS_MAX, sizeof(*w->ready));
	w->dirty = alloc_table(PORTS_MAX, sizeof(*w->dirty));
	w->rx = alloc_table(1, sizeof(*w->rx));
	w->part = alloc_table(1, sizeof(*w->part));
	w->flat = alloc_table(1, WORKER_FLAT);
	return w->port != NULL && w->tx != NULL && w->backlogs != NULL &&
	       w->way != NULL && w->lag != NULL && w->lag_device != NULL &&
	       w->link != NULL && w->targets != NULL && w->ready != NULL &&
	       w->dirty != NULL && w->rx != NULL && w->part != NULL &&
	       w->flat != NULL && alloc_shares(&w->learns) &&
	       alloc_shares(&w->trips) && alloc_shares(&w->punted);
}

struct worker *
worker_create(unsigned int id, struct rte_mempool *copies,
	      const struct trial *trial)
{
	struct worker *w = alloc_table(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->id = id;
	w->pass = 1;
	w->copies = copies;
	w->trial = trial;
	w->wakeup.fd = -1;
	if (trial == NULL)
		w->plain = plain_body();
	if (alloc_tables(w) &&
	    (trial != NULL || (alloc_rings(w) && wakeup_open(&w->wakeup))))
		return w;
	worker_free(w);
	return NULL;
}

void
worker_free(struct worker *w)
{
	if (w == NULL)
		return;
	wakeup_close(&w->wakeup);
	rte_ring_free(w->messages);
	rte_ring_free(w->punts);
	rte_mempool_free(w->punt_frames);
	rte_ring_free(w->outgoing);
	rte_mempool_free(w->made);
	rte_ring_free(w->mirrored);
	rte_mempool_free(w->mirror_frames);
	free(w->port);
	free(w->tx);
	free(w->backlogs);
	free(w->way);
	free(w->lag);
	free(w->lag_device);
	free(w->link);
	free_shares(&w->learns);
	free_shares(&w->trips);
	free_shares(&w->punted);
	free(w->targets);
	free(w->ready);
	free(w->dirty);
	free(w->rx);
	free(w->part);
	free(w->flat);
	free(w->tap_room);
	free(w->sampler_room);
	free(w->mirror_room);
	free(w);
}
