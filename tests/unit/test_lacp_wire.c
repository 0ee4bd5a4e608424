/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * LAGs that talk to each other by cables of the test, which take a millisecond and can
 * lose, by a clock that goes from event to event.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/lacp.h"
#include "tests/check_run.h"
#include "tests/random32.h"

#define START  (UINT64_C(1000) * CLOCK_SECOND)
#define DELAY  CLOCK_MILLISECOND
#define SECOND CLOCK_SECOND
#define LAGS   4
#define CABLES 8
#define FLIGHT 64 /* messages under way */
#define NONE   (-1)

struct end {
	int lag;
	unsigned int slot;
};

/* A cable takes what one end sends to the other, which can be the same. */
struct cable {
	struct end end[2];
	unsigned int lose; /* every so many; 0: none; 1: all */
	bool one_way;      /* nothing from the second end to the first */
	unsigned int count[2];
};

struct message {
	uint64_t at; /* arrives */
	struct end to;
	uint8_t octets[LACP_PDU_SIZE];
};

static uint64_t now;
static struct {
	struct lacp lacp;
	bool stands_still; /* neither receives nor does anything */
	uint64_t due;
} lag[LAGS];
static struct cable cable[CABLES];
static unsigned int ncables;
static struct message flight[FLIGHT];
static unsigned int nflight;
static unsigned int nsent[LAGS]; /* LACPDUs */
static bool orderly;       /* no end sends where the other does not receive */
static unsigned int lossy; /* of 100 messages so many are lost */

static void
begin(void)
{
	now = START;
	memset(lag, 0, sizeof(lag));
	memset(nsent, 0, sizeof(nsent));
	for (int i = 0; i < LAGS; i++)
		lag[i].due = UINT64_MAX;
	ncables = nflight = 0;
	orderly = true;
	lossy = 0;
}

static bool
is_lost(struct cable *c, unsigned int from)
{
	c->count[from]++;
	return (c->one_way && from == 1) ||
	       (c->lose != 0 && c->count[from] % c->lose == 0) ||
	       random32() % 100 < lossy;
}

static void
on_send(void *arg, unsigned int slot, const uint8_t *octets, uint32_t size)
{
	int from = (int)(intptr_t)arg;

	ck_assert_uint_eq(size, LACP_PDU_SIZE);
	nsent[from]++;
	for (unsigned int i = 0; i < 2 * ncables; i++) {
		struct cable *c = &cable[i / 2];

		if (c->end[i % 2].lag != from || c->end[i % 2].slot != slot)
			continue;
		if (is_lost(c, i % 2))
			return;
		ck_assert_uint_lt(nflight, FLIGHT);
		flight[nflight].at = now + DELAY;
		flight[nflight].to = c->end[1 - i % 2];
		memcpy(flight[nflight++].octets, octets, size);
		return;
	}
}

/* While 'orderly': what sends into a cable does so to an end that receives. */
static void
check_cables(void)
{
	for (unsigned int i = 0; orderly && i < 2 * ncables; i++) {
		const struct end *a = &cable[i / 2].end[i % 2];
		const struct end *b = &cable[i / 2].end[1 - i % 2];

		if (lacp_distributes(&lag[a->lag].lacp, a->slot))
			ck_assert(lacp_collects(&lag[b->lag].lacp, b->slot));
	}
}

static void
run(int i)
{
	if (lag[i].stands_still)
		return;
	lag[i].due = lacp_run(&lag[i].lacp, now, on_send, (void *)(intptr_t)i);
	ck_assert_uint_gt(lag[i].due, now);
	check_cables();
}

static void
arrive(void)
{
	struct message m = flight[0];

	nflight--;
	memmove(flight, flight + 1, nflight * sizeof(flight[0]));
	if (lag[m.to.lag].stands_still)
		return;
	ck_assert_int_eq(lacp_receive(&lag[m.to.lag].lacp, m.to.slot, m.octets,
				      sizeof(m.octets), now, on_send,
				      (void *)(intptr_t)m.to.lag),
			 LACP_TAKEN);
	run(m.to.lag);
}

