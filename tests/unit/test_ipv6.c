/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/ipv6.h"

#include <check.h>
#include <stdlib.h>

#include "tests/check_run.h"
#include "tests/packet6.h"

static const uint8_t src[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
static const uint8_t dst[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 };
static const uint8_t upper[20] = { 128, 0, 0, 0, 1, 2, 3, 4 };

/* What a packet is read as; memory that is gone is not looked at. */
struct result {
	struct ipv6 ip;
	enum ipv6_fault fault;
	uint32_t upper_at;
	int icmp_type;
};

/* Reads the first 'size' octets, in memory of just that size. */
static struct result
read_cut(const struct packet6 *p, uint32_t size, uint32_t wire_size)
{
	uint8_t *copy = packet6_copy(p, size);
	struct result r;

	memset(&r, 0xff, sizeof(r));
	r.fault = ipv6_read(copy, size, wire_size, &r.ip);
	r.upper_at = r.ip.upper == NULL ? 0 : (uint32_t)(r.ip.upper - copy);
	r.icmp_type = ipv6_icmp_type(&r.ip);
	ck_assert_uint_le(r.upper_at, size);
	ck_assert_uint_le(r.ip.upper_size, size - r.upper_at);
	if (r.ip.src != NULL) {
		ck_assert_ptr_eq(r.ip.src, copy + 8);
		ck_assert_ptr_eq(r.ip.dst, copy + 24);
	}
	free(copy);
	return r;
}

static struct result
read_whole(const struct packet6 *p)
{
	return read_cut(p, p->size, p->size);
}

/* A packet with no extension header. */
static struct packet6
plain(uint8_t proto, uint32_t size)
{
	struct packet6 p;

	packet6_begin(&p, src, dst, 63);
	packet6_end(&p, proto, upper, size);
	return p;
}

START_TEST(every_field_is_read_from_its_place)
{
	struct packet6 p = plain(IPV6_UDP, 20);
	struct result r = read_whole(&p);

	ck_assert_int_eq(r.fault, IPV6_OK);
	ck_assert_int_eq(r.ip.chain, IPV6_COMPLETE);
	ck_assert_uint_eq(r.ip.length, 20);
	ck_assert_uint_eq(r.ip.hop_limit, 63);
	ck_assert_uint_eq(r.ip.proto, IPV6_UDP);
	ck_assert_uint_eq(r.ip.nheaders, 0);
	ck_assert_uint_eq(r.upper_at, 40);
	ck_assert_uint_eq(r.ip.upper_size, 20);
	ck_assert_uint_eq(r.ip.upper_length, 20);
	ck_assert(!r.ip.cut && !r.ip.fragment && r.ip.first && !r.ip.more);
	ck_assert(!r.ip.router_alert);
	ck_assert_int_eq(r.icmp_type, -1);
}
END_TEST

static const struct {
	uint8_t proto;
	uint32_t least;
} least[] = {
	{ IPV6_TCP, 20 }, { IPV6_UDP, 8 }, { IPV6_ICMP, 4 },
	{ 50, 8 },        { 253, 8 },
};

START_TEST(an_upper_header_that_is_cut_is_truncated)
{
	for (uint32_t size = 0; size <= 20; size++) {
		struct packet6 p = plain(least[_i].proto, size);
		struct result r = read_whole(&p);
		bool there = size >= least[_i].least;

		ck_assert_int_eq(r.fault, IPV6_OK);
		ck_assert_int_eq(r.ip.chain,
				 there ? IPV6_COMPLETE : IPV6_TRUNCATED);
		ck_assert_uint_eq(r.ip.proto, least[_i].proto);
		ck_assert_int_eq(r.icmp_type,
				 there && r.ip.proto == IPV6_ICMP ? 128 : -1);
	}
}
END_TEST

START_TEST(a_wrong_version_is_named_and_the_fields_are_filled)
{
	struct packet6 p = plain(IPV6_TCP, 20);
	struct result r;

	p.octets[0] = 0x45;
	r = read_whole(&p);
	ck_assert_int_eq(r.fault, IPV6_VERSION);
	ck_assert_int_eq(r.ip.chain, IPV6_COMPLETE);
	ck_assert_uint_eq(r.ip.proto, IPV6_TCP);
	p.octets[0] = 0x6f; /* the rest of the octet is the traffic class */
	ck_assert_int_eq(read_whole(&p).fault, IPV6_OK);
}
END_TEST

START_TEST(a_payload_length_past_the_end_is_named_and_the_fields_are_filled)
{
	struct packet6 p = plain(IPV6_UDP, 20);
	struct result r;

	p.octets[5] = 21;
	r = read_whole(&p);
	ck_assert_int_eq(r.fault, IPV6_LENGTH);
	ck_assert_int_eq(r.ip.chain, IPV6_COMPLETE);
	ck_assert_uint_eq(r.ip.upper_size, 20);
	ck_assert_uint_eq(r.ip.upper_length, 21);
	ck_assert(!r.ip.cut);
	p.octets[4] = 0xff;
	ck_assert_int_eq(read_whole(&p).fault, IPV6_LENGTH);
}
END_TEST

START_TEST(octets_after_the_payload_length_are_padding)
{
	struct packet6 p = plain(IPV6_UDP, 20);
	struct result r;

	p.octets[5] = 8;
	r = read_whole(&p);
	ck_assert_int_eq(r.fault, IPV6_OK);
	ck_assert_int_eq(r.ip.chain, IPV6_COMPLETE);
	ck_assert_uint_eq(r.ip.upper_size, 8);
	p.octets[5] = 7;
	ck_assert_int_eq(read_whole(&p).ip.chain, IPV6_TRUNCATED);
	p.octets[5] = 0;
	r = read_whole(&p);
	ck_assert_int_eq(r.fault, IPV6_OK);
	ck_assert_int_eq(r.ip.chain, IPV6_TRUNCATED);
	ck_assert_uint_eq(r.ip.upper_size, 0);
}
END_TEST

/* As Linux takes it: to the end of the frame, padding included. */
START_TEST(without_a_length_hop_by_hop_options_and_all_behind_are_read)
{
	struct packet6 p;
	struct result r;

	packet6_begin(&p, src, dst, 255);
	packet6_router_alert(&p);
	packet6_end(&p, IPV6_ICMP, upper, 20);
	p.octets[4] = p.octets[5] = 0;
	r = read_whole(&p);
	ck_assert_int_eq(r.fault, IPV6_LENGTH);
	ck_assert(r.ip.no_length && r.ip.router_alert && !r.ip.cut);
	ck_assert_int_eq(r.ip.chain, IPV6_COMPLETE);
	ck_assert_int_eq(r.icmp_type, 128);
	ck_assert_uint_eq(r.ip.upper_size, 20);
	ck_assert_uint_eq(r.ip.upper_length, 20);
	/* What a capture cut off is a part of it. */
	r = read_cut(&p, p.size, p.size + 9);
	ck_assert(r.ip.cut);
	ck_assert_uint_eq(r.ip.upper_length, 29);
	/* No host reads another version. */
	p.octets[0] = 0x40;
	r = read_whole(&p);
	ck_assert(!r.ip.no_length);
	ck_assert_uint_eq(r.ip.upper_size, 0);
}
END_TEST

static const uint8_t home[16] = { 0xfe, 0x80, [15] = 7 };

START_TEST(the_home_address_is_found_in_destination_options)
{
	uint8_t octets[23] = { 2, 1, 2, 0, 0, 0xc9, 16 };
	struct packet6 p;

	memcpy(octets + 7, home, 16);
	packet6_begin(&p, src, dst, 64);
	packet6_extend(&p, _i == 0 ? IPV6_DESTINATION : IPV6_HOP_BY_HOP, octets,
		       sizeof(octets));
	packet6_end(&p, IPV6_UDP, upper, 20);
	ck_assert((read_whole(&p).ip.home != NULL) == (_i == 0));
	p.octets[40 + 7] = 15;
	ck_assert_ptr_null(read_whole(&p).ip.home);
}
END_TEST

START_TEST(a_header_that_is_cut_fills_nothing)
{
	struct packet6 p = plain(IPV6_UDP, 20);

	for (uint32_t size = 0; size < IPV6_HEADER; size++) {
		struct result r = read_cut(&p, size, size);

		ck_assert_int_eq(r.fault, IPV6_SHORT);
		ck_assert_int_eq(r.ip.chain, IPV6_TRUNCATED);
		ck_assert_ptr_null(r.ip.src);
		ck_assert(!r.ip.cut);
		ck_assert_int_eq(read_cut(&p, size, 39).fault, IPV6_SHORT);
		r = read_cut(&p, size, 40);
		ck_assert_int_eq(r.fault, IPV6_CUT);
		ck_assert_int_eq(r.ip.chain, IPV6_TRUNCATED);
		ck_assert_ptr_null(r.ip.src);
		ck_assert(r.ip.cut);
	}
	ck_assert_int_eq(read_cut(&p, 40, 40).fault, IPV6_LENGTH);
}
END_TEST

START_TEST(octets_cut_by_a_capture_are_no_fault_but_are_marked)
{
	struct packet6 p = plain(IPV6_UDP, 20);
	uint32_t wire_size = p.size + 4; /* with padding */

	for (uint32_t size = IPV6_HEADER; size <= p.size; size++) {
		struct result r = read_cut(&p, size, wire_size);

		ck_assert_int_eq(r.fault, IPV6_OK);
		ck_assert_int_eq(r.ip.cut, size < p.size);
		ck_assert_uint_eq(r.ip.upper_size, size - IPV6_HEADER);
		ck_assert_uint_eq(r.ip.upper_length, 20);
		ck_assert_int_eq(r.ip.chain,
				 size < 48 ? IPV6_TRUNCATED : IPV6_COMPLETE);
	}
}
END_TEST

static const struct {
	uint8_t type;
	uint32_t size; /* octets */
	uint8_t length;
} kinds[] = {
	{ IPV6_HOP_BY_HOP, 8, 0 }, { IPV6_HOP_BY_HOP, 2048, 255 },
	{ IPV6_ROUTING, 24, 2 },   { IPV6_FRAGMENT, 8, 0 },
	{ IPV6_FRAGMENT, 8, 9 },   { IPV6_DESTINATION, 16, 1 },
	{ IPV6_AH, 24, 4 },        { IPV6_AH, 1028, 255 },
	{ IPV6_MOBILITY, 8, 0 },   { IPV6_HIP, 40, 4 },
	{ IPV6_SHIM6, 16, 1 },
};

START_TEST(every_extension_header_is_skipped)
{
	uint8_t octets[2048] = { kinds[_i].length };
	struct packet6 p;
	struct result r;

	packet6_begin(&p, src, dst, 64);
	packet6_extend(&p, kinds[_i].type, octets, kinds[_i].size - 1);
	packet6_end(&p, IPV6_ICMP, upper, 8);
	r = read_whole(&p);
	ck_assert_int_eq(r.fault, IPV6_OK);
	ck_assert_int_eq(r.ip.chain, IPV6_COMPLETE);
	ck_assert_uint_eq(r.ip.nheaders, 1);
	ck_assert_uint_eq(r.ip.proto, IPV6_ICMP);
	ck_assert_uint_eq(r.upper_at, 40 + kinds[_i].size);
	ck_assert_uint_eq(r.ip.upper_size, 8);
	ck_assert_uint_eq(r.ip.upper_length, 8);
	ck_assert_int_eq(r.icmp_type, 128);

	/* Cut anywhere before the upper header, it cannot be followed. */
	for (uint32_t size = 40; size < 44 + kinds[_i].size; size += 3) {
		ck_assert_int_eq(read_cut(&p, size, size).ip.chain,
				 IPV6_TRUNCATED);
		ck_assert_int_eq(read_cut(&p, size, size).fault, IPV6_LENGTH);
		ck_assert(read_cut(&p, size, p.size).ip.cut);
	}
}
END_TEST

START_TEST(every_other_protocol_is_an_upper_header)
{
	unsigned int extensions = 0;

	for (unsigned int proto = 0; proto < 256; proto++) {
		struct packet6 p = plain((uint8_t)proto, 20);
		struct result r = read_whole(&p);
		bool extension = ipv6_is_extension((uint8_t)proto);

		extensions += extension;
		if (!extension)
			ck_assert_int_eq(r.ip.chain, proto == IPV6_NONE
							     ? IPV6_NO_UPPER
							     : IPV6_COMPLETE);
		ck_assert_int_eq(r.ip.nheaders > 0, extension);
	}
	ck_assert_uint_eq(extensions, 8);
}
END_TEST

START_TEST(the_number_of_headers_is_limited)
{
	for (uint8_t n = 0; n <= IPV6_HEADERS_MAX + 1; n++) {
		struct packet6 p;
		struct result r;

		packet6_begin(&p, src, dst, 64);
		for (uint8_t i = 0; i < n; i++)
			packet6_extend_by(&p, IPV6_DESTINATION, 8);
		packet6_end(&p, IPV6_ICMP, upper, 8);
		r = read_whole(&p);
		ck_assert_int_eq(r.ip.chain, n <= IPV6_HEADERS_MAX
						     ? IPV6_COMPLETE
						     : IPV6_TOO_LONG);
		ck_assert_uint_eq(r.ip.nheaders,
				  n <= IPV6_HEADERS_MAX ? n : IPV6_HEADERS_MAX);
		ck_assert_int_eq(r.icmp_type, n <= IPV6_HEADERS_MAX ? 128 : -1);
	}
}
END_TEST

START_TEST(the_last_header_may_be_no_next_header)
{
	struct packet6 p;
	struct result r;

	packet6_begin(&p, src, dst, 64);
	packet6_extend_by(&p, IPV6_DESTINATION, 8);
	r = read_whole(&p);
	ck_assert_int_eq(r.fault, IPV6_OK);
	ck_assert_int_eq(r.ip.chain, IPV6_NO_UPPER);
	ck_assert_uint_eq(r.ip.nheaders, 1);
}
END_TEST

static const struct {
	uint16_t field;
	bool first, more;
	enum ipv6_chain chain;
} fragments[] = {
	{ 0x0000, true, false, IPV6_COMPLETE }, /* atomic */
	{ 0x0001, true, true, IPV6_COMPLETE },
	{ 0x0006, true, false, IPV6_COMPLETE }, /* reserved bits */
	{ 0x0008, false, false, IPV6_LATER },
	{ 0x0009, false, true, IPV6_LATER },
	{ 0xfff8, false, false, IPV6_LATER },
};

START_TEST(a_fragment_differs_from_a_whole_packet)
{
	struct packet6 p;
	struct result r;

	packet6_begin(&p, src, dst, 64);
	packet6_fragment(&p, fragments[_i].field);
	packet6_end(&p, IPV6_ICMP, upper, 8);
	r = read_whole(&p);
	ck_assert(r.ip.fragment);
	ck_assert_int_eq(r.ip.first, fragments[_i].first);
	ck_assert_int_eq(r.ip.more, fragments[_i].more);
	ck_assert_int_eq(r.ip.chain, fragments[_i].chain);
	ck_assert_int_eq(r.icmp_type,
			 fragments[_i].chain == IPV6_COMPLETE ? 128 : -1);
}
END_TEST

START_TEST(a_second_fragment_header_does_not_undo_the_first)
{
	struct packet6 p;
	struct result r;

	packet6_begin(&p, src, dst, 64);
	packet6_fragment(&p, 0x0001);
	packet6_fragment(&p, 0x0000);
	packet6_end(&p, IPV6_ICMP, upper, 8);
	r = read_whole(&p);
	ck_assert(r.ip.fragment && r.ip.first && r.ip.more);
	ck_assert_uint_eq(r.ip.nheaders, 2);
}
END_TEST

START_TEST(a_first_fragment_without_the_whole_chain_is_truncated)
{
	struct packet6 p;

	packet6_begin(&p, src, dst, 64);
	packet6_fragment(&p, 0x0001);
	packet6_extend_by(&p, IPV6_DESTINATION, 8);
	p.octets[p.next] = IPV6_ICMP; /* in the next fragment */
	ck_assert_int_eq(read_whole(&p).fault, IPV6_OK);
	ck_assert_int_eq(read_whole(&p).ip.chain, IPV6_TRUNCATED);
	ck_assert(read_whole(&p).ip.first);
	p.octets[49] = 1; /* the options header itself goes on there */
	ck_assert_int_eq(read_whole(&p).ip.chain, IPV6_TRUNCATED);
	ck_assert_uint_eq(read_whole(&p).ip.nheaders, 1);
}
END_TEST

static const struct {
	const char *what;
	char options[14]; /* behind the length; the rest is Pad1 */
	bool alert;
} alerts[] = {
	{ "first", "\5\2\0\0\1\010", true },
	{ "behind PadN", "\1\2\0\0\5\2\0\0\1\4", true },
	{ "behind Pad1", "\0\0\0\5\2\0\0\1\5", true },
	{ "as the last", "\1\010\0\0\0\0\0\0\0\0\5\2\0\0", true },
	{ "not there", "\1\014\0\0\0\0\0\0\0\0\0\0\0\0", false },
	{ "only padding", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0", false },
	{ "RSVP's", "\5\2\0\1\1\010", false },
	{ "of length 1", "\5\1\0\0\1\010", false },
	{ "of length 4", "\5\4\0\0\0\0\1\6", false },
	{ "past the end", "\1\011\0\0\0\0\0\0\0\0\0\5\2\0", false },
	{ "only its type", "\1\013\0\0\0\0\0\0\0\0\0\0\0\5", false },
	{ "inside another", "\1\014\5\2\0\0\5\2\0\0\5\2\0\0", false },
	{ "in the last octet of another", "\1\4\0\0\0\5\2\0\0", false },
	{ "behind one too long", "\1\377\5\2\0\0\5\2\0\0\5\2\0\0", false },
};

/* A packet whose hop-by-hop header, of 16 octets, has these options. */
static struct packet6
with_options(const char *options)
{
	struct packet6 p;
	uint8_t octets[15] = { 1 };

	memcpy(octets + 1, options, 14);
	packet6_begin(&p, src, dst, 1);
	packet6_extend(&p, IPV6_HOP_BY_HOP, octets, sizeof(octets));
	packet6_end(&p, IPV6_UDP, "\0\0\0\0\0\0\0\0", 8);
	return p;
}

START_TEST(the_router_alert_of_mld_is_found_among_the_options)
{
	struct packet6 p = with_options(alerts[_i].options);
	struct result r = read_whole(&p);

	ck_assert_msg(r.ip.router_alert == alerts[_i].alert, "%s",
		      alerts[_i].what);
	ck_assert_int_eq(r.ip.chain, IPV6_COMPLETE);
}
END_TEST

START_TEST(a_router_alert_counts_in_the_first_header_only)
{
	struct packet6 p;

	packet6_begin(&p, src, dst, 1);
	packet6_router_alert(&p);
	packet6_extend_by(&p, IPV6_DESTINATION, 8);
	packet6_end(&p, IPV6_ICMP, upper, 8);
	ck_assert(read_whole(&p).ip.router_alert);

	packet6_begin(&p, src, dst, 1);
	packet6_extend_by(&p, IPV6_DESTINATION, 8);
	packet6_router_alert(&p);
	packet6_end(&p, IPV6_ICMP, upper, 8);
	ck_assert_uint_eq(read_whole(&p).ip.nheaders, 2);
	ck_assert(!read_whole(&p).ip.router_alert);

	packet6_begin(&p, src, dst, 1);
	packet6_extend(&p, IPV6_DESTINATION, "\0\5\2\0\0\1\0", 7);
	packet6_end(&p, IPV6_ICMP, upper, 8);
	ck_assert(!read_whole(&p).ip.router_alert);
}
END_TEST

static bool
sum_is_right(const struct packet6 *p)
{
	uint8_t *copy = packet6_copy(p, p->size);
	struct ipv6 ip;
	bool right;

	ck_assert_int_eq(ipv6_read(copy, p->size, p->size, &ip), IPV6_OK);
	right = ipv6_checksum_is_right(&ip);
	free(copy);
	return right;
}

/* Sizes that are not a multiple of what is added at once, too. */
START_TEST(a_checksum_is_right_until_one_bit_of_what_it_covers_changes)
{
	for (uint32_t size = 4; size <= 20; size++) {
		struct packet6 p = plain(IPV6_ICMP, size);

		ck_assert(sum_is_right(&p));
		for (uint32_t at = 8; at < p.size; at++) {
			p.octets[at] ^= 1 << (at % 8);
			ck_assert_msg(!sum_is_right(&p), "%u of %u", at, size);
			p.octets[at] ^= 1 << (at % 8);
		}
		p.octets[7]--; /* the hop limit is not covered */
		ck_assert(sum_is_right(&p));
	}
}
END_TEST

START_TEST(a_checksum_does_not_cover_the_extension_headers)
{
	struct packet6 p;

	packet6_begin(&p, src, dst, 64);
	packet6_extend_by(&p, IPV6_DESTINATION, 24);
	packet6_end(&p, IPV6_ICMP, upper, 20);
	ck_assert(sum_is_right(&p));
	p.octets[45] ^= 1;
	ck_assert(sum_is_right(&p));
	p.octets[40 + 24 + 5] ^= 1;
	ck_assert(!sum_is_right(&p));
}
END_TEST

enum {
	NONE = 0,
	LINK = 1,
	GROUP = 2,
	NODES = 4,
	SOLICITED = 8,
	UNKNOWN = 16
};

static const struct {
	uint8_t a[16];
	int kinds;
} addresses[] = {
	{ { 0 }, UNKNOWN },
	{ { [15] = 1 }, NONE },
	{ { [7] = 1 }, NONE },
	{ { 0xfe, 0x80, [15] = 1 }, LINK },
	{ { 0xfe, 0xbf, [15] = 1 }, LINK },
	{ { 0xfe, 0xc0, [15] = 1 }, NONE },
	{ { 0xfe, 0x7f, [15] = 1 }, NONE },
	{ { 0xfd, 0x80, [15] = 1 }, NONE },
	{ { 0xff, 0x02, [15] = 1 }, GROUP | NODES },
	{ { 0xff, 0x02, [15] = 2 }, GROUP },
	{ { 0xff, 0x01, [15] = 1 }, GROUP },
	{ { 0xff, 0x02, [8] = 1, [15] = 1 }, GROUP },
	{ { 0xff, 0x02, [11] = 1, 0xff, 1, 2, 3 }, GROUP | SOLICITED },
	{ { 0xff, 0x02, [11] = 1, 0xfe, 1, 2, 3 }, GROUP },
	{ { 0xff, 0x02, [11] = 0, 0xff, 1, 2, 3 }, GROUP },
	{ { 0xff, 0x05, [11] = 1, 0xff, 1, 2, 3 }, GROUP },
	{ { 0xff, 0x02, [10] = 1, 1, 0xff, 1, 2, 3 }, GROUP },
	{ { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 }, NONE },
};

START_TEST(an_address_has_the_types_of_rfc_4291)
{
	const uint8_t *a = addresses[_i].a;
	int found = (ipv6_is_link_local(a) ? LINK : 0) |
		    (ipv6_is_multicast(a) ? GROUP : 0) |
		    (ipv6_is_all_nodes(a) ? NODES : 0) |
		    (ipv6_is_solicited_node(a) ? SOLICITED : 0) |
		    (ipv6_is_unspecified(a) ? UNKNOWN : 0);

	ck_assert_int_eq(found, addresses[_i].kinds);
}
END_TEST

START_TEST(a_mac_address_is_made_from_a_group_and_from_a_target)
{
	const uint8_t a[16] = { 0xfe, 0x80, [12] = 0x12, 0x34, 0x56, 0x78 };

	ck_assert_uint_eq(ipv6_group_mac(a), UINT64_C(0x333312345678));
	ck_assert_uint_eq(ipv6_solicited_node_mac(a), UINT64_C(0x3333ff345678));
}
END_TEST

/* The example of RFC 4291, appendix A, and what kernels make of their own. */
START_TEST(an_interface_identifier_is_made_from_a_mac_address)
{
	ck_assert_uint_eq(ipv6_mac_of_eui64(UINT64_C(0x000000fffe00000a)),
			  UINT64_C(0x02000000000a));
	ck_assert_uint_eq(ipv6_mac_of_eui64(UINT64_C(0x000000fffd00000a)), 0);
	ck_assert_uint_eq(ipv6_eui64_of_mac(UINT64_C(0x34567890abcd)),
			  UINT64_C(0x36567890abcd) >> 24 << 40 |
				  UINT64_C(0xfffe90abcd));
	ck_assert_uint_eq(ipv6_eui64_of_mac(UINT64_C(0x02000000000a)),
			  UINT64_C(0x000000fffe00000a));
	ck_assert_uint_eq(ipv6_eui64_of_mac(UINT64_C(0xb09928c8d66c)),
			  UINT64_C(0xb29928fffec8d66c));
}
END_TEST

static TCase *
headers(void)
{
	TCase *tc = tcase_create("headers");

	tcase_add_test(tc, every_field_is_read_from_its_place);
	tcase_add_loop_test(tc, an_upper_header_that_is_cut_is_truncated, 0,
			    sizeof(least) / sizeof(least[0]));
	tcase_add_test(tc, a_wrong_version_is_named_and_the_fields_are_filled);
	tcase_add_test(
		tc,
		a_payload_length_past_the_end_is_named_and_the_fields_are_filled);
	tcase_add_test(tc, octets_after_the_payload_length_are_padding);
	tcase_add_test(
		tc,
		without_a_length_hop_by_hop_options_and_all_behind_are_read);
	tcase_add_loop_test(
		tc, the_home_address_is_found_in_destination_options, 0, 2);
	tcase_add_test(tc, a_header_that_is_cut_fills_nothing);
	tcase_add_test(tc, octets_cut_by_a_capture_are_no_fault_but_are_marked);
	tcase_add_loop_test(tc, every_extension_header_is_skipped, 0,
			    sizeof(kinds) / sizeof(kinds[0]));
	tcase_add_test(tc, every_other_protocol_is_an_upper_header);
	tcase_add_test(tc, the_number_of_headers_is_limited);
	tcase_add_test(tc, the_last_header_may_be_no_next_header);
	tcase_add_loop_test(tc, a_fragment_differs_from_a_whole_packet, 0,
			    sizeof(fragments) / sizeof(fragments[0]));
	tcase_add_test(tc, a_second_fragment_header_does_not_undo_the_first);
	tcase_add_test(tc,
		       a_first_fragment_without_the_whole_chain_is_truncated);
	tcase_add_loop_test(tc,
			    the_router_alert_of_mld_is_found_among_the_options,
			    0, sizeof(alerts) / sizeof(alerts[0]));
	tcase_add_test(tc, a_router_alert_counts_in_the_first_header_only);
	return tc;
}

static TCase *
others(void)
{
	TCase *tc = tcase_create("others");

	tcase_add_test(
		tc,
		a_checksum_is_right_until_one_bit_of_what_it_covers_changes);
	tcase_add_test(tc, a_checksum_does_not_cover_the_extension_headers);
	tcase_add_loop_test(tc, an_address_has_the_types_of_rfc_4291, 0,
			    sizeof(addresses) / sizeof(addresses[0]));
	tcase_add_test(tc,
		       a_mac_address_is_made_from_a_group_and_from_a_target);
	tcase_add_test(tc, an_interface_identifier_is_made_from_a_mac_address);
	return tc;
}

int
main(void)
{
	Suite *s = suite_create("ipv6");

	suite_add_tcase(s, headers());
	suite_add_tcase(s, others());
	return check_run(s);
}
