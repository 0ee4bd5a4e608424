/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/mld.h"

#include <check.h>
#include <stdlib.h>

#include "tests/check_run.h"
#include "tests/packet6.h"

static const uint8_t none[16];
static const uint8_t link_a[16] = { 0xfe, 0x80, [15] = 0x0a };
static const uint8_t member_a[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 0x0a };
static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };
static const uint8_t all_routers[16] = { 0xff, 2, [15] = 2 };
static const uint8_t mld_routers[16] = { 0xff, 2, [15] = 0x16 };
static const uint8_t group[16] = { 0xff, 2, [11] = 1, 0xff, [15] = 0x0b };

/* A message as one writes it down. */
struct message {
	const char *what;
	uint8_t type, code;
	const uint8_t *src, *dst;
	const uint8_t *group; /* at octet 8; NULL: zero */
	uint32_t size;
	struct {
		uint8_t at, value;
	} change[4];
	enum mld_fault fault;
};

/* clang-format off */
static const struct message messages[] = {
	{ "general query", MLD_QUERY, 0, link_a, all_nodes, NULL, 24, {},
	  MLD_OK },
	{ "query for a group", MLD_QUERY, 0, link_a, group, group, 24, {},
	  MLD_OK },
	{ "query to a member", MLD_QUERY, 0, link_a, member_a, group, 24, {},
	  MLD_OK },
	{ "query of version 2", MLD_QUERY, 0, link_a, all_nodes, NULL, 28, {},
	  MLD_OK },
	{ "query with a source", MLD_QUERY, 0, link_a, group, group, 44,
	  { { 27, 1 } }, MLD_OK },
	{ "query with a source too many", MLD_QUERY, 0, link_a, group, group,
	  44, { { 27, 2 } }, MLD_SHORT },
	{ "query with 256 sources too many", MLD_QUERY, 0, link_a, group, group,
	  44, { { 26, 1 } }, MLD_SHORT },
	{ "query with part of a source", MLD_QUERY, 0, link_a, group, group,
	  43, { { 27, 1 } }, MLD_SHORT },
	{ "query of 23", MLD_QUERY, 0, link_a, all_nodes, NULL, 23, {},
	  MLD_SHORT },
	{ "query of 25", MLD_QUERY, 0, link_a, all_nodes, NULL, 25, {},
	  MLD_SHORT },
	{ "query of 27", MLD_QUERY, 0, link_a, all_nodes, NULL, 27, {},
	  MLD_SHORT },
	{ "query from ::", MLD_QUERY, 0, none, all_nodes, NULL, 24, {},
	  MLD_SOURCE },
	{ "query from a global address", MLD_QUERY, 0, member_a, all_nodes,
	  NULL, 24, {}, MLD_SOURCE },
	{ "query of code 1", MLD_QUERY, 1, link_a, all_nodes, NULL, 24, {},
	  MLD_CODE },
	{ "report", MLD_REPORT, 0, link_a, group, group, 24, {}, MLD_OK },
	{ "longer report", MLD_REPORT, 0, link_a, group, group, 32, {},
	  MLD_OK },
	{ "report of 23", MLD_REPORT, 0, link_a, group, group, 23, {},
	  MLD_SHORT },
	{ "report from ::", MLD_REPORT, 0, none, group, group, 24, {},
	  MLD_OK },
	{ "report from a global address", MLD_REPORT, 0, member_a, group,
	  group, 24, {}, MLD_SOURCE },
	{ "report to all nodes", MLD_REPORT, 0, link_a, all_nodes, group, 24,
	  {}, MLD_SENT_TO },
	{ "report of no group", MLD_REPORT, 0, link_a, member_a, member_a, 24,
	  {}, MLD_SENT_TO },
	{ "done", MLD_DONE, 0, link_a, all_routers, group, 24, {}, MLD_OK },
	{ "done to its group", MLD_DONE, 0, link_a, group, group, 24, {},
	  MLD_SENT_TO },
	{ "done of 20", MLD_DONE, 0, link_a, all_routers, group, 20, {},
	  MLD_SHORT },
	{ "done from a global address", MLD_DONE, 0, member_a, all_routers,
	  group, 24, {}, MLD_SOURCE },
	{ "empty report of version 2", MLD_REPORT_V2, 0, link_a, mld_routers,
	  NULL, 8, {}, MLD_OK },
	{ "report of version 2 from ::", MLD_REPORT_V2, 0, none, mld_routers,
	  NULL, 8, {}, MLD_OK },
	{ "report of version 2 from a global address", MLD_REPORT_V2, 0,
	  member_a, mld_routers, NULL, 8, {}, MLD_SOURCE },
	{ "report of version 2 to all routers", MLD_REPORT_V2, 0, link_a,
	  all_routers, NULL, 8, {}, MLD_SENT_TO },
	{ "report of version 2 of 7", MLD_REPORT_V2, 0, link_a, mld_routers,
	  NULL, 7, {}, MLD_SHORT },
	{ "one record", MLD_REPORT_V2, 0, link_a, mld_routers, NULL, 28,
	  { { 7, 1 } }, MLD_OK },
	{ "a record not all there", MLD_REPORT_V2, 0, link_a, mld_routers,
	  NULL, 27, { { 7, 1 } }, MLD_SHORT },
	{ "256 records in one", MLD_REPORT_V2, 0, link_a, mld_routers, NULL,
	  28, { { 6, 1 } }, MLD_SHORT },
	{ "a record with a source", MLD_REPORT_V2, 0, link_a, mld_routers,
	  NULL, 44, { { 7, 1 }, { 11, 1 } }, MLD_OK },
	{ "a record with two sources in one", MLD_REPORT_V2, 0, link_a,
	  mld_routers, NULL, 44, { { 7, 1 }, { 11, 2 } }, MLD_SHORT },
	{ "a record with 256 sources", MLD_REPORT_V2, 0, link_a, mld_routers,
	  NULL, 44, { { 7, 1 }, { 10, 1 } }, MLD_SHORT },
	{ "a record with auxiliary data", MLD_REPORT_V2, 0, link_a,
	  mld_routers, NULL, 36, { { 7, 1 }, { 9, 2 } }, MLD_OK },
	{ "a record with auxiliary data not all there", MLD_REPORT_V2, 0,
	  link_a, mld_routers, NULL, 35, { { 7, 1 }, { 9, 2 } }, MLD_SHORT },
	{ "two records", MLD_REPORT_V2, 0, link_a, mld_routers, NULL, 68,
	  { { 7, 2 }, { 9, 1 }, { 11, 1 } }, MLD_OK },
	{ "the second not all there", MLD_REPORT_V2, 0, link_a, mld_routers,
	  NULL, 67, { { 7, 2 }, { 9, 1 }, { 11, 1 } }, MLD_SHORT },
};
/* clang-format on */