/* The LAG whose time comes first, NONE: a message does; 'at': when. */
static int
find_next(uint64_t *at)
{
	int next = NONE;

	*at = nflight > 0 ? flight[0].at : UINT64_MAX;
	for (int i = 0; i < LAGS; i++)
		if (!lag[i].stands_still && lag[i].due < *at) {
			*at = lag[i].due;
			next = i;
		}
	return next;
}

static void
run_until(uint64_t end)
{
	for (;;) {
		uint64_t at;
		int next = find_next(&at);

		if (at > end)
			break;
		now = at;
		if (next == NONE)
			arrive();
		else
			run(next);
	}
	now = end;
}

static void
wait_for(uint64_t ns)
{
	run_until(now + ns);
}

static struct lacp_settings
named(uint64_t system, uint16_t key)
{
	return (struct lacp_settings){
		.system = UINT64_C(0x020000000000) + system,
		.system_priority = 0x8000,
		.key = key,
		.active = true,
		.fast = true,
	};
}

static void
start(int i, struct lacp_settings settings, unsigned int links)
{
	lacp_begin(&lag[i].lacp, &settings);
	for (unsigned int slot = 0; slot < links; slot++)
		lacp_add(&lag[i].lacp, slot, (uint16_t)(8 * i + (int)slot + 1));
	run(i);
}

static void
set(int i, struct lacp_settings settings)
{
	lacp_set(&lag[i].lacp, &settings, now);
	run(i);
}

static void
put(int i, unsigned int slot, bool up)
{
	lacp_link(&lag[i].lacp, slot, up, now);
	run(i);
}

/* A cable, whose two ends are up from now on. */
static struct cable *
plug(int i, unsigned int slot, int j, unsigned int slot_j)
{
	struct cable *c = &cable[ncables++];

	*c = (struct cable){ .end = { { i, slot }, { j, slot_j } } };
	put(i, slot, true);
	if (i != j || slot != slot_j)
		put(j, slot_j, true);
	return c;
}

static void
pull(struct cable *c)
{
	for (unsigned int i = 0; i < 2; i++)
		put(c->end[i].lag, c->end[i].slot, false);
	*c = cable[--ncables];
}

static unsigned int
in_use(int i)
{
	unsigned int links = 0;

	for (unsigned int slot = 0; slot < LACP_LINKS_MAX; slot++)
		if (lacp_distributes(&lag[i].lacp, slot))
			links |= 1u << slot;
	return links;
}

static void
check_why(int i, unsigned int slot, enum lacp_why why)
{
	ck_assert_str_eq(lacp_why_name(lacp_why(&lag[i].lacp, slot)),
			 lacp_why_name(why));
}

/* LAGs 0 and 1 with so many cables between them. */
static void
join(struct lacp_settings a, struct lacp_settings b, unsigned int links)
{
	begin();
	start(0, a, links);
	start(1, b, links);
	for (unsigned int i = 0; i < links; i++)
		plug(0, i, 1, links - 1 - i);
}

static void
join_usual(unsigned int links)
{
	join(named(1, 10), named(2, 20), links);
}

static void
check_both(unsigned int links)
{
	ck_assert_uint_eq(in_use(0), (1u << links) - 1);
	ck_assert_uint_eq(in_use(1), (1u << links) - 1);
}

/*
 * After aggregate_wait, and up to a second more, if one of the LACPDUs was the fourth
 * in a second.
 */
START_TEST(links_between_two_lags_are_used_within_3_s)
{
	unsigned int links = (unsigned int)_i;

	join_usual(links);
	wait_for(2 * SECOND);
	check_both(0);
	wait_for(SECOND + 10 * DELAY);
	check_both(links);
	for (int i = 0; i < 600; i++) {
		wait_for(SECOND);
		check_both(links);
	}
	/* One a second by each link, and a few more to come up. */
	ck_assert_uint_le(nsent[0], (600 + 10) * links);
	ck_assert_uint_ge(nsent[0], 600 * links);
}
END_TEST

