/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/ipv4.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"

#define SIZE 46 /* octets behind the type of the shortest frame */
#define TTL  8  /* where it stands: a change of this to 64 changes nothing */

/* 28 octets of packet, and 18 of padding. */
static const uint8_t packet[SIZE] = {
	0x45, 0x00, 0,    28,   0x12, 0x34, 0x00, 0x00, /* length, fragment */
	64,   17,   0xab, 0xcd, 192,  0,    2,    1,    /* UDP, source */
	198,  51,   100,  7,    0x02, 0x22, 0x00, 0x44, /* destination, ports */
	0x00, 0x08, 0x00, 0x00, 0xff,
};

/* What a packet is read as; memory that is gone is not looked at. */
struct result {
	struct ipv4 ip;
	enum ipv4_fault fault;
	uint32_t upper_at;
};

/* Reads the first 'size' octets, in memory of just that size. */
static struct result
read_octets(const uint8_t *octets, uint32_t size, uint32_t wire_size)
{
	uint8_t *copy = malloc(size == 0 ? 1 : size);
	struct result r;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, octets, size);
	memset(&r, 0xff, sizeof(r));
	r.fault = ipv4_read(copy, size, wire_size, &r.ip);
	r.upper_at = r.ip.upper == NULL ? 0 : (uint32_t)(r.ip.upper - copy);
	ck_assert_uint_le(r.upper_at, size);
	ck_assert_uint_le(r.ip.upper_size, size - r.upper_at);
	free(copy);
	return r;
}

START_TEST(every_field_is_read_from_its_place)
{
	struct result r = read_octets(packet, SIZE, SIZE);

	ck_assert_int_eq(r.fault, IPV4_OK);
	ck_assert_uint_eq(r.ip.proto, 17);
	ck_assert_uint_eq(r.ip.ttl, 64);
	ck_assert_uint_eq(r.ip.header, 20);
	ck_assert_uint_eq(r.ip.length, 28);
	ck_assert_uint_eq(r.ip.src, 0xc0000201);
	ck_assert_uint_eq(r.ip.dst, 0xc6336407);
	ck_assert(!r.ip.fragment);
	ck_assert(r.ip.first);
	ck_assert_uint_eq(r.upper_at, 20);
	ck_assert_uint_eq(r.ip.upper_size, 8);
}
END_TEST

static const struct {
	const char *what;
	uint8_t at, value;
	enum ipv4_fault fault;
	uint32_t upper_at, upper_size;
} changes[] = {
	{ "nothing", TTL, 64, IPV4_OK, 20, 8 },
	{ "version 6", 0, 0x65, IPV4_VERSION, 20, 8 },
	{ "version 0", 0, 0x05, IPV4_VERSION, 20, 8 },
	{ "no header", 0, 0x40, IPV4_IHL, 20, 0 },
	{ "a header of 16", 0, 0x44, IPV4_IHL, 20, 0 },
	{ "a header of 24", 0, 0x46, IPV4_OK, 24, 4 },
	{ "a header of all 28", 0, 0x47, IPV4_OK, 28, 0 },
	{ "a header of 32 in 28", 0, 0x48, IPV4_LENGTH, 20, 0 },
	{ "a header of 60 in 46", 0, 0x4f, IPV4_LENGTH, 20, 0 },
	{ "length 0", 3, 0, IPV4_LENGTH, 20, 0 },
	{ "length 19", 3, 19, IPV4_LENGTH, 20, 0 },
	{ "length 20", 3, 20, IPV4_OK, 20, 0 },
	{ "length 21", 3, 21, IPV4_OK, 20, 1 },
	{ "length 46", 3, 46, IPV4_OK, 20, 26 },
	{ "length 47 of 46", 3, 47, IPV4_LENGTH, 20, 26 },
	{ "length 284 of 46", 2, 1, IPV4_LENGTH, 20, 26 },
};

