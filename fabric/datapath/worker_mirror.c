/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/worker_mirror.h"

#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_common.h>
#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "fabric/view/mirror.h"
#include "fabric/view/tap.h"
#include "fabric/view/view.h"
#include "lib/frame.h"

#include "fabric/datapath/hot.h"

/* Visits the mirrors of a set. */
#define FOREACH_MIRROR(set, i)                                                 \
	for (uint32_t left_ = (set);                                           \
	     left_ != 0 && ((i) = (unsigned int)__builtin_ctz(left_), 1);      \
	     left_ &= left_ - 1)

/* What becomes of the copy of a frame. */
struct fate {
	uint32_t over, full; /* the mirrors that get none, a bit for each */
};

/* Of 'set', the mirrors whose budget the frame exceeds; the others pay for it. */
static uint32_t
find_over(const struct worker *w, const struct mirror_rule *rules, uint32_t set,
	  uint32_t len)
{
	uint32_t over = 0;
	unsigned int i;

	FOREACH_MIRROR(set, i)
	if (!meter_take(rules[i].budget, w->now,
			rules[i].per_packet ? 1 : len + FRAME_FCS))
		over |= UINT32_C(1) << i;
	return over;
}

static uint32_t
octets_of(const struct mirror_rule *rules, uint32_t set)
{
	uint32_t octets = 0;
	unsigned int i;

	FOREACH_MIRROR(set, i)
	octets = RTE_MAX(octets, rules[i].octets);
	return octets;
}

static void
copy(const struct rte_mbuf *m, uint8_t *to, uint32_t size)
{
	const void *from = rte_pktmbuf_read(m, 0, size, to);

	if (from != to)
		memcpy(to, from, size);
}

/* Writes a copy for 'set' into the ring, which is not published. */
static struct fate
write_copy(const struct worker *w, struct mirror_tap *tap,
	   const struct port *port, uint32_t set, const struct rte_mbuf *m,
	   struct mirror_frame head)
{
	struct fate fate = { 0, 0 };
	struct mirror_frame *f;

	fate.over = find_over(w, port->mirror, set, head.len);
	set &= ~fate.over;
	if (set == 0)
		return fate;
	head.at = w->now;
	head.port = port->id;
	head.mirrors = set;
	head.size = RTE_MIN(octets_of(port->mirror, set), m->pkt_len);
	f = recordring_write(&tap->ring, (uint32_t)sizeof(head) + head.size);
	if (unlikely(f == NULL)) {
		fate.full = set;
		return fate;
	}
	*f = head;
	copy(m, (uint8_t *)(f + 1), head.size);
	return fate;
}

static void
count(struct mirror_tap *tap, struct fate fate)
{
	unsigned int i;

	FOREACH_MIRROR(fate.over, i)
	counter_add(&tap->count[i].over, 1);
	FOREACH_MIRROR(fate.full, i)
	counter_add(&tap->count[i].full, 1);
}

static void
publish(struct mirror_tap *tap)
{
	recordring_publish(&tap->ring, recordring_place(&tap->ring));
}

static bool
is_group(const struct rte_mbuf *m)
{
	return m->data_len > 0 && *rte_pktmbuf_mtod(m, const uint8_t *) & 1;
}

/* A port that listens takes what goes to all, or went to a group when it came. */
static uint32_t
find_listeners(const struct burst *b, unsigned int i)
{
	if (b->plain >> i & 1 ||
	    (b->out[i] != BURST_FLOOD && !is_group(b->pkt[i])))
		return 0;
	return b->in->listeners;
}

void
worker_mirror_passed(const struct worker *w, struct mirror_tap *tap,
		     const struct burst *b)
{
	const struct port *in = b->in;
	unsigned int i;

	if ((in->mirrors[TAP_RX] | in->listeners) == 0)
		return;
	BURST_FOREACH(b->live | b->plain, i) {
		struct mirror_frame head = { .len = b->len[i], .way = TAP_RX };
		uint32_t set = in->mirrors[TAP_RX];

		if (in->listeners != 0)
			set |= find_listeners(b, i);
		if (set != 0)
			count(tap,
			      write_copy(w, tap, in, set, b->pkt[i], head));
	}
	publish(tap);
}

void
worker_mirror_consumed(const struct worker *w, struct mirror_tap *tap,
		       const struct rte_mbuf *m, const struct port *in)
{
	uint32_t set = in->mirrors[TAP_RX] | (is_group(m) ? in->listeners : 0);

	if (set == 0)
		return;
	count(tap, write_copy(w, tap, in, set, m,
			      (struct mirror_frame){ .len = m->pkt_len,
						     .way = TAP_RX }));
	publish(tap);
}

/* Of those that take dropped frames of the port, the ones that take this. */
static uint32_t
find_takers(const struct rte_mbuf *m, const struct port *port, enum drop why)
{
	uint32_t set = 0;
	unsigned int i;

	FOREACH_MIRROR(port->mirrors[TAP_DROP] | port->listeners, i)
	{
		const struct mirror_rule *r = &port->mirror[i];

		if (drop_set_has(&r->whys, why) && (!r->groups || is_group(m)))
			set |= UINT32_C(1) << i;
	}
	return set;
}

void
worker_mirror_dropped(const struct worker *w, struct mirror_tap *tap,
		      const struct rte_mbuf *m, const struct port *port,
		      enum drop why)
{
	uint32_t set = find_takers(m, port, why);

	if (set == 0)
		return;
	count(tap, write_copy(w, tap, port, set, m,
			      (struct mirror_frame){ .len = m->pkt_len,
						     .way = TAP_DROP,
						     .why = (uint8_t)why }));
	publish(tap);
}

void
worker_mirror_begin(const struct worker *w, struct mirror_tap *tap,
		    const struct view *v, const struct device *d,
		    struct rte_mbuf *const *pkt, const uint16_t *port,
		    uint16_t n, struct worker_mirrored *m)
{
	m->place[0] = recordring_place(&tap->ring);
	for (unsigned int i = 0; i < n; i++) {
		/* The port may have gone with the last view. */
		const struct port *to =
			d->tagged == NULL ? d->owner : v->port[port[i]];
		struct mirror_frame head = { .len = pkt[i]->pkt_len,
					     .way = TAP_TX };
		struct fate fate = { 0, 0 };

		if (likely(to != NULL) && to->mirrors[TAP_TX] != 0)
			fate = write_copy(w, tap, to, to->mirrors[TAP_TX],
					  pkt[i], head);
		m->over[i] = fate.over;
		m->full[i] = fate.full;
		m->place[i + 1] = recordring_place(&tap->ring);
	}
}

void
worker_mirror_end(struct mirror_tap *tap, const struct worker_mirrored *m,
		  uint16_t done)
{
	recordring_publish(&tap->ring, m->place[done]);
	for (unsigned int i = 0; i < done; i++)
		count(tap, (struct fate){ m->over[i], m->full[i] });
}

void
worker_mirror_unsent(struct worker *w, unsigned int number)
{
	counter_add(&w->mirror_room->count[number].unsent, 1);
}
