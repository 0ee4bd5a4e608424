/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/movetab.h"

#include <check.h>

#include "tests/check_run.h"

#define MAC   UINT64_C(0x020000000001)
#define START (1000 * CLOCK_SECOND)

static struct movetab *t;

static void
setup(void)
{
	t = movetab_create();
	ck_assert_ptr_nonnull(t);
}

static void
teardown(void)
{
	movetab_free(t);
}

/* 'mac' moves to and fro, 'n' times from 'now' on, 'gap' apart. */
static void
move(uint64_t mac, unsigned int n, uint64_t now, uint64_t gap)
{
	for (unsigned int i = 0; i < n; i++)
		ck_assert_int_eq(
			movetab_judge(t, mac, 1 + i % 2, now + i * gap),
			MOVETAB_MOVES_ON);
}

static unsigned int
moves_at(uint64_t mac, uint64_t now)
{
	return movetab_look(t, mac, now).moves;
}

START_TEST(five_moves_are_counted_and_the_sixth_freezes)
{
	ck_assert_uint_eq(moves_at(MAC, START), 0);
	for (unsigned int i = 0; i < 5; i++) {
		ck_assert_int_eq(movetab_judge(t, MAC, 1, START + i),
				 MOVETAB_MOVES_ON);
		ck_assert_uint_eq(moves_at(MAC, START + i), i + 1);
		ck_assert(!movetab_look(t, MAC, START + i).frozen);
	}
	ck_assert_int_eq(movetab_judge(t, MAC, 1, START + 5), MOVETAB_FREEZES);
	ck_assert(movetab_look(t, MAC, START + 5).frozen);
	ck_assert_int_eq(movetab_judge(t, MAC, 1, START + 6), MOVETAB_FROZEN);
	ck_assert_uint_eq(movetab_count(t), 1);
}
END_TEST

START_TEST(the_window_ends_to_the_nanosecond)
{
	enum movetab_verdict want =
		_i == 0 ? MOVETAB_FREEZES : MOVETAB_MOVES_ON;

	move(MAC, 5, START, CLOCK_SECOND);
	ck_assert_int_eq(
		movetab_judge(t, MAC, 2, START + MOVETAB_WINDOW + (uint64_t)_i),
		want);
}
END_TEST

START_TEST(slow_moves_never_freeze)
{
	move(MAC, 1000, START, MOVETAB_WINDOW / 5 + 1);
	ck_assert_uint_eq(movetab_count(t), 1);
}
END_TEST

START_TEST(the_hold_ends_to_the_nanosecond_and_counting_begins_anew)
{
	uint64_t frozen = START + 100 * CLOCK_SECOND;

	move(MAC, 5, START, 1);
	ck_assert_int_eq(movetab_judge(t, MAC, 2, frozen), MOVETAB_FREEZES);
	ck_assert_int_eq(movetab_judge(t, MAC, 2, frozen + MOVETAB_HOLD - 1),
			 MOVETAB_FROZEN);
	ck_assert(movetab_look(t, MAC, frozen + MOVETAB_HOLD - 1).frozen);
	ck_assert(!movetab_look(t, MAC, frozen + MOVETAB_HOLD).frozen);
	move(MAC, 5, frozen + MOVETAB_HOLD, 1);
	ck_assert_int_eq(movetab_judge(t, MAC, 2, frozen + MOVETAB_HOLD + 5),
			 MOVETAB_FREEZES);
}
END_TEST

START_TEST(entries_of_a_port_are_limited)
{
	for (uint64_t i = 0; i < MOVETAB_SHARE; i++)
		ck_assert_int_eq(movetab_judge(t, MAC + i, 7, START),
				 MOVETAB_MOVES_ON);
	ck_assert_int_eq(movetab_judge(t, MAC + 1000, 7, START), MOVETAB_FULL);
	ck_assert_int_eq(movetab_judge(t, MAC + 1000, 8, START),
			 MOVETAB_MOVES_ON);
	ck_assert_uint_eq(movetab_count(t), MOVETAB_SHARE + 1);
}
END_TEST

START_TEST(port_that_takes_back_is_not_charged)
{
	for (uint64_t i = 0; i < MOVETAB_SHARE; i++)
		movetab_judge(t, MAC + i, 8, START);
	movetab_judge(t, MAC + 1000, 7, START);
	ck_assert_int_eq(movetab_judge(t, MAC + 1000, 8, START),
			 MOVETAB_MOVES_ON);
	ck_assert_int_eq(movetab_judge(t, MAC + 1001, 8, START), MOVETAB_FULL);
}
END_TEST

