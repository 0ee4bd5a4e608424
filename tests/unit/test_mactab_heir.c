/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A table that is replaced while it is in use: whatever is learned and removed
 * between two parts of the copy, the heir has in the end what the old table has, or
 * counts it as lost.
 */
#include "lib/mactab.h"
#include "lib/mactab_impl.h"

#include <check.h>
#include <stdlib.h>

#include "lib/pages.h"
#include "tests/check_run.h"

#define MACS  UINT64_C(0x020000000000)
#define RANGE 600 /* addresses that are drawn from */
#define PORTS 3
#define NOW   1000

static struct mactab *old, *heir;

static void
begin(size_t from, size_t to)
{
	old = mactab_create(from);
	heir = mactab_create(to);
	ck_assert_ptr_nonnull(old);
	ck_assert_ptr_nonnull(heir);
}

static void
teardown(void)
{
	mactab_free(old);
	mactab_free(heir);
	old = heir = NULL;
}

static unsigned int
any(unsigned int n)
{
	return (unsigned int)rand() % n;
}

/* Something that control may do to a table at any time. */
static void
change(void)
{
	uint64_t mac = MACS + any(RANGE);
	unsigned int flags = any(4) == 0   ? MACTAB_STICKY
			     : any(8) == 0 ? MACTAB_STATIC
					   : 0;

	if (any(3) == 0)
		mactab_remove(old, mac);
	else
		mactab_set(old, mac, (uint16_t)any(PORTS), flags, NOW);
}

static uint32_t missing[PORTS];

static bool
look_for(void *arg, const struct mactab_entry *e)
{
	struct mactab_entry there;

	(void)arg;
	if (e->flags & MACTAB_STATIC) {
		ck_assert(!mactab_get(heir, e->mac, &there));
	} else if (!mactab_get(heir, e->mac, &there)) {
		missing[e->port]++;
	} else {
		ck_assert_uint_eq(there.port, e->port);
		ck_assert_uint_eq(there.flags, e->flags);
		ck_assert_uint_eq(there.seen, e->seen);
	}
	return true;
}

static bool
is_in_old(void *arg, const struct mactab_entry *e)
{
	struct mactab_entry there;

	(void)arg;
	ck_assert(mactab_get(old, e->mac, &there));
	return true;
}

static void
check_heir(void)
{
	for (unsigned int p = 0; p < PORTS; p++)
		missing[p] = 0;
	mactab_each(old, look_for, NULL);
	mactab_each(heir, is_in_old, NULL);
	for (unsigned int p = 0; p < PORTS; p++)
		ck_assert_uint_eq(mactab_lost(old, (uint16_t)p), missing[p]);
}

/* A larger heir, one of the same size, and one that has no room for all. */
static const size_t sizes[] = { 1000, 300, 64 };

START_TEST(an_heir_has_what_is_learned_before_during_and_after_the_copy)
{
	unsigned int lost = 0;

	for (unsigned int round = 0; round < CHECK_ROUNDS(200); round++) {
		begin(300, sizes[_i]);
		for (unsigned int n = any(1000); n > 0; n--)
			change();
		ck_assert_int_eq(mactab_inherit(old, heir), 0);
		while (!mactab_copy(old, any(40)))
			for (unsigned int n = any(20); n > 0; n--)
				change();
		check_heir();
		for (unsigned int n = 0; n < 300; n++)
			change();
		check_heir();
		lost += mactab_lost(old, 0);
		teardown();
	}
	ck_assert(sizes[_i] == 64 ? lost > 0 : lost == 0);
}
END_TEST

START_TEST(a_copy_looks_at_no_more_slots_than_it_is_asked_to)
{
	size_t calls = 1;

	begin(4096, 4096);
	ck_assert_int_eq(mactab_inherit(old, heir), 0);
	while (!mactab_copy(old, 100))
		calls++;
	ck_assert_uint_ge(calls, 2 * mactab_slots(old) / 100);
}
END_TEST

START_TEST(an_address_that_is_the_configurations_in_the_heir_stays)
{
	struct mactab_entry e;

	begin(64, 64);
	mactab_set(old, MACS, 1, 0, NOW);
	ck_assert_int_eq(mactab_inherit(old, heir), 0);
	while (!mactab_copy(old, 100))
		;
	mactab_set(heir, MACS, 2, MACTAB_STATIC, 0);
	mactab_remove(old, MACS);
	ck_assert(mactab_get(heir, MACS, &e));
	ck_assert_uint_eq(e.port, 2);
	/* It was counted as learned in the heir, and in the old table no more. */
	ck_assert_uint_eq(mactab_lost(old, 1), UINT32_MAX);
}
END_TEST

START_TEST(a_later_time_is_taken_over_and_an_earlier_one_is_not)
{
	struct mactab_entry e;

	begin(64, 64);
	mactab_set(old, MACS, 1, 0, NOW);
	mactab_seen_at(old, MACS, NOW - 1);
	mactab_get(old, MACS, &e);
	ck_assert_uint_eq(e.seen, NOW);
	mactab_seen_at(old, MACS, NOW + 5);
	mactab_get(old, MACS, &e);
	ck_assert_uint_eq(e.seen, NOW + 5);
	mactab_seen_at(old, MACS + 1, NOW);
	ck_assert_uint_eq(mactab_count(old), 1);
}
END_TEST

START_TEST(a_table_says_what_memory_it_has)
{
	begin(64, 1 << 20);
	ck_assert_uint_eq(mactab_pages(heir)->size, mactab_size(1 << 20));
	ck_assert_uint_eq(mactab_size(1 << 20), 32 << 20);
	ck_assert_uint_eq(mactab_size(MACTAB_MAX), 512 << 20);
	while (mactab_free_some(heir))
		;
	heir = NULL;
}
END_TEST

/* Each of the two by its own size. */
START_TEST(a_table_larger_than_the_caches_is_far)
{
	begin(1, 1 << 20);
	ck_assert(!old->far);
	ck_assert(heir->far);
	ck_assert_uint_ge(mactab_size(1 << 20), heir->body->far);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("mactab_heir");
	TCase *tc = tcase_create("mactab_heir");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(
		tc,
		an_heir_has_what_is_learned_before_during_and_after_the_copy, 0,
		sizeof(sizes) / sizeof(sizes[0]));
	tcase_add_test(tc, a_copy_looks_at_no_more_slots_than_it_is_asked_to);
	tcase_add_test(tc,
		       an_address_that_is_the_configurations_in_the_heir_stays);
	tcase_add_test(tc,
		       a_later_time_is_taken_over_and_an_earlier_one_is_not);
	tcase_add_test(tc, a_table_says_what_memory_it_has);
	tcase_add_test(tc, a_table_larger_than_the_caches_is_far);
	suite_add_tcase(s, tc);
	return check_run(s);
}