START_TEST(a_fault_of_the_header_is_named_and_the_fields_are_filled)
{
	uint8_t octets[SIZE];
	struct result r;

	memcpy(octets, packet, SIZE);
	octets[changes[_i].at] = changes[_i].value;
	r = read_octets(octets, SIZE, SIZE);
	ck_assert_msg(r.fault == changes[_i].fault, "%s: %d", changes[_i].what,
		      r.fault);
	ck_assert_uint_eq(r.upper_at, changes[_i].upper_at);
	ck_assert_uint_eq(r.ip.upper_size, changes[_i].upper_size);
	ck_assert_uint_eq(r.ip.proto, 17);
	ck_assert_uint_eq(r.ip.src, 0xc0000201);
}
END_TEST

static const struct {
	uint16_t field;
	bool fragment, first;
} fragments[] = {
	{ 0x0000, false, true }, { 0x4000, false, true }, /* do not fragment */
	{ 0x8000, false, true }, { 0x2000, true, true },
	{ 0x2001, true, false }, { 0x0001, true, false },
	{ 0x1000, true, false }, { 0x1fff, true, false },
};

START_TEST(a_fragment_differs_from_a_whole_packet)
{
	uint8_t octets[SIZE];
	struct result r;

	memcpy(octets, packet, SIZE);
	frame_write16(octets + 6, fragments[_i].field);
	r = read_octets(octets, SIZE, SIZE);
	ck_assert_int_eq(r.fault, IPV4_OK);
	ck_assert_int_eq(r.ip.fragment, fragments[_i].fragment);
	ck_assert_int_eq(r.ip.first, fragments[_i].first);
}
END_TEST

START_TEST(a_header_that_is_cut_fills_nothing)
{
	for (uint32_t size = 0; size < IPV4_HEADER; size++) {
		struct result r = read_octets(packet, size, size);

		ck_assert_int_eq(r.fault, IPV4_SHORT);
		ck_assert_ptr_null(r.ip.upper);
		ck_assert_uint_eq(r.ip.src, 0);
		ck_assert(!r.ip.first);
		ck_assert_int_eq(read_octets(packet, size, 19).fault,
				 IPV4_SHORT);
		ck_assert_int_eq(read_octets(packet, size, 20).fault, IPV4_CUT);
	}
	ck_assert_int_eq(read_octets(packet, 20, 20).fault, IPV4_LENGTH);
}
END_TEST

START_TEST(octets_cut_by_a_capture_are_no_fault)
{
	for (uint32_t size = IPV4_HEADER; size <= SIZE; size++) {
		struct result r = read_octets(packet, size, SIZE);

		ck_assert_int_eq(r.fault, IPV4_OK);
		ck_assert_uint_eq(r.ip.upper_size,
				  size < 28 ? size - IPV4_HEADER : 8);
	}
	ck_assert_int_eq(read_octets(packet, 27, 28).fault, IPV4_OK);
	ck_assert_int_eq(read_octets(packet, 27, 27).fault, IPV4_LENGTH);
}
END_TEST

START_TEST(cut_options_hide_only_the_upper_header)
{
	uint8_t octets[SIZE];
	struct result r;

	memcpy(octets, packet, SIZE);
	octets[0] = 0x46;
	r = read_octets(octets, 23, SIZE);
	ck_assert_int_eq(r.fault, IPV4_OK);
	ck_assert_uint_eq(r.ip.header, 24);
	ck_assert_uint_eq(r.ip.upper_size, 0);
	r = read_octets(octets, 25, SIZE);
	ck_assert_uint_eq(r.upper_at, 24);
	ck_assert_uint_eq(r.ip.upper_size, 1);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("ipv4");
	TCase *tc = tcase_create("ipv4");

	tcase_add_test(tc, every_field_is_read_from_its_place);
	tcase_add_loop_test(
		tc, a_fault_of_the_header_is_named_and_the_fields_are_filled, 0,
		sizeof(changes) / sizeof(changes[0]));
	tcase_add_loop_test(tc, a_fragment_differs_from_a_whole_packet, 0,
			    sizeof(fragments) / sizeof(fragments[0]));
	tcase_add_test(tc, a_header_that_is_cut_fills_nothing);
	tcase_add_test(tc, octets_cut_by_a_capture_are_no_fault);
	tcase_add_test(tc, cut_options_hide_only_the_upper_header);
	suite_add_tcase(s, tc);
	return check_run(s);
}
