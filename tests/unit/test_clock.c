/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/clock.h"

#include <check.h>

#include "tests/check_run.h"

static const uint64_t hz[] = { 1000000000, 2400000000, 2599999123, 25000000 };

START_TEST(a_second_of_ticks_is_a_second)
{
	uint64_t ns = clock_ns(hz[_i], clock_scale(hz[_i]));

	ck_assert_uint_ge(ns, CLOCK_SECOND - 2);
	ck_assert_uint_le(ns, CLOCK_SECOND);
}
END_TEST

START_TEST(ten_years_of_ticks_do_not_overflow)
{
	uint64_t seconds = UINT64_C(10) * 365 * 24 * 3600;
	uint64_t ns = clock_ns(hz[_i] * seconds, clock_scale(hz[_i]));

	ck_assert_uint_ge(ns, (CLOCK_SECOND - 2) * seconds);
	ck_assert_uint_le(ns, CLOCK_SECOND * seconds);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("clock");
	TCase *t = tcase_create("clock");
	int n = sizeof(hz) / sizeof(hz[0]);

	tcase_add_loop_test(t, a_second_of_ticks_is_a_second, 0, n);
	tcase_add_loop_test(t, ten_years_of_ticks_do_not_overflow, 0, n);
	suite_add_tcase(s, t);
	return check_run(s);
}
