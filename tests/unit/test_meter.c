/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Meters on a virtual clock: exact counts, jumps of the clock, and a token
 * bucket in whole numbers as a model.
 */
#include "lib/meter.h"

#include <check.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "tests/check_run.h"

#define YEAR UINT64_C(31557600000000000)
#define WRAP (UINT64_C(1) << 54) /* ns in which the steps of a meter wrap */

#define MILLISECOND CLOCK_MILLISECOND
#define SECOND      CLOCK_SECOND

/* From 0, a capture's time, over the wrap of the steps, and that of 'now'. */
static const uint64_t start[] = { 0,
				  1,
				  UINT64_C(1700000000123456789),
				  WRAP - 7,
				  WRAP - 3 * SECOND,
				  WRAP / 2 - 2 * SECOND,
				  5 * WRAP - SECOND / 3,
				  UINT64_MAX - 5 * SECOND / 2 };
#define STARTS (int)(sizeof(start) / sizeof(start[0]))

/* A meter that was not used for an hour, wherever the steps wrap. */
static struct meter
idle(uint64_t now)
{
	struct meter m = { 0 };

	atomic_init(&m.tat, (now - 3600 * SECOND) << METER_STEPS);
	return m;
}

/* How many times 'units' conform at one instant, 'most' at most. */
static unsigned int
drain(struct meter *m, uint64_t now, uint32_t units, unsigned int most)
{
	unsigned int n = 0;

	while (n < most && meter_take(m, now, units))
		n++;
	return n;
}

/* The same of single units from 'now' until 'end', with it, each 'step'. */
static unsigned int
offer(struct meter *m, uint64_t now, uint64_t end, uint64_t step)
{
	unsigned int n = 0;

	for (; end - now < INT64_MAX; now += step)
		n += drain(m, now, 1, UINT32_MAX);
	return n;
}

static const struct pace {
	uint64_t units, period, burst;
} pace[] = { { 20, SECOND, 100 },      { 20, SECOND, 1 },
	     { 100, SECOND, 10 },      { 149, SECOND, 100 },
	     { 149, SECOND, 500 },     { 7, SECOND, 3 },
	     { 1, SECOND, 2 },         { 1488, SECOND, 1488 },
	     { 1, SECOND, 1 },         { 1000, SECOND, 100000 },
	     { 25, SECOND / 10, 4096 } };
#define PACES (int)(sizeof(pace) / sizeof(pace[0]))

START_TEST(a_zeroed_meter_has_no_limit)
{
	struct meter m = { 0 };

	ck_assert(!meter_is_set(&m));
	ck_assert(meter_has(&m, 5, UINT32_MAX));
	ck_assert_uint_eq(drain(&m, 5, UINT32_MAX, 100000), 100000);
	ck_assert_uint_eq(atomic_load(&m.tat), 0);
}
END_TEST

START_TEST(exactly_one_burst_conforms_at_once)
{
	const struct pace *p = &pace[_i];

	for (int i = 0; i < STARTS; i++) {
		struct meter m = idle(start[i]);

		meter_set(&m, p->units, p->period, p->burst);
		ck_assert(meter_is_set(&m));
		ck_assert_uint_eq(drain(&m, start[i], 1, UINT32_MAX), p->burst);
		ck_assert(!meter_has(&m, start[i], 1));
	}
}
END_TEST

/* 'step' divides a period, so that a unit is asked for when it is due. */
START_TEST(after_a_burst_each_period_passes_exactly_its_units)
{
	const struct pace *p = &pace[_i];

	for (int i = 0; i < STARTS; i++) {
		uint64_t now = start[i], step = p->period / 1000;
		struct meter m = idle(now);

		meter_set(&m, p->units, p->period, p->burst);
		if (p->burst == 1)
			step = p->period / p->units;
		drain(&m, now, 1, UINT32_MAX);
		for (unsigned int n = 0; n < 20; n++) {
			ck_assert_uint_eq(offer(&m, now, now + p->period, step),
					  p->units);
			now += p->period;
		}
	}
}
END_TEST

START_TEST(an_hour_of_149_a_second_is_exact)
{
	uint64_t now = start[2];
	struct meter m = { 0 };

	meter_set(&m, 149, SECOND, 100);
	ck_assert_uint_eq(offer(&m, now, now + 3600 * SECOND, MILLISECOND),
			  100 + 149 * 3600);
}
END_TEST

