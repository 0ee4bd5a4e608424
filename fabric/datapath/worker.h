/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_H
#define IXF_WORKER_H

/*
 * A worker: one core that polls its receive queues and carries each burst
 * through the stages.  It owns all that it writes; the comment at a field says
 * what other threads write or read.
 *
 * This is the public header of the folder: control includes no other.  Each other
 * header is for the stages and the front door, and for the .c of its name;
 * stage.h is that of all stage_*.c, guard.h that of all guard_*.c.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/drop.h"
#include "fabric/view/lag.h"
#include "fabric/view/port_counters.h"
#include "lib/flowhash.h"
#include "lib/wakeup.h"

struct backlog;
struct burst;
struct plain_body;
struct port;
struct rte_mbuf;
struct rte_mempool;
struct rte_ring;
struct sampler;
struct tap;
struct txbuf;
struct view;

#define TXBUF_SIZE   64    /* frames on their way to one device */
#define BACKLOG_SIZE 256   /* the same, while it has too little room */
#define BACKLOGS     32    /* devices with too little room at once */
#define TRASH_SIZE   512   /* dropped frames, freed together */
#define WORKER_FLAT  16384 /* octets: more than any device takes in */

/* What becomes of a frame, or copy, that a check drops in a trial. */
enum trial_drop_kind {
	TRIAL_DROPS,
	TRIAL_TRIPS,  /* and the port is disabled */
	TRIAL_COUNTS, /* it would be dropped in mode drop */
};

/*
 * A frame that is tried, to see what would become of it (trial.c): it is not
 * sent, learned, metered or recorded.  NULL in workers of the daemon.
 */
struct trial {
	uint16_t over; /* bits METER_x: limits that are taken to be used up */
	bool idle;     /* the others are taken to be unused */
	/* Each frame, or copy, that would leave by 'to', and the device's id. */
	void (*sent)(void *arg, const struct port *to, uint16_t device,
		     struct rte_mbuf *);
	void (*dropped)(void *arg, const struct port *, enum drop why,
			enum trial_drop_kind);
	void *arg;
};

/* How much of a ring each port has used since the shares were last refilled. */
struct shares {
	uint16_t *used;  /* by port id */
	uint16_t *users; /* the ports whose used[] is not 0 */
	unsigned int nusers;
};

struct worker {
	/* Set by control before the worker starts. */
	unsigned int id; /* its place in view->worker, its tx queue */
	/* One thread writes, one reads: the worker and control, or, of outgoing,
	 * control and the worker. */
	struct rte_ring *messages;       /* of words: msg.h */
	struct rte_ring *punts;          /* of struct punt */
	struct rte_mempool *punt_frames; /* copies in punts; control frees */
	struct rte_ring *outgoing;       /* of struct outgoing; worker 0 only */
	struct rte_mempool *made;        /* its frames; worker 0 only */
	/* The same between the mirrors and worker 0: of struct mirror_copy. */
	struct rte_ring *mirrored;
	struct rte_mempool *mirror_frames;
	struct rte_mempool *copies; /* see worker_create() */
	struct port_counters *port; /* PORTS_MAX of them */
	/* By device id, of those that are links of a LAG: view/lag.h. */
	struct link_counters *link;

	/* Sees each dropped frame before it is freed; NULL in the daemon. */
	void (*witness)(void *arg, struct rte_mbuf *, uint16_t port,
			enum drop why);
	void *witness_arg;
	const struct trial *trial;

	/* Rung by control, for this worker; and by workers, for control. */
	struct wakeup wakeup;
	struct wakeup *control; /* before the start; NULL: it never sleeps */

	/* Written by control, read here once a pass. */
	_Atomic(const struct view *) view;
	_Atomic bool stop;
	_Atomic(struct tap *) tap; /* NULL: no capture, no mirror; view/tap.h */
	_Atomic(struct sampler *) sampler; /* NULL: no sFlow; view/sample.h */
	/* Control's; freed with the worker. */
	struct tap *tap_room;
	struct mirror_tap *mirror_room;
	struct sampler *sampler_room;

	/* There was no buffer for a copy since the last flush; its own. */
	bool short_of_copies;

	/* A port_log has a new record: set here, cleared by control. */
	_Atomic bool noted;

	/* Written here, read by control. */
	struct counter rounds;      /* over its queues, if it has any or not */
	struct counter polls;       /* queues looked at */
	struct counter idle_polls;  /* of them, empty */
	struct counter frames;      /* received */
	struct counter busy_cycles; /* of the TSC, in passes with frames */
	struct counter started;     /* TSC at the start */

	/* The worker's own. */
	uint32_t pass;       /* number of this pass, from 1 */
	uint64_t now;        /* ns, of this pass */
	uint32_t now_s;      /* the second we are in */
	uint64_t next_s;     /* when, in ns, the next one begins */
	uint64_t next_share; /* when, in ns, shares are refilled */
	/* Of stage plain; NULL: no frame is plain. */
	const struct plain_body *plain;
	uint32_t *way; /* by port id plus one: worker_way.h */
	/* Of 'plain', for a view with or without LAGs. */
	uint64_t (*find_ways)(const struct worker *, struct burst *,
			      const uint16_t *from1, const uint16_t *to1);
	/* By number in a way: the LAGs, and the device ids of their slots. */
	const struct lag **lag;
	uint16_t (*lag_device)[LAG_LINKS_MAX];
	unsigned int nlags;
	struct flowhash_key flow_key; /* of the view */
	const struct view *ways_view; /* that way[] was made of */
	uint32_t ways_changes;        /* ... and its view->changes then */
	uint64_t last_learn; /* the last message, not to be repeated at once */
	unsigned int rule;   /* of the ACL that decided last */
	struct txbuf *tx;    /* by device id, PORTS_MAX of them */
	struct shares learns, trips, punted;
	unsigned int nmessages, npunts; /* in the rings since the last refill */
	struct backlog *backlogs;       /* BACKLOGS of them */
	const struct port *sender;      /* of what is sent now; NULL: control */
	uint16_t *dirty;                /* the devices with frames in tx[] */
	unsigned int ndirty;
	uint16_t *targets; /* ports a flood of this burst goes to */
	unsigned int ntargets;
	uint16_t *ready; /* of them, those that take the frame in hand */
	unsigned int ntrash;
	struct rte_mbuf *trash[TRASH_SIZE]; /* freed at the end of a pass */
	struct burst *rx;                   /* as it came from the queue */
	struct burst *part;                 /* what of it came in by one port */
	uint8_t *
		flat; /* WORKER_FLAT: a frame of several buffers in one piece */
};

#endif
