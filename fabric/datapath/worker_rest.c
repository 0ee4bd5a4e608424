/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/worker_rest.h"

#include <time.h>

#include "fabric/view/view.h"
#include "lib/wakeup.h"

/* Which queues the worker has: looked at each time, as views come and go. */
static void
look(struct rest *r, const struct view *v, unsigned int worker)
{
	unsigned int n = v->worker[worker].n;

	r->n = 0;
	r->waits = n > 0 && n <= REST_QUEUES;
	for (unsigned int i = 0; i < n && r->waits; i++) {
		const struct rxq *q = &v->worker[worker].rxq[i];

		r->waits = q->device->rx_fd != NULL;
		if (r->waits)
			r->fd[1 + r->n++] = (struct pollfd){
				.fd = q->device->rx_fd[q->queue],
				.events = POLLIN,
			};
	}
}

long
rest_time(struct rest *r, const struct view *v, unsigned int worker)
{
	unsigned int polls;
	long ns;

	if (v->polls)
		return 0;
	look(r, v, worker);
	polls = r->waits ? REST_POLLS_WAIT : REST_POLLS;
	if (++r->rounds < polls)
		return 0;
	if (r->waits) {
		r->rounds = polls;
		return r->woken ? REST_STUCK_NS : REST_WAIT_NS;
	}
	ns = (long)(r->rounds - polls + 1) * REST_STEP_NS;
	if (ns < REST_MAX_NS)
		return ns;
	r->rounds--;
	return REST_MAX_NS;
}

/*
 * A descriptor that is readable while nothing comes, as that of an interface that was
 * set down, must not keep the worker awake: it sleeps by the clock every other time.
 */
void
rest_sleep(struct rest *r, struct wakeup *w, long ns)
{
	struct timespec ts = { ns / 1000000000, ns % 1000000000 };
	unsigned int n = r->waits && !r->woken ? r->n : 0;
	int ready;

	r->fd[0] = (struct pollfd){ .fd = w->fd, .events = POLLIN };
	ready = ppoll(r->fd, 1 + n, &ts, NULL);
	r->slept = true;
	r->woken = n != 0 && ready > (r->fd[0].revents != 0);
	wakeup_end(w, ready > 0 && r->fd[0].revents != 0);
}
