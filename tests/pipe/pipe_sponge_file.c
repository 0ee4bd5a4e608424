/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * When the state file is read and written, what is logged about it, and that
 * control does not wait for the disk: this program has an fsync() of its own.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fabric/neigh/neigh_impl.h"
#include "fabric/neigh/sponge_file.h"
#include "lib/statefile.h"
#include "tests/pipe/fixture.h"

#define WALL   UINT64_C(1764012345)
#define MINUTE (60 * CLOCK_SECOND)

#define SPONGE                                                                 \
	"[lan l]\nprofile = ixp-basic\nipv4 = 192.0.2.0/24\nsponge = on\n"     \
	"sponge_mac = 02:53:00:00:00:01\nsponge_ipv4 = 192.0.2.250\n"
#define NO_SPONGE "[lan l]\nprofile = ixp-basic\nipv4 = 192.0.2.0/24\n"

static char folder[] = "/tmp/ixf-sponge-XXXXXX";
static char path[64];
static struct sponge_file *file;

/* Set by the test while nothing is written: fsync() waits for 'go'. */
static _Atomic bool slow;
static sem_t go;
/* Written by the thread that calls fsync(), read by the test. */
static atomic_uint syncs;

int
fsync(int fd)
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	if (S_ISDIR(st.st_mode))
		return (int)syscall(SYS_fsync, fd);
	atomic_fetch_add(&syncs, 1);
	if (slow)
		sem_wait(&go);
	return 0;
}

/* When the fabric's clock was 0: it begins anew with each fabric. */
static uint64_t epoch;

static uint64_t
wall(void)
{
	return epoch + f->now / CLOCK_SECOND;
}

static void
start(const char *lan)
{
	char text[1024];

	snprintf(text, sizeof(text), "[fabric]\nstate = %s\n%s", path, lan);
	begin_at(CLOCK_SECOND, text);
	file = sponge_file_create(f);
	ck_assert_ptr_nonnull(file);
	sponge_file_load(file, wall());
}

/* Ends without a last write, as a power cut does. */
static void
stop(void)
{
	sponge_file_free(file);
	epoch = wall();
	end();
}

/* One turn; true when nothing is left to do. */
static void
turn_at(uint64_t now)
{
	harness_at(h, now);
	while (sponge_file_turn(file, wall()))
		sched_yield();
}

static void
finish(void)
{
	sponge_file_finish(file);
	turn_at(f->now);
}

static void
setup(void)
{
	strcpy(folder, "/tmp/ixf-sponge-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/state", folder);
	sem_init(&go, 0, 0);
	atomic_store(&syncs, 0);
	slow = false;
	epoch = WALL;
}

static void
teardown(void)
{
	char kept[sizeof(path) + 8];

	snprintf(kept, sizeof(kept), "%s.unused", path);
	unlink(path);
	unlink(kept);
	ck_assert_int_eq(rmdir(folder), 0);
}

static bool
is_there(void)
{
	return access(path, F_OK) == 0;
}

/* Whether 'what' is in the file. */
static bool
has(const char *what)
{
	char *text;
	size_t size;
	bool found;

	if (statefile_read(path, 100000, &text, &size) != 0)
		return false;
	found = strstr(text, what) != NULL;
	free(text);
	return found;
}

static struct sponge_address
look(uint32_t host)
{
	struct sponge_address a;

	ck_assert(sponge_look(runtime_lan(f, "l")->nets->sponge, host, &a));
	return a;
}

static void
set(uint32_t host, enum sponge_kind kind)
{
	sponge_set(runtime_lan(f, "l")->nets->sponge, host, kind, 0, 0, f->now);
	harness_forget_events(h);
}

/* Line 'i' about the file, without the time, or NULL. */
static const char *
logged(unsigned int i)
{
	const char *event;

	for (unsigned int k = 0; (event = harness_event(h, k)) != NULL; k++)
		if (strstr(event, "state file") != NULL && i-- == 0)
			return strchr(event, ' ') + 1;
	return NULL;
}

/* There is this line, and no other. */
static void
expect(const char *only)
{
	ck_assert_ptr_nonnull(logged(0));
	ck_assert_str_eq(logged(0), only);
	ck_assert_ptr_null(logged(1));
}

static const char *
line(const char *level, const char *text)
{
	static char all[512];

	snprintf(all, sizeof(all), "%s state file %s: %s", level, path, text);
	return all;
}

