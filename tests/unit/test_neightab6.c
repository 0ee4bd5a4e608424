/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/neightab6.h"

#include <check.h>
#include <malloc.h>
#include <string.h>

#include "tests/check_run.h"
#include "tests/random32.h"

#define CAPACITY  64
#define SHARE     16 /* so that four ports fill it */
#define PERMANENT NEIGHTAB6_NO_PORT

static const uint64_t secret[2] = { UINT64_C(0x0123456789abcdef),
				    UINT64_C(0xfedcba9876543210) };

static struct neightab *table;
static struct neightab6 *t;

/* The last call of neightab6_gone(). */
static unsigned int ngone;
static uint32_t last_slot;
static struct neightab6_entry last;

struct address {
	uint8_t octet[16];
};

/* 2001:7f8::n */
static struct address
number(uint32_t n)
{
	return (struct address){ { 0x20, 0x01, 0x07, 0xf8, [12] = n >> 24,
				   n >> 16 & 0xff, n >> 8 & 0xff, n & 0xff } };
}

static void
note_gone(void *arg, uint32_t slot, const struct neightab6_entry *e)
{
	struct neightab6 **tp = arg;

	ck_assert_ptr_null(neightab6_entry(*tp, slot));
	ck_assert_uint_eq(neightab_slot6(table, e->address), NEIGHTAB_NONE);
	ngone++;
	last_slot = slot;
	last = *e;
}

static void
make(uint32_t capacity)
{
	table = neightab_create6(neightab6_slots(capacity), secret);
	ck_assert_ptr_nonnull(table);
	t = neightab6_create(table, capacity, note_gone, &t);
	ck_assert_ptr_nonnull(t);
	ngone = 0;
}

static void
teardown(void)
{
	neightab6_free(t);
	neightab_free(table);
}

static void
setup(void)
{
	make(CAPACITY);
}

static void
make_anew(uint32_t capacity)
{
	teardown();
	make(capacity);
}

static uint32_t
add(uint32_t n, uint16_t port)
{
	return neightab6_add(t, number(n).octet, port);
}

static uint32_t
find(uint32_t n)
{
	uint32_t slot = neightab6_find(t, number(n).octet);

	ck_assert_uint_eq(neightab_slot6(table, number(n).octet), slot);
	return slot;
}

static void
rank(uint32_t n, enum neightab6_rank rank)
{
	neightab6_set_rank(t, find(n), rank);
}

/* 0 to n - 1, SHARE for each port from 0 on. */
static void
fill(uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		ck_assert_uint_ne(add(i, (uint16_t)(i / SHARE)), NEIGHTAB_NONE);
	ck_assert_uint_eq(ngone, 0);
}

/* Whether to give 'n' a slot costs that of 'victim', and no other. */
static bool
pushes_out(uint32_t n, uint16_t port, uint32_t victim)
{
	uint32_t slot = find(victim);
	unsigned int before = ngone;

	return slot != NEIGHTAB_NONE && add(n, port) != NEIGHTAB_NONE &&
	       ngone == before + 1 && last_slot == slot &&
	       memcmp(last.address, number(victim).octet, 16) == 0 &&
	       find(victim) == NEIGHTAB_NONE && find(n) != NEIGHTAB_NONE;
}

/* Whether 'n' gets no slot, and no other loses one. */
static bool
gets_no_slot(uint32_t n, uint16_t port)
{
	uint32_t count = neightab6_count(t);
	unsigned int before = ngone;

	return add(n, port) == NEIGHTAB_NONE && ngone == before &&
	       neightab6_count(t) == count && find(n) == NEIGHTAB_NONE;
}

START_TEST(there_are_twice_as_many_slots_as_entries)
{
	ck_assert_uint_eq(neightab6_slots(1), 8);
	ck_assert_uint_eq(neightab6_slots(4), 8);
	ck_assert_uint_eq(neightab6_slots(5), 16);
	ck_assert_uint_eq(neightab6_slots(4096), 8192);
	ck_assert_uint_eq(neightab6_slots(4097), 16384);
}
END_TEST

