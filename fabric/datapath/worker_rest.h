/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_REST_H
#define IXF_WORKER_REST_H

/*
 * What a worker does after a round in which nothing came.  The only place where a
 * worker sleeps.
 *
 * An idle worker first polls on, since frames come in trains.  Then it sleeps: if the
 * kernel can tell when frames come to each of its queues, until they do; else for longer
 * and longer, up to 50 microseconds: a device's queue of 1,024 frames holds what
 * arrives meanwhile at ten gigabits.  Control wakes it: lib/wakeup.h.  On the worker.
 */

#include <poll.h>
#include <stdbool.h>

struct view;
struct wakeup;

/* With more queues a worker sleeps by the clock. */
#define REST_QUEUES 64

/* Rounds that an idle worker polls on, by what it can do then. */
#define REST_POLLS      256
#define REST_POLLS_WAIT 32

#define REST_STEP_NS 1000
#define REST_MAX_NS  50000

/* For frames; not longer, so that a worker is seen to poll (ixctl worker show). */
#define REST_WAIT_NS 50000000

/* For frames, after a queue was readable without any. */
#define REST_STUCK_NS 500000

/* The worker's own; all zero at first. */
struct rest {
	unsigned int rounds; /* in a row in which nothing came */
	bool slept;          /* since frames last came */
	bool woken;          /* by a queue, in the last rest */
	bool waits;          /* for each of the queues of the worker */
	unsigned int n;
	struct pollfd fd[1 + REST_QUEUES]; /* the first: the worker's wakeup */
};

/* Frames have come.  Returns whether the worker had slept. */
static inline bool
rest_end(struct rest *r)
{
	bool slept = r->slept;

	r->rounds = 0;
	r->slept = r->woken = false;
	return slept;
}

/*
 * None have come to the queues of the worker in that view: for how long to sleep, in
 * ns; 0: the worker polls on.
 */
long rest_time(struct rest *, const struct view *, unsigned int worker);

/* Sleeps so long, or until frames come or the worker is woken.  Ends the wakeup. */
void rest_sleep(struct rest *, struct wakeup *, long ns);

#endif
