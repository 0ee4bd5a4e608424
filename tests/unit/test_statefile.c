/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * This program replaces the calls that bring a file to the disk: it notes their
 * order, makes them fail, and dies between them.
 */
#include "lib/statefile.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check_run.h"

#define OLD "old text\n"
#define NEW "new text, which is longer than what is written in one go\n"

/* Octets that a write() takes at once, so that one is never enough. */
#define PIECE 16

static char folder[] = "/tmp/ixf-state-XXXXXX";
static char path[64], temp[64];

/* What was called: w(rite), f(sync) of a file, r(ename), d(irectory) synced. */
static char calls[64];
static size_t ncalls;
static bool armed;         /* calls are noted and can fail */
static size_t dies_before; /* the call of that number */
static char fails;         /* calls of this letter, */
static int error;          /* so; EINTR: once */

/* Whether the call is to fail, errno set. */
static bool
note(char call)
{
	if (!armed)
		return false;
	if (ncalls == dies_before)
		_exit(EXIT_SUCCESS);
	ck_assert_uint_lt(ncalls + 1, sizeof(calls));
	calls[ncalls++] = call;
	if (call != fails)
		return false;
	if (error == EINTR)
		fails = 0;
	errno = error;
	return true;
}

ssize_t
write(int fd, const void *buf, size_t size)
{
	if (note('w'))
		return -1;
	if (armed && size > PIECE)
		size = PIECE;
	return syscall(SYS_write, fd, buf, size);
}

int
fsync(int fd)
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	if (note(S_ISDIR(st.st_mode) ? 'd' : 'f'))
		return -1;
	return (int)syscall(SYS_fsync, fd);
}

int
renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	if (note('r'))
		return -1;
	return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 0);
}

static void
setup(void)
{
	strcpy(folder, "/tmp/ixf-state-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/state", folder);
	snprintf(temp, sizeof(temp), "%s/state.new", folder);
	memset(calls, 0, sizeof(calls));
	ncalls = 0;
	armed = false;
	dies_before = SIZE_MAX;
	fails = 0;
}

static void
teardown(void)
{
	unlink(path);
	unlink(temp);
	rmdir(path);
	rmdir(temp);
	ck_assert_int_eq(rmdir(folder), 0);
}

static int
write_text(const char *text)
{
	int rc;

	armed = true;
	rc = statefile_write(path, text, strlen(text));
	armed = false;
	return rc;
}

static bool
has(const char *expected)
{
	char *text;
	size_t size;
	bool same;

	if (statefile_read(path, 1000, &text, &size) != 0)
		return false;
	same = size == strlen(expected) && strcmp(text, expected) == 0;
	free(text);
	return same;
}

static bool
exists(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0;
}

/* Without the code under test. */
static void
put(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}

static mode_t
mode_of(const char *name)
{
	struct stat st;

	ck_assert_int_eq(lstat(name, &st), 0);
	ck_assert(S_ISREG(st.st_mode));
	return st.st_mode & 0777;
}

START_TEST(what_was_written_is_read)
{
	ck_assert(!has(NEW));
	ck_assert_int_eq(write_text(NEW), 0);
	ck_assert(has(NEW));
	ck_assert(!has(OLD));
	ck_assert(!exists(temp));
	ck_assert_int_eq(write_text(OLD), 0);
	ck_assert(has(OLD));
}
END_TEST

START_TEST(an_empty_text_makes_a_file)
{
	ck_assert_int_eq(write_text(NEW), 0);
	ck_assert_int_eq(write_text(""), 0);
	ck_assert(has(""));
	ck_assert(exists(path));
}
END_TEST

START_TEST(octets_of_any_value_are_kept)
{
	char all[256], *text;
	size_t size;

	for (unsigned int i = 0; i < sizeof(all); i++)
		all[i] = (char)i;
	ck_assert_int_eq(statefile_write(path, all, sizeof(all)), 0);
	ck_assert_int_eq(statefile_read(path, 256, &text, &size), 0);
	ck_assert_uint_eq(size, 256);
	ck_assert_mem_eq(text, all, 256);
	ck_assert_int_eq(text[256], 0);
	free(text);
}
END_TEST