START_TEST(a_share_is_a_quarter_or_sixteen)
{
	ck_assert_uint_eq(neightab6_share(4096), 1024);
	ck_assert_uint_eq(neightab6_share(68), 17);
	ck_assert_uint_eq(neightab6_share(64), 16);
	ck_assert_uint_eq(neightab6_share(1), 16);
}
END_TEST

START_TEST(what_was_added_is_found_and_nothing_else)
{
	uint32_t slot;

	ck_assert_uint_eq(find(1), NEIGHTAB_NONE);
	slot = add(1, 7);
	ck_assert_uint_lt(slot, table->n);
	ck_assert_uint_eq(find(1), slot);
	ck_assert_uint_eq(find(2), NEIGHTAB_NONE);
	ck_assert_uint_eq(neightab6_count(t), 1);
}
END_TEST

START_TEST(an_entry_is_read_as_it_was_written)
{
	uint32_t slot = add(1, 7), other = add(2, PERMANENT);
	const struct neightab6_entry *e = neightab6_entry(t, slot);

	ck_assert_ptr_nonnull(e);
	ck_assert_mem_eq(e->address, number(1).octet, 16);
	ck_assert_uint_eq(e->port, 7);
	ck_assert_uint_eq(e->rank, NEIGHTAB6_FIRST);
	neightab6_set_rank(t, slot, NEIGHTAB6_LAST);
	ck_assert_uint_eq(e->rank, NEIGHTAB6_LAST);
	ck_assert_uint_eq(neightab6_entry(t, other)->port, PERMANENT);
	for (uint32_t i = 0; i < table->n; i++)
		if (i != slot && i != other)
			ck_assert_ptr_null(neightab6_entry(t, i));
}
END_TEST

START_TEST(new_entry_has_no_owner)
{
	uint32_t slot;

	for (uint32_t i = 0; i < table->n; i++) {
		atomic_store(&table->owner[i], neightab_owner(3, 4, 0));
		atomic_store(&table->held[i], NEIGHTAB_DEAD);
		atomic_store(&table->liveness[i], NEIGHTAB_SEEN);
	}
	slot = add(1, 7);
	ck_assert_uint_eq(neightab_get_owner(table, slot), 0);
	ck_assert_int_eq(neightab_get_held(table, slot), NEIGHTAB_FREE);
	ck_assert(!neightab_take_seen(table, slot));
	neightab6_set_rank(t, slot, NEIGHTAB6_STAYS);
	neightab6_remove(t, slot);
	ck_assert_uint_eq(add(1, 7), slot);
	ck_assert_uint_eq(neightab6_entry(t, slot)->rank, NEIGHTAB6_FIRST);
	slot ^= 1;
	ck_assert_uint_ne(neightab_get_owner(table, slot), 0);
	ck_assert(neightab_take_seen(table, slot));
}
END_TEST

START_TEST(entry_added_again_is_unchanged)
{
	uint32_t slot = add(1, 7);

	atomic_store(&table->owner[slot], 5);
	neightab6_set_rank(t, slot, NEIGHTAB6_LAST);
	ck_assert_uint_eq(add(1, 8), slot);
	ck_assert_uint_eq(neightab6_entry(t, slot)->port, 7);
	ck_assert_uint_eq(neightab6_entry(t, slot)->rank, NEIGHTAB6_LAST);
	ck_assert_uint_eq(neightab_get_owner(table, slot), 5);
	ck_assert_uint_eq(neightab6_count(t), 1);
}
END_TEST

START_TEST(what_was_removed_is_not_found)
{
	uint32_t slot = add(1, 7), other = add(2, 7);

	neightab6_remove(t, slot);
	ck_assert_uint_eq(find(1), NEIGHTAB_NONE);
	ck_assert_ptr_null(neightab6_entry(t, slot));
	ck_assert_uint_eq(find(2), other);
	ck_assert_uint_eq(neightab6_count(t), 1);
	ck_assert_uint_eq(ngone, 0);
	ck_assert_uint_ne(add(1, 7), NEIGHTAB_NONE);
}
END_TEST

/* The address number 1 is at port 4 now, 2 at the port itself. */
static uint16_t
heir(void *arg, uint32_t slot)
{
	(void)arg;
	return slot == find(1) ? 4 : slot == find(2) ? 3 : NEIGHTAB6_NO_PORT;
}

