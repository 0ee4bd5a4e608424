/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/logshare.h"

#include <check.h>

#include "tests/check_run.h"

#define T0     UINT64_C(1000)
#define PERIOD UINT64_C(30)
#define SIZE   100

static struct logshare_pool pool;
static struct logshare of[200];

static void
setup(void)
{
	pool = (struct logshare_pool){ 0 };
	for (unsigned int i = 0; i < 200; i++)
		of[i] = (struct logshare){ 0 };
}

/* How many lines the owners from 'a' to 'b' get if they never stop. */
static unsigned int
all_of(unsigned int a, unsigned int b, uint64_t now, uint32_t owners)
{
	unsigned int n = 0;

	for (unsigned int round = 0; round < 2 * SIZE; round++)
		for (unsigned int i = a; i < b; i++)
			n += logshare_take(&pool, &of[i], now, PERIOD, SIZE,
					   owners);
	return n;
}

START_TEST(one_owner_has_half)
{
	ck_assert_uint_eq(all_of(0, 1, T0, 0), SIZE / 2);
	ck_assert_uint_eq(all_of(1, 2, T0, 0), SIZE / 4);
	ck_assert_uint_eq(pool.held, 4 * SIZE - SIZE / 2 - SIZE / 4);
}
END_TEST

START_TEST(many_owners_leave_as_much_as_each_has)
{
	ck_assert_uint_eq(all_of(0, 9, T0, 0), 9 * SIZE / 10);
	ck_assert_uint_ge(all_of(9, 10, T0, 0), SIZE / 10 / 2);
}
END_TEST

/* Whatever the owners do, no more than the size is used if places are kept. */
START_TEST(each_owner_has_its_first_line)
{
	unsigned int n = all_of(0, 40, T0, SIZE);

	for (unsigned int i = 40; i < SIZE; i++) {
		ck_assert(logshare_take(&pool, &of[i], T0, PERIOD, SIZE, SIZE));
		n++;
	}
	ck_assert_uint_eq(n, SIZE);
	setup();
	ck_assert_uint_gt(all_of(0, 40, T0, 0), 90);
	for (unsigned int i = 40; i < 200; i++)
		ck_assert(logshare_take(&pool, &of[i], T0, PERIOD, SIZE, 0));
}
END_TEST

START_TEST(a_new_period_begins_with_all)
{
	ck_assert_uint_eq(all_of(0, 1, T0, 0), SIZE / 2);
	ck_assert_uint_eq(all_of(0, 1, T0 + PERIOD - 1, 0), 0);
	ck_assert_uint_eq(all_of(0, 1, T0 + PERIOD, 0), SIZE / 2);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("logshare");
	TCase *tc = tcase_create("logshare");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, one_owner_has_half);
	tcase_add_test(tc, many_owners_leave_as_much_as_each_has);
	tcase_add_test(tc, each_owner_has_its_first_line);
	tcase_add_test(tc, a_new_period_begins_with_all);
	suite_add_tcase(s, tc);
	return check_run(s);
}
