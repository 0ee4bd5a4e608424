/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parse: the headers of each frame, and which port of the device it belongs to.
 *
 * Comes after rx and checks the lengths: later stages may use src, dst and type
 * of a frame without a fault.  It drops nothing itself, since a fault of the tags
 * comes after the addresses in the order of drop_list.h: it notes the fault in
 * fault[], and admit drops the frame.
 */
#include "fabric/datapath/stage.h"

#include <stdbool.h>
#include <string.h>

#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "fabric/view/view.h"
#include "lib/frame.h"
#include "lib/mac.h"

#include "fabric/datapath/hot.h"

/* Octets that hold the header and its tags; also the least size of a frame. */
#define LOOK FRAME_MIN

/*
 * The fault of a frame with 'tci' in a tag of 'type', and its port.  A device
 * without tagged ports is transparent in the profile open: its frames keep
 * their tags.
 */
static enum drop
find_port(const struct device *d, uint16_t type, uint16_t tci,
	  const struct port **port, bool *own)
{
	uint16_t vid = tci & 0xfff;

	*own = true;
	if (type == FRAME_CTAG && vid == 0 && d->owner->flags & PORT_PRIO_TAG)
		return d->owner->lan != NULL ? DROP_NONE
					     : DROP_untagged_not_allowed;
	if (type == FRAME_CTAG && d->tagged != NULL) {
		if (d->tagged[vid] == NULL)
			return DROP_vlan_unknown;
		*port = d->tagged[vid];
		return DROP_NONE;
	}
	*own = false;
	if (d->tagged == NULL && !(d->owner->flags & PORT_IXP))
		return DROP_NONE;
	return DROP_tag_not_allowed;
}

/* Sets type to 0, which is not IP, so that admit looks at the frame. */
static void
set_fault(struct burst *b, unsigned int i, enum drop why)
{
	b->fault[i] = why;
	b->type[i] = 0;
}

/*
 * A frame whose type is that of a tag.  One of LOOK octets or more is long
 * enough for every tag that is read.
 */
static void
parse_tagged(struct burst *b, unsigned int i, const struct device *d)
{
	const uint8_t *frame = rte_pktmbuf_mtod(b->pkt[i], const uint8_t *);
	uint32_t size = b->pkt[i]->pkt_len;
	bool own;

	if (size < LOOK && !frame_is_complete(frame, size)) {
		set_fault(b, i, DROP_runt);
		return;
	}
	b->pkt[i]->vlan_tci = frame_read16(frame + FRAME_HEADER);
	b->fault[i] = find_port(d, b->type[i], b->pkt[i]->vlan_tci, &b->port[i],
				&own);
	if (b->fault[i] != DROP_NONE || !own)
		return;
	b->tagged |= UINT64_C(1) << i;
	b->type[i] = frame_read16(frame + FRAME_HEADER + 2);
}

/*
 * Whether the header is there, in one buffer.  Drivers put at least a hundred
 * octets into the first, so joining them is rare and may be slow.
 */
static bool
has_header(struct rte_mbuf *m)
{
	if (m->data_len < m->pkt_len && rte_pktmbuf_linearize(m) != 0)
		return false;
	return m->data_len >= FRAME_HEADER;
}

/* A frame without a header to read: too short, or its buffers cannot be joined. */
static void
parse_short(struct burst *b, unsigned int i)
{
	b->src[i] = b->dst[i] = 0;
	set_fault(b, i,
		  b->pkt[i]->pkt_len < FRAME_HEADER ? DROP_runt
						    : DROP_rx_error);
}

/* Reads all headers.  Returns the frames that are not plain IP. */
static uint64_t
parse_headers(struct burst *b)
{
	uint64_t other = 0;
	unsigned int i;

	BURST_FOREACH(b->live, i) {
		struct rte_mbuf *m = b->pkt[i];

		if (unlikely(m->data_len < LOOK)) {
			b->short_ip |= UINT64_C(1) << i;
			if (!has_header(m)) {
				parse_short(b, i);
				continue;
			}
		}
		frame_header(rte_pktmbuf_mtod(m, const uint8_t *), &b->dst[i],
			     &b->src[i], &b->type[i]);
		other |= (uint64_t)((b->type[i] != FRAME_IPV4) &
				    (b->type[i] != FRAME_IPV6))
			 << i;
	}
	return other;
}

/* Not to be forwarded in any case: admit takes or drops it, without a LAN, too. */
static bool
is_for_lacp(const struct burst *b, unsigned int i, const struct port *owner)
{
	return owner->flags & PORT_LACP && b->dst[i] == MAC_SLOW &&
	       b->type[i] == FRAME_SLOW;
}

/* On a device with tagged ports, a frame is of the owner before its tag is read. */
static void
give_to_owner(struct burst *b, const struct device *d)
{
	unsigned int i;

	BURST_FOREACH(b->live, i) {
		b->port[i] = d->owner;
		if (d->owner->lan == NULL && b->fault[i] == DROP_NONE &&
		    !frame_is_tag(b->type[i]) && !is_for_lacp(b, i, d->owner))
			set_fault(b, i, DROP_untagged_not_allowed);
	}
}

void
stage_parse(struct worker *w, const struct view *v, struct burst *b)
{
	const struct device *d = b->device;
	uint64_t other;
	unsigned int i;

	(void)w, (void)v;
	b->live = burst_all(b->n) & ~b->plain;
	b->tagged = 0;
	b->short_ip = 0;
	memset(b->fault, DROP_NONE, sizeof(b->fault));
	other = parse_headers(b);
	if (unlikely(b->bad != 0))
		BURST_FOREACH(b->bad, i)
			set_fault(b, i, DROP_rx_error);
	if (unlikely(d->tagged != NULL))
		give_to_owner(b, d);
	BURST_FOREACH(other, i)
		if (frame_is_tag(b->type[i]))
			parse_tagged(b, i, d);
}
