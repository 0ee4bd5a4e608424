/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/worker_sample.h"

#include <string.h>

#include <rte_common.h>
#include <rte_mbuf.h>

#include "fabric/view/view.h"
#include "lib/frame.h"

#include "fabric/datapath/hot.h"

static_assert(SAMPLE_BURST >= BURST_MAX, "all frames of a burst");

/* Two addresses, which stand before the tag. */
#define ADDRESSES 12

/*
 * Frames up to the next sample, with it: each number from 1 to twice the rate less 1
 * is equally likely, so the mean is the rate.  Marsaglia's xorshift64; the product
 * takes the place of a division.
 */
static uint32_t
draw(struct sampler *s, uint32_t rate)
{
	s->random ^= s->random << 13;
	s->random ^= s->random >> 7;
	s->random ^= s->random << 17;
	return 1 +
	       (uint32_t)((s->random >> 32) * (2 * (uint64_t)rate - 1) >> 32);
}

/* Whether the frame has a tag that belongs to the port and not to the LAN. */
static bool
has_own_tag(const struct port *port, const uint8_t *octets, uint32_t size,
	    uint16_t *tci)
{
	if (size < FRAME_HEADER + FRAME_TAG ||
	    frame_read16(octets + ADDRESSES) != FRAME_CTAG)
		return false;
	*tci = frame_read16(octets + FRAME_HEADER);
	return (*tci & 0xfff) == port->egress.tag &&
	       (port->egress.tag != 0 || port->flags & PORT_PRIO_TAG);
}

/*
 * Copies the first octets of a frame without the tag of the port: what is behind the
 * source address moves forward by a tag.
 */
static void
copy(const struct rte_mbuf *m, const struct port *port, uint32_t octets,
     struct sample_frame *f)
{
	uint8_t all[SAMPLE_OCTETS_MAX + FRAME_TAG];
	uint32_t size = RTE_MIN(octets + FRAME_TAG, m->pkt_len);
	const uint8_t *from = rte_pktmbuf_read(m, 0, size, all);
	uint8_t *to = (uint8_t *)(f + 1);
	uint16_t tci = 0;

	f->tagged = has_own_tag(port, from, size, &tci);
	f->tci = tci;
	if (f->tagged) {
		size -= FRAME_TAG;
		memcpy(to, from, ADDRESSES);
		memcpy(to + ADDRESSES, from + ADDRESSES + FRAME_TAG,
		       size - ADDRESSES);
	} else {
		size = RTE_MIN(octets, m->pkt_len);
		memcpy(to, from, size);
	}
	f->size = (uint16_t)size;
}

/* A record with the octets of the frame, which is not published; NULL: no room. */
static struct sample_frame *
write_sample(struct sampler *s, const struct rte_mbuf *m,
	     const struct port *port, struct sample_frame head)
{
	uint32_t octets =
		atomic_load_explicit(&s->octets, memory_order_relaxed);
	struct sample_frame *f =
		recordring_write(&s->ring, (uint32_t)sizeof(head) + octets);

	if (unlikely(f == NULL))
		return NULL;
	head.port = port->id;
	head.stay = port->stay;
	*f = head;
	copy(m, port, octets, f);
	return f;
}

/* As in struct sample_frame. */
static uint8_t
link_of(const struct device *d)
{
	return d->lag != NULL ? d->slot + 1 : 0;
}

static void
take(struct sampler *s, const struct burst *b, const struct port *port,
     unsigned int i)
{
	struct sample_port *p = &s->port[port->id];
	struct sample_frame *f = write_sample(
		s, b->pkt[i], port,
		(struct sample_frame){ .len = b->len[i],
				       .rate = p->drawn,
				       .link = link_of(b->device) & 0x7f });

	counter_add(&p->taken, 1);
	if (unlikely(f == NULL)) {
		counter_add(&p->lost, 1);
		return;
	}
	s->sample[s->n].frame = f;
	s->sample[s->n].pkt = b->pkt[i];
	s->sample[s->n].place = (uint8_t)i;
	s->n++;
}