START_TEST(an_entry_that_another_port_has_is_charged_to_it)
{
	uint32_t slot = add(1, 3);

	add(2, 3);
	add(5, 3);
	neightab6_release(t, 3, heir);
	ck_assert_uint_eq(find(1), slot);
	ck_assert_uint_eq(neightab6_entry(t, slot)->port, 4);
	ck_assert_uint_eq(find(2), NEIGHTAB_NONE);
	ck_assert_uint_eq(find(5), NEIGHTAB_NONE);
	ck_assert_uint_eq(ngone, 2);
	neightab6_release(t, 4, NULL);
	ck_assert_uint_eq(neightab6_count(t), 0);
}
END_TEST

START_TEST(an_heir_gets_no_more_than_its_share)
{
	for (unsigned int i = 0; i < neightab6_share(CAPACITY); i++)
		add(100 + i, 4);
	add(1, 3);
	neightab6_release(t, 3, heir);
	ck_assert_uint_eq(find(1), NEIGHTAB_NONE);
	ck_assert_uint_eq(neightab6_count(t), neightab6_share(CAPACITY));
}
END_TEST

START_TEST(vacant_slot_does_nothing)
{
	neightab6_remove(t, 3);
	neightab6_touch(t, 3);
	neightab6_set_rank(t, 3, NEIGHTAB6_STAYS);
	ck_assert_uint_eq(neightab6_count(t), 0);
	neightab6_release(t, 0, NULL);
	ck_assert_uint_eq(ngone, 0);
	fill(CAPACITY);
	ck_assert(pushes_out(1000, 4, 0));
	ck_assert(pushes_out(1001, 4, 1));
}
END_TEST

/* In a table of one bucket, 2 appears where 1 is. */
START_TEST(two_addresses_of_one_tag_are_not_taken_for_each_other)
{
	uint32_t slot;
	uint64_t tag;

	make_anew(1);
	slot = add(1, 7);
	tag = atomic_load(&table->tag[slot]);
	atomic_store(&table->tag[slot], neightab_tag6(table, number(2).octet));
	ck_assert_uint_eq(neightab6_find(t, number(2).octet), NEIGHTAB_NONE);
	ck_assert_uint_eq(add(2, 7), NEIGHTAB_NONE);
	ck_assert_uint_eq(add(2, PERMANENT), NEIGHTAB_NONE);
	atomic_store(&table->tag[slot], tag);
	ck_assert_uint_eq(find(1), slot);
	ck_assert_uint_eq(neightab6_entry(t, slot)->port, 7);
}
END_TEST

START_TEST(least_recently_requested_entry_of_a_full_table_goes)
{
	fill(CAPACITY);
	neightab6_touch(t, find(0));
	ck_assert_uint_ne(add(2, 9), NEIGHTAB_NONE);
	ck_assert_uint_eq(ngone, 0);
	ck_assert(pushes_out(1000, 4, 1));
	ck_assert(pushes_out(1001, 4, 3));
	for (uint32_t i = 4; i < CAPACITY; i++)
		ck_assert(pushes_out(1000 + i, (uint16_t)(4 + i / 8), i));
	ck_assert(pushes_out(2000, 99, 0));
	ck_assert(pushes_out(2001, 99, 2));
	ck_assert(pushes_out(2002, 99, 1000));
	ck_assert_uint_eq(neightab6_count(t), CAPACITY);
}
END_TEST

START_TEST(no_entry_goes_if_the_table_is_not_full)
{
	fill(CAPACITY - 1);
	ck_assert_uint_ne(add(1000, 4), NEIGHTAB_NONE);
	ck_assert_uint_eq(ngone, 0);
	ck_assert_uint_eq(neightab6_count(t), CAPACITY);
	neightab6_remove(t, find(30));
	ck_assert_uint_ne(add(1001, 4), NEIGHTAB_NONE);
	ck_assert_uint_eq(ngone, 0);
	ck_assert(pushes_out(1002, 4, 0));
}
END_TEST

