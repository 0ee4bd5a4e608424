/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/worker_tap.h"

#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_common.h>
#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/transmit.h"
#include "fabric/datapath/worker_mirror.h"
#include "fabric/view/tap.h"

#include "fabric/datapath/hot.h"

static_assert(TAP_CAPTURES_MAX <= 8, "a bit for each capture");

/* The captures that take a frame, a bit for each, and the most octets that one wants. */
struct takers {
	unsigned int captures;
	uint32_t octets;
};

static struct takers
find_takers(const struct tap *tap, uint16_t id, enum tap_way way, enum drop why)
{
	struct takers t = { 0, 0 };

	for (unsigned int i = 0; i < TAP_CAPTURES_MAX; i++) {
		uint64_t takes = atomic_load_explicit(&tap->takes[i],
						      memory_order_relaxed);

		if (!tap_takes(takes, id, way, why))
			continue;
		t.captures |= 1u << i;
		t.octets = RTE_MAX(t.octets, tap_octets(takes));
	}
	return t;
}

static void
copy(const struct rte_mbuf *m, uint8_t *to, uint32_t size)
{
	const void *from = rte_pktmbuf_read(m, 0, size, to);

	if (from != to)
		memcpy(to, from, size);
}

/*
 * Writes a copy into the ring, which is not published.  Returns the captures that
 * lose it, a bit for each.
 */
static unsigned int
write_copy(const struct worker *w, struct tap *tap, const struct takers *t,
	   const struct rte_mbuf *m, struct tap_frame head)
{
	struct tap_frame *f;

	head.size = RTE_MIN(t->octets, m->pkt_len);
	head.at = w->now;
	f = recordring_write(&tap->ring, (uint32_t)sizeof(head) + head.size);
	if (unlikely(f == NULL))
		return t->captures;
	*f = head;
	copy(m, (uint8_t *)(f + 1), head.size);
	return 0;
}

static void
count_lost(struct tap *tap, unsigned int losers)
{
	for (unsigned int i = 0; losers != 0; i++, losers >>= 1)
		if (losers & 1)
			counter_add(&tap->lost[i], 1);
}

void
worker_tap_received(const struct worker *w, struct tap *tap,
		    const struct burst *b, uint16_t id)
{
	struct takers t = find_takers(tap, id, TAP_RX, DROP_NONE);

	if (t.captures == 0)
		return;
	for (unsigned int i = 0; i < b->n; i++)
		count_lost(tap, write_copy(w, tap, &t, b->pkt[i],
					   (struct tap_frame){
						   .len = b->len[i],
						   .port = id,
						   .way = TAP_RX,
					   }));
	recordring_publish(&tap->ring, recordring_place(&tap->ring));
}

static struct mirror_tap *
mirrors_of(const struct tap *tap)
{
	return atomic_load_explicit(&tap->mirrors, memory_order_acquire);
}

void
worker_tap_passed(const struct worker *w, struct tap *tap,
		  const struct burst *b)
{
	struct mirror_tap *mirrors = mirrors_of(tap);

	if (mirrors != NULL)
		worker_mirror_passed(w, mirrors, b);
}

void
worker_tap_consumed(const struct worker *w, struct tap *tap,
		    const struct rte_mbuf *m, const struct port *port)
{
	struct mirror_tap *mirrors = mirrors_of(tap);

	if (mirrors != NULL)
		worker_mirror_consumed(w, mirrors, m, port);
}

void
worker_tap_dropped(const struct worker *w, struct tap *tap,
		   const struct rte_mbuf *m, const struct port *port,
		   enum drop why)
{
	struct takers t = find_takers(tap, port->id, TAP_DROP, why);
	struct mirror_tap *mirrors = mirrors_of(tap);

	if (mirrors != NULL)
		worker_mirror_dropped(w, mirrors, m, port, why);
	if (t.captures == 0)
		return;
	count_lost(tap, write_copy(w, tap, &t, m,
				   (struct tap_frame){
					   .len = m->pkt_len,
					   .rule = w->rule,
					   .port = port->id,
					   .way = TAP_DROP,
					   .why = (uint8_t)why,
				   }));
	recordring_publish(&tap->ring, recordring_place(&tap->ring));
}

/*
 * Frames that are sent are the device's, so the copies are made before; those of
 * frames that it has not taken are given up.
 */
static uint16_t
transmit_copied(const struct worker *w, struct tap *tap, struct takers t,
		const struct device *d, struct rte_mbuf **pkt,
		const uint16_t *port, uint16_t n)
{
	uint8_t losers[TXBUF_SIZE] = { 0 };
	uint64_t place[TXBUF_SIZE + 1];
	uint16_t done, id = d->owner->id;

	place[0] = recordring_place(&tap->ring);
	for (unsigned int i = 0; i < n; i++) {
		struct tap_frame head = { .len = pkt[i]->pkt_len,
					  .way = TAP_TX };

		if (d->tagged != NULL) {
			id = port[i];
			t = find_takers(tap, id, TAP_TX, DROP_NONE);
		}
		head.port = id;
		if (t.captures != 0)
			losers[i] =
				(uint8_t)write_copy(w, tap, &t, pkt[i], head);
		place[i + 1] = recordring_place(&tap->ring);
	}
	done = transmit(d, w->id, pkt, n);
	recordring_publish(&tap->ring, place[done]);
	for (unsigned int i = 0; i < done; i++)
		count_lost(tap, losers[i]);
	return done;
}

/* For captures. */
static uint16_t
transmit_captured(const struct worker *w, struct tap *tap,
		  const struct device *d, struct rte_mbuf **pkt,
		  const uint16_t *port, uint16_t n)
{
	struct takers t = find_takers(tap, d->owner->id, TAP_TX, DROP_NONE);

	if (d->tagged == NULL && t.captures == 0)
		return transmit(d, w->id, pkt, n);
	return transmit_copied(w, tap, t, d, pkt, port, n);
}

uint16_t
worker_tap_transmit(const struct worker *w, struct tap *tap,
		    const struct view *v, const struct device *d,
		    struct rte_mbuf **pkt, const uint16_t *port, uint16_t n)
{
	struct mirror_tap *mirrors = mirrors_of(tap);
	struct worker_mirrored mirrored;
	uint16_t done;

	if (mirrors == NULL)
		return transmit_captured(w, tap, d, pkt, port, n);
	worker_mirror_begin(w, mirrors, v, d, pkt, port, n, &mirrored);
	done = transmit_captured(w, tap, d, pkt, port, n);
	worker_mirror_end(mirrors, &mirrored, done);
	return done;
}
