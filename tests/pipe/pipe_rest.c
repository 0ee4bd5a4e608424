/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a worker does while nothing comes: it polls on, then it sleeps, and where the
 * kernel can tell it wakes when frames come.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "fabric/datapath/worker_rest.h"
#include "fabric/view/view.h"
#include "lib/clock.h"
#include "lib/wakeup.h"
#include "tests/check_run.h"

/* Longer than any of these tests. */
#define LONG (1000L * 1000 * 1000 * 1000)

#define MANY (REST_QUEUES + 1)

/* A queue of frames, and what it does when it is armed. */
static struct {
	unsigned int frames; /* that wait in it */
	unsigned int early;  /* that come just before it is armed */
	unsigned int late;   /* ... in look number 'look' after that */
	unsigned int look;
	bool armed, signals; /* now; the descriptor, when it is armed */
	unsigned int arms;   /* how often it was armed */
} queue[MANY];

static struct view *view;
static struct device device[2]; /* the second cannot be waited for */
static struct rxq rxq[MANY];
static struct rx_wait wait[MANY];
static struct rest rest;
static struct wakeup wakeup;
static bool wanted;
static bool rings;            /* control, just before the worker sleeps */
static unsigned int received; /* by that queue then, if it is one */
static unsigned int looks;    /* at queues */

static unsigned int
take(void *arg, unsigned int i)
{
	unsigned int n;

	(void)arg;
	looks++;
	if (queue[i].late != 0 && queue[i].look-- == 0) {
		queue[i].frames += queue[i].late;
		queue[i].late = 0;
	}
	n = queue[i].frames;
	queue[i].frames = 0;
	return n;
}

static void
make_readable(unsigned int i)
{
	uint64_t one = 1;

	ck_assert_int_eq(write(wait[i].fd, &one, sizeof(one)), sizeof(one));
}

/* Frames that come, now or later, to a queue: a sign only if it is armed. */
static void
receive(unsigned int i)
{
	queue[i].frames++;
	if (queue[i].armed && queue[i].signals)
		make_readable(i);
}

static bool
is_wanted(void *arg)
{
	(void)arg;
	if (rings)
		wakeup_ring(&wakeup);
	if (received < MANY)
		receive(received);
	return wanted;
}

static void
arm(const struct device *d, uint16_t i, bool on)
{
	(void)d;
	if (on) {
		queue[i].frames += queue[i].early;
		queue[i].early = 0;
		queue[i].arms++;
	}
	queue[i].armed = on;
}

static void
setup(void)
{
	view = calloc(1, sizeof(*view) + sizeof(view->worker[0]));
	view->worker[0].rxq = rxq;
	view->worker[0].n = 3;
	memset(queue, 0, sizeof(queue));
	memset(wait, 0, sizeof(wait));
	for (uint16_t i = 0; i < MANY; i++) {
		wait[i].fd = eventfd(0, EFD_NONBLOCK);
		rxq[i] = (struct rxq){ &device[0], i };
	}
	device[0] = (struct device){ .rx_wait = wait };
	device[1] = (struct device){ 0 };
	wanted = rings = false;
	received = MANY;
	looks = 0;
	memset(&rest, 0, sizeof(rest));
	ck_assert(wakeup_open(&wakeup));
}

static void
teardown(void)
{
	for (unsigned int i = 0; i < MANY; i++)
		close(wait[i].fd);
	wakeup_close(&wakeup);
	free(view);
}

/* Queues that have to be armed, with interrupts. */
static void
setup_armed(void)
{
	setup();
	device[0].rx_arm = arm;
	for (unsigned int i = 0; i < MANY; i++) {
		wait[i].counts = true;
		queue[i].signals = true;
	}
}

static uint64_t
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * CLOCK_SECOND + (uint64_t)ts.tv_nsec;
}

/* Rounds in which nothing comes, until the worker would sleep; for how long. */
static long
polls_on(unsigned int *rounds)
{
	long ns;

	for (*rounds = 0; *rounds < 100000; ++*rounds) {
		ns = rest_time(&rest, view, 0);
		if (ns != 0)
			return ns;
	}
	return 0;
}

