/* SPDX-License-Identifier: BSD-3-Clause */
/* The tables of a worker: made by control, before it runs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "port.h"
#include "worker.h"

static void *
alloc_table(size_t n, size_t size)
{
	void *table = aligned_alloc(1024, (n * size + 1023) & ~(size_t)1023);

	return table != NULL ? memset(table, 0, n * size) : NULL;
}

struct worker *
worker_create(unsigned int id, struct rte_ring *messages,
	      struct rte_mempool *copies)
{
	struct worker *w = alloc_table(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->id = id;
	w->messages = messages;
	w->copies = copies;
	w->port = alloc_table(PORTS_MAX, sizeof(*w->port));
	w->tx = alloc_table(PORTS_MAX, sizeof(*w->tx));
	w->learned = alloc_table(PORTS_MAX, sizeof(*w->learned));
	w->learners = alloc_table(PORTS_MAX, sizeof(*w->learners));
	w->targets = alloc_table(PORTS_MAX, sizeof(*w->targets));
	w->ready = alloc_table(PORTS_MAX, sizeof(*w->ready));
	w->dirty = alloc_table(PORTS_MAX, sizeof(*w->dirty));
	if (w->port == NULL || w->tx == NULL || w->learned == NULL ||
	    w->learners == NULL || w->targets == NULL || w->ready == NULL ||
	    w->dirty == NULL) {
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
	free(w->learned);
	free(w->learners);
	free(w->targets);
	free(w->ready);
	free(w->dirty);
	free(w);
}
