/* SPDX-License-Identifier: BSD-3-Clause */
/* Credits of answers: one for each request, for a while, and of each target. */
#include "lib/credit.h"

#include <check.h>

#include "tests/check_run.h"

#define NOW 1000 /* the first second of a period */

static struct credits c;

static void
reset(void)
{
	memset(&c, 0, sizeof(c));
}

/* How many answers the slot has left. */
static unsigned int
drain(uint32_t slot, uint32_t now)
{
	unsigned int n = 0;

	while (credit_has(&c, slot, now) && credit_take(&c, slot, now))
		n++;
	ck_assert(!credit_has(&c, slot, now));
	ck_assert(!credit_take(&c, slot, now));
	return n;
}

START_TEST(each_request_gives_one_answer)
{
	ck_assert_uint_eq(drain(7, NOW), 0);
	for (unsigned int i = 0; i < 3; i++)
		credit_add(&c, 7, NOW);
	ck_assert_uint_eq(drain(8, NOW), 0);
	ck_assert_uint_eq(drain(7, NOW), 3);
	ck_assert_uint_eq(drain(7, NOW), 0);
}
END_TEST

START_TEST(a_credit_lives_one_to_two_periods)
{
	credit_add(&c, 1, NOW + CREDIT_PERIOD - 1);
	ck_assert(credit_has(&c, 1, NOW + 2 * CREDIT_PERIOD - 1));
	ck_assert(!credit_has(&c, 1, NOW + 2 * CREDIT_PERIOD));
	reset();
	credit_add(&c, 1, NOW);
	credit_add(&c, 1, NOW + CREDIT_PERIOD);
	ck_assert_uint_eq(drain(1, NOW + CREDIT_PERIOD), 2);
	reset();
	credit_add(&c, 1, NOW);
	credit_add(&c, 1, NOW + CREDIT_PERIOD);
	ck_assert_uint_eq(drain(1, NOW + 2 * CREDIT_PERIOD), 1);
	/* A clock that has leapt, either way, leaves none. */
	credit_add(&c, 1, NOW);
	ck_assert(!credit_has(&c, 1, 0));
	credit_add(&c, 1, NOW);
	ck_assert(!credit_has(&c, 1, UINT32_MAX));
}
END_TEST

START_TEST(the_number_of_credits_is_bounded)
{
	for (unsigned int i = 0; i < UINT16_MAX + 10u; i++)
		credit_add(&c, 1, NOW);
	for (unsigned int i = 0; i < UINT16_MAX + 10u; i++)
		credit_add(&c, 1, NOW + CREDIT_PERIOD);
	ck_assert_uint_eq(drain(1, NOW + CREDIT_PERIOD), 2 * UINT16_MAX);
	ck_assert_uint_eq(drain(0, NOW + CREDIT_PERIOD), 0);
	ck_assert_uint_eq(drain(2, NOW + CREDIT_PERIOD), 0);
}
END_TEST

/* The slots of addresses in a row: none has much more than its part. */
START_TEST(addresses_spread_over_the_slots)
{
	unsigned int n4[CREDIT_SLOTS] = { 0 }, n6[CREDIT_SLOTS] = { 0 };
	uint8_t address[16] = { 0xfe, 0x80 };

	c.secret = UINT64_C(0x0123456789abcdef) * (unsigned int)_i;
	for (uint32_t i = 0; i < 16 * CREDIT_SLOTS; i++) {
		address[14] = (uint8_t)(i >> 8);
		address[15] = (uint8_t)i;
		n4[credit_slot4(&c, 0xc0000200 + i)]++;
		n6[credit_slot6(&c, address)]++;
	}
	for (unsigned int i = 0; i < CREDIT_SLOTS; i++) {
		ck_assert_uint_lt(n4[i], 64);
		ck_assert_uint_lt(n6[i], 64);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("credit");
	TCase *tc = tcase_create("credit");

	tcase_add_checked_fixture(tc, reset, NULL);
	tcase_add_test(tc, each_request_gives_one_answer);
	tcase_add_test(tc, a_credit_lives_one_to_two_periods);
	tcase_add_test(tc, the_number_of_credits_is_bounded);
	tcase_add_loop_test(tc, addresses_spread_over_the_slots, 0, 4);
	suite_add_tcase(s, tc);
	return check_run(s);
}