START_TEST(dead_entries_go_after_suspected_ones)
{
	fill(CAPACITY);
	for (uint32_t i = 0; i < CAPACITY; i++)
		if (i != 20 && i != 40)
			rank(i, NEIGHTAB6_LAST);
	ck_assert(pushes_out(1000, 4, 20));
	rank(1000, NEIGHTAB6_LAST);
	ck_assert(pushes_out(1001, 5, 40));
	rank(1001, NEIGHTAB6_LAST);
	ck_assert(pushes_out(1002, 6, 0));
	ck_assert(pushes_out(1003, 7, 1002));
	rank(1003, NEIGHTAB6_LAST);
	rank(30, NEIGHTAB6_FIRST);
	ck_assert(pushes_out(1004, 7, 30));
}
END_TEST

START_TEST(rank_keeps_the_order_of_requests)
{
	fill(CAPACITY);
	for (uint32_t i = CAPACITY; i-- > 0;)
		rank(i, NEIGHTAB6_LAST);
	for (uint32_t i = 0; i < 8; i++) {
		ck_assert(pushes_out(1000 + i, 4, i));
		rank(1000 + i, NEIGHTAB6_LAST);
	}
}
END_TEST

START_TEST(alive_entries_never_go)
{
	fill(CAPACITY);
	for (uint32_t i = 0; i < CAPACITY; i++)
		rank(i, NEIGHTAB6_STAYS);
	ck_assert(gets_no_slot(1000, 4));
	rank(33, NEIGHTAB6_LAST);
	ck_assert(pushes_out(1000, 4, 33));
	rank(1000, NEIGHTAB6_STAYS);
	ck_assert(gets_no_slot(1001, 4));
}
END_TEST

/* Four ports have filled the table with entries in use; a fifth comes late. */
START_TEST(a_latecomer_gets_as_many_as_each_of_the_others_keeps)
{
	uint32_t got = 0;

	fill(CAPACITY);
	for (uint32_t i = 0; i < CAPACITY; i++)
		rank(i, NEIGHTAB6_USED);
	neightab6_set_rank(t, find(SHARE), NEIGHTAB6_STAYS);
	for (uint32_t i = 0; i < CAPACITY; i++) {
		uint32_t slot = add(1000 + i, 4);

		if (slot == NEIGHTAB_NONE)
			break;
		neightab6_set_rank(t, slot, NEIGHTAB6_USED);
		got++;
	}
	/* 64 among five ports. */
	ck_assert_uint_eq(got, 12);
	ck_assert_uint_eq(ngone, 12);
	ck_assert_uint_eq(neightab6_count(t), CAPACITY);
	/* The oldest of each went, and none that stays. */
	ck_assert_uint_eq(find(0), NEIGHTAB_NONE);
	ck_assert_uint_ne(find(SHARE), NEIGHTAB_NONE);
	ck_assert_uint_eq(find(SHARE + 1), NEIGHTAB_NONE);
	ck_assert_uint_ne(find(SHARE - 1), NEIGHTAB_NONE);
	/* The four get nothing back. */
	for (uint16_t port = 0; port < 4; port++)
		ck_assert(gets_no_slot(2000 + port, port));
	/* And none of those that are permanent goes. */
	for (uint32_t i = 0; i < 12; i++)
		add(1000 + i, PERMANENT);
	for (uint32_t i = 0; i < CAPACITY; i++)
		add(3000 + i, 5);
	for (uint32_t i = 0; i < 12; i++)
		ck_assert_uint_ne(find(1000 + i), NEIGHTAB_NONE);
}
END_TEST

START_TEST(a_port_that_has_used_its_share_pushes_out_its_own)
{
	fill(2 * SHARE);
	ck_assert(pushes_out(1000, 1, SHARE));
	ck_assert(pushes_out(1001, 1, SHARE + 1));
	rank(SHARE + 2, NEIGHTAB6_LAST);
	ck_assert(pushes_out(1002, 1, SHARE + 3));
	ck_assert_uint_eq(neightab6_count(t), 2 * SHARE);
	ck_assert_uint_ne(add(1003, 2), NEIGHTAB_NONE);
	ck_assert_uint_eq(ngone, 3);
}
END_TEST

