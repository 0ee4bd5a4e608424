/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/neightab.h"

#include <check.h>
#include <string.h>

#include "tests/check_run.h"

#define SLOTS   64
#define BASE    UINT32_C(0xc0000200) /* 192.0.2.0 */
#define BUCKETS (SLOTS / NEIGHTAB_BUCKET)

static const uint64_t secret[2] = { UINT64_C(0x0706050403020100),
				    UINT64_C(0x0f0e0d0c0b0a0908) };

/* 2001:7f8::1 */
static const uint8_t alice[16] = { 0x20, 0x01, 0x07, 0xf8, [15] = 1 };

static struct neightab *four, *six;

static void
setup(void)
{
	four = neightab_create4(BASE, 256);
	six = neightab_create6(SLOTS, secret);
	ck_assert_ptr_nonnull(four);
	ck_assert_ptr_nonnull(six);
}

static void
teardown(void)
{
	neightab_free(four);
	neightab_free(six);
}

static void
put(uint32_t slot, uint64_t tag)
{
	atomic_store_explicit(&six->tag[slot], tag, memory_order_relaxed);
}

static void
set_liveness(uint32_t slot, enum neightab_liveness liveness)
{
	atomic_store_explicit(&four->liveness[slot], liveness,
			      memory_order_relaxed);
}

static enum neightab_liveness
liveness_of(uint32_t slot)
{
	return (enum neightab_liveness)atomic_load_explicit(
		&four->liveness[slot], memory_order_relaxed);
}

static bool
is_blank(const struct neightab *t)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (neightab_get_owner(t, i) != 0 ||
		    neightab_get_held(t, i) != NEIGHTAB_FREE ||
		    neightab_take_seen(t, i))
			return false;
	return true;
}

START_TEST(new_table_is_empty)
{
	ck_assert_uint_eq(four->n, 256);
	ck_assert(is_blank(four));
	ck_assert_uint_eq(six->n, SLOTS);
	ck_assert_uint_eq(six->buckets, BUCKETS);
	ck_assert(is_blank(six));
	for (uint32_t i = 0; i < SLOTS; i++)
		ck_assert_uint_eq(six->tag[i], 0);
	atomic_store(&four->owner[3], 1);
	ck_assert(!is_blank(four));
}
END_TEST

START_TEST(no_table_can_be_freed)
{
	neightab_free(NULL);
}
END_TEST

START_TEST(addresses_of_a_prefix_and_no_others_have_slots)
{
	ck_assert_uint_eq(neightab_slot4(four, BASE), 0);
	ck_assert_uint_eq(neightab_slot4(four, BASE + 7), 7);
	ck_assert_uint_eq(neightab_slot4(four, BASE + 255), 255);
	ck_assert_uint_eq(neightab_slot4(four, BASE + 256), NEIGHTAB_NONE);
	ck_assert_uint_eq(neightab_slot4(four, BASE - 1), NEIGHTAB_NONE);
	ck_assert_uint_eq(neightab_slot4(four, 0), NEIGHTAB_NONE);
	ck_assert_uint_eq(neightab_slot4(four, UINT32_MAX), NEIGHTAB_NONE);
}
END_TEST

START_TEST(a_prefix_at_the_end_of_all_addresses_does_not_go_on_at_zero)
{
	struct neightab *last = neightab_create4(UINT32_C(0xffff0000), 65536);

	ck_assert_ptr_nonnull(last);
	ck_assert_uint_eq(neightab_slot4(last, UINT32_MAX), 65535);
	ck_assert_uint_eq(neightab_slot4(last, 0), NEIGHTAB_NONE);
	neightab_free(last);
}
END_TEST

START_TEST(an_owner_is_read_as_it_was_written)
{
	uint64_t mac = UINT64_C(0xffffffffffff);
	uint64_t owner = neightab_owner(0xfff, mac, NEIGHTAB_STRICT);

	ck_assert_uint_eq(neightab_owner_port(owner), 0xfff);
	ck_assert_uint_eq(neightab_owner_mac(owner), mac);
	ck_assert(owner & NEIGHTAB_OWNED);
	ck_assert(owner & NEIGHTAB_STRICT);

	owner = neightab_owner(0, 0, 0);
	ck_assert_uint_eq(neightab_owner_port(owner), 0);
	ck_assert_uint_eq(neightab_owner_mac(owner), 0);
	ck_assert(owner & NEIGHTAB_OWNED);
	ck_assert(!(owner & NEIGHTAB_STRICT));
}
END_TEST

/* The vector for 16 octets of the reference implementation of SipHash-2-4. */
START_TEST(a_tag_is_siphash)
{
	uint8_t address[16];

	for (uint8_t i = 0; i < sizeof(address); i++)
		address[i] = i;
	ck_assert_uint_eq(neightab_tag6(six, address),
			  UINT64_C(0x3f2acc7f57c29bdb));
}
END_TEST

