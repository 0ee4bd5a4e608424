/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Send: frames into the tx buffers of the devices they leave by, with the tag
 * that the egress port asks for.
 *
 * The last stage.  Inside the fabric a frame has no tag of a port; it loses that
 * of its ingress port here, and not before, so that a dropped frame is recorded
 * as it came.  A flood takes one reference for each egress port; a frame with more
 * than one reference is never written to, so a port that needs a tag gets a
 * copy, from a pool of its own.  (Under the ixp profiles what floods is ARP and
 * ND: a copy of so little costs less than a chain of header and reference.)
 */
#include "fabric/datapath/stage.h"

#include <stdbool.h>
#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "fabric/datapath/bgp.h"
#include "fabric/datapath/copies.h"
#include "fabric/datapath/payload.h"
#include "fabric/datapath/stage_send.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/worker_drop.h"
#include "fabric/datapath/worker_link.h"
#include "fabric/datapath/worker_meter.h"
#include "fabric/datapath/worker_mirror.h"
#include "fabric/datapath/worker_tap.h"
#include "fabric/view/mirror.h"
#include "fabric/view/punt.h"
#include "fabric/view/view.h"
#include "lib/acl.h"
#include "lib/frame.h"
#include "lib/mac.h"

#include "fabric/datapath/hot.h"

#define MADE_AT_ONCE    32
#define MIRRORED_ROUNDS 8 /* of so many copies, in a round of the worker */

#define TCI_PRIORITY 0xf000 /* PCP and DEI (IEEE 802.1Q, 9.6) */

/* Two addresses, which stand before the tag. */
#define ADDRESSES 12

/*
 * Removes the tag at the front.  A frame that had the least length with its tag
 * is padded, or it would be a runt on the wire.
 */
static uint32_t
untag(struct rte_mbuf *m, uint32_t len)
{
	uint8_t *frame = rte_pktmbuf_mtod(m, uint8_t *);
	uint32_t pad = 0;

	memmove(frame + FRAME_TAG, frame, ADDRESSES);
	rte_pktmbuf_adj(m, FRAME_TAG);
	if (len >= FRAME_MIN && len < FRAME_MIN + FRAME_TAG &&
	    m->pkt_len == len - FRAME_TAG) {
		char *end;

		pad = FRAME_MIN + FRAME_TAG - len;
		end = rte_pktmbuf_append(m, (uint16_t)pad);
		if (end != NULL)
			memset(end, 0, pad);
		else
			pad = 0;
	}
	return len - FRAME_TAG + pad;
}

/* Puts a tag in front; false when there is no room for it. */
static bool
tag(struct rte_mbuf *m, uint16_t tci)
{
	uint8_t *frame = (uint8_t *)rte_pktmbuf_prepend(m, FRAME_TAG);

	if (unlikely(frame == NULL))
		return false;
	memmove(frame, frame + FRAME_TAG, ADDRESSES);
	frame_write16(frame + ADDRESSES, FRAME_CTAG);
	frame_write16(frame + ADDRESSES + 2, tci);
	return true;
}

/*
 * The id of the device by which 'm', without a tag of the port, leaves 'to'.  If it is
 * dropped since no link can be used, that of one of them, for what comes before.
 */
static uint16_t
device_of(const struct view *v, const struct port *to, const struct rte_mbuf *m)
{
	uint16_t device = worker_device(v, to, m, false);

	return likely(device != NO_DEVICE) ? device
					   : egress_device(&to->egress);
}

/* Whether the device by which 'm' leaves 'to' sends it as it is. */
static bool
fits(const struct view *v, const struct port *to, const struct rte_mbuf *m)
{
	return likely(m->nb_segs == 1) ||
	       v->device[device_of(v, to, m)]->multi_segs;
}

/* A copy of 'm' that may be written to and is charged to the device, or NULL. */
static struct rte_mbuf *
take_copy(struct worker *w, const struct view *v, uint16_t device,
	  const struct rte_mbuf *m)
{
	struct rte_mbuf *copy = copies_take(w->copies, device, m);

	if (unlikely(copy == NULL)) {
		txbuf_reclaim(w, v, device);
		copy = copies_take(w->copies, device, m);
	}
	if (unlikely(copy == NULL))
		w->short_of_copies = true;
	return copy;
}

/* One that fits 'to', too. */
static struct rte_mbuf *
copy_for(struct worker *w, const struct view *v, const struct port *to,
	 const struct rte_mbuf *m)
{
	struct rte_mbuf *copy = take_copy(w, v, device_of(v, to, m), m);

	if (copy != NULL && !fits(v, to, copy)) {
		rte_pktmbuf_free(copy);
		return NULL;
	}
	return copy;
}

