/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Programs of an operator, good and bad ones: scripts that are written here.  What they
 * got is in files, and the caller never waits for them.
 */
#include "lib/hookrun.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tests/check_run.h"

#define PATIENCE 60000 /* ms */

static char dir[] = "/tmp/ixf-hook-XXXXXX";
static char path[64], got[64];
static struct hookrun *h;
static struct hookrun_state state;

static void
setup(void)
{
	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/hook", dir);
	snprintf(got, sizeof(got), "%s/got", dir);
	signal(SIGPIPE, SIG_IGN);
	/* As the process may have been started. */
	signal(SIGCHLD, SIG_IGN);
	h = hookrun_create(20);
	ck_assert_ptr_nonnull(h);
	memset(&state, 0, sizeof(state));
}

static void
teardown(void)
{
	char command[128];

	hookrun_free(h);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}

/* The program is this shell script; $GOT in it is the file. */
static void
script(const char *text, unsigned int seconds)
{
	FILE *out = fopen(path, "w");

	ck_assert_ptr_nonnull(out);
	fprintf(out, "#!/bin/sh\nGOT=%s\n%s\n", got, text);
	fclose(out);
	ck_assert_int_eq(chmod(path, 0700), 0);
	ck_assert_int_eq(hookrun_set(h, path, seconds, "ix lab"), 0);
}

static void
put(const char *line)
{
	ck_assert(hookrun_put(h, line, strlen(line)));
}

/* Until so many processes have ended. */
static void
wait_for(uint64_t ends)
{
	for (unsigned int ms = 0; ms < PATIENCE && ends > 0; ms += 2) {
		ends -= hookrun_look(h, &state);
		poll(NULL, 0, 2);
	}
	ck_assert_msg(ends == 0, "no process has ended: %s", state.why);
}

static const char *
text_of(const char *name)
{
	static char text[65536];
	FILE *in = fopen(name, "r");
	size_t n = in != NULL ? fread(text, 1, sizeof(text) - 1, in) : 0;

	if (in != NULL)
		fclose(in);
	text[n] = '\0';
	return text;
}

START_TEST(a_program_gets_all_lines_and_the_end)
{
	script("cat > $GOT", 30);
	put("one\n");
	put("two\n");
	wait_for(1);
	ck_assert_str_eq(text_of(got), "one\ntwo\n");
	ck_assert_str_eq(state.why, "");
	ck_assert_uint_eq(state.runs, 1);
	ck_assert_uint_eq(state.failed, 0);
	ck_assert_uint_eq(state.waiting, 0);
}
END_TEST

START_TEST(lines_that_come_meanwhile_are_for_the_next_process)
{
	char first[80];

	script("cat >> $GOT; echo --- >> $GOT\n"
	       "until [ -e $GOT.go ]; do sleep 0.01; done",
	       30);
	put("one\n");
	while (strstr(text_of(got), "---") == NULL)
		poll(NULL, 0, 2);
	put("two\n");
	put("three\n");
	snprintf(first, sizeof(first), "%s.go", got);
	fclose(fopen(first, "w"));
	wait_for(2);
	ck_assert_str_eq(text_of(got), "one\n---\ntwo\nthree\n---\n");
	ck_assert_uint_eq(state.runs, 2);
}
END_TEST

/* A line of /proc/PID/status. */
static unsigned long
mask_of(const char *name)
{
	const char *at = strstr(text_of(got), name);

	ck_assert_ptr_nonnull(at);
	return strtoul(at + strlen(name), NULL, 16);
}

START_TEST(the_environment_is_clean)
{
	setenv("IXF_SECRET", "x", 1);
	script("{ env | grep -vE '^(PWD|OLDPWD|SHLVL|_)='; pwd; echo $#;\n"
	       "ls /proc/self/fd | wc -l; grep SigBlk /proc/self/status; "
	       "grep SigIgn /proc/self/status; grep CapAmb /proc/self/status; "
	       "ps -o ni= -p $$; } > $GOT.new; mv $GOT.new $GOT",
	       30);
	put("x\n");
	wait_for(1);
	ck_assert_str_eq(state.why, "");
	ck_assert_ptr_nonnull(strstr(text_of(got), "IXF_NAME=ix lab\n"));
	ck_assert_ptr_nonnull(strstr(text_of(got), "LANG=C.UTF-8\n"));
	ck_assert_ptr_null(strstr(text_of(got), "SECRET"));
	/* Three, and the one of ls itself. */
	ck_assert_ptr_nonnull(strstr(text_of(got), "\n/\n0\n4\n"));
	ck_assert_uint_eq(mask_of("SigBlk:"), 0);
	/* 32 and 33 are those of the C library. */
	ck_assert_uint_eq(mask_of("SigIgn:") & 0x7fffffff, 0);
	ck_assert_uint_eq(mask_of("CapAmb:"), 0);
	ck_assert_ptr_nonnull(strstr(text_of(got), " 10\n"));
}
END_TEST

