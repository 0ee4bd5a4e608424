/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One LAG by a clock that the test sets, and partners whose LACPDUs the test makes.
 * test_lacp_machines.c has each machine alone.
 */
#include "lib/lacp.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "tests/check_run.h"

#define START  (UINT64_C(1000) * CLOCK_SECOND)
#define MS     CLOCK_MILLISECOND
#define SECOND CLOCK_SECOND
#define US     UINT64_C(0x02aaaaaaaaaa)
#define A      UINT64_C(0x02bbbbbbbbbb)
#define B      UINT64_C(0x02cccccccccc)
#define C      UINT64_C(0x02dddddddddd)

#define READY   (LACP_ACTIVITY | LACP_AGGREGATION)
#define IN_SYNC (READY | LACP_SYNC)
#define IN_USE  (IN_SYNC | LACP_COLLECTING | LACP_DISTRIBUTING)

static struct lacp lag;
static uint64_t now;

/* What was sent by each slot. */
static struct {
	unsigned int pdus, responses;
	uint64_t at; /* the last LACPDU */
	struct lacp_pdu last;
	struct lacp_marker response;
} sent[LACP_LINKS_MAX];

static void
on_send(void *arg, unsigned int slot, const uint8_t *octets, uint32_t size)
{
	struct lacp_pdu pdu;

	ck_assert_ptr_eq(arg, &lag);
	ck_assert_uint_lt(slot, LACP_LINKS_MAX);
	ck_assert_uint_eq(size, LACP_PDU_SIZE);
	if (lacp_pdu_read(octets, size, &pdu) == LACP_TAKEN) {
		sent[slot].pdus++;
		sent[slot].at = now;
		sent[slot].last = pdu;
		return;
	}
	sent[slot].responses++;
	sent[slot].response = pdu.marker;
}

/* Runs the machines; nothing is left to do at the same time. */
static uint64_t
run(void)
{
	uint64_t due = lacp_run(&lag, now, on_send, &lag);
	struct lacp before = lag;

	ck_assert_uint_gt(due, now);
	ck_assert_uint_eq(lacp_run(&lag, now, on_send, &lag), due);
	ck_assert_mem_eq(&before, &lag, sizeof(lag));
	return due;
}

static void
run_until(uint64_t end)
{
	uint64_t due = run();
	struct lacp before;

	while (due <= end) {
		now = due;
		due = run();
	}
	/* Before its time nothing happens. */
	before = lag;
	now = end;
	ck_assert_uint_eq(run(), due);
	ck_assert_mem_eq(&before, &lag, sizeof(lag));
}

static void
wait_for(uint64_t ns)
{
	run_until(now + ns);
}

static void
begin_as(bool active, bool fast, bool fallback)
{
	const struct lacp_settings settings = {
		.system = US,
		.system_priority = 100,
		.key = 7,
		.active = active,
		.fast = fast,
		.fallback = fallback,
	};

	memset(sent, 0, sizeof(sent));
	now = START;
	lacp_begin(&lag, &settings);
}

static void
begin(void)
{
	begin_as(true, false, false);
}

/* Slots 0 to n - 1 get a link with ports 1 to n, which come up. */
static void
add_links(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		lacp_add(&lag, i, (uint16_t)(i + 1));
		lacp_link(&lag, i, true, now);
	}
	run();
}

static void
link_is(unsigned int slot, bool up)
{
	lacp_link(&lag, slot, up, now);
	run();
}

/* A LACPDU of system 'from' with the key 17, which knows our end as it is now. */
static struct lacp_pdu
make(unsigned int slot, uint64_t from, uint8_t state)
{
	struct lacp_pdu pdu = { 0 };

	pdu.actor = (struct lacp_info){
		.system = from,
		.system_priority = 200,
		.key = 17,
		.port_priority = 300,
		.port = (uint16_t)(50 + slot),
		.state = state,
	};
	lacp_actor(&lag, slot, &pdu.partner);
	return pdu;
}

static enum lacp_result
give_octets(unsigned int slot, const uint8_t *octets, uint32_t size)
{
	uint8_t *copy = malloc(size == 0 ? 1 : size);
	enum lacp_result result;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, octets, size);
	result = lacp_receive(&lag, slot, copy, size, now, on_send, &lag);
	free(copy);
	run();
	return result;
}

static void
give(unsigned int slot, const struct lacp_pdu *pdu)
{
	uint8_t octets[LACP_PDU_SIZE];

	lacp_pdu_write(octets, &pdu->actor, &pdu->partner);
	ck_assert_int_eq(give_octets(slot, octets, sizeof(octets)), LACP_TAKEN);
}

static void
tell(unsigned int slot, uint64_t from, uint8_t state)
{
	struct lacp_pdu pdu = make(slot, from, state);

	give(slot, &pdu);
}

/* Bit i: the link of slot i is in use. */
static unsigned int
in_use(void)
{
	unsigned int links = 0;

	for (unsigned int i = 0; i < LACP_LINKS_MAX; i++)
		if (lacp_distributes(&lag, i)) {
			ck_assert(lacp_collects(&lag, i));
			links |= 1u << i;
		}
	return links;
}

static void
check_why(unsigned int slot, enum lacp_why why)
{
	ck_assert_str_eq(lacp_why_name(lacp_why(&lag, slot)),
			 lacp_why_name(why));
}

/* Brings up slots 0 to n - 1 with the partner. */
static void
use(unsigned int n, uint64_t partner)
{
	for (unsigned int i = 0; i < n; i++)
		tell(i, partner, READY);
	wait_for(2 * SECOND);
	for (unsigned int i = 0; i < n; i++)
		tell(i, partner, IN_USE);
	ck_assert_uint_eq(in_use(), (1u << n) - 1);
}

/*
 * The way into use
 */