START_TEST(file_is_written_every_minute)
{
	start(SPONGE);
	ck_assert_ptr_null(logged(0));
	turn_at(1 * CLOCK_SECOND + MINUTE - 1);
	ck_assert(!is_there());
	turn_at(1 * CLOCK_SECOND + MINUTE);
	ck_assert(has("\"written\": 1764012406,"));
	set(9, SPONGE_STATIC);
	turn_at(1 * CLOCK_SECOND + 2 * MINUTE - 1);
	ck_assert(!has("static"));
	turn_at(1 * CLOCK_SECOND + 2 * MINUTE);
	ck_assert(has("[\"static\", \"192.0.2.9\", \"\"]"));
	ck_assert(has("\"written\": 1764012466,"));
	ck_assert_uint_eq(atomic_load(&syncs), 2);
	ck_assert_ptr_null(logged(0));
	stop();
}
END_TEST

START_TEST(file_is_written_at_the_end)
{
	start(SPONGE);
	set(9, SPONGE_STATIC);
	finish();
	ck_assert(has("static"));
	ck_assert_uint_eq(atomic_load(&syncs), 1);
	turn_at(10 * MINUTE);
	ck_assert_uint_eq(atomic_load(&syncs), 1);
	stop();
}
END_TEST

START_TEST(states_are_known_after_a_restart)
{
	start(SPONGE);
	set(9, SPONGE_STATIC);
	set(8, SPONGE_DEAD);
	if (_i == 0)
		turn_at(2 * MINUTE);
	else
		finish();
	stop();
	start(SPONGE);
	ck_assert_int_eq(look(9).state.kind, SPONGE_STATIC);
	ck_assert_int_eq(look(8).state.kind, SPONGE_NONE);
	ck_assert_int_eq(look(7).state.kind, SPONGE_ALIVE);
	stop();
}
END_TEST

START_TEST(log_says_what_was_read)
{
	write_file(path, "{\"format\": \"ixfabric sponge\", \"version\": 1, "
			 "\"written\": 1764012316, \"lans\": {\"l\": ["
			 "[\"static\", \"192.0.2.9\", \"\"],"
			 "[\"dead\", \"192.0.2.8\", \"\"]]}}");
	start(SPONGE);
	expect(line("notice", "30 s old: 1 address static, 0 dead, 0 "
			      "alive; 1 no longer dead"));
	stop();
}
END_TEST

/* The last event is number 'i': the file was kept, with 'what' in it. */
static void
expect_kept(unsigned int i, const char *what)
{
	char kept[sizeof(path) + 8], text[sizeof(path) + 32], read[512];
	FILE *in;

	snprintf(kept, sizeof(kept), "%s.unused", path);
	snprintf(text, sizeof(text), "kept as %s", kept);
	ck_assert_str_eq(logged(i), line("notice", text));
	ck_assert_ptr_null(logged(i + 1));
	in = fopen(kept, "r");
	ck_assert_ptr_nonnull(in);
	read[fread(read, 1, sizeof(read) - 1, in)] = '\0';
	fclose(in);
	ck_assert_ptr_nonnull(strstr(read, what));
}

/* It is kept also when the file is written anew. */
START_TEST(static_addresses_of_an_old_file_are_kept)
{
	char now[256];

	snprintf(now, sizeof(now),
		 "{\"format\": \"ixfabric sponge\", \"version\": 1, "
		 "\"written\": %s, \"lans\": {\"l\": ["
		 "[\"static\", \"192.0.2.9\", \"\"],"
		 "[\"dead\", \"192.0.2.8\", \"\"]]}}",
		 _i == 0 ? "1500000000" : "2000000000");
	write_file(path, now);
	start(SPONGE);
	ck_assert_int_eq(look(9).state.kind, SPONGE_STATIC);
	ck_assert_int_ne(look(8).state.kind, SPONGE_NONE);
	expect_kept(1, now);
	finish();
	ck_assert(has("[\"static\", \"192.0.2.9\", \"\"]"));
	expect_kept(1, now);
	stop();
}
END_TEST