START_TEST(entries_of_all_ports_are_limited)
{
	unsigned int ports = MOVETAB_SIZE / MOVETAB_SHARE;

	for (uint64_t i = 0; i < MOVETAB_SIZE; i++)
		ck_assert_int_eq(movetab_judge(t, MAC + i, i % ports, START),
				 MOVETAB_MOVES_ON);
	ck_assert_uint_eq(movetab_count(t), MOVETAB_SIZE);
	ck_assert_int_eq(movetab_judge(t, MAC + MOVETAB_SIZE, 4000, START),
			 MOVETAB_FULL);
	movetab_forget(t, MAC + 17);
	ck_assert_int_eq(movetab_judge(t, MAC + MOVETAB_SIZE, 4000, START),
			 MOVETAB_MOVES_ON);
	for (uint64_t i = 0; i <= MOVETAB_SIZE; i++)
		ck_assert_uint_eq(moves_at(MAC + i, START), i != 17);
}
END_TEST

START_TEST(expired_entries_make_room_and_others_do_not)
{
	move(MAC, 5, START, 0);
	movetab_judge(t, MAC, 1, START);
	movetab_judge(t, MAC + 1, 1, START);
	movetab_judge(t, MAC + 2, 1, START + 1);
	movetab_age(t, START + MOVETAB_WINDOW);
	ck_assert_uint_eq(movetab_count(t), 3);
	movetab_age(t, START + MOVETAB_WINDOW + 1);
	ck_assert_uint_eq(movetab_count(t), 2);
	ck_assert_uint_eq(moves_at(MAC + 2, START + MOVETAB_WINDOW + 1), 1);
	movetab_age(t, START + MOVETAB_HOLD - 1);
	ck_assert_uint_eq(movetab_count(t), 1);
	movetab_age(t, START + MOVETAB_HOLD);
	ck_assert_uint_eq(movetab_count(t), 0);
	for (uint64_t i = 0; i < MOVETAB_SHARE; i++)
		ck_assert_int_eq(
			movetab_judge(t, MAC + i, 1, START + MOVETAB_HOLD),
			MOVETAB_MOVES_ON);
}
END_TEST

START_TEST(moves_leave_the_window_one_by_one)
{
	move(MAC, 3, START, 10 * CLOCK_SECOND);
	ck_assert_uint_eq(moves_at(MAC, START + MOVETAB_WINDOW), 3);
	ck_assert_uint_eq(moves_at(MAC, START + MOVETAB_WINDOW + 1), 2);
	ck_assert_uint_eq(
		moves_at(MAC, START + 10 * CLOCK_SECOND + MOVETAB_WINDOW + 1),
		1);
	ck_assert_uint_eq(
		moves_at(MAC, START + 20 * CLOCK_SECOND + MOVETAB_WINDOW + 1),
		0);
}
END_TEST

START_TEST(a_port_that_goes_takes_its_charges_along)
{
	for (uint64_t i = 0; i < MOVETAB_SHARE; i++) {
		movetab_judge(t, MAC + 2 * i, 7, START);
		movetab_judge(t, MAC + 2 * i + 1, 8, START);
	}
	movetab_release(t, 7);
	ck_assert_uint_eq(movetab_count(t), MOVETAB_SHARE);
	for (uint64_t i = 0; i < MOVETAB_SHARE; i++)
		ck_assert_uint_eq(moves_at(MAC + 2 * i + 1, START), 1);
	ck_assert_int_eq(movetab_judge(t, MAC + 1000, 7, START),
			 MOVETAB_MOVES_ON);
	ck_assert_int_eq(movetab_judge(t, MAC + 1001, 8, START), MOVETAB_FULL);
}
END_TEST

START_TEST(forgotten_address_begins_anew)
{
	move(MAC, 5, START, 1);
	ck_assert_int_eq(movetab_judge(t, MAC, 2, START + 9), MOVETAB_FREEZES);
	movetab_forget(t, MAC);
	movetab_forget(t, MAC + 1);
	ck_assert(!movetab_look(t, MAC, START + 9).frozen);
	move(MAC, 5, START + 9, 0);
}
END_TEST

static TCase *
verdicts(void)
{
	TCase *tc = tcase_create("verdicts");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, five_moves_are_counted_and_the_sixth_freezes);
	tcase_add_loop_test(tc, the_window_ends_to_the_nanosecond, 0, 2);
	tcase_add_test(tc, slow_moves_never_freeze);
	tcase_add_test(
		tc, the_hold_ends_to_the_nanosecond_and_counting_begins_anew);
	tcase_add_test(tc, moves_leave_the_window_one_by_one);
	return tc;
}

static TCase *
bounds(void)
{
	TCase *tc = tcase_create("bounds");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, entries_of_a_port_are_limited);
	tcase_add_test(tc, port_that_takes_back_is_not_charged);
	tcase_add_test(tc, entries_of_all_ports_are_limited);
	tcase_add_test(tc, expired_entries_make_room_and_others_do_not);
	tcase_add_test(tc, a_port_that_goes_takes_its_charges_along);
	tcase_add_test(tc, forgotten_address_begins_anew);
	return tc;
}

int
main(void)
{
	Suite *s = suite_create("movetab");

	suite_add_tcase(s, verdicts());
	suite_add_tcase(s, bounds());
	return check_run(s);
}