START_TEST(a_link_is_used_once_its_partner_is_in_sync_and_collects)
{
	struct lacp_info actor;

	begin();
	add_links(1);
	check_why(0, LACP_WHY_no_partner);
	tell(0, A, READY);
	check_why(0, LACP_WHY_waiting);
	wait_for(2 * SECOND - 1);
	check_why(0, LACP_WHY_waiting);
	lacp_actor(&lag, 0, &actor);
	ck_assert_uint_eq(actor.state, READY);
	wait_for(1);
	check_why(0, LACP_WHY_not_in_sync);
	ck_assert_uint_eq(sent[0].last.actor.state, IN_SYNC);
	ck_assert(!lacp_collects(&lag, 0));
	tell(0, A, IN_SYNC);
	check_why(0, LACP_WHY_not_collecting);
	ck_assert(lacp_collects(&lag, 0) && !lacp_distributes(&lag, 0));
	ck_assert_uint_eq(sent[0].last.actor.state, IN_SYNC | LACP_COLLECTING);
	tell(0, A, IN_SYNC | LACP_DISTRIBUTING);
	ck_assert(!lacp_distributes(&lag, 0));
	tell(0, A, IN_SYNC | LACP_COLLECTING);
	check_why(0, LACP_WHY_in_use);
	ck_assert(lacp_distributes(&lag, 0));
	wait_for(SECOND);
	ck_assert_uint_eq(sent[0].last.actor.state, IN_USE);
}
END_TEST

/* A partner by coupled control, as most are, has both at once. */
START_TEST(a_link_that_waited_is_used_with_one_lacpdu)
{
	begin();
	add_links(2);
	use(2, A);
}
END_TEST

START_TEST(a_partner_that_stops_to_collect_is_not_sent_to)
{
	begin();
	add_links(2);
	use(2, A);
	tell(0, A, IN_SYNC);
	ck_assert_uint_eq(in_use(), 2);
	ck_assert(lacp_collects(&lag, 0));
	check_why(0, LACP_WHY_not_collecting);
	tell(0, A, IN_USE);
	ck_assert_uint_eq(in_use(), 3);
	tell(0, A, READY);
	ck_assert_uint_eq(in_use(), 2);
	ck_assert(!lacp_collects(&lag, 0));
	tell(0, A, IN_USE);
	ck_assert_uint_eq(in_use(), 3);
}
END_TEST

/* A partner that does not receive us, as on a fibre that is broken one way. */
START_TEST(a_link_whose_partner_does_not_know_us_is_not_used)
{
	struct lacp_pdu pdu;

	begin();
	add_links(1);
	pdu = make(0, A, IN_USE);
	memset(&pdu.partner, 0, sizeof(pdu.partner));
	give(0, &pdu);
	wait_for(2 * SECOND);
	give(0, &pdu);
	ck_assert_uint_eq(in_use(), 0);
	check_why(0, LACP_WHY_not_seen);
	tell(0, A, IN_USE);
	ck_assert_uint_eq(in_use(), 1);
	give(0, &pdu);
	ck_assert_uint_eq(in_use(), 0);
}
END_TEST

START_TEST(what_is_known_of_a_link_is_shown)
{
	struct lacp_info info;

	begin_as(true, true, false);
	add_links(1);
	ck_assert(!lacp_partner(&lag, 0, &info));
	ck_assert(!lacp_lag_partner(&lag, &info));
	ck_assert_uint_eq(lacp_last_rx(&lag, 0), 0);
	use(1, A);
	lacp_actor(&lag, 0, &info);
	ck_assert_uint_eq(info.system, US);
	ck_assert_uint_eq(info.system_priority, 100);
	ck_assert_uint_eq(info.key, 7);
	ck_assert_uint_eq(info.port, 1);
	ck_assert_uint_eq(info.port_priority, 0x8000);
	ck_assert_uint_eq(info.state, IN_USE | LACP_TIMEOUT);
	ck_assert(lacp_partner(&lag, 0, &info));
	ck_assert_uint_eq(info.system, A);
	ck_assert_uint_eq(info.system_priority, 200);
	ck_assert_uint_eq(info.key, 17);
	ck_assert_uint_eq(info.port, 50);
	ck_assert_uint_eq(info.port_priority, 300);
	ck_assert_uint_eq(info.state, IN_USE);
	ck_assert(lacp_lag_partner(&lag, &info));
	ck_assert_uint_eq(info.system, A);
	ck_assert_uint_eq(info.system_priority, 200);
	ck_assert_uint_eq(info.key, 17);
	ck_assert_uint_eq(lacp_last_rx(&lag, 0), now);
	ck_assert_uint_eq(lacp_counters(&lag, 0)->pdus_rx, 2);
	ck_assert_uint_eq(lacp_counters(&lag, 0)->pdus_tx, sent[0].pdus);
	/* Each has the values of the other. */
	wait_for(SECOND);
	ck_assert_uint_eq(sent[0].last.partner.system, A);
	ck_assert_uint_eq(sent[0].last.partner.port, 50);
	ck_assert_uint_eq(sent[0].last.partner.state, IN_USE);
}
END_TEST

/*
 * Timers
 */

START_TEST(silence_takes_a_link_out_of_use_in_3_s_or_90_s)
{
	bool fast = _i;
	uint64_t timeout = (fast ? 3 : 90) * SECOND, heard;

	begin_as(true, fast, false);
	add_links(2);
	use(2, A);
	heard = now;
	run_until(heard + timeout - 1000 * MS);
	tell(1, A, IN_USE);
	run_until(heard + timeout - 1);
	ck_assert_uint_eq(in_use(), 3);
	wait_for(1);
	ck_assert_uint_eq(in_use(), 2);
	ck_assert(!lacp_collects(&lag, 0));
	check_why(0, LACP_WHY_expired);
	ck_assert_uint_eq(sent[0].at, now);
	ck_assert_uint_eq(sent[0].last.actor.state & LACP_EXPIRED,
			  LACP_EXPIRED);
	ck_assert_uint_eq(sent[0].last.partner.state & LACP_TIMEOUT,
			  LACP_TIMEOUT);
	/* 3 s later the partner is forgotten, whatever the timeout. */
	run_until(heard + timeout + 3 * SECOND - 1);
	check_why(0, LACP_WHY_expired);
	tell(1, A, IN_USE);
	wait_for(1);
	check_why(0, LACP_WHY_no_partner);
	ck_assert_uint_eq(sent[0].last.actor.state & LACP_SYNC, 0);
	ck_assert_uint_eq(in_use(), 2);
}
END_TEST

