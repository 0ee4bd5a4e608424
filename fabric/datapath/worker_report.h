/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_REPORT_H
#define IXF_WORKER_REPORT_H

/*
 * What a worker reports to control, by its rings, and the share of them that
 * each port may use.  On the worker.
 */

#include "fabric/datapath/worker.h"

struct punt;

/*
 * Takes 'n' > 0 of a port's share, which is 'share', and no more than what is left
 * for all, 'room' less 'taken': n ports that take all they can leave an (n + 1)th
 * part.  False: so much is not left.
 */
static inline bool
shares_take(struct shares *s, uint16_t port, uint32_t n, uint32_t share,
	    uint32_t room, uint32_t taken)
{
	uint32_t left = room > taken ? room - taken : 0;

	if (s->used[port] + n > (share < left ? share : left))
		return false;
	if (s->used[port] == 0)
		s->users[s->nusers++] = port;
	s->used[port] += (uint16_t)n;
	return true;
}

/*
 * Gives each port all of its share of a ring again, once control has taken what
 * was there at the last refill.  So a port never has more in a ring than two
 * shares, and all ports no more than twice what they may have together, however
 * late control is.
 */
void worker_refill_shares(struct worker *);

/* Sends a word of msg.h to control; false: the ring is full. */
bool worker_message(struct worker *, uint64_t msg);

/* Asks control to disable the port: once between two refills. */
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
