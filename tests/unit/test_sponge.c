/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sponge in step: sponge_run() is called at each time that sponge_due()
 * returns, and what the sponge does is recorded with its time.
 */
#include "lib/sponge.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "tests/check_run.h"

#define SLOTS  (SPONGE_CONFIRMS + 1)
#define B      2 /* the address that is requested */
#define ASKER  UINT64_C(0xc0000201)
#define MAC    UINT64_C(0xaa0000000002)
#define SECOND CLOCK_SECOND
#define MS     CLOCK_MILLISECOND
#define NEVER  UINT64_MAX
#define YEAR   (365 * 86400 * SECOND)

static struct sponge *s;
static struct sponge_params params;
static uint64_t start, now;

/* What the sponge has done, in order. */
static struct {
	uint32_t slot;
	uint64_t at;
} probes[8 * SLOTS];
static struct {
	struct sponge_notice what;
	uint64_t at;
} notices[64 * SLOTS];
static size_t nprobes, nnotices, ngratuitous, nchanged, runs;
static enum sponge_kind seen_as[SLOTS]; /* by changed() */
static bool seen[SLOTS];
static bool watched[SLOTS];

static void
on_changed(void *arg, uint32_t slot, enum sponge_kind from, enum sponge_kind to)
{
	ck_assert_ptr_eq(arg, &now);
	ck_assert_int_eq(seen_as[slot], from);
	ck_assert_int_ne(from, to);
	seen_as[slot] = to;
	nchanged++;
}

static void
on_watch(void *arg, uint32_t slot, bool now_it_is)
{
	ck_assert_ptr_eq(arg, &now);
	ck_assert(watched[slot] != now_it_is);
	watched[slot] = now_it_is;
}

static void
on_probe(void *arg, uint32_t slot)
{
	ck_assert_ptr_eq(arg, &now);
	ck_assert_uint_lt(nprobes, sizeof(probes) / sizeof(probes[0]));
	probes[nprobes].slot = slot;
	probes[nprobes++].at = now;
}

static void
on_gratuitous(void *arg, uint32_t slot)
{
	ck_assert_ptr_eq(arg, &now);
	ck_assert_int_eq(seen_as[slot], SPONGE_DEAD);
	ngratuitous++;
}

static bool
was_seen(void *arg, uint32_t slot)
{
	bool was = seen[slot];

	ck_assert_ptr_eq(arg, &now);
	seen[slot] = false;
	return was;
}

static void
on_notice(void *arg, const struct sponge_notice *what)
{
	ck_assert_ptr_eq(arg, &now);
	ck_assert_uint_lt(nnotices, sizeof(notices) / sizeof(notices[0]));
	notices[nnotices].what = *what;
	notices[nnotices++].at = now;
}

static const struct sponge_ops ops = {
	.changed = on_changed,
	.watch = on_watch,
	.probe = on_probe,
	.gratuitous = on_gratuitous,
	.seen = was_seen,
	.notice = on_notice,
};

/* The values of arpsponge, without learning and sweeps: tests set these. */
static const struct sponge_params defaults = {
	.queuedepth = 1000,
	.rate = 50,
	.pending = 5,
	.proberate = 100,
	.flood_protection = 3000,
	.init = SPONGE_ALIVE,
	.sweep_age = 3600,
	.sweep_skip_alive = true,
};

static void
forget_log(void)
{
	nprobes = nnotices = ngratuitous = nchanged = 0;
}

/* A sponge with 'params' that begins at 'start', with one address or all. */
static void
begin(bool all)
{
	sponge_free(s);
	memset(seen_as, 0, sizeof(seen_as));
	memset(watched, 0, sizeof(watched));
	now = start;
	s = sponge_create(SLOTS, &params, &ops, &now);
	ck_assert_ptr_nonnull(s);
	for (uint32_t i = all ? 1 : B; i <= (all ? 254u : B); i++)
		sponge_add(s, i, start);
	forget_log();
}

static void
setup(void)
{
	start = UINT64_C(1700000000123456789);
	params = defaults;
	begin(false);
}

static void
teardown(void)
{
	sponge_free(s);
	s = NULL;
}

/* Runs what is due until 'then' ns after the start. */
static void
until(uint64_t then)
{
	for (uint64_t due; (due = sponge_due(s)) <= start + then; runs++) {
		ck_assert_uint_lt(runs, 1000000);
		now = due > now ? due : now;
		sponge_run(s, now);
	}
	now = start + then;
}

static enum sponge_verdict
request_from(uint64_t source, uint64_t then)
{
	until(then);
	return sponge_request(s, B, source, now);
}

static enum sponge_verdict
request(uint64_t then)
{
	return request_from(ASKER, then);
}

/* 'n' requests from as many sources, 'gap' ns apart, from 'then' on. */
static void
request_many(unsigned int n, uint64_t gap, uint64_t then)
{
	for (unsigned int i = 0; i < n; i++)
		ck_assert_int_eq(request_from(ASKER + i, then + i * gap),
				 SPONGE_SILENCE);
}

static struct sponge_address
look(uint32_t slot)
{
	struct sponge_address a;

	ck_assert(sponge_look(s, slot, &a));
	return a;
}

static void
expect(enum sponge_kind kind, unsigned int n)
{
	struct sponge_address a = look(B);

	ck_assert_str_eq(sponge_kind_name(a.state.kind),
			 sponge_kind_name(kind));
	ck_assert_uint_eq(a.state.probes, n);
	ck_assert_int_eq(seen_as[B], kind);
	ck_assert_uint_eq(sponge_count(s, kind), 1);
}

static size_t
count_of(enum sponge_event event)
{
	size_t n = 0;

	for (size_t i = 0; i < nnotices; i++)
		n += notices[i].what.event == event;
	return n;
}

/* The last notice of an event; there is one. */
static const struct sponge_notice *
last(enum sponge_event event)
{
	for (size_t i = nnotices; i-- > 0;)
		if (notices[i].what.event == event)
			return &notices[i].what;
	ck_abort_msg("no notice %d", event);
	return NULL;
}

static void
put(enum sponge_kind kind)
{
	sponge_set(s, B, kind, 0, 0, now);
	expect(kind, 0);
	forget_log();
}

/*
 * Rate and reduction
 */

START_TEST(address_at_exactly_the_rate_stays_alive)
{
	params.queuedepth = 10;
	begin(false);
	request_many(10, 1200 * MS, 0);
	ck_assert_uint_eq(look(B).rate, 50000);
	expect(SPONGE_ALIVE, 0);
	ck_assert_uint_eq(nnotices, 0);
}
END_TEST

START_TEST(tenth_request_above_the_rate_makes_it_pending)
{
	params.queuedepth = 10;
	begin(false);
	request_many(9, 1100 * MS, 0);
	expect(SPONGE_ALIVE, 0);
	ck_assert_uint_eq(nnotices, 0);
	request(9 * 1100 * MS);
	expect(SPONGE_PENDING, 0);
	ck_assert_uint_eq(last(SPONGE_EV_REDUCED)->depth, 10);
	ck_assert_uint_eq(last(SPONGE_EV_REDUCED)->depth_after, 10);
	ck_assert_uint_eq(last(SPONGE_EV_REDUCED)->rate, 54545);
	ck_assert_uint_eq(last(SPONGE_EV_REDUCED)->rate_after, 54545);
	ck_assert_uint_eq(last(SPONGE_EV_PENDING)->number, 0);
	ck_assert_uint_eq(nprobes, 0);
}
END_TEST

START_TEST(flood_of_one_source_makes_nothing_pending)
{
	params.queuedepth = 10;
	begin(false);
	for (uint64_t i = 0; i < 100; i++)
		request(i * 10 * MS);
	expect(SPONGE_ALIVE, 0);
	ck_assert_uint_ge(count_of(SPONGE_EV_REDUCED), 1);
	ck_assert_uint_eq(notices[0].what.event, SPONGE_EV_REDUCED);
	ck_assert_uint_eq(notices[0].what.slot, B);
	ck_assert_uint_eq(notices[0].what.depth, 10);
	ck_assert_uint_eq(notices[0].what.depth_after, 1);
	ck_assert_uint_eq(notices[0].what.rate, 6000000);
	ck_assert_uint_eq(notices[0].what.rate_after, SPONGE_NO_RATE);
}
END_TEST

START_TEST(flood_without_protection_makes_it_pending)
{
	params.queuedepth = 10;
	params.flood_protection = 0;
	begin(false);
	for (uint64_t i = 0; i < 10; i++)
		request(i * 10 * MS);
	expect(SPONGE_PENDING, 0);
	ck_assert_uint_eq(count_of(SPONGE_EV_REDUCED), 0);
}
END_TEST