START_TEST(a_link_that_expired_is_back_with_the_next_lacpdu)
{
	begin_as(true, true, false);
	add_links(1);
	use(1, A);
	wait_for(5 * SECOND);
	check_why(0, LACP_WHY_expired);
	tell(0, A, IN_USE);
	ck_assert_uint_eq(in_use(), 1);
}
END_TEST

START_TEST(a_link_whose_partner_was_forgotten_waits_again)
{
	begin_as(true, true, false);
	add_links(1);
	use(1, A);
	wait_for(6 * SECOND);
	check_why(0, LACP_WHY_no_partner);
	tell(0, A, IN_USE);
	check_why(0, LACP_WHY_waiting);
	wait_for(2 * SECOND - 1);
	ck_assert_uint_eq(in_use(), 0);
	wait_for(1);
	ck_assert_uint_eq(in_use(), 1);
}
END_TEST

START_TEST(lacpdus_are_sent_as_often_as_the_partner_wants)
{
	bool fast = _i;
	uint8_t state = IN_USE | (fast ? LACP_TIMEOUT : 0);
	unsigned int before;

	begin();
	add_links(1);
	use(1, A);
	tell(0, A, state);
	wait_for(5 * SECOND);
	before = sent[0].pdus;
	for (int i = 0; i < 20; i++) {
		wait_for(30 * SECOND);
		tell(0, A, state);
	}
	ck_assert_uint_eq(sent[0].pdus - before, fast ? 600 : 20);
}
END_TEST

START_TEST(a_partner_that_wants_lacpdus_more_often_gets_one_at_once)
{
	begin();
	add_links(1);
	use(1, A);
	wait_for(5 * SECOND);
	ck_assert_uint_lt(sent[0].at, now - SECOND);
	tell(0, A, IN_USE | LACP_TIMEOUT);
	ck_assert_uint_eq(sent[0].at, now);
	wait_for(SECOND);
	ck_assert_uint_eq(sent[0].at, now);
}
END_TEST

START_TEST(a_link_that_comes_up_is_announced_at_once)
{
	begin();
	add_links(1);
	ck_assert_uint_eq(sent[0].pdus, 1);
	ck_assert_uint_eq(sent[0].last.actor.state,
			  READY | LACP_DEFAULTED | LACP_EXPIRED);
	link_is(0, false);
	wait_for(60 * SECOND);
	ck_assert_uint_eq(sent[0].pdus, 1);
	link_is(0, true);
	ck_assert_uint_eq(sent[0].pdus, 2);
}
END_TEST

START_TEST(a_passive_link_is_silent_until_its_partner_speaks)
{
	struct lacp_pdu pdu;

	begin_as(false, false, false);
	add_links(1);
	wait_for(100 * SECOND);
	tell(0, A, IN_USE & ~LACP_ACTIVITY);
	wait_for(300 * SECOND);
	ck_assert_uint_eq(sent[0].pdus, 0);
	ck_assert_uint_eq(in_use(), 0);
	pdu = make(0, A, READY);
	memset(&pdu.partner, 0, sizeof(pdu.partner));
	give(0, &pdu);
	ck_assert_uint_eq(sent[0].pdus, 1);
	wait_for(2 * SECOND);
	tell(0, A, IN_USE);
	ck_assert_uint_eq(in_use(), 1);
	ck_assert_uint_eq(sent[0].last.actor.state & LACP_ACTIVITY, 0);
}
END_TEST

/* 6.4.16.  Each LACPDU here asks for an answer at once. */
START_TEST(at_most_three_lacpdus_are_sent_in_a_second)
{
	uint64_t times[400];
	unsigned int n = 0;

	begin();
	add_links(1);
	for (int i = 0; i < 10000; i++) {
		unsigned int before = sent[0].pdus;
		struct lacp_pdu pdu = make(0, A + (unsigned int)i % 3, IN_USE);

		pdu.partner.key++;
		give(0, &pdu);
		wait_for(7 * MS);
		ck_assert_uint_le(sent[0].pdus, before + 1);
		if (sent[0].pdus > before && n < 400)
			times[n++] = sent[0].at;
	}
	ck_assert_uint_ge(n, 200);
	ck_assert_uint_le(n, 211);
	for (unsigned int i = 3; i < n; i++)
		ck_assert_uint_ge(times[i] - times[i - 3], SECOND);
}
END_TEST

/* What waited for its turn has the state of the time at which it is sent. */
START_TEST(a_lacpdu_that_had_to_wait_has_the_newest_state)
{
	unsigned int before;

	begin();
	add_links(1);
	use(1, A);
	wait_for(SECOND);
	for (int i = 0; i < 3; i++) {
		tell(0, A, i % 2 == 0 ? READY : IN_USE);
		wait_for(MS);
	}
	before = sent[0].pdus;
	tell(0, A, IN_USE);
	ck_assert_uint_eq(in_use(), 1);
	tell(0, A, IN_SYNC);
	ck_assert_uint_eq(sent[0].pdus, before);
	wait_for(SECOND - 3 * MS - 1);
	ck_assert_uint_eq(sent[0].pdus, before);
	wait_for(1);
	ck_assert_uint_eq(sent[0].pdus, before + 1);
	ck_assert_uint_eq(sent[0].last.actor.state, IN_SYNC | LACP_COLLECTING);
}
END_TEST

/*
 * Selection
 */

START_TEST(a_link_to_another_partner_is_not_used)
{
	struct lacp_pdu pdu;

	begin();
	add_links(3);
	use(2, A);
	pdu = make(2, A, IN_USE);
	switch (_i) {
	case 0:
		pdu.actor.system = B;
		break;
	case 1:
		pdu.actor.system_priority++;
		break;
	case 2:
		pdu.actor.key++;
		break;
	}
	for (int i = 0; i < 10; i++) {
		pdu.partner = make(2, A, 0).partner;
		give(2, &pdu);
		wait_for(SECOND);
		ck_assert_uint_eq(in_use(), 3);
		check_why(2, LACP_WHY_other_partner);
	}
	/* Until the cable is where it belongs. */
	tell(2, A, IN_USE);
	wait_for(2 * SECOND);
	tell(2, A, IN_USE);
	ck_assert_uint_eq(in_use(), 7);
}
END_TEST

