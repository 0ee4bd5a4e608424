/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/mactab.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "tests/check_run.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)
#define CAROL UINT64_C(0x020000000003)

/*
 * The smallest table has 40 slots, which have the numbers up to 63.  Its buckets
 * fill soon, and an address may be in any of them, so rare cases are frequent.
 * Three fifths of the slots are for static entries.
 */
#define LEAST_SLOTS 40
#define LEAST_END   64
#define ALL_MET     ((UINT64_C(1) << LEAST_SLOTS) - 1)

static struct mactab *t;

static void
setup(void)
{
	t = mactab_create(1);
	ck_assert_ptr_nonnull(t);
}

static void
teardown(void)
{
	mactab_free(t);
}

static uint16_t
port_of(uint64_t mac)
{
	uint16_t port;

	mactab_find(t, &mac, 1, &port, NULL);
	return port;
}

static uint32_t
place_of(uint64_t mac)
{
	uint16_t port;
	uint32_t place;

	mactab_find(t, &mac, 1, &port, &place);
	ck_assert_int_eq(port == MACTAB_NO_PORT, place == MACTAB_NOWHERE);
	return place;
}

static uint32_t
seen_of(uint64_t mac)
{
	struct mactab_entry e;

	ck_assert(mactab_get(t, mac, &e));
	return e.seen;
}

/* Fills every slot with static entries, ALICE the first; the port counts. */
static void
fill(void)
{
	for (unsigned int i = 0; i < LEAST_SLOTS; i++)
		ck_assert_int_eq(
			mactab_set(t, ALICE + i, i, MACTAB_STATIC, 100), 0);
}

static uint64_t
random_mac(void)
{
	static uint64_t state = 1;

	state = state * UINT64_C(6364136223846793005) + 1;
	return (state >> 16 & UINT64_C(0xfcffffffffff)) | UINT64_C(1) << 41;
}

START_TEST(a_table_of_no_or_too_many_addresses_is_rejected)
{
	errno = 0;
	ck_assert_ptr_null(mactab_create(0));
	ck_assert_int_eq(errno, EINVAL);
	errno = 0;
	ck_assert_ptr_null(mactab_create((1 << 24) + 1));
	ck_assert_int_eq(errno, EINVAL);
	mactab_free(NULL);
}
END_TEST

START_TEST(an_unknown_address_has_no_port)
{
	struct mactab_entry e;

	ck_assert_uint_eq(port_of(ALICE), MACTAB_NO_PORT);
	ck_assert_uint_eq(place_of(ALICE), MACTAB_NOWHERE);
	ck_assert(!mactab_get(t, ALICE, &e));
	ck_assert(!mactab_remove(t, ALICE));
	ck_assert_uint_eq(mactab_count(t), 0);
}
END_TEST

START_TEST(an_address_is_found_where_it_was_put)
{
	ck_assert_int_eq(mactab_set(t, ALICE, 0, 0, 100), 0);
	ck_assert_int_eq(mactab_set(t, BOB, MACTAB_NO_PORT - 1, 0, 100), 0);
	ck_assert_uint_eq(port_of(ALICE), 0);
	ck_assert_uint_eq(port_of(BOB), MACTAB_NO_PORT - 1);
	ck_assert_uint_eq(port_of(CAROL), MACTAB_NO_PORT);
	ck_assert_uint_eq(mactab_count(t), 2);
}
END_TEST

START_TEST(an_entry_is_read_as_it_was_written)
{
	struct mactab_entry e;

	ck_assert_int_eq(mactab_set(t, ALICE, 7, MACTAB_STICKY, 1234), 0);
	ck_assert(mactab_get(t, ALICE, &e));
	ck_assert_uint_eq(e.mac, ALICE);
	ck_assert_uint_eq(e.port, 7);
	ck_assert_uint_eq(e.flags, MACTAB_STICKY);
	ck_assert_str_eq(mactab_type(&e), "sticky");
	ck_assert_uint_eq(e.seen, 1234);
}
END_TEST

