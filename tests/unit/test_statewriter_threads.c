/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A disk of any slowness: this program replaces fsync(), which waits until the
 * test lets it return.
 */
#include "lib/statewriter.h"

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/statefile.h"
#include "tests/check_run.h"

#define OLD "old text\n"
#define NEW "new text\n"

static char folder[] = "/tmp/ixf-writer-XXXXXX";
static char path[64];

/* Set by the test before a text is given. */
static bool slow; /* each fsync() of a file waits for 'go' */
static int error; /* and then fails so */

/* The test posts it. */
static sem_t go;
/* Written by the caller of fsync(), read by the test. */
static atomic_uint asleep;

int
fsync(int fd)
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	if (S_ISDIR(st.st_mode))
		return (int)syscall(SYS_fsync, fd);
	if (slow) {
		atomic_fetch_add(&asleep, 1);
		sem_wait(&go);
	}
	if (error == 0)
		return 0;
	errno = error;
	return -1;
}

static void
setup(void)
{
	strcpy(folder, "/tmp/ixf-writer-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/state", folder);
	sem_init(&go, 0, 0);
	atomic_store(&asleep, 0);
	slow = false;
	error = 0;
}

static void
teardown(void)
{
	unlink(path);
	ck_assert_int_eq(rmdir(folder), 0);
}

static bool
has(const char *expected)
{
	char *text;
	size_t size;
	bool same;

	if (statefile_read(path, 1000, &text, &size) != 0)
		return false;
	same = strcmp(text, expected) == 0;
	free(text);
	return same;
}

static void
give(struct statewriter *w, const char *text)
{
	statewriter_give(w, strdup(text), strlen(text));
}

static int
wait_for_end(struct statewriter *w)
{
	int rc;

	while (!statewriter_ended(w, &rc))
		sched_yield();
	return rc;
}

static void
wait_until_asleep(unsigned int n)
{
	while (atomic_load(&asleep) < n)
		sched_yield();
}

START_TEST(texts_are_written_one_after_the_other)
{
	struct statewriter *w = statewriter_create(path);
	int rc;

	ck_assert_ptr_nonnull(w);
	ck_assert(!statewriter_is_busy(w));
	ck_assert(!statewriter_ended(w, &rc));
	give(w, OLD);
	ck_assert(statewriter_is_busy(w));
	ck_assert_int_eq(wait_for_end(w), 0);
	ck_assert(!statewriter_is_busy(w));
	ck_assert(!statewriter_ended(w, &rc));
	ck_assert(has(OLD));
	give(w, NEW);
	ck_assert_int_eq(wait_for_end(w), 0);
	ck_assert(has(NEW));
	statewriter_free(w);
}
END_TEST

START_TEST(a_slow_disk_does_not_block_the_caller)
{
	struct statewriter *w = statewriter_create(path);
	int rc;

	slow = true;
	give(w, NEW);
	wait_until_asleep(1);
	for (unsigned int i = 0; i < 1000; i++) {
		ck_assert(statewriter_is_busy(w));
		ck_assert(!statewriter_ended(w, &rc));
	}
	ck_assert(!has(NEW));
	sem_post(&go);
	ck_assert_int_eq(wait_for_end(w), 0);
	ck_assert(has(NEW));
	statewriter_free(w);
}
END_TEST

START_TEST(a_failure_is_reported_once_and_the_next_text_is_written)
{
	struct statewriter *w = statewriter_create(path);
	int rc;

	give(w, OLD);
	ck_assert_int_eq(wait_for_end(w), 0);
	error = EIO;
	give(w, NEW);
	ck_assert_int_eq(wait_for_end(w), -EIO);
	ck_assert(!statewriter_ended(w, &rc));
	ck_assert(has(OLD));
	error = 0;
	give(w, NEW);
	ck_assert_int_eq(wait_for_end(w), 0);
	ck_assert(has(NEW));
	statewriter_free(w);
}
END_TEST

static void *
let_go(void *arg)
{
	wait_until_asleep(1);
	sem_post(&go);
	return arg;
}

START_TEST(free_waits_for_the_current_write)
{
	struct statewriter *w = statewriter_create(path);
	pthread_t thread;

	slow = true;
	give(w, NEW);
	ck_assert_int_eq(pthread_create(&thread, NULL, let_go, NULL), 0);
	statewriter_free(w);
	ck_assert(has(NEW));
	pthread_join(thread, NULL);
}
END_TEST

START_TEST(free_waits_for_a_text_that_was_just_given)
{
	for (unsigned int i = 0; i < 200; i++) {
		struct statewriter *w = statewriter_create(path);

		give(w, i % 2 == 0 ? NEW : OLD);
		statewriter_free(w);
		ck_assert(has(i % 2 == 0 ? NEW : OLD));
	}
}
END_TEST

START_TEST(without_a_text_no_file_is_made)
{
	statewriter_free(statewriter_create(path));
	statewriter_free(NULL);
	ck_assert(!has(OLD));
	ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

START_TEST(a_missing_folder_is_made)
{
	struct statewriter *w;
	mode_t before = umask(0);
	char dir[64];
	struct stat st;

	snprintf(dir, sizeof(dir), "%s/new", folder);
	snprintf(path, sizeof(path), "%s/new/state", folder);
	w = statewriter_create(path);
	give(w, NEW);
	ck_assert_int_eq(wait_for_end(w), 0);
	ck_assert(has(NEW));
	ck_assert_int_eq(stat(dir, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0750);
	statewriter_free(w);
	umask(before);
	unlink(path);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

START_TEST(a_folder_in_a_missing_folder_is_not_made)
{
	struct statewriter *w;

	snprintf(path, sizeof(path), "%s/no/new/state", folder);
	w = statewriter_create(path);
	give(w, NEW);
	ck_assert_int_eq(wait_for_end(w), -ENOENT);
	statewriter_free(w);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("statewriter");
	TCase *tc = tcase_create("statewriter");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, texts_are_written_one_after_the_other);
	tcase_add_test(tc, a_slow_disk_does_not_block_the_caller);
	tcase_add_test(tc,
		       a_failure_is_reported_once_and_the_next_text_is_written);
	tcase_add_test(tc, free_waits_for_the_current_write);
	tcase_add_test(tc, free_waits_for_a_text_that_was_just_given);
	tcase_add_test(tc, without_a_text_no_file_is_made);
	tcase_add_test(tc, a_missing_folder_is_made);
	tcase_add_test(tc, a_folder_in_a_missing_folder_is_not_made);
	suite_add_tcase(s, tc);
	return check_run(s);
}