void
worker_sample_take(struct sampler *s, const struct burst *b,
		   const struct port *port)
{
	struct sample_port *p = &s->port[port->id];
	uint32_t rate = atomic_load_explicit(&p->rate, memory_order_relaxed);
	uint32_t at;

	if (rate != p->drawn) {
		p->drawn = rate;
		p->skip = rate != 0 ? draw(s, rate) : 0;
	}
	if (rate == 0) {
		/* Looked at again when so many frames have come. */
		p->skip = UINT32_MAX;
		return;
	}
	for (at = p->skip; at <= b->n; at += draw(s, rate))
		take(s, b, port, at - 1);
	p->skip = at - b->n;
}

/* What became of a sample that no check has dropped. */
static void
set_fate(const struct worker *w, const struct view *v, const struct burst *b,
	 unsigned int i, struct sample_frame *f)
{
	if (b->plain >> i & 1) {
		f->fate = SAMPLE_FORWARDED;
		f->to = v->device[b->via[i]]->owner->id;
	} else if (!(b->live >> i & 1)) {
		f->fate = SAMPLE_CONSUMED;
	} else if (b->out[i] == BURST_FLOOD) {
		f->fate = SAMPLE_FLOODED;
		f->to = (uint16_t)w->ntargets;
	} else {
		f->fate = SAMPLE_FORWARDED;
		f->to = b->out[i];
	}
}

/* That one copy of a flood was dropped is not the fate of the frame. */
static bool
is_flood(const struct burst *b, unsigned int i)
{
	return !(b->plain >> i & 1) && (b->live >> i & 1) &&
	       b->out[i] == BURST_FLOOD;
}

void
worker_sample_publish(const struct worker *w, struct sampler *s,
		      const struct view *v, const struct burst *b)
{
	for (unsigned int k = 0; k < s->n; k++) {
		struct sample_frame *f = s->sample[k].frame;
		unsigned int i = s->sample[k].place;

		if (f->fate != SAMPLE_DROPPED || is_flood(b, i))
			set_fate(w, v, b, i, f);
	}
	s->n = 0;
	recordring_publish(&s->ring, recordring_place(&s->ring));
}

static void
note_fate(struct sampler *s, const struct rte_mbuf *m, enum drop why)
{
	for (unsigned int k = 0; k < s->n; k++) {
		if (s->sample[k].pkt != m)
			continue;
		s->sample[k].frame->fate = SAMPLE_DROPPED;
		s->sample[k].frame->why = (uint8_t)why;
	}
}

/* Whether the port may report one more drop in this second. */
static bool
may_report(const struct worker *w, struct sample_port *p)
{
	if (p->second != w->now_s) {
		p->second = w->now_s;
		p->discards = 0;
	}
	if (p->discards == SAMPLE_DISCARDS_MAX)
		return false;
	p->discards++;
	return true;
}

static void
report(const struct worker *w, struct sampler *s, const struct rte_mbuf *m,
       const struct port *port, enum drop why)
{
	struct sample_port *p = &s->port[port->id];

	if (!may_report(w, p) ||
	    write_sample(s, m, port,
			 (struct sample_frame){ .len = m->pkt_len,
						.fate = SAMPLE_DISCARD,
						.why = (uint8_t)why }) ==
		    NULL) {
		counter_add(&p->undiscarded, 1);
		return;
	}
	/* With samples in hand it is published together with them. */
	if (s->n == 0)
		recordring_publish(&s->ring, recordring_place(&s->ring));
}

void
worker_sample_dropped(const struct worker *w, struct sampler *s,
		      const struct rte_mbuf *m, const struct port *port,
		      enum drop why)
{
	note_fate(s, m, why);
	if (atomic_load_explicit(&s->discards, memory_order_relaxed))
		report(w, s, m, port, why);
}
