/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Learned MAC addresses across a restart: what is kept, and that an address never
 * comes to a port that could not have learned it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fabric/runtime/learn.h"
#include "fabric/runtime/learn_file.h"
#include "fabric/runtime/learn_state.h"
#include "lib/mac.h"
#include "lib/mactab.h"
#include "tests/pipe/fixture.h"

#define WALL  UINT64_C(1764012345)
#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)
#define CAROL UINT64_C(0x020000000003)

/* Later than any address ages. */
#define LATER (10000 * CLOCK_SECOND)

#define FILE_HEAD "ixfabric macs 1 1764012345\n"
#define FABRIC    "[fabric]\nstate_age = 600s\n"
#define LAN       FABRIC "[lan l]\nprofile = open\nmac_age = 3600s\n"
#define PORTS(keys)                                                            \
	"[port a]\ndevice = net_null0\nlan = l\n" keys                         \
	"[port b]\ndevice = net_null1\nlan = l\n"                              \
	"[port c]\ndevice = net_null2\nlan = l\n"
#define OPEN LAN PORTS("")

static struct learn_state s;

static void
setup(void)
{
	begin(OPEN);
}

/* What a text leads to, read 'later' seconds after it was written. */
static int
take(const char *text, uint64_t later)
{
	char *copy = strdup(text);
	int rc = learn_state_take(f, copy, strlen(text), WALL + later, &s);

	free(copy);
	return rc;
}

#define TAKE(rows, later) take(FILE_HEAD rows "end\n", later)

/* No address was taken, for this reason. */
static void
expect_unused(const char *why)
{
	ck_assert_uint_eq(s.used, 0);
	ck_assert_uint_eq(s.unused, 1);
	ck_assert_msg(strstr(s.why, why) != NULL, "%s", s.why);
	ck_assert_str_eq(harness_where(h, ALICE), "");
}

START_TEST(what_was_learned_is_known_after_a_restart)
{
	size_t size;
	char *text;

	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_at(h, START + 30 * CLOCK_SECOND);
	harness_send_ip(h, "b", BOB, MAC_BROADCAST);
	text = learn_state_text(f, WALL, &size, &s);
	/* The order is that of the table. */
	ck_assert_uint_eq(size, strlen(FILE_HEAD "lan l\nend\n") + 45);
	ck_assert_ptr_nonnull(strstr(text, FILE_HEAD "lan l\n"));
	ck_assert_ptr_nonnull(strstr(text, "\n02:00:00:00:00:01 a 30\n"));
	ck_assert_ptr_nonnull(strstr(text, "\n02:00:00:00:00:02 b 0\n"));
	begin(OPEN);
	ck_assert_int_eq(learn_state_take(f, text, size, WALL + 3, &s), 0);
	free(text);
	ck_assert_uint_eq(s.age, 3);
	ck_assert_uint_eq(s.used, 2);
	ck_assert_uint_eq(s.unused, 0);
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
	/* So nothing is flooded that was not flooded before. */
	harness_send_ip(h, "c", CAROL, ALICE);
	harness_expect_out(h, "a");
}
END_TEST

START_TEST(an_address_ages_on_across_the_restart)
{
	begin_at(LATER, OPEN);
	TAKE("lan l\n02:00:00:00:00:01 a 3000\n", 100);
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
	harness_at(h, LATER + 499 * CLOCK_SECOND);
	learn_age(f);
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
	harness_at(h, LATER + 502 * CLOCK_SECOND);
	learn_age(f);
	ck_assert_str_eq(harness_where(h, ALICE), "");
}
END_TEST

START_TEST(an_address_that_has_aged_meanwhile_is_not_used)
{
	TAKE("lan l\n02:00:00:00:00:01 a 3000\n", 600);
	ck_assert_uint_eq(s.used, 1);
	begin(OPEN);
	TAKE("lan l\n02:00:00:00:00:01 a 3001\n", 600);
	expect_unused("too old");
}
END_TEST

START_TEST(a_machine_that_has_just_started_takes_old_addresses)
{
	begin_at(CLOCK_SECOND, OPEN);
	TAKE("lan l\n02:00:00:00:00:01 a 3000\n", 10);
	ck_assert_uint_eq(s.used, 1);
	learn_age(f);
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
}
END_TEST

START_TEST(an_old_text_or_one_from_the_future_is_not_used)
{
	TAKE("lan l\n02:00:00:00:00:01 a 0\n", 601);
	expect_unused("too old");
	TAKE("lan l\n02:00:00:00:00:01 a 0\n", -1);
	expect_unused("too old");
	ck_assert_uint_eq(s.age, 0);
}
END_TEST

