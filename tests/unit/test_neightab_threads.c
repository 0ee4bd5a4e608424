/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Liveness between control, which begins and ends watches, and workers that
 * see the address all the time: no report gets lost.
 */
#include "lib/neightab.h"

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "tests/check_run.h"

#define WORKERS 2
#define ROUNDS  2000
#define WAITS   200

static struct neightab *table; /* set before the workers start */
static atomic_bool stop;       /* the test writes, workers read */
static atomic_uint calls;      /* workers write: reports */
static atomic_uint passes[2];  /* each worker its own */

static void *
see(void *arg)
{
	atomic_uint *mine = arg;

	while (!atomic_load(&stop)) {
		if (neightab_see(table, 0))
			atomic_fetch_add(&calls, 1);
		atomic_fetch_add(mine, 1);
	}
	return NULL;
}

/* Waits until each worker has seen the address once more. */
static void
wait_a_pass(void)
{
	for (unsigned int i = 0; i < WORKERS; i++) {
		unsigned int before = atomic_load(&passes[i]);

		while (atomic_load(&passes[i]) - before < 2)
			sched_yield();
	}
}

START_TEST(no_report_gets_lost)
{
	pthread_t thread[WORKERS];
	unsigned int reports = 0;

	table = neightab_create4(0, 1);
	for (unsigned int i = 0; i < WORKERS; i++)
		ck_assert_int_eq(
			pthread_create(&thread[i], NULL, see, &passes[i]), 0);
	/* Until there are enough, however seldom the workers run. */
	for (unsigned int i = 0; i < ROUNDS || reports <= ROUNDS / 200; i++) {
		if (i >= ROUNDS)
			sched_yield();
		/*
		 * As neightab_watch() does it, and returns whether it was
		 * seen.
		 */
		(void)neightab_take_seen(table, 0);
		if (!neightab_swap_liveness(table, 0, NEIGHTAB_SILENT,
					    NEIGHTAB_WATCHED))
			continue;
		while (atomic_load(&calls) == reports)
			sched_yield();
		reports++;
		neightab_watch(table, 0, false);
	}
	ck_assert_uint_eq(atomic_load(&calls), reports);
	for (unsigned int i = 0; i < WAITS; i++) {
		neightab_watch(table, 0, true);
		(void)neightab_take_seen(table, 0);
		neightab_watch(table, 0, true);
		neightab_watch(table, 0, false);
		wait_a_pass();
		ck_assert_int_eq(atomic_load(&table->liveness[0]),
				 NEIGHTAB_SEEN);
	}
	atomic_store(&stop, true);
	for (unsigned int i = 0; i < WORKERS; i++)
		pthread_join(thread[i], NULL);
	neightab_free(table);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("neigh_threads");
	TCase *tc = tcase_create("neigh_threads");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, no_report_gets_lost);
	suite_add_tcase(s, tc);
	return check_run(s);
}