START_TEST(port_whose_entries_are_all_alive_gets_no_more)
{
	fill(2 * SHARE);
	for (uint32_t i = SHARE; i < 2 * SHARE; i++)
		rank(i, NEIGHTAB6_STAYS);
	ck_assert(gets_no_slot(1000, 1));
	ck_assert_uint_ne(add(1000, 2), NEIGHTAB_NONE);
	neightab6_remove(t, find(SHARE));
	ck_assert_uint_ne(add(1001, 1), NEIGHTAB_NONE);
	rank(1001, NEIGHTAB6_STAYS);
	ck_assert(gets_no_slot(1002, 1));
}
END_TEST

START_TEST(entries_of_a_port_that_is_gone_are_removed)
{
	fill(2 * SHARE);
	add(1000, PERMANENT);
	rank(SHARE, NEIGHTAB6_STAYS);
	rank(SHARE + 1, NEIGHTAB6_LAST);
	neightab6_release(t, 1, NULL);
	ck_assert_uint_eq(ngone, SHARE);
	ck_assert_uint_eq(neightab6_count(t), SHARE + 1);
	for (uint32_t i = 0; i < 2 * SHARE; i++)
		ck_assert_int_eq(find(i) != NEIGHTAB_NONE, i < SHARE);
	ck_assert_uint_ne(find(1000), NEIGHTAB_NONE);
	for (uint32_t i = 0; i < SHARE; i++)
		ck_assert_uint_ne(add(2000 + i, 1), NEIGHTAB_NONE);
	ck_assert_uint_eq(ngone, SHARE);
	neightab6_release(t, 3, NULL);
	ck_assert_uint_eq(ngone, SHARE);
}
END_TEST

START_TEST(permanent_entry_never_goes)
{
	for (uint32_t i = 0; i < CAPACITY - 1; i++)
		ck_assert_uint_ne(add(i, PERMANENT), NEIGHTAB_NONE);
	ck_assert_uint_ne(add(1000, 1), NEIGHTAB_NONE);
	for (uint32_t i = 1; i < 1000; i++)
		ck_assert(pushes_out(1000 + i, 1, 999 + i));
	ck_assert_uint_eq(neightab6_count(t), CAPACITY);
	neightab6_remove(t, find(0));
	ck_assert_uint_ne(add(5000, 1), NEIGHTAB_NONE);
	ck_assert_uint_eq(ngone, 999);
}
END_TEST

START_TEST(a_permanent_entry_takes_the_place_of_any_other)
{
	fill(CAPACITY);
	for (uint32_t i = 0; i < CAPACITY; i++)
		rank(i, NEIGHTAB6_STAYS);
	rank(50, NEIGHTAB6_LAST);
	ck_assert(pushes_out(1000, PERMANENT, 50));
	for (uint32_t i = 0; i < CAPACITY; i++)
		if (i != 50)
			ck_assert(pushes_out(1001 + i, PERMANENT, i));
	ck_assert(gets_no_slot(2000, PERMANENT));
	ck_assert(gets_no_slot(2000, 1));
}
END_TEST

START_TEST(permanent_entry_is_charged_to_no_port)
{
	fill(SHARE);
	ck_assert_uint_eq(add(3, PERMANENT), find(3));
	ck_assert_uint_eq(neightab6_entry(t, find(3))->port, PERMANENT);
	ck_assert_uint_ne(add(1000, 0), NEIGHTAB_NONE);
	ck_assert_uint_eq(ngone, 0);
	ck_assert(pushes_out(1001, 0, 0));
	ck_assert_uint_eq(add(3, 0), find(3));
	ck_assert_uint_eq(add(3, PERMANENT), find(3));
	ck_assert_uint_eq(neightab6_entry(t, find(3))->port, PERMANENT);
	neightab6_release(t, 0, NULL);
	ck_assert_uint_eq(neightab6_count(t), 1);
	ck_assert_uint_ne(find(3), NEIGHTAB_NONE);
}
END_TEST

/* The next number from '*n' on of which both buckets are the first one. */
static uint32_t
next_of_first_bucket(uint32_t *n)
{
	for (;; ++*n) {
		uint64_t tag = neightab_tag6(table, number(*n).octet);

		if (neightab_bucket6(table, tag) == 0 &&
		    neightab_other_bucket6(table, tag) == 0)
			return (*n)++;
	}
}

