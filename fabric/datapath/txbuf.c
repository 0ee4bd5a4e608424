/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/txbuf.h"

#include <stdbool.h>
#include <string.h>

#include <rte_pause.h>
#include <rte_spinlock.h>

#include "fabric/datapath/worker_drop.h"

#include "fabric/datapath/hot.h"

#define TX_TRIES 4

static uint16_t
transmit(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	 uint16_t n)
{
	uint16_t done = 0;

	for (unsigned int try = 0; try < TX_TRIES && done < n; try++) {
		if (try != 0)
			rte_pause();
		done += d->tx(d, queue, pkt + done, n - done);
	}
	return done;
}

/* A device with fewer queues than workers shares its queues under a lock. */
static uint16_t
transmit_shared(const struct device *d, unsigned int worker,
		struct rte_mbuf **pkt, uint16_t n)
{
	uint16_t done;

	if (likely(d->tx_lock == NULL))
		return transmit(d, (uint16_t)worker, pkt, n);
	rte_spinlock_lock(d->tx_lock);
	done = transmit(d, 0, pkt, n);
	rte_spinlock_unlock(d->tx_lock);
	return done;
}

static void
count_sent(struct port_counters *c, uint64_t frames, uint64_t bytes)
{
	counter_add(&c->tx_frames, frames);
	counter_add(&c->tx_bytes, bytes);
}

/* The first 'done' frames of 't' are sent; the others are lost for 'why'. */
static void
settle_own(struct worker *w, const struct txbuf *t, const struct port *port,
	   uint16_t done, enum drop why)
{
	uint64_t bytes = t->held >> TXBUF_BYTES;

	for (uint16_t i = done; unlikely(i < txbuf_count(t)); i++) {
		bytes -= t->pkt[i]->pkt_len;
		worker_drop(w, t->pkt[i], port, why);
	}
	count_sent(&w->port[port->id], done, bytes);
}

/* The same for a device whose ports share it. */
static void
settle_shared(struct worker *w, const struct view *v, const struct txbuf *t,
	      uint16_t done, enum drop why)
{
	for (uint16_t i = 0; i < done; i++)
		count_sent(&w->port[t->port[i]], 1, t->len[i]);
	for (uint16_t i = done; i < txbuf_count(t); i++)
		worker_drop(w, t->pkt[i], v->port[t->port[i]], why);
}

/*
 * A link that is down takes nothing: what its queue would hold until the link
 * comes back would be stale by then.
 */
void
txbuf_flush(struct worker *w, const struct view *v, uint16_t device)
{
	const struct device *d = v->device[device];
	const struct port *owner = d->owner;
	struct txbuf *t = &w->tx[device];
	enum drop why = DROP_tx_full;
	uint16_t done = 0;

	if (likely(view_device_has_link(v, d)))
		done = transmit_shared(d, w->id, t->pkt, txbuf_count(t));
	if (unlikely(done < txbuf_count(t) && !view_device_has_link(v, d)))
		why = DROP_tx_down;
	if (likely(d->tagged == NULL))
		settle_own(w, t, owner, done, why);
	else
		settle_shared(w, v, t, done, why);
	t->held = 0;
}

static bool
have_one_way(const struct burst *b)
{
	uint32_t differs = 0;

	for (unsigned int i = 1; i < b->n; i++)
		differs |= b->via[i] ^ b->via[0];
	return differs == 0;
}

bool
txbuf_add_all(struct worker *w, const struct view *v, const struct burst *b)
{
	struct txbuf *t;
	uint64_t bytes = 0;

	if (!have_one_way(b))
		return false;
	t = txbuf_make_room(w, v, b->via[0]);
	if (txbuf_count(t) + b->n > TXBUF_SIZE)
		return false;
	for (unsigned int i = 0; i < b->n; i++)
		bytes += b->len[i];
	memcpy(&t->pkt[txbuf_count(t)], b->pkt, b->n * sizeof(b->pkt[0]));
	t->held += bytes << TXBUF_BYTES | b->n;
	return true;
}

/* Frees what a NIC has sent, and would free only when it sends more. */
static void
reclaim(const struct worker *w, const struct device *d)
{
	if (d == NULL || d->reclaim == NULL)
		return;
	if (d->tx_lock == NULL) {
		d->reclaim(d, (uint16_t)w->id);
		return;
	}
	rte_spinlock_lock(d->tx_lock);
	d->reclaim(d, 0);
	rte_spinlock_unlock(d->tx_lock);
}

/* The idle NICs among many can hold so many copies that few are left. */
static void
reclaim_copies(struct worker *w, const struct view *v)
{
	w->short_of_copies = false;
	for (unsigned int id = 0; id < PORTS_MAX; id++)
		reclaim(w, v->device[id]);
}

static void
clean(struct worker *w, uint16_t device)
{
	for (unsigned int i = 0; i < w->ndirty; i++)
		if (w->dirty[i] == device) {
			w->dirty[i] = w->dirty[--w->ndirty];
			return;
		}
}

void
txbuf_reclaim(struct worker *w, const struct view *v, uint16_t device)
{
	struct txbuf *t = &w->tx[device];

	if (t->held != 0) {
		txbuf_flush(w, v, device);
		clean(w, device);
		worker_empty_trash(w);
	}
	if (t->reclaimed == w->pass)
		return;
	t->reclaimed = w->pass;
	reclaim(w, v->device[device]);
}

void
worker_flush(struct worker *w, const struct view *v)
{
	for (unsigned int i = 0; i < w->ndirty; i++)
		txbuf_flush(w, v, w->dirty[i]);
	w->ndirty = 0;
	w->pass++;
	if (unlikely(w->short_of_copies))
		reclaim_copies(w, v);
	worker_empty_trash(w);
}
