/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_REPORT_H
#define IXF_WORKER_REPORT_H

/*
 * What a worker reports to control, by its rings, and the share of them that
 * each port may use.  On the worker.
 */

#include "fabric/datapath/worker.h"

struct punt;

/* Whether the port has some of its share, which is 'share', left. */
static inline bool
shares_take(struct shares *s, uint16_t port, uint16_t share)
{
	if (s->used[port] == share)
		return false;
	if (s->used[port]++ == 0)
		s->users[s->nusers++] = port;
	return true;
}

/* Gives each port all of its share again. */
void shares_reset(struct shares *);

/* Asks control to disable the port, not more than once a millisecond. */
void worker_report_trip(struct worker *, const struct port *, enum drop why);

/*
 * Hands a record of an ARP, ND or IP packet of 'port' to control.  False, and
 * counted, when there is no room for it.  A trial hands over nothing, and has
 * room.
 */
bool worker_punt(struct worker *, const struct port *, struct punt *);

/*
 * The same for a record of any kind, with a copy of the first 'octets' of the
 * frame 'm', which stays the caller's.  False also if no buffer is left.  The
 * caller has set kind, flags and size.
 */
bool worker_punt_frame(struct worker *, const struct port *, struct punt *,
		       const struct rte_mbuf *m, uint32_t octets);

#endif
