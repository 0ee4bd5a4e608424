/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/recordring.h"

#include <check.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"
#include "tests/random32.h"

#define RECORDS CHECK_ROUNDS(50000)

static struct recordring *ring;

static void
setup(void)
{
	ring = aligned_alloc(64, sizeof(*ring));
	ck_assert_ptr_nonnull(ring);
	memset(ring, 0, sizeof(*ring));
}

static void
teardown(void)
{
	free(ring);
}

/* A record of 'size' octets, each of which is 'value'. */
static bool
put(uint32_t size, uint8_t value)
{
	uint8_t *octets = recordring_write(ring, size);

	if (octets == NULL)
		return false;
	ck_assert_uint_eq((uintptr_t)octets % 8, 0);
	ck_assert(octets + size <= ring->octet + RECORDRING_OCTETS);
	memset(octets, value, size);
	return true;
}

static void
publish(void)
{
	recordring_publish(ring, recordring_place(ring));
}

static void
expect(uint32_t size, uint8_t value)
{
	uint32_t got;
	const uint8_t *octets = recordring_first(ring, &got);

	ck_assert_ptr_nonnull(octets);
	ck_assert_uint_eq(got, size);
	for (uint32_t i = 0; i < size; i++)
		ck_assert_uint_eq(octets[i], value);
	recordring_take(ring);
}

static void
expect_empty(void)
{
	uint32_t size;

	ck_assert_ptr_null(recordring_first(ring, &size));
}

START_TEST(records_of_any_size_come_out_in_order)
{
	expect_empty();
	for (uint32_t size = 0; size < 100; size++)
		ck_assert(put(size, (uint8_t)size));
	expect_empty();
	publish();
	for (uint32_t size = 0; size < 100; size++)
		expect(size, (uint8_t)size);
	expect_empty();
}
END_TEST

START_TEST(records_that_are_given_up_are_not_seen)
{
	uint64_t place;

	ck_assert(put(10, 1));
	place = recordring_place(ring);
	ck_assert(put(20, 2));
	ck_assert(put(30, 3));
	recordring_publish(ring, place);
	ck_assert(put(40, 4));
	publish();
	expect(10, 1);
	expect(40, 4);
	expect_empty();
}
END_TEST

/* At any place in the ring, so at its end, too. */
static void
put_at(struct recordring *to, uint64_t at)
{
	uint64_t *record = recordring_write(to, sizeof(at));

	ck_assert_ptr_nonnull(record);
	*record = at;
	recordring_publish(to, recordring_place(to));
}

START_TEST(of_several_rings_the_oldest_record_comes_first)
{
	static const unsigned int order[] = { 2, 0, 0, 2, 4 };
	struct recordring *other, *rings[4] = { ring, NULL };
	const void *first = NULL;

	setup();
	other = ring;
	rings[2] = other;
	put_at(rings[0], 20);
	put_at(rings[0], 30);
	put_at(other, 10);
	put_at(other, 40);
	for (unsigned int i = 0; i < 5; i++) {
		unsigned int n = recordring_oldest(rings, 4, &first);

		ck_assert_uint_eq(n, order[i]);
		if (n == 4)
			break;
		ck_assert_uint_eq(*(const uint64_t *)first, (i + 1) * 10);
		recordring_take(rings[n]);
	}
	free(rings[0]);
}
END_TEST

START_TEST(a_full_ring_takes_no_more_until_one_is_taken_out)
{
	uint32_t size = 1000 + 8 * (uint32_t)_i;
	unsigned int n = 0;

	for (unsigned int round = 0; round < 10; round++) {
		while (put(size, (uint8_t)n))
			n++;
		publish();
		ck_assert_uint_ge(n * recordring_octets(size),
				  RECORDRING_OCTETS -
					  2 * recordring_octets(size));
		for (; n > 0; n--) {
			uint32_t got;

			ck_assert_ptr_nonnull(recordring_first(ring, &got));
			ck_assert_uint_eq(got, size);
			recordring_take(ring);
		}
		expect_empty();
		ck_assert(put((uint32_t)round * 104 % 4096, 0));
		publish();
		recordring_take(ring);
	}
}
END_TEST

/* What the thread loses, it counts; the others come, whole and in order. */
static void *
writer(void *arg)
{
	uint64_t *lost = arg;

	for (uint32_t i = 0; i < RECORDS; i++) {
		uint32_t size = 8 + random32() % 1500;
		uint32_t *octets = recordring_write(ring, size);

		if (octets == NULL) {
			++*lost;
			continue;
		}
		octets[0] = i;
		octets[1] = size;
		memset(octets + 2, (int)(i & 0xff), size - 8);
		if (i % 4 == 3 || i + 64 > RECORDS)
			publish();
	}
	publish();
	return NULL;
}

static void
check_record(const uint32_t *octets, uint32_t size, uint64_t *next)
{
	const uint8_t *tail = (const uint8_t *)(octets + 2);

	ck_assert_uint_eq(octets[1], size);
	ck_assert_uint_ge(octets[0], *next);
	*next = (uint64_t)octets[0] + 1;
	for (uint32_t i = 0; i < size - 8; i++)
		if (tail[i] != (octets[0] & 0xff))
			ck_abort_msg("record %u is not whole", octets[0]);
}

START_TEST(two_threads_pass_records_on_whole)
{
	uint64_t lost = 0, next = 0, got = 0;
	pthread_t thread;
	bool ended = false;

	ck_assert_int_eq(pthread_create(&thread, NULL, writer, &lost), 0);
	for (;;) {
		uint32_t size;
		const uint32_t *octets = recordring_first(ring, &size);

		if (octets == NULL && ended)
			break;
		if (octets == NULL) {
			ended = pthread_tryjoin_np(thread, NULL) == 0;
			continue;
		}
		check_record(octets, size, &next);
		recordring_take(ring);
		got++;
	}
	ck_assert_uint_eq(got + lost, RECORDS);
	ck_assert_uint_gt(got, 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("recordring_threads");
	TCase *t = tcase_create("recordring_threads");

	suite_add_tcase(s, t);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, records_of_any_size_come_out_in_order);
	tcase_add_test(t, records_that_are_given_up_are_not_seen);
	tcase_add_test(t, of_several_rings_the_oldest_record_comes_first);
	tcase_add_loop_test(t, a_full_ring_takes_no_more_until_one_is_taken_out,
			    0, 4);
	tcase_add_test(t, two_threads_pass_records_on_whole);
	return check_run(s);
}