/* Then the new name means what is on the disk, and is there itself. */
START_TEST(the_text_is_on_the_disk_before_the_rename)
{
	ck_assert_int_eq(write_text(NEW), 0);
	ck_assert_str_eq(calls, "wwwwfrd");
}
END_TEST

START_TEST(other_users_cannot_read_it)
{
	mode_t before = umask(0);

	put(path, OLD);
	ck_assert_uint_eq(mode_of(path), 0666);
	ck_assert_int_eq(write_text(NEW), 0);
	ck_assert_uint_eq(mode_of(path), 0640);
	umask(077);
	ck_assert_int_eq(write_text(NEW), 0);
	ck_assert_uint_eq(mode_of(path), 0600);
	umask(before);
}
END_TEST

START_TEST(a_name_without_folder_is_in_the_current_folder)
{
	ck_assert_int_eq(chdir(folder), 0);
	ck_assert_int_eq(statefile_write("state", NEW, strlen(NEW)), 0);
	ck_assert(has(NEW));
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert(has(NEW));
}
END_TEST

/* A program that was killed left it; whatever it is, it is not read. */
START_TEST(the_file_of_a_dead_writer_is_neither_read_nor_kept)
{
	put(path, OLD);
	put(temp, "the beginning of another text that is longer than the new "
		  "one is, so that its end would be left\n");
	ck_assert_int_eq(chmod(temp, 0666), 0);
	ck_assert(has(OLD));
	ck_assert_int_eq(write_text(NEW), 0);
	ck_assert(has(NEW));
	ck_assert_uint_eq(mode_of(path) & 07, 0);
	ck_assert(!exists(temp));
}
END_TEST

START_TEST(a_link_in_the_place_of_the_new_file_is_not_followed)
{
	char other[64];

	snprintf(other, sizeof(other), "%s/other", folder);
	put(other, OLD);
	ck_assert_int_eq(symlink(other, temp), 0);
	ck_assert_int_eq(write_text(NEW), 0);
	ck_assert(has(NEW));
	ck_assert_uint_eq(mode_of(path) & 07, 0);
	snprintf(path, sizeof(path), "%s", other);
	ck_assert(has(OLD));
	unlink(other);
	snprintf(path, sizeof(path), "%s/state", folder);
}
END_TEST

/* Before each of its calls, "wwwwfrd"; number 5 gives the text the name. */
START_TEST(whenever_the_writer_dies_the_file_is_whole)
{
	bool renamed = _i > 5;
	pid_t pid;
	int status;

	put(path, OLD);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		dies_before = (size_t)_i;
		write_text(NEW);
		_exit(EXIT_FAILURE);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert(has(renamed ? NEW : OLD));
	ck_assert_int_eq(exists(temp), !renamed);
	ck_assert_int_eq(write_text(NEW), 0);
	ck_assert(has(NEW));
	ck_assert(!exists(temp));
}
END_TEST

static const struct failure {
	char call;
	int error;
	const char *left;
} failures[] = {
	{ 'w', ENOSPC, OLD },
	{ 'f', EIO, OLD },
	{ 'r', EACCES, OLD },
	{ 'd', EIO, NEW },
};

START_TEST(a_write_that_fails_leaves_the_old_file_and_no_other)
{
	const struct failure *f = &failures[_i];

	put(path, OLD);
	fails = f->call;
	error = f->error;
	ck_assert_int_eq(write_text(NEW), -f->error);
	ck_assert(has(f->left));
	ck_assert(!exists(temp));
	fails = 0;
	ck_assert_int_eq(write_text(NEW), 0);
	ck_assert(has(NEW));
}
END_TEST

