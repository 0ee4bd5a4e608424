/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/rights.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/check_run.h"

#define GUEST ((uid_t)12345)

static struct faults *faults;
static struct rights rights;

static void
setup(void)
{
	faults = faults_create();
	rights_find(&rights, "1001", "1002", faults);
	ck_assert_uint_eq(faults_warnings(faults), 0);
}

static void
teardown(void)
{
	faults_free(faults);
}

static enum right
judge(uid_t uid, gid_t a, gid_t b)
{
	gid_t group[] = { a, b };

	return rights_judge(&rights, uid, group, 2);
}

START_TEST(the_group_decides_and_any_of_the_groups_will_do)
{
	ck_assert_int_eq(judge(GUEST, 100, 200), RIGHT_NONE);
	ck_assert_int_eq(judge(GUEST, 1001, 200), RIGHT_COMMAND);
	ck_assert_int_eq(judge(GUEST, 100, 1001), RIGHT_COMMAND);
	ck_assert_int_eq(judge(GUEST, 1002, 200), RIGHT_READ);
	ck_assert_int_eq(judge(GUEST, 100, 1002), RIGHT_READ);
	ck_assert_int_eq(judge(GUEST, 1002, 1001), RIGHT_COMMAND);
}
END_TEST

START_TEST(root_and_the_user_of_the_daemon_need_no_group)
{
	ck_assert_int_eq(judge(0, 100, 200), RIGHT_COMMAND);
	ck_assert_int_eq(judge(geteuid(), 100, 200), RIGHT_COMMAND);
}
END_TEST

START_TEST(without_a_group_no_number_fits)
{
	rights_find(&rights, NULL, NULL, faults);
	ck_assert_uint_eq(faults_warnings(faults), 0);
	ck_assert_int_eq(judge(GUEST, RIGHTS_NO_GROUP, 0), RIGHT_NONE);
}
END_TEST

START_TEST(a_name_is_looked_up_and_one_that_is_missing_is_a_warning)
{
	rights_find(&rights, "root", "no-such-group-here", faults);
	ck_assert_uint_eq(rights.operators.id, 0);
	ck_assert_uint_eq(rights.readers.id, RIGHTS_NO_GROUP);
	ck_assert_uint_eq(faults_warnings(faults), 1);
	ck_assert_ptr_nonnull(
		strstr(faults_text(faults, 0), "readers = no-such-group-here"));
	ck_assert_int_eq(judge(GUEST, 0, 100), RIGHT_COMMAND);
}
END_TEST

START_TEST(a_number_too_large_is_no_group)
{
	rights_find(&rights, "4294967295", "10x", faults);
	ck_assert_uint_eq(rights.operators.id, RIGHTS_NO_GROUP);
	ck_assert_uint_eq(rights.readers.id, RIGHTS_NO_GROUP);
	ck_assert_uint_eq(faults_warnings(faults), 2);
}
END_TEST

START_TEST(the_kernel_says_which_process_it_is)
{
	int fd[2];
	uid_t uid;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	ck_assert_int_eq(rights_of(&rights, fd[0], &uid), RIGHT_COMMAND);
	ck_assert_uint_eq(uid, geteuid());
	ck_assert_int_eq(rights_of(&rights, -1, &uid), RIGHT_NONE);
	close(fd[0]);
	close(fd[1]);
}
END_TEST

START_TEST(the_message_names_the_groups)
{
	char text[256];

	rights_print(&rights, text, sizeof(text));
	ck_assert_str_eq(text,
			 "root may use all commands, and so may the group "
			 "1001; the group 1002 may use those that change "
			 "nothing: use sudo, or 'sudo usermod -aG 1001 USER' "
			 "and log in again");
	rights_find(&rights, NULL, NULL, faults);
	rights_print(&rights, text, sizeof(text));
	ck_assert_str_eq(text, "root may use all commands");
	rights_find(&rights, "1001", "1002", faults);
	rights_print(&rights, text, 20);
	ck_assert_uint_eq(strlen(text), 19);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("rights");
	TCase *tc = tcase_create("rights");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_group_decides_and_any_of_the_groups_will_do);
	tcase_add_test(tc, root_and_the_user_of_the_daemon_need_no_group);
	tcase_add_test(tc, without_a_group_no_number_fits);
	tcase_add_test(
		tc, a_name_is_looked_up_and_one_that_is_missing_is_a_warning);
	tcase_add_test(tc, a_number_too_large_is_no_group);
	tcase_add_test(tc, the_kernel_says_which_process_it_is);
	tcase_add_test(tc, the_message_names_the_groups);
	suite_add_tcase(s, tc);
	return check_run(s);
}