START_TEST(unusable_file_is_logged_once)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "{\"format\": \"ixfabric sponge\", \"version\": 1, "
		  "\"written\": 1764011745, \"lans\": {}}",
		  "only its static addresses are used (0, and 0 cannot be): "
		  "it is 601 s old, and state_age 600 s" },
		{ "{\"format\": \"ixfabric sponge\",",
		  "not used: it is not whole: line 1" },
		{ "", "not used: it is not whole: line 1" },
	};

	write_file(path, bad[_i].text);
	start(SPONGE);
	ck_assert_str_eq(logged(0), line("warning", bad[_i].why));
	expect_kept(1, bad[_i].text);
	harness_forget_events(h);
	turn_at(10 * MINUTE);
	ck_assert_ptr_null(logged(0));
	ck_assert(has("ixfabric sponge"));
	stop();
}
END_TEST

START_TEST(partly_usable_file_has_a_warning_too)
{
	write_file(path, "{\"format\": \"ixfabric sponge\", \"version\": 1, "
			 "\"written\": 1764012316, \"lans\": {"
			 "\"l\": [[\"static\", \"192.0.2.9\", \"\"]], "
			 "\"old\": [[\"static\", \"198.51.100.9\"],[],[]]}}");
	start(SPONGE);
	ck_assert_int_eq(look(9).state.kind, SPONGE_STATIC);
	ck_assert_str_eq(logged(1),
			 line("warning", "addresses not used: 3; lan old: "
					 "there is no sponge"));
	expect_kept(2, "198.51.100.9");
	stop();
}
END_TEST

START_TEST(a_huge_file_is_not_read)
{
	write_file(path, "{}");
	ck_assert_int_eq(truncate(path, 1 << 30), 0);
	start(SPONGE);
	ck_assert_str_eq(logged(0), line("warning", "not used: it is too "
						    "large to be one"));
	expect_kept(1, "{}");
	stop();
}
END_TEST

START_TEST(directory_is_not_read)
{
	ck_assert_int_eq(mkdir(path, 0700), 0);
	start(SPONGE);
	expect(line("warning", "not used: Invalid argument"));
	stop();
	ck_assert_int_eq(rmdir(path), 0);
}
END_TEST

START_TEST(file_is_neither_read_nor_written_without_a_sponge)
{
	write_file(path, "broken");
	start(NO_SPONGE);
	turn_at(10 * MINUTE);
	finish();
	ck_assert_ptr_null(logged(0));
	ck_assert(has("broken"));
	ck_assert_uint_eq(atomic_load(&syncs), 0);
	stop();
}
END_TEST

static void
apply(const char *name, const char *lan)
{
	char text[1024];

	snprintf(text, sizeof(text), "[fabric]\nstate = %s\n%s", name, lan);
	harness_apply(h, text);
}

START_TEST(file_is_written_as_long_as_there_is_a_sponge)
{
	start(NO_SPONGE);
	apply(path, SPONGE);
	turn_at(2 * MINUTE);
	ck_assert_uint_eq(atomic_load(&syncs), 1);
	apply(path, NO_SPONGE);
	turn_at(5 * MINUTE);
	finish();
	ck_assert_uint_eq(atomic_load(&syncs), 1);
	stop();
}
END_TEST

START_TEST(name_of_the_file_is_that_of_the_start)
{
	start(SPONGE);
	apply("/nowhere/at/all", SPONGE);
	turn_at(2 * MINUTE);
	ck_assert(is_there());
	ck_assert_ptr_null(logged(0));
	stop();
}
END_TEST

START_TEST(hanging_disk_delays_nothing_and_gets_one_text)
{
	start(SPONGE);
	slow = true;
	harness_at(h, 1 * CLOCK_SECOND + MINUTE);
	while (atomic_load(&syncs) == 0)
		ck_assert(sponge_file_turn(file, wall()));
	for (unsigned int i = 0; i < 1000; i++) {
		harness_at(h, 2 * MINUTE + i * CLOCK_SECOND);
		ck_assert(sponge_file_turn(file, wall()));
	}
	ck_assert_uint_eq(atomic_load(&syncs), 1);
	ck_assert(!is_there());
	set(9, SPONGE_STATIC);
	slow = false;
	sem_post(&go);
	turn_at(f->now);
	/* The next one was due long ago. */
	ck_assert_uint_eq(atomic_load(&syncs), 2);
	ck_assert(has("static"));
	stop();
}
END_TEST