/* 100 requests a second for a quarter of an hour. */
START_TEST(long_flood_of_one_source_never_makes_it_pending)
{
	for (uint64_t i = 0; i < 90000; i++)
		ck_assert_int_eq(request(i * 10 * MS), SPONGE_SILENCE);
	expect(SPONGE_ALIVE, 0);
	ck_assert_uint_eq(nprobes, 0);
	ck_assert_uint_eq(nchanged, 0);
}
END_TEST

/* 999, 1000 and 1001 requests at 49, 50 and 51 a minute. */
START_TEST(depth_and_rate_are_exact_to_one_request)
{
	unsigned int n = 999 + (unsigned int)_i / 3;
	unsigned int rate = 49 + (unsigned int)_i % 3;

	for (uint64_t i = 0; i < n; i++)
		request_from(ASKER + i, i * 60 * SECOND / rate);
	ck_assert_int_eq(look(B).state.kind, n >= 1000 && rate == 51
						     ? SPONGE_PENDING
						     : SPONGE_ALIVE);
	ck_assert_uint_eq(look(B).depth, n < 1000 ? n : 1000);
}
END_TEST

START_TEST(address_goes_from_alive_to_dead_at_the_ticks)
{
	uint64_t last_one = 999 * 60 * SECOND / 51;
	uint64_t tick = (last_one / SECOND + 1) * SECOND;

	for (uint64_t i = 0; i < 1000; i++)
		request_from(ASKER + i, i * 60 * SECOND / 51);
	expect(SPONGE_PENDING, 0);
	ck_assert_int_eq(request(tick + 6 * SECOND - 1), SPONGE_SILENCE);
	expect(SPONGE_PENDING, 6);
	until(tick + 6 * SECOND);
	expect(SPONGE_DEAD, 0);
	ck_assert_uint_eq(nprobes, 6);
	ck_assert_uint_eq(probes[0].at, start + tick);
	ck_assert_int_eq(request(tick + 6 * SECOND), SPONGE_ANSWER);
}
END_TEST

START_TEST(any_sign_of_life_begins_the_count_anew)
{
	params.queuedepth = 10;
	begin(false);
	request_many(9, 100 * MS, 0);
	sponge_seen(s, B, _i == 0 ? MAC : 0, now);
	ck_assert_uint_eq(look(B).depth, 0);
	request_many(9, 100 * MS, SECOND);
	expect(SPONGE_ALIVE, 0);
	request(2 * SECOND);
	expect(SPONGE_PENDING, 0);
}
END_TEST

/* Signs of life that workers noted count before the request: 10,000 of them. */
START_TEST(address_seen_by_workers_is_never_pending)
{
	for (unsigned int i = 0; i < 10000; i++) {
		seen[B] = true;
		request_from(ASKER + i, i * MS);
		ck_assert_uint_eq(look(B).depth, 1);
	}
	expect(SPONGE_ALIVE, 0);
	ck_assert_uint_eq(nnotices, 0);
	request_many(999, MS, 10 * SECOND);
	expect(SPONGE_PENDING, 0);
}
END_TEST

/*
 * PENDING, DEAD and back
 */

START_TEST(six_probes_and_dead_at_the_seventh_tick)
{
	until(300 * MS);
	put(SPONGE_PENDING);
	until(7 * SECOND - 1);
	expect(SPONGE_PENDING, 6);
	ck_assert_uint_eq(nprobes, 6);
	for (unsigned int i = 0; i < 6; i++) {
		ck_assert_uint_eq(probes[i].slot, B);
		ck_assert_uint_eq(probes[i].at, start + (i + 1) * SECOND);
		ck_assert_int_eq(notices[i].what.event, SPONGE_EV_PENDING);
		ck_assert_uint_eq(notices[i].what.number, i + 1);
	}
	until(7 * SECOND);
	expect(SPONGE_DEAD, 0);
	ck_assert_uint_eq(look(B).changed_at, start + 7 * SECOND);
	ck_assert_uint_eq(nprobes, 6);
	ck_assert_uint_eq(nnotices, 7);
	ck_assert_uint_eq(last(SPONGE_EV_SPONGING)->slot, B);
	ck_assert_uint_eq(ngratuitous, 0);
	ck_assert_uint_eq(sponge_due(s), NEVER);
}
END_TEST

START_TEST(tick_at_which_it_becomes_pending_does_not_count)
{
	until(2 * SECOND);
	put(SPONGE_PENDING);
	until(3 * SECOND - 1);
	ck_assert_uint_eq(nprobes, 0);
	until(3 * SECOND);
	ck_assert_uint_eq(nprobes, 1);
}
END_TEST

/* Nor when the tick is late, and another address is PENDING already. */
START_TEST(late_tick_does_not_count_for_a_later_address)
{
	params.init = SPONGE_NONE;
	begin(true);
	sponge_request(s, 1, ASKER, now);
	now = start + SECOND + 2;
	sponge_request(s, B, ASKER, now);
	now = start + SECOND + 3;
	sponge_run(s, now);
	ck_assert_uint_eq(nprobes, 1);
	ck_assert_uint_eq(probes[0].slot, 1);
	until(2 * SECOND + 10 * MS);
	ck_assert_uint_eq(nprobes, 3);
	until(3 * SECOND + 10 * MS);
	ck_assert_uint_eq(look(1).state.probes, 3);
	ck_assert_uint_eq(look(B).state.probes, 2);
	ck_assert_uint_eq(count_of(SPONGE_EV_LAG), 0);
}
END_TEST

START_TEST(reply_clears_it)
{
	request_many(5, MS, 0);
	put(SPONGE_PENDING);
	until(3500 * MS);
	expect(SPONGE_PENDING, 3);
	sponge_seen(s, B, MAC, now);
	expect(SPONGE_ALIVE, 0);
	ck_assert_uint_eq(last(SPONGE_EV_CLEARING)->mac, MAC);
	ck_assert_uint_eq(count_of(SPONGE_EV_UNSPONGING), 0);
	ck_assert_uint_eq(look(B).mac, MAC);
	ck_assert_uint_eq(look(B).mac_at, start + 3500 * MS);
	ck_assert_uint_eq(look(B).changed_at, start + 3500 * MS);
	ck_assert_uint_eq(look(B).depth, 0);
	ck_assert_uint_eq(sponge_due(s), NEVER);
	until(YEAR);
	ck_assert_uint_eq(nprobes, 3);
}
END_TEST

START_TEST(address_seen_in_the_last_moment_is_not_sponged)
{
	sponge_seen(s, B, MAC, now);
	put(SPONGE_PENDING);
	until(7 * SECOND - 1);
	seen[B] = true;
	until(7 * SECOND);
	expect(SPONGE_ALIVE, 0);
	ck_assert_uint_eq(last(SPONGE_EV_CLEARING)->mac, MAC);
	ck_assert_uint_eq(look(B).mac_at, start);
	ck_assert_uint_eq(count_of(SPONGE_EV_SPONGING), 0);
}
END_TEST

START_TEST(passive_sponge_counts_and_sends_no_probes)
{
	params.passive = true;
	begin(false);
	put(SPONGE_PENDING);
	until(7 * SECOND - 1);
	expect(SPONGE_PENDING, 6);
	until(7 * SECOND);
	expect(SPONGE_DEAD, 0);
	ck_assert_uint_eq(nprobes, 0);
}
END_TEST

START_TEST(request_for_a_dead_address_is_answered)
{
	put(SPONGE_DEAD);
	ck_assert_int_eq(request(SECOND), SPONGE_ANSWER);
	ck_assert_int_eq(request(2 * SECOND), SPONGE_ANSWER);
	expect(SPONGE_DEAD, 0);
	ck_assert_uint_eq(look(B).depth, 2);
	ck_assert_uint_eq(look(B).asked_at, start + 2 * SECOND);
	ck_assert_uint_eq(look(B).rate, 60000);
}
END_TEST

START_TEST(sign_of_life_releases_a_dead_address)
{
	put(SPONGE_DEAD);
	request(0);
	until(SECOND);
	sponge_seen(s, B, MAC, now);
	expect(SPONGE_ALIVE, 0);
	ck_assert_uint_eq(nnotices, 1);
	ck_assert_uint_eq(last(SPONGE_EV_UNSPONGING)->mac, MAC);
	ck_assert_uint_eq(look(B).mac, MAC);
	ck_assert_uint_eq(look(B).depth, 0);
	ck_assert_int_eq(request(SECOND), SPONGE_SILENCE);
}
END_TEST

