/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_H
#define IXF_WORKER_H

/*
 * A worker: one core that polls its receive queues and carries each burst
 * through the stages.  It owns all that it writes; what others read of it is
 * said at the field.
 */

#include <stdatomic.h>
#include <stdint.h>

#include "burst.h"
#include "counter.h"
#include "drop.h"
#include "view.h"

struct rte_mbuf;
struct rte_mempool;
struct rte_ring;

/* Written by one worker, read by control.  Lines of its own. */
struct port_counters {
#define COUNTER(name, ...) struct counter name;
#include "counter_list.h"
	struct counter drop[DROP_N];
} __attribute__((aligned(64)));

#define TXBUF_SIZE 64

/* Frames on their way to one device. */
struct txbuf {
	uint16_t n;
	uint16_t port[TXBUF_SIZE]; /* that each is charged to */
	uint32_t len[TXBUF_SIZE];  /* octets on the wire, without FCS */
	struct rte_mbuf *pkt[TXBUF_SIZE];
} __attribute__((aligned(64)));

/* A frame that is done for.  A pass frees them all at its end. */
struct trash {
	struct rte_mbuf *pkt;
	uint16_t port; /* that the drop is charged to */
	uint16_t why;  /* enum drop */
};

#define TRASH_SIZE 512

struct worker {
	/* Set before the worker starts. */
	unsigned int id;           /* its place in view->worker, its tx queue */
	struct rte_ring *messages; /* one writer: here; one reader: control */
	struct rte_mempool *heads; /* headers of tagged copies */
	struct port_counters *port; /* PORTS_MAX of them */

	/* Written by control, read here once a pass. */
	_Atomic(const struct view *) view;
	_Atomic bool stop;

	/* Written here, read by control. */
	struct counter polls;       /* queues looked at */
	struct counter idle_polls;  /* of them, empty */
	struct counter frames;      /* received */
	struct counter busy_cycles; /* of the TSC, in passes with frames */
	struct counter started;     /* TSC at the start */

	/* The worker's own. */
	uint32_t now_s;      /* the second we are in */
	uint64_t next_s;     /* when, in ns, the next one begins */
	uint64_t learn_slot; /* the millisecond that learned[] counts in */
	uint64_t last_learn; /* the last message, not to be repeated at once */
	struct txbuf *tx;    /* by device id, PORTS_MAX of them */
	uint16_t *learned;   /* by port id: messages in this millisecond */
	uint16_t *learners;  /* the ports whose learned[] is not 0 */
	unsigned int nlearners;
	uint16_t *dirty; /* the devices with frames in tx[] */
	unsigned int ndirty;
	unsigned int ntrash;
	struct trash trash[TRASH_SIZE];
	struct burst rx;   /* as it came from the queue */
	struct burst part; /* what of it came in by one port */
};

/*
 * A worker with its tables, 'id' its number.  Its ring and pool are the
 * caller's.  NULL and errno on failure.
 */
struct worker *worker_create(unsigned int id, struct rte_ring *messages,
			     struct rte_mempool *heads);
void worker_free(struct worker *);

/*
 * One pass: takes up to a burst from 'q' and carries it through the stages.
 * 'now' is in ns of any clock that does not go back.  Returns the number of
 * frames received.  Frames may be left in tx buffers: see worker_flush().
 */
unsigned int worker_pass(struct worker *, const struct view *,
			 const struct rxq *q, uint64_t now);

/*
 * The stages behind rx, for frames that are in w->rx already: pkt[], len[] and
 * n set by the caller, who also frees the trash.
 */
void worker_frames(struct worker *, const struct view *, const struct device *,
		   uint64_t now);

/* Sends what the tx buffers hold. */
void worker_flush(struct worker *, const struct view *);

/* Frees the dropped frames of this pass. */
void worker_empty_trash(struct worker *);

/*
 * The loop of a worker thread, until w->stop: passes over the queues of the
 * view, a quiescent state each round, sleep when there is nothing to do.  'qs'
 * is a struct rte_rcu_qsbr in which the worker is thread number w->id.
 */
struct rte_rcu_qsbr;
void worker_run(struct worker *, struct rte_rcu_qsbr *qs);

#endif
