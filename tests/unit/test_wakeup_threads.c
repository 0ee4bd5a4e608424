/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A thread that sleeps is woken for everything that another has left for it, and costs
 * the other nothing while it does not sleep.  For ThreadSanitizer as well.
 */
#include "lib/wakeup.h"

#include <check.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <unistd.h>

#include "tests/check_run.h"

#define ROUNDS  2000
#define FOREVER 60000 /* ms: a lost wakeup */

static struct wakeup wakeup;
static _Atomic unsigned int left; /* so much to do; a round each */

static bool
is_readable(int ms)
{
	struct pollfd fd = { .fd = wakeup.fd, .events = POLLIN };

	return poll(&fd, 1, ms) == 1;
}

static void
setup(void)
{
	ck_assert(wakeup_open(&wakeup));
	atomic_store(&left, 0);
}

static void
teardown(void)
{
	wakeup_close(&wakeup);
	ck_assert_int_eq(wakeup.fd, -1);
}

START_TEST(a_thread_that_is_awake_is_not_rung)
{
	wakeup_ring(&wakeup);
	ck_assert(!is_readable(0));
	wakeup_begin(&wakeup);
	wakeup_end(&wakeup, false);
	wakeup_ring(&wakeup);
	ck_assert(!is_readable(0));
}
END_TEST

START_TEST(it_is_rung_once_for_each_sleep)
{
	uint64_t rings;

	for (unsigned int i = 0; i < 3; i++) {
		wakeup_begin(&wakeup);
		ck_assert(wakeup_sleeps(&wakeup));
		wakeup_ring(&wakeup);
		wakeup_ring(&wakeup);
		ck_assert(!wakeup_sleeps(&wakeup));
		ck_assert(is_readable(0));
		if (i == 2) {
			ck_assert_int_eq(read(wakeup.fd, &rings, sizeof(rings)),
					 sizeof(rings));
			ck_assert_uint_eq(rings, 1);
		}
		wakeup_end(&wakeup, true);
		ck_assert(!is_readable(0));
	}
}
END_TEST

/* Its rounds may come before the sleeper begins to sleep, while, or after. */
static void *
work(void *arg)
{
	(void)arg;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		while (atomic_load(&left) != 0)
			sched_yield();
		for (unsigned int spin = 0; spin < i % 256; spin++)
			atomic_signal_fence(memory_order_seq_cst);
		atomic_store_explicit(&left, 1, memory_order_relaxed);
		wakeup_ring(&wakeup);
	}
	return NULL;
}

START_TEST(no_round_is_slept_through)
{
	pthread_t thread;
	unsigned int done = 0;

	ck_assert_int_eq(pthread_create(&thread, NULL, work, NULL), 0);
	while (done < ROUNDS) {
		bool rung = false;

		wakeup_begin(&wakeup);
		if (atomic_load_explicit(&left, memory_order_relaxed) == 0) {
			rung = is_readable(FOREVER);
			ck_assert_msg(rung, "asleep after %u rounds", done);
		}
		wakeup_end(&wakeup, rung);
		done += atomic_exchange(&left, 0);
	}
	pthread_join(thread, NULL);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("wakeup");
	TCase *t = tcase_create("wakeup");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 300);
	tcase_add_test(t, a_thread_that_is_awake_is_not_rung);
	tcase_add_test(t, it_is_rung_once_for_each_sleep);
	tcase_add_test(t, no_round_is_slept_through);
	suite_add_tcase(s, t);
	return check_run(s);
}