/* A sign of life without a MAC address keeps the one that is known. */
START_TEST(sign_seen_by_workers_releases_it_before_the_answer)
{
	sponge_seen(s, B, MAC, now);
	put(SPONGE_DEAD);
	seen[B] = true;
	ck_assert_int_eq(request(SECOND), SPONGE_SILENCE);
	expect(SPONGE_ALIVE, 0);
	ck_assert_uint_eq(last(SPONGE_EV_UNSPONGING)->mac, MAC);
	ck_assert_uint_eq(look(B).mac, MAC);
	ck_assert_uint_eq(look(B).mac_at, start);
	ck_assert_uint_eq(look(B).depth, 1);
}
END_TEST

START_TEST(address_detection_makes_a_dead_address_pending)
{
	put(SPONGE_DEAD);
	ck_assert_int_eq(sponge_conflict(s, B, now), SPONGE_SILENCE);
	expect(SPONGE_PENDING, 0);
	ck_assert_uint_eq(look(B).depth, 0);
	ck_assert_uint_eq(look(B).asked_at, 0);
	ck_assert_uint_eq(nnotices, 2);
	ck_assert_int_eq(notices[0].what.event, SPONGE_EV_UNSPONGING);
	ck_assert_int_eq(notices[1].what.event, SPONGE_EV_PENDING);
}
END_TEST

START_TEST(address_detection_begins_pending_anew)
{
	put(SPONGE_PENDING);
	until(4 * SECOND);
	expect(SPONGE_PENDING, 4);
	ck_assert_int_eq(sponge_conflict(s, B, now), SPONGE_SILENCE);
	expect(SPONGE_PENDING, 0);
	ck_assert_uint_eq(last(SPONGE_EV_PENDING)->number, 0);
	ck_assert_uint_eq(look(B).changed_at, start);
	until(11 * SECOND - 1);
	expect(SPONGE_PENDING, 6);
	until(11 * SECOND);
	expect(SPONGE_DEAD, 0);
}
END_TEST

START_TEST(address_detection_leaves_none_and_alive_alone)
{
	enum sponge_kind kind = _i == 0 ? SPONGE_NONE : SPONGE_ALIVE;

	put(kind);
	ck_assert_int_eq(sponge_conflict(s, B, now), SPONGE_SILENCE);
	expect(kind, 0);
	ck_assert_uint_eq(nnotices, 0);
	ck_assert_uint_eq(sponge_due(s), NEVER);
}
END_TEST

START_TEST(static_address_that_sends_stays_static)
{
	put(SPONGE_STATIC);
	request(0);
	for (uint64_t i = 1; i <= 3; i++) {
		until(i * SECOND);
		sponge_seen(s, B, MAC + i, now);
		expect(SPONGE_STATIC, 0);
		ck_assert_uint_eq(last(SPONGE_EV_TRAFFIC)->mac, MAC + i);
		ck_assert_uint_eq(last(SPONGE_EV_TRAFFIC)->slot, B);
		ck_assert_uint_eq(look(B).mac, MAC + i);
		ck_assert_uint_eq(look(B).mac_at, start + i * SECOND);
	}
	ck_assert_uint_eq(nnotices, 3);
	ck_assert_int_eq(request(3 * SECOND), SPONGE_ANSWER);
	ck_assert_uint_eq(look(B).depth, 2);
}
END_TEST

START_TEST(address_detection_of_a_static_address_is_answered)
{
	put(SPONGE_STATIC);
	ck_assert_int_eq(sponge_conflict(s, B, now), SPONGE_ANSWER);
	expect(SPONGE_STATIC, 0);
	ck_assert_uint_eq(look(B).depth, 0);
	params.dummy = true;
	sponge_set_params(s, &params, now);
	ck_assert_int_eq(sponge_conflict(s, B, now), SPONGE_DUMMY);
}
END_TEST

START_TEST(first_request_makes_an_unknown_address_pending)
{
	params.init = SPONGE_NONE;
	begin(false);
	ck_assert_int_eq(request(300 * MS), SPONGE_SILENCE);
	expect(SPONGE_PENDING, 0);
	ck_assert_uint_eq(sponge_due(s), start + SECOND);
	until(7 * SECOND);
	expect(SPONGE_DEAD, 0);
	ck_assert_uint_eq(look(B).depth, 1);
	ck_assert_uint_eq(last(SPONGE_EV_SPONGING)->rate, SPONGE_NO_RATE);
}
END_TEST

START_TEST(unknown_address_that_sends_is_alive)
{
	params.init = SPONGE_NONE;
	begin(false);
	sponge_seen(s, B, MAC, now);
	expect(SPONGE_ALIVE, 0);
	ck_assert_uint_eq(nnotices, 0);
}
END_TEST

START_TEST(smaller_depth_cuts_what_is_remembered)
{
	request_many(500, 100 * MS, 0);
	params.queuedepth = 10;
	sponge_set_params(s, &params, now);
	ck_assert_uint_eq(sponge_params(s)->queuedepth, 10);
	expect(SPONGE_ALIVE, 0);
	ck_assert_uint_eq(look(B).depth, 10);
	ck_assert_uint_eq(look(B).rate, 600000);
	request(50 * SECOND);
	expect(SPONGE_PENDING, 0);
}
END_TEST

/*
 * Static, dummy and gratuitous
 */

START_TEST(no_request_makes_pending_in_static_mode)
{
	params.queuedepth = 10;
	params.fixed = true;
	begin(false);
	request_many(20, MS, 0);
	expect(SPONGE_ALIVE, 0);
	put(SPONGE_NONE);
	request_many(20, MS, SECOND);
	expect(SPONGE_NONE, 0);
	ck_assert_uint_eq(nnotices, 0);
	sponge_seen(s, B, MAC, now);
	expect(SPONGE_ALIVE, 0);
}
END_TEST

START_TEST(only_the_operator_releases_in_static_mode)
{
	enum sponge_kind kind = _i == 0 ? SPONGE_DEAD : SPONGE_PENDING;

	params.fixed = true;
	begin(false);
	put(kind);
	sponge_seen(s, B, MAC, now);
	expect(kind, 0);
	ck_assert_uint_eq(nnotices, 1);
	ck_assert_uint_eq(last(SPONGE_EV_TRAFFIC)->mac, MAC);
	ck_assert_uint_eq(look(B).mac, MAC);
	ck_assert_int_eq(sponge_conflict(s, B, now), SPONGE_SILENCE);
	until(60 * SECOND);
	expect(kind, 0);
	ck_assert_uint_eq(nprobes, 0);
	ck_assert_int_eq(request(60 * SECOND),
			 _i == 0 ? SPONGE_ANSWER : SPONGE_SILENCE);
	sponge_set(s, B, SPONGE_ALIVE, 0, 0, now);
	expect(SPONGE_ALIVE, 0);
}
END_TEST

START_TEST(static_mode_holds_ticks_up_and_its_end_resumes_them)
{
	put(SPONGE_PENDING);
	until(2500 * MS);
	params.fixed = true;
	sponge_set_params(s, &params, now);
	ck_assert_uint_eq(sponge_due(s), NEVER);
	until(YEAR);
	expect(SPONGE_PENDING, 2);
	params.fixed = false;
	sponge_set_params(s, &params, now);
	until(YEAR + SECOND);
	expect(SPONGE_PENDING, 3);
	ck_assert_uint_eq(count_of(SPONGE_EV_LAG), 0);
}
END_TEST

START_TEST(dummy_sends_probes_and_no_answers)
{
	params.dummy = true;
	params.gratuitous = true;
	begin(false);
	put(SPONGE_PENDING);
	until(7 * SECOND);
	expect(SPONGE_DEAD, 0);
	ck_assert_uint_eq(nprobes, 6);
	ck_assert_uint_eq(count_of(SPONGE_EV_SPONGING), 1);
	ck_assert_uint_eq(ngratuitous, 0);
	ck_assert_int_eq(request(8 * SECOND), SPONGE_DUMMY);
	put(SPONGE_STATIC);
	ck_assert_int_eq(request(8 * SECOND), SPONGE_DUMMY);
}
END_TEST

START_TEST(dead_address_can_be_announced)
{
	params.gratuitous = true;
	begin(false);
	put(SPONGE_PENDING);
	until(7 * SECOND);
	ck_assert_uint_eq(ngratuitous, 1);
	sponge_set(s, B, SPONGE_DEAD, 0, 0, now);
	ck_assert_uint_eq(ngratuitous, 1);
	sponge_set(s, B, SPONGE_STATIC, 0, 0, now);
	ck_assert_uint_eq(ngratuitous, 1);
	sponge_set(s, B, SPONGE_DEAD, 0, 0, now);
	ck_assert_uint_eq(ngratuitous, 2);
}
END_TEST

