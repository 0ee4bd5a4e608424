/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/worker_create.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/worker.h"
#include "fabric/view/port.h"

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

struct worker *
worker_create(unsigned int id, struct rte_ring *messages,
	      struct rte_ring *punts, struct rte_mempool *copies)
{
	struct worker *w = alloc_table(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->id = id;
	w->messages = messages;
	w->punts = punts;
	w->copies = copies;
	w->port = alloc_table(PORTS_MAX, sizeof(*w->port));
	w->tx = alloc_table(PORTS_MAX, sizeof(*w->tx));
	w->targets = alloc_table(PORTS_MAX, sizeof(*w->targets));
	w->ready = alloc_table(PORTS_MAX, sizeof(*w->ready));
	w->dirty = alloc_table(PORTS_MAX, sizeof(*w->dirty));
	w->rx = alloc_table(1, sizeof(*w->rx));
	w->part = alloc_table(1, sizeof(*w->part));
	w->flat = alloc_table(1, WORKER_FLAT);
	if (w->port == NULL || w->tx == NULL || !alloc_shares(&w->learns) ||
	    !alloc_shares(&w->punted) || w->targets == NULL ||
	    w->ready == NULL || w->dirty == NULL || w->rx == NULL ||
	    w->part == NULL || w->flat == NULL) {
		worker_free(w);
		errno = ENOMEM;
		return NULL;
	}
	return w;
}

void
worker_free(struct worker *w)
{
	if (w == NULL)
		return;
	free(w->port);
	free(w->tx);
	free_shares(&w->learns);
	free_shares(&w->punted);
	free(w->targets);
	free(w->ready);
	free(w->dirty);
	free(w->rx);
	free(w->part);
	free(w->flat);
	free(w);
}
