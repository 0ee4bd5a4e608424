/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Links that go down and come up, and those that flap.
 */
#include <stdio.h>
#include <string.h>

#include "fabric/apply/link.h"
#include "fabric/apply/override.h"
#include "lib/frame.h"
#include "lib/mac.h"
#include "tests/pipe/fixture.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)
#define CAROL UINT64_C(0x020000000003)

/* A trunk with two members, and two devices with one each. */
#define PORTS                                                                  \
	"[lan l]\nprofile = open\n"                                            \
	"[port trunk]\ndevice = net_null0\nlan = l\n"                          \
	"[port tag]\nparent = trunk\ntag = 7\nlan = l\n"                       \
	"[port b]\ndevice = net_null1\nlan = l\n"                              \
	"[port c]\ndevice = net_null2\nlan = l\n"

static void
setup(void)
{
	begin(PORTS);
}

static void
link_at(const char *port, uint64_t now, bool up)
{
	harness_at(h, now);
	lockstep_link(f, fabric_port_id(f, port), up);
}

static unsigned int
lines(void)
{
	unsigned int n = 0;

	while (harness_event(h, n) != NULL)
		n++;
	return n;
}

static const char *
last_line(void)
{
	return harness_event(h, lines() - 1);
}

/* Changes the link 'n' times, a millisecond apart, the first time to down. */
static void
flap(const char *port, unsigned int n, uint64_t now)
{
	for (unsigned int i = 0; i < n; i++)
		link_at(port, now + i * CLOCK_MILLISECOND, i % 2 == 1);
}

static struct device_rt *
device_of(const char *port)
{
	return f->device[egress_device(&runtime_port(f, port)->egress)];
}

static uint8_t
state_of(const char *port)
{
	return atomic_load(&f->state[fabric_port_id(f, port)]);
}

static bool
is_up(const char *port)
{
	const struct port *p = f->view->port[fabric_port_id(f, port)];
	bool link = view_device_has_link(f->view, view_egress(f->view, p));
	bool up = state_of(port) & PORT_UP;

	ck_assert_int_eq(up, link && !(state_of(port) & PORT_BLOCKED));
	return up;
}

static bool
is_held(const char *port)
{
	return state_of(port) & PORT_BLOCKED;
}

START_TEST(three_changes_at_once_are_allowed)
{
	flap("b", 3, START);
	ck_assert(!is_held("b"));
	ck_assert(!is_up("b"));
	link_at("b", START + 5 * CLOCK_SECOND + 1, true);
	ck_assert(is_up("b"));
	ck_assert_uint_eq(lines(), 4);
	ck_assert_str_eq(last_line(), "1005 notice port b: link up");
}
END_TEST

START_TEST(four_changes_in_five_seconds_are_too_many)
{
	uint64_t last = START + 5 * CLOCK_SECOND + (uint64_t)_i;

	link_at("b", START, false);
	link_at("b", START + 1 * CLOCK_SECOND, true);
	link_at("b", START + 2 * CLOCK_SECOND, false);
	link_at("b", last, true);
	ck_assert_int_eq(is_held("b"), _i == 0);
	ck_assert_int_eq(is_up("b"), _i == 1);
}
END_TEST

START_TEST(only_changes_within_the_window_count)
{
	link_at("b", START, false);
	for (unsigned int i = 1; i < 40; i++) {
		link_at("b", START + i * 1700 * CLOCK_MILLISECOND, i % 2 == 1);
		ck_assert(!is_held("b"));
	}
	flap("c", 4, START + 100 * CLOCK_SECOND);
	ck_assert(is_held("c"));
}
END_TEST

START_TEST(a_link_that_does_not_change_is_not_counted)
{
	for (unsigned int i = 0; i < 20; i++)
		link_at("b", START + i, true);
	ck_assert(is_up("b"));
	ck_assert_uint_eq(lines(), 0);
}
END_TEST

START_TEST(a_port_that_is_held_down_neither_sends_nor_receives)
{
	harness_send_ip(h, "b", BOB, CAROL);
	harness_send_ip(h, "c", CAROL, BOB);
	harness_expect_out(h, "b");
	flap("b", 4, START);
	ck_assert(is_held("b"));
	harness_send_ip(h, "c", CAROL, MAC_BROADCAST);
	ck_assert_uint_eq(harness_sent(h, "b"), 0);
	ck_assert_uint_eq(harness_sent(h, "trunk"), 1);
	harness_send_ip(h, "b", BOB, CAROL);
	harness_expect_drop(h, "b", DROP_port_disabled);
	ck_assert_str_eq(harness_where(h, BOB), "");
	ck_assert_str_eq(harness_where(h, CAROL), "c learned");
}
END_TEST

