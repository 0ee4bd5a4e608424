/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The plain source and sink: see source.h.  On the workers, so nothing here
 * depends on a setting that a branch would have to ask for.
 */
#include <rte_cycles.h>
#include <rte_mempool.h>

#include "fabric/bench/source_impl.h"

/* A batch of sink_free(): more than programs send at once. */
#define BATCH 64

struct source_shared source_shared;
struct source_core source_core[RTE_MAX_LCORE + 1];

uint16_t
source_rx_none(void *queue, struct rte_mbuf **pkt, uint16_t n)
{
	struct source_queue *q = queue;

	(void)pkt, (void)n;
	counter_add(&q->idle, 1);
	return 0;
}

static inline __attribute__((always_inline)) uint16_t
plain(struct source_queue *q, struct rte_mbuf **pkt, uint16_t n, bool pairs)
{
	if (unlikely(!source_take(q, pkt, n)))
		return 0;
	for (uint16_t i = 0; i < n; i++)
		source_draw(q, source_describe(q, pkt[i]), pairs);
	return source_made(q, n);
}

uint16_t
source_rx_random(void *queue, struct rte_mbuf **pkt, uint16_t n)
{
	return plain(queue, pkt, n, false);
}

uint16_t
source_rx_pairs(void *queue, struct rte_mbuf **pkt, uint16_t n)
{
	return plain(queue, pkt, n, true);
}

/* To the first address of the next port. */
uint16_t
source_rx_teach(void *queue, struct rte_mbuf **pkt, uint16_t n)
{
	struct source_queue *q = queue;
	unsigned int to = source_other(q->port, 0);
	uint32_t rows = source_shared.rows[q->port];

	if (!source_take(q, pkt, n))
		return 0;
	for (uint16_t i = 0; i < n; i++) {
		source_addresses(source_describe(q, pkt[i]), to, 0, q->port,
				 q->row);
		q->row = q->row + 1 < rows ? q->row + 1 : 0;
	}
	return source_made(q, n);
}

void
source_stamp(struct source_core *c)
{
	uint64_t now = rte_rdtsc();
	uint32_t recording = atomic_load_explicit(&source_shared.recording,
						  memory_order_acquire);
	uint32_t n = atomic_load_explicit(&c->n, memory_order_relaxed);

	if (recording !=
	    atomic_load_explicit(&c->recording, memory_order_relaxed)) {
		if (recording & 1)
			atomic_store_explicit(&c->n, 0, memory_order_relaxed);
		atomic_store_explicit(&c->recording, recording,
				      memory_order_release);
	} else if ((recording & 1) && n < source_shared.room) {
		c->window[n].cycles =
			(uint32_t)RTE_MIN(now - c->tsc, UINT64_C(0xffffffff));
		c->window[n].frames = (uint32_t)(c->frames - c->from);
		atomic_store_explicit(&c->n, n + 1, memory_order_release);
	}
	atomic_store_explicit(&c->ran, true, memory_order_relaxed);
	c->tsc = now;
	c->from = c->frames;
}

/* As a driver does for frames of any pool that may have other references. */
static void
free_batch(struct rte_mbuf **pkt, unsigned int n)
{
	struct rte_mempool *pool = pkt[0]->pool;
	void *back[BATCH];
	unsigned int nback = 0;

	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *m = pkt[i];

		if (unlikely(m->nb_segs != 1 || m->pool != pool)) {
			rte_pktmbuf_free(m);
			continue;
		}
		m = rte_pktmbuf_prefree_seg(m);
		if (likely(m != NULL))
			back[nback++] = m;
	}
	if (likely(nback != 0))
		rte_mempool_put_bulk(pool, back, nback);
}

void
sink_free(struct rte_mbuf **pkt, uint16_t n)
{
	for (unsigned int i = 0; i < n; i += BATCH)
		free_batch(pkt + i, RTE_MIN(n - i, (unsigned int)BATCH));
}

static bool
is_for(const struct sink_queue *q, const struct rte_mbuf *m)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	uint16_t prefix;

	memcpy(&prefix, frame, sizeof(prefix));
	return prefix == q->want;
}

static __attribute__((noinline, cold)) void
count_bad(struct sink_queue *q, struct rte_mbuf **pkt, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++) {
		if (is_for(q, pkt[i]))
			continue;
		if (*rte_pktmbuf_mtod(pkt[i], const uint8_t *) & 1)
			counter_add(&q->groups, 1);
		else
			counter_add(&q->bad, 1);
	}
}

void
sink_look(struct sink_queue *q, struct rte_mbuf **pkt, uint16_t n)
{
	bool all = true;

	for (uint16_t i = 0; i < n; i++)
		all &= is_for(q, pkt[i]);
	if (unlikely(!all))
		count_bad(q, pkt, n);
}

uint16_t
sink_tx_plain(void *queue, struct rte_mbuf **pkt, uint16_t n)
{
	struct sink_queue *q = queue;

	sink_look(q, pkt, n);
	sink_free(pkt, n);
	counter_add(&q->received, n);
	return n;
}
