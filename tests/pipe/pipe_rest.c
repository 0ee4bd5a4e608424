/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a worker does while nothing comes: it polls on, then it sleeps, and where the
 * kernel can tell it wakes when frames come.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
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

static struct view *view;
static struct device device[2]; /* the second cannot be waited for */
static struct rxq rxq[MANY];
static int fd[MANY];
static struct rest rest;
static struct wakeup wakeup;

static void
setup(void)
{
	view = calloc(1, sizeof(*view) + sizeof(view->worker[0]));
	view->worker[0].rxq = rxq;
	view->worker[0].n = 3;
	for (uint16_t i = 0; i < MANY; i++) {
		fd[i] = eventfd(0, EFD_NONBLOCK);
		rxq[i] = (struct rxq){ &device[0], i };
	}
	device[0].rx_fd = fd;
	memset(&rest, 0, sizeof(rest));
	ck_assert(wakeup_open(&wakeup));
}

static void
teardown(void)
{
	for (unsigned int i = 0; i < MANY; i++)
		close(fd[i]);
	wakeup_close(&wakeup);
	free(view);
}

static void
make_readable(unsigned int queue)
{
	uint64_t one = 1;

	ck_assert_int_eq(write(fd[queue], &one, sizeof(one)), sizeof(one));
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
	wakeup_begin(&wakeup);
	ck_assert(wakeup_sleeps(&wakeup));
	wakeup_ring(&wakeup);
	rest_sleep(&rest, &wakeup, LONG);
	ck_assert(!rest.woken);
	ck_assert(!wakeup_sleeps(&wakeup));
	ck_assert(rest_end(&rest));
}
END_TEST

/* A ring is no frame: it does not make the next sleep one by the clock. */
START_TEST(a_ring_wakes_it_once)
{
	unsigned int rounds;
	uint64_t begun;

	polls_on(&rounds);
	wakeup_begin(&wakeup);
	wakeup_ring(&wakeup);
	rest_sleep(&rest, &wakeup, LONG);
	ck_assert_int_eq(rest_time(&rest, view, 0), REST_WAIT_NS);
	begun = now();
	wakeup_begin(&wakeup);
	rest_sleep(&rest, &wakeup, 3000000);
	ck_assert_uint_ge(now() - begun, 3000000);
	/* Awake, it is not rung. */
	wakeup_ring(&wakeup);
	begun = now();
	rest_sleep(&rest, &wakeup, 3000000);
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

START_TEST(as_many_queues_as_it_can_wait_for_are_waited_for)
{
	unsigned int rounds;

	view->worker[0].n = REST_QUEUES;
	ck_assert_int_eq(polls_on(&rounds), REST_WAIT_NS);
	make_readable(REST_QUEUES - 1);
	rest_sleep(&rest, &wakeup, LONG);
	ck_assert(rest.woken);
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
	rest_sleep(&rest, &wakeup, LONG);
	ck_assert(rest.woken);
}
END_TEST

START_TEST(without_frames_its_sleep_ends_by_the_clock)
{
	unsigned int rounds;
	uint64_t begun = now();

	polls_on(&rounds);
	rest_sleep(&rest, &wakeup, 3000000);
	ck_assert(!rest.woken);
	ck_assert_uint_ge(now() - begun, 3000000);
}
END_TEST

/* Such as the descriptor of an interface that was set down. */
START_TEST(a_queue_that_is_readable_without_frames_keeps_it_awake_no_longer)
{
	unsigned int rounds;
	uint64_t begun;

	polls_on(&rounds);
	make_readable(1);
	begun = now();
	for (unsigned int i = 0; i < 10; i++)
		rest_sleep(&rest, &wakeup, rest_time(&rest, view, 0));
	ck_assert_uint_ge(now() - begun, 5 * REST_STUCK_NS);
	ck_assert_uint_lt(now() - begun, LONG);
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
	tcase_add_test(t, as_many_queues_as_it_can_wait_for_are_waited_for);
	tcase_add_loop_test(t, control_wakes_it, 0, 2);
	tcase_add_test(t, a_ring_wakes_it_once);
	tcase_add_test(t, with_idle_poll_it_never_sleeps);
	tcase_add_loop_test(t, a_frame_in_any_queue_ends_its_sleep, 0, 3);
	tcase_add_test(t, without_frames_its_sleep_ends_by_the_clock);
	tcase_add_test(
		t,
		a_queue_that_is_readable_without_frames_keeps_it_awake_no_longer);
	suite_add_tcase(s, t);
	return check_run(s);
}