static unsigned int
sleep_for(long ns)
{
	const struct rest_worker w = { .wakeup = &wakeup,
				       .wanted = is_wanted,
				       .poll = take };

	return rest_sleep(&rest, view, &w, ns);
}

START_TEST(it_polls_on_and_then_waits_for_frames)
{
	unsigned int rounds;

	ck_assert_int_eq(polls_on(&rounds), REST_WAIT_NS);
	ck_assert_uint_eq(rounds, REST_POLLS_WAIT - 1);
	ck_assert_int_eq(rest_time(&rest, view, 0), REST_WAIT_NS);
	ck_assert(!rest_end(&rest));
	ck_assert_int_eq(polls_on(&rounds), REST_WAIT_NS);
	ck_assert_uint_eq(rounds, REST_POLLS_WAIT - 1);
}
END_TEST

/* While it waits for frames, and while it sleeps by the clock. */
START_TEST(control_wakes_it)
{
	unsigned int rounds;

	if (_i == 1)
		rxq[2].device = &device[1];
	polls_on(&rounds);
	rings = true;
	sleep_for(LONG);
	ck_assert(rest.stuck == 0);
	ck_assert(!wakeup_sleeps(&wakeup));
	ck_assert(rest_end(&rest));
}
END_TEST

START_TEST(it_does_not_sleep_while_control_wants_something)
{
	unsigned int rounds;

	wanted = true;
	polls_on(&rounds);
	ck_assert_uint_eq(sleep_for(LONG), 0);
	ck_assert(!rest_end(&rest));
	ck_assert(!wakeup_sleeps(&wakeup));
	ck_assert(!queue[0].armed);
}
END_TEST

/* A ring is no frame: it does not make the next sleep one by the clock. */
START_TEST(a_ring_wakes_it_once)
{
	unsigned int rounds;
	uint64_t begun;

	polls_on(&rounds);
	rings = true;
	sleep_for(LONG);
	rings = false;
	ck_assert_int_eq(rest_time(&rest, view, 0), REST_WAIT_NS);
	begun = now();
	sleep_for(3000000);
	ck_assert_uint_ge(now() - begun, 3000000);
	/* Awake, it is not rung. */
	wakeup_ring(&wakeup);
	begun = now();
	sleep_for(3000000);
	ck_assert_uint_ge(now() - begun, 3000000);
}
END_TEST

/* Also with too many queues, or none. */
START_TEST(if_one_queue_cannot_be_waited_for_it_sleeps_by_the_clock)
{
	unsigned int rounds;
	long ns = 0, last;

	if (_i == 0)
		rxq[2].device = &device[1];
	else
		view->worker[0].n = _i == 1 ? MANY : 0;
	ck_assert_int_eq(polls_on(&rounds), REST_STEP_NS);
	ck_assert_uint_eq(rounds, REST_POLLS - 1);
	for (unsigned int i = 0; i < 200; i++) {
		last = ns;
		ns = rest_time(&rest, view, 0);
		ck_assert_int_ge(ns, last);
		ck_assert_int_le(ns, REST_MAX_NS);
	}
	ck_assert_int_eq(ns, REST_MAX_NS);
}
END_TEST

/* Three quarters of what a queue of 1,024 frames holds at ten gigabits, for one. */
START_TEST(by_the_clock_it_sleeps_no_longer_than_its_queues_hold_frames)
{
	unsigned int rounds;
	long ns = 0;

	rxq[2].device = &device[1];
	device[1].rx_room_ns = 20000;
	polls_on(&rounds);
	for (unsigned int i = 0; i < 200; i++)
		ns = rest_time(&rest, view, 0);
	ck_assert_int_eq(ns, 20000);
}
END_TEST

START_TEST(as_many_queues_as_it_can_wait_for_are_waited_for)
{
	unsigned int rounds;

	view->worker[0].n = REST_QUEUES;
	ck_assert_int_eq(polls_on(&rounds), REST_WAIT_NS);
	make_readable(REST_QUEUES - 1);
	sleep_for(LONG);
	ck_assert(rest.stuck == UINT64_C(1) << (REST_QUEUES - 1));
}
END_TEST

START_TEST(with_idle_poll_it_never_sleeps)
{
	unsigned int rounds;

	view->polls = true;
	ck_assert_int_eq(polls_on(&rounds), 0);
}
END_TEST

