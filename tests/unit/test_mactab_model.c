/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The MAC table against a plain array, with random operations; after each of
 * them the rules of the buckets are checked, which needs a look inside.
 */
#include "lib/mactab.c"

#include <check.h>
#include <inttypes.h>

#include "tests/check_run.h"
#include "tests/random32.h"

#define ALICE UINT64_C(0x020000000001)
#define MACS  48
#define ALL   ((UINT64_C(1) << MACS) - 1)
#define ROOM  (PROBES * SLOTS) /* in the least table: any slot will do */

static struct mactab *t;
static struct mactab_entry model[MACS]; /* port MACTAB_NO_PORT: not there */
static size_t count;

static void
setup(void)
{
	t = mactab_create(1);
	ck_assert_ptr_nonnull(t);
	for (unsigned int i = 0; i < MACS; i++)
		model[i] = (struct mactab_entry){ .mac = ALICE + i,
						  .port = MACTAB_NO_PORT };
}

static void
teardown(void)
{
	mactab_free(t);
}

static bool
is_known(const struct mactab_entry *m)
{
	return m->port != MACTAB_NO_PORT;
}

static int
model_set(struct mactab_entry *m, uint16_t port, unsigned int flags,
	  uint32_t now)
{
	if (!is_known(m)) {
		if (count >= (flags & MACTAB_STATIC ? ROOM : PROBES * MEAN_MAX))
			return -ENOSPC;
		count++;
	} else if ((m->flags & MACTAB_STATIC) && !(flags & MACTAB_STATIC)) {
		return -EPERM;
	}
	m->port = port;
	m->flags = (uint16_t)flags;
	m->seen = now;
	return 0;
}

static bool
model_remove(struct mactab_entry *m)
{
	bool was_known = is_known(m);

	count -= was_known;
	m->port = MACTAB_NO_PORT;
	return was_known;
}

static bool
keep_recent(void *arg, const struct mactab_entry *e)
{
	return e->seen >= *(uint32_t *)arg;
}

static void
expire(uint32_t then)
{
	size_t gone = 0;

	for (unsigned int i = 0; i < MACS; i++)
		if (is_known(&model[i]) && model[i].seen < then)
			gone += model_remove(&model[i]);
	ck_assert_uint_eq(mactab_each(t, keep_recent, &then), gone);
}

static void
touch_all(uint64_t which, uint32_t now)
{
	uint64_t mac[MACS];
	uint16_t port[MACS];
	uint32_t place[MACS];

	for (unsigned int i = 0; i < MACS; i++)
		mac[i] = model[i].mac;
	mactab_find(t, mac, ALL, port, place);
	mactab_touch(t, place, which, now);
	for (unsigned int i = 0; i < MACS; i++)
		if (which >> i & 1)
			model[i].seen = now;
}

/* One operation, on both; 'crowd' is how many in 8 add something. */
static void
operate(unsigned int crowd, uint32_t now)
{
	struct mactab_entry *m = &model[random32() % MACS];
	uint16_t port = random32() % MACTAB_NO_PORT;
	unsigned int flags = random32() % 4;
	unsigned int what = random32() % 256;

	if (what == 0)
		expire(now > 100 ? now - 100 : 0);
	else if (what < 8)
		touch_all(random32() & UINT64_C(0xffffffffffff), now);
	else if (what % 8 < crowd)
		ck_assert_int_eq(mactab_set(t, m->mac, port, flags, now),
				 model_set(m, port, flags, now));
	else
		ck_assert_int_eq(mactab_remove(t, m->mac), model_remove(m));
}

/* Each ck_assert() is a system call: too many of them for every operation. */
static bool
is_same(const struct mactab_entry *m, uint16_t port)
{
	struct mactab_entry e;

	if (port != m->port || mactab_get(t, m->mac, &e) != is_known(m))
		return false;
	return !is_known(m) || (e.mac == m->mac && e.port == m->port &&
				e.flags == m->flags && e.seen == m->seen);
}

/*
 * The lookup in two steps: what it finds is right, and it finds what lies in the
 * first bucket.
 */
