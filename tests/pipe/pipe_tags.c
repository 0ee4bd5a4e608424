/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tagged sub-ports: which port a frame belongs to, and which tag it leaves with.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/frame.h"
#include "lib/mac.h"
#include "tests/pipe/fixture.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)
#define CAROL UINT64_C(0x020000000003)

/* A reseller's trunk with two members in a LAN, one in another, and a router. */
#define LANS(profile)                                                          \
	"[lan l]\nprofile = " profile "\n[lan m]\nprofile = " profile "\n"
#define PORTS                                                                  \
	"[port trunk]\ndevice = net_null0\n"                                   \
	"[port t101]\nparent = trunk\ntag = 101\nlan = l\n"                    \
	"mac = 02:00:00:00:00:01\n"                                            \
	"[port t102]\nparent = trunk\ntag = 102\nlan = l\n"                    \
	"mac = 02:00:00:00:00:02\n"                                            \
	"[port t103]\nparent = trunk\ntag = 103\nlan = m\n"                    \
	"mac = 02:00:00:00:00:01\n"                                            \
	"[port u]\ndevice = net_null1\nlan = l\nmac = 02:00:00:00:00:03\n"

static void
setup(void)
{
	begin_at(0, LANS("ixp-basic") PORTS);
}

/* A frame with a tag of 'tpid' and value 'tci'. */
static uint8_t *
tagged(uint64_t src, uint64_t dst, uint16_t tpid, uint16_t tci, uint16_t type,
       uint32_t len)
{
	uint8_t *frame = harness_frame(h, src, dst, tpid, len);
	const uint8_t *plain;

	frame_write16(frame + 14, tci);
	frame_write16(frame + 16, type);
	if (type == FRAME_ARP) {
		plain = harness_frame(h, src, dst, type, len - FRAME_TAG);
		memcpy(frame + 18, plain + FRAME_HEADER, len - 18);
	}
	return frame;
}

/* Expects 'want' of 'len' octets as the last frame sent by 'port'. */
static void
expect(const char *port, const uint8_t *want, uint32_t len)
{
	uint32_t got_len;
	const uint8_t *got = harness_last(h, port, &got_len);

	ck_assert_uint_eq(harness_sent(h, port), 1);
	ck_assert_uint_eq(got_len, len);
	ck_assert_mem_eq(got, want, len);
}

START_TEST(a_tag_is_removed_and_added)
{
	uint8_t *frame = tagged(ALICE, CAROL, 0x8100, 101, 0x0800, 104);
	uint8_t plain[104], back[104];

	memcpy(plain, frame, 12);
	memcpy(plain + 12, frame + 16, 88);
	harness_send(h, "trunk", frame, 104);
	expect("u", plain, 100);
	ck_assert_uint_eq(harness_sent(h, "t102"), 0);

	memcpy(plain, "\x02\0\0\0\0\x01\x02\0\0\0\0\x03", 12);
	memcpy(back, plain, 12);
	frame_write16(back + 12, 0x8100);
	frame_write16(back + 14, 101);
	memcpy(back + 16, plain + 12, 88);
	harness_send(h, "u", plain, 100);
	expect("t101", back, 104);
}
END_TEST

START_TEST(a_tag_is_changed_and_its_priority_kept)
{
	uint8_t *frame = tagged(ALICE, BOB, 0x8100, 0xb000 | 101, 0x0800, 104);
	uint8_t want[104];

	memcpy(want, frame, 104);
	frame_write16(want + 14, 0xb000 | 102);
	harness_send(h, "trunk", frame, 104);
	expect("t102", want, 104);
	ck_assert_uint_eq(harness_sent(h, "u"), 0);
}
END_TEST