START_TEST(orders_of_an_operator_are_written_within_a_second)
{
	start(SPONGE);
	turn_at(10 * CLOCK_SECOND);
	set(9, SPONGE_STATIC);
	turn_at(10 * CLOCK_SECOND + 1);
	turn_at(11 * CLOCK_SECOND);
	ck_assert(!is_there());
	turn_at(11 * CLOCK_SECOND + 1);
	ck_assert(has("static"));
	set(9, SPONGE_NONE);
	turn_at(12 * CLOCK_SECOND);
	turn_at(13 * CLOCK_SECOND);
	ck_assert(!has("static"));
	stop();
}
END_TEST

START_TEST(changes_by_members_are_written_by_the_minute)
{
	start(SPONGE);
	turn_at(10 * CLOCK_SECOND);
	set(9, SPONGE_DEAD);
	turn_at(12 * CLOCK_SECOND);
	turn_at(MINUTE);
	ck_assert(!is_there());
	stop();
}
END_TEST

/* What is written then are the states from before the end. */
START_TEST(the_end_comes_after_a_write_under_way)
{
	start(SPONGE);
	slow = true;
	harness_at(h, 2 * MINUTE);
	while (atomic_load(&syncs) == 0)
		sponge_file_turn(file, wall());
	set(9, SPONGE_STATIC);
	sponge_file_finish(file);
	for (unsigned int i = 0; i < 100; i++)
		ck_assert(sponge_file_turn(file, wall()));
	slow = false;
	sem_post(&go);
	turn_at(f->now);
	ck_assert_uint_eq(atomic_load(&syncs), 2);
	ck_assert(has("static"));
	stop();
}
END_TEST

/* ... and a text that was half made is not complete. */
START_TEST(the_end_drops_a_text_half_made)
{
	start("[lan l]\nprofile = ixp-basic\nipv4 = 10.0.0.0/16\n"
	      "sponge = on\nsponge_mac = 02:53:00:00:00:01\n"
	      "sponge_ipv4 = 10.0.0.250\n");
	harness_at(h, 2 * MINUTE);
	ck_assert(sponge_file_turn(file, wall()));
	ck_assert(sponge_file_turn(file, wall()));
	set(9, SPONGE_STATIC);
	finish();
	ck_assert_uint_eq(atomic_load(&syncs), 1);
	ck_assert(has("10.0.0.9"));
	stop();
}
END_TEST

/* However slow the disk, the end comes after one more text. */
START_TEST(the_end_waits_for_one_more_text_only)
{
	start(SPONGE);
	slow = true;
	sponge_file_finish(file);
	while (atomic_load(&syncs) == 0)
		sponge_file_turn(file, wall());
	harness_at(h, 10 * MINUTE);
	sem_post(&go);
	turn_at(f->now);
	ck_assert_uint_eq(atomic_load(&syncs), 1);
	stop();
}
END_TEST

START_TEST(a_text_half_made_gives_way_to_an_apply)
{
	start("[lan l]\nprofile = ixp-basic\nipv4 = 10.0.0.0/16\n"
	      "sponge = on\nsponge_mac = 02:53:00:00:00:01\n"
	      "sponge_ipv4 = 10.0.0.250\n");
	harness_at(h, 2 * MINUTE);
	ck_assert(sponge_file_turn(file, wall()));
	ck_assert(sponge_file_turn(file, wall()));
	apply(path, SPONGE);
	harness_at(h, f->now + 1);
	set(9, SPONGE_STATIC);
	turn_at(f->now);
	ck_assert(has("192.0.2.9"));
	ck_assert_uint_eq(atomic_load(&syncs), 1);
	/* Also when it is the last one, or the end comes in the middle. */
	sponge_file_finish(file);
	ck_assert(sponge_file_turn(file, wall()));
	apply(path, SPONGE);
	turn_at(f->now);
	ck_assert_uint_eq(atomic_load(&syncs), 2);
	sponge_file_finish(file);
	ck_assert(sponge_file_turn(file, wall()));
	stop();
}
END_TEST