START_TEST(addresses_are_flushed_once_for_a_hold)
{
	struct lan_rt *l = runtime_lan(f, "l");

	flap("b", 2, START);
	harness_send_ip(h, "b", BOB, CAROL);
	ck_assert_uint_eq(l->flushed, 0);
	link_at("b", START + CLOCK_SECOND, false);
	ck_assert_uint_eq(l->flushed, 1);
	for (unsigned int i = 1; i < 100; i++)
		link_at("b", START + CLOCK_SECOND + i * CLOCK_MILLISECOND,
			i % 2 == 1);
	ck_assert(is_held("b"));
	ck_assert_uint_eq(l->flushed, 1);
}
END_TEST

START_TEST(a_hold_ends_to_the_nanosecond)
{
	uint64_t end = START + 3 * CLOCK_MILLISECOND + 10 * CLOCK_SECOND;

	flap("b", 4, START);
	for (unsigned int i = 0; i < 100; i++)
		link_at("b", START + (i + 1) * 50 * CLOCK_MILLISECOND,
			i % 2 == 1);
	link_at("b", START + 9 * CLOCK_SECOND, _i == 1);
	harness_at(h, end - 1);
	ck_assert(is_held("b"));
	ck_assert(!is_up("b"));
	harness_at(h, end);
	ck_assert(!is_held("b"));
	ck_assert_int_eq(is_up("b"), _i == 1);
	harness_send_ip(h, "c", CAROL, MAC_BROADCAST);
	ck_assert_uint_eq(harness_sent(h, "b"), (unsigned int)_i);
}
END_TEST

START_TEST(after_a_hold_counting_begins_anew)
{
	uint64_t later = START + 20 * CLOCK_SECOND;

	flap("b", 4, START);
	harness_at(h, START + 11 * CLOCK_SECOND);
	ck_assert(is_up("b"));
	flap("b", 3, later);
	ck_assert(!is_held("b"));
	link_at("b", later + CLOCK_SECOND, true);
	ck_assert(is_held("b"));
}
END_TEST

START_TEST(a_hold_concerns_all_tags_of_a_device_and_no_other_device)
{
	harness_send_ip(h, "c", CAROL, MAC_BROADCAST);
	flap("trunk", 4, START);
	ck_assert(is_held("trunk"));
	ck_assert(is_held("tag"));
	ck_assert(is_up("b"));
	ck_assert(is_up("c"));
	ck_assert_str_eq(harness_where(h, CAROL), "c learned");
	harness_send_ip(h, "b", BOB, MAC_BROADCAST);
	harness_expect_out(h, "c");
}
END_TEST

START_TEST(two_holds_end_each_in_its_time)
{
	flap("b", 4, START);
	flap("c", 4, START + CLOCK_SECOND);
	harness_at(h, START + 10 * CLOCK_SECOND + 500 * CLOCK_MILLISECOND);
	ck_assert(is_up("b"));
	ck_assert(is_held("c"));
	harness_at(h, START + 12 * CLOCK_SECOND);
	ck_assert(is_up("c"));
}
END_TEST

START_TEST(damping_goes_by_the_configuration)
{
	harness_apply(h, "[fabric]\nflap_count = 1\nflap_window = 60s\n"
			 "flap_hold = 2s\n" PORTS);
	link_at("b", START, false);
	link_at("b", START + 60 * CLOCK_SECOND, true);
	ck_assert(is_held("b"));
	harness_at(h, START + 62 * CLOCK_SECOND - 1);
	ck_assert(is_held("b"));
	harness_at(h, START + 62 * CLOCK_SECOND);
	ck_assert(is_up("b"));
}
END_TEST

START_TEST(changes_before_a_hold_do_not_count_after_it)
{
	harness_apply(h, "[fabric]\nflap_window = 60s\nflap_hold = 2s\n" PORTS);
	flap("b", 4, START);
	harness_at(h, START + 3 * CLOCK_SECOND);
	flap("b", 3, START + 4 * CLOCK_SECOND);
	ck_assert(!is_held("b"));
	link_at("b", START + 5 * CLOCK_SECOND, true);
	ck_assert(is_held("b"));
}
END_TEST

START_TEST(a_count_of_0_means_no_damping)
{
	harness_apply(h, "[fabric]\nflap_count = 0\n" PORTS);
	flap("b", 200, START);
	ck_assert(!is_held("b"));
	ck_assert(is_up("b"));
}
END_TEST

START_TEST(the_largest_count_works)
{
	harness_apply(h, "[fabric]\nflap_count = 100\n" PORTS);
	flap("b", 100, START);
	ck_assert(!is_held("b"));
	link_at("b", START + CLOCK_SECOND, false);
	ck_assert(is_held("b"));
}
END_TEST

START_TEST(an_apply_does_not_end_a_hold)
{
	flap("b", 4, START);
	harness_apply(h, PORTS "description = other\n");
	ck_assert(is_held("b"));
	ck_assert(!is_up("b"));
	harness_at(h, START + 11 * CLOCK_SECOND);
	ck_assert(is_up("b"));
}
END_TEST

START_TEST(an_operator_can_end_a_hold)
{
	flap("b", 4, START);
	ck_assert(link_release(f, &f->port[2]->egress));
	ck_assert(is_up("b"));
	ck_assert(!link_release(f, &f->port[2]->egress));
	harness_at(h, START + 60 * CLOCK_SECOND);
	ck_assert(is_up("b"));
}
END_TEST

