/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Learning and forwarding: which addresses are learned, for how long and how many,
 * and where frames go because of it.
 */
#include <stdlib.h>

#include "lib/mac.h"
#include "tests/pipe/fixture.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)
#define CAROL UINT64_C(0x020000000003)
#define EVE   UINT64_C(0x02000000000e)

#define PORT(name, n, more)                                                    \
	"[port " name "]\ndevice = net_null" n "\nlan = l\n" more
#define FOUR_PORTS                                                             \
	PORT("a", "0", "")                                                     \
	PORT("b", "1", "") PORT("c", "2", "") PORT("d", "3", "")

static void
setup_open(void)
{
	begin_at(0, "[lan l]\nprofile = open\nmac_age = 10s\n" FOUR_PORTS);
}

START_TEST(an_unknown_address_is_flooded_and_its_sender_learned)
{
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b c d");
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
	ck_assert_str_eq(harness_where(h, BOB), "");
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_out(h, "a");
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
}
END_TEST

START_TEST(an_address_moves_with_its_host)
{
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_send_ip(h, "b", ALICE, MAC_BROADCAST);
	ck_assert_str_eq(harness_where(h, ALICE), "b learned");
	harness_send_ip(h, "c", CAROL, ALICE);
	harness_expect_out(h, "b");
}
END_TEST

START_TEST(only_a_frame_from_an_address_refreshes_it)
{
	harness_at(h, 100 * CLOCK_SECOND);
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_send_ip(h, "b", BOB, MAC_BROADCAST);
	harness_at(h, 101 * CLOCK_SECOND);
	harness_send_ip(h, "c", CAROL, MAC_BROADCAST);
	harness_at(h, 109 * CLOCK_SECOND);
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_out(h, "a");
	harness_at(h, 111 * CLOCK_SECOND - 1);
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
	harness_at(h, 111 * CLOCK_SECOND);
	ck_assert_str_eq(harness_where(h, ALICE), "");
	ck_assert_str_eq(harness_where(h, BOB), "b learned");
	ck_assert_str_eq(harness_where(h, CAROL), "c learned");
	harness_at(h, 112 * CLOCK_SECOND);
	ck_assert_str_eq(harness_where(h, CAROL), "");
	harness_at(h, 120 * CLOCK_SECOND - 1);
	ck_assert_str_eq(harness_where(h, BOB), "b learned");
	harness_at(h, 120 * CLOCK_SECOND);
	ck_assert_str_eq(harness_where(h, BOB), "");
}
END_TEST

START_TEST(addresses_age_once_over_a_gap_of_years)
{
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_at(h, UINT64_C(100000000) * CLOCK_SECOND);
	ck_assert_str_eq(harness_where(h, ALICE), "");
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
}
END_TEST

START_TEST(a_frame_for_its_own_port_is_dropped)
{
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_send_ip(h, "a", BOB, MAC_BROADCAST);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_drop(h, "a", DROP_hairpin);
}
END_TEST

START_TEST(the_addresses_of_a_link_are_forgotten_when_it_goes_down)
{
	uint16_t b;

	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_send_ip(h, "b", BOB, MAC_BROADCAST);
	b = fabric_port_id(f, "b");
	lockstep_link(f, b, false);
	ck_assert_str_eq(harness_where(h, BOB), "");
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "c d");
	lockstep_link(f, b, true);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b c d");
}
END_TEST

START_TEST(the_source_of_a_dropped_frame_is_not_learned)
{
	harness_send_ip(h, "a", ALICE, UINT64_C(0x0180c2000000));
	harness_expect_drop(h, "a", DROP_stp_bpdu);
	ck_assert_str_eq(harness_where(h, ALICE), "");
}
END_TEST

/* A port that may learn, and one that has its list. */
static void
setup_ixp(void)
{
	begin_at(0, "[lan l]\nprofile = ixp-basic\nmac_age = 10s\n" PORT(
			    "a", "0", "mac_limit = 1\n")
			    PORT("b", "1", "mac = 02:00:00:00:00:02\n")
				    PORT("c", "2", "mac_limit = 2\n"));
}