START_TEST(impossible_path_is_logged_once_and_when_it_works)
{
	char dir[64];

	snprintf(dir, sizeof(dir), "%s/no", folder);
	snprintf(path, sizeof(path), "%s/no/new/state", folder);
	start(SPONGE);
	expect(line("warning", "cannot be written, so a restart will forget "
			       "what the sponges know: No such file or "
			       "directory"));
	for (unsigned int i = 1; i < 10; i++)
		turn_at(i * MINUTE + CLOCK_SECOND);
	ck_assert_ptr_null(logged(1));
	harness_forget_events(h);
	ck_assert_int_eq(mkdir(dir, 0700), 0);
	turn_at(20 * MINUTE);
	expect(line("notice", "is written again"));
	harness_forget_events(h);
	turn_at(30 * MINUTE);
	ck_assert_ptr_null(logged(0));
	ck_assert(is_there());
	stop();
	unlink(path);
	*strrchr(path, '/') = '\0';
	ck_assert_int_eq(rmdir(path), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

/* The first line, that it cannot be written, may be days old by then. */
START_TEST(the_last_write_that_fails_is_logged_again)
{
	start(SPONGE);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	turn_at(2 * MINUTE);
	ck_assert_int_eq(f->state_error, -EISDIR);
	harness_forget_events(h);
	finish();
	expect(line("warning", "could not be written at the end, so a restart "
			       "will forget what the sponges know: Is a "
			       "directory"));
	stop();
	ck_assert_int_eq(rmdir(path), 0);
}
END_TEST

START_TEST(a_file_that_another_daemon_has_is_left_alone)
{
	int other = statefile_lock(path);

	ck_assert_int_ge(other, 0);
	write_file(path, "theirs");
	start(SPONGE);
	expect(line("warning", "cannot be written, so a restart will forget "
			       "what the sponges know: another process has "
			       "it"));
	ck_assert_int_eq(f->state_error, -EBUSY);
	turn_at(2 * MINUTE);
	ck_assert(has("theirs"));
	harness_forget_events(h);
	/* It ends. */
	statefile_unlock(path, other);
	turn_at(4 * MINUTE);
	expect(line("notice", "is written again"));
	ck_assert_int_eq(f->state_error, 0);
	ck_assert_int_eq(statefile_lock(path), -EBUSY);
	stop();
	other = statefile_lock(path);
	ck_assert_int_ge(other, 0);
	statefile_unlock(path, other);
}
END_TEST

START_TEST(lost_path_is_logged_once)
{
	start(SPONGE);
	turn_at(2 * MINUTE);
	ck_assert_ptr_null(logged(0));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	turn_at(4 * MINUTE);
	expect(line("warning", "cannot be written, so a restart will forget "
			       "what the sponges know: Is a directory"));
	for (unsigned int i = 5; i < 10; i++)
		turn_at(i * MINUTE);
	ck_assert_ptr_null(logged(1));
	stop();
	ck_assert_int_eq(rmdir(path), 0);
}
END_TEST

static void
times(Suite *s)
{
	TCase *tc = fixture_case(s, "times", setup);

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, file_is_written_every_minute);
	tcase_add_test(tc, file_is_written_at_the_end);
	tcase_add_loop_test(tc, states_are_known_after_a_restart, 0, 2);
	tcase_add_test(tc, file_is_neither_read_nor_written_without_a_sponge);
	tcase_add_test(tc, file_is_written_as_long_as_there_is_a_sponge);
	tcase_add_test(tc, name_of_the_file_is_that_of_the_start);
	tcase_add_test(tc, hanging_disk_delays_nothing_and_gets_one_text);
	tcase_add_test(tc, orders_of_an_operator_are_written_within_a_second);
	tcase_add_test(tc, changes_by_members_are_written_by_the_minute);
	tcase_add_test(tc, the_end_comes_after_a_write_under_way);
	tcase_add_test(tc, the_end_drops_a_text_half_made);
	tcase_add_test(tc, the_end_waits_for_one_more_text_only);
	tcase_add_test(tc, a_text_half_made_gives_way_to_an_apply);
}

static void
log_lines(Suite *s)
{
	TCase *tc = fixture_case(s, "log_lines", setup);

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, log_says_what_was_read);
	tcase_add_loop_test(tc, static_addresses_of_an_old_file_are_kept, 0, 2);
	tcase_add_loop_test(tc, unusable_file_is_logged_once, 0, 3);
	tcase_add_test(tc, partly_usable_file_has_a_warning_too);
	tcase_add_test(tc, a_huge_file_is_not_read);
	tcase_add_test(tc, directory_is_not_read);
	tcase_add_test(tc, impossible_path_is_logged_once_and_when_it_works);
	tcase_add_test(tc, lost_path_is_logged_once);
	tcase_add_test(tc, the_last_write_that_fails_is_logged_again);
	tcase_add_test(tc, a_file_that_another_daemon_has_is_left_alone);
}

int
main(void)
{
	Suite *s = suite_create("sponge_file");

	times(s);
	log_lines(s);
	return check_run(s);
}