/*
 * Learning
 */

START_TEST(nothing_is_probed_or_answered_while_learning)
{
	params.init = SPONGE_DEAD;
	params.learning = 5;
	begin(false);
	ck_assert(sponge_is_learning(s));
	for (uint64_t ms = 0; ms < 5000; ms += 100)
		ck_assert_int_eq(request(ms * MS), SPONGE_SILENCE);
	ck_assert_uint_eq(look(B).depth, 0);
	ck_assert_uint_eq(look(B).asked_at, 0);
	expect(SPONGE_DEAD, 0);
	ck_assert_int_eq(request(5 * SECOND), SPONGE_ANSWER);
	ck_assert(!sponge_is_learning(s));
	ck_assert_uint_eq(nnotices, 1);
	ck_assert_uint_eq(count_of(SPONGE_EV_LEARNED), 1);
	ck_assert_uint_eq(notices[0].at, start + 5 * SECOND);
	ck_assert_uint_eq(look(B).depth, 1);
}
END_TEST

START_TEST(no_address_is_judged_while_learning)
{
	params.learning = 5;
	params.init = SPONGE_PENDING;
	params.sweep = 1;
	params.sweep_at_start = true;
	begin(true);
	until(5 * SECOND - 1);
	ck_assert_uint_eq(nprobes, 0);
	ck_assert_uint_eq(nnotices, 0);
	ck_assert_uint_eq(sponge_count(s, SPONGE_PENDING), 254);
	until(6 * SECOND - 1);
	ck_assert_uint_eq(nprobes, 0);
	ck_assert_uint_eq(count_of(SPONGE_EV_SWEEP), 1);
	ck_assert_uint_eq(notices[0].at, start + 5 * SECOND);
	until(6 * SECOND);
	ck_assert_uint_eq(nprobes, 1);
}
END_TEST

START_TEST(signs_of_life_count_while_learning)
{
	params.learning = 5;
	params.init = SPONGE_DEAD;
	begin(false);
	sponge_seen(s, B, MAC, now);
	expect(SPONGE_ALIVE, 0);
}
END_TEST

/* Duplicate address detection is judged before the check for learning. */
START_TEST(address_detection_makes_pending_while_learning)
{
	params.learning = 5;
	params.init = SPONGE_DEAD;
	begin(false);
	ck_assert_int_eq(sponge_conflict(s, B, now), SPONGE_SILENCE);
	expect(SPONGE_PENDING, 0);
	sponge_set(s, B, SPONGE_STATIC, 0, 0, now);
	ck_assert_int_eq(sponge_conflict(s, B, now), SPONGE_SILENCE);
	until(5 * SECOND);
	ck_assert_int_eq(sponge_conflict(s, B, now), SPONGE_ANSWER);
}
END_TEST

START_TEST(pending_addresses_are_judged_after_learning)
{
	params.learning = 5;
	params.init = SPONGE_PENDING;
	begin(false);
	until(6 * SECOND - 1);
	expect(SPONGE_PENDING, 0);
	until(6 * SECOND);
	expect(SPONGE_PENDING, 1);
	until(12 * SECOND);
	expect(SPONGE_DEAD, 0);
}
END_TEST

START_TEST(learning_begins_anew_only_with_another_time)
{
	params.learning = 5;
	begin(false);
	put(SPONGE_PENDING);
	until(2500 * MS);
	params.rate = 51;
	sponge_set_params(s, &params, now);
	until(5 * SECOND);
	ck_assert(!sponge_is_learning(s));
	until(5500 * MS);
	sponge_set_params(s, &params, now);
	ck_assert(!sponge_is_learning(s));
	params.learning = 3;
	sponge_set_params(s, &params, now);
	until(8 * SECOND - 1);
	ck_assert(sponge_is_learning(s));
	ck_assert_uint_eq(nprobes, 0);
	until(8 * SECOND);
	ck_assert(!sponge_is_learning(s));
	ck_assert_uint_eq(count_of(SPONGE_EV_LEARNED), 2);
	until(9 * SECOND);
	ck_assert_uint_eq(nprobes, 1);
}
END_TEST

START_TEST(learning_ends_at_once_when_it_is_set_to_none)
{
	params.learning = 5;
	begin(false);
	until(1500 * MS);
	params.learning = 0;
	sponge_set_params(s, &params, now);
	ck_assert(!sponge_is_learning(s));
	ck_assert_uint_eq(count_of(SPONGE_EV_LEARNED), 1);
	ck_assert_uint_eq(sponge_due(s), NEVER);
	params.learning = 4;
	sponge_set_params(s, &params, now);
	params.learning = 0;
	sponge_set_params(s, &params, now);
	ck_assert_uint_eq(count_of(SPONGE_EV_LEARNED), 2);
	sponge_set_params(s, &params, now);
	ck_assert_uint_eq(count_of(SPONGE_EV_LEARNED), 2);
}
END_TEST

/*
 * Sweeps
 */

START_TEST(first_sweep_probes_all)
{
	start = _i == 0 ? start : 0;
	params.sweep = 900;
	begin(true);
	sponge_remove(s, 250); /* the own address */
	until(900 * SECOND - 1);
	ck_assert_uint_eq(nnotices + nprobes, 0);
	until(900 * SECOND + 2520 * MS - 1);
	ck_assert_uint_eq(nprobes, 252);
	until(1799 * SECOND);
	ck_assert_uint_eq(nprobes, 253);
	for (uint32_t i = 0; i < 253; i++) {
		ck_assert_uint_eq(probes[i].slot, i + 1 + (i >= 249));
		ck_assert_uint_eq(probes[i].at,
				  start + 900 * SECOND + i * 10 * MS);
	}
	ck_assert_uint_eq(nnotices, 2);
	ck_assert_int_eq(notices[0].what.event, SPONGE_EV_SWEEP);
	ck_assert_int_eq(notices[1].what.event, SPONGE_EV_SWEPT);
	ck_assert_uint_eq(notices[1].what.number, 253);
	ck_assert_uint_eq(notices[1].at, probes[252].at);
}
END_TEST

/* The age is 3600: of the sweeps at 1800, 2700, 3600 and 4500 s the last. */
START_TEST(sweep_probes_addresses_silent_long_enough)
{
	params.sweep = 900;
	begin(true);
	until(1000 * SECOND);
	ck_assert_uint_eq(nprobes, 254);
	sponge_seen(s, 7, 0, now);
	until(4499 * SECOND);
	ck_assert_uint_eq(nprobes, 254);
	ck_assert_uint_eq(last(SPONGE_EV_SWEPT)->number, 0);
	ck_assert_uint_eq(count_of(SPONGE_EV_SWEPT), 4);
	until(5399 * SECOND);
	ck_assert_uint_eq(nprobes, 254 + 253);
	ck_assert_uint_eq(probes[254].at, start + 4500 * SECOND);
	until(6000 * SECOND);
	ck_assert_uint_eq(nprobes, 254 + 254);
	ck_assert_uint_eq(probes[254 + 253].slot, 7);
}
END_TEST

START_TEST(sweep_skips_alive_addresses_with_a_mac_if_set_so)
{
	params.sweep = 900;
	params.sweep_skip_alive = _i == 0;
	begin(true);
	sponge_set(s, 1, SPONGE_ALIVE, 0, MAC, now);
	sponge_set(s, 2, SPONGE_ALIVE, 0, MAC, now);
	sponge_set(s, 3, SPONGE_DEAD, 0, 0, now);
	sponge_set(s, 4, SPONGE_STATIC, 0, 0, now);
	sponge_set(s, 5, SPONGE_NONE, 0, 0, now);
	sponge_seen(s, 4, MAC, now);
	sponge_forget_mac(s, 2);
	params.sweep_age = 900;
	sponge_set_params(s, &params, now);
	until(950 * SECOND);
	ck_assert_uint_eq(nprobes, _i == 0 ? 253 : 254);
	ck_assert_uint_eq(probes[0].slot, _i == 0 ? 2 : 1);
}
END_TEST

START_TEST(sweep_skips_addresses_seen_by_workers)
{
	params.sweep = 900;
	begin(true);
	sponge_set(s, 9, SPONGE_DEAD, 0, 0, now);
	sponge_set(s, 10, SPONGE_STATIC, 0, 0, now);
	params.sweep_age = 900;
	sponge_set_params(s, &params, now);
	seen[8] = seen[9] = seen[10] = true;
	until(950 * SECOND);
	ck_assert_uint_eq(nprobes, 252);
	ck_assert_int_eq(look(9).state.kind, SPONGE_ALIVE);
	ck_assert_int_eq(look(10).state.kind, SPONGE_STATIC);
	ck_assert_uint_eq(probes[7].slot, 10);
	ck_assert_uint_eq(count_of(SPONGE_EV_TRAFFIC), 1);
}
END_TEST

