/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/top.h"

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"
#include "tests/random32.h"

#define COUNTERS 256
#define KEYS     10000
#define EVENTS   200000

struct key {
	uint8_t octet[TOP_KEY];
};

static struct top *t;
static struct top_entry out[COUNTERS + 1];

/* They differ at their end, as those of ports of one address do. */
static struct key
number(uint32_t n)
{
	struct key k = { { 0x20, 0x01 } };

	memcpy(k.octet + TOP_KEY - sizeof(n), &n, sizeof(n));
	return k;
}

static uint32_t
number_of(const struct top_entry *e)
{
	uint32_t n;

	memcpy(&n, e->key + TOP_KEY - sizeof(n), sizeof(n));
	return n;
}

static void
add(uint32_t key, uint64_t n)
{
	top_add(t, number(key).octet, n);
}

static bool
is_at(unsigned int i, uint32_t key, uint64_t count, uint64_t error)
{
	return number_of(&out[i]) == key && out[i].count == count &&
	       out[i].error == error;
}

static uint64_t exact[KEYS]; /* events of each key ... */
static uint64_t total;       /* ... and of all */

static void
make(unsigned int n)
{
	top_free(t);
	t = top_create(n);
	ck_assert_ptr_nonnull(t);
}

static void
setup(void)
{
	memset(exact, 0, sizeof(exact));
	total = 0;
	make(COUNTERS);
}

static void
teardown(void)
{
	top_free(t);
	t = NULL;
}

START_TEST(new_list_is_empty)
{
	ck_assert_uint_eq(top_list(t, out, COUNTERS), 0);
	add(1, 0);
	ck_assert_uint_eq(top_list(t, out, COUNTERS), 0);
	add(1, 1);
	ck_assert_uint_eq(top_list(t, out, COUNTERS), 1);
}
END_TEST

START_TEST(few_are_counted_without_error)
{
	for (uint32_t i = 1; i <= COUNTERS; i++)
		add(i, 1);
	for (uint32_t i = 1; i <= COUNTERS; i++)
		add(i, i);
	ck_assert_uint_eq(top_list(t, out, COUNTERS + 1), COUNTERS);
	for (uint32_t i = 0; i < COUNTERS; i++)
		ck_assert(is_at(i, COUNTERS - i, COUNTERS - i + 1, 0));
}
END_TEST

START_TEST(a_list_ends_at_its_size_with_the_greatest_first)
{
	for (uint32_t i = 1; i <= 10; i++)
		add(i, i);
	memset(out, 0xff, sizeof(out));
	ck_assert_uint_eq(top_list(t, out, 3), 3);
	ck_assert(is_at(0, 10, 10, 0));
	ck_assert(is_at(1, 9, 9, 0));
	ck_assert(is_at(2, 8, 8, 0));
	ck_assert_uint_eq(out[3].count, UINT64_MAX);
	ck_assert_uint_eq(top_list(t, out, 0), 0);
}
END_TEST

START_TEST(last_to_reach_an_equal_count_is_first)
{
	add(1, 5);
	add(2, 5);
	add(3, 4);
	add(3, 1);
	add(0, 6);
	ck_assert_uint_eq(top_list(t, out, COUNTERS), 4);
	ck_assert(is_at(0, 0, 6, 0));
	ck_assert(is_at(1, 3, 5, 0));
	ck_assert(is_at(2, 2, 5, 0));
	ck_assert(is_at(3, 1, 5, 0));
}
END_TEST

START_TEST(keys_that_differ_in_any_octet_are_told_apart)
{
	struct key k = number(1);

	for (unsigned int i = 0; i < TOP_KEY; i++) {
		struct key other = k;

		make(2);
		other.octet[i] ^= 0x80;
		top_add(t, k.octet, 2);
		top_add(t, other.octet, 1);
		top_add(t, k.octet, 2);
		ck_assert_uint_eq(top_list(t, out, 2), 2);
		ck_assert_mem_eq(out[0].key, k.octet, TOP_KEY);
		ck_assert_uint_eq(out[0].count, 4);
		ck_assert_mem_eq(out[1].key, other.octet, TOP_KEY);
		ck_assert_uint_eq(out[1].count, 1);
	}
}
END_TEST