START_TEST(links_that_come_up_one_after_the_other_are_used)
{
	begin();
	start(0, named(1, 10), 8);
	start(1, named(2, 20), 8);
	for (unsigned int i = 0; i < 8; i++) {
		plug(0, i, 1, i);
		wait_for(random32() % 5000 * CLOCK_MILLISECOND);
	}
	wait_for(3 * SECOND);
	check_both(8);
}
END_TEST

/* The two ends in all modes: bit 0 and 1 active, 2 and 3 fast. */
START_TEST(ends_that_are_active_or_passive_fast_or_slow_understand_each_other)
{
	struct lacp_settings a = named(1, 10), b = named(2, 20);
	unsigned int before[2];

	a.active = _i & 1;
	b.active = _i & 2;
	a.fast = _i & 4;
	b.fast = _i & 8;
	join(a, b, 2);
	wait_for(5 * SECOND);
	if (!a.active && !b.active) {
		ck_assert_uint_eq(nsent[0] + nsent[1], 0);
		check_both(0);
		return;
	}
	check_both(2);
	memcpy(before, nsent, sizeof(before));
	for (int i = 0; i < 30; i++) {
		wait_for(30 * SECOND);
		check_both(2);
	}
	ck_assert_uint_eq(nsent[0] - before[0], b.fast ? 1800 : 60);
	ck_assert_uint_eq(nsent[1] - before[1], a.fast ? 1800 : 60);
}
END_TEST

/* Of two lost in a row of three the timer does not know. */
START_TEST(lost_lacpdus_take_no_link_out_of_use)
{
	unsigned int lose = (unsigned int)_i / 2;
	struct lacp_settings a = named(1, 10), b = named(2, 20);

	a.fast = b.fast = _i % 2;
	join(a, b, 2);
	cable[0].lose = lose;
	cable[1].lose = lose + 1;
	wait_for(65 * SECOND);
	check_both(2);
	for (int i = 0; i < 600; i++) {
		wait_for(a.fast ? SECOND : 30 * SECOND);
		check_both(2);
	}
}
END_TEST

/* What is lost at random may take a link out of use; never is it used one way. */
START_TEST(no_end_sends_to_one_that_does_not_receive_while_lacpdus_are_lost)
{
	unsigned int used = 0;

	join_usual(2);
	lossy = 20;
	/* An end that is expired stops, and the other learns it by a LACPDU. */
	orderly = false;
	for (int i = 0; i < 2000; i++) {
		wait_for(SECOND);
		used += in_use(0) == 3 && in_use(1) == 3;
	}
	ck_assert_uint_ge(used, 1500);
	lossy = 0;
	wait_for(10 * SECOND);
	check_both(2);
}
END_TEST

START_TEST(a_cable_that_loses_all_is_not_used)
{
	join_usual(2);
	cable[0].lose = 1;
	wait_for(10 * SECOND);
	ck_assert_uint_eq(in_use(0), 2);
	ck_assert_uint_eq(in_use(1), 1);
	check_why(0, 0, LACP_WHY_no_partner);
}
END_TEST

START_TEST(a_cable_that_is_broken_one_way_is_not_used)
{
	join_usual(2);
	cable[0].one_way = true;
	nflight = 0;
	wait_for(3500 * CLOCK_MILLISECOND);
	check_why(0, 0, LACP_WHY_no_partner);
	check_why(1, 1, LACP_WHY_not_seen);
	wait_for(7 * SECOND);
	ck_assert_uint_eq(in_use(0), 2);
	ck_assert_uint_eq(in_use(1), 1);
	/* Nor is it used any longer if it breaks later. */
	join_usual(2);
	wait_for(10 * SECOND);
	check_both(2);
	orderly = false;
	cable[0].one_way = true;
	wait_for(3 * SECOND + 2 * DELAY);
	ck_assert_uint_eq(in_use(0), 2);
	ck_assert_uint_eq(in_use(1), 1);
}
END_TEST

