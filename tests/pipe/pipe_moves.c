/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Addresses that move between ports: seldom, and too often.
 */
#include <stdio.h>
#include <string.h>

#include <rte_ring.h>

#include "fabric/runtime/learn.h"
#include "fabric/runtime/learn_flush.h"
#include "fabric/view/msg.h"
#include "lib/mac.h"
#include "lib/mactab.h"
#include "lib/movetab.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/settled.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)
#define MANY  UINT64_C(0x021000000000)

/* Three ports, with keys of the first. */
#define PORTS(keys)                                                            \
	"[port a]\ndevice = net_null0\nlan = l\n" keys                         \
	"[port b]\ndevice = net_null1\nlan = l\n"                              \
	"[port c]\ndevice = net_null2\nlan = l\n"
#define LAN  "[lan l]\nprofile = open\nmac_age = 3600s\n"
#define OPEN LAN PORTS("")

static struct lan_rt *l;

static void
setup(void)
{
	begin(OPEN);
	l = runtime_lan(f, "l");
	harness_send_ip(h, "c", BOB, MAC_BROADCAST);
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_forget_events(h);
}

static void
say_at(const char *port, uint64_t now)
{
	harness_at(h, now);
	harness_send_ip(h, port, ALICE, BOB);
}

/* Alice is at b, at a, at b ...: 'n' moves, 'gap' apart. */
static void
move(unsigned int n, uint64_t now, uint64_t gap)
{
	for (unsigned int i = 0; i < n; i++) {
		const char *port = i % 2 == 0 ? "b" : "a";

		say_at(port, now + i * gap);
		ck_assert_int_eq(harness_where(h, ALICE)[0], port[0]);
	}
}

static struct movetab_state
state_of(uint64_t mac)
{
	return movetab_look(l->moves, mac, f->now);
}

/* A message of a worker, without the frame; control has not read it yet. */
static void
leave_report(const struct port *port, uint64_t mac)
{
	uint64_t msg = msg_make(MSG_LEARN, port, mac);

	ck_assert_int_eq(rte_ring_sp_enqueue(f->worker[0]->messages,
					     (void *)(uintptr_t)msg),
			 0);
}

static void
report(const char *port, uint64_t mac)
{
	leave_report(f->view->port[fabric_port_id(f, port)], mac);
	learn_poll(f);
}

START_TEST(five_moves_within_the_window_are_allowed)
{
	move(5, START, CLOCK_SECOND);
	ck_assert_uint_eq(l->moved, 5);
	ck_assert_uint_eq(l->frozen, 0);
	ck_assert_uint_eq(state_of(ALICE).moves, 5);
	ck_assert(!state_of(ALICE).frozen);
	ck_assert_uint_eq(harness_events(h), 0);
}
END_TEST

START_TEST(the_sixth_move_within_the_window_does_not_happen)
{
	uint64_t sixth = START + MOVETAB_WINDOW + (uint64_t)_i;

	move(5, START, CLOCK_SECOND);
	say_at("a", sixth);
	ck_assert_str_eq(harness_where(h, ALICE),
			 _i == 0 ? "b learned" : "a learned");
	ck_assert_uint_eq(l->frozen, _i == 0);
	ck_assert_uint_eq(l->moved, _i == 0 ? 5 : 6);
}
END_TEST

START_TEST(a_frozen_address_stays_until_its_time_is_over)
{
	uint64_t frozen = START + 5 * CLOCK_SECOND;

	move(5, START, CLOCK_SECOND);
	say_at("a", frozen);
	ck_assert(state_of(ALICE).frozen);
	say_at("c", frozen + CLOCK_SECOND);
	say_at("a", frozen + MOVETAB_HOLD - 1);
	ck_assert_str_eq(harness_where(h, ALICE), "b learned");
	ck_assert_uint_eq(runtime_port(f, "a")->refused, 2);
	say_at("a", frozen + MOVETAB_HOLD);
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
	ck_assert_uint_eq(l->frozen, 1);
	ck_assert_uint_eq(state_of(ALICE).moves, 1);
}
END_TEST

START_TEST(frames_to_a_frozen_address_go_to_its_port)
{
	move(5, START, CLOCK_SECOND);
	say_at("a", START + 6 * CLOCK_SECOND);
	harness_expect_out(h, "c");
	harness_send_ip(h, "c", BOB, ALICE);
	harness_expect_out(h, "b");
}
END_TEST