START_TEST(the_first_partner_of_a_lag_is_that_of_most_links)
{
	struct lacp_info partner;
	uint8_t octets[3][LACP_PDU_SIZE];
	static const uint64_t from[] = { A, B, B };

	begin();
	add_links(3);
	for (unsigned int i = 0; i < 3; i++) {
		struct lacp_pdu pdu = make(i, from[i], READY);

		lacp_pdu_write(octets[i], &pdu.actor, &pdu.partner);
		lacp_receive(&lag, i, octets[i], LACP_PDU_SIZE, now, on_send,
			     &lag);
	}
	run();
	ck_assert(lacp_lag_partner(&lag, &partner));
	ck_assert_uint_eq(partner.system, B);
	check_why(0, LACP_WHY_other_partner);
	check_why(1, LACP_WHY_waiting);
	check_why(2, LACP_WHY_waiting);
}
END_TEST

/* Both links of a new LAG, in one turn: the first slot, or the one in sync. */
START_TEST(of_as_many_links_those_in_sync_count_and_then_the_lowest_slot)
{
	bool second_in_sync = _i;
	struct lacp_info partner;

	begin();
	add_links(2);
	for (unsigned int i = 0; i < 2; i++) {
		struct lacp_pdu pdu =
			make(i, i == 0 ? A : B,
			     i == 1 && second_in_sync ? IN_SYNC : READY);
		uint8_t octets[LACP_PDU_SIZE];

		lacp_pdu_write(octets, &pdu.actor, &pdu.partner);
		lacp_receive(&lag, i, octets, LACP_PDU_SIZE, now, on_send,
			     &lag);
	}
	run();
	ck_assert(lacp_lag_partner(&lag, &partner));
	ck_assert_uint_eq(partner.system, second_in_sync ? B : A);
}
END_TEST

/* One link each: the present partner stays, though the other has the lower slot. */
START_TEST(a_partner_with_as_many_links_does_not_turn_out_the_present_one)
{
	begin();
	add_links(2);
	tell(1, A, READY);
	wait_for(2 * SECOND);
	tell(1, A, IN_USE);
	ck_assert_uint_eq(in_use(), 2);
	for (int i = 0; i < 20; i++) {
		tell(0, B, IN_USE);
		wait_for(SECOND);
		ck_assert_uint_eq(in_use(), 2);
		check_why(0, LACP_WHY_other_partner);
	}
}
END_TEST

/* Seconds of three links, of which two turn to another partner. */
START_TEST(a_partner_that_is_ahead_for_3_s_is_that_of_the_lag)
{
	struct lacp_info partner;

	begin();
	add_links(3);
	use(3, A);
	tell(1, B, READY);
	ck_assert_uint_eq(in_use(), 5);
	tell(2, B, READY);
	ck_assert_uint_eq(in_use(), 1);
	wait_for(3 * SECOND - 1);
	ck_assert_uint_eq(in_use(), 1);
	check_why(1, LACP_WHY_other_partner);
	wait_for(1);
	ck_assert(lacp_lag_partner(&lag, &partner));
	ck_assert_uint_eq(partner.system, B);
	ck_assert_uint_eq(in_use(), 0);
	check_why(0, LACP_WHY_other_partner);
	ck_assert_uint_eq(sent[0].last.actor.state & LACP_SYNC, 0);
	wait_for(2 * SECOND);
	tell(1, B, IN_USE);
	tell(2, B, IN_USE);
	ck_assert_uint_eq(in_use(), 6);
}
END_TEST

START_TEST(a_partner_that_is_ahead_with_breaks_is_not)
{
	begin();
	add_links(3);
	use(3, A);
	tell(1, B, IN_SYNC);
	for (int i = 0; i < 20; i++) {
		tell(2, B, IN_SYNC);
		wait_for(2900 * MS);
		tell(2, i % 2 == 0 ? A : C, IN_SYNC);
		wait_for(100 * MS);
		ck_assert_uint_eq(in_use(), 1);
	}
}
END_TEST

/* A link that flaps does not lose the LAG to a partner in the wrong place. */
START_TEST(a_link_that_is_back_within_3_s_keeps_the_lag)
{
	bool soon = _i == 0;
	struct lacp_info partner;

	begin();
	add_links(2);
	use(1, A);
	tell(1, B, IN_SYNC);
	link_is(0, false);
	ck_assert_uint_eq(in_use(), 0);
	check_why(0, LACP_WHY_no_link);
	wait_for(2500 * MS);
	link_is(0, true);
	wait_for(soon ? 400 * MS : 600 * MS);
	tell(0, A, IN_SYNC);
	ck_assert(lacp_lag_partner(&lag, &partner));
	ck_assert_uint_eq(partner.system, soon ? A : B);
}
END_TEST

/* Both in sync for 3 s: the order of slots does not matter any more. */
START_TEST(a_partner_never_in_sync_gives_way_to_one_that_is)
{
	struct lacp_info partner;

	begin();
	add_links(2);
	tell(0, A, READY);
	tell(1, B, IN_SYNC);
	wait_for(3 * SECOND - 1);
	ck_assert(lacp_lag_partner(&lag, &partner));
	ck_assert_uint_eq(partner.system, A);
	wait_for(1);
	ck_assert(lacp_lag_partner(&lag, &partner));
	ck_assert_uint_eq(partner.system, B);
}
END_TEST

START_TEST(a_partner_with_another_key_on_all_links_is_taken_at_once)
{
	struct lacp_info partner;

	begin();
	add_links(2);
	use(2, A);
	for (unsigned int i = 0; i < 2; i++) {
		struct lacp_pdu pdu = make(i, A, READY);

		pdu.actor.key = 18;
		give(i, &pdu);
		ck_assert_uint_eq(in_use(), i == 0 ? 2 : 0);
	}
	ck_assert(lacp_lag_partner(&lag, &partner));
	ck_assert_uint_eq(partner.key, 18);
	check_why(0, LACP_WHY_waiting);
	check_why(1, LACP_WHY_waiting);
}
END_TEST