START_TEST(a_first_write_that_fails_leaves_no_file)
{
	fails = 'f';
	error = EIO;
	ck_assert_int_eq(write_text(NEW), -EIO);
	ck_assert(!exists(path));
	ck_assert(!exists(temp));
}
END_TEST

START_TEST(a_write_that_is_interrupted_goes_on)
{
	fails = 'w';
	error = EINTR;
	ck_assert_int_eq(write_text(NEW), 0);
	ck_assert(has(NEW));
	ck_assert_str_eq(calls, "wwwwwfrd");
}
END_TEST

START_TEST(a_missing_folder_is_an_error)
{
	char *text;
	size_t size;

	snprintf(path, sizeof(path), "%s/none/state", folder);
	ck_assert_int_eq(write_text(NEW), -ENOENT);
	ck_assert_int_eq(statefile_read(path, 1000, &text, &size), -ENOENT);
	ck_assert_str_eq(calls, "");
}
END_TEST

START_TEST(a_file_in_the_place_of_the_folder_is_an_error)
{
	char *text;
	size_t size;

	put(path, OLD);
	strcat(path, "/state");
	ck_assert_int_eq(write_text(NEW), -ENOTDIR);
	ck_assert_int_eq(statefile_read(path, 1000, &text, &size), -ENOTDIR);
	snprintf(path, sizeof(path), "%s/state", folder);
	ck_assert(has(OLD));
}
END_TEST

START_TEST(a_folder_in_the_place_of_the_file_is_an_error)
{
	char *text;
	size_t size;

	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(write_text(NEW), -EISDIR);
	ck_assert(!exists(temp));
	ck_assert_int_eq(statefile_read(path, 1000, &text, &size), -EINVAL);
}
END_TEST

START_TEST(a_folder_in_the_place_of_the_new_file_is_left_alone)
{
	put(path, OLD);
	ck_assert_int_eq(mkdir(temp, 0700), 0);
	ck_assert_int_eq(write_text(NEW), -EISDIR);
	ck_assert(has(OLD));
	ck_assert(exists(temp));
}
END_TEST