static const struct {
	const char *script, *why;
} failures[] = {
	{ "cat > /dev/null; echo 'no\troute to\nhost'; exit 7",
	  "exit code 7: no route to host " },
	{ "kill -9 $$", "ended by signal 9" },
	{ "exit 1", "exit code 1" },
};

START_TEST(a_failure_is_told_with_what_was_printed)
{
	script(failures[_i].script, 30);
	put("x\n");
	wait_for(1);
	ck_assert_str_eq(state.why, failures[_i].why);
	ck_assert_uint_eq(state.failed, 1);
	ck_assert_uint_eq(state.killed, 0);
	/* The next one is judged by itself. */
	script("exit 0", 30);
	put("x\n");
	wait_for(1);
	ck_assert_str_eq(state.why, "");
	ck_assert_uint_eq(state.failed, 1);
	ck_assert_uint_eq(state.runs, 2);
}
END_TEST

START_TEST(a_program_that_hangs_is_killed_with_its_children)
{
	char *end;
	long pid;

	script("sleep 1000 & echo $! > $GOT; echo waiting; sleep 1000", 1);
	put("x\n");
	wait_for(1);
	ck_assert_str_eq(state.why, "was killed: it had not ended after 1 s: "
				    "waiting ");
	ck_assert_uint_eq(state.killed, 1);
	ck_assert_uint_eq(state.failed, 1);
	pid = strtol(text_of(got), &end, 10);
	for (unsigned int ms = 0; ms < PATIENCE && kill((pid_t)pid, 0) == 0;
	     ms += 2) {
		char name[64], *word;

		/* A zombie, where no init reaps it, is dead all the same. */
		snprintf(name, sizeof(name), "/proc/%ld/stat", pid);
		word = strstr(text_of(name), ") ");
		if (word != NULL && word[2] == 'Z')
			return;
		poll(NULL, 0, 2);
	}
	ck_assert_int_eq(kill((pid_t)pid, 0), -1);
}
END_TEST

START_TEST(what_a_program_leaves_behind_is_killed)
{
	char name[64];
	long pid;

	script("sleep 1000 & echo $! > $GOT", 30);
	put("x\n");
	wait_for(1);
	ck_assert_str_eq(state.why, "");
	pid = strtol(text_of(got), NULL, 10);
	snprintf(name, sizeof(name), "/proc/%ld/stat", pid);
	for (unsigned int ms = 0; ms < PATIENCE; ms += 2) {
		const char *word = strstr(text_of(name), ") ");

		if (word == NULL || word[2] == 'Z')
			return;
		poll(NULL, 0, 2);
	}
	ck_abort_msg("it still runs");
}
END_TEST

START_TEST(output_without_end_is_read_and_forgotten)
{
	script("cat > /dev/null; yes | head -c 3000000; exit 3", 30);
	put("x\n");
	wait_for(1);
	ck_assert_int_eq(strncmp(state.why, "exit code 3: y y y y", 20), 0);
	ck_assert_uint_lt(strlen(state.why), HOOKRUN_WHY_SIZE);
}
END_TEST

START_TEST(a_program_need_not_read)
{
	char line[1000];

	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	script("exec < /dev/null; sleep 0.1", 30);
	for (unsigned int i = 0; i < 200; i++)
		ck_assert(hookrun_put(h, line, sizeof(line)));
	wait_for(1);
	ck_assert_str_eq(state.why, "");
}
END_TEST

START_TEST(a_program_that_is_not_there_is_a_failure)
{
	ck_assert_int_eq(hookrun_set(h, "/nonexistent/hook", 30, "x"), 0);
	put("x\n");
	wait_for(1);
	ck_assert_str_eq(state.why, "No such file or directory");
	ck_assert_uint_eq(state.failed, 1);
}
END_TEST

static const struct {
	mode_t mode;
	const char *why;
} modes[] = {
	{ 0720, "can be written to by others than its owner" },
	{ 0702, "can be written to by others than its owner" },
	{ 0600, "cannot be run: Permission denied" },
	{ 0755, "" },
};

START_TEST(only_a_program_that_no_other_user_can_write_is_run)
{
	script("echo > $GOT", 30);
	ck_assert_int_eq(chmod(path, modes[_i].mode), 0);
	put("x\n");
	wait_for(1);
	ck_assert_str_eq(state.why, modes[_i].why);
	ck_assert_int_eq(access(got, F_OK) == 0, modes[_i].why[0] == '\0');
}
END_TEST