START_TEST(new_key_takes_the_lowest_count_as_its_error)
{
	make(2);
	add(1, 3);
	add(2, 2);
	add(3, 1);
	ck_assert_uint_eq(top_list(t, out, 3), 2);
	ck_assert(is_at(0, 3, 3, 2));
	ck_assert(is_at(1, 1, 3, 0));
	add(2, 1);
	ck_assert_uint_eq(top_list(t, out, 3), 2);
	ck_assert(is_at(0, 2, 4, 3));
	ck_assert(is_at(1, 3, 3, 2));
}
END_TEST

START_TEST(one_counter_counts_all_for_the_last_key)
{
	make(1);
	for (uint32_t i = 0; i < 100; i++)
		add(i, 2);
	ck_assert_uint_eq(top_list(t, out, 2), 1);
	ck_assert(is_at(0, 99, 200, 198));
}
END_TEST

START_TEST(cleared_list_begins_anew)
{
	make(2);
	for (uint32_t i = 0; i < 100; i++)
		add(i, 2);
	top_clear(t);
	ck_assert_uint_eq(top_list(t, out, COUNTERS), 0);
	add(99, 1);
	add(7, 2);
	ck_assert_uint_eq(top_list(t, out, COUNTERS), 2);
	ck_assert(is_at(0, 7, 2, 0));
	ck_assert(is_at(1, 99, 1, 0));
}
END_TEST

static void
count(uint32_t key, uint64_t n)
{
	add(key, n);
	exact[key] += n;
	total += n;
}