START_TEST(the_event_names_both_ports_and_the_address)
{
	move(5, START, CLOCK_SECOND);
	say_at("a", START + 5 * CLOCK_SECOND);
	ck_assert_uint_eq(harness_events(h), 2);
	ck_assert_str_eq(harness_event(h, 0),
			 "1005 critical loop: port a: frames from port b's "
			 "address 02:00:00:00:00:01 came in");
	ck_assert_str_eq(harness_event(h, 1),
			 "1005 warning port a: 02:00:00:00:00:01 moved 5 times "
			 "in 180 s between ports b and a, and stays on b for "
			 "540 s");
}
END_TEST

/* One event, few lines, and no effect on other ports. */
START_TEST(a_thousand_moves_a_second_are_one_event)
{
	move(5, START, 36 * CLOCK_SECOND);
	for (unsigned int i = 0; i < 1000; i++) {
		say_at(i % 2 == 0 ? "a" : "b",
		       START + 150 * CLOCK_SECOND + i * CLOCK_MILLISECOND);
		harness_send_ip(h, "c", BOB, MAC_BROADCAST);
		ck_assert_uint_eq(harness_sent(h, "a"), 1);
		ck_assert_uint_eq(harness_sent(h, "b"), 1);
	}
	harness_at(h, START + 400 * CLOCK_SECOND);
	ck_assert_uint_eq(l->frozen, 1);
	ck_assert_uint_le(harness_events(h), 10);
	ck_assert_str_eq(harness_where(h, BOB), "c learned");
	ck_assert_str_eq(harness_where(h, ALICE), "b learned");
}
END_TEST

START_TEST(many_frozen_addresses_are_logged_in_few_lines)
{
	for (uint64_t i = 0; i < 50; i++)
		report("b", MANY + i);
	for (unsigned int n = 0; n < 6; n++)
		for (uint64_t i = 0; i < 50; i++)
			report(n % 2 == 0 ? "a" : "b", MANY + i);
	ck_assert_uint_eq(l->frozen, 50);
	ck_assert_uint_eq(harness_events(h), 2);
	harness_at(h, START + 15 * CLOCK_SECOND);
	ck_assert_uint_eq(harness_events(h), 3);
	ck_assert_str_eq(harness_event(h, 2),
			 "1015 warning port b: 49 more addresses moved too "
			 "often, and stay where they are");
	harness_at(h, START + 60 * CLOCK_SECOND);
	ck_assert_uint_eq(harness_events(h), 3);
}
END_TEST

/*
 * A port claims a hundred thousand addresses of another: it gets its share, the
 * others are removed, and take no memory.
 */
START_TEST(a_port_takes_over_no_more_than_its_share)
{
	unsigned int taken = 0, unknown = 0;

	harness_apply(h, "[fabric]\nmac_table = 262144\n" LAN
			 "mac_limit = 65535\n" PORTS(""));
	harness_forget_events(h);
	for (uint64_t i = 0; i < 50000; i++) {
		report("b", MANY + i);
		report("c", MANY + 50000 + i);
	}
	for (uint64_t i = 0; i < 100000; i++)
		report("a", MANY + i);
	ck_assert_uint_eq(l->moved, MOVETAB_SHARE);
	ck_assert_uint_eq(runtime_port(f, "a")->refused,
			  100000 - MOVETAB_SHARE);
	ck_assert_uint_eq(movetab_count(l->moves), MOVETAB_SHARE);
	for (uint64_t i = 0; i < 200; i++) {
		taken += strcmp(harness_where(h, MANY + i), "a learned") == 0;
		unknown += harness_where(h, MANY + i)[0] == '\0';
	}
	ck_assert_uint_eq(taken, MOVETAB_SHARE);
	ck_assert_uint_eq(taken + unknown, 200);
	settled_check(f);
	ck_assert_uint_eq(harness_events(h), 1);
}
END_TEST

/* All addresses of a member move to another port at once. */
START_TEST(an_address_that_may_not_move_is_not_sent_to_its_old_port)
{
	uint64_t last = MANY + MOVETAB_SHARE;

	for (uint64_t i = 0; i <= MOVETAB_SHARE; i++)
		report("b", MANY + i);
	for (uint64_t i = 0; i <= MOVETAB_SHARE; i++)
		report("a", MANY + i);
	ck_assert_str_eq(harness_where(h, last - 1), "a learned");
	ck_assert_str_eq(
		harness_event(h, 0),
		"1000 notice port a: 02:10:00:00:00:40 moved here from "
		"port b, and was removed, not learned: too many "
		"addresses moved here lately");
	harness_send_ip(h, "c", BOB, last);
	harness_expect_out(h, "a b");
	harness_send_ip(h, "a", last, BOB);
	harness_expect_out(h, "c");
	harness_send_ip(h, "c", BOB, last);
	harness_expect_out(h, "a");
	settled_check(f);
}
END_TEST

