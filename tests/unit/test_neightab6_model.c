/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The table of IPv6 addresses against a plain array that does the same, by
 * random operations. The buckets of an address are those of neightab.h.
 */
#include "lib/neightab6.h"

#include <check.h>
#include <string.h>

#include "tests/check_run.h"
#include "tests/random32.h"

#define ADDRESSES 160
#define PORTS     6
#define ALL       NEIGHTAB6_NO_PORT

static const uint64_t secret[2] = { 1, 2 };

/* In small tables some are often in two buckets, so that these fill up. */
static const struct kind {
	uint32_t capacity;
	uint32_t buckets; /* that the addresses come from */
} kinds[] = {
	{ 5, 2 },
	{ 16, 2 },
	{ 40, 3 },
	{ 96, 32 },
};

struct known {
	uint8_t address[16];
	uint64_t tag;
	uint32_t slot; /* NEIGHTAB_NONE: not there */
	uint16_t port;
	uint8_t rank;
	uint64_t asked;
};

static struct neightab *table;
static struct neightab6 *t;
static struct known model[ADDRESSES];
static uint32_t capacity, count;
static uint64_t requests;

/* The entry that must go; neightab6_gone() clears it. */
static uint32_t victims[ADDRESSES];
static unsigned int nvictims;

/* How often rare cases came about. */
static unsigned int full_buckets, full_shares, both, refused, latecomers;

static void
note_gone(void *arg, uint32_t slot, const struct neightab6_entry *e)
{
	(void)arg;
	(void)e;
	for (unsigned int i = 0; i < nvictims; i++)
		if (victims[i] == slot) {
			victims[i] = victims[--nvictims];
			return;
		}
	ck_abort_msg("slot %u should have stayed", slot);
}

static bool
is_known(const struct known *m)
{
	return m->slot != NEIGHTAB_NONE;
}

static bool
is_in(const struct known *m, uint64_t tag)
{
	uint32_t bucket = m->slot / NEIGHTAB_BUCKET * NEIGHTAB_BUCKET;

	return is_known(m) && (bucket == neightab_bucket6(table, tag) ||
			       bucket == neightab_other_bucket6(table, tag));
}

static void
forget(struct known *m)
{
	m->slot = NEIGHTAB_NONE;
	count--;
}

static uint32_t
charged(uint16_t port)
{
	uint32_t n = 0;

	for (unsigned int i = 0; i < ADDRESSES; i++)
		n += is_known(&model[i]) && model[i].port == port;
	return n;
}

static bool
buckets_are_full(uint64_t tag)
{
	unsigned int n = 0;
	bool one = neightab_bucket6(table, tag) ==
		   neightab_other_bucket6(table, tag);

	for (unsigned int i = 0; i < ADDRESSES; i++)
		n += is_in(&model[i], tag);
	return n == (one ? 1 : 2) * NEIGHTAB_BUCKET;
}

static bool
goes_before(const struct known *a, const struct known *b)
{
	return a->rank != b->rank ? a->rank < b->rank : a->asked < b->asked;
}

/*
 * The entry to go, of a port or (ALL) of all ports; in the buckets of a tag or
 * (0) anywhere.
 */
static struct known *
first_to_go(uint16_t port, uint64_t tag)
{
	struct known *first = NULL;

	for (unsigned int i = 0; i < ADDRESSES; i++) {
		struct known *m = &model[i];

		if (!is_known(m) || m->port == ALL ||
		    (port != ALL && m->port != port) ||
		    (tag != 0 && !is_in(m, tag)))
			continue;
		if (first == NULL || goes_before(m, first))
			first = m;
	}
	return first;
}

/* Of entries in use, for a port that has fewer than theirs. */
static struct known *
first_of_most(uint16_t port, uint64_t tag)
{
	struct known *first = NULL;
	uint32_t most = charged(port) + 1;

	for (uint16_t p = 0; p < PORTS; p++) {
		struct known *m = p != port ? first_to_go(p, tag) : NULL;

		if (m == NULL || m->rank == NEIGHTAB6_STAYS ||
		    charged(p) < most || charged(p) <= charged(port) + 1)
			continue;
		most = charged(p);
		first = m;
	}
	return first;
}

/* Whether there is room; notes the entry that must go for it. */
static bool
model_make_room(const struct known *m, uint16_t port)
{
	bool full = buckets_are_full(m->tag);
	bool own = port != ALL && charged(port) >= neightab6_share(capacity);
	struct known *victim;

	if (!full && !own && count < capacity)
		return true;
	full_buckets += full;
	full_shares += own;
	both += full && own;
	victim = first_to_go(own ? port : ALL, full ? m->tag : 0);
	if (victim != NULL && victim->rank >= NEIGHTAB6_USED && port != ALL) {
		victim = own ? NULL : first_of_most(port, full ? m->tag : 0);
		latecomers += victim != NULL;
	}
	if (victim == NULL)
		return false;
	victims[nvictims++] = victim->slot;
	forget(victim);
	return true;
}