/*
 * The first bucket is full of the numbers n[0] to n[7], of ports 2 and 1 by
 * turns; an older entry of port 1 is elsewhere.
 */
static void
fill_a_bucket(uint32_t n[10])
{
	uint32_t next = 0;

	add(1000000, 1);
	for (unsigned int i = 0; i < 10; i++)
		n[i] = next_of_first_bucket(&next);
	for (unsigned int i = 0; i < 8; i++)
		ck_assert_uint_lt(add(n[i], (uint16_t)(2 - i % 2)),
				  NEIGHTAB_BUCKET);
	ck_assert_uint_ge(find(1000000), NEIGHTAB_BUCKET);
}

START_TEST(least_recently_requested_entry_of_full_buckets_goes)
{
	uint32_t n[10];

	fill_a_bucket(n);
	neightab6_touch(t, find(n[0]));
	rank(n[1], NEIGHTAB6_LAST);
	ck_assert(pushes_out(n[8], 3, n[2]));
	ck_assert(pushes_out(n[9], 3, n[3]));
	ck_assert_uint_eq(neightab6_count(t), 9);
	ck_assert_uint_ne(find(1000000), NEIGHTAB_NONE);
}
END_TEST

START_TEST(alive_entries_of_full_buckets_never_go)
{
	uint32_t n[10];

	fill_a_bucket(n);
	for (unsigned int i = 0; i < 8; i++)
		rank(n[i], NEIGHTAB6_STAYS);
	ck_assert(gets_no_slot(n[8], 3));
	ck_assert(pushes_out(n[8], PERMANENT, n[0]));
	for (unsigned int i = 1; i < 8; i++)
		add(n[i], PERMANENT);
	ck_assert(gets_no_slot(n[9], PERMANENT));
	ck_assert_uint_ne(add(2000000, 3), NEIGHTAB_NONE);
}
END_TEST

START_TEST(port_without_share_pushes_out_its_own_from_full_buckets)
{
	uint32_t n[10];

	fill_a_bucket(n);
	for (uint32_t i = 0; i < SHARE - 5; i++)
		add(2000000 + i, 1);
	ck_assert_uint_eq(ngone, 0);
	ck_assert(pushes_out(n[8], 1, n[1]));
	ck_assert(pushes_out(n[9], 3, n[0]));
	neightab6_remove(t, find(n[9]));
	add(n[0], 2);
	for (unsigned int i = 3; i <= 8; i++)
		rank(n[i],
		     i % 2 != 0 || i == 8 ? NEIGHTAB6_STAYS : NEIGHTAB6_FIRST);
	ck_assert(gets_no_slot(n[9], 1));
	ck_assert(pushes_out(n[9], 3, n[2]));
}
END_TEST

static uint32_t
request_at_random(uint16_t port)
{
	struct address a = number(random32());

	memcpy(a.octet + 4, &(uint32_t){ random32() }, 4);
	memcpy(a.octet + 8, &(uint32_t){ random32() }, 4);
	return neightab6_add(t, a.octet, port);
}

/* The first 500 of 1000 entries are permanent, the others alive. */
static void
settle(uint32_t slot[1000])
{
	make_anew(4096);
	for (uint32_t i = 0; i < 1000; i++) {
		slot[i] = add(i, i < 500 ? PERMANENT : (uint16_t)(i % 100));
		ck_assert_uint_ne(slot[i], NEIGHTAB_NONE);
		if (i >= 500)
			rank(i, NEIGHTAB6_STAYS);
	}
}

START_TEST(a_hundred_thousand_targets_at_random_push_out_none_that_stays)
{
	uint32_t slot[1000];
	unsigned int added = 0;
	size_t memory;

	settle(slot);
	memory = mallinfo2().uordblks;
	for (unsigned int i = 0; i < 100000; i++)
		added +=
			request_at_random((uint16_t)(i % 100)) != NEIGHTAB_NONE;
	ck_assert_uint_eq(mallinfo2().uordblks, memory);
	ck_assert_uint_eq(neightab6_count(t), 4096);
	ck_assert_uint_eq(added, 100000);
	ck_assert_uint_eq(ngone, 100000 - 3096);
	for (uint32_t i = 0; i < 1000; i++)
		ck_assert_uint_eq(find(i), slot[i]);
}
END_TEST

