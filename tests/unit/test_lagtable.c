/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of links, for each of the 255 sets of links that can be used. */
#include "lib/lagtable.h"

#include <check.h>
#include <string.h>

#include "tests/check_run.h"

#define ALL 0xffu

static void
count(const uint8_t *slot, unsigned int *n)
{
	memset(n, 0, (LAGTABLE_SLOTS + 1) * sizeof(*n));
	for (unsigned int i = 0; i < LAGTABLE_BUCKETS; i++)
		n[slot[i] < LAGTABLE_SLOTS ? slot[i] : LAGTABLE_SLOTS]++;
}

START_TEST(each_link_of_any_set_has_exactly_as_many_buckets_as_each_other)
{
	unsigned int links = (unsigned int)_i, n[LAGTABLE_SLOTS + 1];
	unsigned int used = (unsigned int)__builtin_popcount(links);
	uint8_t slot[LAGTABLE_BUCKETS];

	lagtable_fill(slot, links);
	count(slot, n);
	for (unsigned int i = 0; i < LAGTABLE_SLOTS; i++)
		ck_assert_uint_eq(n[i],
				  links >> i & 1 ? LAGTABLE_BUCKETS / used : 0);
	ck_assert_uint_eq(n[LAGTABLE_SLOTS], 0);
}
END_TEST

START_TEST(a_link_that_goes_moves_its_own_buckets_alone_and_gets_these_back)
{
	unsigned int links = (unsigned int)_i;
	uint8_t with[LAGTABLE_BUCKETS], without[LAGTABLE_BUCKETS],
		again[LAGTABLE_BUCKETS];

	lagtable_fill(with, links);
	for (unsigned int gone = 0; gone < LAGTABLE_SLOTS; gone++) {
		if (!(links >> gone & 1))
			continue;
		lagtable_fill(without, links & ~(1u << gone));
		for (unsigned int i = 0; i < LAGTABLE_BUCKETS; i++)
			if (with[i] != gone)
				ck_assert_uint_eq(without[i], with[i]);
			else
				ck_assert_uint_ne(without[i], gone);
		lagtable_fill(again, links);
		ck_assert_mem_eq(again, with, sizeof(with));
	}
}
END_TEST

/* The buckets of a link that went are shared by the others as evenly. */
START_TEST(the_buckets_of_a_link_that_goes_are_spread_over_all_others)
{
	unsigned int n[LAGTABLE_SLOTS] = { 0 };
	uint8_t with[LAGTABLE_BUCKETS], without[LAGTABLE_BUCKETS];

	lagtable_fill(with, ALL);
	lagtable_fill(without, ALL & ~(1u << _i));
	for (unsigned int i = 0; i < LAGTABLE_BUCKETS; i++)
		n[without[i]] += with[i] == _i;
	for (int i = 0; i < LAGTABLE_SLOTS; i++)
		ck_assert_uint_eq(n[i], i == _i ? 0 : LAGTABLE_BUCKETS / 8 / 7);
}
END_TEST

START_TEST(without_a_link_no_bucket_has_one)
{
	uint8_t slot[LAGTABLE_BUCKETS];

	lagtable_fill(slot, 0);
	for (unsigned int i = 0; i < LAGTABLE_BUCKETS; i++)
		ck_assert_uint_eq(slot[i], LAGTABLE_NONE);
	/* A link that there is no slot for is none. */
	lagtable_fill(slot, 1u << LAGTABLE_SLOTS);
	for (unsigned int i = 0; i < LAGTABLE_BUCKETS; i++)
		ck_assert_uint_eq(slot[i], LAGTABLE_NONE);
}
END_TEST

START_TEST(a_hash_has_a_bucket_and_all_buckets_have_hashes)
{
	const uint64_t hashes = UINT64_C(1) << 32;

	ck_assert_uint_eq(lagtable_bucket(0), 0);
	ck_assert_uint_eq(lagtable_bucket(UINT32_MAX), LAGTABLE_BUCKETS - 1);
	for (uint64_t i = 1; i < LAGTABLE_BUCKETS; i++) {
		uint32_t first =
			(uint32_t)((hashes * i + LAGTABLE_BUCKETS - 1) /
				   LAGTABLE_BUCKETS);

		ck_assert_uint_eq(lagtable_bucket(first), i);
		ck_assert_uint_eq(lagtable_bucket(first - 1), i - 1);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("lagtable");
	TCase *t = tcase_create("lagtable");

	tcase_add_loop_test(
		t,
		each_link_of_any_set_has_exactly_as_many_buckets_as_each_other,
		1, ALL + 1);
	tcase_add_loop_test(
		t,
		a_link_that_goes_moves_its_own_buckets_alone_and_gets_these_back,
		1, ALL + 1);
	tcase_add_loop_test(
		t, the_buckets_of_a_link_that_goes_are_spread_over_all_others,
		0, LAGTABLE_SLOTS);
	tcase_add_test(t, without_a_link_no_bucket_has_one);
	tcase_add_test(t, a_hash_has_a_bucket_and_all_buckets_have_hashes);
	suite_add_tcase(s, t);
	return check_run(s);
}