/* Whether it has a slot then; the table says which one of its buckets. */
static bool
model_add(struct known *m, uint16_t port)
{
	if (!is_known(m)) {
		if (!model_make_room(m, port))
			return false;
		m->slot = neightab_bucket6(table, m->tag);
		m->port = port;
		m->rank = NEIGHTAB6_FIRST;
		m->asked = ++requests;
		count++;
	} else if (port == ALL) {
		m->port = ALL;
	} else {
		m->asked = ++requests;
	}
	return true;
}

static void
add(struct known *m, uint16_t port)
{
	bool was_known = is_known(m), has = model_add(m, port);
	uint32_t slot = neightab6_add(t, m->address, port);

	if (has != (slot != NEIGHTAB_NONE))
		ck_abort_msg("has a slot: %d", !has);
	refused += !has;
	if (!has)
		return;
	if (was_known && slot != m->slot)
		ck_abort_msg("moved from slot %u to %u", m->slot, slot);
	m->slot = slot;
	if (!is_in(m, m->tag))
		ck_abort_msg("slot %u is not of its buckets", slot);
}

static void
release(uint16_t port)
{
	for (unsigned int i = 0; i < ADDRESSES; i++)
		if (is_known(&model[i]) && model[i].port == port) {
			victims[nvictims++] = model[i].slot;
			forget(&model[i]);
		}
	neightab6_release(t, port, NULL);
}

static void
operate(void)
{
	struct known *m = &model[random32() % ADDRESSES];
	unsigned int what = random32() % 1000;

	if (what < 2) {
		release((uint16_t)(random32() % PORTS));
	} else if (what < 10) {
		add(m, ALL);
	} else if (what < 500) {
		/* Most of it by the first port, so that its share is used. */
		add(m, random32() % 4 != 0 ? 0 : random32() % PORTS);
	} else if (!is_known(m)) {
		return;
	} else if (what < 600) {
		neightab6_touch(t, m->slot);
		m->asked = ++requests;
	} else if (what < 980) {
		m->rank = (uint8_t)(random32() % 4);
		neightab6_set_rank(t, m->slot, (enum neightab6_rank)m->rank);
	} else {
		neightab6_remove(t, m->slot);
		forget(m);
	}
}

/* Each ck_assert() is a system call: too many of them for every operation. */
static bool
is_same(const struct known *m)
{
	const struct neightab6_entry *e;

	if (neightab6_find(t, m->address) != m->slot ||
	    neightab_slot6(table, m->address) != m->slot)
		return false;
	if (!is_known(m))
		return true;
	e = neightab6_entry(t, m->slot);
	return e != NULL && memcmp(e->address, m->address, 16) == 0 &&
	       e->port == m->port && e->rank == m->rank;
}

static void
same_as_model(void)
{
	uint32_t taken = 0;

	for (unsigned int i = 0; i < ADDRESSES; i++)
		if (!is_same(&model[i]))
			ck_abort_msg("address %u differs", i);
	for (uint32_t i = 0; i < table->n; i++)
		taken += neightab6_entry(t, i) != NULL;
	if (taken != count || neightab6_count(t) != count || count > capacity)
		ck_abort_msg("%u entries, %u counted, %u in the model", taken,
			     neightab6_count(t), count);
	if (nvictims != 0)
		ck_abort_msg("slot %u should have gone", victims[0]);
}

/* The next address after '*n' of which one bucket is among the first. */
static void
choose(struct known *m, uint64_t *n, uint32_t buckets)
{
	*m = (struct known){ .slot = NEIGHTAB_NONE };
	do {
		++*n;
		memcpy(m->address, n, sizeof(*n));
		m->tag = neightab_tag6(table, m->address);
	} while (neightab_bucket6(table, m->tag) >= buckets * NEIGHTAB_BUCKET ||
		 neightab_other_bucket6(table, m->tag) >=
			 buckets * NEIGHTAB_BUCKET);
}

static void
run(const struct kind *kind)
{
	uint64_t n = 0;

	capacity = kind->capacity;
	count = 0;
	table = neightab_create6(neightab6_slots(capacity), secret);
	ck_assert_ptr_nonnull(table);
	t = neightab6_create(table, capacity, note_gone, NULL);
	ck_assert_ptr_nonnull(t);
	for (unsigned int i = 0; i < ADDRESSES; i++)
		choose(&model[i], &n, kind->buckets);
	for (unsigned int i = 0; i < 25000; i++) {
		operate();
		same_as_model();
	}
	neightab6_free(t);
	neightab_free(table);
}

START_TEST(the_table_does_what_a_plain_array_does)
{
	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		run(&kinds[i]);
	ck_assert_uint_gt(full_buckets, 1000);
	ck_assert_uint_gt(full_shares, 1000);
	ck_assert_uint_gt(both, 100);
	ck_assert_uint_gt(latecomers, 0);
	ck_assert_uint_gt(refused, 1000);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("neigh6_model");
	TCase *tc = tcase_create("neigh6_model");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, the_table_does_what_a_plain_array_does);
	suite_add_tcase(s, tc);
	return check_run(s);
}