START_TEST(an_address_that_moves_to_a_full_port_is_not_sent_to_its_old_port)
{
	harness_apply(h, LAN PORTS("mac_limit = 1\n"));
	harness_send_ip(h, "b", MANY, BOB);
	harness_send_ip(h, "c", BOB, MANY);
	harness_expect_out(h, "b");
	harness_forget_events(h);
	harness_send_ip(h, "a", MANY, BOB);
	harness_expect_out(h, "c");
	ck_assert_str_eq(
		harness_event(h, 0),
		"1000 notice port a: 02:10:00:00:00:00 moved here from "
		"port b, and was removed, not learned: the port has "
		"learned as many as it may");
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
	harness_send_ip(h, "c", BOB, MANY);
	harness_expect_out(h, "a b");
	harness_send_ip(h, "a", MANY, BOB);
	ck_assert_str_eq(harness_where(h, MANY), "");
	/* An address that no port has is not reported: it would change nothing. */
	ck_assert_uint_eq(runtime_port(f, "a")->refused, 1);
	settled_check(f);
}
END_TEST

/* IEEE 802.1Q, 8.6: a bridge learns before it forwards. */
START_TEST(an_address_that_sends_to_itself_is_where_it_sends)
{
	harness_send_ip(h, "b", ALICE, ALICE);
	harness_expect_drop(h, "b", DROP_hairpin);
	ck_assert_str_eq(harness_where(h, ALICE), "b learned");
	harness_send_ip(h, "b", ALICE, BOB);
	harness_expect_out(h, "c");
	harness_send_ip(h, "a", BOB, ALICE);
	harness_expect_out(h, "b");
}
END_TEST

START_TEST(a_port_learns_no_more_than_half_of_the_table)
{
	harness_apply(h, "[fabric]\nmac_table = 64\n" OPEN);
	for (uint64_t i = 0; i < 100; i++)
		harness_send_ip(h, "a", MANY + i, MAC_BROADCAST);
	ck_assert_uint_eq(runtime_port(f, "a")->learned, 32);
	for (uint64_t i = 0; i < 20; i++)
		harness_send_ip(h, "b", MANY + 1000 + i, MAC_BROADCAST);
	harness_send_ip(h, "c", BOB, MANY + 1019);
	harness_expect_out(h, "b");
	ck_assert_uint_eq(l->refused, 0);
	settled_check(f);
}
END_TEST

/* Two ports fill the table; the operator can add a port all the same. */
START_TEST(a_full_table_has_room_for_addresses_of_the_configuration)
{
	harness_apply(h, "[fabric]\nmac_table = 64\n" OPEN);
	for (uint64_t i = 0; i < 100; i++)
		harness_send_ip(h, i % 2 ? "a" : "b", MANY + i, MAC_BROADCAST);
	ck_assert_uint_ge(mactab_count(l->macs), 64);
	harness_apply(h, "[fabric]\nmac_table = 64\n" OPEN
			 "[port new]\ndevice = net_null9\nlan = l\n"
			 "mac = 02:00:00:00:0f:01\nmac = 02:00:00:00:0f:02\n"
			 "mac = 02:00:00:00:0f:03\nmac = 02:00:00:00:0f:04\n");
	ck_assert_str_eq(harness_where(h, UINT64_C(0x020000000f04)),
			 "new static");
	settled_check(f);
}
END_TEST

START_TEST(a_share_comes_back_when_addresses_stop_moving)
{
	for (uint64_t i = 0; i <= MOVETAB_SHARE; i++)
		report("b", MANY + i);
	for (uint64_t i = 0; i <= MOVETAB_SHARE; i++)
		report("a", MANY + i);
	ck_assert_str_eq(harness_where(h, MANY + MOVETAB_SHARE), "");
	report("b", MANY + MOVETAB_SHARE);
	harness_at(h, START + MOVETAB_WINDOW + CLOCK_SECOND);
	ck_assert_uint_eq(movetab_count(l->moves), 0);
	report("a", MANY + MOVETAB_SHARE);
	ck_assert_uint_eq(movetab_count(l->moves), 1);
	ck_assert_str_eq(harness_where(h, MANY + MOVETAB_SHARE), "a learned");
}
END_TEST