START_TEST(a_port_that_may_not_learn_gets_no_address)
{
	begin(LAN PORTS("mac_limit = 0\n"));
	TAKE("lan l\n02:00:00:00:00:01 a 0\n", 0);
	expect_unused("its port learns no address");
	begin(FABRIC "[lan l]\nprofile = ixp-basic\n" PORTS(
		"mac = 02:00:00:00:00:09\n"));
	TAKE("lan l\n02:00:00:00:00:01 a 0\n", 0);
	expect_unused("its port learns no address");
	begin(OPEN "[lan m]\nprofile = open\n[port d]\ndevice = net_null3\n"
		   "lan = m\n");
	TAKE("lan l\n02:00:00:00:00:01 d 0\n", 0);
	expect_unused("the LAN has no such port");
	TAKE("lan l\n02:00:00:00:00:01 e 0\n", 0);
	expect_unused("the LAN has no such port");
	TAKE("lan k\n02:00:00:00:00:01 a 0\n", 0);
	expect_unused("there is no such LAN");
}
END_TEST

START_TEST(an_address_of_the_configuration_stays_where_it_is)
{
	begin(LAN PORTS("") "mac = 02:00:00:00:00:01\n");
	TAKE("lan l\n02:00:00:00:00:01 a 0\n", 0);
	ck_assert_uint_eq(s.used, 0);
	ck_assert_str_eq(harness_where(h, ALICE), "c static");
}
END_TEST

START_TEST(an_address_seen_since_the_start_stays_where_it_was_seen)
{
	harness_send_ip(h, "b", ALICE, MAC_BROADCAST);
	TAKE("lan l\n02:00:00:00:00:01 a 0\n", 0);
	ck_assert_uint_eq(s.used, 0);
	ck_assert_str_eq(harness_where(h, ALICE), "b learned");
}
END_TEST

START_TEST(no_port_gets_more_than_it_may_learn)
{
	begin(LAN PORTS("mac_limit = 1\n"));
	TAKE("lan l\n02:00:00:00:00:03 a 0\n02:00:00:00:00:01 a 0\n", 0);
	ck_assert_uint_eq(s.used, 1);
	ck_assert_uint_eq(s.unused, 1);
	ck_assert_ptr_nonnull(strstr(s.why, "as many as it may"));
	ck_assert_str_eq(harness_where(h, CAROL), "a learned");
	ck_assert_str_eq(harness_where(h, ALICE), "");
}
END_TEST

START_TEST(an_address_that_no_port_may_have_is_not_used)
{
	begin(FABRIC "[lan l]\nprofile = open\nipv4 = 192.0.2.0/24\n"
		     "sponge = on\nsponge_mac = 02:00:00:00:00:01\n" PORTS(""));
	TAKE("lan l\n02:00:00:00:00:01 a 0\n", 0);
	expect_unused("no port may learn it");
	TAKE("lan l\n01:00:5e:00:00:01 a 0\n", 0);
	expect_unused("no port may learn it");
	TAKE("lan l\n00:00:00:00:00:00 a 0\n", 0);
	expect_unused("no port may learn it");
	TAKE("lan l\nalice a 0\n", 0);
	expect_unused("not an address");
	TAKE("lan l\n02:00:00:00:00:01 a\n", 0);
	expect_unused("not a row");
	TAKE("lan l\n02:00:00:00:00:01 a 0 1\n", 0);
	expect_unused("not a row");
}
END_TEST

START_TEST(a_sticky_address_stays_sticky_whatever_the_age_of_the_text)
{
	size_t size;
	char *text;

	begin(LAN "mac_sticky = on\n" PORTS(""));
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	text = learn_state_text(f, WALL, &size, &s);
	ck_assert_ptr_nonnull(strstr(text, "02:00:00:00:00:01 a sticky\n"));
	begin(LAN "mac_sticky = on\n" PORTS(""));
	ck_assert_int_eq(learn_state_take(f, text, size, WALL + 86400, &s), 0);
	ck_assert_str_eq(harness_where(h, ALICE), "a sticky");
	free(text);
	/* Where it is not sticky any more it is as any other. */
	begin(OPEN);
	TAKE("lan l\n02:00:00:00:00:01 a sticky\n", 86400);
	expect_unused("too old");
	TAKE("lan l\n02:00:00:00:00:01 a sticky\n", 5);
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
}
END_TEST