START_TEST(the_first_address_is_learned_and_the_second_dropped)
{
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
	harness_send_ip(h, "a", EVE, BOB);
	harness_expect_drop(h, "a", DROP_mac_limit);
	ck_assert_str_eq(harness_where(h, EVE), "");
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
}
END_TEST

START_TEST(an_aged_address_makes_room_for_another)
{
	harness_send_ip(h, "a", ALICE, BOB);
	harness_at(h, 11 * CLOCK_SECOND);
	harness_send_ip(h, "a", EVE, BOB);
	harness_expect_out(h, "b");
	ck_assert_str_eq(harness_where(h, EVE), "a learned");
}
END_TEST

START_TEST(an_address_of_another_port_is_a_conflict)
{
	harness_send_ip(h, "a", ALICE, BOB);
	harness_send_ip(h, "c", ALICE, BOB);
	harness_expect_drop(h, "c", DROP_mac_conflict);
	harness_send_ip(h, "c", BOB, ALICE);
	harness_expect_drop(h, "c", DROP_mac_conflict);
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
	ck_assert_str_eq(harness_where(h, BOB), "b static");
	harness_send_ip(h, "b", ALICE, BOB);
	harness_expect_drop(h, "b", DROP_mac_lock);
}
END_TEST

START_TEST(a_configured_address_is_known_before_its_first_frame)
{
	harness_at(h, 86400 * CLOCK_SECOND);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
	harness_send_ip(h, "a", ALICE, EVE);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
}
END_TEST

START_TEST(a_member_whose_link_is_down_is_unknown_and_not_flooded)
{
	uint16_t b = fabric_port_id(f, "b");

	lockstep_link(f, b, false);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	ck_assert_str_eq(harness_where(h, BOB), "b static");
	lockstep_link(f, b, true);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
}
END_TEST

START_TEST(a_static_address_does_not_move_in_the_open_profile)
{
	begin_at(0, "[lan l]\nprofile = open\n" PORT(
			    "a", "0", "mac = 02:00:00:00:00:01\n")
			    PORT("b", "1", ""));
	harness_send_ip(h, "b", ALICE, MAC_BROADCAST);
	harness_expect_out(h, "a");
	ck_assert_str_eq(harness_where(h, ALICE), "a static");
}
END_TEST

START_TEST(a_sticky_address_stays)
{
	begin_at(0, "[lan l]\nprofile = ixp-basic\nmac_age = 10s\n" PORT(
			    "a", "0", "mac_limit = 1\nmac_sticky = on\n")
			    PORT("b", "1", "mac = 02:00:00:00:00:02\n"));
	harness_send_ip(h, "a", ALICE, BOB);
	ck_assert_str_eq(harness_where(h, ALICE), "a sticky");
	harness_at(h, 86400 * CLOCK_SECOND);
	lockstep_link(f, 0, false);
	lockstep_link(f, 0, true);
	ck_assert_str_eq(harness_where(h, ALICE), "a sticky");
	harness_send_ip(h, "a", EVE, BOB);
	harness_expect_drop(h, "a", DROP_mac_limit);
}
END_TEST

START_TEST(a_port_that_may_not_learn_does_not)
{
	begin_at(0, "[lan l]\nprofile = open\nmac_limit = 0\n" FOUR_PORTS);
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_expect_out(h, "b c d");
	ck_assert_str_eq(harness_where(h, ALICE), "");
}
END_TEST

START_TEST(a_limit_holds_in_the_open_profile_without_a_drop)
{
	begin_at(0, "[lan l]\nprofile = open\nmac_limit = 2\n" FOUR_PORTS);
	for (uint64_t mac = ALICE; mac < ALICE + 4; mac++) {
		harness_send_ip(h, "a", mac, MAC_BROADCAST);
		harness_expect_out(h, "b c d");
	}
	ck_assert_str_eq(harness_where(h, ALICE + 1), "a learned");
	ck_assert_str_eq(harness_where(h, ALICE + 2), "");
	harness_send_ip(h, "b", ALICE, MAC_BROADCAST);
	ck_assert_str_eq(harness_where(h, ALICE), "b learned");
	harness_send_ip(h, "a", ALICE + 3, MAC_BROADCAST);
	ck_assert_str_eq(harness_where(h, ALICE + 3), "a learned");
}
END_TEST

