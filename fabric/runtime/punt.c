/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/punt.h"

#include <rte_mbuf.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "fabric/datapath/worker.h"
#include "fabric/runtime/runtime.h"

#define PUNTS_AT_ONCE 64

void
punt_register(struct fabric *f, enum punt_kind kind, punt_take *take)
{
	f->punt_user[kind] = take;
}

static void
give(struct fabric *f, const struct punt *p)
{
	struct port_rt *port = f->port[p->port];

	/* The port may have gone since. */
	if (port != NULL && !(port->flags & RT_RETIRED) &&
	    f->punt_user[p->kind] != NULL)
		f->punt_user[p->kind](f, port, p);
	rte_pktmbuf_free(p->frame);
}

static unsigned int
poll_worker(struct fabric *f, const struct worker *w)
{
	struct punt p[PUNTS_AT_ONCE];
	unsigned int n, total = 0;

	do {
		n = rte_ring_sc_dequeue_burst_elem(w->punts, p, sizeof(p[0]),
						   PUNTS_AT_ONCE, NULL);
		for (unsigned int i = 0; i < n; i++)
			give(f, &p[i]);
		total += n;
	} while (n == PUNTS_AT_ONCE && total < PUNT_RING_SIZE);
	return total;
}

bool
punt_poll(struct fabric *f)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < f->nworkers; i++)
		n += poll_worker(f, f->worker[i]);
	return n != 0;
}
