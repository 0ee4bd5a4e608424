/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/copies.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>

#include <rte_branch_prediction.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_ring.h>

#include "fabric/view/port.h"

/* Behind the mbuf of each buffer; of the thread that has the buffer. */
struct owner {
	uint16_t device; /* that it is charged to; or NO_DEVICE */
	uint8_t unused[RTE_MBUF_PRIV_ALIGN - 2];
};

struct copies {
	struct rte_ring *free; /* any thread at each end */
	bool ready;            /* each buffer has an owner; set by control */
	/* By device id: written and read by all threads. */
	_Atomic uint32_t held[PORTS_MAX + 1];
};

static int
open_pool(struct rte_mempool *pool)
{
	struct copies *c = rte_zmalloc("copies", sizeof(*c), 0);
	char name[RTE_RING_NAMESIZE];

	if (c == NULL)
		return -ENOMEM;
	snprintf(name, sizeof(name), "free_%.20s", pool->name);
	c->free = rte_ring_create(name, rte_align32pow2(pool->size + 1),
				  pool->socket_id, 0);
	if (c->free == NULL) {
		rte_free(c);
		return -ENOMEM;
	}
	pool->pool_data = c;
	return 0;
}

static void
close_pool(struct rte_mempool *pool)
{
	struct copies *c = pool->pool_data;

	rte_ring_free(c->free);
	rte_free(c);
}

static int
give_back(struct rte_mempool *pool, void *const *obj, unsigned int n)
{
	struct copies *c = pool->pool_data;

	for (unsigned int i = 0; c->ready && i < n; i++) {
		struct owner *o = rte_mbuf_to_priv(obj[i]);

		if (o->device != NO_DEVICE)
			atomic_fetch_sub_explicit(&c->held[o->device], 1,
						  memory_order_relaxed);
		o->device = NO_DEVICE;
	}
	return rte_ring_mp_enqueue_bulk(c->free, obj, n, NULL) != 0 ? 0
								    : -ENOBUFS;
}

static int
take_out(struct rte_mempool *pool, void **obj, unsigned int n)
{
	struct copies *c = pool->pool_data;

	return rte_ring_mc_dequeue_bulk(c->free, obj, n, NULL) != 0 ? 0
								    : -ENOBUFS;
}

static unsigned int
count_free(const struct rte_mempool *pool)
{
	const struct copies *c = pool->pool_data;

	return rte_ring_count(c->free);
}

static const struct rte_mempool_ops operations = {
	.name = "ixf_copies",
	.alloc = open_pool,
	.free = close_pool,
	.enqueue = give_back,
	.dequeue = take_out,
	.get_count = count_free,
};

RTE_MEMPOOL_REGISTER_OPS(operations);

static void
disown(struct rte_mempool *pool, void *arg, void *obj, unsigned int i)
{
	struct owner *o = rte_mbuf_to_priv(obj);

	(void)pool;
	(void)arg;
	(void)i;
	o->device = NO_DEVICE;
}

struct rte_mempool *
copies_create(const char *name, unsigned int n, uint16_t room)
{
	struct rte_mempool *pool = rte_pktmbuf_pool_create_by_ops(
		name, n, 0, sizeof(struct owner), room, SOCKET_ID_ANY,
		operations.name);

	if (pool == NULL)
		return NULL;
	rte_mempool_obj_iter(pool, disown, NULL);
	((struct copies *)pool->pool_data)->ready = true;
	return pool;
}

uint32_t
copies_held(const struct rte_mempool *pool, uint16_t device)
{
	const struct copies *c = pool->pool_data;

	return atomic_load_explicit(&c->held[device], memory_order_relaxed);
}

struct rte_mbuf *
copies_take(struct rte_mempool *pool, uint16_t device, const struct rte_mbuf *m)
{
	struct copies *c = pool->pool_data;
	struct rte_mbuf *copy;

	if (unlikely(copies_held(pool, device) >= count_free(pool)))
		return NULL;
	copy = rte_pktmbuf_copy(m, pool, 0, UINT32_MAX);
	for (struct rte_mbuf *s = copy; s != NULL; s = s->next) {
		struct owner *o = rte_mbuf_to_priv(s);

		o->device = device;
		atomic_fetch_add_explicit(&c->held[device], 1,
					  memory_order_relaxed);
	}
	return copy;
}