START_TEST(frames_from_another_port_do_not_refresh_an_address)
{
	begin_at(0, "[lan l]\nprofile = open\nmac_age = 10s\n" PORT(
			    "a", "0", "") PORT("b", "1", "mac_limit = 0\n"));
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_at(h, 9 * CLOCK_SECOND);
	harness_send_ip(h, "b", ALICE, MAC_BROADCAST);
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
	harness_at(h, 11 * CLOCK_SECOND);
	ck_assert_str_eq(harness_where(h, ALICE), "");
}
END_TEST

START_TEST(a_limit_holds_for_many_at_once)
{
	const void *frame[4];
	const uint32_t len[4] = { 60, 60, 60, 60 };
	unsigned int learned = 0;

	begin_at(0, "[lan l]\nprofile = open\nmac_limit = 2\n" FOUR_PORTS);
	for (unsigned int i = 0; i < 4; i++)
		frame[i] =
			harness_frame(h, ALICE + i, MAC_BROADCAST, 0x0806, 60);
	lockstep_burst(f, 0, 4, frame, len, 0);
	for (unsigned int i = 0; i < 4; i++)
		learned += harness_where(h, ALICE + i)[0] != '\0';
	ck_assert_uint_eq(learned, 2);
}
END_TEST

START_TEST(isolated_ports_do_not_reach_each_other)
{
	begin_at(0, "[lan l]\nprofile = open\n" PORT("a", "0", "isolate = x\n")
			    PORT("b", "1", "isolate = x\n")
				    PORT("c", "2", "isolate = y\n")
					    PORT("d", "3", ""));
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_expect_out(h, "c d");
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_drop(h, "b", DROP_isolated);
	harness_send_ip(h, "c", CAROL, ALICE);
	harness_expect_out(h, "a");
	harness_send_ip(h, "d", EVE, MAC_BROADCAST);
	harness_expect_out(h, "a b c");
	lockstep_link(f, 2, false);
	lockstep_link(f, 3, false);
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_expect_drop(h, "a", DROP_isolated);
}
END_TEST

START_TEST(a_port_in_quarantine_reaches_monitors_only)
{
	begin_at(0, "[lan l]\nprofile = open\n" PORT("a", "0",
						     "status = quarantine\n")
			    PORT("b", "1", "") PORT("c", "2", "monitor = on\n")
				    PORT("d", "3", "status = quarantine\n"));
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_expect_out(h, "c");
	harness_send_ip(h, "b", BOB, MAC_BROADCAST);
	harness_expect_out(h, "c");
	harness_send_ip(h, "c", CAROL, MAC_BROADCAST);
	harness_expect_out(h, "a b d");
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_drop(h, "b", DROP_quarantine_isolated);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_drop(h, "a", DROP_quarantine_isolated);
	harness_send_ip(h, "a", ALICE, CAROL);
	harness_expect_out(h, "c");
	harness_send_ip(h, "d", EVE, MAC_BROADCAST);
	harness_send_ip(h, "a", ALICE, EVE);
	harness_expect_drop(h, "a", DROP_quarantine_isolated);
}
END_TEST

START_TEST(a_disabled_port_neither_sends_nor_receives)
{
	begin_at(0, "[lan l]\nprofile = open\n" PORT(
			    "a", "0",
			    "status = disabled\nmac = 02:00:00:00:00:01\n")
			    PORT("b", "1", "") PORT("c", "2", ""));
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_expect_drop(h, "a", DROP_port_disabled);
	harness_send_ip(h, "b", BOB, MAC_BROADCAST);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_drop(h, "a", DROP_port_disabled);
	harness_send_ip(h, "b", BOB, MAC_BROADCAST);
	harness_expect_out(h, "c");
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_out(h, "c");
}
END_TEST

