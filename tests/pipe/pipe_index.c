/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The index of a port: what it is, and the file that keeps it.
 */
#include "fabric/runtime/port_index.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fabric/runtime/index_file.h"
#include "lib/statefile.h"
#include "tests/pipe/fixture.h"

#define LAN "[lan l]\nprofile = open\n"

static char folder[] = "/tmp/ixf-index-XXXXXX";
static char state[PATH_MAX], path[PATH_MAX], unused[PATH_MAX];
static struct index_file *file;

/* "a b=7": ports, and their key 'index'. */
static char *
config_of(const char *ports)
{
	static char text[2048], words[256], *rest, *word;
	unsigned int n = 0;
	char *end = text + sprintf(text, LAN);

	rest = strcpy(words, ports);
	while ((word = strsep(&rest, " ")) != NULL && *word != '\0') {
		char *name = strsep(&word, "=");

		end += sprintf(end, "[port %s]\nlan = l\ndevice = net_null%u\n",
			       name, n++);
		if (word != NULL)
			end += sprintf(end, "index = %s\n", word);
	}
	return text;
}

static void
apply(const char *ports)
{
	harness_apply(h, config_of(ports));
}

/* "a=10001 b=7": the indexes of all ports. */
static void
expect(const char *indexes)
{
	char text[256] = "";

	for (unsigned int i = 0; i < f->config->nports; i++)
		sprintf(text + strlen(text), "%s%s=%u", i > 0 ? " " : "",
			f->config->port[i].id,
			port_index(f, &f->config->port[i]));
	ck_assert_str_eq(text, indexes);
}

static void
expect_event(unsigned int i, const char *part)
{
	ck_assert_uint_gt(harness_events(h), i);
	ck_assert_msg(strstr(harness_event(h, i), part) != NULL, "%s",
		      harness_event(h, i));
}

START_TEST(without_a_file_the_indexes_are_in_the_order_of_the_ports)
{
	begin(config_of("b a=7 c"));
	expect("b=10001 a=7 c=10002");
	begin(config_of("b a=7 c"));
	expect("b=10001 a=7 c=10002");
}
END_TEST

START_TEST(a_port_that_is_removed_and_comes_back_keeps_its_index)
{
	begin(config_of("a b"));
	apply("b");
	expect("b=10002");
	apply("c b");
	expect("c=10003 b=10002");
	apply("a b");
	expect("a=10001 b=10002");
	ck_assert_uint_eq(harness_events(h), 0);
}
END_TEST

START_TEST(an_index_by_hand_wins_and_the_loser_is_logged)
{
	begin(config_of("a b"));
	apply("a b=10001");
	expect("a=10003 b=10001");
	ck_assert_uint_eq(harness_events(h), 1);
	expect_event(0, "port a: its index is 10003 now: the configuration "
			"gives 10001 to port b");
	/* By its own key it is no surprise. */
	apply("a=5 b=10001");
	expect("a=5 b=10001");
	ck_assert_uint_eq(harness_events(h), 1);
}
END_TEST