/*
 * Sends 'm', which has no tag of a port, by 'to' with 'priority' in its tag if
 * it gets one.  'm' may be written to, and is given away.
 */
static void
send_own(struct worker *w, const struct view *v, const struct port *to,
	 struct rte_mbuf *m, uint32_t len, uint16_t priority)
{
	if (unlikely(!fits(v, to, m))) {
		struct rte_mbuf *copy = copy_for(w, v, to, m);

		if (copy == NULL) {
			worker_drop(w, m, to, DROP_no_mbuf);
			return;
		}
		rte_pktmbuf_free(m);
		m = copy;
	}
	if (to->egress.tag == 0) {
		txbuf_put(w, v, to, m, len);
	} else if (tag(m, priority | to->egress.tag)) {
		txbuf_put(w, v, to, m, len + FRAME_TAG);
	} else {
		worker_drop(w, m, to, DROP_no_mbuf);
	}
}

/* Sends a copy of 'm', which stays the caller's. */
static void
send_copy(struct worker *w, const struct view *v, const struct port *to,
	  struct rte_mbuf *m, uint32_t len, uint16_t priority)
{
	struct rte_mbuf *copy = copy_for(w, v, to, m);

	if (copy != NULL)
		send_own(w, v, to, copy, len, priority);
	else
		worker_count_drop(w, m, to, DROP_no_mbuf);
}

/* The same with one more reference, where that does. */
static void
send_again(struct worker *w, const struct view *v, const struct port *to,
	   struct rte_mbuf *m, uint32_t len, uint16_t priority)
{
	if (unlikely(to->egress.tag != 0 || !fits(v, to, m))) {
		send_copy(w, v, to, m, len, priority);
		return;
	}
	for (struct rte_mbuf *s = m; s != NULL; s = s->next)
		rte_mbuf_refcnt_update(s, 1);
	txbuf_put(w, v, to, m, len);
}

/* Of the frames that are to leave by a port, those to a group. */
static void
count_group(struct port_counters *c, uint64_t dst)
{
	counter_add(dst == MAC_BROADCAST ? &c->tx_broadcast : &c->tx_multicast,
		    1);
}

static bool
is_culled(struct worker *w, const struct burst *b, unsigned int i)
{
	uint32_t size;
	const uint8_t *payload = payload_get(w, b, i, &size);

	return bgp_is(b->in->lan, b->type[i], payload, size);
}

static bool
is_denied(struct worker *w, const struct burst *b, unsigned int i,
	  const struct port *to)
{
	struct counter *hits =
		w->trial == NULL ? to->out.hits + w->id * to->out.stride : NULL;
	struct acl_key key;

	payload_acl_key(w, b, i, to->egress.tag, &key);
	return acl_judge(to->out.acl, &key, hits, &w->rule) == ACL_DENY;
}

/* The culling, ACL and rate of a port that has one of them. */
static enum drop
judge_filters(struct worker *w, const struct burst *b, unsigned int i,
	      const struct port *to, bool culled)
{
	const struct meter *m = &to->shared->meter[METER_OUT];

	if (culled && is_culled(w, b, i))
		return DROP_egress_cull;
	if (to->out.acl != NULL && is_denied(w, b, i, to))
		return DROP_egress_acl;
	if (meter_is_set(m) &&
	    !worker_takes_of(w, to, METER_OUT,
			     to->per_packet >> METER_OUT & 1
				     ? 1
				     : b->len[i] + FRAME_FCS))
		return DROP_egress_police;
	return DROP_NONE;
}

/*
 * Why frame 'i' may not leave by 'to': a group address that no bridge forwards,
 * checked once more here whatever the ingress port allows; or a filter of the
 * egress port.  The frame still has the tag it came with.
 */
static inline enum drop
judge_egress(struct worker *w, const struct view *v, const struct burst *b,
	     unsigned int i, const struct port *to)
{
	bool culled = view_port_state(v, to->id) & PORT_CULLED;

	if (unlikely(mac_is_reserved(b->dst[i])))
		return DROP_egress_ll;
	if (likely(!(to->flags & PORT_FILTERS) && !culled))
		return DROP_NONE;
	return judge_filters(w, b, i, to, culled);
}

/*
 * A frame to all targets.  Those that may not get it are found before the tag it
 * came with is removed.
 */
