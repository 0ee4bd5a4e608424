/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TXBUF_H
#define IXF_TXBUF_H

/*
 * Frames on their way to a device: a buffer of the worker collects them, and sends
 * them when it is full or at the end of a round.  Once the device has had too little
 * room, its frames meet a backlog (backlog.h) in place of the buffer, until it has
 * had room for all of them for a while.  On the worker.
 */

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/worker.h"
#include "fabric/view/view.h"

#define TXBUF_BYTES 16

/* The worker's own; lockstep reads it. */
struct txbuf {
	/*
	 * One word, so that a frame is added by one addition: the number of
	 * frames, and above TXBUF_BYTES the octets of all of them on the wire,
	 * without FCS.  With a backlog it looks full, and pkt[] is empty but while
	 * frames of the backlog are being sent.
	 */
	uint64_t held;
	struct rte_mbuf *pkt[TXBUF_SIZE];

	/* Of each frame, on a device that carries tagged ports or has a backlog. */
	uint16_t port[TXBUF_SIZE]; /* that it is charged to */
	uint32_t len[TXBUF_SIZE];

	uint32_t reclaimed;      /* in this pass: w->pass */
	struct backlog *backlog; /* or NULL */
} __attribute__((aligned(1024)));

/*
 * Sends what the buffer of 'device' holds, and returns it; or NULL, if there is a
 * backlog then.
 */
struct txbuf *txbuf_flush(struct worker *, const struct view *,
			  uint16_t device);

/* Sends what all of them hold, and frees what was dropped: ends a round. */
void worker_flush(struct worker *, const struct view *);

static inline uint16_t
txbuf_count(const struct txbuf *t)
{
	return (uint16_t)t->held;
}

/* Whether frames to 'device' may wait from one round to the next. */
static inline bool
txbuf_waits(const struct worker *w, uint16_t device)
{
	return w->tx[device].backlog != NULL;
}

/*
 * Has room in the buffer of 'device' for one more frame, and notes that it is used.
 * NULL: the frame meets a backlog, txbuf_wait().
 */
static inline struct txbuf *
txbuf_make_room(struct worker *w, const struct view *v, uint16_t device)
{
	struct txbuf *t = &w->tx[device];

	if (txbuf_count(t) == TXBUF_SIZE)
		return t->backlog == NULL ? txbuf_flush(w, v, device) : NULL;
	if (t->held == 0)
		w->dirty[w->ndirty++] = device;
	return t;
}

/*
 * Puts a frame of w->sender, which is given away, into the backlog of 'device'.
 * 'to': the id of the port that it leaves by; or PORTS_MAX, where the device has no
 * tagged ports.
 */
void txbuf_wait(struct worker *, const struct view *, uint16_t device,
		uint16_t to, struct rte_mbuf *, uint32_t len);

static inline void
txbuf_append(struct txbuf *t, struct rte_mbuf *m, uint32_t len)
{
	t->pkt[txbuf_count(t)] = m;
	t->held += (uint64_t)len << TXBUF_BYTES | 1;
}

/* A frame of 'len' octets, which is given away, to a device without tagged ports. */
static inline void
txbuf_add(struct worker *w, const struct view *v, uint16_t device,
	  struct rte_mbuf *m, uint32_t len)
{
	struct txbuf *t = txbuf_make_room(w, v, device);

	if (likely(t != NULL))
		txbuf_append(t, m, len);
	else
		txbuf_wait(w, v, device, PORTS_MAX, m, len);
}

/*
 * Copies are short at 'device': sends what its buffer holds and, once a pass, has
 * the device free what it has sent.
 */
void txbuf_reclaim(struct worker *, const struct view *, uint16_t device);

/* A frame of 'to' by that device, which may have tagged ports. */
static inline void
txbuf_put_by(struct worker *w, const struct view *v, const struct port *to,
	     uint16_t device, struct rte_mbuf *m, uint32_t len)
{
	struct txbuf *t = txbuf_make_room(w, v, device);

	if (unlikely(t == NULL)) {
		txbuf_wait(w, v, device, to->id, m, len);
		return;
	}
	if (to->flags & PORT_SHARES) {
		t->port[txbuf_count(t)] = to->id;
		t->len[txbuf_count(t)] = len;
	}
	txbuf_append(t, m, len);
}

/* txbuf_put() in a trial, of a LAG, or of a device with tagged ports. */
void txbuf_put_looked(struct worker *, const struct view *,
		      const struct port *to, struct rte_mbuf *, uint32_t len);

/*
 * Puts a frame of 'len' octets, which is given away and has the tag of the port, into
 * the buffer of the device by which it leaves 'to'.
 */
static inline void
txbuf_put(struct worker *w, const struct view *v, const struct port *to,
	  struct rte_mbuf *m, uint32_t len)
{
	if (unlikely(w->trial != NULL || to->flags & (PORT_SHARES | PORT_LAG)))
		txbuf_put_looked(w, v, to, m, len);
	else
		txbuf_add(w, v, egress_device(&to->egress), m, len);
}

/*
 * All frames of a burst, which are plain.  Returns false, and does nothing, if they
 * do not leave by one device whose buffer has room for all.
 */
bool txbuf_add_all(struct worker *, const struct view *, const struct burst *);

#endif