START_TEST(a_sweep_at_the_start_is_right_after_learning)
{
	params.sweep = 900;
	params.sweep_at_start = true;
	params.learning = 5;
	begin(true);
	until(6 * SECOND);
	ck_assert_uint_eq(probes[0].at, start + 5 * SECOND);
	until(904 * SECOND);
	ck_assert_uint_eq(nprobes, 254);
	ck_assert_uint_eq(count_of(SPONGE_EV_SWEEP), 1);
	until(905 * SECOND);
	ck_assert_uint_eq(count_of(SPONGE_EV_SWEEP), 2);
}
END_TEST

START_TEST(a_sweep_at_the_start_may_be_the_only_one)
{
	params.sweep_at_start = true;
	begin(true);
	until(YEAR);
	ck_assert_uint_eq(nprobes, 254);
	ck_assert_uint_eq(probes[0].at, start);
	ck_assert_uint_eq(count_of(SPONGE_EV_SWEEP), 1);
	ck_assert_uint_eq(sponge_due(s), NEVER);
}
END_TEST

START_TEST(there_is_no_sweep_in_passive_mode)
{
	params.sweep = 900;
	params.sweep_at_start = true;
	params.passive = true;
	begin(true);
	ck_assert_uint_eq(sponge_due(s), NEVER);
	params.passive = false;
	until(1000 * SECOND);
	sponge_set_params(s, &params, now);
	until(1901 * SECOND);
	ck_assert_uint_eq(nprobes, 101);
	params.passive = true;
	sponge_set_params(s, &params, now);
	ck_assert_uint_eq(last(SPONGE_EV_SWEPT)->number, 101);
	ck_assert_uint_eq(sponge_due(s), NEVER);
}
END_TEST

START_TEST(no_sweep_at_the_start_if_passive_in_time)
{
	params.sweep_at_start = true;
	begin(true);
	params.passive = true;
	sponge_set_params(s, &params, now);
	until(SECOND);
	ck_assert_uint_eq(nnotices + nprobes, 0);
}
END_TEST

START_TEST(another_period_while_learning_makes_no_sweep)
{
	params.learning = 5;
	begin(true);
	params.sweep = 1;
	sponge_set_params(s, &params, now);
	until(6 * SECOND - 1);
	ck_assert_uint_eq(nprobes, 0);
	until(6 * SECOND);
	ck_assert_uint_eq(nprobes, 1);
}
END_TEST

/* By a ms, always: the ages are whole periods all the same. */
START_TEST(late_sweep_probes_the_same_addresses)
{
	params.sweep = 900;
	begin(true);
	for (uint64_t due; (due = sponge_due(s)) < start + 4600 * SECOND;) {
		now = due + (due < start + 1000 * SECOND ? MS : MS / 2);
		sponge_run(s, now);
	}
	ck_assert_uint_eq(nprobes, 2 * 254);
	ck_assert_uint_eq(probes[254].at, start + 4500 * SECOND + MS / 2);
	ck_assert_uint_eq(count_of(SPONGE_EV_LAG), 0);
}
END_TEST

START_TEST(another_period_counts_from_when_it_is_set)
{
	params.sweep = 900;
	begin(true);
	until(100 * SECOND);
	params.sweep = 60;
	sponge_set_params(s, &params, now);
	until(130 * SECOND);
	sponge_set_params(s, &params, now);
	ck_assert_uint_eq(sponge_due(s), start + 160 * SECOND);
	params.sweep = 0;
	sponge_set_params(s, &params, now);
	ck_assert_uint_eq(sponge_due(s), NEVER);
}
END_TEST

/*
 * The pacer
 */

/* 254 of them take 2.54 s, and then the next tick is a second later. */
START_TEST(a_pass_that_takes_longer_than_a_tick_delays_the_next)
{
	params.init = SPONGE_PENDING;
	begin(true);
	until(4 * SECOND);
	ck_assert_uint_eq(nprobes, 254);
	for (uint32_t i = 0; i < 254; i++) {
		ck_assert_uint_eq(probes[i].slot, i + 1);
		ck_assert_uint_eq(probes[i].at, start + SECOND + i * 10 * MS);
	}
	ck_assert_uint_eq(count_of(SPONGE_EV_LAG), 1);
	ck_assert_uint_eq(last(SPONGE_EV_LAG)->number, 2530 * MS);
	until(4530 * MS);
	ck_assert_uint_eq(nprobes, 255);
	ck_assert_uint_eq(probes[254].at, start + 4530 * MS);
	ck_assert_uint_eq(probes[254].slot, 1);
	until(3600 * SECOND);
	ck_assert_uint_eq(nprobes, 6 * 254);
	ck_assert_uint_eq(sponge_count(s, SPONGE_DEAD), 254);
	ck_assert_uint_eq(sponge_due(s), NEVER);
}
END_TEST

START_TEST(a_pass_comes_before_a_sweep)
{
	params.sweep = 900;
	begin(true);
	until(900 * SECOND + 995 * MS);
	ck_assert_uint_eq(nprobes, 100);
	sponge_set(s, 200, SPONGE_PENDING, 0, 0, now);
	sponge_set(s, 201, SPONGE_PENDING, 0, 0, now);
	until(901 * SECOND + 25 * MS);
	ck_assert_uint_eq(nprobes, 103);
	ck_assert_uint_eq(probes[100].slot, 200);
	ck_assert_uint_eq(probes[101].slot, 201);
	ck_assert_uint_eq(probes[102].slot, 101);
	for (unsigned int i = 1; i < nprobes; i++)
		ck_assert_uint_ge(probes[i].at - probes[i - 1].at, 10 * MS);
}
END_TEST

START_TEST(operator_probes_a_range_at_a_rate)
{
	begin(true);
	sponge_remove(s, 12);
	forget_log();
	until(SECOND);
	sponge_probe(s, 10, 13, 10, now);
	until(2 * SECOND);
	ck_assert_uint_eq(nprobes, 3);
	for (uint32_t i = 0; i < 3; i++) {
		ck_assert_uint_eq(probes[i].slot, 10 + i + (i == 2));
		ck_assert_uint_eq(probes[i].at, start + SECOND + i * 100 * MS);
	}
	ck_assert_uint_eq(sponge_due(s), NEVER);
	ck_assert_uint_eq(nchanged + nnotices, 0);
}
END_TEST

START_TEST(second_range_leaves_the_first_to_be_probed)
{
	begin(true);
	sponge_probe(s, 20, 22, 10, now);
	until(50 * MS);
	sponge_probe(s, 1, 2, 10, now);
	sponge_probe(s, 21, 21, 10, now);
	sponge_remove(s, 22);
	until(SECOND);
	ck_assert_uint_eq(nprobes, 4);
	ck_assert_uint_eq(probes[0].slot, 20);
	ck_assert_uint_eq(probes[1].slot, 1);
	ck_assert_uint_eq(probes[1].at, start + 100 * MS);
	ck_assert_uint_eq(probes[2].slot, 2);
	ck_assert_uint_eq(probes[3].slot, 21);
	sponge_probe(s, 0, UINT32_MAX, 10, now);
	until(60 * SECOND);
	ck_assert_uint_eq(nprobes, 4 + 253);
}
END_TEST

/*
 * Probes of an operator get what a sweep leaves: the pacer limits all
 * together.
 */
START_TEST(probes_of_an_operator_wait_for_the_pacer)
{
	params.sweep_at_start = true;
	params.sweep = 900;
	begin(true);
	sponge_probe(s, 1, 5, 1000, now);
	until(2540 * MS - 1);
	ck_assert_uint_eq(nprobes, 254);
	until(3 * SECOND);
	ck_assert_uint_eq(nprobes, 259);
	for (unsigned int i = 1; i < nprobes; i++)
		ck_assert_uint_eq(probes[i].at - probes[i - 1].at, 10 * MS);
}
END_TEST

START_TEST(operator_sends_no_probes_in_passive_mode)
{
	params.passive = true;
	begin(true);
	sponge_probe(s, 1, 5, 10, now);
	ck_assert_uint_eq(sponge_due(s), NEVER);
	params.passive = false;
	sponge_set_params(s, &params, now);
	sponge_probe(s, 1, 5, 10, now);
	until(150 * MS);
	params.passive = true;
	sponge_set_params(s, &params, now);
	until(SECOND);
	params.passive = false;
	sponge_set_params(s, &params, now);
	until(2 * SECOND);
	ck_assert_uint_eq(nprobes, 2);
}
END_TEST