static void
send_flood(struct worker *w, const struct view *v, const struct burst *b,
	   unsigned int i, uint16_t priority)
{
	struct rte_mbuf *m = b->pkt[i];
	uint32_t len = b->len[i];
	bool group = mac_is_group(b->dst[i]);
	unsigned int nready = 0;

	counter_add(&w->port[b->in->id].copies, w->ntargets);
	for (unsigned int k = 0; k < w->ntargets; k++) {
		const struct port *to = v->port[w->targets[k]];
		enum drop why = judge_egress(w, v, b, i, to);

		if (group)
			count_group(&w->port[to->id], b->dst[i]);
		if (likely(why == DROP_NONE))
			w->ready[nready++] = to->id;
		else
			worker_count_drop(w, m, to, why);
	}
	if (b->tagged >> i & 1)
		len = untag(m, len);
	for (unsigned int k = 0; k < nready; k++)
		send_again(w, v, v->port[w->ready[k]], m, len, priority);
	rte_pktmbuf_free(m);
}

/* The table of a LAN names a port that is not, or no longer, in it. */
static bool
is_foreign(const struct burst *b, const struct port *to)
{
	return unlikely(to->lan != b->in->lan);
}

/* Sends an ARP request or NS that was for all to the owner of the address. */
static void
write_dst(struct rte_mbuf *m, uint64_t dst)
{
	uint64_t word = htobe64(dst << 16);

	memcpy(rte_pktmbuf_mtod(m, uint8_t *), &word, 6);
}

static void
send_unicast(struct worker *w, const struct view *v, const struct burst *b,
	     unsigned int i, uint16_t priority)
{
	const struct port *to = v->port[b->out[i]];
	struct rte_mbuf *m = b->pkt[i];
	uint32_t len = b->len[i];

	enum drop why = is_foreign(b, to) ? DROP_egress_vlan
					  : judge_egress(w, v, b, i, to);

	/* Only one to an owner with an unknown MAC address. */
	if (unlikely(b->to_owner >> i & 1) && mac_is_group(b->dst[i]))
		count_group(&w->port[to->id], b->dst[i]);
	if (unlikely(why != DROP_NONE)) {
		worker_drop(w, m, to, why);
		return;
	}
	if (unlikely(b->to_owner >> i & 1))
		write_dst(m, b->dst[i]);
	if (b->tagged >> i & 1)
		len = untag(m, len);
	send_own(w, v, to, m, len, priority);
}

static void
send_live(struct worker *w, const struct view *v, const struct burst *b,
	  unsigned int i)
{
	uint16_t priority = 0;

	if (unlikely(b->tagged >> i & 1))
		priority = b->pkt[i]->vlan_tci & TCI_PRIORITY;
	if (unlikely(b->out[i] == BURST_FLOOD))
		send_flood(w, v, b, i, priority);
	else
		send_unicast(w, v, b, i, priority);
}

static inline void
send_plain(struct worker *w, const struct view *v, const struct burst *b,
	   unsigned int i)
{
	txbuf_add(w, v, b->via[i], b->pkt[i], b->len[i]);
}

/* Plain frames and others in the order in which they came. */
static void
send_mixed(struct worker *w, const struct view *v, const struct burst *b)
{
	unsigned int i;

	BURST_FOREACH(b->live | b->plain, i) {
		if (b->plain >> i & 1)
			send_plain(w, v, b, i);
		else
			send_live(w, v, b, i);
	}
}

void
stage_send(struct worker *w, const struct view *v, struct burst *b)
{
	struct tap *tap = worker_tap(w);

	w->sender = b->in;
	if (unlikely(tap != NULL))
		worker_tap_passed(w, tap, b);
	if (unlikely(b->plain != burst_all(b->n))) {
		send_mixed(w, v, b);
		return;
	}
	if (txbuf_add_all(w, v, b))
		return;
	for (unsigned int i = 0; i < b->n; i++)
		send_plain(w, v, b, i);
}

/* Whether a frame made by control may leave by the port. */
static bool
takes_made(const struct view *v, const struct port *to)
{
	return to != NULL && to->lan != NULL &&
	       !(to->flags & (PORT_DISABLED | PORT_QUARANTINE)) &&
	       view_port_is_up(v, to->id);
}

/*
 * A queue that holds frames gets a copy, which is charged to its device, or queues
 * that stand still could hold all buffers of control; so does a backlog.
 */
static bool
is_held(const struct worker *w, const struct view *v, uint16_t device)
{
	return v->device[device]->holds || txbuf_waits(w, device);
}