static void
file_setup(void)
{
	strcpy(folder, "/tmp/ixf-index-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(state, sizeof(state), "%s/sponge.json", folder);
	snprintf(path, sizeof(path), "%s/ifindex.map", folder);
	snprintf(unused, sizeof(unused), "%s/ifindex.map.unused", folder);
}

/* As a start of the daemon: the file, then the first apply. */
static void
start(const char *ports)
{
	begin(LAN);
	file = index_file_create(f, state);
	ck_assert_ptr_nonnull(file);
	apply(ports);
}

/* What the turns of control do until there is nothing to write. */
static void
write_all(bool last)
{
	while (index_file_turn(file, last))
		usleep(100);
}

static void
stop(void)
{
	index_file_free(file);
	file = NULL;
}

static void
file_teardown(void)
{
	stop();
	unlink(path);
	unlink(unused);
	ck_assert_int_eq(rmdir(folder), 0);
}

START_TEST(a_restart_keeps_the_indexes)
{
	start("a b c");
	write_all(false);
	apply("b c");
	apply("b c d");
	write_all(true);
	stop();
	start("c a e");
	expect("c=10003 a=10001 e=10005");
	ck_assert_uint_eq(harness_events(h), 0);
}
END_TEST

START_TEST(the_file_is_written_only_when_an_index_has_changed)
{
	struct stat before, after;

	start("a b");
	write_all(false);
	ck_assert_int_eq(stat(path, &before), 0);
	apply("a b");
	ck_assert(!index_file_turn(file, false));
	ck_assert_int_eq(stat(path, &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
	apply("a b c");
	ck_assert(index_file_turn(file, false));
	write_all(false);
	ck_assert_int_eq(stat(path, &after), 0);
	ck_assert_uint_ne(before.st_ino, after.st_ino);
}
END_TEST

START_TEST(a_damaged_file_is_kept_beside_and_logged)
{
	write_file(path, "ixfabric ifindex 1 10002\n10001 a\n");
	start("b");
	expect("b=10001");
	ck_assert_uint_eq(harness_events(h), 1);
	expect_event(0, "ifindex.map is not used, so ports without the key "
			"'index' get new ones: it is not whole; "
			"ifindex.map.unused has what was there");
	ck_assert_int_eq(access(unused, F_OK), 0);
	write_all(false);
	stop();
	start("b");
	ck_assert_uint_eq(harness_events(h), 0);
}
END_TEST

START_TEST(a_file_that_cannot_be_written_is_logged_once_and_tried_again)
{
	ck_assert_int_eq(rmdir(folder), 0);
	write_file(folder, ""); /* a file in the place of the directory */
	start("a");
	expect("a=10001");
	ck_assert_uint_eq(harness_events(h), 2);
	expect_event(0, "ifindex.map cannot be written, so ports without the "
			"key 'index' may have another one after a restart");
	expect_event(1, "is not used");
	ck_assert_int_ne(f->index_error, 0);
	ck_assert_int_eq(unlink(folder), 0);
	write_all(false); /* a minute has not passed */
	ck_assert_int_ne(access(path, F_OK), 0);
	f->now += 61 * CLOCK_SECOND;
	write_all(false);
	ck_assert_int_eq(access(path, F_OK), 0);
	ck_assert_int_eq(f->index_error, 0);
	ck_assert_uint_eq(harness_events(h), 3);
	expect_event(2, "is written again");
}
END_TEST

START_TEST(a_second_daemon_leaves_the_file_alone)
{
	char lock[PATH_MAX + 8];
	int fd;

	write_file(path, "ixfabric ifindex 1 10002\n10001 b\nend\n");
	fd = statefile_lock(path);
	ck_assert_int_ge(fd, 0);
	start("a");
	expect("a=10001");
	write_all(false);
	ck_assert_int_eq(f->index_error, -EBUSY);
	ck_assert_uint_eq(harness_events(h), 1);
	expect_event(0, "another process has it");
	statefile_unlock(path, fd);
	stop();
	start("a");
	expect("a=10002");
	snprintf(lock, sizeof(lock), "%s.lock", path);
	ck_assert_int_eq(access(lock, F_OK), 0);
}
END_TEST

#define LINKS(...)                                                             \
	LAN "[port a]\nlan = l\ndevice = net_null9\n[port b]\nlan = "          \
	    "l\n" __VA_ARGS__
#define ONE "device = net_null1\n"
#define TWO "device = net_null2,copy=1\n"

/* The index of the link; 0: there is no such device, or it is no link. */
static uint32_t
index_of_link(const char *spec)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		if (f->device[i] != NULL &&
		    !(f->device[i]->flags & RT_RETIRED) &&
		    strcmp(f->device[i]->spec, spec) == 0)
			return f->device[i]->index;
	return 0;
}

START_TEST(links_of_a_lag_have_indexes_that_stay)
{
	begin(LAN);
	file = index_file_create(f, state);
	harness_apply(h, LINKS(ONE TWO));
	expect("a=10001 b=10002");
	ck_assert_uint_eq(index_of_link("net_null1"), 10003);
	ck_assert_uint_eq(index_of_link("net_null2,copy=1"), 10004);
	ck_assert_uint_eq(index_of_link("net_null9"), 0);
	harness_apply(h, LINKS(ONE));
	ck_assert_uint_eq(index_of_link("net_null1"), 0);
	harness_apply(h, LINKS(TWO ONE));
	ck_assert_uint_eq(index_of_link("net_null1"), 10003);
	/* The arguments of a device are not its name. */
	harness_apply(h, LINKS("device = net_null2\n" ONE));
	ck_assert_uint_eq(index_of_link("net_null2"), 10004);
	write_all(true);
	stop();
	begin(LAN);
	file = index_file_create(f, state);
	harness_apply(h, LINKS("device = net_null3\n" ONE));
	ck_assert_uint_eq(index_of_link("net_null3"), 10005);
	ck_assert_uint_eq(index_of_link("net_null1"), 10003);
}
END_TEST

START_TEST(a_device_that_comes_to_another_lag_has_another_index)
{
	begin(LINKS(ONE TWO));
	harness_apply(h, LAN "[port b]\nlan = l\ndevice = net_null9\n" TWO
			     "[port a]\nlan = l\ndevice = net_null8\n" ONE);
	ck_assert_uint_eq(index_of_link("net_null2,copy=1"), 10004);
	ck_assert_uint_eq(index_of_link("net_null9"), 10005);
	ck_assert_uint_eq(index_of_link("net_null8"), 10006);
	ck_assert_uint_eq(index_of_link("net_null1"), 10007);
	expect("b=10002 a=10001");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("index");
	TCase *tc = fixture_case(s, "ports", NULL);

	tcase_add_test(
		tc, without_a_file_the_indexes_are_in_the_order_of_the_ports);
	tcase_add_test(tc,
		       a_port_that_is_removed_and_comes_back_keeps_its_index);
	tcase_add_test(tc, an_index_by_hand_wins_and_the_loser_is_logged);
	tcase_add_test(tc,
		       a_device_that_comes_to_another_lag_has_another_index);
	tc = fixture_case(s, "file", file_setup);
	tcase_add_checked_fixture(tc, NULL, file_teardown);
	tcase_add_test(tc, a_restart_keeps_the_indexes);
	tcase_add_test(tc, links_of_a_lag_have_indexes_that_stay);
	tcase_add_test(tc, the_file_is_written_only_when_an_index_has_changed);
	tcase_add_test(tc, a_damaged_file_is_kept_beside_and_logged);
	tcase_add_test(
		tc,
		a_file_that_cannot_be_written_is_logged_once_and_tried_again);
	tcase_add_test(tc, a_second_daemon_leaves_the_file_alone);
	return check_run(s);
}