START_TEST(the_highest_address_and_port_fit)
{
	const uint64_t mac = UINT64_C(0xffffffffffff);
	struct mactab_entry e;

	ck_assert_int_eq(mactab_set(t, mac, MACTAB_NO_PORT - 1,
				    MACTAB_STATIC | MACTAB_STICKY, UINT32_MAX),
			 0);
	ck_assert(mactab_get(t, mac, &e));
	ck_assert_uint_eq(e.mac, mac);
	ck_assert_uint_eq(e.port, MACTAB_NO_PORT - 1);
	ck_assert_uint_eq(e.flags, MACTAB_STATIC | MACTAB_STICKY);
	ck_assert_str_eq(mactab_type(&e), "static");
	ck_assert_uint_eq(e.seen, UINT32_MAX);
}
END_TEST

START_TEST(a_removed_address_is_unknown)
{
	ck_assert_int_eq(mactab_set(t, ALICE, 3, MACTAB_STATIC, 100), 0);
	ck_assert_int_eq(mactab_set(t, BOB, 4, 0, 100), 0);
	ck_assert(mactab_remove(t, ALICE));
	ck_assert_uint_eq(port_of(ALICE), MACTAB_NO_PORT);
	ck_assert_uint_eq(port_of(BOB), 4);
	ck_assert(!mactab_remove(t, ALICE));
	ck_assert_uint_eq(mactab_count(t), 1);
}
END_TEST

START_TEST(a_dynamic_address_moves_within_its_slot)
{
	uint32_t place;

	ck_assert_int_eq(mactab_set(t, ALICE, 3, MACTAB_STICKY, 100), 0);
	place = place_of(ALICE);
	ck_assert_int_eq(mactab_set(t, ALICE, 4, 0, 101), 0);
	ck_assert_uint_eq(port_of(ALICE), 4);
	ck_assert_uint_eq(place_of(ALICE), place);
	ck_assert_uint_eq(seen_of(ALICE), 101);
	ck_assert_uint_eq(mactab_count(t), 1);
}
END_TEST

/* Not to another port, and not on its own: that would lose the flag. */
START_TEST(learning_does_not_change_a_static_address)
{
	ck_assert_int_eq(mactab_set(t, ALICE, 5, MACTAB_STATIC, 100), 0);
	ck_assert_int_eq(mactab_set(t, ALICE, 6, 0, 101), -EPERM);
	ck_assert_int_eq(mactab_set(t, ALICE, 5, 0, 101), -EPERM);
	ck_assert_int_eq(mactab_set(t, ALICE, 6, MACTAB_STICKY, 101), -EPERM);
	ck_assert_uint_eq(port_of(ALICE), 5);
	ck_assert_uint_eq(seen_of(ALICE), 100);
}
END_TEST

START_TEST(configuration_changes_a_static_address)
{
	struct mactab_entry e;

	ck_assert_int_eq(mactab_set(t, ALICE, 5, MACTAB_STATIC, 100), 0);
	ck_assert_int_eq(mactab_set(t, ALICE, 6, MACTAB_STATIC, 101), 0);
	ck_assert_uint_eq(port_of(ALICE), 6);

	ck_assert_int_eq(mactab_set(t, BOB, 7, MACTAB_STICKY, 100), 0);
	ck_assert_int_eq(mactab_set(t, BOB, 7, MACTAB_STATIC, 100), 0);
	ck_assert(mactab_get(t, BOB, &e));
	ck_assert_uint_eq(e.flags, MACTAB_STATIC);
}
END_TEST

/* A frame may have any destination, and an empty slot is a zero. */
START_TEST(the_zero_address_is_never_known)
{
	fill();
	for (unsigned int i = 0; i < LEAST_SLOTS; i++) {
		ck_assert_uint_eq(place_of(0), MACTAB_NOWHERE);
		ck_assert_uint_eq(place_of(1), MACTAB_NOWHERE);
		ck_assert(mactab_remove(t, ALICE + i));
	}
	ck_assert_uint_eq(place_of(0), MACTAB_NOWHERE);
}
END_TEST