/* A partner that stands still, its link up: 3 s after its last LACPDU. */
START_TEST(a_partner_that_stands_still_is_not_sent_to_after_3_s)
{
	uint64_t last;

	join_usual(2);
	wait_for(10 * SECOND);
	lag[1].stands_still = true;
	wait_for(DELAY);
	last = clock_later(lacp_last_rx(&lag[0].lacp, 0),
			   lacp_last_rx(&lag[0].lacp, 1));
	orderly = false;
	run_until(last + 3 * SECOND - 2 * DELAY);
	ck_assert_uint_ne(in_use(0), 0);
	run_until(last + 3 * SECOND + 2 * DELAY);
	ck_assert_uint_eq(in_use(0), 0);
	lag[1].stands_still = false;
	run(1);
	wait_for(5 * SECOND);
	check_both(2);
}
END_TEST

START_TEST(a_partner_that_restarts_is_sent_to_only_when_it_is_ready)
{
	join_usual(2);
	wait_for(10 * SECOND);
	/* Until its first LACPDU has come. */
	orderly = false;
	start(1, named(2, 20), 2);
	put(1, 0, true);
	put(1, 1, true);
	wait_for(2 * DELAY);
	check_both(0);
	orderly = true;
	wait_for(3 * SECOND);
	check_both(2);
}
END_TEST

START_TEST(a_partner_with_another_key_is_used_again)
{
	join_usual(2);
	wait_for(10 * SECOND);
	orderly = false;
	set(1, named(2, 21));
	wait_for(2 * DELAY);
	check_both(0);
	orderly = true;
	wait_for(4 * SECOND);
	check_both(2);
}
END_TEST

START_TEST(another_timeout_takes_no_link_out_of_use)
{
	struct lacp_settings settings = named(1, 10);

	join_usual(2);
	wait_for(10 * SECOND);
	for (int i = 0; i < 20; i++) {
		uint64_t end = now + 100 * SECOND;

		settings.fast = i % 2 != 0;
		set(0, settings);
		while (now < end) {
			wait_for(100 * CLOCK_MILLISECOND);
			check_both(2);
		}
	}
}
END_TEST

START_TEST(a_link_that_is_held_is_left_by_the_partner_and_used_again)
{
	join_usual(2);
	wait_for(10 * SECOND);
	orderly = false;
	lacp_hold(&lag[0].lacp, 0, true);
	run(0);
	wait_for(2 * DELAY);
	ck_assert_uint_eq(in_use(0), 2);
	ck_assert_uint_eq(in_use(1), 1);
	orderly = true;
	wait_for(10 * SECOND);
	check_why(0, 0, LACP_WHY_held);
	check_why(1, 1, LACP_WHY_not_in_sync);
	lacp_hold(&lag[0].lacp, 0, false);
	run(0);
	wait_for(3 * SECOND);
	check_both(2);
}
END_TEST

/* At most one link of a LAG is in use, and then at both ends; how many are. */
static unsigned int
count_swapped(void)
{
	unsigned int n = 0;

	for (int i = 0; i < 4; i++)
		ck_assert_uint_ne(in_use(i), 3);
	for (unsigned int i = 0; i < ncables; i++) {
		const struct end *a = &cable[i].end[0], *b = &cable[i].end[1];
		bool used = lacp_distributes(&lag[a->lag].lacp, a->slot);

		ck_assert_int_eq(lacp_distributes(&lag[b->lag].lacp, b->slot),
				 used);
		n += used;
	}
	return n;
}

static const uint8_t swapped[4][4] = {
	{ 0, 0, 2, 0 }, { 0, 1, 3, 1 }, { 1, 0, 3, 0 }, { 1, 1, 2, 1 }
};

static void
plug_swapped(int i)
{
	plug(swapped[i][0], swapped[i][1], swapped[i][2], swapped[i][3]);
}