/* All links but one send what a member could; that one stays in use. */
START_TEST(lacpdus_on_one_link_do_not_change_another)
{
	struct lacp_link before;
	uint64_t seed = 1;

	begin();
	add_links(3);
	use(2, A);
	wait_for(2 * SECOND);
	before = lag.link[0];
	for (int i = 0; i < 20000; i++) {
		static const uint64_t systems[] = { A, B, C, US, 0 };
		struct lacp_pdu pdu;

		seed = seed * UINT64_C(6364136223846793005) + 1;
		pdu = make(2, systems[(seed >> 40) % 5], (uint8_t)(seed >> 33));
		pdu.actor.key += (uint16_t)(seed >> 50 & 1);
		pdu.actor.port = (uint16_t)(seed >> 51 & 127);
		pdu.partner.state = (uint8_t)(seed >> 58);
		give(2, &pdu);
		ck_assert_mem_eq(&before, &lag.link[0], sizeof(before));
		ck_assert_uint_eq(in_use() & 3, 3);
	}
}
END_TEST

START_TEST(a_link_whose_partner_flaps_moves_alone)
{
	begin();
	add_links(2);
	use(2, A);
	for (int i = 0; i < 1000; i++) {
		tell(1, A, i % 2 == 0 ? READY : IN_USE);
		ck_assert_uint_eq(in_use(), i % 2 == 0 ? 1 : 3);
		wait_for(10 * MS);
	}
}
END_TEST

START_TEST(a_loop_is_not_used)
{
	begin();
	add_links(2);
	use(1, A);
	/* A cable to another port of this fabric, or of this LAG. */
	tell(1, US, IN_USE);
	check_why(1, LACP_WHY_looped);
	wait_for(10 * SECOND);
	tell(1, US, IN_USE);
	ck_assert_uint_eq(in_use(), 1);
	check_why(1, LACP_WHY_looped);
}
END_TEST

/* Another system of ours is that of the partner: what was a partner is a loop. */
START_TEST(a_partner_whose_system_becomes_ours_is_a_loop)
{
	struct lacp_settings settings;

	begin();
	add_links(2);
	use(2, A);
	settings = lag.settings;
	settings.system = A;
	lacp_set(&lag, &settings, now);
	run();
	for (unsigned int i = 0; i < 2; i++) {
		check_why(i, LACP_WHY_looped);
		tell(i, A, IN_USE);
	}
	wait_for(5 * SECOND);
	ck_assert_uint_eq(in_use(), 0);
	check_why(0, LACP_WHY_looped);
	ck_assert_uint_eq(sent[0].last.actor.state & LACP_SYNC, 0);
}
END_TEST

START_TEST(lacpdus_that_come_back_do_nothing)
{
	begin_as(true, true, true);
	add_links(1);
	for (int i = 0; i < 100; i++) {
		if (sent[0].at == now)
			give(0, &sent[0].last);
		ck_assert_uint_eq(in_use(), 0);
		wait_for(100 * MS);
	}
	check_why(0, LACP_WHY_looped);
	/* They do not make each other more. */
	ck_assert_uint_le(sent[0].pdus, 15);
}
END_TEST

START_TEST(a_partner_that_does_not_aggregate_is_used_on_the_only_link)
{
	uint8_t individual = IN_USE & ~LACP_AGGREGATION;

	begin();
	add_links(1);
	tell(0, A, individual);
	wait_for(2 * SECOND);
	tell(0, A, individual);
	ck_assert_uint_eq(in_use(), 1);
	/* Not any more, once the LAG has another, be it down. */
	lacp_add(&lag, 1, 2);
	run();
	ck_assert_uint_eq(in_use(), 0);
	check_why(0, LACP_WHY_individual);
	tell(0, A, individual);
	wait_for(5 * SECOND);
	ck_assert_uint_eq(in_use(), 0);
	lacp_remove(&lag, 1);
	wait_for(2 * SECOND);
	ck_assert_uint_eq(in_use(), 1);
}
END_TEST

START_TEST(a_link_that_is_held_is_told_to_its_partner_at_once)
{
	begin();
	add_links(2);
	use(2, A);
	wait_for(SECOND);
	lacp_hold(&lag, 1, true);
	ck_assert_uint_eq(in_use(), 1);
	run();
	check_why(1, LACP_WHY_held);
	ck_assert_uint_eq(sent[1].at, now);
	ck_assert_uint_eq(sent[1].last.actor.state, READY);
	for (int i = 0; i < 10; i++) {
		tell(1, A, IN_USE);
		wait_for(SECOND);
		ck_assert_uint_eq(in_use(), 1);
	}
	lacp_hold(&lag, 1, false);
	wait_for(2 * SECOND);
	tell(1, A, IN_USE);
	ck_assert_uint_eq(in_use(), 3);
}
END_TEST

/* A link that is held does not count for its partner. */
START_TEST(a_partner_whose_links_are_held_gives_way)
{
	struct lacp_info partner;

	begin();
	add_links(2);
	use(1, A);
	tell(1, B, READY);
	lacp_hold(&lag, 0, true);
	wait_for(3 * SECOND);
	ck_assert(lacp_lag_partner(&lag, &partner));
	ck_assert_uint_eq(partner.system, B);
	check_why(1, LACP_WHY_waiting);
}
END_TEST

START_TEST(a_link_that_goes_down_is_out_of_use_at_once)
{
	begin();
	add_links(2);
	use(2, A);
	lacp_link(&lag, 0, false, now);
	ck_assert_uint_eq(in_use(), 2);
	run();
	check_why(0, LACP_WHY_no_link);
	link_is(0, true);
	tell(0, A, IN_USE);
	ck_assert_uint_eq(in_use(), 2);
	wait_for(2 * SECOND);
	tell(0, A, IN_USE);
	ck_assert_uint_eq(in_use(), 3);
}
END_TEST

START_TEST(a_slot_that_loses_its_link_has_none)
{
	unsigned int before;

	begin();
	add_links(2);
	use(2, A);
	lacp_remove(&lag, 1);
	ck_assert_uint_eq(in_use(), 1);
	before = sent[1].pdus;
	tell(1, A, IN_USE);
	link_is(1, true);
	lacp_hold(&lag, 1, true);
	wait_for(100 * SECOND);
	ck_assert_uint_eq(sent[1].pdus, before);
	ck_assert_uint_eq(lacp_counters(&lag, 1)->pdus_rx, 0);
	check_why(1, LACP_WHY_no_link);
}
END_TEST