START_TEST(addresses_that_differ_in_one_bit_are_different)
{
	ck_assert_int_eq(mactab_set(t, ALICE, 3, 0, 100), 0);
	for (unsigned int bit = 0; bit < 48; bit++) {
		ck_assert_uint_eq(port_of(ALICE ^ UINT64_C(1) << bit),
				  MACTAB_NO_PORT);
	}
}
END_TEST

/* All of one low half: a lookup looks at that first. */
START_TEST(addresses_with_equal_low_halves_are_different)
{
	for (uint64_t i = 1; i <= 16; i++)
		ck_assert_int_eq(mactab_set(t, i << 32 | 5, i, 0, 100), 0);
	for (uint64_t i = 1; i <= 16; i++)
		ck_assert_uint_eq(port_of(i << 32 | 5), i);
	ck_assert_uint_eq(port_of(UINT64_C(17) << 32 | 5), MACTAB_NO_PORT);
}
END_TEST

static uint64_t
first_of_all(unsigned int n)
{
	return n == 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

/* Of _i addresses, every third unknown; and not one result too many. */
START_TEST(a_burst_has_its_results_in_order)
{
	unsigned int n = _i;
	uint64_t mac[64];
	uint16_t port[65], alone[65];
	uint32_t place[65];

	mactab_free(t);
	t = mactab_create(64);
	for (unsigned int i = 0; i < n; i++) {
		mac[i] = random_mac();
		if (i % 3 != 2)
			mactab_set(t, mac[i], i, 0, 100);
	}
	port[n] = alone[n] = 0x1234;
	place[n] = 0x12345678;
	mactab_find(t, mac, first_of_all(n), port, place);
	mactab_find(t, mac, first_of_all(n), alone, NULL);
	for (unsigned int i = 0; i < n; i++) {
		ck_assert_uint_eq(port[i], i % 3 != 2 ? i : MACTAB_NO_PORT);
		ck_assert_uint_eq(alone[i], port[i]);
		ck_assert_uint_eq(place[i], place_of(mac[i]));
	}
	ck_assert_uint_eq(port[n], 0x1234);
	ck_assert_uint_eq(alone[n], 0x1234);
	ck_assert_uint_eq(place[n], 0x12345678);
}
END_TEST

START_TEST(touch_marks_only_the_chosen_entries)
{
	const uint64_t mac[] = { ALICE, BOB, CAROL };
	uint16_t port[3];
	uint32_t place[3];

	ck_assert_int_eq(mactab_set(t, ALICE, 3, 0, 100), 0);
	ck_assert_int_eq(mactab_set(t, CAROL, 4, 0, 100), 0);
	mactab_find(t, mac, 0x7, port, place);
	ck_assert_uint_eq(place[1], MACTAB_NOWHERE);

	mactab_touch(t, place, 0x0, 200);
	ck_assert_uint_eq(seen_of(ALICE), 100);
	mactab_touch(t, place, 0x6, 200);
	ck_assert_uint_eq(seen_of(ALICE), 100);
	ck_assert_uint_eq(seen_of(CAROL), 200);
	mactab_touch(t, place, 0x7, 300);
	ck_assert_uint_eq(seen_of(ALICE), 300);
	ck_assert_uint_eq(seen_of(CAROL), 300);
}
END_TEST

START_TEST(the_last_of_a_full_burst_can_be_touched)
{
	uint32_t place[64];

	ck_assert_int_eq(mactab_set(t, ALICE, 3, 0, 100), 0);
	for (unsigned int i = 0; i < 63; i++)
		place[i] = MACTAB_NOWHERE;
	place[63] = place_of(ALICE);
	mactab_touch(t, place, UINT64_MAX, 200);
	ck_assert_uint_eq(seen_of(ALICE), 200);
}
END_TEST

START_TEST(seen_wraps_with_the_clock)
{
	uint32_t place;

	ck_assert_int_eq(mactab_set(t, ALICE, 3, 0, UINT32_MAX), 0);
	place = place_of(ALICE);
	mactab_touch(t, &place, 1, 0);
	ck_assert_uint_eq(seen_of(ALICE), 0);
	mactab_touch(t, &place, 1, UINT32_MAX);
	ck_assert_uint_eq(seen_of(ALICE), UINT32_MAX);
}
END_TEST

/* A bit for each port of fill(); the odd ones are removed. */
static bool
keep_even(void *arg, const struct mactab_entry *e)
{
	uint64_t *met = arg;

	ck_assert_uint_eq(e->mac, ALICE + e->port);
	ck_assert_uint_eq(e->flags, MACTAB_STATIC);
	ck_assert_uint_eq(e->seen, 100);
	ck_assert_uint_eq(*met >> e->port & 1, 0);
	*met |= UINT64_C(1) << e->port;
	return e->port % 2 == 0;
}

START_TEST(each_visits_every_entry_once_and_removes_the_chosen)
{
	uint64_t met = 0;

	ck_assert_uint_eq(mactab_each(t, keep_even, &met), 0);
	ck_assert_uint_eq(met, 0);
	fill();
	ck_assert_uint_eq(mactab_each(t, keep_even, &met), LEAST_SLOTS / 2);
	ck_assert_uint_eq(met, ALL_MET);
	ck_assert_uint_eq(mactab_count(t), LEAST_SLOTS / 2);
	for (unsigned int i = 0; i < LEAST_SLOTS; i++)
		ck_assert_uint_eq(port_of(ALICE + i),
				  i % 2 == 0 ? i : MACTAB_NO_PORT);
	met = 0;
	ck_assert_uint_eq(mactab_each(t, keep_even, &met), 0);
	ck_assert_uint_eq(met, ALL_MET / 3);
}
END_TEST

/* In steps of _i slots, and keep_even() removes half. */
START_TEST(a_walk_visits_every_entry_once_and_removes_none)
{
	uint64_t met = 0;
	size_t slot = 0;

	fill();
	do
		slot = mactab_walk(t, slot, _i, keep_even, &met);
	while (slot != 0);
	ck_assert_uint_eq(met, ALL_MET);
	ck_assert_uint_eq(mactab_count(t), LEAST_SLOTS);
}
END_TEST

START_TEST(a_walk_stops_after_its_slots_and_at_the_end)
{
	uint64_t met = 0;

	fill();
	ck_assert_uint_eq(mactab_walk(t, 0, 3, keep_even, &met), 3);
	ck_assert_int_eq(__builtin_popcountll(met), 3);
	ck_assert_uint_eq(mactab_walk(t, LEAST_END, 3, keep_even, &met), 0);
	ck_assert_uint_eq(mactab_walk(t, SIZE_MAX, 3, keep_even, &met), 0);
	ck_assert_int_eq(__builtin_popcountll(met), 3);
}
END_TEST

START_TEST(a_full_table_rejects_and_evicts_none)
{
	fill();
	ck_assert_int_eq(
		mactab_set(t, ALICE + LEAST_SLOTS, 1, MACTAB_STATIC, 100),
		-ENOSPC);
	ck_assert_uint_eq(mactab_count(t), LEAST_SLOTS);
	for (unsigned int i = 0; i < LEAST_SLOTS; i++)
		ck_assert_uint_eq(port_of(ALICE + i), i);
	ck_assert_uint_eq(port_of(ALICE + LEAST_SLOTS), MACTAB_NO_PORT);

	/* What is there can still change. */
	ck_assert_int_eq(mactab_set(t, ALICE, 99, MACTAB_STATIC, 101), 0);
	ck_assert_uint_eq(port_of(ALICE), 99);
}
END_TEST

/* In any bucket, and in any order of removal. */
START_TEST(a_removal_hides_no_other_address)
{
	fill();
	for (unsigned int gone = 0; gone < LEAST_SLOTS; gone++) {
		ck_assert(mactab_remove(t, ALICE + gone * 7 % LEAST_SLOTS));
		for (unsigned int i = gone + 1; i < LEAST_SLOTS; i++) {
			unsigned int left = i * 7 % LEAST_SLOTS;

			ck_assert_uint_eq(port_of(ALICE + left), left);
		}
	}
	ck_assert_uint_eq(mactab_count(t), 0);
}
END_TEST

/* In its slot, so that no worker misses it meanwhile. */
START_TEST(a_static_address_is_made_what_it_was)
{
	struct mactab_entry learned;
	uint32_t place;

	ck_assert_int_eq(mactab_set(t, ALICE, 7, MACTAB_STICKY, 100), 0);
	place = place_of(ALICE);
	ck_assert(mactab_get(t, ALICE, &learned));
	ck_assert_int_eq(mactab_set(t, ALICE, 9, MACTAB_STATIC, 200), 0);
	mactab_restore(t, &learned);
	ck_assert_uint_eq(place_of(ALICE), place);
	ck_assert_uint_eq(port_of(ALICE), 7);
	ck_assert_uint_eq(seen_of(ALICE), 100);
	ck_assert_uint_eq(mactab_count(t), 1);
	ck_assert_int_eq(mactab_set(t, ALICE, 9, 0, 300), 0);
	mactab_remove(t, ALICE);
	mactab_restore(t, &learned);
	ck_assert_uint_eq(port_of(ALICE), MACTAB_NO_PORT);
}
END_TEST

START_TEST(adding_and_removing_uses_nothing_up)
{
	unsigned int lost = 0, rejected = 0;

	fill();
	for (uint64_t mac = ALICE; mac < ALICE + 1000000; mac++) {
		lost += !mactab_remove(t, mac);
		rejected += mactab_set(t, mac + LEAST_SLOTS, 1, MACTAB_STATIC,
				       100) != 0;
	}
	ck_assert_uint_eq(lost, 0);
	ck_assert_uint_eq(rejected, 0);
	ck_assert_uint_eq(mactab_count(t), LEAST_SLOTS);
}
END_TEST

START_TEST(a_flood_of_addresses_evicts_none)
{
	unsigned int rejected = 0;

	ck_assert_int_eq(mactab_set(t, ALICE, 3, 0, 100), 0);
	for (uint64_t mac = 0x060000000000; mac < 0x060000010000; mac++)
		rejected += mactab_set(t, mac, 9, 0, 100) == -ENOSPC;
	ck_assert_uint_gt(rejected, 0);
	ck_assert_uint_eq(port_of(ALICE), 3);
}
END_TEST

START_TEST(a_flood_of_addresses_leaves_room_for_static_ones)
{
	for (uint64_t mac = 0x060000000000; mac < 0x060000010000; mac++)
		mactab_set(t, mac, 9, 0, 100);
	for (unsigned int i = 0; i < LEAST_SLOTS * 3 / 5; i++)
		ck_assert_int_eq(mactab_set(t, ALICE + i, i, MACTAB_STATIC, 0),
				 0);
	for (unsigned int i = 0; i < LEAST_SLOTS * 3 / 5; i++)
		ck_assert_uint_eq(port_of(ALICE + i), i);
}
END_TEST

START_TEST(an_address_cannot_be_chosen_for_a_bucket)
{
	struct mactab *one = mactab_create(4096), *two = mactab_create(4096);
	unsigned int same = 0;

	ck_assert_ptr_nonnull(one);
	ck_assert_ptr_nonnull(two);
	for (uint64_t mac = ALICE; mac < ALICE + 64; mac++) {
		uint16_t port;
		uint32_t in_one, in_two;

		mactab_set(one, mac, 1, 0, 100);
		mactab_set(two, mac, 1, 0, 100);
		mactab_find(one, &mac, 1, &port, &in_one);
		mactab_find(two, &mac, 1, &port, &in_two);
		same += in_one == in_two;
	}
	ck_assert_uint_lt(same, 32);
	mactab_free(one);
	mactab_free(two);
}
END_TEST

static void
fill_to_size(size_t n, bool in_sequence)
{
	struct mactab *big = mactab_create(n);
	uint64_t mac = UINT64_C(0x001b21000000);
	size_t rejected = 0;

	ck_assert_ptr_nonnull(big);
	for (size_t i = 0; i < n; i++) {
		mac = in_sequence ? mac + 1 : random_mac();
		rejected += mactab_set(big, mac, 1, 0, 100) != 0;
	}
	ck_assert_uint_eq(rejected, 0);
	mactab_free(big);
}

/* Over many tables: a poor hash is poor for some secrets only. */
START_TEST(a_table_holds_its_number_of_addresses)
{
	static const size_t size[] = { 1, 2, 8, 9, 64, 1000, 4096 };

	for (unsigned int i = 0; i < 100; i++)
		for (unsigned int s = 0; s < sizeof(size) / sizeof(*size); s++)
			fill_to_size(size[s], i % 2 == 0);
}
END_TEST

START_TEST(a_table_holds_a_million)
{
	fill_to_size(1000000, _i == 0);
}
END_TEST

static TCase *
contract(void)
{
	TCase *tc = tcase_create("contract");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_table_of_no_or_too_many_addresses_is_rejected);
	tcase_add_test(tc, an_unknown_address_has_no_port);
	tcase_add_test(tc, an_address_is_found_where_it_was_put);
	tcase_add_test(tc, an_entry_is_read_as_it_was_written);
	tcase_add_test(tc, the_highest_address_and_port_fit);
	tcase_add_test(tc, a_removed_address_is_unknown);
	tcase_add_test(tc, a_dynamic_address_moves_within_its_slot);
	tcase_add_test(tc, learning_does_not_change_a_static_address);
	tcase_add_test(tc, configuration_changes_a_static_address);
	tcase_add_test(tc, the_zero_address_is_never_known);
	tcase_add_test(tc, addresses_that_differ_in_one_bit_are_different);
	tcase_add_test(tc, addresses_with_equal_low_halves_are_different);
	tcase_add_loop_test(tc, a_burst_has_its_results_in_order, 1, 65);
	tcase_add_test(tc, touch_marks_only_the_chosen_entries);
	tcase_add_test(tc, the_last_of_a_full_burst_can_be_touched);
	tcase_add_test(tc, seen_wraps_with_the_clock);
	tcase_add_test(tc, each_visits_every_entry_once_and_removes_the_chosen);
	tcase_add_loop_test(tc, a_walk_visits_every_entry_once_and_removes_none,
			    1, 34);
	tcase_add_test(tc, a_walk_stops_after_its_slots_and_at_the_end);
	return tc;
}

static TCase *
crowd(void)
{
	TCase *tc = tcase_create("crowd");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_full_table_rejects_and_evicts_none);
	tcase_add_loop_test(tc, a_removal_hides_no_other_address, 0, 20);
	tcase_add_test(tc, a_static_address_is_made_what_it_was);
	tcase_add_test(tc, adding_and_removing_uses_nothing_up);
	tcase_add_test(tc, a_flood_of_addresses_evicts_none);
	tcase_add_test(tc, a_flood_of_addresses_leaves_room_for_static_ones);
	tcase_add_test(tc, an_address_cannot_be_chosen_for_a_bucket);
	tcase_add_test(tc, a_table_holds_its_number_of_addresses);
	tcase_add_loop_test(tc, a_table_holds_a_million, 0, 2);
	return tc;
}

int
main(void)
{
	Suite *s = suite_create("mactab");

	suite_add_tcase(s, contract());
	suite_add_tcase(s, crowd());
	return check_run(s);
}