START_TEST(one_unit_in_ten_seconds_is_exact)
{
	uint64_t now = start[2];
	struct meter m = { 0 };

	meter_set(&m, 1, 10 * SECOND, 1);
	for (unsigned int i = 0; i < 1000; i++) {
		ck_assert(meter_take(&m, now, 1));
		ck_assert(!meter_take(&m, now, 1));
		ck_assert(!meter_take(&m, now + 10 * SECOND - 1, 1));
		now += 10 * SECOND;
	}
}
END_TEST

START_TEST(a_pause_refills_one_burst)
{
	uint64_t now = start[2];
	struct meter m = { 0 };

	meter_set(&m, 100, SECOND, 50);
	ck_assert_uint_eq(drain(&m, now, 1, 1000), 50);
	ck_assert_uint_eq(drain(&m, now += 200 * MILLISECOND, 1, 1000), 20);
	ck_assert_uint_eq(drain(&m, now += 500 * MILLISECOND, 1, 1000), 50);
	ck_assert_uint_eq(drain(&m, now += 10 * SECOND, 1, 1000), 50);
}
END_TEST

START_TEST(a_clock_that_stands_still_passes_one_burst)
{
	struct meter m = { 0 };
	unsigned int n = 0;

	meter_set(&m, UINT64_C(125000000), SECOND, 15000);
	ck_assert_uint_eq(drain(&m, start[2], 1500, 1000), 10);
	for (unsigned int i = 0; i < 1000000; i++)
		n += meter_take(&m, start[2], 1);
	ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(a_look_takes_nothing)
{
	struct meter m = { 0 };

	meter_set(&m, 10, SECOND, 3);
	for (unsigned int i = 0; i < 100; i++)
		ck_assert(meter_has(&m, start[2], 3));
	ck_assert(!meter_has(&m, start[2], 4));
	ck_assert(meter_take(&m, start[2], 1));
	ck_assert(meter_has(&m, start[2], 2));
	ck_assert(!meter_has(&m, start[2], 3));
}
END_TEST

START_TEST(a_frame_that_does_not_conform_is_not_charged)
{
	struct meter m = { 0 };

	meter_set(&m, 1000, SECOND, 1000);
	ck_assert(meter_take(&m, start[2], 900));
	ck_assert(!meter_take(&m, start[2], 101));
	ck_assert(meter_take(&m, start[2], 100));
	ck_assert(!meter_take(&m, start[2], 1));
}
END_TEST

START_TEST(a_burst_of_zero_passes_nothing)
{
	struct meter m = { 0 };

	meter_set(&m, 1, SECOND, 0);
	ck_assert(!meter_take(&m, 0, 1));
	ck_assert(!meter_take(&m, start[2], 1));
	ck_assert(!meter_take(&m, start[2] + YEAR, 1));
}
END_TEST

/* Frames of 64 octets, in Mbit/s. */
static const uint64_t speed[] = { 1,     3,     10,    100,    1000,   2500,
				  10000, 25000, 40000, 100000, 200000, 400000 };
#define SPEEDS (int)(sizeof(speed) / sizeof(speed[0]))

START_TEST(octets_are_metered_to_a_thousandth)
{
	uint64_t mbit = speed[_i], begin = start[2];
	uint64_t span =
		UINT64_C(300000) * 64 * 8000 / mbit; /* of 300,000 frames */
	uint64_t step = span / 600000 > 0 ? span / 600000 : 1, n = 0;
	struct meter m = { 0 };

	meter_set(&m, mbit * 125000, SECOND, 65536);
	ck_assert_uint_eq(drain(&m, begin, 64, UINT32_MAX), 1024);
	for (uint64_t now = begin; now - begin <= span; now += step)
		n += drain(&m, now, 64, UINT32_MAX);
	ck_assert_uint_ge(n, 300000 - 300);
	ck_assert_uint_le(n, 300000 + 300);
}
END_TEST

/*
 * A token bucket in whole numbers: its content times 'period'.  It is charged
 * what the meter passes, and the results of the meter must be right except for
 * 'lead': what the meter undercharged by rounding since the bucket was full.
 */
struct model {
	struct pace p;
	bool exact; /* nothing is ever rounded */
	unsigned __int128 level, lead;
	uint64_t now;
	unsigned int wrong; /* answers of the meter */
};

#define ONE ((unsigned __int128)1 << 20) /* all levels are times 2^20 */

static void
model_start(struct model *k, struct meter *m, uint64_t now)
{
	k->now = now;
	k->level = ONE * k->p.burst * k->p.period;
	k->lead = 0;
	meter_set(m, k->p.units, k->p.period, k->p.burst);
}

static void
model_pass(struct model *k, uint64_t dt)
{
	k->now += dt;
	k->level += ONE * dt * k->p.units;
	if (k->level < ONE * k->p.burst * k->p.period)
		return;
	k->level = ONE * k->p.burst * k->p.period;
	k->lead = 0;
}

/* Returns whether 'units' passed. */
static bool
model_offer(struct model *k, struct meter *m, uint32_t units)
{
	unsigned __int128 price = ONE * units * k->p.period;
	unsigned __int128 step = k->exact ? 0 : 1024 * k->p.units;
	unsigned __int128 burst_lead =
		k->exact ? 0 : k->p.burst * k->p.units + step;
	bool has = meter_has(m, k->now, units);

	k->wrong += meter_take(m, k->now, units) != has;
	k->wrong += has ? k->level + k->lead + step < price
			: k->level >= price + burst_lead;
	if (!has)
		return false;
	k->level = k->level > price ? k->level - price : 0;
	k->lead += k->exact ? 0 : step + units * k->p.units;
	return true;
}

static const struct model model[] = {
	{ .p = { 20, SECOND, 100 }, .exact = true },
	{ .p = { 1, 10 * SECOND, 1 }, .exact = true },
	{ .p = { 1000, SECOND, 1 }, .exact = true },
	{ .p = { 125000, SECOND, 65536 }, .exact = true },
	{ .p = { 125000000, SECOND, 9324 }, .exact = true },
	{ .p = { 1000000000, SECOND, 10000 }, .exact = true },
	{ .p = { 149, SECOND, 100 } },
	{ .p = { 7, SECOND, 20 } },
	{ .p = { 375000, SECOND, 12345 } },
	{ .p = { UINT64_C(12500000000), SECOND, 65536 } },
	{ .p = { UINT64_C(50000000000), SECOND, 2500000 } },
};
#define MODELS (int)(sizeof(model) / sizeof(model[0]))

/* Phases of many frames, few frames and none. */
static uint64_t
random_wait(uint64_t mean)
{
	unsigned int r = (unsigned int)rand();

	if (r % 1000 == 0)
		return (uint64_t)rand() * 1000;
	if (r % 4 == 0)
		return 0;
	return (uint64_t)rand() % (2 * mean + 1);
}

START_TEST(a_meter_agrees_with_a_token_bucket)
{
	struct model k = model[_i];
	bool octets = k.p.burst >= 9324;
	uint64_t mean = k.p.period * (octets ? 3000 : 1) / k.p.units;
	unsigned int yes = 0, no = 0;
	struct meter m = { 0 };

	srand((unsigned int)_i + 1);
	model_start(&k, &m, start[2]);
	for (unsigned int i = 0; i < 300000; i++) {
		uint32_t units = octets ? 64 + (uint32_t)rand() % 9261 : 1;

		model_pass(&k, random_wait(mean));
		if (model_offer(&k, &m, units))
			yes++;
		else
			no++;
	}
	ck_assert_uint_eq(k.wrong, 0);
	ck_assert_uint_gt(yes, 1000);
	ck_assert_uint_gt(no, 1000);
}
END_TEST

/* Frames of 9324 octets: what an hour of a slow limit comes to. */
START_TEST(a_slow_limit_on_octets_is_exact_over_an_hour)
{
	struct meter m = { 0 };
	uint64_t n = 0;

	meter_set(&m, 125000, SECOND, 18648);
	for (uint64_t t = 0; t <= 3600 * SECOND; t += MILLISECOND)
		n += drain(&m, start[2] + t, 9324, UINT32_MAX);
	ck_assert_uint_eq(n, 2 + UINT64_C(125000) * 3600 / 9324);
}
END_TEST

static const uint64_t gap[] = {
	SECOND * 6,       YEAR / 365, YEAR / 2,     YEAR,
	18 * YEAR,        36 * YEAR,  60 * YEAR,    500 * YEAR,
	WRAP / 2 - 1,     WRAP / 2,   WRAP / 2 + 1, WRAP - 30 * SECOND,
	WRAP + 6 * SECOND
};
#define GAPS (int)(sizeof(gap) / sizeof(gap[0]))

START_TEST(after_a_gap_there_is_a_burst_and_then_the_rate)
{
	for (int i = 0; i < STARTS; i++) {
		uint64_t now = start[i];
		struct meter m = idle(now);

		meter_set(&m, 20, SECOND, 100);
		ck_assert_uint_eq(drain(&m, now, 1, 1000), 100);
		now += gap[_i];
		ck_assert_uint_eq(drain(&m, now, 1, 1000), 100);
		ck_assert_uint_eq(offer(&m, now, now + 9 * SECOND, MILLISECOND),
				  180);
	}
}
END_TEST

START_TEST(after_a_second_the_units_of_a_second_pass)
{
	for (int i = 0; i < STARTS; i++) {
		struct meter m = idle(start[i]);

		meter_set(&m, 20, SECOND, 100);
		ck_assert_uint_eq(drain(&m, start[i], 1, 1000), 100);
		ck_assert_uint_eq(drain(&m, start[i] + SECOND, 1, 1000), 20);
	}
}
END_TEST

/*
 * For some seconds in 208 days frames are dropped, for at most the burst and
 * the slack.
 */
START_TEST(a_gap_as_long_as_the_wrap_delays_but_never_blocks)
{
	static const uint64_t early[] = { 0, SECOND / 2, SECOND - 1, SECOND };
	uint64_t now = start[2] + WRAP - early[_i];
	struct meter m = { 0 };
	unsigned int n;

	meter_set(&m, 20, SECOND, 100);
	ck_assert_uint_eq(drain(&m, start[2], 1, 1000), 100);
	ck_assert_uint_eq(drain(&m, now, 1, 1000), 0);
	n = offer(&m, now, now + 6 * SECOND, MILLISECOND);
	ck_assert_uint_ge(n, 100);
	ck_assert_uint_le(n, 120);
	now += 6 * SECOND;
	ck_assert_uint_eq(offer(&m, now, now + SECOND, MILLISECOND), 20);
}
END_TEST

START_TEST(a_new_meter_just_before_the_wrap_starts_late)
{
	uint64_t now = WRAP - 6 * SECOND;
	struct meter m = { 0 };

	meter_set(&m, 20, SECOND, 100);
	ck_assert_uint_eq(drain(&m, now, 1, 1000), 0);
	ck_assert_uint_eq(drain(&m, now + 6 * SECOND, 1, 1000), 100);

	atomic_store(&m.tat, 0);
	ck_assert_uint_eq(drain(&m, now - 1, 1, 1000), 100);
}
END_TEST

START_TEST(a_clock_that_goes_slightly_back_changes_nothing)
{
	uint64_t now = start[2], admitted = 0;
	struct meter m = { 0 };
	unsigned int gifts = 0;

	meter_set(&m, 149, SECOND, 100);
	srand(1);
	for (uint64_t t = 0; t <= 60 * SECOND; t += MILLISECOND / 4) {
		uint64_t back = (uint64_t)rand() % (500 * MILLISECOND);

		admitted += drain(&m, now + t, 1, 1000);
		gifts += meter_take(&m, now + t - back, 1);
	}
	ck_assert_uint_eq(gifts, 0);
	ck_assert_uint_eq(admitted, 100 + 149 * 60);
}
END_TEST

/* With a full bucket, a TAT of up to a second ahead is valid. */
START_TEST(a_jump_back_beyond_the_slack_gives_one_burst)
{
	static const uint64_t leap[] = { 1001 * MILLISECOND, 3600 * SECOND,
					 YEAR, 60 * YEAR };
	uint64_t now = UINT64_C(17) * WRAP * 10;
	struct meter m = { 0 };

	meter_set(&m, 20, SECOND, 100);
	ck_assert_uint_eq(drain(&m, now, 1, 1000), 100);
	ck_assert_uint_eq(drain(&m, now - SECOND, 1, 1000), 0);
	now -= leap[_i];
	ck_assert_uint_eq(drain(&m, now, 1, 1000), 100);
	ck_assert_uint_eq(offer(&m, now, now + 9 * SECOND, MILLISECOND), 180);
}
END_TEST

START_TEST(setting_the_same_limit_changes_nothing)
{
	struct meter m = { 0 };
	uint64_t tat;

	meter_set(&m, 149, SECOND, 100);
	ck_assert_uint_eq(drain(&m, start[2], 1, 60), 60);
	tat = atomic_load(&m.tat);
	meter_set(&m, 149, SECOND, 100);
	ck_assert_uint_eq(atomic_load(&m.tat), tat);
	ck_assert_uint_eq(drain(&m, start[2], 1, 1000), 40);
}
END_TEST

START_TEST(a_smaller_burst_applies_at_once)
{
	struct meter m = { 0 };

	meter_set(&m, 100, SECOND, 100);
	meter_set(&m, 100, SECOND, 10);
	ck_assert_uint_eq(drain(&m, start[2], 1, 1000), 10);

	meter_set(&m, 100, SECOND, 100);
	ck_assert_uint_eq(drain(&m, start[2], 1, 50), 50);
	meter_set(&m, 100, SECOND, 10);
	ck_assert_uint_eq(drain(&m, start[2], 1, 1000), 0);
	ck_assert(!meter_take(&m, start[2] + 509 * MILLISECOND, 1));
	ck_assert(meter_take(&m, start[2] + 510 * MILLISECOND, 1));
}
END_TEST

/* Which is 5 s ahead, where the new burst is half a second. */
START_TEST(the_rest_of_a_larger_burst_does_not_block)
{
	uint64_t now = start[2];
	struct meter m = { 0 };

	meter_set(&m, 20, SECOND, 100);
	ck_assert_uint_eq(drain(&m, now, 1, 1000), 100);
	meter_set(&m, 20, SECOND, 10);
	ck_assert_uint_eq(drain(&m, now, 1, 1000), 10);
	ck_assert_uint_eq(offer(&m, now, now + 9 * SECOND, MILLISECOND), 180);
}
END_TEST

START_TEST(a_larger_burst_and_another_rate_apply_at_once)
{
	uint64_t now = start[2];
	struct meter m = { 0 };

	meter_set(&m, 20, SECOND, 10);
	ck_assert_uint_eq(drain(&m, now, 1, 1000), 10);
	meter_set(&m, 20, SECOND, 25);
	ck_assert_uint_eq(drain(&m, now, 1, 1000), 15);
	meter_set(&m, 40, SECOND, 50);
	now += 10 * SECOND;
	ck_assert_uint_eq(drain(&m, now, 1, 1000), 50);
	ck_assert_uint_eq(offer(&m, now, now + 9 * SECOND, MILLISECOND), 360);
}
END_TEST

START_TEST(a_limit_can_be_removed_and_set_again)
{
	struct meter m = { 0 };

	meter_set(&m, 20, SECOND, 10);
	ck_assert_uint_eq(drain(&m, start[2], 1, 1000), 10);
	meter_set(&m, 0, SECOND, 0);
	ck_assert(!meter_is_set(&m));
	ck_assert_uint_eq(drain(&m, start[2], 1, 1000), 1000);
	meter_set(&m, 20, SECOND, 10);
	ck_assert_uint_eq(drain(&m, start[2], 1, 1000), 0);
}
END_TEST

START_TEST(a_meter_returns_its_limit)
{
	static const struct pace told[] = { { 20, SECOND, 100 },
					    { 149, SECOND, 333 },
					    { 1, 10 * SECOND, 1 },
					    { 1, SECOND, 0 },
					    { 125000000, SECOND, 6250000 },
					    { UINT64_C(50000000000), SECOND,
					      2500000000 } };
	uint64_t rate = 1, burst = 1;
	struct meter m = { 0 };

	meter_get(&m, &rate, &burst);
	ck_assert(rate == 0 && burst == 0);
	for (unsigned int i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		uint64_t most =
			told[i].units * 1000 / (told[i].period / SECOND);

		meter_set(&m, told[i].units, told[i].period, told[i].burst);
		meter_get(&m, &rate, &burst);
		ck_assert_uint_ge(rate, most);
		ck_assert_uint_le(rate, most + most / 10000);
		ck_assert_uint_eq(burst, told[i].burst);
	}
	meter_set(&m, 0, SECOND, 0);
	meter_get(&m, &rate, &burst);
	ck_assert(rate == 0 && burst == 0);
}
END_TEST

/* One in 2^44 ns is the slowest. */
START_TEST(a_value_out_of_range_becomes_the_end_of_the_range)
{
	uint64_t now = start[2], slowest = UINT64_C(1) << 44;
	struct meter m = { 0 };

	meter_set(&m, 1, UINT64_MAX, 1);
	ck_assert_uint_eq(drain(&m, now, 1, 1000), 1);
	ck_assert(!meter_take(&m, now + slowest - 2, 1));
	ck_assert(meter_take(&m, now + slowest, 1));

	meter_set(&m, 1, UINT64_MAX, UINT64_MAX); /* 52 days of it: 256 */
	ck_assert_uint_eq(drain(&m, now + YEAR, 1, 1000), 256);
	ck_assert(!meter_take(&m, now + YEAR, UINT32_MAX));

	meter_set(&m, UINT64_MAX, 1, 1000); /* fast, but not without limit */
	ck_assert(meter_is_set(&m));
	ck_assert(!meter_take(&m, now + 2 * YEAR, UINT32_MAX));
}
END_TEST

/* Their price is 2^64 steps and more, and must not be taken for little. */
START_TEST(a_frame_larger_than_the_burst_never_conforms)
{
	struct meter m = { 0 };
	unsigned int wrong = 0;

	meter_set(&m, 1, 10 * SECOND, 1000);
	for (uint32_t i = 0; i < 32; i++) {
		bool fits = (UINT32_C(1) << i) <= 1000;

		ck_assert(meter_has(&m, start[2], UINT32_C(1) << i) == fits);
	}
	meter_set(&m, 1, UINT64_C(1) << 44, 1);
	for (uint32_t units = 2; units < 100000; units++)
		wrong += meter_take(&m, start[2], units);
	ck_assert_uint_eq(wrong, 0);
	ck_assert(meter_take(&m, start[2], 1));
}
END_TEST

START_TEST(meters_side_by_side_share_no_cache_line)
{
	static struct meter m[2];

	ck_assert_uint_eq((uintptr_t)&m[0] % 64, 0);
	ck_assert_uint_ge((uintptr_t)&m[1] - (uintptr_t)&m[0], 64);
}
END_TEST

static TCase *
counting(void)
{
	TCase *tc = tcase_create("counting");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_zeroed_meter_has_no_limit);
	tcase_add_loop_test(tc, exactly_one_burst_conforms_at_once, 0, PACES);
	tcase_add_loop_test(tc,
			    after_a_burst_each_period_passes_exactly_its_units,
			    0, PACES);
	tcase_add_test(tc, an_hour_of_149_a_second_is_exact);
	tcase_add_test(tc, one_unit_in_ten_seconds_is_exact);
	tcase_add_test(tc, a_pause_refills_one_burst);
	tcase_add_test(tc, a_clock_that_stands_still_passes_one_burst);
	tcase_add_test(tc, a_look_takes_nothing);
	tcase_add_test(tc, a_frame_that_does_not_conform_is_not_charged);
	tcase_add_test(tc, a_burst_of_zero_passes_nothing);
	tcase_add_loop_test(tc, octets_are_metered_to_a_thousandth, 0, SPEEDS);
	tcase_add_loop_test(tc, a_meter_agrees_with_a_token_bucket, 0, MODELS);
	tcase_add_test(tc, a_slow_limit_on_octets_is_exact_over_an_hour);
	return tc;
}