/* port_moved: a cable that was put into another slot. */
START_TEST(a_partner_port_that_moved_is_not_on_record_twice)
{
	struct lacp_info partner;
	struct lacp_pdu pdu;

	begin();
	add_links(2);
	use(2, A);
	link_is(1, false);
	ck_assert(lacp_partner(&lag, 1, &partner));
	pdu = make(0, A, IN_USE);
	pdu.actor.port = 51;
	give(0, &pdu);
	ck_assert(!lacp_partner(&lag, 1, &partner));
}
END_TEST

/*
 * Without a partner
 */

START_TEST(without_a_partner_no_link_is_used)
{
	begin();
	add_links(2);
	wait_for(100 * SECOND);
	ck_assert_uint_eq(in_use(), 0);
	check_why(0, LACP_WHY_no_partner);
	check_why(1, LACP_WHY_no_partner);
}
END_TEST

START_TEST(the_fallback_is_the_lowest_slot_after_3_s)
{
	begin_as(true, false, true);
	add_links(3);
	link_is(0, false);
	wait_for(3 * SECOND - 1);
	ck_assert_uint_eq(in_use(), 0);
	wait_for(1);
	ck_assert_uint_eq(in_use(), 2);
	check_why(1, LACP_WHY_fallback);
	check_why(2, LACP_WHY_fallback_other);
	/* It stays, though a lower slot comes up. */
	link_is(0, true);
	wait_for(10 * SECOND);
	ck_assert_uint_eq(in_use(), 2);
	check_why(0, LACP_WHY_fallback_other);
	/* If its link goes, the lowest takes over. */
	link_is(1, false);
	ck_assert_uint_eq(in_use(), 1);
	lacp_hold(&lag, 0, true);
	run();
	ck_assert_uint_eq(in_use(), 4);
}
END_TEST

START_TEST(the_fallback_ends_with_the_first_lacpdu)
{
	unsigned int slot = (unsigned int)_i;

	begin_as(true, false, true);
	add_links(2);
	wait_for(5 * SECOND);
	ck_assert_uint_eq(in_use(), 1);
	tell(slot, A, READY);
	ck_assert_uint_eq(in_use(), 0);
	check_why(slot, LACP_WHY_waiting);
	check_why(1 - slot, LACP_WHY_no_partner);
	ck_assert_uint_eq(sent[0].last.actor.state & LACP_SYNC, 0);
	wait_for(2 * SECOND);
	tell(slot, A, IN_USE);
	ck_assert_uint_eq(in_use(), 1u << slot);
	check_why(slot, LACP_WHY_in_use);
	/* It comes again once the partner is gone. */
	wait_for(92 * SECOND);
	ck_assert_uint_eq(in_use(), 0);
	wait_for(SECOND);
	ck_assert_uint_eq(in_use(), 1);
}
END_TEST

/* A LACPDU as Linux sends one before it knows anything. */
START_TEST(the_fallback_ends_with_a_lacpdu_of_zeros)
{
	uint8_t octets[LACP_PDU_SIZE];
	static const struct lacp_info zero;

	begin_as(true, false, true);
	add_links(2);
	wait_for(5 * SECOND);
	lacp_pdu_write(octets, &zero, &zero);
	give_octets(0, octets, sizeof(octets));
	ck_assert_uint_eq(in_use(), 0);
}
END_TEST

START_TEST(a_loop_is_no_fallback)
{
	begin_as(true, false, true);
	add_links(2);
	tell(0, US, READY);
	wait_for(30 * SECOND);
	ck_assert_uint_eq(in_use(), 0);
	check_why(0, LACP_WHY_looped);
	check_why(1, LACP_WHY_no_partner);
}
END_TEST

START_TEST(the_fallback_can_be_turned_on_and_off)
{
	struct lacp_settings settings;

	begin();
	add_links(2);
	wait_for(10 * SECOND);
	settings = lag.settings;
	settings.fallback = true;
	lacp_set(&lag, &settings, now);
	run();
	ck_assert_uint_eq(in_use(), 1);
	/* Another name of this end is no matter to it. */
	settings.key++;
	lacp_set(&lag, &settings, now);
	run();
	ck_assert_uint_eq(in_use(), 1);
	settings.fallback = false;
	lacp_set(&lag, &settings, now);
	run();
	ck_assert_uint_eq(in_use(), 0);
}
END_TEST

/*
 * Settings
 */

START_TEST(another_name_of_this_end_takes_the_links_out_of_use)
{
	struct lacp_settings settings;

	begin();
	add_links(2);
	use(2, A);
	wait_for(SECOND);
	settings = lag.settings;
	switch (_i) {
	case 0:
		settings.system++;
		break;
	case 1:
		settings.system_priority++;
		break;
	case 2:
		settings.key++;
		break;
	}
	lacp_set(&lag, &settings, now);
	ck_assert_uint_eq(in_use(), 0);
	run();
	ck_assert_uint_eq(sent[0].at, now);
	ck_assert_uint_eq(sent[0].last.actor.state, READY);
	ck_assert_uint_eq(sent[0].last.actor.key, settings.key);
	/* A partner that has not learned it is not in sync. */
	wait_for(2 * SECOND);
	ck_assert_uint_eq(in_use(), 0);
	check_why(0, LACP_WHY_not_seen);
	use(2, A);
}
END_TEST

START_TEST(other_settings_interrupt_nothing)
{
	struct lacp_settings settings;
	bool fast = _i & 1;

	begin_as(true, !fast, false);
	add_links(1);
	use(1, A);
	wait_for(SECOND);
	settings = lag.settings;
	settings.active = false;
	settings.fast = fast;
	settings.fallback = true;
	lacp_set(&lag, &settings, now);
	run();
	ck_assert_uint_eq(in_use(), 1);
	ck_assert_uint_eq(sent[0].at, now);
	ck_assert_uint_eq(sent[0].last.actor.state,
			  (IN_USE & ~LACP_ACTIVITY) |
				  (fast ? LACP_TIMEOUT : 0));
	/* As often as it was told to before, and then as it is now. */
	wait_for(fast ? 29 * SECOND : 30 * SECOND);
	ck_assert_uint_eq(in_use(), 1);
	tell(0, A, IN_USE);
	ck_assert_uint_eq(in_use(), 1);
	wait_for(3 * SECOND);
	ck_assert_uint_eq(in_use(), !fast);
}
END_TEST