START_TEST(a_directory_is_no_program)
{
	ck_assert_int_eq(hookrun_set(h, dir, 30, "x"), 0);
	put("x\n");
	wait_for(1);
	ck_assert_str_eq(state.why, "is no regular file");
}
END_TEST

START_TEST(a_full_queue_refuses_and_the_caller_never_waits)
{
	struct timespec a, b;
	char line[1024];
	size_t n = 0;

	memset(line, 'x', sizeof(line));
	script("sleep 1000", 1000);
	put("x\n");
	while (!state.running) {
		hookrun_look(h, &state);
		poll(NULL, 0, 2);
	}
	clock_gettime(CLOCK_MONOTONIC, &a);
	while (hookrun_put(h, line, sizeof(line)))
		n++;
	clock_gettime(CLOCK_MONOTONIC, &b);
	ck_assert_uint_eq(n, HOOKRUN_OCTETS / sizeof(line));
	ck_assert(!hookrun_has_room(h, 1));
	ck_assert_int_lt(b.tv_sec - a.tv_sec, 30);
	while (!hookrun_look(h, &state) && state.waiting == 0)
		poll(NULL, 0, 2);
	ck_assert_uint_eq(state.waiting, HOOKRUN_OCTETS);
}
END_TEST

START_TEST(without_a_program_nothing_is_taken)
{
	ck_assert(!hookrun_has_room(h, 1));
	ck_assert(!hookrun_put(h, "x\n", 2));
	script("cat > $GOT", 30);
	ck_assert_int_eq(hookrun_set(h, NULL, 30, "x"), 0);
	ck_assert(!hookrun_put(h, "x\n", 2));
}
END_TEST

START_TEST(the_end_does_not_wait_for_a_program_that_hangs)
{
	struct timespec a, b;

	script("echo > $GOT; sleep 1000", 1000);
	put("x\n");
	while (access(got, F_OK) != 0)
		poll(NULL, 0, 2);
	clock_gettime(CLOCK_MONOTONIC, &a);
	hookrun_free(h);
	clock_gettime(CLOCK_MONOTONIC, &b);
	h = NULL;
	ck_assert_int_lt(b.tv_sec - a.tv_sec, 60);
}
END_TEST

/* More than the ring, in pieces, so that lines lie across its end. */
START_TEST(no_octet_is_lost_between_two_threads)
{
	unsigned int sent = 0;
	char line[64];

	script("cat >> $GOT", 30);
	while (sent < 20000) {
		int n = snprintf(line, sizeof(line), "line %07u of many\n",
				 sent);

		if (hookrun_put(h, line, (size_t)n))
			sent++;
		else
			poll(NULL, 0, 2);
	}
	do {
		hookrun_look(h, &state);
		poll(NULL, 0, 2);
	} while (state.waiting != 0 || state.running);
	{
		FILE *in = fopen(got, "r");
		unsigned int i = 0, number;

		ck_assert_ptr_nonnull(in);
		while (fscanf(in, "line %u of many\n", &number) == 1)
			ck_assert_uint_eq(number, i++);
		fclose(in);
		ck_assert_uint_eq(i, sent);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("hookrun");
	TCase *t = tcase_create("hookrun");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 200);
	tcase_add_test(t, a_program_gets_all_lines_and_the_end);
	tcase_add_test(t, lines_that_come_meanwhile_are_for_the_next_process);
	tcase_add_test(t, the_environment_is_clean);
	tcase_add_loop_test(t, a_failure_is_told_with_what_was_printed, 0, 3);
	tcase_add_test(t, a_program_that_hangs_is_killed_with_its_children);
	tcase_add_test(t, what_a_program_leaves_behind_is_killed);
	tcase_add_test(t, output_without_end_is_read_and_forgotten);
	tcase_add_test(t, a_program_need_not_read);
	tcase_add_test(t, a_program_that_is_not_there_is_a_failure);
	tcase_add_loop_test(
		t, only_a_program_that_no_other_user_can_write_is_run, 0, 4);
	tcase_add_test(t, a_directory_is_no_program);
	tcase_add_test(t, a_full_queue_refuses_and_the_caller_never_waits);
	tcase_add_test(t, without_a_program_nothing_is_taken);
	tcase_add_test(t, the_end_does_not_wait_for_a_program_that_hangs);
	tcase_add_test(t, no_octet_is_lost_between_two_threads);
	suite_add_tcase(s, t);
	return check_run(s);
}