/* Moves the second cables of both LAGs to where they belong. */
static void
mend_cables(void)
{
	for (unsigned int i = ncables; i-- > 0;)
		if (cable[i].end[0].slot == 1)
			pull(&cable[i]);
	plug(0, 1, 2, 1);
	plug(1, 1, 3, 1);
}

/*
 * LAGs 0 and 1 are of one system, 2 and 3 the members at their other ends.  One cable
 * of each goes to the wrong member, in each order of being plugged in.
 */
START_TEST(of_cables_swapped_between_two_lags_no_lag_uses_both)
{
	int order[4] = { 0, 1, 2, 3 }, rest = _i;

	for (int i = 3; i > 0; i--) {
		int j = rest % (i + 1), swap = order[i];

		rest /= i + 1;
		order[i] = order[j];
		order[j] = swap;
	}
	begin();
	orderly = false;
	start(0, named(1, 10), 2);
	start(1, named(1, 11), 2);
	start(2, named(2, 20), 2);
	start(3, named(3, 30), 2);
	for (int i = 0; i < 4; i++) {
		plug_swapped(order[i]);
		wait_for((_i % 2 + 1) * 137 * CLOCK_MILLISECOND);
	}
	wait_for(30 * SECOND);
	ck_assert_uint_ge(count_swapped(), 1);
	mend_cables();
	wait_for(30 * SECOND);
	for (int i = 0; i < 4; i++)
		ck_assert_uint_eq(in_use(i), 3);
}
END_TEST

/* A cable that goes to a link of another LAG, in the middle of the work. */
START_TEST(a_cable_to_another_lag_is_not_used_and_harms_none)
{
	begin();
	start(0, named(1, 10), 3);
	start(1, named(2, 20), 2);
	start(2, named(1, 11), 2);
	start(3, named(3, 30), 2);
	for (unsigned int i = 0; i < 2; i++) {
		plug(0, i, 1, i);
		plug(2, i, 3, i);
	}
	wait_for(5 * SECOND);
	orderly = false;
	pull(&cable[3]);
	orderly = true;
	plug(0, 2, 3, 1);
	for (int i = 0; i < 100; i++) {
		wait_for(SECOND);
		ck_assert_uint_eq(in_use(0), 3);
		ck_assert_uint_eq(in_use(1), 3);
		ck_assert_uint_eq(in_use(2), 1);
		ck_assert_uint_eq(in_use(3), 1);
	}
	check_why(0, 2, LACP_WHY_other_partner);
	check_why(3, 1, LACP_WHY_other_partner);
}
END_TEST

/* A cable between two links of a LAG, between two LAGs of a system, to itself. */
START_TEST(a_loop_is_not_used_and_harms_none)
{
	begin();
	start(0, named(1, 10), 5);
	start(1, named(2, 20), 2);
	start(2, named(1, 11), 1);
	plug(0, 0, 1, 0);
	plug(0, 1, 0, 2);
	plug(0, 3, 2, 0);
	plug(0, 4, 0, 4);
	wait_for(5 * SECOND);
	for (int i = 0; i < 100; i++) {
		wait_for(SECOND);
		ck_assert_uint_eq(in_use(0), 1);
		ck_assert_uint_eq(in_use(1), 1);
		ck_assert_uint_eq(in_use(2), 0);
	}
	check_why(0, 1, LACP_WHY_looped);
	check_why(0, 2, LACP_WHY_looped);
	check_why(0, 3, LACP_WHY_looped);
	check_why(0, 4, LACP_WHY_looped);
	check_why(2, 0, LACP_WHY_looped);
	/* The limit, at the most: no LACPDU causes more than one. */
	ck_assert_uint_le(nsent[0], 5 * 110);
}
END_TEST

