/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/loglimit.h"

#include <check.h>

#include "lib/rate.h"
#include "tests/check_run.h"

#define T0 (1000 * CLOCK_SECOND)

START_TEST(the_first_event_is_logged_at_once)
{
	struct loglimit l = { 0 };

	ck_assert_uint_eq(loglimit_due(&l, T0), 0);
	ck_assert(loglimit_event(&l, T0, 1));
	ck_assert_uint_eq(loglimit_flush(&l), 0);
}
END_TEST

START_TEST(later_events_wait_for_the_end_of_the_period)
{
	struct loglimit l = { 0 };

	ck_assert(loglimit_event(&l, T0, 3));
	ck_assert(!loglimit_event(&l, T0 + 1, 5));
	ck_assert(!loglimit_event(&l, T0 + LOGLIMIT_PERIOD - 1, 1));
	ck_assert_uint_eq(loglimit_due(&l, T0 + LOGLIMIT_PERIOD - 1), 0);
	ck_assert_uint_eq(loglimit_due(&l, T0 + LOGLIMIT_PERIOD), 8);
	ck_assert_uint_eq(loglimit_due(&l, T0 + LOGLIMIT_PERIOD), 0);
}
END_TEST

START_TEST(a_line_with_a_number_begins_another_period)
{
	struct loglimit l = { 0 };
	uint64_t now = T0;
	unsigned int lines = loglimit_event(&l, now, 1);

	for (; now < T0 + 60 * CLOCK_SECOND; now += CLOCK_SECOND / 10) {
		lines += loglimit_due(&l, now) > 0;
		lines += loglimit_event(&l, now, 1);
	}
	ck_assert_uint_eq(lines, 4); /* at 0, 15, 30 and 45 seconds */
}
END_TEST

START_TEST(after_a_period_without_events_the_next_is_logged_at_once)
{
	struct loglimit l = { 0 };

	ck_assert(loglimit_event(&l, T0, 1));
	ck_assert_uint_eq(loglimit_due(&l, T0 + LOGLIMIT_PERIOD), 0);
	ck_assert(loglimit_event(&l, T0 + LOGLIMIT_PERIOD, 1));
}
END_TEST

START_TEST(every_event_is_logged_once)
{
	struct loglimit l = { 0 };
	uint64_t told = 0, events = 0, now = T0, step = 1;

	for (unsigned int i = 0; i < 10000; i++) {
		step = step * 7919 % 1000003;
		now += step * 5000;
		told += loglimit_due(&l, now);
		told += loglimit_event(&l, now, step % 9 + 1);
		events += step % 9 + 1;
	}
	ck_assert_uint_eq(told + loglimit_flush(&l), events);
	ck_assert_uint_eq(loglimit_flush(&l), 0);
}
END_TEST

START_TEST(the_end_of_a_period_may_be_noticed_late)
{
	struct loglimit l = { 0 };

	ck_assert(loglimit_event(&l, T0, 4));
	ck_assert(loglimit_event(&l, T0 + 100 * CLOCK_SECOND, 1));
	ck_assert_uint_eq(loglimit_flush(&l), 3);
}
END_TEST

START_TEST(a_rate_is_the_average_of_the_last_seconds)
{
	struct rate r = { 0 };

	ck_assert(rate_read(&r, T0) == 0);
	for (unsigned int s = 0; s < 20; s++)
		rate_add(&r, T0 + s * CLOCK_SECOND, 30);
	/* Five whole seconds, and one that has just begun. */
	ck_assert(rate_read(&r, T0 + 20 * CLOCK_SECOND) == 30);
	ck_assert(rate_read(&r, T0 + 23 * CLOCK_SECOND) == 12);
	ck_assert(rate_read(&r, T0 + 25 * CLOCK_SECOND) == 0);
	ck_assert(rate_read(&r, T0 + 99 * CLOCK_SECOND) == 0);
}
END_TEST

START_TEST(a_rate_includes_the_current_second)
{
	struct rate r = { 0 };

	rate_add(&r, T0, 10);
	rate_add(&r, T0 + CLOCK_SECOND / 2, 12);
	ck_assert(rate_read(&r, T0 + CLOCK_SECOND / 2) == 4);
}
END_TEST

START_TEST(a_count_does_not_overflow)
{
	struct rate r = { 0 };

	rate_add(&r, T0, UINT64_MAX);
	rate_add(&r, T0, UINT64_MAX);
	ck_assert(rate_read(&r, T0) > 800e6);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("loglimit");
	TCase *tc = tcase_create("loglimit");

	tcase_add_test(tc, the_first_event_is_logged_at_once);
	tcase_add_test(tc, later_events_wait_for_the_end_of_the_period);
	tcase_add_test(tc, a_line_with_a_number_begins_another_period);
	tcase_add_test(
		tc, after_a_period_without_events_the_next_is_logged_at_once);
	tcase_add_test(tc, every_event_is_logged_once);
	tcase_add_test(tc, the_end_of_a_period_may_be_noticed_late);
	tcase_add_test(tc, a_rate_is_the_average_of_the_last_seconds);
	tcase_add_test(tc, a_rate_includes_the_current_second);
	tcase_add_test(tc, a_count_does_not_overflow);
	suite_add_tcase(s, tc);
	return check_run(s);
}
