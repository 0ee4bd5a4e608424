/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Learn: who was heard, and who is new.
 *
 * Comes after admit, so that only what may be on the LAN is learned, and
 * changes no table: known addresses get their time refreshed, new ones are
 * reported to control, which alone decides about limits, locks and moves.
 *
 * What can be nobody's address is not learned, even where the check that would
 * have refused it is off.
 *
 * A member may invent addresses at line rate.  What it can fill is its share of
 * the ring: PORT_SHARE messages a millisecond, more than any honest port needs,
 * and a sixteenth of the ring.
 */
#include "fabric/datapath/stage.h"

#include <rte_branch_prediction.h>
#include <rte_ring.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/worker_report.h"
#include "fabric/view/msg.h"
#include "fabric/view/view.h"
#include "lib/clock.h"
#include "lib/mac.h"

#include "fabric/datapath/hot.h"

#define PORT_SHARE (MSG_RING_SIZE / 16)

static void
report(struct worker *w, const struct port *in, uint64_t mac)
{
	uint64_t msg = msg_make(MSG_LEARN, in->id, mac);

	if (msg == w->last_learn || mac == 0 || mac_is_group(mac) ||
	    mac == in->own_mac)
		return;
	if (shares_take(&w->learns, in->id, PORT_SHARE) &&
	    rte_ring_sp_enqueue(w->messages, (void *)(uintptr_t)msg) == 0)
		w->last_learn = msg;
	else
		counter_add(&w->port[in->id].learn_missed, 1);
}

void
stage_learn(struct worker *w, const struct view *v, struct burst *b)
{
	uint64_t strangers = b->unknown_src & b->live;
	unsigned int i;

	if (unlikely(w->trial != NULL))
		return;
	mactab_touch(b->in->lan->macs, b->place, b->live & ~b->unknown_src,
		     w->now_s);
	if (likely(strangers == 0) || !(b->in->flags & PORT_LEARNS))
		return;
	if (view_port_is_full(v, b->in->id))
		return;
	BURST_FOREACH(strangers, i)
		report(w, b->in, b->src[i]);
}