START_TEST(gratuitous_messages_are_paced_like_probes)
{
	params.gratuitous = true;
	params.passive = true;
	begin(true);
	for (uint32_t i = 1; i <= 3; i++)
		sponge_set(s, i, SPONGE_PENDING, 6, 0, now);
	until(SECOND);
	ck_assert_uint_eq(ngratuitous, 1);
	until(SECOND + 10 * MS);
	ck_assert_uint_eq(ngratuitous, 2);
	until(SECOND + 20 * MS);
	ck_assert_uint_eq(ngratuitous, 3);
	ck_assert_uint_eq(sponge_count(s, SPONGE_DEAD), 3);
}
END_TEST

/*
 * An operator
 */

START_TEST(state_set_by_an_operator_is_notified)
{
	static const struct {
		enum sponge_kind to;
		int notice, then; /* sponge_event; -1: none */
	} steps[] = {
		{ SPONGE_DEAD, SPONGE_EV_SPONGING, -1 },
		{ SPONGE_STATIC, SPONGE_EV_STATIC, -1 },
		{ SPONGE_DEAD, SPONGE_EV_SPONGING, -1 },
		{ SPONGE_ALIVE, SPONGE_EV_UNSPONGING, -1 },
		{ SPONGE_STATIC, SPONGE_EV_STATIC, -1 },
		{ SPONGE_PENDING, SPONGE_EV_UNSPONGING, SPONGE_EV_PENDING },
		{ SPONGE_ALIVE, SPONGE_EV_CLEARING, -1 },
		{ SPONGE_PENDING, SPONGE_EV_PENDING, -1 },
		{ SPONGE_NONE, -1, -1 },
		{ SPONGE_DEAD, SPONGE_EV_SPONGING, -1 },
		{ SPONGE_NONE, SPONGE_EV_UNSPONGING, -1 },
		{ SPONGE_ALIVE, -1, -1 },
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		forget_log();
		sponge_set(s, B, steps[i].to, 0, 0, now);
		expect(steps[i].to, 0);
		ck_assert_uint_eq(nchanged, 1);
		ck_assert_uint_eq(nnotices, (size_t)(steps[i].notice >= 0) +
						    (steps[i].then >= 0));
		if (nnotices > 0)
			ck_assert_int_eq(notices[0].what.event,
					 steps[i].notice);
		if (nnotices > 1)
			ck_assert_int_eq(notices[1].what.event, steps[i].then);
	}
}
END_TEST

START_TEST(unchanged_state_is_not_notified_again)
{
	put(SPONGE_DEAD);
	until(SECOND);
	sponge_set(s, B, SPONGE_DEAD, 0, 0, now);
	ck_assert_uint_eq(nnotices + nchanged, 0);
	ck_assert_uint_eq(look(B).changed_at, start);
}
END_TEST

START_TEST(an_operator_sets_mac_and_number)
{
	request(0);
	sponge_set(s, B, SPONGE_ALIVE, 0, MAC, now);
	ck_assert_uint_eq(look(B).mac, MAC);
	ck_assert_uint_eq(look(B).depth, 0);
	sponge_set(s, B, SPONGE_ALIVE, 0, 0, now);
	ck_assert_uint_eq(look(B).mac, MAC);
	sponge_forget_mac(s, B);
	ck_assert_uint_eq(look(B).mac, 0);
	ck_assert_uint_eq(look(B).mac_at, 0);
	request(0);
	sponge_set(s, B, SPONGE_PENDING, 4, 0, now);
	expect(SPONGE_PENDING, 4);
	ck_assert_uint_eq(look(B).depth, 1);
	until(2 * SECOND);
	expect(SPONGE_PENDING, 6);
	until(3 * SECOND);
	expect(SPONGE_DEAD, 0);
	ck_assert_uint_eq(look(B).depth, 1);
	sponge_set(s, B, SPONGE_NONE, 9, MAC, now);
	expect(SPONGE_NONE, 0);
	ck_assert_uint_eq(look(B).depth, 0);
	ck_assert_uint_eq(look(B).mac, 0);
}
END_TEST

/* Workers may have noted a sign of life an hour ago, not asked for since. */
START_TEST(earlier_sign_of_life_undoes_nothing)
{
	seen[B] = true;
	sponge_set(s, B, SPONGE_DEAD, 0, 0, now);
	ck_assert_int_eq(request(SECOND), SPONGE_ANSWER);
	seen[B] = true;
	sponge_confirm(s, B, SPONGE_STATIC, now);
	until(10 * SECOND);
	expect(SPONGE_STATIC, 0);
	seen[B] = true;
	params.init = SPONGE_DEAD;
	sponge_set_params(s, &params, now);
	sponge_remove(s, B);
	sponge_add(s, B, now);
	ck_assert_int_eq(request(10 * SECOND), SPONGE_ANSWER);
}
END_TEST

START_TEST(silent_address_is_sponged_after_three_probes)
{
	enum sponge_kind to = _i == 0 ? SPONGE_STATIC : SPONGE_DEAD;

	until(500 * MS);
	ck_assert(sponge_confirm(s, B, to, now));
	until(1900 * MS - 1);
	expect(SPONGE_ALIVE, 0);
	until(1900 * MS);
	expect(to, 0);
	ck_assert_uint_eq(nprobes, 3);
	ck_assert_uint_eq(probes[0].at, start + 500 * MS);
	ck_assert_uint_eq(probes[1].at, start + 700 * MS);
	ck_assert_uint_eq(probes[2].at, start + 900 * MS);
	ck_assert_uint_eq(nnotices, 1);
	ck_assert_uint_eq(sponge_due(s), NEVER);
}
END_TEST

START_TEST(address_that_answers_is_not_sponged)
{
	sponge_confirm(s, B, SPONGE_STATIC, now);
	until(1399 * MS);
	if (_i == 0)
		sponge_seen(s, B, MAC, now);
	else
		seen[B] = true;
	until(10 * SECOND);
	expect(SPONGE_ALIVE, 0);
	ck_assert_uint_eq(nnotices, 1);
	ck_assert_uint_eq(last(SPONGE_EV_ALIVE_AFTER_ALL)->slot, B);
	ck_assert_uint_eq(nprobes, 3);
	sponge_seen(s, B, MAC, now);
	ck_assert_uint_eq(nnotices, 1);
}
END_TEST

START_TEST(address_that_answers_the_first_probe_gets_no_other)
{
	sponge_confirm(s, B, SPONGE_STATIC, now);
	until(100 * MS);
	seen[B] = true;
	until(10 * SECOND);
	ck_assert_uint_eq(nprobes, 1);
	ck_assert_uint_eq(notices[0].at, start + 200 * MS);
}
END_TEST

START_TEST(confirmation_sends_no_probes_in_passive_mode)
{
	params.passive = true;
	begin(false);
	sponge_confirm(s, B, SPONGE_STATIC, now);
	until(1400 * MS - 1);
	expect(SPONGE_ALIVE, 0);
	until(1400 * MS);
	expect(SPONGE_STATIC, 0);
	ck_assert_uint_eq(nprobes, 0);
}
END_TEST

START_TEST(operator_ends_a_confirmation)
{
	sponge_confirm(s, B, SPONGE_STATIC, now);
	until(300 * MS);
	if (_i == 0)
		sponge_set(s, B, SPONGE_PENDING, 0, 0, now);
	else
		sponge_remove(s, B);
	until(990 * MS);
	ck_assert_uint_eq(nprobes, 2);
	ck_assert_uint_eq(count_of(SPONGE_EV_STATIC), 0);
	ck_assert_uint_eq(count_of(SPONGE_EV_ALIVE_AFTER_ALL), 0);
}
END_TEST

START_TEST(a_second_confirmation_replaces_the_first)
{
	sponge_confirm(s, B, SPONGE_STATIC, now);
	until(SECOND);
	sponge_confirm(s, B, SPONGE_DEAD, now);
	until(2400 * MS - 1);
	expect(SPONGE_ALIVE, 0);
	until(2400 * MS);
	expect(SPONGE_DEAD, 0);
	ck_assert_uint_eq(nprobes, 6);
}
END_TEST

START_TEST(confirmation_under_way_does_not_begin_anew)
{
	sponge_confirm(s, B, SPONGE_DEAD, now);
	for (unsigned int i = 1; i <= 13; i++) {
		until(i * 100 * MS);
		ck_assert(sponge_confirm(s, B, SPONGE_DEAD, now));
	}
	until(1400 * MS);
	expect(SPONGE_DEAD, 0);
	ck_assert_uint_eq(nprobes, 3);
}
END_TEST