/* Key i comes as often as 1 / (i + 1) says (Zipf's law). */
static uint32_t
zipf(void)
{
	static uint64_t until[KEYS];
	uint64_t at;
	uint32_t low = 0, high = KEYS - 1;

	for (uint32_t i = 0; until[KEYS - 1] == 0 && i < KEYS; i++)
		until[i] = (i > 0 ? until[i - 1] : 0) + 1000000000 / (i + 1);
	at = ((uint64_t)random32() << 32 | random32()) % until[KEYS - 1];
	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (until[middle] > at)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/*
 * What the paper proves: the counts add up to all events; the lowest count is
 * at most the n-th part of them, and no error is higher; no count is too low,
 * or too high by more than its error; a key with more events than the lowest
 * count has a counter.
 */
static void
check_bounds(void)
{
	unsigned int n = top_list(t, out, COUNTERS);
	uint64_t least = out[n - 1].count, sum = 0;
	bool is_there[KEYS] = { false };

	ck_assert_uint_eq(n, COUNTERS);
	for (unsigned int i = 0; i < n; i++) {
		uint32_t key = number_of(&out[i]);

		ck_assert(!is_there[key]);
		is_there[key] = true;
		sum += out[i].count;
		ck_assert_uint_le(exact[key], out[i].count);
		ck_assert_uint_ge(exact[key], out[i].count - out[i].error);
		ck_assert_uint_le(out[i].error, least);
	}
	ck_assert_uint_eq(sum, total);
	ck_assert_uint_le(least, total / COUNTERS);
	for (uint32_t key = 0; key < KEYS; key++)
		if (exact[key] > least && !is_there[key])
			ck_abort_msg("%u is not there", key);
}

START_TEST(frequent_key_is_found_among_many)
{
	for (unsigned int i = 0; i < EVENTS; i++)
		count(zipf(), 1 + random32() % (_i + 1));
	check_bounds();
	for (unsigned int i = 0; i < 10; i++)
		ck_assert_uint_eq(number_of(&out[i]), i);
	ck_assert_uint_gt(out[9].count - out[9].error, out[10].error);
}
END_TEST

/* No key is certain to be frequent. */
START_TEST(no_key_stands_out_among_equals)
{
	for (unsigned int i = 0; i < EVENTS; i++)
		count(random32() % KEYS, 1);
	check_bounds();
	for (unsigned int i = 0; i < COUNTERS; i++)
		ck_assert_uint_lt(out[i].count - out[i].error,
				  EVENTS / COUNTERS / 10);
}
END_TEST

/* One event in 200 is more than one in 256. */
START_TEST(invented_keys_do_not_hide_a_frequent_one)
{
	for (uint32_t i = 0; i < EVENTS; i++)
		add(i % 200 == 0 ? UINT32_MAX : i, 1);
	top_list(t, out, COUNTERS);
	ck_assert_uint_eq(number_of(&out[0]), UINT32_MAX);
	ck_assert_uint_ge(out[0].count, EVENTS / 200);
	ck_assert_uint_le(out[0].count - out[0].error, EVENTS / 200);
}
END_TEST

/* The same in a plain array. */

#define MODEL 8

struct slot {
	uint32_t key;
	uint64_t count, error, changed;
};

static struct slot model[MODEL];
static unsigned int nmodel;
static uint64_t nevents;

static struct slot *
model_counter(uint32_t key)
{
	struct slot *least = &model[0];

	for (unsigned int i = 0; i < nmodel; i++)
		if (model[i].key == key)
			return &model[i];
	if (nmodel < MODEL) {
		model[nmodel] = (struct slot){ .key = key };
		return &model[nmodel++];
	}
	for (unsigned int i = 1; i < MODEL; i++)
		if (model[i].count < least->count ||
		    (model[i].count == least->count &&
		     model[i].changed < least->changed))
			least = &model[i];
	least->key = key;
	least->error = least->count;
	return least;
}

/* The highest first. */
static int
by_count(const void *pa, const void *pb)
{
	const struct slot *a = pa, *b = pb;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return a->changed > b->changed ? -1 : 1;
}

static void
same_as_model(void)
{
	unsigned int n = top_list(t, out, MODEL + 1);

	qsort(model, nmodel, sizeof(*model), by_count);
	if (n != nmodel)
		ck_abort_msg("%u counters of %u", n, nmodel);
	for (unsigned int i = 0; i < n; i++)
		if (!is_at(i, model[i].key, model[i].count, model[i].error))
			ck_abort_msg("counter %u differs", i);
}

START_TEST(the_counters_do_what_a_plain_array_does)
{
	make(MODEL);
	for (unsigned int i = 0; i < 100000; i++) {
		uint32_t key = random32() % (2 * MODEL);
		uint64_t n = random32() % 4;

		if (random32() % 1000 == 0) {
			top_clear(t);
			nmodel = 0;
		}
		add(key, n);
		if (n > 0) {
			struct slot *s = model_counter(key);

			s->count += n;
			s->changed = ++nevents;
		}
		same_as_model();
	}
}
END_TEST

static TCase *
contract(void)
{
	TCase *tc = tcase_create("contract");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, new_list_is_empty);
	tcase_add_test(tc, few_are_counted_without_error);
	tcase_add_test(tc, a_list_ends_at_its_size_with_the_greatest_first);
	tcase_add_test(tc, last_to_reach_an_equal_count_is_first);
	tcase_add_test(tc, keys_that_differ_in_any_octet_are_told_apart);
	tcase_add_test(tc, new_key_takes_the_lowest_count_as_its_error);
	tcase_add_test(tc, one_counter_counts_all_for_the_last_key);
	tcase_add_test(tc, cleared_list_begins_anew);
	return tc;
}

static TCase *
streams(void)
{
	TCase *tc = tcase_create("streams");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, frequent_key_is_found_among_many, 0, 3);
	tcase_add_test(tc, no_key_stands_out_among_equals);
	tcase_add_test(tc, invented_keys_do_not_hide_a_frequent_one);
	tcase_add_test(tc, the_counters_do_what_a_plain_array_does);
	return tc;
}

int
main(void)
{
	Suite *s = suite_create("top");

	suite_add_tcase(s, contract());
	suite_add_tcase(s, streams());
	return check_run(s);
}