START_TEST(a_flood_has_the_tag_of_each_port)
{
	uint8_t *frame = harness_frame(h, CAROL, MAC_BROADCAST, 0x0806, 60);
	struct port_stats s;
	uint8_t want[64];

	memcpy(want, frame, 12);
	frame_write16(want + 12, 0x8100);
	memcpy(want + 16, frame + 12, 48);
	harness_send(h, "u", frame, 60);
	frame_write16(want + 14, 101);
	expect("t101", want, 64);
	frame_write16(want + 14, 102);
	expect("t102", want, 64);
	stats_port(f, fabric_port_id(f, "t102"), &s);
	ck_assert_uint_eq(s.tx_frames, 1);
	ck_assert_uint_eq(s.tx_bytes, 64);
	ck_assert_uint_eq(harness_sent(h, "t103"), 0);
	ck_assert_uint_eq(harness_sent(h, "trunk"), 0);
	ck_assert_uint_eq(harness_sent(h, "u"), 0);
}
END_TEST

START_TEST(a_flood_from_a_tagged_port_reaches_plain_and_tagged)
{
	uint8_t *frame =
		tagged(ALICE, MAC_BROADCAST, 0x8100, 0x6000 | 101, 0x0806, 64);
	uint8_t want[64];

	memcpy(want, frame, 64);
	frame_write16(want + 14, 0x6000 | 102);
	harness_send(h, "trunk", frame, 64);
	expect("t102", want, 64);
	memmove(want + 12, want + 16, 48);
	expect("u", want, 60);
	ck_assert_uint_eq(harness_sent(h, "t101"), 0);
}
END_TEST

/* A frame of the least length must not become a runt without its tag. */
START_TEST(a_frame_too_short_without_its_tag_is_padded)
{
	uint8_t *frame = tagged(ALICE, CAROL, 0x8100, 101, 0x0800, 60);
	uint8_t want[60] = { 0 };

	memcpy(want, frame, 12);
	memcpy(want + 12, frame + 16, 44);
	harness_send(h, "trunk", frame, 60);
	expect("u", want, 60);
	frame = tagged(ALICE, CAROL, 0x8100, 101, 0x0800, 50);
	memcpy(want, frame, 12);
	memcpy(want + 12, frame + 16, 34);
	harness_send(h, "trunk", frame, 50);
	expect("u", want, 46);
}
END_TEST

static const struct {
	const char *what;
	const char *in;
	uint16_t tpid, tci, type;
	uint32_t len;
	uint64_t src;
	const char *charged;
	enum drop why;
} bad_tags[] = {
	{ "no tag on a trunk", "trunk", 0x0800, 0, 0, 60, ALICE, "trunk",
	  DROP_untagged_not_allowed },
	{ "an unknown tag", "trunk", 0x8100, 104, 0x0800, 64, ALICE, "trunk",
	  DROP_vlan_unknown },
	{ "tag 0", "trunk", 0x8100, 0, 0x0800, 64, ALICE, "trunk",
	  DROP_vlan_unknown },
	{ "tag 4095", "trunk", 0x8100, 4095, 0x0800, 64, ALICE, "trunk",
	  DROP_vlan_unknown },
	{ "a service tag", "trunk", 0x88a8, 101, 0x0800, 64, ALICE, "trunk",
	  DROP_tag_not_allowed },
	{ "a tag at a plain port", "u", 0x8100, 101, 0x0800, 64, CAROL, "u",
	  DROP_tag_not_allowed },
	{ "two tags", "trunk", 0x8100, 101, 0x8100, 68, ALICE, "t101",
	  DROP_double_tag },
	{ "a service tag behind", "trunk", 0x8100, 101, 0x88a8, 68, ALICE,
	  "t101", DROP_double_tag },
	{ "two tags at a plain port", "u", 0x8100, 101, 0x8100, 68, CAROL, "u",
	  DROP_tag_not_allowed },
	{ "half a tag", "trunk", 0x8100, 101, 0x0800, 17, ALICE, "trunk",
	  DROP_runt },
	{ "half a second tag", "trunk", 0x8100, 101, 0x8100, 21, ALICE, "trunk",
	  DROP_runt },
	{ "a group as source", "trunk", 0x8100, 104, 0x0800, 64,
	  ALICE | UINT64_C(0x010000000000), "trunk", DROP_smac_multicast },
	{ "the address of the other tag", "trunk", 0x8100, 102, 0x0800, 64,
	  ALICE, "t102", DROP_mac_lock },
	{ "one octet too many", "trunk", 0x8100, 101, 0x0800, 1519, ALICE,
	  "t101", DROP_oversize },
};