/* A link that flaps at 10 Hz for half a minute. */
START_TEST(a_flapping_link_harms_no_other_port_and_logs_few_lines)
{
	for (unsigned int i = 0; i < 600; i++) {
		link_at("b", START + i * 50 * CLOCK_MILLISECOND, i % 2 == 1);
		harness_send_ip(h, "trunk", ALICE, MAC_BROADCAST);
		ck_assert_uint_eq(harness_sent(h, "c"), 1);
	}
	/* Three holds: for each three changes, its begin and its end. */
	ck_assert_uint_le(lines(), 15);
	ck_assert_uint_eq(device_of("b")->link_changes, 600);
	harness_at(h, START + 60 * CLOCK_SECOND);
	ck_assert(is_up("b"));
}
END_TEST

START_TEST(a_hold_is_logged_once_with_its_reason)
{
	flap("b", 3, START);
	ck_assert_uint_eq(lines(), 3);
	link_at("b", START + CLOCK_SECOND, true);
	ck_assert_uint_eq(lines(), 4);
	ck_assert_str_eq(last_line(),
			 "1001 warning port b: link flaps, more than 3 changes "
			 "in 5 s: held down for 10 s");
	for (unsigned int i = 0; i < 50; i++)
		link_at("b", START + CLOCK_SECOND + i, i % 2 == 1);
	ck_assert_uint_eq(lines(), 4);
	harness_at(h, START + 12 * CLOCK_SECOND);
	ck_assert_uint_eq(lines(), 5);
	ck_assert_str_eq(last_line(),
			 "1011 notice port b: held down no longer, link up");
}
END_TEST

/* The time of one octet, in a limit by the speed of the link. */
static uint64_t
cost_of(const char *port, enum meter_kind kind)
{
	const struct port_rt *p = runtime_port(f, port);

	return atomic_load(&p->shared->meter[kind].cost);
}

static void
speed(const char *port, bool up, uint32_t mbit)
{
	link_seen(f, device_of(port), (struct link){ up, mbit });
}

START_TEST(limits_go_by_the_speed_of_the_link)
{
	uint64_t slow, fast;

	harness_apply(h, "[lan l]\nprofile = ixp-basic\nstorm_uucast = 1%\n"
			 "unknown_unicast = limit\n"
			 "[port b]\ndevice = net_null1\nlan = l\n"
			 "mac = 02:00:00:00:00:02\n"
			 "[port c]\ndevice = net_null2\nlan = l\n"
			 "mac = 02:00:00:00:00:03\n");
	fast = cost_of("b", METER_UUCAST);
	speed("b", true, 1000);
	slow = cost_of("b", METER_UUCAST);
	ck_assert_uint_eq(slow / 10, fast);
	ck_assert_uint_eq(cost_of("c", METER_UUCAST), fast);
	speed("b", false, 0);
	ck_assert_uint_eq(cost_of("b", METER_UUCAST), slow);
	speed("b", true, 10000);
	ck_assert_uint_eq(cost_of("b", METER_UUCAST), fast);
	ck_assert_uint_eq(lines(), 2);
}
END_TEST

static void
damping(Suite *s)
{
	TCase *tc = fixture_case(s, "damping", setup);

	tcase_add_test(tc, three_changes_at_once_are_allowed);
	tcase_add_loop_test(tc, four_changes_in_five_seconds_are_too_many, 0,
			    2);
	tcase_add_test(tc, only_changes_within_the_window_count);
	tcase_add_test(tc, a_link_that_does_not_change_is_not_counted);
	tcase_add_test(tc, a_port_that_is_held_down_neither_sends_nor_receives);
	tcase_add_test(tc, addresses_are_flushed_once_for_a_hold);
	tcase_add_loop_test(tc, a_hold_ends_to_the_nanosecond, 0, 2);
	tcase_add_test(tc, after_a_hold_counting_begins_anew);
	tcase_add_test(
		tc, a_hold_concerns_all_tags_of_a_device_and_no_other_device);
	tcase_add_test(tc, two_holds_end_each_in_its_time);
}

static void
control(Suite *s)
{
	TCase *tc = fixture_case(s, "control", setup);

	tcase_add_test(tc, damping_goes_by_the_configuration);
	tcase_add_test(tc, changes_before_a_hold_do_not_count_after_it);
	tcase_add_test(tc, a_count_of_0_means_no_damping);
	tcase_add_test(tc, the_largest_count_works);
	tcase_add_test(tc, an_apply_does_not_end_a_hold);
	tcase_add_test(tc, an_operator_can_end_a_hold);
	tcase_add_test(tc,
		       a_flapping_link_harms_no_other_port_and_logs_few_lines);
	tcase_add_test(tc, a_hold_is_logged_once_with_its_reason);
	tcase_add_test(tc, limits_go_by_the_speed_of_the_link);
}

int
main(void)
{
	Suite *s = suite_create("link");

	damping(s);
	control(s);
	return check_run(s);
}
