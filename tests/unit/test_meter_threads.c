/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One meter under several workers, on a clock that they step themselves: all of
 * them together get what one alone gets, to the unit.  For ThreadSanitizer as
 * well: see test_mactab_threads.c.
 */
#include "lib/meter.h"

#include <check.h>
#include <pthread.h>
#include <stdatomic.h>

#include "lib/clock.h"
#include "tests/check_run.h"

#define THREADS 4
#define BEGIN   UINT64_C(1700000000123456789)

/*
 * Nine tenths of a second pass: less than the slack, so that a delayed thread
 * is never so late that the clock seems to have jumped.
 */
#define SPAN (CLOCK_SECOND / 10 * 9)

/* What is offered, for each unit of the rate, at least twice. */
static const struct offer {
	uint64_t rate, burst;
	uint32_t units;
	uint64_t step;
} offer[] = {
	{ 20, 100, 1, 1000 },          { 149, 10, 1, 1000 },
	{ 1000000, 1000, 1, 450 },     { 1488095, 100000, 1, 300 },
	{ 125000000, 65536, 64, 250 }, { 1250000000, 1000000, 1500, 600 },
};
#define OFFERS (int)(sizeof(offer) / sizeof(offer[0]))

static struct meter meter;
static _Atomic uint64_t elapsed; /* stepped by all threads */
static atomic_bool stop;
static pthread_barrier_t start;
static const struct offer *what; /* set before the threads start */

static uint64_t
drain(uint64_t now)
{
	uint64_t n = 0;

	while (meter_take(&meter, now, what->units))
		n++;
	return n;
}

/* Offers once at each instant that is ours.  Returns what conformed, counted. */
static void *
worker(void *arg)
{
	uint64_t *taken = arg, t;

	pthread_barrier_wait(&start);
	while ((t = atomic_fetch_add(&elapsed, what->step)) <= SPAN)
		if (meter_take(&meter, BEGIN + t, what->units))
			++*taken;
	return NULL;
}

/* Takes its share of the burst, all of which conforms.  Returns what did. */
static void *
sharer(void *arg)
{
	uint64_t *taken = arg;

	pthread_barrier_wait(&start);
	for (uint64_t i = 0; i < what->burst / THREADS; i++)
		*taken += meter_take(&meter, BEGIN, 1);
	return NULL;
}

/* An apply that changes nothing, again and again. */
static void *
control(void *arg)
{
	(void)arg;
	while (!atomic_load(&stop))
		meter_set(&meter, what->rate, CLOCK_SECOND, what->burst);
	return NULL;
}

/* 'n' threads: what they take together. */
static uint64_t
taken_by(void *(*run)(void *), unsigned int n)
{
	pthread_t thread[THREADS], setter;
	uint64_t taken[THREADS] = { 0 }, sum = 0;

	atomic_store(&stop, false);
	ck_assert_int_eq(pthread_barrier_init(&start, NULL, n), 0);
	ck_assert_int_eq(pthread_create(&setter, NULL, control, NULL), 0);
	for (unsigned int i = 0; i < n; i++)
		ck_assert_int_eq(
			pthread_create(&thread[i], NULL, run, &taken[i]), 0);
	for (unsigned int i = 0; i < n; i++) {
		pthread_join(thread[i], NULL);
		sum += taken[i];
	}
	atomic_store(&stop, true);
	pthread_join(setter, NULL);
	pthread_barrier_destroy(&start);
	return sum;
}

/*
 * Half of the burst is taken at BEGIN, and the rest that is due at the end.
 * Otherwise threads that are all delayed between the clock and the meter would
 * find a full meter, and the units of that time would rightly be lost.
 */
static uint64_t
taken_in_all(unsigned int n)
{
	uint64_t half = what->burst / what->units / 2, sum;

	atomic_store(&meter.tat, 0);
	atomic_store(&elapsed, 0);
	meter_set(&meter, what->rate, CLOCK_SECOND, what->burst);
	for (uint64_t i = 0; i < half; i++)
		ck_assert(meter_take(&meter, BEGIN, what->units));
	sum = half + taken_by(worker, n);
	return sum + drain(BEGIN + SPAN);
}

START_TEST(threads_together_get_what_one_gets_alone)
{
	uint64_t due, one, all;

	what = &offer[_i];
	due = (what->burst + what->rate * SPAN / CLOCK_SECOND) / what->units;
	one = taken_in_all(1);
	all = taken_in_all(THREADS);
	ck_assert_uint_eq(all, one);
	ck_assert_uint_ge(all, due);
	ck_assert_uint_le(all, due + 1); /* rounded in its favour */
}
END_TEST

/* Long enough for threads to be interrupted at any point, if they must share. */
START_TEST(of_one_burst_each_thread_gets_its_share)
{
	static const struct offer burst = { 1000, 20000000, 1, 0 };

	what = &burst;
	atomic_store(&meter.tat, 0);
	meter_set(&meter, what->rate, CLOCK_SECOND, what->burst);
	ck_assert_uint_eq(taken_by(sharer, THREADS), what->burst);
	ck_assert_uint_eq(drain(BEGIN), 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("meter_threads");
	TCase *tc = tcase_create("meter_threads");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, threads_together_get_what_one_gets_alone, 0,
			    OFFERS);
	tcase_add_test(tc, of_one_burst_each_thread_gets_its_share);
	suite_add_tcase(s, tc);
	return check_run(s);
}
