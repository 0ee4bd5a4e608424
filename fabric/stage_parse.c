/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parse: the headers of each frame, and which port of the device it belongs to.
 *
 * Comes after rx and vouches for the lengths: whoever comes later may read
 * src, dst and type of a frame without a fault.  Refuses nothing itself, since
 * a fault of the tags has its place in the order of the policy, behind the
 * addresses; it is noted in fault[] and acted on by admit.
 */
#include "stage.h"

#include <stdbool.h>

#include <rte_mbuf.h>

#include "frame.h"
#include "view.h"
#include "worker.h"

#include "hot.h"

/* Octets in which the header and its tags stand. */
#define LOOK 64

/*
 * The fault of a frame with 'tci' in a tag of 'type', and its port.  A device
 * without tagged ports is transparent in the profile open: its frames keep
 * their tags.
 */
static enum drop
find_port(const struct device *d, uint16_t type, uint16_t tci,
	  const struct port **port, bool *ours)
{
	uint16_t vid = tci & 0xfff;

	*ours = true;
	if (type == FRAME_CTAG && vid == 0 && d->owner->flags & PORT_PRIO_TAG)
		return d->owner->lan != NULL ? DROP_NONE
					     : DROP_untagged_not_allowed;
	if (type == FRAME_CTAG && d->tagged != NULL) {
		if (d->tagged[vid] == NULL)
			return DROP_vlan_unknown;
		*port = d->tagged[vid];
		return DROP_NONE;
	}
	*ours = false;
	if (d->tagged == NULL && !(d->owner->flags & PORT_IXP))
		return DROP_NONE;
	return DROP_tag_not_allowed;
}

/*
 * A frame whose type is that of a tag.  One of LOOK octets or more is long
 * enough for any tag that somebody will read.
 */
static void
parse_tagged(struct burst *b, unsigned int i, const struct device *d)
{
	const uint8_t *frame = rte_pktmbuf_mtod(b->pkt[i], const uint8_t *);
	uint32_t size = b->pkt[i]->pkt_len;
	bool ours;

	if (size < LOOK && !frame_is_complete(frame, size)) {
		b->fault[i] = DROP_runt;
		return;
	}
	b->pkt[i]->vlan_tci = frame_read16(frame + FRAME_HEADER);
	b->fault[i] = find_port(d, b->type[i], b->pkt[i]->vlan_tci, &b->port[i],
				&ours);
	if (b->fault[i] != DROP_NONE || !ours)
		return;
	b->tagged |= UINT64_C(1) << i;
	b->type[i] = frame_read16(frame + FRAME_HEADER + 2);
}

/*
 * Brings the header into one buffer.  Drivers put at least a hundred octets
 * into the first, so this is rare and may be slow.
 */
static bool
make_whole(struct rte_mbuf *m)
{
	return m->data_len == m->pkt_len || rte_pktmbuf_linearize(m) == 0;
}

/* A frame without a header to read: too short, or in hopeless pieces. */
static void
parse_short(struct burst *b, unsigned int i)
{
	b->src[i] = b->dst[i] = 0;
	b->type[i] = 0;
	if (b->fault[i] != DROP_NONE)
		return;
	b->fault[i] =
		b->pkt[i]->pkt_len < FRAME_HEADER ? DROP_runt : DROP_rx_error;
}

static void
parse_header(struct burst *b, unsigned int i)
{
	frame_header(rte_pktmbuf_mtod(b->pkt[i], const uint8_t *), &b->dst[i],
		     &b->src[i], &b->type[i]);
}

void
stage_parse(struct burst *b, const struct device *d)
{
	bool tagged_only = d->owner->lan == NULL;

	b->live = burst_all(b->n);
	b->tagged = 0;
	for (unsigned int i = 0; i < b->n; i++) {
		struct rte_mbuf *m = b->pkt[i];

		b->port[i] = d->owner;
		if (unlikely(m->data_len < LOOK) && !make_whole(m)) {
			parse_short(b, i);
			continue;
		}
		if (unlikely(m->data_len < FRAME_HEADER)) {
			parse_short(b, i);
			continue;
		}
		parse_header(b, i);
		if (unlikely(b->fault[i] != DROP_NONE))
			continue;
		if (unlikely(frame_is_tag(b->type[i])))
			parse_tagged(b, i, d);
		else if (unlikely(tagged_only))
			b->fault[i] = DROP_untagged_not_allowed;
	}
}
