/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/worker_rest.h"

#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/wakeup.h"

static_assert(REST_QUEUES <= 64, "a bit of rest.stuck for each");

/* Which queues the worker has: looked at each time, as views come and go. */
static void
look(struct rest *r, const struct view *v, unsigned int worker)
{
	unsigned int n = v->worker[worker].n;

	r->n = 0;
	r->arms = false;
	r->waits = n > 0 && n <= REST_QUEUES;
	for (unsigned int i = 0; i < n && r->waits; i++) {
		const struct rxq *q = &v->worker[worker].rxq[i];
		const struct rx_wait *wait = rxq_wait(q);

		r->waits = wait != NULL;
		r->arms |= q->device->rx_arm != NULL;
		if (r->waits)
			r->fd[1 + r->n++] = (struct pollfd){
				.fd = wait->fd,
				.events = POLLIN,
			};
	}
}

/* The longest sleep by the clock. */
static long
longest(const struct view *v, unsigned int worker)
{
	long ns = REST_MAX_NS;

	for (unsigned int i = 0; i < v->worker[worker].n; i++) {
		long room = v->worker[worker].rxq[i].device->rx_room_ns;

		if (room != 0 && room < ns)
			ns = room;
	}
	return ns;
}

long
rest_time(struct rest *r, const struct view *v, unsigned int worker)
{
	unsigned int polls;
	long ns, most;

	if (v->polls)
		return 0;
	if (++r->rounds < REST_POLLS_WAIT)
		return 0;
	look(r, v, worker);
	polls = r->waits ? REST_POLLS_WAIT : REST_POLLS;
	if (r->rounds < polls)
		return 0;
	if (r->waits) {
		r->rounds = polls;
		return r->stuck != 0 ? REST_STUCK_NS : REST_WAIT_NS;
	}
	ns = (long)(r->rounds - polls + 1) * REST_STEP_NS;
	most = longest(v, worker);
	if (ns < most)
		return ns;
	r->rounds--;
	return most;
}

static void
arm(const struct rest *r, const struct rxq *rxq, bool on)
{
	for (unsigned int i = 0; i < r->n; i++)
		if (rxq[i].device->rx_arm != NULL)
			rxq[i].device->rx_arm(rxq[i].device, rxq[i].queue, on);
}

/* Looks for frames that came before the queues were armed. */
static unsigned int
look_again(const struct rest *r, const struct rest_worker *w)
{
	unsigned int frames = 0;

	for (unsigned int k = 0; k < REST_LOOKS && frames == 0; k++)
		for (unsigned int i = 0; i < r->n; i++)
			frames += w->poll(w->arg, i);
	return frames;
}

/*
 * The queue is readable.  An eventfd is read; the error of a packet socket whose
 * interface was set down stays until it is asked for.  One that is readable again and
 * again while nothing comes must not keep the worker awake.
 */
static void
take_sign(struct rest *r, unsigned int i, const struct rx_wait *wait)
{
	const struct pollfd *fd = &r->fd[1 + i];
	socklen_t size = sizeof(int);
	uint64_t count;
	ssize_t n;
	int error;

	if (wait != NULL && wait->counts) {
		n = read(fd->fd, &count, sizeof(count));
		(void)n;
		return;
	}
	r->stuck |= UINT64_C(1) << i;
	if (fd->revents & POLLERR)
		getsockopt(fd->fd, SOL_SOCKET, SO_ERROR, &error, &size);
}

static void
take_signs(struct rest *r, const struct rxq *rxq)
{
	r->stuck = 0;
	for (unsigned int i = 0; i < r->n; i++)
		if (r->fd[1 + i].revents != 0)
			take_sign(r, i, rxq_wait(&rxq[i]));
}

/*
 * Takes the frames that ended the wait.  Frames that had come to an armed queue while
 * the whole time passed, without a sign: interrupts of that device do not arrive.
 */
static unsigned int
look_after(struct rest *r, const struct rxq *rxq, const struct rest_worker *w,
	   bool passed)
{
	unsigned int frames = 0;

	for (unsigned int i = 0; i < r->n; i++) {
		struct rx_wait *wait = rxq_wait(&rxq[i]);
		unsigned int n = w->poll(w->arg, i);
		uint8_t missed;

		frames += n;
		if (n == 0 || wait == NULL || rxq[i].device->rx_arm == NULL)
			continue;
		missed = atomic_load_explicit(&wait->missed,
					      memory_order_relaxed);
		if (r->fd[1 + i].revents != 0)
			missed = 0;
		else if (passed)
			missed++;
		atomic_store_explicit(&wait->missed, missed,
				      memory_order_relaxed);
	}
	return frames;
}

/* Returns whether the whole time has passed. */
static bool
sleep_until(struct rest *r, const struct rxq *rxq, struct wakeup *w, long ns)
{
	struct timespec ts = { ns / 1000000000, ns % 1000000000 };
	unsigned int n = r->waits ? r->n : 0;
	int ready;

	r->fd[0] = (struct pollfd){ .fd = w->fd, .events = POLLIN };
	for (unsigned int i = 0; i < n; i++)
		if (r->stuck >> i & 1)
			r->fd[1 + i].fd = -1;
	ready = ppoll(r->fd, 1 + n, &ts, NULL);
	r->slept = true;
	if (ready > 0)
		take_signs(r, rxq);
	else
		r->stuck = 0;
	wakeup_end(w, ready > 0 && r->fd[0].revents != 0);
	return ready == 0;
}

unsigned int
rest_sleep(struct rest *r, const struct view *v, const struct rest_worker *w,
	   long ns)
{
	const struct rxq *rxq = v->worker[w->id].rxq;
	bool arms = r->waits && r->arms, passed;
	unsigned int frames = 0;

	wakeup_begin(w->wakeup);
	if (arms) {
		arm(r, rxq, true);
		frames = look_again(r, w);
	}
	if (frames != 0 || w->wanted(w->arg)) {
		wakeup_end(w->wakeup, false);
	} else {
		passed = sleep_until(r, rxq, w->wakeup, ns);
		if (arms)
			frames = look_after(r, rxq, w,
					    passed && ns == REST_WAIT_NS);
	}
	if (arms)
		arm(r, rxq, false);
	return frames;
}
