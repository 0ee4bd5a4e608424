/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sign of life between control, which waits for an address or does not, and
 * workers that hear it all the time: none of them makes it mute for the others.
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
static atomic_uint calls;      /* workers write: told of */
static atomic_uint passes[2];  /* each worker its own */

static void *
hear(void *arg)
{
	atomic_uint *mine = arg;

	while (!atomic_load(&stop)) {
		if (neightab_see(table, 0))
			atomic_fetch_add(&calls, 1);
		atomic_fetch_add(mine, 1);
	}
	return NULL;
}

/* Until each worker has heard it once from now on. */
static void
wait_a_pass(void)
{
	for (unsigned int i = 0; i < WORKERS; i++) {
		unsigned int before = atomic_load(&passes[i]);

		while (atomic_load(&passes[i]) - before < 2)
			sched_yield();
	}
}

START_TEST(nobody_is_made_mute)
{
	pthread_t thread[WORKERS];
	unsigned int told = 0;

	table = neightab_create4(0, 1);
	for (unsigned int i = 0; i < WORKERS; i++)
		ck_assert_int_eq(
			pthread_create(&thread[i], NULL, hear, &passes[i]), 0);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		/* As neightab_watch() does it, and tells whether it was heard. */
		(void)neightab_take_seen(table, 0);
		if (!neightab_swap_liveness(table, 0, NEIGHTAB_SILENT,
					    NEIGHTAB_WATCHED))
			continue;
		while (atomic_load(&calls) == told)
			sched_yield();
		told++;
		neightab_watch(table, 0, false);
	}
	ck_assert_uint_gt(told, ROUNDS / 200);
	ck_assert_uint_eq(atomic_load(&calls), told);
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
	tcase_add_test(tc, nobody_is_made_mute);
	suite_add_tcase(s, tc);
	return check_run(s);
}