START_TEST(addresses_that_differ_in_any_bit_have_other_tags)
{
	uint64_t tag = neightab_tag6(six, alice);

	for (unsigned int bit = 0; bit < 128; bit++) {
		uint8_t other[16];

		memcpy(other, alice, sizeof(other));
		other[bit / 8] ^= (uint8_t)(1 << bit % 8);
		ck_assert_uint_ne(neightab_tag6(six, other), tag);
	}
}
END_TEST

START_TEST(a_secret_that_differs_in_any_bit_makes_other_tags)
{
	uint64_t tag = neightab_tag6(six, alice);

	for (unsigned int bit = 0; bit < 128; bit++) {
		uint64_t other[2] = { secret[0], secret[1] };
		struct neightab *t;

		other[bit / 64] ^= UINT64_C(1) << bit % 64;
		t = neightab_create6(SLOTS, other);
		ck_assert_ptr_nonnull(t);
		ck_assert_uint_ne(neightab_tag6(t, alice), tag);
		neightab_free(t);
	}
}
END_TEST

/*
 * Members' addresses run in sequence.  Of 4096 with two buckets each, 64 are
 * expected in each of 128 buckets; 40 off would be five standard deviations.
 */
START_TEST(addresses_in_sequence_are_spread_over_the_buckets)
{
	struct neightab *t = neightab_create6(128 * NEIGHTAB_BUCKET, secret);
	unsigned int count[128] = { 0 };
	uint8_t a[16];

	ck_assert_ptr_nonnull(t);
	memcpy(a, alice, sizeof(a));
	for (unsigned int i = 0; i < 4096; i++) {
		uint64_t tag;

		a[_i] = (uint8_t)i;
		a[_i - 1] = (uint8_t)(i >> 8);
		tag = neightab_tag6(t, a);
		count[neightab_bucket6(t, tag) / NEIGHTAB_BUCKET]++;
		count[neightab_other_bucket6(t, tag) / NEIGHTAB_BUCKET]++;
	}
	for (unsigned int i = 0; i < 128; i++) {
		ck_assert_uint_gt(count[i], 64 - 40);
		ck_assert_uint_lt(count[i], 64 + 40);
	}
	neightab_free(t);
}
END_TEST

START_TEST(buckets_are_within_the_table_and_begin_where_they_should)
{
	for (uint64_t tag = 1; tag != 0; tag <<= 1) {
		uint32_t one = neightab_bucket6(six, ~tag);
		uint32_t other = neightab_other_bucket6(six, ~tag);

		ck_assert_uint_eq(one % NEIGHTAB_BUCKET, 0);
		ck_assert_uint_eq(other % NEIGHTAB_BUCKET, 0);
		ck_assert_uint_lt(one, SLOTS);
		ck_assert_uint_lt(other, SLOTS);
	}
	ck_assert_uint_ne(neightab_bucket6(six, 1),
			  neightab_other_bucket6(six, 1));
}
END_TEST

START_TEST(an_address_is_found_in_each_place_of_its_buckets)
{
	uint64_t tag = neightab_tag6(six, alice);
	uint32_t bucket[2] = { neightab_bucket6(six, tag),
			       neightab_other_bucket6(six, tag) };

	ck_assert_uint_ne(bucket[0], bucket[1]);
	for (unsigned int i = 0; i < 2 * NEIGHTAB_BUCKET; i++) {
		uint32_t slot =
			bucket[i / NEIGHTAB_BUCKET] + i % NEIGHTAB_BUCKET;

		ck_assert_uint_eq(neightab_slot6(six, alice), NEIGHTAB_NONE);
		put(slot, tag);
		ck_assert_uint_eq(neightab_slot6(six, alice), slot);
		put(slot, 0);
	}
}
END_TEST

START_TEST(an_address_is_not_looked_for_elsewhere)
{
	uint64_t tag = neightab_tag6(six, alice);

	for (uint32_t i = 0; i < SLOTS; i++)
		if (i / NEIGHTAB_BUCKET !=
			    neightab_bucket6(six, tag) / NEIGHTAB_BUCKET &&
		    i / NEIGHTAB_BUCKET !=
			    neightab_other_bucket6(six, tag) / NEIGHTAB_BUCKET)
			put(i, tag);
	ck_assert_uint_eq(neightab_slot6(six, alice), NEIGHTAB_NONE);
}
END_TEST

START_TEST(a_tag_that_differs_in_any_bit_is_another_address)
{
	uint64_t tag = neightab_tag6(six, alice);
	uint32_t slot = neightab_bucket6(six, tag);

	for (unsigned int bit = 0; bit < 64; bit++) {
		put(slot, tag ^ UINT64_C(1) << bit);
		ck_assert_uint_eq(neightab_slot6(six, alice), NEIGHTAB_NONE);
	}
	put(slot, tag);
	ck_assert_uint_eq(neightab_slot6(six, alice), slot);
}
END_TEST

START_TEST(the_least_table_has_one_bucket)
{
	struct neightab *t = neightab_create6(NEIGHTAB_BUCKET, secret);
	uint64_t tag = neightab_tag6(six, alice);

	ck_assert_ptr_nonnull(t);
	ck_assert_uint_eq(neightab_slot6(t, alice), NEIGHTAB_NONE);
	atomic_store(&t->tag[NEIGHTAB_BUCKET - 1], tag);
	ck_assert_uint_eq(neightab_slot6(t, alice), NEIGHTAB_BUCKET - 1);
	neightab_free(t);
}
END_TEST