START_TEST(a_port_that_is_removed_gives_its_share_back)
{
	for (uint64_t i = 0; i < MOVETAB_SHARE; i++)
		report("b", MANY + i);
	for (uint64_t i = 0; i < MOVETAB_SHARE; i++)
		report("a", MANY + i);
	for (uint64_t i = 0; i < MOVETAB_SHARE; i++)
		report("b", MANY + i);
	ck_assert_uint_eq(movetab_count(l->moves), MOVETAB_SHARE);
	harness_apply(h, "[lan l]\nprofile = open\n"
			 "[port b]\ndevice = net_null1\nlan = l\n");
	ck_assert_uint_eq(movetab_count(l->moves), 0);
}
END_TEST

START_TEST(numbers_that_were_held_back_are_logged_at_the_end)
{
	for (uint64_t i = 0; i < 3; i++)
		report("b", MANY + i);
	for (unsigned int n = 0; n < 6; n++)
		for (uint64_t i = 0; i < 3; i++)
			report(n % 2 == 0 ? "a" : "b", MANY + i);
	ck_assert_uint_eq(harness_events(h), 2);
	lockstep_end(f);
	ck_assert_uint_eq(harness_events(h), 3);
	ck_assert_str_eq(harness_event(h, 2),
			 "1000 warning port b: 2 more addresses moved too "
			 "often, and stay where they are");
}
END_TEST

START_TEST(a_flush_by_an_operator_ends_a_freeze)
{
	move(5, START, CLOCK_SECOND);
	say_at("a", START + 5 * CLOCK_SECOND);
	ck_assert(state_of(ALICE).frozen);
	if (_i == 0)
		learn_forget(f, l, ALICE);
	else
		learn_flush(f, PORTS_MAX, NULL, true);
	ck_assert(!state_of(ALICE).frozen);
	move(5, START + 6 * CLOCK_SECOND, CLOCK_SECOND);
}
END_TEST

START_TEST(a_link_that_goes_down_does_not_end_a_freeze)
{
	move(5, START, CLOCK_SECOND);
	say_at("a", START + 5 * CLOCK_SECOND);
	lockstep_link(f, fabric_port_id(f, "b"), false);
	ck_assert_str_eq(harness_where(h, ALICE), "");
	say_at("a", START + 6 * CLOCK_SECOND);
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
	say_at("c", START + 7 * CLOCK_SECOND);
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
}
END_TEST

START_TEST(moves_are_not_counted_where_addresses_may_not_move)
{
	harness_apply(h, "[lan l]\nprofile = ixp-basic\nmac_limit = 8\n"
			 "[port a]\ndevice = net_null0\nlan = l\n"
			 "[port b]\ndevice = net_null1\nlan = l\n");
	report("a", MANY);
	for (unsigned int i = 0; i < 20; i++)
		report(i % 2 == 0 ? "b" : "a", MANY);
	ck_assert_str_eq(harness_where(h, MANY), "a learned");
	ck_assert_uint_eq(l->frozen, 0);
	ck_assert_ptr_null(l->moves);
}
END_TEST

/* Port a in LAN l, or (m) in another one. */
#define A_IN(lan)                                                              \
	"[lan l]\nprofile = open\n[lan m]\nprofile = open\n"                   \
	"[port a]\ndevice = net_null0\nlan = " lan                             \
	"\n[port b]\ndevice = net_null1\nlan = l\n"                            \
	"[port c]\ndevice = net_null2\nlan = l\n"

START_TEST(an_address_seen_in_one_lan_is_not_learned_in_the_next)
{
	struct port before, after;
	struct mactab_entry e;

	harness_apply(h, A_IN("l"));
	before = *f->view->port[fabric_port_id(f, "a")];
	/* A worker has seen it just before the apply, control reads it after. */
	leave_report(&before, MANY);
	harness_apply(h, A_IN("m"));
	after = *f->view->port[fabric_port_id(f, "a")];
	ck_assert(!mactab_get(runtime_lan(f, "m")->macs, MANY, &e));
	/* So it is if the report comes later still; and back in the first LAN. */
	report("a", MANY + 1);
	ck_assert(mactab_get(runtime_lan(f, "m")->macs, MANY + 1, &e));
	leave_report(&before, MANY + 2);
	learn_poll(f);
	ck_assert(!mactab_get(runtime_lan(f, "m")->macs, MANY + 2, &e));
	leave_report(&after, MANY + 3);
	harness_apply(h, A_IN("l"));
	ck_assert(!mactab_get(runtime_lan(f, "l")->macs, MANY + 3, &e));
	report("a", MANY + 4);
	ck_assert(mactab_get(runtime_lan(f, "l")->macs, MANY + 4, &e));
}
END_TEST