START_TEST(unknown_addresses_are_dropped_in_open_when_asked)
{
	begin_at(
		0,
		"[lan l]\nprofile = open\nunknown_unicast = drop\n" FOUR_PORTS);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_expect_out(h, "b c d");
}
END_TEST

START_TEST(no_frame_passes_from_one_lan_to_another)
{
	begin_at(0,
		 "[lan l]\nprofile = open\n[lan m]\nprofile = open\n" FOUR_PORTS
		 "[port x]\ndevice = net_null8\nlan = m\n"
		 "[port y]\ndevice = net_null9\nlan = m\n");
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_expect_out(h, "b c d");
	harness_send_ip(h, "x", BOB, ALICE);
	harness_expect_out(h, "y");
	harness_send_ip(h, "y", ALICE, MAC_BROADCAST);
	harness_send_ip(h, "b", CAROL, ALICE);
	harness_expect_out(h, "a");
	harness_send_ip(h, "x", BOB, ALICE);
	harness_expect_out(h, "y");
}
END_TEST

START_TEST(a_port_alone_in_its_lan_floods_to_no_port)
{
	begin_at(0, "[lan l]\nprofile = open\n" PORT("a", "0", ""));
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_expect_out(h, "");
}
END_TEST

START_TEST(a_frame_with_a_bad_checksum_is_dropped)
{
	struct port_stats s;

	lockstep_frame(f, 0, harness_frame(h, ALICE, BOB, 0x0800, 60), 60, 60,
		       true, 0);
	stats_port(f, 0, &s);
	ck_assert_uint_eq(s.drop[DROP_rx_error], 1);
	ck_assert_uint_eq(s.rx_frames, 1);
	ck_assert_uint_eq(s.flooded, 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("forward");
	TCase *open = fixture_case(s, "open", setup_open),
	      *ixp = fixture_case(s, "ixp", setup_ixp);

	tcase_add_test(open,
		       an_unknown_address_is_flooded_and_its_sender_learned);
	tcase_add_test(open, an_address_moves_with_its_host);
	tcase_add_test(open, only_a_frame_from_an_address_refreshes_it);
	tcase_add_test(open, addresses_age_once_over_a_gap_of_years);
	tcase_add_test(open, a_frame_for_its_own_port_is_dropped);
	tcase_add_test(open,
		       the_addresses_of_a_link_are_forgotten_when_it_goes_down);
	tcase_add_test(open, the_source_of_a_dropped_frame_is_not_learned);
	tcase_add_test(open,
		       a_static_address_does_not_move_in_the_open_profile);
	tcase_add_test(open, a_port_that_may_not_learn_does_not);
	tcase_add_test(open, a_limit_holds_in_the_open_profile_without_a_drop);
	tcase_add_test(open,
		       frames_from_another_port_do_not_refresh_an_address);
	tcase_add_test(open, a_limit_holds_for_many_at_once);
	tcase_add_test(open, isolated_ports_do_not_reach_each_other);
	tcase_add_test(open, a_port_in_quarantine_reaches_monitors_only);
	tcase_add_test(open, a_disabled_port_neither_sends_nor_receives);
	tcase_add_test(open, unknown_addresses_are_dropped_in_open_when_asked);
	tcase_add_test(open, no_frame_passes_from_one_lan_to_another);
	tcase_add_test(open, a_port_alone_in_its_lan_floods_to_no_port);
	tcase_add_test(open, a_frame_with_a_bad_checksum_is_dropped);
	tcase_add_test(ixp,
		       the_first_address_is_learned_and_the_second_dropped);
	tcase_add_test(ixp, an_aged_address_makes_room_for_another);
	tcase_add_test(ixp, an_address_of_another_port_is_a_conflict);
	tcase_add_test(ixp,
		       a_configured_address_is_known_before_its_first_frame);
	tcase_add_test(ixp,
		       a_member_whose_link_is_down_is_unknown_and_not_flooded);
	tcase_add_test(ixp, a_sticky_address_stays);
	return check_run(s);
}