/* As a user without rights, if the test runs as root. */
START_TEST(without_the_right_to_write_nothing_changes)
{
	put(path, OLD);
	ck_assert_int_eq(chmod(path, 0644), 0);
	ck_assert_int_eq(chmod(folder, 0555), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	ck_assert_int_eq(write_text(NEW), -EACCES);
	ck_assert(has(OLD));
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(chmod(folder, 0700), 0);
	ck_assert(!exists(temp));
	ck_assert_int_eq(write_text(NEW), 0);
}
END_TEST

START_TEST(without_the_right_to_read_there_is_an_error)
{
	char *text;
	size_t size;

	put(path, OLD);
	ck_assert_int_eq(chmod(folder, 0755), 0);
	ck_assert_int_eq(chmod(path, 0), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	ck_assert_int_eq(statefile_read(path, 1000, &text, &size), -EACCES);
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(chmod(path, 0600), 0);
	ck_assert(has(OLD));
}
END_TEST

/* Whether the file can be made is known before there is anything to write. */
START_TEST(prepare_makes_the_folder_and_no_file)
{
	mode_t before = umask(0);
	char dir[64];
	struct stat st;

	ck_assert_int_eq(statefile_prepare(path), 0);
	snprintf(dir, sizeof(dir), "%s/new", folder);
	snprintf(path, sizeof(path), "%s/new/state", folder);
	ck_assert_int_eq(statefile_prepare(path), 0);
	umask(before);
	ck_assert_int_eq(stat(dir, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0750);
	ck_assert_int_eq(statefile_prepare(path), 0);
	ck_assert(!exists(path));
	ck_assert_int_eq(rmdir(dir), 0);
	ck_assert_int_eq(statefile_prepare("state"), 0);
}
END_TEST

START_TEST(prepare_reports_a_folder_that_cannot_be_written)
{
	put(path, OLD);
	strcat(path, "/state");
	ck_assert_int_eq(statefile_prepare(path), -ENOTDIR);
	snprintf(path, sizeof(path), "%s/no/new/state", folder);
	ck_assert_int_eq(statefile_prepare(path), -ENOENT);
	snprintf(path, sizeof(path), "%s/state", folder);
	ck_assert_int_eq(chmod(folder, 0555), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	ck_assert_int_eq(statefile_prepare(path), -EACCES);
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(chmod(folder, 0700), 0);
	ck_assert_int_eq(statefile_prepare(path), 0);
}
END_TEST

START_TEST(a_name_that_is_too_long_is_rejected)
{
	char name[NAME_MAX + 1] = { 0 };

	memset(name, 'x', NAME_MAX - 3);
	ck_assert_int_eq(chdir(folder), 0);
	ck_assert_int_eq(statefile_write(name, OLD, 1), -ENAMETOOLONG);
	ck_assert(!exists(name));
	name[NAME_MAX - 4] = '\0';
	ck_assert_int_eq(statefile_write(name, OLD, 1), 0);
	ck_assert_int_eq(unlink(name), 0);
	ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

START_TEST(a_file_is_read_up_to_its_limit_and_not_beyond)
{
	char *text;
	size_t size;

	put(path, OLD);
	ck_assert_int_eq(statefile_read(path, strlen(OLD) - 1, &text, &size),
			 -EFBIG);
	ck_assert_int_eq(statefile_read(path, strlen(OLD), &text, &size), 0);
	ck_assert_str_eq(text, OLD);
	free(text);
}
END_TEST

START_TEST(a_pipe_does_not_block)
{
	char *text;
	size_t size;

	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(statefile_read(path, 1000, &text, &size), -EINVAL);
}
END_TEST

static TCase *
contract(void)
{
	TCase *tc = tcase_create("contract");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_was_written_is_read);
	tcase_add_test(tc, an_empty_text_makes_a_file);
	tcase_add_test(tc, octets_of_any_value_are_kept);
	tcase_add_test(tc, the_text_is_on_the_disk_before_the_rename);
	tcase_add_test(tc, other_users_cannot_read_it);
	tcase_add_test(tc, a_name_without_folder_is_in_the_current_folder);
	tcase_add_test(tc, prepare_makes_the_folder_and_no_file);
	return tc;
}

static TCase *
faults(void)
{
	TCase *tc = tcase_create("faults");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_file_of_a_dead_writer_is_neither_read_nor_kept);
	tcase_add_test(tc, a_link_in_the_place_of_the_new_file_is_not_followed);
	tcase_add_loop_test(tc, whenever_the_writer_dies_the_file_is_whole, 0,
			    7);
	tcase_add_loop_test(tc,
			    a_write_that_fails_leaves_the_old_file_and_no_other,
			    0, sizeof(failures) / sizeof(*failures));
	tcase_add_test(tc, a_first_write_that_fails_leaves_no_file);
	tcase_add_test(tc, a_write_that_is_interrupted_goes_on);
	tcase_add_test(tc, a_missing_folder_is_an_error);
	tcase_add_test(tc, a_file_in_the_place_of_the_folder_is_an_error);
	tcase_add_test(tc, a_folder_in_the_place_of_the_file_is_an_error);
	tcase_add_test(tc, a_folder_in_the_place_of_the_new_file_is_left_alone);
	tcase_add_test(tc, without_the_right_to_write_nothing_changes);
	tcase_add_test(tc, without_the_right_to_read_there_is_an_error);
	tcase_add_test(tc, prepare_reports_a_folder_that_cannot_be_written);
	tcase_add_test(tc, a_name_that_is_too_long_is_rejected);
	tcase_add_test(tc, a_file_is_read_up_to_its_limit_and_not_beyond);
	tcase_add_test(tc, a_pipe_does_not_block);
	return tc;
}

int
main(void)
{
	Suite *s = suite_create("statefile");

	suite_add_tcase(s, contract());
	suite_add_tcase(s, faults());
	return check_run(s);
}