/* Returns the size of the message. */
static uint32_t
put_message(uint8_t octets[128], const struct message *m)
{
	memset(octets, 0, 128);
	octets[0] = m->type;
	octets[1] = m->code;
	if (m->group != NULL)
		memcpy(octets + 8, m->group, 16);
	for (int i = 0; i < 4; i++)
		if (m->change[i].at != 0)
			octets[m->change[i].at] = m->change[i].value;
	return m->size;
}

static struct packet6
put(const struct message *m)
{
	uint8_t octets[128];
	uint32_t size = put_message(octets, m);
	struct packet6 p;

	packet6_begin(&p, m->src, m->dst, 1);
	packet6_router_alert(&p);
	packet6_end(&p, IPV6_ICMP, octets, size);
	return p;
}

/* Reads the first 'size' octets, in memory of just that size. */
static enum mld_fault
read_cut(const struct packet6 *p, uint32_t size, uint32_t wire_size)
{
	uint8_t *copy = packet6_copy(p, size);
	enum mld_fault fault;
	struct ipv6 ip;

	ipv6_read(copy, size, wire_size, &ip);
	fault = mld_read(&ip);
	free(copy);
	return fault;
}

static enum mld_fault
read_whole(const struct packet6 *p)
{
	return read_cut(p, p->size, p->size);
}

START_TEST(a_message_is_checked_by_rfc_2710_and_3810)
{
	const struct message *m = &messages[_i];
	struct packet6 p = put(m);

	ck_assert_msg(read_whole(&p) == m->fault, "%s: %d", m->what,
		      read_whole(&p));
	if (m->fault != MLD_OK)
		return;
	p.octets[p.upper + 3] ^= 1;
	ck_assert_int_eq(read_whole(&p), MLD_CHECKSUM);
}
END_TEST

START_TEST(a_hop_limit_other_than_1_is_a_fault)
{
	struct packet6 p = put(&messages[_i]);

	p.octets[7] = 0;
	ck_assert_int_eq(read_whole(&p), MLD_HOP_LIMIT);
	p.octets[7] = 2;
	ck_assert_int_eq(read_whole(&p), MLD_HOP_LIMIT);
	p.octets[7] = 255;
	ck_assert_int_eq(read_whole(&p), MLD_HOP_LIMIT);
}
END_TEST

