/* SPDX-License-Identifier: BSD-3-Clause */
/* Included to replace calloc(), for tests with little memory. */
#include <stdbool.h>
#include <stdlib.h>

static bool memory_is_short;

static void *
scarce_calloc(size_t n, size_t size)
{
	return memory_is_short ? NULL : calloc(n, size);
}

#define calloc scarce_calloc
#include "lib/sponge_queue.c"
#undef calloc

#include <check.h>

#include "tests/check_run.h"

#define A     UINT64_C(0xc0000201)
#define B     UINT64_C(0xc0000202)
#define MS    CLOCK_MILLISECOND
#define START (UINT64_C(1700000000) * CLOCK_SECOND)
#define DEPTH 1000
#define FLOOD 3000 /* three a second */

static struct sponge_queue q;

static void
setup(void)
{
	q = (struct sponge_queue){ 0 };
}

static void
teardown(void)
{
	sponge_queue_clear(&q);
}

/* Request i, oldest first. */
static struct sponge_asked
asked(uint32_t i)
{
	ck_assert_uint_lt(i, q.n);
	return q.ring[(q.first + i) % q.room];
}

static void
push(uint64_t source, uint64_t ms)
{
	sponge_queue_push(&q, DEPTH, source, START + ms * MS);
}

/* 'n' requests, of source 'source' and the next ones, one each ms from 0 on. */
static void
fill(uint32_t n, uint32_t depth)
{
	for (uint32_t i = 0; i < n; i++)
		sponge_queue_push(&q, depth, A + i, START + i * MS);
}

START_TEST(three_in_a_second_are_120_a_minute)
{
	push(A, 0);
	push(A, 500);
	push(A, 1000);
	ck_assert_uint_eq(sponge_queue_rate(&q), 120000);
	ck_assert(sponge_queue_exceeds(&q, 119));
	ck_assert(!sponge_queue_exceeds(&q, 120));
}
END_TEST

START_TEST(requests_of_one_moment_count_as_one_second)
{
	for (int i = 0; i < 4; i++)
		push(A, 7);
	ck_assert_uint_eq(sponge_queue_rate(&q), 180000);
	ck_assert(sponge_queue_exceeds(&q, 179));
	ck_assert(!sponge_queue_exceeds(&q, 180));
}
END_TEST

START_TEST(one_request_has_no_rate_and_exceeds_none)
{
	ck_assert_uint_eq(sponge_queue_rate(&q), UINT64_MAX);
	ck_assert(!sponge_queue_exceeds(&q, 0));
	push(A, 0);
	ck_assert_uint_eq(sponge_queue_rate(&q), UINT64_MAX);
	ck_assert(!sponge_queue_exceeds(&q, 0));
	push(A, 1000);
	ck_assert(sponge_queue_exceeds(&q, 0));
}
END_TEST

START_TEST(last_request_of_a_burst_stays)
{
	push(A, 0);
	push(B, 50);
	push(A, 100);
	push(A, 200);
	push(A, 600);
	sponge_queue_reduce(&q, FLOOD);
	ck_assert_uint_eq(q.n, 3);
	ck_assert(asked(0).source == B && asked(0).at == START + 50 * MS);
	ck_assert(asked(1).source == A && asked(1).at == START + 200 * MS);
	ck_assert(asked(2).source == A && asked(2).at == START + 600 * MS);
}
END_TEST

/* Requests kept before are compared with those that came since. */
START_TEST(a_burst_goes_on_after_a_reduction)
{
	push(A, 0);
	push(B, 50);
	sponge_queue_reduce(&q, FLOOD);
	ck_assert_uint_eq(q.n, 2);
	push(A, 300);
	push(A, 400);
	push(B, 400);
	sponge_queue_reduce(&q, FLOOD);
	ck_assert_uint_eq(q.n, 3);
	ck_assert(asked(0).source == B && asked(0).at == START + 50 * MS);
	ck_assert(asked(1).source == A && asked(1).at == START + 400 * MS);
	ck_assert(asked(2).source == B && asked(2).at == START + 400 * MS);
	sponge_queue_reduce(&q, 1000);
	ck_assert_uint_eq(q.n, 2);
	ck_assert_uint_eq(asked(0).at, START + 400 * MS);
}
END_TEST

START_TEST(without_flood_protection_all_stay)
{
	for (int i = 0; i < 4; i++)
		push(A, 0);
	sponge_queue_reduce(&q, 0);
	ck_assert_uint_eq(q.n, 4);
}
END_TEST