START_TEST(a_text_that_is_not_whole_is_not_used)
{
	static const char row[] =
		FILE_HEAD "lan l\n02:00:00:00:00:01 a 0\nend\n";
	char nul[] = FILE_HEAD "lan l\n02:00:00:00:00:01 a 0\n\0\nend\n";

	for (size_t n = 0; n < sizeof(row) - 1; n++) {
		char *part = strndup(row, n);

		ck_assert_int_eq(learn_state_take(f, part, n, WALL, &s),
				 -EINVAL);
		free(part);
	}
	ck_assert_int_eq(learn_state_take(f, nul, sizeof(nul) - 1, WALL, &s),
			 -EINVAL);
	ck_assert_int_eq(take("ixfabric macs 2 1\nend\n", 0), -EINVAL);
	ck_assert_str_eq(harness_where(h, ALICE), "");
	ck_assert_int_eq(take(row, 0), 0);
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
}
END_TEST

/* The file. */

static char folder[32], path[64];

static void
begin_in_folder(void)
{
	char text[1024];

	snprintf(text, sizeof(text), "[fabric]\nstate = %s/sponge.json\n%s",
		 folder, OPEN + strlen("[fabric]\n"));
	begin(text);
}

static void
file_setup(void)
{
	strcpy(folder, "/tmp/ixf-macs-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/learned-macs", folder);
	begin_in_folder();
}

static void
file_teardown(void)
{
	unlink(path);
	ck_assert_int_eq(rmdir(folder), 0);
}

static void
save(void)
{
	struct learn_file *file = learn_file_begin(f, WALL);

	ck_assert_ptr_nonnull(file);
	while (learn_file_writes(file))
		usleep(100);
	learn_file_end(file);
}

START_TEST(the_file_is_used_once)
{
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	save();
	ck_assert_int_eq(access(path, F_OK), 0);
	begin_in_folder();
	learn_file_load(f, WALL + 2);
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
	ck_assert_ptr_nonnull(
		strstr(harness_event(h, 0), "2 s old: 1 MAC address learned"));
	ck_assert_int_ne(access(path, F_OK), 0);
	begin_in_folder();
	learn_file_load(f, WALL + 4);
	ck_assert_str_eq(harness_where(h, ALICE), "");
	ck_assert_uint_eq(harness_events(h), 0);
}
END_TEST

START_TEST(where_nothing_was_learned_no_file_is_left)
{
	write_file(path, FILE_HEAD "lan l\n02:00:00:00:00:01 a 0\nend\n");
	save();
	ck_assert_int_ne(access(path, F_OK), 0);
	ck_assert_uint_eq(harness_events(h), 0);
}
END_TEST

START_TEST(a_file_that_cannot_be_used_or_written_is_logged)
{
	write_file(path, "garbage\n");
	learn_file_load(f, WALL);
	ck_assert_uint_eq(harness_events(h), 1);
	ck_assert_ptr_nonnull(
		strstr(harness_event(h, 0),
		       "learned-macs is not used: it is another kind of file"));
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	ck_assert_int_eq(rmdir(folder), 0);
	write_file(folder, ""); /* a file in the place of the directory */
	save();
	ck_assert_int_eq(unlink(folder), 0);
	ck_assert_uint_eq(harness_events(h), 2);
	ck_assert_ptr_nonnull(
		strstr(harness_event(h, 1), "learned-macs cannot be written"));
	ck_assert_ptr_nonnull(mkdtemp(strcpy(folder, "/tmp/ixf-macs-XXXXXX")));
	snprintf(path, sizeof(path), "%s/learned-macs", folder);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("learn_state");
	TCase *tc = fixture_case(suite, "text", setup);

	tcase_add_test(tc, what_was_learned_is_known_after_a_restart);
	tcase_add_test(tc, an_address_ages_on_across_the_restart);
	tcase_add_test(tc, an_address_that_has_aged_meanwhile_is_not_used);
	tcase_add_test(tc, a_machine_that_has_just_started_takes_old_addresses);
	tcase_add_test(tc, an_old_text_or_one_from_the_future_is_not_used);
	tcase_add_test(tc, a_port_that_may_not_learn_gets_no_address);
	tcase_add_test(tc, an_address_of_the_configuration_stays_where_it_is);
	tcase_add_test(tc,
		       an_address_seen_since_the_start_stays_where_it_was_seen);
	tcase_add_test(tc, no_port_gets_more_than_it_may_learn);
	tcase_add_test(tc, an_address_that_no_port_may_have_is_not_used);
	tcase_add_test(
		tc, a_sticky_address_stays_sticky_whatever_the_age_of_the_text);
	tcase_add_test(tc, a_text_that_is_not_whole_is_not_used);
	tc = fixture_case(suite, "file", NULL);
	tcase_add_checked_fixture(tc, file_setup, file_teardown);
	tcase_add_test(tc, the_file_is_used_once);
	tcase_add_test(tc, where_nothing_was_learned_no_file_is_left);
	tcase_add_test(tc, a_file_that_cannot_be_used_or_written_is_logged);
	return check_run(suite);
}