static const struct hearing {
	enum neightab_liveness before;
	enum neightab_liveness after;
	bool report;
} hearings[] = {
	{ NEIGHTAB_SILENT, NEIGHTAB_SEEN, false },
	{ NEIGHTAB_SEEN, NEIGHTAB_SEEN, false },
	{ NEIGHTAB_WATCHED, NEIGHTAB_REPORTED, true },
	{ NEIGHTAB_REPORTED, NEIGHTAB_REPORTED, false },
};

START_TEST(frame_is_noted_or_reported)
{
	const struct hearing *h = &hearings[_i];

	set_liveness(5, h->before);
	ck_assert_int_eq(neightab_see(four, 5), h->report);
	ck_assert_int_eq(liveness_of(5), h->after);
	ck_assert_int_eq(liveness_of(4), NEIGHTAB_SILENT);
	ck_assert_int_eq(liveness_of(6), NEIGHTAB_SILENT);
}
END_TEST

START_TEST(watched_address_is_reported_once)
{
	neightab_watch(four, 5, true);
	ck_assert(neightab_see(four, 5));
	ck_assert(!neightab_see(four, 5));
	neightab_watch(four, 5, true);
	ck_assert(neightab_see(four, 5));
	ck_assert(!neightab_take_seen(four, 5));
	neightab_watch(four, 5, false);
	ck_assert(!neightab_see(four, 5));
	ck_assert(neightab_take_seen(four, 5));
}
END_TEST

START_TEST(noted_frame_is_not_lost_by_a_watch)
{
	ck_assert(!neightab_see(four, 5));
	neightab_watch(four, 5, true);
	ck_assert_int_eq(liveness_of(5), NEIGHTAB_SEEN);
	neightab_watch(four, 5, false);
	ck_assert(neightab_take_seen(four, 5));
	neightab_watch(four, 5, true);
	ck_assert(neightab_see(four, 5));
	neightab_watch(four, 5, false);
	ck_assert_int_eq(liveness_of(5), NEIGHTAB_SILENT);
}
END_TEST

START_TEST(failed_report_is_made_the_next_time)
{
	neightab_watch(four, 5, true);
	ck_assert(neightab_see(four, 5));
	neightab_report_failed(four, 5);
	ck_assert(neightab_see(four, 5));
	/* ... unless control has ended the watch. */
	neightab_watch(four, 5, false);
	neightab_report_failed(four, 5);
	ck_assert_int_eq(liveness_of(5), NEIGHTAB_SILENT);
}
END_TEST

START_TEST(noted_frame_is_taken_once)
{
	ck_assert(!neightab_take_seen(four, 5));
	ck_assert(!neightab_see(four, 5));
	ck_assert(!neightab_take_seen(four, 4));
	ck_assert(neightab_take_seen(four, 5));
	ck_assert(!neightab_take_seen(four, 5));
	ck_assert_int_eq(liveness_of(5), NEIGHTAB_SILENT);
}
END_TEST

static TCase *
places(void)
{
	TCase *tc = tcase_create("places");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, new_table_is_empty);
	tcase_add_test(tc, no_table_can_be_freed);
	tcase_add_test(tc, addresses_of_a_prefix_and_no_others_have_slots);
	tcase_add_test(
		tc,
		a_prefix_at_the_end_of_all_addresses_does_not_go_on_at_zero);
	tcase_add_test(tc, a_tag_is_siphash);
	tcase_add_test(tc, addresses_that_differ_in_any_bit_have_other_tags);
	tcase_add_test(tc, a_secret_that_differs_in_any_bit_makes_other_tags);
	tcase_add_loop_test(
		tc, addresses_in_sequence_are_spread_over_the_buckets, 1, 16);
	tcase_add_test(
		tc, buckets_are_within_the_table_and_begin_where_they_should);
	tcase_add_test(tc, an_address_is_found_in_each_place_of_its_buckets);
	tcase_add_test(tc, an_address_is_not_looked_for_elsewhere);
	tcase_add_test(tc, a_tag_that_differs_in_any_bit_is_another_address);
	tcase_add_test(tc, the_least_table_has_one_bucket);
	return tc;
}

static TCase *
liveness(void)
{
	TCase *tc = tcase_create("liveness");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, an_owner_is_read_as_it_was_written);
	tcase_add_loop_test(tc, frame_is_noted_or_reported, 0,
			    sizeof(hearings) / sizeof(*hearings));
	tcase_add_test(tc, watched_address_is_reported_once);
	tcase_add_test(tc, noted_frame_is_not_lost_by_a_watch);
	tcase_add_test(tc, failed_report_is_made_the_next_time);
	tcase_add_test(tc, noted_frame_is_taken_once);
	return tc;
}

int
main(void)
{
	Suite *s = suite_create("neigh");

	suite_add_tcase(s, places());
	suite_add_tcase(s, liveness());
	return check_run(s);
}