/* Of a member whose LACPDUs all reach the other links, too, as by a bad switch. */
START_TEST(lacpdus_that_reach_all_links_take_none_out_of_use_for_long)
{
	struct lacp_info partner;

	join_usual(2);
	wait_for(10 * SECOND);
	orderly = false;
	for (int i = 0; i < 20; i++) {
		struct lacp_info of_ours;
		uint8_t octets[LACP_PDU_SIZE];

		lacp_actor(&lag[1].lacp, 1, &partner);
		lacp_actor(&lag[0].lacp, 0, &of_ours);
		lacp_pdu_write(octets, &partner, &of_ours);
		lacp_receive(&lag[0].lacp, 1, octets, sizeof(octets), now,
			     on_send, NULL);
		run(0);
		ck_assert_uint_eq(in_use(0), 1);
		wait_for(10 * SECOND);
		check_both(2);
	}
}
END_TEST

/* min_links of one end stops the other, too. */
START_TEST(below_min_links_of_one_end_neither_sends)
{
	struct lacp_settings a = named(1, 10);

	a.min_links = 2;
	join(a, named(2, 20), 2);
	wait_for(5 * SECOND);
	check_both(2);
	orderly = false;
	put(0, 0, false);
	put(1, 1, false);
	wait_for(2 * DELAY);
	check_both(0);
	orderly = true;
	wait_for(10 * SECOND);
	check_both(0);
	put(0, 0, true);
	put(1, 1, true);
	wait_for(4 * SECOND);
	check_both(2);
}
END_TEST

START_TEST(an_end_with_fallback_meets_one_that_starts_later)
{
	struct lacp_settings a = named(1, 10);

	a.fallback = true;
	begin();
	start(0, a, 2);
	put(0, 0, true);
	put(0, 1, true);
	wait_for(10 * SECOND);
	ck_assert_uint_eq(in_use(0), 1);
	orderly = false;
	start(1, named(2, 20), 2);
	plug(0, 0, 1, 0);
	plug(0, 1, 1, 1);
	wait_for(2 * DELAY);
	ck_assert_uint_eq(in_use(0), 0);
	orderly = true;
	wait_for(4 * SECOND);
	check_both(2);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("lacp_wire");
	TCase *tc = tcase_create("lacp_wire");

	tcase_add_loop_test(tc, links_between_two_lags_are_used_within_3_s, 1,
			    9);
	tcase_add_test(tc, links_that_come_up_one_after_the_other_are_used);
	tcase_add_loop_test(
		tc,
		ends_that_are_active_or_passive_fast_or_slow_understand_each_other,
		0, 16);
	tcase_add_loop_test(tc, lost_lacpdus_take_no_link_out_of_use, 4, 24);
	tcase_add_test(
		tc,
		no_end_sends_to_one_that_does_not_receive_while_lacpdus_are_lost);
	tcase_add_test(tc, a_cable_that_loses_all_is_not_used);
	tcase_add_test(tc, a_cable_that_is_broken_one_way_is_not_used);
	tcase_add_test(tc,
		       a_partner_that_stands_still_is_not_sent_to_after_3_s);
	tcase_add_test(
		tc, a_partner_that_restarts_is_sent_to_only_when_it_is_ready);
	tcase_add_test(tc, a_partner_with_another_key_is_used_again);
	tcase_add_test(tc, another_timeout_takes_no_link_out_of_use);
	tcase_add_test(
		tc, a_link_that_is_held_is_left_by_the_partner_and_used_again);
	tcase_add_loop_test(
		tc, of_cables_swapped_between_two_lags_no_lag_uses_both, 0, 24);
	tcase_add_test(tc, a_cable_to_another_lag_is_not_used_and_harms_none);
	tcase_add_test(tc, a_loop_is_not_used_and_harms_none);
	tcase_add_test(
		tc, lacpdus_that_reach_all_links_take_none_out_of_use_for_long);
	tcase_add_test(tc, below_min_links_of_one_end_neither_sends);
	tcase_add_test(tc, an_end_with_fallback_meets_one_that_starts_later);
	suite_add_tcase(s, tc);
	return check_run(s);
}