START_TEST(confirmations_are_limited)
{
	struct sponge *big =
		sponge_create(SPONGE_CONFIRMS + 1, &params, &ops, &now);

	ck_assert_ptr_nonnull(big);
	memset(seen_as, 0, sizeof(seen_as));
	ck_assert(sponge_confirm(big, 0, SPONGE_DEAD, now)); /* vacant */
	params.init = SPONGE_NONE;
	sponge_set_params(big, &params, now);
	for (uint32_t i = 0; i <= SPONGE_CONFIRMS; i++)
		sponge_add(big, i, now);
	for (uint32_t i = 0; i < SPONGE_CONFIRMS; i++)
		ck_assert(sponge_confirm(big, i, SPONGE_DEAD, now));
	ck_assert(!sponge_confirm(big, SPONGE_CONFIRMS, SPONGE_DEAD, now));
	ck_assert(sponge_confirm(big, 3, SPONGE_DEAD, now));
	sponge_seen(big, 5, MAC, now);
	ck_assert(sponge_confirm(big, SPONGE_CONFIRMS, SPONGE_DEAD, now));
	sponge_free(big);
}
END_TEST

/* 20 of them at 100 probes a second: each has its three, in turn. */
START_TEST(confirmations_share_the_pacer)
{
	begin(true);
	for (uint32_t i = 1; i <= 30; i++)
		sponge_confirm(s, i, SPONGE_DEAD, now);
	until(290 * MS);
	ck_assert_uint_eq(nprobes, 30);
	until(10 * SECOND);
	ck_assert_uint_eq(nprobes, 90);
	for (uint32_t i = 0; i < 90; i++) {
		ck_assert_uint_lt(probes[i].slot, 31);
		ck_assert(i == 0 || probes[i].at - probes[i - 1].at >= 10 * MS);
	}
	ck_assert_uint_eq(sponge_count(s, SPONGE_DEAD), 30);
	ck_assert_uint_eq(sponge_due(s), NEVER);
}
END_TEST

/*
 * Time
 */

START_TEST(ticks_begin_with_the_first_time)
{
	start = _i == 0 ? 0 : UINT64_C(1700000000) * SECOND + 7;
	params.init = SPONGE_NONE;
	params.sweep = 900;
	begin(false);
	request(300 * MS);
	until(7 * SECOND - 1);
	expect(SPONGE_PENDING, 6);
	ck_assert_uint_eq(probes[5].at, start + 6 * SECOND);
	until(7 * SECOND);
	expect(SPONGE_DEAD, 0);
	until(903 * SECOND);
	ck_assert_uint_eq(nprobes, 6);
	ck_assert_uint_eq(count_of(SPONGE_EV_SWEEP), 1);
	ck_assert_uint_eq(count_of(SPONGE_EV_LAG), 0);
}
END_TEST

START_TEST(nothing_is_due_before_the_first_time)
{
	struct sponge *young;

	params.learning = 5;
	params.sweep = 900;
	young = sponge_create(1, &params, &ops, &now);
	ck_assert_ptr_nonnull(young);
	ck_assert_uint_eq(sponge_due(young), NEVER);
	ck_assert(sponge_is_learning(young));
	sponge_run(young, 77);
	ck_assert_uint_eq(sponge_due(young), 77 + 5 * SECOND);
	sponge_free(young);
}
END_TEST

START_TEST(a_leap_by_years_is_one_run)
{
	begin(true);
	sponge_set(s, B, SPONGE_PENDING, 0, 0, now);
	sponge_remove(s, B);
	ck_assert_uint_eq(sponge_due(s), NEVER);
	runs = 0;
	until(10 * YEAR);
	ck_assert_uint_eq(runs, 0);
	sponge_set(s, 3, SPONGE_PENDING, 0, 0, now);
	ck_assert_uint_eq(sponge_due(s), start + 10 * YEAR + SECOND);
	until(10 * YEAR + SECOND);
	ck_assert_uint_eq(nprobes, 1);
	ck_assert_uint_eq(count_of(SPONGE_EV_LAG), 0);
}
END_TEST

START_TEST(run_that_is_years_late_sweeps_once_with_a_notice)
{
	params.sweep = 900;
	begin(true);
	now = start + YEAR;
	runs = 0;
	sponge_run(s, now);
	ck_assert_uint_eq(last(SPONGE_EV_LAG)->number, YEAR - 900 * SECOND);
	until(YEAR + 899 * SECOND);
	ck_assert_uint_eq(count_of(SPONGE_EV_SWEEP), 1);
	ck_assert_uint_eq(nprobes, 254);
	ck_assert_uint_lt(runs, 300);
	until(YEAR + 900 * SECOND);
	ck_assert_uint_eq(count_of(SPONGE_EV_SWEEP), 2);
	ck_assert_uint_eq(count_of(SPONGE_EV_LAG), 1);
}
END_TEST

START_TEST(a_tick_that_is_late_by_a_tick_restarts_them)
{
	put(SPONGE_PENDING);
	now = start + 3500 * MS;
	sponge_run(s, now);
	expect(SPONGE_PENDING, 1);
	ck_assert_uint_eq(last(SPONGE_EV_LAG)->number, 2500 * MS);
	ck_assert_uint_eq(sponge_due(s), start + 4500 * MS);
	until(5500 * MS);
	ck_assert_uint_eq(count_of(SPONGE_EV_LAG), 1);
	/* Less than a tick late: the ones that follow stay where they are. */
	now = start + 7499 * MS;
	sponge_run(s, now);
	expect(SPONGE_PENDING, 4);
	ck_assert_uint_eq(sponge_due(s), start + 7500 * MS);
	ck_assert_uint_eq(count_of(SPONGE_EV_LAG), 1);
}
END_TEST

START_TEST(a_sweep_longer_than_its_period_lags_and_goes_on)
{
	params.sweep = 2;
	params.sweep_age = 0;
	params.proberate = 100;
	begin(true);
	until(12 * SECOND);
	/* 2.54 s each: from 2, 4.54, 7.08, 9.62 s on. */
	ck_assert_uint_eq(count_of(SPONGE_EV_SWEEP), 4);
	ck_assert_uint_eq(probes[254].at, start + 4540 * MS);
}
END_TEST

/*
 * Slots
 */

START_TEST(address_is_watched_while_a_sign_of_life_would_matter)
{
	ck_assert(!watched[B]);
	request(0);
	ck_assert(watched[B]);
	sponge_seen(s, B, MAC, now);
	ck_assert(!watched[B]);
	for (int kind = SPONGE_NONE; kind < SPONGE_KINDS; kind++) {
		put(kind);
		ck_assert_int_eq(watched[B], kind != SPONGE_ALIVE);
	}
	put(SPONGE_ALIVE);
	ck_assert(sponge_confirm(s, B, SPONGE_DEAD, now));
	ck_assert(watched[B]);
	sponge_seen(s, B, MAC, now);
	ck_assert(!watched[B]);
	put(SPONGE_DEAD);
	sponge_remove(s, B);
	ck_assert(!watched[B]);
}
END_TEST

START_TEST(vacant_slot_does_nothing)
{
	struct sponge_address a;

	ck_assert(!sponge_look(s, 9, &a));
	ck_assert_int_eq(sponge_request(s, 9, ASKER, now), SPONGE_SILENCE);
	ck_assert_int_eq(sponge_conflict(s, 9, now), SPONGE_SILENCE);
	sponge_seen(s, 9, MAC, now);
	sponge_set(s, 9, SPONGE_DEAD, 0, 0, now);
	sponge_remove(s, 9);
	sponge_probe(s, 9, 9, 10, now);
	ck_assert(!sponge_look(s, 9, &a));
	ck_assert_uint_eq(nchanged + nnotices, 0);
	ck_assert_uint_eq(sponge_due(s), NEVER);
}
END_TEST

START_TEST(a_slot_is_as_new_after_its_address_has_gone)
{
	struct sponge_address a;

	request(0);
	sponge_seen(s, B, MAC, now);
	put(SPONGE_DEAD);
	request(0);
	sponge_remove(s, B);
	ck_assert_int_eq(seen_as[B], SPONGE_NONE);
	ck_assert(!sponge_look(s, B, &a));
	for (int kind = 0; kind < SPONGE_KINDS; kind++)
		ck_assert_uint_eq(sponge_count(s, kind), 0);
	until(SECOND);
	sponge_add(s, B, now);
	expect(SPONGE_ALIVE, 0);
	a = look(B);
	ck_assert_uint_eq(a.mac, 0);
	ck_assert_uint_eq(a.depth, 0);
	ck_assert_uint_eq(a.asked_at, 0);
	ck_assert_uint_eq(a.changed_at, start + SECOND);
	sponge_add(s, B, now);
	expect(SPONGE_ALIVE, 0);
}
END_TEST

