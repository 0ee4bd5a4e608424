/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/strtable.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/check_run.h"

static struct strtable *t;

static void
setup(void)
{
	t = strtable_create();
	ck_assert_ptr_nonnull(t);
}

static void
teardown(void)
{
	strtable_free(t);
}

START_TEST(exactly_the_stored_keys_are_found)
{
	ck_assert_int_eq(strtable_put(t, "port a", 7), 0);
	ck_assert_int_eq(strtable_put(t, "port b", 0), 0);
	ck_assert_uint_eq(strtable_get(t, "port a"), 7);
	ck_assert_uint_eq(strtable_get(t, "port b"), 0);
	ck_assert_uint_eq(strtable_get(t, "port c"), STRTABLE_NONE);
	ck_assert_uint_eq(strtable_get(t, ""), STRTABLE_NONE);
}
END_TEST

START_TEST(the_first_value_of_a_key_stays)
{
	ck_assert_int_eq(strtable_put(t, "a", 1), 0);
	ck_assert_int_eq(strtable_put(t, "a", 2), -EEXIST);
	ck_assert_uint_eq(strtable_get(t, "a"), 1);
}
END_TEST

START_TEST(the_key_is_copied)
{
	char key[] = "a";

	ck_assert_int_eq(strtable_put(t, key, 1), 0);
	key[0] = 'b';
	ck_assert_uint_eq(strtable_get(t, "a"), 1);
	ck_assert_uint_eq(strtable_get(t, "b"), STRTABLE_NONE);
}
END_TEST

START_TEST(a_table_grows_as_needed)
{
	char key[16];

	for (size_t i = 0; i < 20000; i++) {
		snprintf(key, sizeof(key), "%zu", i);
		ck_assert_int_eq(strtable_put(t, key, i), 0);
	}
	for (size_t i = 0; i < 20000; i++) {
		snprintf(key, sizeof(key), "%zu", i);
		ck_assert_uint_eq(strtable_get(t, key), i);
	}
	ck_assert_uint_eq(strtable_get(t, "20000"), STRTABLE_NONE);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("strtable");
	TCase *tc = tcase_create("strtable");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, exactly_the_stored_keys_are_found);
	tcase_add_test(tc, the_first_value_of_a_key_stays);
	tcase_add_test(tc, the_key_is_copied);
	tcase_add_test(tc, a_table_grows_as_needed);
	suite_add_tcase(s, tc);
	return check_run(s);
}
