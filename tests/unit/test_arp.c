/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/arp.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"

static const uint8_t request[ARP_SIZE] = {
	0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x01, /* Ethernet, IPv4 */
	0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 192,  0,    2, 1,   /* sender */
	0x82, 0x66, 0x77, 0x88, 0x99, 0xaa, 192,  0,    2, 254, /* target */
};

/* Reads the first 'size' octets, in memory of just that size. */
static bool
read_octets(const uint8_t *octets, uint32_t size, struct arp *arp)
{
	uint8_t *copy = malloc(size == 0 ? 1 : size);
	bool good;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, octets, size);
	good = arp_read(copy, size, arp);
	free(copy);
	return good;
}

static const struct {
	const char *what;
	uint8_t at, value;
	bool good;
} changes[] = {
	{ "nothing", 7, 1, true },
	{ "a reply", 7, 2, true },
	{ "operation 0", 7, 0, false },
	{ "RARP request", 7, 3, false },
	{ "RARP reply", 7, 4, false },
	{ "InARP request", 7, 8, false },
	{ "InARP reply", 7, 9, false },
	{ "operation 25", 7, 25, false },
	{ "operation 257", 6, 1, false },
	{ "hardware 0", 1, 0, false },
	{ "hardware 2", 1, 2, false },
	{ "hardware 6, which hosts read, too", 1, 6, true },
	{ "hardware 7", 1, 7, false },
	{ "hardware 257", 0, 1, false },
	{ "protocol 0x0900", 2, 9, false },
	{ "protocol 0x0806", 3, 6, false },
	{ "hardware size 5", 4, 5, false },
	{ "hardware size 7", 4, 7, false },
	{ "protocol size 3", 5, 3, false },
	{ "protocol size 16", 5, 16, false },
};

START_TEST(only_requests_and_replies_for_ipv4_over_ethernet_are_read)
{
	uint8_t octets[ARP_SIZE];
	struct arp arp = { .op = 77 };

	memcpy(octets, request, ARP_SIZE);
	octets[changes[_i].at] = changes[_i].value;
	ck_assert_msg(read_octets(octets, ARP_SIZE, &arp) == changes[_i].good,
		      "%s", changes[_i].what);
	ck_assert_uint_eq(arp.op, changes[_i].good ? octets[7] : 77);
	ck_assert(!changes[_i].good || arp.valid == (octets[1] == 1));
}
END_TEST

START_TEST(every_field_is_read_from_its_place)
{
	struct arp arp;

	ck_assert(read_octets(request, ARP_SIZE, &arp));
	ck_assert_uint_eq(arp.op, ARP_REQUEST);
	ck_assert_uint_eq(arp.sha, UINT64_C(0x021122334455));
	ck_assert_uint_eq(arp.spa, 0xc0000201);
	ck_assert_uint_eq(arp.tha, UINT64_C(0x8266778899aa));
	ck_assert_uint_eq(arp.tpa, 0xc00002fe);
}
END_TEST

START_TEST(a_cut_message_is_rejected_and_padding_is_not)
{
	uint8_t octets[1428] = { 0 };
	struct arp arp;

	memcpy(octets, request, ARP_SIZE);
	memset(octets + ARP_SIZE, 0xff, sizeof(octets) - ARP_SIZE);
	for (uint32_t size = 0; size < ARP_SIZE; size++)
		ck_assert_msg(!read_octets(octets, size, &arp), "%u", size);
	ck_assert(read_octets(octets, ARP_SIZE, &arp));
	ck_assert(read_octets(octets, ARP_SIZE + 18, &arp));
	ck_assert(read_octets(octets, sizeof(octets), &arp));
	ck_assert_uint_eq(arp.tpa, 0xc00002fe);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("arp");
	TCase *tc = tcase_create("arp");

	tcase_add_loop_test(
		tc, only_requests_and_replies_for_ipv4_over_ethernet_are_read,
		0, sizeof(changes) / sizeof(changes[0]));
	tcase_add_test(tc, every_field_is_read_from_its_place);
	tcase_add_test(tc, a_cut_message_is_rejected_and_padding_is_not);
	suite_add_tcase(s, tc);
	return check_run(s);
}