START_TEST(a_frame_in_any_queue_ends_its_sleep)
{
	unsigned int rounds;

	polls_on(&rounds);
	make_readable((unsigned int)_i);
	ck_assert_uint_eq(sleep_for(LONG), 0); /* the next turn takes it */
	ck_assert_uint_eq(looks, 0);
	ck_assert(rest_end(&rest));
	ck_assert_int_eq(polls_on(&rounds), REST_WAIT_NS);
}
END_TEST

START_TEST(without_frames_its_sleep_ends_by_the_clock)
{
	unsigned int rounds;
	uint64_t begun = now();

	polls_on(&rounds);
	sleep_for(3000000);
	ck_assert(rest.stuck == 0);
	ck_assert_uint_ge(now() - begun, 3000000);
}
END_TEST

START_TEST(a_queue_that_is_readable_without_frames_keeps_it_awake_no_longer)
{
	unsigned int rounds;
	uint64_t begun;

	polls_on(&rounds);
	make_readable(1);
	begun = now();
	for (unsigned int i = 0; i < 10; i++)
		sleep_for(rest_time(&rest, view, 0));
	ck_assert_uint_ge(now() - begun, 5 * REST_STUCK_NS);
	ck_assert_uint_lt(now() - begun, LONG);
}
END_TEST

START_TEST(meanwhile_the_other_queues_are_waited_for)
{
	unsigned int rounds;

	polls_on(&rounds);
	make_readable(1);
	sleep_for(rest_time(&rest, view, 0));
	ck_assert(rest.stuck == 2);
	ck_assert_int_eq(rest_time(&rest, view, 0), REST_STUCK_NS);
	make_readable(2);
	sleep_for(LONG);
	ck_assert(rest.stuck == 4);
}
END_TEST

/* As that of a packet socket whose interface was set down. */
START_TEST(an_error_of_a_socket_is_taken)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	int other = socket(AF_INET, SOCK_DGRAM, 0);
	socklen_t len = sizeof(to);
	unsigned int rounds;

	/* To a port at which nothing listens any more. */
	ck_assert_int_eq(bind(other, (struct sockaddr *)&to, len), 0);
	ck_assert_int_eq(getsockname(other, (struct sockaddr *)&to, &len), 0);
	close(other);
	ck_assert_int_eq(connect(s, (struct sockaddr *)&to, len), 0);
	ck_assert_int_eq(send(s, "x", 1, 0), 1);
	dup2(s, wait[1].fd);
	polls_on(&rounds);
	sleep_for(LONG);
	ck_assert(rest.stuck == 2);
	sleep_for(rest_time(&rest, view, 0));
	ck_assert_int_eq(rest_time(&rest, view, 0), REST_WAIT_NS);
	sleep_for(3000000);
	ck_assert(rest.stuck == 0);
	close(s);
}
END_TEST

START_TEST(queues_are_armed_while_it_sleeps_and_not_longer)
{
	unsigned int rounds;

	ck_assert_int_eq(polls_on(&rounds), REST_WAIT_NS);
	ck_assert_uint_eq(queue[2].arms, 0);
	/* The frame comes with a sign only if the queue is armed. */
	received = 2;
	ck_assert_uint_eq(sleep_for(LONG), 1);
	for (unsigned int i = 0; i < 3; i++) {
		ck_assert_uint_eq(queue[i].arms, 1);
		ck_assert(!queue[i].armed);
	}
	ck_assert_uint_eq(queue[3].arms, 0);
	ck_assert_uint_eq(atomic_load(&wait[2].missed), 0);
}
END_TEST

/* It has come without a sign, which would else be waited for. */
START_TEST(a_frame_that_came_before_its_queue_was_armed_is_found)
{
	unsigned int rounds;

	queue[_i].early = 1;
	polls_on(&rounds);
	ck_assert_uint_eq(sleep_for(LONG), 1);
	ck_assert(!rest_end(&rest)); /* it did not sleep */
	ck_assert(!queue[_i].armed);
}
END_TEST

/* As that of a sender whose write is not seen yet. */
START_TEST(nor_is_one_lost_that_is_seen_a_little_later)
{
	unsigned int rounds;

	queue[1].late = 1;
	queue[1].look = REST_LOOKS - 1;
	polls_on(&rounds);
	ck_assert_uint_eq(sleep_for(LONG), 1);
	ck_assert(!rest_end(&rest));
}
END_TEST