static void
match_agrees(const uint64_t *mac, const uint16_t *port)
{
	uint32_t bucket[MACS], place[MACS], found[MACS];
	uint16_t port1[MACS], seen1[MACS], at[MACS];
	uint64_t old;

	mactab_aim(t, mac, MACS, bucket);
	mactab_match(t, mac, bucket, MACS, port1);
	old = mactab_match_seen(t, mac, bucket, MACS, model[0].seen, seen1,
				place);
	mactab_find(t, mac, ALL, at, found);
	ck_assert_mem_eq(port1, seen1, sizeof(port1));
	for (unsigned int i = 0; i < MACS; i++) {
		bool first = found[i] != MACTAB_NOWHERE &&
			     bucket_of(found[i]) == bucket[i];

		ck_assert_uint_eq(port1[i], first ? port[i] + 1 : 0);
		if (!first)
			continue;
		ck_assert_uint_eq(place[i], found[i]);
		ck_assert_uint_eq(old >> i & 1, model[i].seen != model[0].seen);
	}
}

static void
same_as_model(uint32_t now)
{
	uint64_t mac[MACS];
	uint16_t port[MACS];

	for (unsigned int i = 0; i < MACS; i++)
		mac[i] = model[i].mac;
	mactab_find(t, mac, ALL, port, NULL);
	for (unsigned int i = 0; i < MACS; i++)
		if (!is_same(&model[i], port[i]))
			ck_abort_msg("entry %u differs", i);
	ck_assert_uint_eq(mactab_count(t), count);
	if (now % 8 == 0)
		match_agrees(mac, port);
}

/* Counts again what each bucket passed on. */
static void
count_passed_on(uint32_t passed_on[PROBES])
{
	for (unsigned int i = 0; i < ROOM; i++) {
		uint64_t e = load(&t->bucket[i / SLOTS], i % SLOTS);
		uint64_t h = hash(t, mac_of(e));

		if (!is_entry(e))
			continue;
		for (size_t b = first_bucket(t, h); b != i / SLOTS;
		     b = next_bucket(t, h, b))
			passed_on[b]++;
	}
}

/*
 * There is no empty slot where a lookup has to go on, and no tombstone where it
 * need not: the marks of an overflow go with it.
 */
static void
buckets_are_sound(void)
{
	uint32_t passed_on[PROBES] = { 0 };

	count_passed_on(passed_on);
	for (unsigned int i = 0; i < ROOM; i++) {
		uint64_t e = load(&t->bucket[i / SLOTS], i % SLOTS);

		if (is_entry(e))
			continue;
		if ((e == EMPTY) != (passed_on[i / SLOTS] == 0))
			ck_abort_msg("slot %u is 0x%" PRIx64
				     ", and %u were passed on",
				     i, e, passed_on[i / SLOTS]);
	}
	for (unsigned int b = 0; b < PROBES; b++)
		ck_assert_uint_eq(t->bucket[b].passed_on, passed_on[b]);
}

START_TEST(the_table_agrees_with_a_plain_array)
{
	size_t fullest = 0, emptiest = MACS;

	for (uint32_t now = 0; now < 100000; now++) {
		/* By turns it fills up and empties. */
		operate(now / 500 % 2 == 0 ? 7 : 1, now);
		same_as_model(now);
		buckets_are_sound();
		fullest = count > fullest ? count : fullest;
		if (now > 1000)
			emptiest = count < emptiest ? count : emptiest;
	}
	ck_assert_uint_eq(fullest, ROOM);
	ck_assert_uint_eq(emptiest, 0);
}
END_TEST

/*
 * A rack of routers: one vendor, addresses in sequence, or every 16th, or every
 * 256th.  By chance one in eighty of these goes elsewhere, some 4,850; a poor hash
 * sends twice as many.
 */
START_TEST(few_consecutive_addresses_find_a_full_bucket)
{
	uint64_t passed_on = 0;

	for (unsigned int i = 0; i < 100; i++) {
		struct mactab *run = mactab_create(4096);

		ck_assert_ptr_nonnull(run);
		for (uint64_t n = 0; n < 4096; n++)
			mactab_set(run, UINT64_C(0x001b21000000) ^ n << 4 * _i,
				   1, 0, 100);
		for (size_t b = 0; b <= run->mask; b++)
			passed_on += run->bucket[b].passed_on;
		mactab_free(run);
	}
	ck_assert_uint_lt(passed_on, 6000);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("mactab_model");
	TCase *tc = tcase_create("mactab_model");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, the_table_agrees_with_a_plain_array);
	tcase_add_loop_test(tc, few_consecutive_addresses_find_a_full_bucket, 0,
			    7);
	suite_add_tcase(s, tc);
	return check_run(s);
}