/* A third of a second is no whole number of ns: 333,333,333 is less. */
START_TEST(a_burst_ends_to_the_nanosecond)
{
	sponge_queue_push(&q, DEPTH, A, START);
	sponge_queue_push(&q, DEPTH, A,
			  START + UINT64_C(333333333) + (uint64_t)_i);
	sponge_queue_reduce(&q, FLOOD);
	ck_assert_uint_eq(q.n, _i == 0 ? 1 : 2);
}
END_TEST

START_TEST(at_exactly_the_rate_nothing_is_a_burst)
{
	push(A, 0);
	push(A, 500);
	sponge_queue_reduce(&q, 2000);
	ck_assert_uint_eq(q.n, 2);
	sponge_queue_reduce(&q, 1999);
	ck_assert_uint_eq(q.n, 1);
}
END_TEST

START_TEST(empty_queue_stays_empty)
{
	sponge_queue_reduce(&q, FLOOD);
	sponge_queue_cut(&q, 1);
	ck_assert_uint_eq(q.n, 0);
	ck_assert_ptr_null(q.ring);
}
END_TEST

/* A ring that begins in its middle, full or not, is reduced like any other. */
START_TEST(a_ring_that_goes_round_is_reduced)
{
	uint32_t depth = _i == 0 ? 8 : 16;

	fill(_i == 0 ? 13 : 24, depth);
	if (_i == 1)
		sponge_queue_reduce(&q, FLOOD); /* all of them stay */
	for (uint32_t i = 0; i < 3; i++)
		sponge_queue_push(&q, depth, B, START + (100 + i) * MS);
	ck_assert_uint_eq(q.n, depth);
	sponge_queue_reduce(&q, FLOOD);
	ck_assert_uint_eq(q.n, depth - 2);
	for (uint32_t i = 1; i < q.n; i++)
		ck_assert_uint_gt(asked(i).at, asked(i - 1).at);
	ck_assert(asked(q.n - 1).source == B &&
		  asked(q.n - 1).at == START + 102 * MS);
}
END_TEST

/* Not full, and around the end of its ring: as after a cut. */
START_TEST(ring_after_a_cut_is_reduced)
{
	fill(13, 8);
	q.n -= 2; /* 5 to 10, from place 5 on */
	ck_assert_uint_eq(q.first, 5);
	sponge_queue_reduce(&q, FLOOD);
	ck_assert_uint_eq(q.n, 6);
	for (uint32_t i = 0; i < q.n; i++)
		ck_assert_uint_eq(asked(i).source, A + 5 + i);
}
END_TEST

START_TEST(the_oldest_falls_out)
{
	fill(25, 10);
	ck_assert_uint_eq(q.n, 10);
	for (uint32_t i = 0; i < 10; i++)
		ck_assert_uint_eq(asked(i).source, A + 15 + i);
	ck_assert_uint_eq(sponge_queue_rate(&q), UINT64_C(60000000));
}
END_TEST

START_TEST(a_ring_takes_no_more_than_it_needs)
{
	fill(1, DEPTH);
	ck_assert_uint_eq(q.room, SPONGE_QUEUE_LEAST);
	fill(SPONGE_QUEUE_LEAST, DEPTH);
	ck_assert_uint_eq(q.room, 2 * SPONGE_QUEUE_LEAST);
	fill(5 * DEPTH, DEPTH);
	ck_assert_uint_eq(q.room, DEPTH);
	sponge_queue_clear(&q);
	ck_assert_ptr_null(q.ring);
	fill(5, 3);
	ck_assert_uint_eq(q.room, 3);
}
END_TEST

START_TEST(a_ring_that_goes_round_grows_in_order)
{
	fill(13, 8);
	sponge_queue_push(&q, 12, B, START + 13 * MS);
	ck_assert_uint_eq(q.n, 9);
	for (uint32_t i = 0; i < 8; i++)
		ck_assert_uint_eq(asked(i).source, A + 5 + i);
	ck_assert_uint_eq(asked(8).source, B);
	ck_assert_uint_eq(q.room, 12);
}
END_TEST