START_TEST(the_same_settings_change_nothing)
{
	struct lacp_settings settings;
	struct lacp before;

	begin();
	add_links(2);
	use(2, A);
	settings = lag.settings;
	before = lag;
	lacp_set(&lag, &settings, now);
	ck_assert_mem_eq(&before, &lag, sizeof(lag));
}
END_TEST

START_TEST(below_min_links_no_link_is_used_and_the_partner_knows)
{
	struct lacp_settings settings;

	begin();
	settings = lag.settings;
	settings.min_links = 2;
	lacp_set(&lag, &settings, now);
	add_links(3);
	tell(0, A, READY);
	wait_for(2 * SECOND);
	tell(0, A, IN_USE);
	wait_for(SECOND);
	check_why(0, LACP_WHY_too_few);
	ck_assert(!lacp_collects(&lag, 0));
	ck_assert_uint_eq(sent[0].last.actor.state, IN_SYNC);
	tell(1, A, READY);
	wait_for(2 * SECOND);
	tell(1, A, IN_USE);
	ck_assert_uint_eq(in_use(), 3);
	wait_for(SECOND);
	tell(1, A, READY);
	ck_assert_uint_eq(in_use(), 0);
	check_why(0, LACP_WHY_too_few);
	check_why(1, LACP_WHY_not_in_sync);
	ck_assert_uint_eq(sent[0].at, now);
	ck_assert_uint_eq(sent[0].last.actor.state, IN_SYNC);
	settings.min_links = 1;
	lacp_set(&lag, &settings, now);
	run();
	ck_assert_uint_eq(in_use(), 1);
}
END_TEST

/*
 * Markers, and what is no LACPDU
 */

static void
make_marker(uint8_t octets[LACP_PDU_SIZE], uint32_t transaction)
{
	const struct lacp_marker marker = { .system = A,
					    .port = 9,
					    .transaction = transaction };

	lacp_pdu_write_response(octets, &marker);
	octets[2] = 1;
}

START_TEST(a_marker_is_answered)
{
	uint8_t octets[LACP_PDU_SIZE];

	begin();
	add_links(1);
	make_marker(octets, 77);
	ck_assert_int_eq(give_octets(0, octets, sizeof(octets)), LACP_MARKER);
	ck_assert_uint_eq(sent[0].responses, 1);
	ck_assert_uint_eq(sent[0].response.transaction, 77);
	ck_assert_uint_eq(sent[0].response.system, A);
	ck_assert_uint_eq(sent[0].response.port, 9);
	ck_assert_uint_eq(lacp_counters(&lag, 0)->markers_rx, 1);
	ck_assert_uint_eq(lacp_counters(&lag, 0)->responses_tx, 1);
	link_is(0, false);
	ck_assert_int_eq(give_octets(0, octets, sizeof(octets)), LACP_MARKER);
	ck_assert_uint_eq(sent[0].responses, 1);
	ck_assert_uint_eq(lacp_counters(&lag, 0)->markers_rx, 2);
}
END_TEST

START_TEST(at_most_five_markers_are_answered_in_a_second)
{
	begin();
	add_links(1);
	for (unsigned int i = 0; i < 10000; i++) {
		uint8_t octets[LACP_PDU_SIZE];

		make_marker(octets, i);
		give_octets(0, octets, sizeof(octets));
		wait_for(MS);
	}
	ck_assert_uint_eq(sent[0].responses, 50);
	ck_assert_uint_eq(lacp_counters(&lag, 0)->markers_rx, 10000);
	/* LACPDUs have a limit of their own. */
	ck_assert_uint_ge(sent[0].pdus, 4);
}
END_TEST

/* Nothing but its counter changes. */
START_TEST(what_is_no_lacpdu_is_counted_and_changes_nothing)
{
	static const struct {
		uint8_t at, value;
		uint32_t size;
		enum lacp_result result;
	} messages[] = {
		{ 0, 2, 110, LACP_MARKER_RESPONSE },
		{ 0, 0, 110, LACP_ILLEGAL },
		{ 0, 11, 110, LACP_ILLEGAL },
		{ 0, 10, 110, LACP_UNKNOWN },
		{ 0, 3, 5, LACP_UNKNOWN },
		{ 3, 21, 110, LACP_ILLEGAL },
		{ 23, 0, 110, LACP_ILLEGAL },
		{ 43, 15, 110, LACP_ILLEGAL },
		{ 0, 1, 109, LACP_ILLEGAL },
		{ 0, 1, 0, LACP_ILLEGAL },
	};
	struct lacp_counters expected;
	struct lacp_pdu pdu;
	struct lacp before;
	uint8_t octets[LACP_PDU_SIZE];

	begin();
	add_links(2);
	use(2, A);
	pdu = make(0, B, 0);
	lacp_pdu_write(octets, &pdu.actor, &pdu.partner);
	if (messages[_i].result == LACP_MARKER_RESPONSE)
		lacp_pdu_write_response(octets, &pdu.marker);
	octets[messages[_i].at] = messages[_i].value;
	before = lag;
	ck_assert_int_eq(give_octets(0, octets, messages[_i].size),
			 messages[_i].result);
	expected = before.link[0].counters;
	expected.responses_rx += messages[_i].result == LACP_MARKER_RESPONSE;
	expected.illegal_rx += messages[_i].result == LACP_ILLEGAL;
	expected.unknown_rx += messages[_i].result == LACP_UNKNOWN;
	ck_assert_mem_eq(&expected, lacp_counters(&lag, 0), sizeof(expected));
	before.link[0].counters = expected;
	ck_assert_mem_eq(&before, &lag, sizeof(lag));
}
END_TEST

START_TEST(a_lacpdu_by_a_link_that_is_down_changes_nothing)
{
	struct lacp before;

	begin();
	add_links(2);
	use(2, A);
	link_is(1, false);
	before = lag;
	before.link[1].counters.pdus_rx++;
	tell(1, B, IN_USE);
	ck_assert_mem_eq(&before, &lag, sizeof(lag));
}
END_TEST

