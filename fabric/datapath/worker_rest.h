/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_REST_H
#define IXF_WORKER_REST_H

/*
 * What a worker does after a round in which nothing came.  The only place where a
 * worker sleeps.
 *
 * An idle worker first polls on, since frames come in trains.  Then it sleeps.  If each
 * of its queues has a descriptor that tells when frames come (struct rx_wait), it sleeps
 * until they do; else for longer and longer, until a frame waits for 100 microseconds at
 * the most, or less if a queue could not hold what comes meanwhile.  Control wakes it:
 * lib/wakeup.h.
 *
 * A descriptor of a queue that has to be armed says nothing of a frame that came before
 * that.  So the worker arms its queues, looks for frames once more, and sleeps only if
 * there are none.  On the worker.
 */

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/view.h"

struct wakeup;

/* With more queues a worker sleeps by the clock. */
#define REST_QUEUES RX_WAIT_QUEUES

/* Rounds that an idle worker polls on, by what it can do then. */
#define REST_POLLS      256
#define REST_POLLS_WAIT 32

/*
 * Looks at queues that have been armed.  A sender in memory looks whether its receiver
 * has armed after it has written a frame, but on x86 the write may be seen later, by some
 * hundred ns.
 */
#define REST_LOOKS 4

#define REST_STEP_NS 1000
#define REST_MAX_NS  75000

/* For frames; not longer, so that a worker is seen to poll (ixctl worker show). */
#define REST_WAIT_NS 50000000

/* For frames of other queues, after one was readable without any. */
#define REST_STUCK_NS 500000

/* The worker's own; all zero at first. */
struct rest {
	unsigned int rounds; /* in a row in which nothing came */
	bool slept;          /* since frames last came */
	bool waits;          /* for each of the queues of the worker */
	bool arms;           /* some of them have to be armed */
	uint64_t stuck; /* readable last time, and nothing came: by queue */
	unsigned int n;
	struct pollfd fd[1 + REST_QUEUES]; /* the first: the worker's wakeup */
};

/* What is asked of the worker. */
struct rest_worker {
	unsigned int id;
	struct wakeup *wakeup;
	/* Whether control has left something to do. */
	bool (*wanted)(void *arg);
	/* Takes frames from a queue, by its place in the view, and returns how many. */
	unsigned int (*poll)(void *arg, unsigned int queue);
	void *arg;
};

/* Frames have come.  Returns whether the worker had slept. */
static inline bool
rest_end(struct rest *r)
{
	bool slept = r->slept;

	r->rounds = 0;
	r->slept = false;
	r->stuck = 0;
	return slept;
}

/*
 * None have come to the queues of the worker in that view: for how long to sleep, in
 * ns; 0: the worker polls on.
 */
long rest_time(struct rest *, const struct view *, unsigned int worker);

/*
 * Sleeps so long, which rest_time() has just returned, or until frames come or the
 * worker is woken; not at all if there is something to do.  Returns how many frames
 * have been taken.
 */
unsigned int rest_sleep(struct rest *, const struct view *,
			const struct rest_worker *, long ns);

#endif