#define A_DISABLED                                                             \
	"[lan l]\nprofile = open\n[lan m]\nprofile = open\n"                   \
	"[port a]\ndevice = net_null0\nlan = l\nstatus = disabled\n"           \
	"[port b]\ndevice = net_null1\nlan = l\n"                              \
	"[port c]\ndevice = net_null2\nlan = l\n"

START_TEST(an_address_seen_before_its_port_is_disabled_is_not_learned)
{
	struct port before = *f->view->port[fabric_port_id(f, "a")];
	struct mactab_entry e;

	leave_report(&before, MANY);
	harness_apply(h, A_DISABLED);
	ck_assert(!mactab_get(runtime_lan(f, "l")->macs, MANY, &e));
}
END_TEST

START_TEST(an_address_seen_before_an_apply_is_learned_in_the_same_lan)
{
	struct port next = *f->view->port[fabric_port_id(f, "a")];
	struct mactab_entry e;

	leave_report(&next, MANY);
	harness_apply(h, A_IN("l"));
	ck_assert(mactab_get(runtime_lan(f, "l")->macs, MANY, &e));
	/* With the view that is published, while the apply has not ended. */
	next.stay++;
	leave_report(&next, MANY + 1);
	harness_apply(h, A_IN("m"));
	ck_assert(mactab_get(runtime_lan(f, "m")->macs, MANY + 1, &e));
}
END_TEST

static void
thresholds(Suite *s)
{
	TCase *tc = fixture_case(s, "thresholds", setup);

	tcase_add_test(tc, five_moves_within_the_window_are_allowed);
	tcase_add_loop_test(
		tc, the_sixth_move_within_the_window_does_not_happen, 0, 2);
	tcase_add_test(tc, a_frozen_address_stays_until_its_time_is_over);
	tcase_add_test(tc, frames_to_a_frozen_address_go_to_its_port);
	tcase_add_loop_test(tc, a_flush_by_an_operator_ends_a_freeze, 0, 2);
	tcase_add_test(tc, a_link_that_goes_down_does_not_end_a_freeze);
	tcase_add_test(tc, moves_are_not_counted_where_addresses_may_not_move);
}

static void
floods(Suite *s)
{
	TCase *tc = fixture_case(s, "floods", setup);

	tcase_add_test(tc, the_event_names_both_ports_and_the_address);
	tcase_add_test(tc, a_thousand_moves_a_second_are_one_event);
	tcase_add_test(tc, many_frozen_addresses_are_logged_in_few_lines);
	tcase_add_test(tc, numbers_that_were_held_back_are_logged_at_the_end);
	tcase_add_test(tc, a_port_takes_over_no_more_than_its_share);
	tcase_add_test(
		tc, an_address_that_may_not_move_is_not_sent_to_its_old_port);
	tcase_add_test(
		tc,
		an_address_that_moves_to_a_full_port_is_not_sent_to_its_old_port);
	tcase_add_test(tc, an_address_that_sends_to_itself_is_where_it_sends);
	tcase_add_test(tc,
		       an_address_seen_in_one_lan_is_not_learned_in_the_next);
	tcase_add_test(
		tc, an_address_seen_before_an_apply_is_learned_in_the_same_lan);
	tcase_add_test(
		tc, an_address_seen_before_its_port_is_disabled_is_not_learned);
	tcase_add_test(tc, a_port_learns_no_more_than_half_of_the_table);
	tcase_add_test(
		tc, a_full_table_has_room_for_addresses_of_the_configuration);
	tcase_add_test(tc, a_share_comes_back_when_addresses_stop_moving);
	tcase_add_test(tc, a_port_that_is_removed_gives_its_share_back);
}

int
main(void)
{
	Suite *s = suite_create("moves");

	thresholds(s);
	floods(s);
	return check_run(s);
}