START_TEST(new_address_has_the_state_init)
{
	params.init = (enum sponge_kind)_i;
	params.gratuitous = true;
	begin(false);
	expect((enum sponge_kind)_i, 0);
	ck_assert_uint_eq(nnotices + ngratuitous, 0);
	ck_assert_uint_eq(sponge_due(s),
			  _i == SPONGE_PENDING ? start + SECOND : NEVER);
}
END_TEST

/*
 * A /20 in which all are requested without end: memory stays within its bound.
 */
START_TEST(memory_of_a_20_with_all_addresses_requested_is_bounded)
{
	struct sponge *big;

	params.queuedepth = 10;
	params.flood_protection = 0;
	big = sponge_create(4096, &params, &ops, &now);
	ck_assert_ptr_nonnull(big);
	memset(seen_as, 0, sizeof(seen_as));
	for (uint32_t i = 1; i < SLOTS; i++)
		sponge_add(big, i, now);
	for (uint64_t round = 0; round < 20; round++)
		for (uint32_t i = 1; i < SLOTS; i++) {
			sponge_request(big, i, round, start + round * MS);
			if (i % 2 == 0)
				sponge_seen(big, i, MAC, start + round * MS);
		}
	ck_assert_uint_eq(sponge_count(big, SPONGE_ALIVE), 128);
	ck_assert_uint_eq(sponge_count(big, SPONGE_PENDING), 128);
	sponge_free(big);
}
END_TEST

static void
add_states(TCase *tc)
{
	tcase_add_test(tc, address_at_exactly_the_rate_stays_alive);
	tcase_add_test(tc, tenth_request_above_the_rate_makes_it_pending);
	tcase_add_test(tc, flood_of_one_source_makes_nothing_pending);
	tcase_add_test(tc, flood_without_protection_makes_it_pending);
	tcase_add_test(tc, long_flood_of_one_source_never_makes_it_pending);
	tcase_add_loop_test(tc, depth_and_rate_are_exact_to_one_request, 0, 9);
	tcase_add_test(tc, address_goes_from_alive_to_dead_at_the_ticks);
	tcase_add_loop_test(tc, any_sign_of_life_begins_the_count_anew, 0, 2);
	tcase_add_test(tc, address_seen_by_workers_is_never_pending);
	tcase_add_test(tc, six_probes_and_dead_at_the_seventh_tick);
	tcase_add_test(tc, tick_at_which_it_becomes_pending_does_not_count);
	tcase_add_test(tc, late_tick_does_not_count_for_a_later_address);
	tcase_add_test(tc, reply_clears_it);
	tcase_add_test(tc, address_seen_in_the_last_moment_is_not_sponged);
	tcase_add_test(tc, passive_sponge_counts_and_sends_no_probes);
	tcase_add_test(tc, request_for_a_dead_address_is_answered);
	tcase_add_test(tc, sign_of_life_releases_a_dead_address);
	tcase_add_test(tc, sign_seen_by_workers_releases_it_before_the_answer);
	tcase_add_test(tc, address_detection_makes_a_dead_address_pending);
	tcase_add_test(tc, address_detection_begins_pending_anew);
	tcase_add_loop_test(tc, address_detection_leaves_none_and_alive_alone,
			    0, 2);
	tcase_add_test(tc, static_address_that_sends_stays_static);
	tcase_add_test(tc, address_detection_of_a_static_address_is_answered);
	tcase_add_test(tc, first_request_makes_an_unknown_address_pending);
	tcase_add_test(tc, unknown_address_that_sends_is_alive);
	tcase_add_test(tc, smaller_depth_cuts_what_is_remembered);
}

static void
add_modes(TCase *tc)
{
	tcase_add_test(tc, no_request_makes_pending_in_static_mode);
	tcase_add_loop_test(tc, only_the_operator_releases_in_static_mode, 0,
			    2);
	tcase_add_test(tc, static_mode_holds_ticks_up_and_its_end_resumes_them);
	tcase_add_test(tc, dummy_sends_probes_and_no_answers);
	tcase_add_test(tc, dead_address_can_be_announced);
	tcase_add_test(tc, nothing_is_probed_or_answered_while_learning);
	tcase_add_test(tc, no_address_is_judged_while_learning);
	tcase_add_test(tc, signs_of_life_count_while_learning);
	tcase_add_test(tc, address_detection_makes_pending_while_learning);
	tcase_add_test(tc, pending_addresses_are_judged_after_learning);
	tcase_add_test(tc, learning_begins_anew_only_with_another_time);
	tcase_add_test(tc, learning_ends_at_once_when_it_is_set_to_none);
}

static void
add_probes(TCase *tc)
{
	tcase_add_loop_test(tc, first_sweep_probes_all, 0, 2);
	tcase_add_test(tc, sweep_probes_addresses_silent_long_enough);
	tcase_add_loop_test(
		tc, sweep_skips_alive_addresses_with_a_mac_if_set_so, 0, 2);
	tcase_add_test(tc, sweep_skips_addresses_seen_by_workers);
	tcase_add_test(tc, a_sweep_at_the_start_is_right_after_learning);
	tcase_add_test(tc, a_sweep_at_the_start_may_be_the_only_one);
	tcase_add_test(tc, there_is_no_sweep_in_passive_mode);
	tcase_add_test(tc, no_sweep_at_the_start_if_passive_in_time);
	tcase_add_test(tc, another_period_while_learning_makes_no_sweep);
	tcase_add_test(tc, late_sweep_probes_the_same_addresses);
	tcase_add_test(tc, another_period_counts_from_when_it_is_set);
	tcase_add_test(tc,
		       a_pass_that_takes_longer_than_a_tick_delays_the_next);
	tcase_add_test(tc, a_pass_comes_before_a_sweep);
	tcase_add_test(tc, operator_probes_a_range_at_a_rate);
	tcase_add_test(tc, second_range_leaves_the_first_to_be_probed);
	tcase_add_test(tc, probes_of_an_operator_wait_for_the_pacer);
	tcase_add_test(tc, operator_sends_no_probes_in_passive_mode);
	tcase_add_test(tc, gratuitous_messages_are_paced_like_probes);
}

static void
add_operator(TCase *tc)
{
	tcase_add_test(tc, state_set_by_an_operator_is_notified);
	tcase_add_test(tc, unchanged_state_is_not_notified_again);
	tcase_add_test(tc, an_operator_sets_mac_and_number);
	tcase_add_test(tc, earlier_sign_of_life_undoes_nothing);
	tcase_add_loop_test(tc, silent_address_is_sponged_after_three_probes, 0,
			    2);
	tcase_add_loop_test(tc, address_that_answers_is_not_sponged, 0, 2);
	tcase_add_test(tc, address_that_answers_the_first_probe_gets_no_other);
	tcase_add_test(tc, confirmation_sends_no_probes_in_passive_mode);
	tcase_add_loop_test(tc, operator_ends_a_confirmation, 0, 2);
	tcase_add_test(tc, a_second_confirmation_replaces_the_first);
	tcase_add_test(tc, confirmation_under_way_does_not_begin_anew);
	tcase_add_test(tc, confirmations_are_limited);
	tcase_add_test(tc, confirmations_share_the_pacer);
}

static void
add_time(TCase *tc)
{
	tcase_add_loop_test(tc, ticks_begin_with_the_first_time, 0, 2);
	tcase_add_test(tc, nothing_is_due_before_the_first_time);
	tcase_add_test(tc, a_leap_by_years_is_one_run);
	tcase_add_test(tc, run_that_is_years_late_sweeps_once_with_a_notice);
	tcase_add_test(tc, a_tick_that_is_late_by_a_tick_restarts_them);
	tcase_add_test(tc, a_sweep_longer_than_its_period_lags_and_goes_on);
	tcase_add_test(tc,
		       address_is_watched_while_a_sign_of_life_would_matter);
	tcase_add_test(tc, vacant_slot_does_nothing);
	tcase_add_test(tc, a_slot_is_as_new_after_its_address_has_gone);
	tcase_add_loop_test(tc, new_address_has_the_state_init, 0,
			    SPONGE_STATIC);
	tcase_add_test(tc,
		       memory_of_a_20_with_all_addresses_requested_is_bounded);
}

int
main(void)
{
	Suite *suite = suite_create("sponge");
	TCase *tc = tcase_create("sponge");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	add_states(tc);
	add_modes(tc);
	add_probes(tc);
	add_operator(tc);
	add_time(tc);
	suite_add_tcase(suite, tc);
	return check_run(suite);
}
