/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_BACKLOG_H
#define IXF_BACKLOG_H

/*
 * The backlog of a device: frames that it had no room for, and the choice of those
 * that are dropped.  Senders get equal shares of what the device takes, in octets,
 * and one that sends less than its share loses nothing (max-min fairness), whatever
 * the order in which their frames come.
 *
 * There is no queue for each sender.  Each frame has a rank: the octets that its
 * sender has had of the device, with this frame.  The level is the lowest rank that
 * could not be sent.  Where there is no room for all frames, those of highest rank
 * are dropped; and before the end of a round none leaves whose rank is more than a
 * quantum above the level, since senders whose turn is later may be behind.  A sender
 * that was idle begins BACKLOG_CREDIT octets below the level, so that a burst of one
 * that has less than its share passes, and none is paid for years of silence.
 *
 * Ranks are the finish tags of start-time fair queueing (Goyal, Vin and Cheng, 1996),
 * used to drop and not to sort: frames leave in the order in which they came, and
 * what a sender loses are the last of its frames here (Suter, Lakshman, Stiliadis and
 * Choudhury, 1998: drop from the longest queue).
 *
 * Of one worker and one device.  Octets are those of a frame without FCS, as counters
 * of ports have them.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/datapath/worker.h"
#include "fabric/view/port.h"

struct rte_mbuf;

#define BACKLOG_KEPT 192 /* frames, from one round to the next */

#define BACKLOG_CREDIT  (UINT64_C(1) << 17) /* octets: 64 frames, and more */
#define BACKLOG_FABRIC  PORTS_MAX           /* a sender: control */
#define BACKLOG_UNKNOWN (PORTS_MAX + 1)     /* came before the backlog began */
#define BACKLOG_SENDERS (PORTS_MAX + 1)

struct backlog_frame {
	struct rte_mbuf *pkt;
	uint32_t len;
	uint16_t from; /* the port that sent it, or one of the above */
	uint16_t to;   /* the port that it leaves by */
};

struct backlog {
	unsigned int n;
	struct backlog_frame frame[BACKLOG_SIZE]; /* as they came */
	uint64_t rank[BACKLOG_SIZE];              /* of each */
	uint64_t had
		[BACKLOG_SENDERS]; /* octets sent, and in frame[]; by sender */

	uint64_t level;
	uint64_t floor; /* no sender has had less, or it counts as so much */
	uint64_t quantum;
	uint64_t highest; /* rank of all that left */

	/* Of this round. */
	uint64_t lowest; /* rank of a frame that was dropped; or UINT64_MAX */
	bool full;       /* set by the caller: the device had too little room */

	/* Of the caller. */
	bool used;       /* by a device */
	uint32_t serial; /* of that device */
	uint64_t moved;  /* ns: when the device last took a frame */
	bool still;      /* it was asked since, for long, and stands still */
	uint64_t busy;   /* ns: when it last had too little room */
	uint64_t shift;  /* from the level to that of all workers: txlevel.h */
	bool aligned;    /* that has been found */
	uint64_t cap;    /* the highest rank that may leave now */
};

/* Begins an empty one, for another device: all senders have had the same. */
void backlog_begin(struct backlog *);

/* Adds a frame.  There is room for it: n is less than BACKLOG_SIZE. */
void backlog_put(struct backlog *, const struct backlog_frame *);

/* The rank up to which frames may leave in this round. */
uint64_t backlog_limit(const struct backlog *);

/*
 * Finds the first 'max' frames of a rank up to 'limit', and writes their places.
 * Returns how many.
 */
unsigned int backlog_pick(const struct backlog *, uint64_t limit,
			  uint16_t *place, unsigned int max);

/* Removes frames that have left: the first 'n' places of backlog_pick(). */
void backlog_remove(struct backlog *, const uint16_t *place, unsigned int n);

/*
 * Removes the frames of highest rank until 'keep' are left, and writes them to
 * 'dropped', which has room for BACKLOG_SIZE.  Returns how many.
 */
unsigned int backlog_cut(struct backlog *, unsigned int keep,
			 struct backlog_frame *dropped);

/*
 * At the end of a round, in which the frames up to the limit were offered: whether
 * the device had room for all of them, and others were held back.  Then these may
 * leave too.
 */
bool backlog_is_held(const struct backlog *);

/*
 * Ends a round.  'held': backlog_is_held(), and not because of other workers.
 * Returns whether some frames of the round could not be sent.
 */
bool backlog_end_round(struct backlog *, bool held);

#endif
