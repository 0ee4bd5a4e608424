/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Learn: which source addresses are in use, and which are new.
 *
 * Comes after admit, so that only addresses that may be on the LAN are learned.
 * It adds nothing to a table: it refreshes the time of known addresses and
 * reports new ones to control, which alone decides about limits, locks and moves.
 *
 * An address that no host can have is not reported, even where the check that
 * would have dropped the frame is off.
 *
 * A member may invent addresses at line rate.  It can fill no more than its share
 * of the ring: LEARN_SHARE messages a millisecond.
 */
#include "fabric/datapath/stage.h"

#include <rte_branch_prediction.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/worker_report.h"
#include "fabric/view/msg.h"
#include "fabric/view/view.h"
#include "lib/clock.h"
#include "lib/mac.h"
#include "lib/mactab.h"

#include "fabric/datapath/hot.h"

static void
report(struct worker *w, const struct port *in, uint64_t mac)
{
	uint64_t msg = msg_make(MSG_LEARN, in, mac);

	if (msg == w->last_learn || mac == 0 || mac_is_group(mac) ||
	    mac == in->own_mac)
		return;
	if (shares_take(&w->learns, in->id, 1, LEARN_SHARE, LEARN_ROOM,
			w->nmessages) &&
	    worker_message(w, msg))
		w->last_learn = msg;
	else
		counter_add(&w->port[in->id].learn_missed, 1);
}

static uint64_t
moved(const struct burst *b, uint64_t unknown)
{
	uint64_t set = 0;
	unsigned int i;

	BURST_FOREACH(unknown, i)
		if (b->place[i] != MACTAB_NOWHERE)
			set |= UINT64_C(1) << i;
	return set;
}

void
stage_learn(struct worker *w, const struct view *v, struct burst *b)
{
	uint64_t unknown = b->unknown_src & b->live;
	unsigned int i;

	if (unlikely(w->trial != NULL))
		return;
	mactab_touch(b->in->lan->macs, b->place, b->live & ~b->unknown_src,
		     w->now_s);
	if (likely(unknown == 0) || !(b->in->flags & PORT_LEARNS))
		return;
	/* Of a port that may learn no more, those that another port has. */
	if (view_port_is_full(v, b->in->id))
		unknown = moved(b, unknown);
	BURST_FOREACH(unknown, i)
		report(w, b->in, b->src[i]);
}