static void
count_made(struct worker *w, const struct port *to, const struct rte_mbuf *m)
{
	uint64_t dst = frame_read64(rte_pktmbuf_mtod(m, const uint8_t *)) >> 16;

	counter_add(&w->port[to->id].generated, 1);
	if (mac_is_group(dst))
		count_group(&w->port[to->id], dst);
}

static void
send_made(struct worker *w, const struct view *v, const struct port *to,
	  struct rte_mbuf *m)
{
	count_made(w, to, m);
	if (is_held(w, v, device_of(v, to, m)))
		send_copy(w, v, to, m, m->pkt_len, 0);
	else
		send_again(w, v, to, m, m->pkt_len, 0);
}

/*
 * By one link of a LAG, untagged, whatever the state of the port: LACP, by which that
 * gets another.  The link may have gone since, or come to another port.
 */
static void
send_made_by(struct worker *w, const struct view *v, const struct outgoing *o)
{
	const struct device *d = v->device[o->device];
	struct rte_mbuf *m = o->pkt;

	if (d == NULL || d->lag == NULL || d->owner->id != o->port)
		return;
	count_made(w, d->owner, m);
	if (is_held(w, v, o->device))
		m = take_copy(w, v, o->device, m);
	else
		rte_mbuf_refcnt_update(m, 1);
	if (m != NULL)
		txbuf_put_by(w, v, d->owner, o->device, m, m->pkt_len);
	else
		worker_count_drop(w, o->pkt, d->owner, DROP_no_mbuf);
}

static void
send_made_to_all(struct worker *w, const struct view *v,
		 const struct outgoing *o)
{
	for (unsigned int i = 0; i < v->nlans; i++) {
		const struct lan *l = &v->lan[i];

		if (l->id != o->lan)
			continue;
		for (unsigned int k = 0; k < l->nmembers; k++)
			if (l->member[k]->id != o->except &&
			    takes_made(v, l->member[k]))
				send_made(w, v, l->member[k], o->pkt);
	}
}

/*
 * Sends a copy of a mirror, by a port that nothing else leaves by.  Buffers of copies
 * are the mirrors' own, so what a queue holds of them is short for mirrors alone.
 */
static void
send_mirrored(struct worker *w, const struct view *v,
	      const struct mirror_copy *c)
{
	const struct port *to = v->port[c->port];
	uint64_t dst =
		frame_read64(rte_pktmbuf_mtod(c->pkt, const uint8_t *)) >> 16;

	if (to == NULL || !(to->flags & PORT_LISTENS) ||
	    to->flags & PORT_DISABLED || !view_port_is_up(v, to->id)) {
		worker_mirror_unsent(w, c->number);
		rte_pktmbuf_free(c->pkt);
		return;
	}
	counter_add(&w->port[to->id].mirrored, 1);
	if (mac_is_group(dst))
		count_group(&w->port[to->id], dst);
	send_own(w, v, to, c->pkt, c->pkt->pkt_len, 0);
}

static void
send_all_mirrored(struct worker *w, const struct view *v)
{
	struct mirror_copy c[MADE_AT_ONCE];
	unsigned int n;

	/* A round has room for as many frames as a worker has received in it. */
	for (unsigned int round = 0; round < MIRRORED_ROUNDS; round++) {
		n = rte_ring_sc_dequeue_burst_elem(w->mirrored, c, sizeof(c[0]),
						   MADE_AT_ONCE, NULL);
		for (unsigned int i = 0; i < n; i++)
			send_mirrored(w, v, &c[i]);
		if (n < MADE_AT_ONCE)
			return;
	}
}

void
worker_send_made(struct worker *w, const struct view *v)
{
	struct outgoing o[MADE_AT_ONCE];
	unsigned int n;

	if (w->outgoing == NULL)
		return;
	w->sender = NULL;
	n = rte_ring_sc_dequeue_burst_elem(w->outgoing, o, sizeof(o[0]),
					   MADE_AT_ONCE, NULL);
	for (unsigned int i = 0; i < n; i++) {
		if (o[i].device != NO_DEVICE)
			send_made_by(w, v, &o[i]);
		else if (o[i].port == PORTS_MAX)
			send_made_to_all(w, v, &o[i]);
		else if (takes_made(v, v->port[o[i].port]) &&
			 v->port[o[i].port]->lan->id == o[i].lan)
			send_made(w, v, v->port[o[i].port], o[i].pkt);
		rte_pktmbuf_free(o[i].pkt);
	}
	send_all_mirrored(w, v);
}
