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
		if (count >= (flags & MACTAB_STATIC ? ROOM : ROOM / 2))
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
	mactab_find(t, mac, MACS, port, place);
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

static void
same_as_model(void)
{
	uint64_t mac[MACS];
	uint16_t port[MACS];

	for (unsigned int i = 0; i < MACS; i++)
		mac[i] = model[i].mac;
	mactab_find(t, mac, MACS, port, NULL);
	for (unsigned int i = 0; i < MACS; i++)
		if (!is_same(&model[i], port[i]))
			ck_abort_msg("entry %u differs", i);
	ck_assert_uint_eq(mactab_count(t), count);
}

/* Counts again what each bucket passed on. */
static void
count_passed_on(uint32_t passed_on[PROBES])
{
	for (size_t slot = 0; slot < ROOM; slot++) {
		uint64_t e = load(t, slot);
		uint64_t h = hash(t, mac_of(e));

		if (!is_entry(e))
			continue;
		for (size_t b = first_bucket(t, h); b != (slot & t->mask);
		     b = next_bucket(t, h, b))
			passed_on[b / SLOTS]++;
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
	for (size_t slot = 0; slot < ROOM; slot++) {
		uint64_t e = load(t, slot);

		if (is_entry(e))
			continue;
		if ((e == EMPTY) != (passed_on[slot / SLOTS] == 0))
			ck_abort_msg("slot %zu is 0x%" PRIx64
				     ", and %u were passed on",
				     slot, e, passed_on[slot / SLOTS]);
	}
	ck_assert_mem_eq(t->passed_on, passed_on, sizeof(passed_on));
}

START_TEST(the_table_agrees_with_a_plain_array)
{
	size_t fullest = 0, emptiest = MACS;

	for (uint32_t now = 0; now < 100000; now++) {
		/* By turns it fills up and empties. */
		operate(now / 500 % 2 == 0 ? 7 : 1, now);
		same_as_model();
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
 * 256th.  By chance some 60 of these go elsewhere; a poor hash sends thousands.
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
		for (size_t b = 0; b < run->mask / SLOTS + 1; b++)
			passed_on += run->passed_on[b];
		mactab_free(run);
	}
	ck_assert_uint_lt(passed_on, 200);
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
