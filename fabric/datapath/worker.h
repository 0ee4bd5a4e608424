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

#include "fabric/datapath/burst.h"
#include "fabric/view/drop.h"
#include "fabric/view/view.h"
#include "lib/counter.h"

struct rte_mbuf;
struct rte_mempool;
struct rte_ring;

/* Written by one worker, read by control.  Lines of its own. */
struct port_counters {
#define COUNTER(name, ...) struct counter name;
#include "fabric/view/counter_list.h"
	struct counter drop[DROP_N];
	struct counter would_drop[DROP_N];
} __attribute__((aligned(64)));

#define TXBUF_SIZE 64

/* Frames on their way to one device. */
struct txbuf {
	uint16_t n;
	uint32_t bytes; /* octets of all of them on the wire, without FCS */
	struct rte_mbuf *pkt[TXBUF_SIZE];

	/* Of each frame, on a device that carries tagged ports. */
	uint16_t port[TXBUF_SIZE]; /* that it is charged to */
	uint32_t len[TXBUF_SIZE];
} __attribute__((aligned(1024)));

#define TRASH_SIZE  512
#define WORKER_FLAT 16384 /* octets: more than any device takes in */

/*
 * A frame that is tried, to see what would become of it (trial.c): nothing is
 * sent, learned, metered or recorded.  Control side; NULL in workers that work.
 */
struct trial {
	uint16_t over; /* bits METER_x: limits that are taken to be used up */
	bool idle;     /* the others are taken to be unused */
	/* Each frame, or copy, that would leave by 'to'. */
	void (*sent)(void *arg, const struct port *to, struct rte_mbuf *);
	/* Each one refused, or, 'would', that would be if its check dropped. */
	void (*dropped)(void *arg, const struct port *, enum drop why,
			bool would);
	void *arg;
};

/* How much of a ring each port has used in this millisecond. */
struct shares {
	uint16_t *used;  /* by port id */
	uint16_t *users; /* the ports whose used[] is not 0 */
	unsigned int nusers;
};

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

struct worker {
	/* Set before the worker starts. */
	unsigned int id;           /* its place in view->worker, its tx queue */
	struct rte_ring *messages; /* one writer: here; one reader: control */
	struct rte_mempool *copies; /* see worker_create() */
	struct rte_ring *punts;     /* the same, of struct punt */
	struct rte_ring
		*outgoing; /* of struct outgoing, control to here; NULL */
	struct port_counters *port; /* PORTS_MAX of them */

	/* Sees each refused frame before it is freed; NULL in the daemon. */
	void (*witness)(void *arg, struct rte_mbuf *, uint16_t port,
			enum drop why);
	void *witness_arg;
	const struct trial *trial;

	/* Written by control, read here once a pass. */
	_Atomic(const struct view *) view;
	_Atomic bool stop;

	/* Some port_log is noted: set here, cleared by control. */
	_Atomic bool noted;

	/* Written here, read by control. */
	struct counter polls;       /* queues looked at */
	struct counter idle_polls;  /* of them, empty */
	struct counter frames;      /* received */
	struct counter busy_cycles; /* of the TSC, in passes with frames */
	struct counter started;     /* TSC at the start */

	/* The worker's own. */
	uint64_t now;        /* ns, of this pass */
	uint32_t now_s;      /* the second we are in */
	uint64_t next_s;     /* when, in ns, the next one begins */
	uint64_t next_share; /* when, in ns, ports may learn anew */
	uint64_t last_learn; /* the last message, not to be repeated at once */
	uint64_t last_trip;  /* the same */
	unsigned int rule;   /* of the ACL that decided last */
	struct txbuf *tx;    /* by device id, PORTS_MAX of them */
	struct shares learns, punted;
	uint16_t *dirty; /* the devices with frames in tx[] */
	unsigned int ndirty;
	uint16_t *targets; /* ports a flood of this burst goes to */
	unsigned int ntargets;
	uint16_t *ready; /* of them, those that take the frame in hand */
	unsigned int ntrash;
	struct rte_mbuf *trash[TRASH_SIZE]; /* freed at the end of a pass */
	struct burst rx;                    /* as it came from the queue */
	struct burst part;                  /* what of it came in by one port */
	uint8_t flat[WORKER_FLAT]; /* a frame of several buffers in one piece */
};

