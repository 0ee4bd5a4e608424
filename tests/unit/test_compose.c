/* SPDX-License-Identifier: BSD-3-Clause */
/* What is composed reads back as what it was made from, and is valid. */
#include "lib/compose.h"

#include <check.h>
#include <string.h>

#include "lib/arp.h"
#include "lib/frame.h"
#include "lib/ipv4.h"
#include "lib/ipv6.h"
#include "lib/nd.h"
#include "tests/check_run.h"

#define SRC UINT64_C(0x02000000000a)
#define DST UINT64_C(0x0200000000fb)

static struct compose c;

static void
expect_header(uint16_t want)
{
	uint64_t dst, src;
	uint16_t type;

	frame_header(c.octet, &dst, &src, &type);
	ck_assert_uint_eq(dst, DST);
	ck_assert_uint_eq(src, SRC);
	ck_assert_uint_eq(type, want);
}

START_TEST(a_tag_goes_before_other_tags)
{
	compose_ether(&c, DST, SRC, FRAME_IPV4);
	compose_tag(&c, FRAME_CTAG, 5);
	compose_tag(&c, FRAME_STAG, 7);
	expect_header(FRAME_STAG);
	ck_assert_uint_eq(c.size, FRAME_HEADER + 2 * FRAME_TAG);
	ck_assert_uint_eq(frame_read16(c.octet + 14), 7);
	ck_assert_uint_eq(frame_read16(c.octet + 16), FRAME_CTAG);
	ck_assert_uint_eq(frame_read16(c.octet + 18), 5);
	ck_assert_uint_eq(frame_read16(c.octet + 20), FRAME_IPV4);
}
END_TEST

START_TEST(arp_reads_back)
{
	struct arp a;

	compose_ether(&c, DST, SRC, FRAME_ARP);
	compose_arp(&c, ARP_REPLY, SRC, 0xc0000201, DST, 0xc0000202);
	compose_pad(&c);
	ck_assert_uint_eq(c.size, FRAME_MIN);
	expect_header(FRAME_ARP);
	ck_assert(arp_read(c.octet + 14, c.size - 14, &a));
	ck_assert_uint_eq(a.op, ARP_REPLY);
	ck_assert_uint_eq(a.sha, SRC);
	ck_assert_uint_eq(a.tha, DST);
	ck_assert_uint_eq(a.spa, 0xc0000201);
	ck_assert_uint_eq(a.tpa, 0xc0000202);
}
END_TEST

START_TEST(ipv4_reads_back_with_a_right_checksum)
{
	struct ipv4 ip;
	const uint8_t *p;
	uint32_t sum = 0;

	compose_ether(&c, DST, SRC, FRAME_IPV4);
	p = compose_ipv4(&c, 6, 64, 0xc0000201, 0xcb007109, 4);
	compose_put(&c, "\0\1\0\2", 4);
	ck_assert_int_eq(ipv4_read(p, c.size - 14, c.size - 14, &ip), IPV4_OK);
	ck_assert_uint_eq(ip.src, 0xc0000201);
	ck_assert_uint_eq(ip.dst, 0xcb007109);
	ck_assert_uint_eq(ip.proto, 6);
	ck_assert_uint_eq(ip.ttl, 64);
	ck_assert_uint_eq(ip.upper_size, 4);
	for (unsigned int i = 0; i < IPV4_HEADER; i += 2)
		sum += frame_read16(p + i);
	ck_assert_uint_eq((sum & 0xffff) + (sum >> 16), 0xffff);
}
END_TEST

START_TEST(a_composed_solicitation_is_valid)
{
	static const uint8_t src[16] = { 0xfe, 0x80, [15] = 1 };
	static const uint8_t group[16] = { 0xff, 2, [11] = 1, 0xff, [15] = 2 };
	uint8_t *p, *icmp;
	struct ipv6 ip;
	struct nd nd;

	compose_ether(&c, DST, SRC, FRAME_IPV6);
	p = compose_ipv6(&c, IPV6_ICMP, 255, src, group, 24);
	icmp = compose_put(&c, NULL, 24);
	icmp[0] = ND_NS;
	memcpy(icmp + 8, src, 16);
	icmp[23] = 2;
	compose_icmp6_sum(&c, p, 24);
	ck_assert_int_eq(ipv6_read(p, c.size - 14, c.size - 14, &ip), IPV6_OK);
	ck_assert(ipv6_checksum_is_right(&ip));
	ck_assert_int_eq(nd_read(&ip, &nd), ND_OK);
	icmp[20] ^= 1;
	ck_assert_int_eq(nd_read(&ip, &nd), ND_CHECKSUM);
}
END_TEST

START_TEST(octets_that_do_not_fit_are_left_out)
{
	compose_ether(&c, DST, SRC, FRAME_IPV4);
	compose_put(&c, NULL, COMPOSE_SIZE);
	ck_assert_uint_eq(c.size, COMPOSE_SIZE);
	compose_tag(&c, FRAME_CTAG, 5);
	ck_assert_uint_eq(c.size, COMPOSE_SIZE);
	compose_put(&c, "x", 1);
	ck_assert_uint_eq(c.size, COMPOSE_SIZE);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("compose");
	TCase *tc = tcase_create("compose");

	tcase_add_test(tc, a_tag_goes_before_other_tags);
	tcase_add_test(tc, arp_reads_back);
	tcase_add_test(tc, ipv4_reads_back_with_a_right_checksum);
	tcase_add_test(tc, a_composed_solicitation_is_valid);
	tcase_add_test(tc, octets_that_do_not_fit_are_left_out);
	suite_add_tcase(s, tc);
	return check_run(s);
}