START_TEST(a_wrong_tag_length_or_source_is_dropped)
{
	uint8_t *frame = harness_frame(h, bad_tags[_i].src, BOB,
				       bad_tags[_i].tpid, bad_tags[_i].len);

	if (bad_tags[_i].tpid != 0x0800)
		frame_write16(frame + 14, bad_tags[_i].tci);
	if (bad_tags[_i].len >= 18 && bad_tags[_i].tpid != 0x0800)
		frame_write16(frame + 16, bad_tags[_i].type);
	harness_send(h, bad_tags[_i].in, frame, bad_tags[_i].len);
	harness_expect_drop(h, bad_tags[_i].charged, bad_tags[_i].why);
}
END_TEST

START_TEST(the_largest_tagged_frame_passes)
{
	harness_send(h, "trunk", tagged(ALICE, BOB, 0x8100, 101, 0x0800, 1518),
		     1518);
	ck_assert_uint_eq(harness_sent(h, "t102"), 1);
}
END_TEST

START_TEST(one_address_may_be_on_two_lans)
{
	harness_send(h, "trunk", tagged(ALICE, BOB, 0x8100, 103, 0x0800, 64),
		     64);
	harness_expect_drop(h, "t103", DROP_unknown_unicast);
}
END_TEST

START_TEST(open_keeps_foreign_tags)
{
	begin_at(0, "[lan l]\nprofile = open\n"
		    "[port a]\ndevice = net_null0\nlan = l\n"
		    "[port b]\ndevice = net_null1\nlan = l\n");
	harness_send(h, "a", tagged(ALICE, BOB, 0x88a8, 7, 0x8100, 68), 68);
	harness_expect_out(h, "b");
	harness_send(h, "b", tagged(BOB, ALICE, 0x8100, 9, 0x0800, 64), 64);
	harness_expect_out(h, "a");
	for (uint32_t len = 15; len < 18; len++) {
		uint8_t *frame = harness_frame(h, ALICE, BOB, 0x8100, len);

		harness_send(h, "a", frame, len);
		harness_expect_drop(h, "a", DROP_runt);
	}
}
END_TEST

START_TEST(a_stack_of_tags_is_walked_to_its_end)
{
	begin_at(0, "[lan l]\nprofile = open\n"
		    "[port a]\ndevice = net_null0\nlan = l\n"
		    "[port b]\ndevice = net_null1\nlan = l\n");
	for (unsigned int tags = 1; tags < 16; tags++) {
		uint32_t len = 14 + 4 * tags;
		uint8_t *frame = harness_frame(h, ALICE, BOB, 0x8100, len);

		for (uint32_t at = 16; at < len; at += 4)
			frame_write16(frame + at,
				      at + 2 < len ? 0x8100 : 0x0800);
		harness_send(h, "a", frame, len);
		harness_expect_out(h, "b");
		if (len > 60)
			continue;
		frame = harness_frame(h, ALICE, BOB, 0x8100, len - 1);
		for (uint32_t at = 16; at + 1 < len - 1; at += 4)
			frame_write16(frame + at, 0x8100);
		harness_send(h, "a", frame, len - 1);
		harness_expect_drop(h, "a", DROP_runt);
	}
}
END_TEST

START_TEST(a_priority_tag_is_removed_where_allowed)
{
	uint8_t *frame, plain[60];

	begin_at(0, "[lan l]\nprofile = ixp-basic\n"
		    "[port a]\ndevice = net_null0\nlan = l\n"
		    "allow_prio_tag = on\nmac = 02:00:00:00:00:01\n"
		    "[port b]\ndevice = net_null1\nlan = l\n"
		    "mac = 02:00:00:00:00:02\n");
	frame = tagged(ALICE, BOB, 0x8100, 0xe000, 0x0800, 64);
	memcpy(plain, frame, 12);
	memcpy(plain + 12, frame + 16, 48);
	harness_send(h, "a", frame, 64);
	expect("b", plain, 60);
	harness_send(h, "a", tagged(ALICE, BOB, 0x8100, 5, 0x0800, 64), 64);
	harness_expect_drop(h, "a", DROP_tag_not_allowed);
	harness_send(h, "b", tagged(BOB, ALICE, 0x8100, 0, 0x0800, 64), 64);
	harness_expect_drop(h, "b", DROP_tag_not_allowed);
}
END_TEST