START_TEST(a_port_that_scans_takes_nothing_from_another)
{
	uint32_t slot[1000];

	settle(slot);
	for (uint32_t i = 1000; i < 2000; i++)
		add(i, (uint16_t)(i % 100));
	for (unsigned int i = 0; i < 100000; i++)
		ck_assert_uint_ne(request_at_random(100), NEIGHTAB_NONE);
	ck_assert_uint_eq(neightab6_count(t), 2000 + 1024);
	for (uint32_t i = 0; i < 2000; i++)
		ck_assert_uint_ne(find(i), NEIGHTAB_NONE);
}
END_TEST

/* Over many secrets: a table at its capacity has hardly ever a full bucket. */
START_TEST(a_table_holds_what_it_was_made_for)
{
	for (uint64_t i = 0; i < 20; i++) {
		teardown();
		table = neightab_create6(neightab6_slots(4096),
					 (const uint64_t[]){ i, 0 });
		t = neightab6_create(table, 4096, note_gone, &t);
		for (uint32_t n = 0; n < 4096; n++)
			add(n, PERMANENT);
		ck_assert_uint_eq(neightab6_count(t), 4096);
	}
}
END_TEST

static TCase *
contract(void)
{
	TCase *tc = tcase_create("contract");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, there_are_twice_as_many_slots_as_entries);
	tcase_add_test(tc, a_share_is_a_quarter_or_sixteen);
	tcase_add_test(tc, what_was_added_is_found_and_nothing_else);
	tcase_add_test(tc, an_entry_is_read_as_it_was_written);
	tcase_add_test(tc, new_entry_has_no_owner);
	tcase_add_test(tc, entry_added_again_is_unchanged);
	tcase_add_test(tc, what_was_removed_is_not_found);
	tcase_add_test(tc, an_entry_that_another_port_has_is_charged_to_it);
	tcase_add_test(tc, an_heir_gets_no_more_than_its_share);
	tcase_add_test(tc, vacant_slot_does_nothing);
	tcase_add_test(tc,
		       two_addresses_of_one_tag_are_not_taken_for_each_other);
	return tc;
}

static TCase *
order(void)
{
	TCase *tc = tcase_create("order");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, least_recently_requested_entry_of_a_full_table_goes);
	tcase_add_test(tc, no_entry_goes_if_the_table_is_not_full);
	tcase_add_test(tc, dead_entries_go_after_suspected_ones);
	tcase_add_test(tc, rank_keeps_the_order_of_requests);
	tcase_add_test(tc, alive_entries_never_go);
	tcase_add_test(tc,
		       a_latecomer_gets_as_many_as_each_of_the_others_keeps);
	tcase_add_test(tc, a_port_that_has_used_its_share_pushes_out_its_own);
	tcase_add_test(tc, port_whose_entries_are_all_alive_gets_no_more);
	tcase_add_test(tc, entries_of_a_port_that_is_gone_are_removed);
	tcase_add_test(tc, permanent_entry_never_goes);
	tcase_add_test(tc, a_permanent_entry_takes_the_place_of_any_other);
	tcase_add_test(tc, permanent_entry_is_charged_to_no_port);
	tcase_add_test(tc, least_recently_requested_entry_of_full_buckets_goes);
	tcase_add_test(tc, alive_entries_of_full_buckets_never_go);
	tcase_add_test(tc,
		       port_without_share_pushes_out_its_own_from_full_buckets);
	return tc;
}

static TCase *
crowd(void)
{
	TCase *tc = tcase_create("crowd");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(
		tc,
		a_hundred_thousand_targets_at_random_push_out_none_that_stays);
	tcase_add_test(tc, a_port_that_scans_takes_nothing_from_another);
	tcase_add_test(tc, a_table_holds_what_it_was_made_for);
	return tc;
}

int
main(void)
{
	Suite *s = suite_create("neigh6");

	suite_add_tcase(s, contract());
	suite_add_tcase(s, order());
	suite_add_tcase(s, crowd());
	return check_run(s);
}
