/* SPDX-License-Identifier: BSD-3-Clause */
/* From the rings of workers to flow samples and reports of dropped frames. */
#include "fabric/api/samples_impl.h"

#include "fabric/api/discard_code.h"
#include "fabric/runtime/lag_rt.h"
#include "fabric/runtime/stats.h"
#include "fabric/view/sample.h"
#include "lib/clock.h"
#include "lib/frame.h"

static_assert(SFLOW_HEADER_MAX >= SAMPLE_OCTETS_MAX, "a sample fits");

#define PRIORITY_SHIFT 13 /* PCP in a tag (IEEE 802.1Q, 9.6) */

uint64_t
samples_source_lost(const struct samples *s, uint16_t id)
{
	const struct samples_source *src = &s->source[id];

	return samplers_count(s->fabric, id).lost - src->base.lost + src->lost;
}

/* The octets are those behind the record. */
static struct sflow_header
header_of(const struct sample_frame *r)
{
	return (struct sflow_header){
		.octet = (const uint8_t *)(r + 1),
		.size = r->size,
		.length = r->len + FRAME_FCS,
		.stripped = FRAME_FCS + (r->tagged ? FRAME_TAG : 0),
	};
}

/* The ifIndex of another port; 0: not known any more. */
static uint32_t
index_of(const struct samples *s, uint16_t id)
{
	return id < PORTS_MAX && s->source[id].live ? s->source[id].index : 0;
}

static struct sflow_output
output_of(const struct samples *s, const struct sample_frame *r)
{
	switch (r->fate) {
	case SAMPLE_FLOODED:
		return (struct sflow_output){ SFLOW_MULTIPLE, r->to };
	case SAMPLE_DROPPED:
		return (struct sflow_output){ SFLOW_DISCARDED,
					      discard_code(r->why) };
	case SAMPLE_CONSUMED:
		return (struct sflow_output){ SFLOW_SINGLE, SFLOW_INTERNAL };
	default:
		return (struct sflow_output){ SFLOW_SINGLE,
					      index_of(s, r->to) };
	}
}

/* A frame that came by a link of a LAG is one of the link, as a source. */
static void
put_link(struct samples *s, const struct sample_frame *r, struct sflow_flow *f)
{
	const struct port_rt *p = s->fabric->port[r->port];
	const struct lag_rt *l = r->link != 0 ? lag_of(&p->egress) : NULL;
	const struct lag_link *link =
		l != NULL ? &l->link[(r->link - 1) % LAG_LINKS_MAX] : NULL;
	struct samples_link *src;
	struct link_stats n;

	if (link == NULL || link->device == NULL || link->device->index == 0)
		return;
	src = samples_link(s, link->device);
	link_stats(s->fabric, link->device, &link->base, &n);
	f->source = f->input = src->index;
	f->sequence = ++src->flows;
	f->pool = (uint32_t)n.rx_frames;
}

static void
put_flow(struct samples *s, struct samples_source *src,
	 const struct sample_frame *r)
{
	struct sflow_flow f = {
		.sequence = ++src->flows,
		.source = src->index,
		.rate = r->rate,
		.pool = (uint32_t)stats_received(s->fabric,
						 s->fabric->port[r->port]),
		.drops = (uint32_t)samples_source_lost(s, r->port),
		.input = src->index,
		.output = output_of(s, r),
		.header = header_of(r),
		.vlan = src->vlan,
		.priority = r->tci >> PRIORITY_SHIFT,
	};

	put_link(s, r, &f);
	SAMPLES_PUT(s, sflow_add_flow, &f);
	s->sums.flows++;
}

/*
 * Whether one more drop of the port may be reported in this second: it has no more of
 * them than are left, so that n ports that take all they can leave an (n + 1)th part.
 */
static bool
may_report(struct samples *s, struct samples_source *src)
{
	uint32_t second = (uint32_t)(s->fabric->now / CLOCK_SECOND);

	if (s->second != second)
		s->reported = 0;
	if (src->second != second)
		src->reported = 0;
	s->second = src->second = second;
	if (src->reported >= SAMPLES_DISCARDS_MAX - s->reported)
		return false;
	src->reported++;
	s->reported++;
	return true;
}

/* The port that is charged is the source; the other one is not known. */
static void
put_discard(struct samples *s, struct samples_source *src,
	    const struct sample_frame *r)
{
	bool out = drop_is_tx(r->why);
	struct sflow_discard d = {
		.source = src->index,
		.input = out ? 0 : src->index,
		.output = out ? src->index : 0,
		.reason = discard_code(r->why),
		.header = header_of(r),
		.vlan = src->vlan,
		.priority = r->tci >> PRIORITY_SHIFT,
	};

	if (!may_report(s, src)) {
		src->undiscarded++;
		return;
	}
	d.sequence = ++src->discards;
	d.drops = (uint32_t)(samplers_count(s->fabric, r->port).undiscarded -
			     src->base.undiscarded + src->undiscarded);
	SAMPLES_PUT(s, sflow_add_discard, &d);
	s->sums.discards++;
}

/* What is of a port that has gone, or come to another LAN, is lost. */
static void
lose(struct samples_source *src, const struct sample_frame *r)
{
	if (r->fate == SAMPLE_DISCARD)
		src->undiscarded++;
	else
		src->lost++;
}

static void
take(struct samples *s, const struct sample_frame *r)
{
	struct samples_source *src = &s->source[r->port];

	if (!src->live || src->stay != r->stay || src->index == 0 ||
	    s->fabric->port[r->port] == NULL)
		lose(src, r);
	else if (r->fate == SAMPLE_DISCARD)
		put_discard(s, src, r);
	else
		put_flow(s, src, r);
}

/* A few of each worker in turn, so that none waits for another. */
bool
samples_take(struct samples *s, unsigned int n)
{
	const struct fabric *f = s->fabric;
	bool any = true;

	while (any) {
		any = false;
		for (unsigned int i = 0; i < f->nworkers; i++) {
			const struct sample_frame *r = samplers_first(f, i);

			if (r == NULL)
				continue;
			if (n-- == 0)
				return true;
			take(s, r);
			samplers_take(f, i);
			any = true;
		}
	}
	return false;
}

void
samples_throw_away(struct samples *s)
{
	const struct fabric *f = s->fabric;

	for (unsigned int i = 0; i < f->nworkers; i++) {
		const struct sample_frame *r;

		while ((r = samplers_first(f, i)) != NULL) {
			lose(&s->source[r->port], r);
			samplers_take(f, i);
		}
	}
}