/* What an eventfd counts is taken, so it does not wake the worker again. */
START_TEST(a_sign_wakes_it_once)
{
	unsigned int rounds;
	uint64_t begun;

	polls_on(&rounds);
	make_readable(1);
	ck_assert_uint_eq(sleep_for(LONG), 0);
	ck_assert_int_eq(rest_time(&rest, view, 0), REST_WAIT_NS);
	begun = now();
	sleep_for(3000000);
	ck_assert_uint_ge(now() - begun, 3000000);
}
END_TEST

/* Sleeps until the time is over; a frame has come meanwhile, without a sign. */
static void
miss(unsigned int i)
{
	queue[i].late = 1;
	queue[i].look = REST_LOOKS;
	ck_assert_uint_eq(sleep_for(REST_WAIT_NS), 1);
	rest_end(&rest);
}

START_TEST(interrupts_that_do_not_arrive_are_not_waited_for_any_more)
{
	unsigned int rounds;

	for (unsigned int i = 0; i < RX_MISSED; i++) {
		ck_assert_int_eq(polls_on(&rounds), REST_WAIT_NS);
		miss(1);
	}
	ck_assert_int_eq(polls_on(&rounds), REST_STEP_NS);
	ck_assert(rxq_wait(&rxq[1]) == NULL);
	ck_assert(rxq_wait(&rxq[0]) != NULL);
}
END_TEST

/* Now and then a frame comes just when the time is over. */
START_TEST(one_that_arrives_makes_good_for_some_that_did_not)
{
	unsigned int rounds;

	for (unsigned int k = 0; k < RX_MISSED; k++) {
		polls_on(&rounds);
		miss(1);
		polls_on(&rounds);
		received = 1;
		ck_assert_uint_eq(sleep_for(LONG), 1);
		rest_end(&rest);
		received = MANY;
	}
	ck_assert_int_eq(polls_on(&rounds), REST_WAIT_NS);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("rest");
	TCase *t = tcase_create("rest");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, it_polls_on_and_then_waits_for_frames);
	tcase_add_loop_test(
		t, if_one_queue_cannot_be_waited_for_it_sleeps_by_the_clock, 0,
		3);
	tcase_add_test(
		t,
		by_the_clock_it_sleeps_no_longer_than_its_queues_hold_frames);
	tcase_add_test(t, as_many_queues_as_it_can_wait_for_are_waited_for);
	tcase_add_loop_test(t, control_wakes_it, 0, 2);
	tcase_add_test(t, it_does_not_sleep_while_control_wants_something);
	tcase_add_test(t, a_ring_wakes_it_once);
	tcase_add_test(t, with_idle_poll_it_never_sleeps);
	tcase_add_loop_test(t, a_frame_in_any_queue_ends_its_sleep, 0, 3);
	tcase_add_test(t, without_frames_its_sleep_ends_by_the_clock);
	tcase_add_test(
		t,
		a_queue_that_is_readable_without_frames_keeps_it_awake_no_longer);
	tcase_add_test(t, meanwhile_the_other_queues_are_waited_for);
	tcase_add_test(t, an_error_of_a_socket_is_taken);
	suite_add_tcase(s, t);
	t = tcase_create("armed");
	tcase_add_checked_fixture(t, setup_armed, teardown);
	tcase_add_test(t, it_polls_on_and_then_waits_for_frames);
	tcase_add_test(t, it_does_not_sleep_while_control_wants_something);
	tcase_add_test(t, queues_are_armed_while_it_sleeps_and_not_longer);
	tcase_add_loop_test(
		t, a_frame_that_came_before_its_queue_was_armed_is_found, 0, 3);
	tcase_add_test(t, nor_is_one_lost_that_is_seen_a_little_later);
	tcase_add_test(t, a_sign_wakes_it_once);
	tcase_add_test(
		t, interrupts_that_do_not_arrive_are_not_waited_for_any_more);
	tcase_add_test(t, one_that_arrives_makes_good_for_some_that_did_not);
	suite_add_tcase(s, t);
	return check_run(s);
}