START_TEST(a_missing_router_alert_is_a_fault)
{
	const struct message *m = &messages[_i];
	uint8_t octets[128];
	uint32_t size = put_message(octets, m);
	struct packet6 p;

	packet6_begin(&p, m->src, m->dst, 1);
	packet6_end(&p, IPV6_ICMP, octets, size);
	ck_assert_int_eq(read_whole(&p), MLD_ROUTER_ALERT);
	packet6_begin(&p, m->src, m->dst, 1);
	packet6_extend_by(&p, IPV6_HOP_BY_HOP, 8);
	packet6_end(&p, IPV6_ICMP, octets, size);
	ck_assert_int_eq(read_whole(&p), MLD_ROUTER_ALERT);
}
END_TEST

START_TEST(octets_cut_by_a_capture_are_not_checked)
{
	const struct message *m = &messages[_i];
	struct packet6 p = put(m);

	if (m->fault != MLD_OK)
		return;
	for (uint32_t size = 0; size < p.size; size++)
		ck_assert_int_eq(read_cut(&p, size, p.size),
				 size < 52 ? MLD_OTHER : MLD_OK);
	ck_assert_int_eq(read_cut(&p, p.size - 1, p.size - 1), MLD_SHORT);
}
END_TEST

START_TEST(a_message_in_fragments_is_a_fault)
{
	const struct message *m = &messages[14];
	uint8_t octets[128];
	uint32_t size = put_message(octets, m);

	for (uint16_t more = 0; more <= 1; more++) {
		struct packet6 p;

		packet6_begin(&p, m->src, m->dst, 1);
		packet6_router_alert(&p);
		packet6_fragment(&p, more);
		packet6_end(&p, IPV6_ICMP, octets, size);
		ck_assert_int_eq(read_whole(&p), more ? MLD_SHORT : MLD_OK);
	}
}
END_TEST

START_TEST(other_messages_are_not_listener_discovery)
{
	for (int type = 0; type < 256; type++) {
		struct message m = messages[0];
		struct packet6 p;
		bool ours = type == 130 || type == 131 || type == 132 ||
			    type == 143;

		m.type = (uint8_t)type;
		p = put(&m);
		ck_assert_int_eq(mld_is_type(type), ours);
		ck_assert_int_eq(read_whole(&p) != MLD_OTHER, ours);
		p.octets[40] = IPV6_UDP;
		ck_assert_int_eq(read_whole(&p), MLD_OTHER);
	}
	ck_assert(!mld_is_type(-1));
}
END_TEST

/* What Linux 6 and others sent: reports, and a query. */
static const char *const captured[] = {
	"60000000002400010000000000000000"
	"0000000000000000ff02000000000000"
	"00000000000000163a00050200000100"
	"8f006f800000000104000000ff020000"
	"0000000000000001ff00000a",
	"6000000000240001fe80000000000000"
	"000000fffe00000bff02000000000000"
	"00000000000000163a00050200000100"
	"8f0071f30000000104000000ff020000"
	"0000000000000001ff00000b",
	"6000000000240001fe80000000000000"
	"b2a86efffe0cd4e8ff02000000000000"
	"00000000000000013a00050200000100"
	"8200623a271000000000000000000000"
	"0000000000000000023c0000",
	"6000000000600001fe80000000000000"
	"021517fffecce546ff02000000000000"
	"00000000000000163a00050200000100"
	"8f002a0e0000000402000000ff020000"
	"0000000000000db81122334402000000"
	"ff0200000000000000000001ffcce546"
	"02000000ff0200000000000000000001"
	"ffa710ad02000000ff02000000000000"
	"00000001ff000002",
};

START_TEST(a_captured_message_is_valid_until_a_bit_changes)
{
	struct packet6 p;

	packet6_of_hex(&p, captured[_i]);
	ck_assert_int_eq(read_whole(&p), MLD_OK);
	for (uint32_t at = 7; at < p.size; at++) {
		if (at >= 46 && at < 48)
			continue; /* the padding behind the router alert */
		p.octets[at] ^= 4;
		ck_assert_msg(read_whole(&p) != MLD_OK, "octet %u", at);
		p.octets[at] ^= 4;
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("mld");
	TCase *tc = tcase_create("mld");
	int n = sizeof(messages) / sizeof(messages[0]);

	tcase_add_loop_test(tc, a_message_is_checked_by_rfc_2710_and_3810, 0,
			    n);
	tcase_add_loop_test(tc, a_hop_limit_other_than_1_is_a_fault, 0, n);
	tcase_add_loop_test(tc, a_missing_router_alert_is_a_fault, 0, n);
	tcase_add_loop_test(tc, octets_cut_by_a_capture_are_not_checked, 0, n);
	tcase_add_test(tc, a_message_in_fragments_is_a_fault);
	tcase_add_test(tc, other_messages_are_not_listener_discovery);
	tcase_add_loop_test(tc, a_captured_message_is_valid_until_a_bit_changes,
			    0, sizeof(captured) / sizeof(captured[0]));
	suite_add_tcase(s, tc);
	return check_run(s);
}