/* What is read of a LACPDU is what the reader gives, and no octet more. */
START_TEST(a_longer_lacpdu_of_a_later_version_is_taken)
{
	uint8_t octets[1500] = { 0 };
	struct lacp_pdu pdu;

	begin();
	add_links(1);
	tell(0, A, READY);
	wait_for(2 * SECOND);
	pdu = make(0, A, IN_USE);
	lacp_pdu_write(octets, &pdu.actor, &pdu.partner);
	octets[1] = 2;
	octets[58] = 4;
	octets[59] = 6;
	ck_assert_int_eq(give_octets(0, octets, sizeof(octets)), LACP_TAKEN);
	ck_assert_uint_eq(in_use(), 1);
}
END_TEST

START_TEST(each_reason_has_a_name_and_a_text)
{
	for (unsigned int i = 0; i < LACP_WHYS; i++) {
		ck_assert_str_ne(lacp_why_name(i), "");
		ck_assert_str_ne(lacp_why_text(i), "");
		for (unsigned int j = 0; j < i; j++)
			ck_assert_str_ne(lacp_why_text(i), lacp_why_text(j));
	}
	ck_assert_str_eq(lacp_why_name(LACP_WHY_looped), "looped");
	ck_assert_str_eq(lacp_why_text(LACP_WHY_no_link), "no link");
}
END_TEST

static void
add_use_tests(TCase *tc)
{
	tcase_add_test(tc,
		       a_link_is_used_once_its_partner_is_in_sync_and_collects);
	tcase_add_test(tc, a_link_that_waited_is_used_with_one_lacpdu);
	tcase_add_test(tc, a_partner_that_stops_to_collect_is_not_sent_to);
	tcase_add_test(tc, a_link_whose_partner_does_not_know_us_is_not_used);
	tcase_add_test(tc, what_is_known_of_a_link_is_shown);
}

static void
add_timer_tests(TCase *tc)
{
	tcase_add_loop_test(tc, silence_takes_a_link_out_of_use_in_3_s_or_90_s,
			    0, 2);
	tcase_add_test(tc, a_link_that_expired_is_back_with_the_next_lacpdu);
	tcase_add_test(tc, a_link_whose_partner_was_forgotten_waits_again);
	tcase_add_loop_test(tc, lacpdus_are_sent_as_often_as_the_partner_wants,
			    0, 2);
	tcase_add_test(
		tc, a_partner_that_wants_lacpdus_more_often_gets_one_at_once);
	tcase_add_test(tc, a_link_that_comes_up_is_announced_at_once);
	tcase_add_test(tc, a_passive_link_is_silent_until_its_partner_speaks);
	tcase_add_test(tc, at_most_three_lacpdus_are_sent_in_a_second);
	tcase_add_test(tc, a_lacpdu_that_had_to_wait_has_the_newest_state);
}

static void
add_selection_tests(TCase *tc)
{
	tcase_add_loop_test(tc, a_link_to_another_partner_is_not_used, 0, 3);
	tcase_add_test(tc, the_first_partner_of_a_lag_is_that_of_most_links);
	tcase_add_loop_test(
		tc,
		of_as_many_links_those_in_sync_count_and_then_the_lowest_slot,
		0, 2);
	tcase_add_test(
		tc,
		a_partner_with_as_many_links_does_not_turn_out_the_present_one);
	tcase_add_test(tc, a_partner_that_is_ahead_for_3_s_is_that_of_the_lag);
	tcase_add_test(tc, a_partner_that_is_ahead_with_breaks_is_not);
	tcase_add_loop_test(tc, a_link_that_is_back_within_3_s_keeps_the_lag, 0,
			    2);
	tcase_add_test(tc, a_partner_never_in_sync_gives_way_to_one_that_is);
	tcase_add_test(
		tc, a_partner_with_another_key_on_all_links_is_taken_at_once);
	tcase_add_test(tc, lacpdus_on_one_link_do_not_change_another);
	tcase_add_test(tc, a_link_whose_partner_flaps_moves_alone);
	tcase_add_test(tc, a_loop_is_not_used);
	tcase_add_test(tc, a_partner_whose_system_becomes_ours_is_a_loop);
	tcase_add_test(tc, lacpdus_that_come_back_do_nothing);
	tcase_add_test(
		tc, a_partner_that_does_not_aggregate_is_used_on_the_only_link);
	tcase_add_test(tc, a_link_that_is_held_is_told_to_its_partner_at_once);
	tcase_add_test(tc, a_partner_whose_links_are_held_gives_way);
	tcase_add_test(tc, a_link_that_goes_down_is_out_of_use_at_once);
	tcase_add_test(tc, a_slot_that_loses_its_link_has_none);
	tcase_add_test(tc, a_partner_port_that_moved_is_not_on_record_twice);
}

static void
add_other_tests(TCase *tc)
{
	tcase_add_test(tc, without_a_partner_no_link_is_used);
	tcase_add_test(tc, the_fallback_is_the_lowest_slot_after_3_s);
	tcase_add_loop_test(tc, the_fallback_ends_with_the_first_lacpdu, 0, 2);
	tcase_add_test(tc, the_fallback_ends_with_a_lacpdu_of_zeros);
	tcase_add_test(tc, a_loop_is_no_fallback);
	tcase_add_test(tc, the_fallback_can_be_turned_on_and_off);
	tcase_add_loop_test(
		tc, another_name_of_this_end_takes_the_links_out_of_use, 0, 3);
	tcase_add_loop_test(tc, other_settings_interrupt_nothing, 0, 2);
	tcase_add_test(tc, the_same_settings_change_nothing);
	tcase_add_test(tc,
		       below_min_links_no_link_is_used_and_the_partner_knows);
	tcase_add_test(tc, a_marker_is_answered);
	tcase_add_test(tc, at_most_five_markers_are_answered_in_a_second);
	tcase_add_loop_test(
		tc, what_is_no_lacpdu_is_counted_and_changes_nothing, 0, 10);
	tcase_add_test(tc, a_lacpdu_by_a_link_that_is_down_changes_nothing);
	tcase_add_test(tc, a_longer_lacpdu_of_a_later_version_is_taken);
	tcase_add_test(tc, each_reason_has_a_name_and_a_text);
}

int
main(void)
{
	Suite *s = suite_create("lacp");
	TCase *tc = tcase_create("lacp");

	add_use_tests(tc);
	add_timer_tests(tc);
	add_selection_tests(tc);
	add_other_tests(tc);
	suite_add_tcase(s, tc);
	return check_run(s);
}