static TCase *
leaping(void)
{
	TCase *tc = tcase_create("leaping");

	tcase_add_loop_test(tc, after_a_gap_there_is_a_burst_and_then_the_rate,
			    0, GAPS);
	tcase_add_test(tc, after_a_second_the_units_of_a_second_pass);
	tcase_add_loop_test(
		tc, a_gap_as_long_as_the_wrap_delays_but_never_blocks, 0, 4);
	tcase_add_test(tc, a_new_meter_just_before_the_wrap_starts_late);
	tcase_add_test(tc, a_clock_that_goes_slightly_back_changes_nothing);
	tcase_add_loop_test(tc, a_jump_back_beyond_the_slack_gives_one_burst, 0,
			    4);
	return tc;
}

static TCase *
setting(void)
{
	TCase *tc = tcase_create("setting");

	tcase_add_test(tc, setting_the_same_limit_changes_nothing);
	tcase_add_test(tc, a_smaller_burst_applies_at_once);
	tcase_add_test(tc, the_rest_of_a_larger_burst_does_not_block);
	tcase_add_test(tc, a_larger_burst_and_another_rate_apply_at_once);
	tcase_add_test(tc, a_limit_can_be_removed_and_set_again);
	tcase_add_test(tc, a_meter_returns_its_limit);
	tcase_add_test(tc, a_value_out_of_range_becomes_the_end_of_the_range);
	tcase_add_test(tc, a_frame_larger_than_the_burst_never_conforms);
	tcase_add_test(tc, meters_side_by_side_share_no_cache_line);
	return tc;
}

int
main(void)
{
	Suite *s = suite_create("meter");

	suite_add_tcase(s, counting());
	suite_add_tcase(s, leaping());
	suite_add_tcase(s, setting());
	return check_run(s);
}
