/* SPDX-License-Identifier: BSD-3-Clause */
/* What members send of LACP: workers punt it. */
#include "fabric/lag/lag_impl.h"

#include <bsd/stdlib.h>
#include <rte_mbuf.h>

#include "fabric/runtime/punt.h"
#include "lib/frame.h"

/* The slot that the frame came in by; LAG_LINKS_MAX: the link has gone since. */
static unsigned int
slot_of(const struct lag_rt *l, uint32_t device)
{
	unsigned int i = 0;

	while (i < LAG_LINKS_MAX &&
	       (l->link[i].device == NULL || l->link[i].device->id != device))
		i++;
	return i;
}

static void
take(struct fabric *f, struct port_rt *p, const struct punt *punt)
{
	struct lag_sender sender = { f, p };
	const struct rte_mbuf *m = punt->frame;
	unsigned int slot;

	if (p->lag == NULL || !p->lag->lacp || m == NULL ||
	    m->data_len < FRAME_HEADER)
		return;
	slot = slot_of(p->lag, punt->target.v4);
	if (slot == LAG_LINKS_MAX)
		return;
	lacp_receive(&p->lag->machine, slot,
		     rte_pktmbuf_mtod_offset(m, const uint8_t *, FRAME_HEADER),
		     m->data_len - FRAME_HEADER, f->now, lag_send, &sender);
	lag_update(f, p);
}

void
lag_begin(struct fabric *f)
{
	f->lag_due = UINT64_MAX;
	f->lacp_system = lag_make_system(f);
	if (!f->in_step)
		arc4random_buf(&f->flow_secret, sizeof(f->flow_secret));
	punt_register(f, PUNT_LACP, take);
}
