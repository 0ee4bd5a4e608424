/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/textfile.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/check_run.h"

static char dir[64], path[128], why[TEXTFILE_WHY_SIZE];
static char *text;
static size_t size;

static void
setup(void)
{
	strcpy(dir, "/tmp/ixf-textfile-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/x", dir);
	text = NULL;
	why[0] = '\0';
}

static void
teardown(void)
{
	free(text);
	unlink(path);
	rmdir(dir);
}

static void
put(const char *octets, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_eq(write(fd, octets, n), (ssize_t)n);
	close(fd);
}

static const struct {
	const char *octets;
	size_t n;
} texts[] = {
	{ "", 0 },
	{ "a", 1 },
	{ "a\0b\n", 4 },
	{ "0123456789", 10 },
};

START_TEST(a_regular_file_is_read_whole)
{
	put(texts[_i].octets, texts[_i].n);
	ck_assert_int_eq(textfile_read(path, 10, &text, &size, why), 0);
	ck_assert_uint_eq(size, texts[_i].n);
	ck_assert_mem_eq(text, texts[_i].octets, size);
	ck_assert_int_eq(text[size], '\0');
}
END_TEST

START_TEST(a_large_file_is_read_whole)
{
	static char much[300000];

	memset(much, 'x', sizeof(much));
	put(much, sizeof(much));
	ck_assert_int_eq(textfile_read(path, sizeof(much), &text, &size, why),
			 0);
	ck_assert_uint_eq(size, sizeof(much));
	ck_assert_mem_eq(text, much, size);
}
END_TEST

START_TEST(a_file_above_the_limit_is_refused)
{
	put("0123456789x", 11);
	ck_assert_int_eq(textfile_read(path, 10, &text, &size, why), -EFBIG);
	ck_assert_str_eq(why, "is larger than 10 octets");
	ck_assert_ptr_null(text);
}
END_TEST

/* Its size is 0 in stat(), whatever there is to read. */
START_TEST(a_file_of_proc_is_read_up_to_the_limit)
{
	ck_assert_int_eq(
		textfile_read("/proc/self/status", 1 << 20, &text, &size, why),
		0);
	ck_assert_uint_gt(size, 100);
	free(text);
	text = NULL;
	ck_assert_int_eq(
		textfile_read("/proc/self/status", 100, &text, &size, why),
		-EFBIG);
}
END_TEST

/* Without a writer, to open it would wait for ever. */
START_TEST(a_pipe_is_refused_at_once)
{
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(textfile_read(path, 10, &text, &size, why), -EINVAL);
	ck_assert_str_eq(why, "is a pipe, not a regular file");
}
END_TEST

START_TEST(a_socket_is_refused)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(a.sun_path, path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(textfile_read(path, 10, &text, &size, why), -EINVAL);
	ck_assert_str_eq(why, "is a socket, not a regular file");
	close(fd);
}
END_TEST

START_TEST(a_device_and_a_directory_are_refused)
{
	ck_assert_int_eq(textfile_read("/dev/zero", 10, &text, &size, why),
			 -EINVAL);
	ck_assert_str_eq(why, "is a device, not a regular file");
	ck_assert_int_eq(textfile_read(dir, 10, &text, &size, why), -EISDIR);
	ck_assert_str_eq(why, "is a directory, not a regular file");
}
END_TEST

START_TEST(a_missing_file_is_an_error)
{
	ck_assert_int_eq(textfile_read(path, 10, &text, &size, why), -ENOENT);
	ck_assert_str_eq(why, "cannot be read: No such file or directory");
}
END_TEST

START_TEST(an_open_pipe_is_read_to_its_end)
{
	int fd[2];

	ck_assert_int_eq(pipe(fd), 0);
	ck_assert_int_eq(write(fd[1], "abc", 3), 3);
	close(fd[1]);
	ck_assert_int_eq(textfile_read_fd(fd[0], 3, &text, &size, why), 0);
	ck_assert_str_eq(text, "abc");
	close(fd[0]);
}
END_TEST

START_TEST(an_open_device_is_read_up_to_the_limit)
{
	int fd = open("/dev/zero", O_RDONLY);

	ck_assert_int_eq(textfile_read_fd(fd, 1u << 20, &text, &size, why),
			 -EFBIG);
	ck_assert_str_eq(why, "is larger than 1 MiB");
	close(fd);
}
END_TEST

START_TEST(a_stream_has_all_octets_of_a_text)
{
	struct textfile_place place = { "a\0b", 3 };
	FILE *in = textfile_stream(&place);

	ck_assert_int_eq(getc(in), 'a');
	ck_assert_int_eq(getc(in), '\0');
	ck_assert_int_eq(getc(in), 'b');
	ck_assert_int_eq(getc(in), EOF);
	ck_assert(!ferror(in));
	fclose(in);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("textfile");
	TCase *tc = tcase_create("textfile");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_regular_file_is_read_whole, 0,
			    sizeof(texts) / sizeof(texts[0]));
	tcase_add_test(tc, a_large_file_is_read_whole);
	tcase_add_test(tc, a_file_above_the_limit_is_refused);
	tcase_add_test(tc, a_file_of_proc_is_read_up_to_the_limit);
	tcase_add_test(tc, a_pipe_is_refused_at_once);
	tcase_add_test(tc, a_socket_is_refused);
	tcase_add_test(tc, a_device_and_a_directory_are_refused);
	tcase_add_test(tc, a_missing_file_is_an_error);
	tcase_add_test(tc, an_open_pipe_is_read_to_its_end);
	tcase_add_test(tc, an_open_device_is_read_up_to_the_limit);
	tcase_add_test(tc, a_stream_has_all_octets_of_a_text);
	suite_add_tcase(s, tc);
	return check_run(s);
}
