/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The table of IPv6 addresses under one writer and several readers, as control
 * and workers use it.
 */
#include "lib/neightab6.h"

#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "tests/check_run.h"

#define READERS  3
#define ROUNDS   20    /* each with a table of its own */
#define CHANGES  20000 /* in a round */
#define PASSES   200   /* that each reader makes in a round, at least */
#define CAPACITY 32    /* of 64 slots */

/*
 * Of 64 addresses 12 are permanent and have owners; 40 come and go, more than
 * there is room for; and 12 never come.
 */
#define ADDRESSES 64
#define PRESENT   12
#define ABSENT    52

struct address {
	uint8_t octet[16];
};

static struct address address[ADDRESSES];
static struct neightab *table; /* set before the readers start */
static struct neightab6 *t;    /* the writer's */
static uint32_t place[PRESENT];
static atomic_bool stop;
static atomic_uint wrong;
static atomic_uint passes[READERS];

static bool
is_as_it_stays(unsigned int i, uint32_t slot)
{
	return slot == place[i] &&
	       neightab_get_owner(table, slot) == neightab_owner(i, i, 0);
}

/* What a worker does with a frame from the address, and with one to it. */
static void
meet(unsigned int i)
{
	uint32_t slot = neightab_slot6(table, address[i].octet);

	if (i < PRESENT && !is_as_it_stays(i, slot))
		atomic_fetch_add(&wrong, 1);
	if (i >= ABSENT && slot != NEIGHTAB_NONE)
		atomic_fetch_add(&wrong, 1);
	if (slot != NEIGHTAB_NONE && neightab_see(table, slot))
		neightab_report_failed(table, slot);
}

static void *
reader(void *arg)
{
	atomic_uint *done = arg;

	while (!atomic_load(&stop)) {
		for (unsigned int i = 0; i < ADDRESSES; i++)
			meet(i);
		atomic_fetch_add(done, 1);
	}
	return NULL;
}

static void
change(unsigned int n)
{
	unsigned int i = PRESENT + (unsigned int)rand() % (ABSENT - PRESENT);
	uint32_t slot = neightab6_find(t, address[i].octet);

	if (n % 1000 == 0)
		neightab6_release(t, (uint16_t)(n / 1000 % 4), NULL);
	else if (slot != NEIGHTAB_NONE && n % 2 == 0)
		neightab6_remove(t, slot);
	else
		slot = neightab6_add(t, address[i].octet, (uint16_t)(n % 4));
	if (slot != NEIGHTAB_NONE)
		neightab_watch(table, slot, n % 3 == 0);
}

/* Writes until all changes are made and every reader has seen some of them. */
static void
write_round(void)
{
	unsigned int before[READERS];
	unsigned int n = 0;

	for (unsigned int i = 0; i < READERS; i++)
		before[i] = atomic_load(&passes[i]);
	for (unsigned int i = 0; i < READERS; i++)
		while (n < CHANGES ||
		       atomic_load(&passes[i]) - before[i] < PASSES)
			change(n++);
}

static void
ignore(void *arg, uint32_t slot, const struct neightab6_entry *e)
{
	(void)arg;
	(void)slot;
	(void)e;
}

/* Full at first, so that the present ones push out others. */
static void
fill(uint64_t round)
{
	table = neightab_create6(neightab6_slots(CAPACITY),
				 (const uint64_t[]){ round, 0 });
	ck_assert_ptr_nonnull(table);
	t = neightab6_create(table, CAPACITY, ignore, NULL);
	ck_assert_ptr_nonnull(t);
	for (unsigned int i = PRESENT; i < ABSENT; i++)
		neightab6_add(t, address[i].octet, (uint16_t)(i % 4));
	for (unsigned int i = 0; i < PRESENT; i++) {
		place[i] =
			neightab6_add(t, address[i].octet, NEIGHTAB6_NO_PORT);
		ck_assert_uint_ne(place[i], NEIGHTAB_NONE);
		atomic_store(&table->owner[place[i]], neightab_owner(i, i, 0));
	}
}

static void
one_round(uint64_t round)
{
	pthread_t thread[READERS];

	fill(round);
	atomic_store(&stop, false);
	for (unsigned int i = 0; i < READERS; i++)
		ck_assert_int_eq(
			pthread_create(&thread[i], NULL, reader, &passes[i]),
			0);
	write_round();
	atomic_store(&stop, true);
	for (unsigned int i = 0; i < READERS; i++)
		pthread_join(thread[i], NULL);
	neightab6_free(t);
	neightab_free(table);
}

START_TEST(permanent_entries_are_found_while_others_change)
{
	for (uint64_t i = 0; i < ROUNDS; i++)
		one_round(i);
	ck_assert_uint_eq(atomic_load(&wrong), 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("neigh6_threads");
	TCase *tc = tcase_create("neigh6_threads");

	for (unsigned int i = 0; i < ADDRESSES; i++)
		address[i] = (struct address){ { 0x20, 1, 7, 0xf8, [15] = i } };
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, permanent_entries_are_found_while_others_change);
	suite_add_tcase(s, tc);
	return check_run(s);
}