START_TEST(a_trunk_may_have_an_untagged_port_too)
{
	begin_at(0, "[lan l]\nprofile = ixp-basic\n"
		    "[port a]\ndevice = net_null0\nlan = l\n"
		    "mac = 02:00:00:00:00:01\n"
		    "[port t]\nparent = a\ntag = 7\nlan = l\n"
		    "mac = 02:00:00:00:00:02\n");
	harness_send(h, "a", harness_frame(h, ALICE, BOB, 0x0800, 60), 60);
	ck_assert_uint_eq(harness_sent(h, "t"), 1);
	ck_assert_uint_eq(harness_sent(h, "a"), 0);
	harness_send(h, "a", tagged(BOB, ALICE, 0x8100, 7, 0x0800, 64), 64);
	ck_assert_uint_eq(harness_sent(h, "a"), 1);
	ck_assert_uint_eq(harness_sent(h, "t"), 0);
	harness_send(h, "a", tagged(ALICE, BOB, 0x8100, 8, 0x0800, 64), 64);
	harness_expect_drop(h, "a", DROP_vlan_unknown);
}
END_TEST

/* Frames of several ports in one burst of their device. */
START_TEST(a_mixed_burst_is_split_by_port)
{
	const void *frame[4];
	uint32_t len[4] = { 64, 64, 64, 64 };
	struct port_stats s;
	uint16_t trunk = fabric_port_id(f, "trunk");

	frame[0] = tagged(ALICE, CAROL, 0x8100, 101, 0x0800, 64);
	frame[1] = tagged(BOB, CAROL, 0x8100, 102, 0x0800, 64);
	frame[2] = tagged(ALICE, CAROL, 0x8100, 999, 0x0800, 64);
	frame[3] = tagged(ALICE, CAROL, 0x8100, 101, 0x0800, 64);
	lockstep_burst(f, trunk, 4, frame, len, 0);
	stats_port(f, fabric_port_id(f, "t101"), &s);
	ck_assert_uint_eq(s.forwarded, 2);
	ck_assert_uint_eq(s.rx_frames, 2);
	stats_port(f, fabric_port_id(f, "t102"), &s);
	ck_assert_uint_eq(s.forwarded, 1);
	stats_port(f, trunk, &s);
	ck_assert_uint_eq(s.rx_frames, 1);
	ck_assert_uint_eq(s.drop[DROP_vlan_unknown], 1);
	stats_port(f, fabric_port_id(f, "u"), &s);
	ck_assert_uint_eq(s.tx_frames, 3);
	ck_assert_uint_eq(s.tx_bytes, 180);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("tags");
	TCase *tc = fixture_case(s, "tags", setup);

	tcase_add_test(tc, a_tag_is_removed_and_added);
	tcase_add_test(tc, a_tag_is_changed_and_its_priority_kept);
	tcase_add_test(tc, a_flood_has_the_tag_of_each_port);
	tcase_add_test(tc, a_flood_from_a_tagged_port_reaches_plain_and_tagged);
	tcase_add_test(tc, a_frame_too_short_without_its_tag_is_padded);
	tcase_add_loop_test(tc, a_wrong_tag_length_or_source_is_dropped, 0,
			    (int)(sizeof(bad_tags) / sizeof(bad_tags[0])));
	tcase_add_test(tc, the_largest_tagged_frame_passes);
	tcase_add_test(tc, one_address_may_be_on_two_lans);
	tcase_add_test(tc, open_keeps_foreign_tags);
	tcase_add_test(tc, a_stack_of_tags_is_walked_to_its_end);
	tcase_add_test(tc, a_priority_tag_is_removed_where_allowed);
	tcase_add_test(tc, a_trunk_may_have_an_untagged_port_too);
	tcase_add_test(tc, a_mixed_burst_is_split_by_port);
	return check_run(s);
}
