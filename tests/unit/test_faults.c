/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/faults.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"

static const struct where nowhere;
static struct faults *f;

static void
setup(void)
{
	f = faults_create();
	ck_assert_ptr_nonnull(f);
}

static void
teardown(void)
{
	faults_free(f);
}

static struct where
line(const char *file, unsigned int n)
{
	struct where at = { file, n };

	return at;
}

START_TEST(a_fault_names_its_place_and_its_section)
{
	faults_error(f, line("a.ini", 3), "port x", "%d is odd", 7);
	ck_assert_str_eq(faults_text(f, 0),
			 "a.ini:3: error: [port x]: 7 is odd");
	ck_assert_ptr_null(faults_text(f, 1));
}
END_TEST

START_TEST(unknown_parts_of_a_place_are_left_out)
{
	faults_error(f, nowhere, NULL, "one");
	faults_warning(f, line("a.ini", 0), NULL, "two");
	ck_assert_str_eq(faults_text(f, 0), "error: one");
	ck_assert_str_eq(faults_text(f, 1), "a.ini: warning: two");
}
END_TEST

START_TEST(faults_stand_in_the_order_of_files_and_lines)
{
	faults_error(f, line("b.ini", 1), NULL, "5");
	faults_error(f, line("a.ini", 10), NULL, "3");
	faults_error(f, line("a.ini", 9), NULL, "2");
	faults_error(f, line("a.ini", 10), NULL, "4");
	faults_error(f, nowhere, NULL, "1");
	ck_assert_str_eq(faults_text(f, 0), "error: 1");
	ck_assert_str_eq(faults_text(f, 1), "a.ini:9: error: 2");
	ck_assert_str_eq(faults_text(f, 2), "a.ini:10: error: 3");
	ck_assert_str_eq(faults_text(f, 3), "a.ini:10: error: 4");
	ck_assert_str_eq(faults_text(f, 4), "b.ini:1: error: 5");
}
END_TEST

START_TEST(a_repeated_fault_is_kept_once)
{
	faults_error(f, line("a.ini", 1), NULL, "same");
	faults_error(f, line("a.ini", 1), NULL, "same");
	faults_error(f, line("a.ini", 2), NULL, "same");
	faults_warning(f, line("a.ini", 1), NULL, "same");
	ck_assert_uint_eq(faults_errors(f), 2);
	ck_assert_uint_eq(faults_warnings(f), 1);
}
END_TEST

START_TEST(more_than_the_cap_are_counted_and_not_kept)
{
	for (unsigned int i = 1; i <= FAULTS_MAX + 10; i++)
		faults_error(f, line("a.ini", i), NULL, "x");
	ck_assert_uint_eq(faults_errors(f), FAULTS_MAX + 10);
	ck_assert_ptr_nonnull(faults_text(f, FAULTS_MAX - 1));
	ck_assert_ptr_null(faults_text(f, FAULTS_MAX));
}
END_TEST

START_TEST(an_error_replaces_a_warning_and_never_the_reverse)
{
	for (unsigned int i = 1; i <= FAULTS_MAX; i++)
		faults_warning(f, line("a.ini", i), NULL, "x");
	faults_error(f, line("a.ini", 1000), NULL, "bad");
	ck_assert_str_eq(faults_text(f, FAULTS_MAX - 1),
			 "a.ini:1000: error: bad");
	ck_assert_uint_eq(faults_warnings(f), FAULTS_MAX);

	for (unsigned int i = 1; i < FAULTS_MAX; i++)
		faults_error(f, line("a.ini", i), NULL, "x");
	faults_warning(f, line("a.ini", 1), NULL, "late");
	for (unsigned int i = 0; i < FAULTS_MAX; i++)
		ck_assert_ptr_nonnull(strstr(faults_text(f, i), "error"));
	ck_assert_uint_eq(faults_warnings(f), FAULTS_MAX + 1);
}
END_TEST

static char *
printed(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	faults_print(f, out);
	fclose(out);
	return text;
}

START_TEST(the_print_ends_with_a_count)
{
	char *text;

	faults_error(f, line("a.ini", 1), NULL, "one");
	faults_error(f, line("a.ini", 2), NULL, "two");
	faults_warning(f, line("a.ini", 3), NULL, "three");
	text = printed();
	ck_assert_str_eq(text, "a.ini:1: error: one\n"
			       "a.ini:2: error: two\n"
			       "a.ini:3: warning: three\n"
			       "2 errors, 1 warning\n");
	free(text);
}
END_TEST

START_TEST(the_print_says_if_faults_are_missing)
{
	char *text;

	for (unsigned int i = 1; i <= FAULTS_MAX + 1; i++)
		faults_error(f, line("a.ini", i), NULL, "x");
	text = printed();
	ck_assert_ptr_nonnull(
		strstr(text, "\n51 errors, 0 warnings (50 of them shown)\n"));
	free(text);
}
END_TEST

START_TEST(no_fault_prints_nothing)
{
	char *text = printed();

	ck_assert_str_eq(text, "");
	ck_assert_uint_eq(faults_errors(f) + faults_warnings(f), 0);
	free(text);
}
END_TEST

START_TEST(a_fault_has_a_copy_of_its_place)
{
	char file[] = "a.ini", section[] = "lan x";

	faults_error(f, line(file, 1), section, "y");
	file[0] = section[0] = '#';
	faults_error(f, line("b.ini", 1), NULL, "z");
	ck_assert_str_eq(faults_text(f, 0), "a.ini:1: error: [lan x]: y");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("faults");
	TCase *tc = tcase_create("faults");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_fault_names_its_place_and_its_section);
	tcase_add_test(tc, unknown_parts_of_a_place_are_left_out);
	tcase_add_test(tc, faults_stand_in_the_order_of_files_and_lines);
	tcase_add_test(tc, a_repeated_fault_is_kept_once);
	tcase_add_test(tc, more_than_the_cap_are_counted_and_not_kept);
	tcase_add_test(tc, an_error_replaces_a_warning_and_never_the_reverse);
	tcase_add_test(tc, the_print_ends_with_a_count);
	tcase_add_test(tc, the_print_says_if_faults_are_missing);
	tcase_add_test(tc, no_fault_prints_nothing);
	tcase_add_test(tc, a_fault_has_a_copy_of_its_place);
	suite_add_tcase(s, tc);
	return check_run(s);
}