START_TEST(cut_leaves_the_newest)
{
	fill(500, DEPTH);
	sponge_queue_cut(&q, 10);
	ck_assert_uint_eq(q.n, 10);
	ck_assert_uint_eq(q.room, 10);
	for (uint32_t i = 0; i < 10; i++)
		ck_assert_uint_eq(asked(i).source, A + 490 + i);
	sponge_queue_cut(&q, 20);
	ck_assert_uint_eq(q.n, 10);
	ck_assert_uint_eq(q.room, 10);
	sponge_queue_cut(&q, 9);
	ck_assert_uint_eq(q.room, 9);
	sponge_queue_push(&q, 10, B, START + 499 * MS);
	sponge_queue_push(&q, 10, B, START + 500 * MS);
	ck_assert_uint_eq(q.n, 10);
	ck_assert_uint_eq(asked(0).source, A + 492);
}
END_TEST

START_TEST(fewer_are_remembered_if_memory_is_short)
{
	memory_is_short = true;
	push(A, 0);
	ck_assert_uint_eq(q.n, 0);
	ck_assert_uint_eq(sponge_queue_rate(&q), UINT64_MAX);
	memory_is_short = false;
	fill(16, DEPTH);
	memory_is_short = true;
	push(B, 100);
	ck_assert_uint_eq(q.n, 16);
	ck_assert_uint_eq(asked(0).source, A + 1);
	ck_assert_uint_eq(asked(15).source, B);
	sponge_queue_cut(&q, 10);
	ck_assert_uint_eq(q.n, 10);
	ck_assert_uint_eq(q.room, 16);
	sponge_queue_push(&q, 10, A, START + 101 * MS);
	ck_assert_uint_eq(q.n, 10);
	ck_assert_uint_eq(asked(8).source, B);
	memory_is_short = false;
	push(B, 102);
	ck_assert_uint_eq(q.n, 11);
}
END_TEST

/* (n - 1) minutes against rate times span: both of them beyond 64 bits. */
START_TEST(nothing_overflows)
{
	q = (struct sponge_queue){ .ring = calloc(2, sizeof(*q.ring)),
				   .room = 2,
				   .n = 2 };
	ck_assert_ptr_nonnull(q.ring);
	q.ring[1].at = UINT64_MAX;
	ck_assert_uint_eq(sponge_queue_rate(&q), 0);
	ck_assert(!sponge_queue_exceeds(&q, UINT32_MAX));
	q.ring[1].at = 1;
	ck_assert_uint_eq(sponge_queue_rate(&q), UINT64_C(60000000000000));
	ck_assert(sponge_queue_exceeds(&q, UINT32_MAX));
}
END_TEST

/* To the nanosecond: 9 of them in 10.8 s are 50 a minute. */
START_TEST(rate_is_compared_exactly)
{
	for (uint64_t i = 0; i < 9; i++)
		push(A + i, i * 1200);
	sponge_queue_push(&q, DEPTH, B, START + 10800 * MS - (uint64_t)_i);
	ck_assert_uint_eq(sponge_queue_rate(&q), 50000);
	ck_assert(sponge_queue_exceeds(&q, 50) == (_i == 1));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sponge_queue");
	TCase *tc = tcase_create("sponge_queue");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, three_in_a_second_are_120_a_minute);
	tcase_add_test(tc, requests_of_one_moment_count_as_one_second);
	tcase_add_test(tc, one_request_has_no_rate_and_exceeds_none);
	tcase_add_test(tc, last_request_of_a_burst_stays);
	tcase_add_test(tc, a_burst_goes_on_after_a_reduction);
	tcase_add_test(tc, without_flood_protection_all_stay);
	tcase_add_loop_test(tc, a_burst_ends_to_the_nanosecond, 0, 2);
	tcase_add_test(tc, at_exactly_the_rate_nothing_is_a_burst);
	tcase_add_test(tc, empty_queue_stays_empty);
	tcase_add_loop_test(tc, a_ring_that_goes_round_is_reduced, 0, 2);
	tcase_add_test(tc, ring_after_a_cut_is_reduced);
	tcase_add_test(tc, the_oldest_falls_out);
	tcase_add_test(tc, a_ring_takes_no_more_than_it_needs);
	tcase_add_test(tc, a_ring_that_goes_round_grows_in_order);
	tcase_add_test(tc, cut_leaves_the_newest);
	tcase_add_test(tc, fewer_are_remembered_if_memory_is_short);
	tcase_add_test(tc, nothing_overflows);
	tcase_add_loop_test(tc, rate_is_compared_exactly, 0, 2);
	suite_add_tcase(s, tc);
	return check_run(s);
}
