/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The MAC table with one writer and several readers, as control and workers use
 * it.  For the thread sanitizer:
 *
 *	meson setup build-tsan -Db_sanitize=thread -Db_lundef=false
 *	meson test -C build-tsan mactab_threads
 */
#include "lib/mactab.h"

#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "tests/check_run.h"

#define READERS 3
#define ROUNDS  20    /* each with a table, and so with a secret, of its own */
#define CHANGES 20000 /* in a round */
#define BURSTS  200   /* that each reader makes in a round, at least */

/*
 * Of 42 addresses 12 are always there, one of them moving between two ports;
 * the others come and go, in a table of 32 slots: often it is full, and many
 * are not in the bucket where they belong.
 */
#define MACS    42
#define PRESENT 12
#define MOVER   0
#define HERE    0x555
#define THERE   0xaaa

static uint64_t mac[MACS];
static struct mactab *t; /* set before the readers start */
static atomic_bool stop;
static atomic_uint wrong;
static atomic_uint bursts[READERS];

/* Whether an address may be on this port, seen at any moment. */
static bool
is_possible(unsigned int i, uint16_t port)
{
	if (i == MOVER)
		return port == HERE || port == THERE;
	return port == i || (i >= PRESENT && port == MACTAB_NO_PORT);
}

static void *
reader(void *arg)
{
	atomic_uint *done = arg;

	while (!atomic_load(&stop)) {
		uint16_t port[MACS];
		uint32_t place[MACS];
		unsigned int n = atomic_fetch_add(done, 1);

		mactab_find(t, mac, UINT64_MAX >> (64 - MACS), port, place);
		for (unsigned int i = 0; i < MACS; i++)
			if (!is_possible(i, port[i]))
				atomic_fetch_add(&wrong, 1);
		mactab_touch(t, place, UINT64_MAX >> (64 - MACS), n);
	}
	return NULL;
}

static bool
keep_present(void *arg, const struct mactab_entry *e)
{
	(void)arg;
	return e->port < PRESENT || e->port == HERE || e->port == THERE;
}

/* The others first, so that some of the present are not where they belong. */
static void
fill(void)
{
	for (unsigned int i = MACS; i-- > 0;)
		if (i < PRESENT || i >= MACS - 20)
			ck_assert_int_eq(mactab_set(t, mac[i],
						    i == MOVER ? HERE : i,
						    MACTAB_STATIC, 0),
					 0);
}

static void
change(unsigned int n)
{
	unsigned int i = PRESENT + (unsigned int)rand() % (MACS - PRESENT);

	mactab_set(t, mac[MOVER], n % 2 == 0 ? THERE : HERE, MACTAB_STATIC, n);
	if (n % 1000 == 0)
		mactab_each(t, keep_present, NULL);
	else if (!mactab_remove(t, mac[i]))
		mactab_set(t, mac[i], i, MACTAB_STATIC, n);
}

/* Until the changes are made, and every reader has seen some of them. */
static void
write_round(void)
{
	unsigned int before[READERS];
	unsigned int n = 0;

	for (unsigned int i = 0; i < READERS; i++)
		before[i] = atomic_load(&bursts[i]);
	for (unsigned int i = 0; i < READERS; i++)
		while (n < CHANGES ||
		       atomic_load(&bursts[i]) - before[i] < BURSTS)
			change(n++);
}

static void
one_round(void)
{
	pthread_t thread[READERS];

	t = mactab_create(1);
	ck_assert_ptr_nonnull(t);
	fill();
	atomic_store(&stop, false);
	for (unsigned int i = 0; i < READERS; i++)
		ck_assert_int_eq(
			pthread_create(&thread[i], NULL, reader, &bursts[i]),
			0);
	write_round();
	atomic_store(&stop, true);
	for (unsigned int i = 0; i < READERS; i++)
		pthread_join(thread[i], NULL);
	mactab_free(t);
}

START_TEST(an_entry_is_found_while_others_change)
{
	for (unsigned int i = 0; i < ROUNDS; i++)
		one_round();
	ck_assert_uint_eq(atomic_load(&wrong), 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("mactab_threads");
	TCase *tc = tcase_create("mactab_threads");

	for (unsigned int i = 0; i < MACS; i++)
		mac[i] = UINT64_C(0x020000000001) + i;
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, an_entry_is_found_while_others_change);
	suite_add_tcase(s, tc);
	return check_run(s);
}
