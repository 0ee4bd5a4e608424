/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/log.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/check_run.h"

static int reader, saved;

/* Standard error is a pipe that does not block. */
static void
setup(void)
{
	int fd[2];

	ck_assert_int_eq(pipe2(fd, O_NONBLOCK), 0);
	saved = dup(STDERR_FILENO);
	dup2(fd[1], STDERR_FILENO);
	close(fd[1]);
	reader = fd[0];
	log_set(LOG_TO_STDERR, LOG_INFO);
}

static void
teardown(void)
{
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(reader);
	unsetenv("JOURNAL_STREAM");
}

/* What has been written since the last call. */
static const char *
written(void)
{
	static char text[1 << 17];
	ssize_t n = read(reader, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

START_TEST(a_line_has_the_program_in_front_and_one_end)
{
	log_write(LOG_WARNING, "port a: x\nSYSLOG_IDENTIFIER=y", NULL, 0);
	ck_assert_str_eq(written(),
			 "ixfabricd: port a: x SYSLOG_IDENTIFIER=y\n");
}
END_TEST

START_TEST(lines_of_less_importance_than_the_level_are_left_out)
{
	for (int level = LOG_ERR; level <= LOG_DEBUG; level++) {
		log_set(LOG_TO_STDERR, level);
		for (int l = LOG_CRIT; l <= LOG_DEBUG; l++) {
			log_write(l, "x", NULL, 0);
			ck_assert_str_eq(written(),
					 l <= level ? "ixfabricd: x\n" : "");
		}
	}
}
END_TEST

START_TEST(lines_without_room_are_lost_and_their_number_is_logged)
{
	char full[4096];

	memset(full, 'f', sizeof(full));
	while (write(STDERR_FILENO, full, sizeof(full)) > 0)
		;
	ck_assert_int_eq(errno, EAGAIN);
	for (unsigned int i = 0; i < 3; i++)
		log_write(LOG_WARNING, "lost", NULL, 0);
	/* One that the level leaves out is not lost. */
	log_write(LOG_DEBUG, "lost", NULL, 0);
	ck_assert_ptr_null(strstr(written(), "lost"));
	log_write(LOG_WARNING, "there", NULL, 0);
	ck_assert_str_eq(written(),
			 "ixfabricd: log: 3 lines were lost: there was no "
			 "room\nixfabricd: there\n");
	log_write(LOG_WARNING, "there", NULL, 0);
	ck_assert_str_eq(written(), "ixfabricd: there\n");
}
END_TEST

START_TEST(a_long_line_is_cut)
{
	static char line[100000];
	size_t n;

	memset(line, 'x', sizeof(line) - 1);
	log_write(LOG_INFO, line, NULL, 0);
	n = strlen(written());
	ck_assert_uint_gt(n, 768);
	ck_assert_uint_lt(n, 4096);
}
END_TEST

START_TEST(lines_of_a_stream_are_written_as_they_are)
{
	FILE *out = log_stream(LOG_ERR);

	fputs("f.ini:1: error: x\nixfabricd: y\n\nlast", out);
	fclose(out);
	ck_assert_str_eq(written(), "f.ini:1: error: x\nixfabricd: y\nlast\n");
	out = log_stream(LOG_DEBUG);
	fputs("not this\n", out);
	fclose(out);
	ck_assert_str_eq(written(), "");
}
END_TEST

START_TEST(standard_error_that_is_the_journal_gets_levels)
{
	char name[64];
	struct stat st;

	ck_assert_int_eq(fstat(STDERR_FILENO, &st), 0);
	snprintf(name, sizeof(name), "%lu:%lu", (unsigned long)st.st_dev,
		 (unsigned long)st.st_ino);
	setenv("JOURNAL_STREAM", name, 1);
	log_write(LOG_CRIT, "x", NULL, 0);
	ck_assert_str_eq(written(), "<2>ixfabricd: x\n");
	/* Of a program that started this one. */
	setenv("JOURNAL_STREAM", "1:1", 1);
	log_write(LOG_CRIT, "x", NULL, 0);
	ck_assert_str_eq(written(), "ixfabricd: x\n");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("log");
	TCase *tc = tcase_create("log");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_line_has_the_program_in_front_and_one_end);
	tcase_add_test(tc,
		       lines_of_less_importance_than_the_level_are_left_out);
	tcase_add_test(tc,
		       lines_without_room_are_lost_and_their_number_is_logged);
	tcase_add_test(tc, a_long_line_is_cut);
	tcase_add_test(tc, lines_of_a_stream_are_written_as_they_are);
	tcase_add_test(tc, standard_error_that_is_the_journal_gets_levels);
	suite_add_tcase(s, tc);
	return check_run(s);
}