/*
 * A worker with its tables, 'id' its number.  Its rings and pool are the
 * caller's: 'messages' and 'punts' for one writer and one reader; 'copies' for the copies
 * of flooded frames that need a tag of their own, with room in each buffer for
 * the largest frame, and apart from the pool of received frames, so that a
 * flood cannot starve unicast.  NULL and errno on failure.
 */
struct worker *worker_create(unsigned int id, struct rte_ring *messages,
			     struct rte_ring *punts,
			     struct rte_mempool *copies);
void worker_free(struct worker *);

/*
 * One pass: takes up to a burst from 'q' and carries it through the stages.
 * 'now' is in ns of any clock that does not go back.  Returns the number of
 * frames received.  Frames may be left in tx buffers: see worker_flush().
 */
unsigned int worker_pass(struct worker *, const struct view *,
			 const struct rxq *q, uint64_t now);

/*
 * The stages behind rx, for frames that are in w->rx already: n, pkt[], len[]
 * and bad set by the caller.
 */
void worker_frames(struct worker *, const struct view *, const struct device *,
		   uint64_t now);

/* Sends what the tx buffers hold, and frees what the devices did not take. */
void worker_flush(struct worker *, const struct view *);

/* Takes what control wants sent into the tx buffers. */
void worker_send_made(struct worker *, const struct view *);

/* Frees the dropped frames of this pass. */
void worker_empty_trash(struct worker *);

/* Counts a refused frame against 'port' and puts it into the trash. */
void worker_drop(struct worker *, struct rte_mbuf *, const struct port *port,
		 enum drop why);

/* The same for a copy that was not made: 'pkt' stays the caller's. */
void worker_count_drop(struct worker *, struct rte_mbuf *pkt,
		       const struct port *port, enum drop why);

/* The same for a frame of a burst, which is no longer live. */
static inline void
worker_drop_live(struct worker *w, struct burst *b, unsigned int i,
		 enum drop why)
{
	b->live &= ~(UINT64_C(1) << i);
	worker_drop(w, b->pkt[i], b->in, why);
}

/* A frame of a burst that was for the fabric itself. */
void worker_consume_live(struct worker *, struct burst *, unsigned int i);

/*
 * Tells control what a frame of 'port' says.  False, and counted, when there is
 * no room for it.  A trial tells nobody, and has room.
 */
struct punt;
bool worker_punt(struct worker *, const struct port *, struct punt *);

/* Counts a frame that would be refused if the check were in mode drop. */
void worker_would_drop(struct worker *, struct rte_mbuf *, const struct port *,
		       enum drop why);

/*
 * Whether the check 'why' refuses a frame of 'port' that it applies to.  In mode
 * log it counts the frame, and lets it pass.  Every check asks here.
 */
static inline bool
worker_drops(struct worker *w, const struct port *port, struct rte_mbuf *pkt,
	     enum drop why)
{
	if (!drop_set_has(&port->checks, why))
		return false;
	if (!drop_set_has(&port->logs, why))
		return true;
	worker_would_drop(w, pkt, port, why);
	return false;
}

/* Whether 'units' more are within the limit, which then has them counted. */
static inline bool
worker_takes(const struct worker *w, struct meter *m, uint32_t units)
{
	uint64_t cost, next;

	if (w->trial == NULL)
		return meter_take(m, w->now, units);
	if (!w->trial->idle)
		return meter_has(m, w->now, units);
	cost = meter_cost(m);
	return cost == 0 || meter_judge(m, 0, cost, 0, units, &next);
}

/* The same for a limit of the port's policy, which a trial may see as used up. */
static inline bool
worker_takes_of(const struct worker *w, const struct port *port,
		enum meter_kind kind, uint32_t units)
{
	struct meter *m = &port->shared->meter[kind];

	if (w->trial != NULL && w->trial->over >> kind & 1 && meter_is_set(m))
		return false;
	return worker_takes(w, m, units);
}

/*
 * The loop of a worker thread, until w->stop: passes over the queues of the
 * view, a quiescent state each round, sleep when there is nothing to do.  'qs'
 * is a struct rte_rcu_qsbr in which the worker is thread number w->id.
 */
struct rte_rcu_qsbr;
void worker_run(struct worker *, struct rte_rcu_qsbr *qs);

#endif
