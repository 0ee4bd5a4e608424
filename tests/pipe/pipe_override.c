/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Overrides by an operator: they work at once, and end with the next apply.
 */
#include "fabric/apply/override.h"

#include <stdio.h>
#include <string.h>

#include "fabric/runtime/port_state.h"
#include "lib/frame.h"
#include "lib/mac.h"
#include "tests/pipe/fixture.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)
#define CAROL UINT64_C(0x020000000003)

#define PORT(name, mac, keys)                                                  \
	"[port " name "]\ndevice = net_null_" name "\nlan = l\nmac = " mac     \
	"\n" keys
#define LAN                                                                    \
	"[lan l]\nprofile = ixp-basic\nipv4 = 192.0.2.0/24\n"                  \
	"ipv6 = 2001:db8::/64\n"
#define PORTS(keys)                                                            \
	PORT("a", "02:00:00:00:00:01", keys)                                   \
	PORT("b", "02:00:00:00:00:02", "")                                     \
	PORT("c", "02:00:00:00:00:03", "")

static void
setup(void)
{
	begin(LAN PORTS(""));
}

static struct port_rt *
port(const char *name)
{
	return runtime_port(f, name);
}

static uint16_t
sum16(const uint8_t *p, unsigned int n)
{
	uint32_t sum = 0;

	for (unsigned int i = 0; i < n; i += 2)
		sum += frame_read16(p + i);
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* A segment from 192.0.2.1 to 192.0.2.2. */
static void
send_tcp4(const char *from, uint64_t src, uint64_t dst, uint16_t dport)
{
	uint8_t *frame = harness_frame(h, src, dst, FRAME_IPV4, 60);
	uint8_t *ip = frame + FRAME_HEADER;

	memset(ip, 0, 46);
	memcpy(ip, "\x45\0\0\x28\0\0\0\0\x40\x06\0\0", 12);
	memcpy(ip + 12, "\xc0\0\x02\x01\xc0\0\x02\x02", 8);
	frame_write16(ip + 10, sum16(ip, 20));
	frame_write16(ip + 20, 40000);
	frame_write16(ip + 22, dport);
	ip[32] = 0x50;
	harness_send(h, from, frame, 60);
}

/* The same from 2001:db8::1 to 2001:db8::2. */
static void
send_tcp6(const char *from, uint64_t src, uint64_t dst, uint16_t dport)
{
	uint8_t *frame = harness_frame(h, src, dst, FRAME_IPV6, 74);
	uint8_t *ip = frame + FRAME_HEADER;

	memset(ip, 0, 60);
	memcpy(ip, "\x60\0\0\0\0\x14\x06\x40", 8);
	memcpy(ip + 8, "\x20\x01\x0d\xb8", 4);
	memcpy(ip + 24, "\x20\x01\x0d\xb8", 4);
	ip[23] = 1;
	ip[39] = 2;
	frame_write16(ip + 40, 40000);
	frame_write16(ip + 42, dport);
	ip[52] = 0x50;
	harness_send(h, from, frame, 74);
}

struct found {
	unsigned int n;
	char text[256];
};

static void
note(void *arg, const struct override_row *row)
{
	struct found *found = arg;
	size_t len = strlen(found->text);

	found->n++;
	snprintf(found->text + len, sizeof(found->text) - len, "%s%s %s %s",
		 len > 0 ? "; " : "", row->port != NULL ? row->port : "*",
		 row->what, row->value);
}

static void
expect_overrides(const char *text)
{
	struct found found = { 0 };

	override_each(f, note, &found);
	ck_assert_str_eq(found.text, text);
}

START_TEST(a_port_that_is_taken_down_neither_sends_nor_receives)
{
	override_down(f, port("b"), true);
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_drop(h, "b", DROP_port_disabled);
	harness_send(h, "a",
		     harness_frame(h, ALICE, MAC_BROADCAST, FRAME_ARP, 60), 60);
	harness_expect_out(h, "c");
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	expect_overrides("b state down");
	override_down(f, port("b"), false);
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_out(h, "a");
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
	expect_overrides("");
}
END_TEST

START_TEST(taking_a_port_down_forgets_its_learned_addresses)
{
	harness_apply(h, "[lan l]\nprofile = open\n" PORT(
				 "a", "a0:00:00:00:00:01", "")
				 PORT("b", "a0:00:00:00:00:02", ""));
	harness_send_ip(h, "a", CAROL, ALICE);
	ck_assert_str_eq(harness_where(h, CAROL), "a learned");
	override_down(f, port("b"), true);
	ck_assert_str_eq(harness_where(h, CAROL), "a learned");
	override_down(f, port("a"), true);
	ck_assert_str_eq(harness_where(h, CAROL), "");
}
END_TEST

START_TEST(a_violation_and_an_operator_block_a_port_independently)
{
	struct port_rt *p = port("b");

	p->blocked |= BLOCK_VIOLATION;
	port_state_update(f, p);
	override_down(f, p, true);
	override_down(f, p, false);
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_drop(h, "b", DROP_port_disabled);
}
END_TEST

START_TEST(bgp_of_a_culled_port_is_dropped_both_ways_and_nothing_else)
{
	override_cull(f, port("a"), true);
	send_tcp4("a", ALICE, BOB, 179);
	harness_expect_drop(h, "a", DROP_bgp_cull);
	send_tcp6("a", ALICE, BOB, 179);
	harness_expect_drop(h, "a", DROP_bgp_cull);
	send_tcp4("b", BOB, ALICE, 179);
	harness_expect_drop(h, "a", DROP_egress_cull);
	send_tcp6("b", BOB, ALICE, 179);
	harness_expect_drop(h, "a", DROP_egress_cull);
	send_tcp4("a", ALICE, BOB, 180);
	harness_expect_out(h, "b");
	send_tcp6("b", BOB, ALICE, 180);
	harness_expect_out(h, "a");
	send_tcp4("b", BOB, CAROL, 179);
	harness_expect_out(h, "c");
	ck_assert_uint_eq(override_culled(f, port("a")), 4);
	ck_assert_uint_eq(override_culled(f, port("b")), 0);
	ck_assert_uint_eq(override_culled(f, NULL), 4);
	expect_overrides("a cull on");
	override_cull(f, port("a"), false);
	send_tcp4("a", ALICE, BOB, 179);
	harness_expect_out(h, "b");
	expect_overrides("");
}
END_TEST

START_TEST(a_fabric_that_is_culled_has_no_bgp_on_any_port)
{
	override_cull(f, NULL, true);
	send_tcp4("b", BOB, CAROL, 179);
	harness_expect_drop(h, "b", DROP_bgp_cull);
	send_tcp6("c", CAROL, BOB, 179);
	harness_expect_drop(h, "c", DROP_bgp_cull);
	expect_overrides("* cull on");
	override_cull(f, port("b"), false);
	send_tcp4("b", BOB, CAROL, 179);
	harness_expect_drop(h, "b", DROP_bgp_cull);
	override_cull(f, NULL, false);
	send_tcp4("b", BOB, CAROL, 179);
	harness_expect_out(h, "c");
	expect_overrides("");
}
END_TEST

START_TEST(an_operator_can_let_configured_culling_through)
{
	harness_apply(h, LAN PORTS("cull = on\n"));
	send_tcp4("a", ALICE, BOB, 179);
	harness_expect_drop(h, "a", DROP_bgp_cull);
	override_cull(f, port("a"), false);
	expect_overrides("a cull off");
	send_tcp4("a", ALICE, BOB, 179);
	harness_expect_out(h, "b");
	override_cull(f, port("a"), true);
	expect_overrides("");
	send_tcp4("a", ALICE, BOB, 179);
	harness_expect_drop(h, "a", DROP_bgp_cull);
}
END_TEST

#define PORTS_B(keys)                                                          \
	PORT("a", "02:00:00:00:00:01", "")                                     \
	PORT("b", "02:00:00:00:00:02", keys)                                   \
	PORT("c", "02:00:00:00:00:03", "")

START_TEST(an_apply_of_anything_else_leaves_an_override)
{
	override_down(f, port("b"), true);
	override_cull(f, port("a"), true);
	override_cull(f, NULL, true);
	expect_overrides("* cull on; a cull on; b state down");
	harness_forget_events(h);
	harness_at(h, START + 7 * CLOCK_SECOND);
	harness_apply(h, LAN PORTS(""));
	harness_apply(h, "[fabric]\nmac_table = 64\n" LAN
			 "mac_age = 100\n" PORTS("")
				 PORT("d", "02:00:00:00:00:04", ""));
	ck_assert_uint_eq(harness_events(h), 1);
	ck_assert_ptr_nonnull(strstr(harness_event(h, 0), "MAC tables"));
	expect_overrides("* cull on; a cull on; b state down");
	ck_assert_uint_eq(port("b")->down.since, START);
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_drop(h, "b", DROP_port_disabled);
	send_tcp4("a", ALICE, CAROL, 179);
	harness_expect_drop(h, "a", DROP_bgp_cull);
	override_cull(f, NULL, false);
	override_cull(f, port("a"), false);
	send_tcp4("a", ALICE, CAROL, 179);
	harness_expect_out(h, "c");
}
END_TEST

START_TEST(an_apply_that_changes_a_port_ends_its_overrides_and_no_others)
{
	override_down(f, port("b"), true);
	override_cull(f, port("b"), true);
	override_cull(f, port("a"), true);
	override_cull(f, NULL, true);
	harness_forget_events(h);
	harness_apply(h, LAN PORTS_B("asn = 64500\n"));
	expect_overrides("* cull on; a cull on");
	ck_assert_str_eq(harness_event(h, 0),
			 "1000 notice port b: state down by an operator has "
			 "ended: an apply changed the port");
	ck_assert_str_eq(harness_event(h, 1),
			 "1000 notice port b: cull on by an operator has "
			 "ended: an apply changed the port");
	ck_assert_ptr_null(harness_event(h, 2));
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_out(h, "a");
	harness_apply(h, "[fabric]\ncull = on\n" LAN PORTS_B("asn = 64500\n"));
	expect_overrides("a cull on");
	ck_assert_str_eq(harness_event(h, 2),
			 "1000 notice fabric: cull on by an operator has "
			 "ended: an apply changed it");
	send_tcp4("b", BOB, ALICE, 179);
	harness_expect_drop(h, "b", DROP_bgp_cull);
}
END_TEST

/* It culls what the configuration lets through, and the other way round. */
START_TEST(an_override_that_ends_leaves_what_the_configuration_says)
{
	harness_apply(h, LAN PORTS_B("cull = on\n"));
	override_cull(f, port("b"), false);
	send_tcp4("b", BOB, ALICE, 179);
	harness_expect_out(h, "a");
	harness_apply(h, LAN PORTS_B("cull = on\nasn = 64500\n"));
	expect_overrides("");
	send_tcp4("b", BOB, ALICE, 179);
	harness_expect_drop(h, "b", DROP_bgp_cull);
}
END_TEST

START_TEST(an_override_goes_with_its_port)
{
	override_down(f, port("b"), true);
	harness_forget_events(h);
	harness_apply(h, LAN PORT("a", "02:00:00:00:00:01", ""));
	expect_overrides("");
	ck_assert_ptr_nonnull(harness_event(h, 0));
	harness_apply(h, LAN PORTS(""));
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_out(h, "a");
}
END_TEST

START_TEST(an_apply_that_fails_ends_no_override)
{
	override_down(f, port("b"), true);
	override_cull(f, NULL, true);
	harness_refuse(h, LAN PORTS("") PORT("bad", "02:00:00:00:00:04", ""));
	expect_overrides("* cull on; b state down");
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_drop(h, "b", DROP_port_disabled);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("override");
	TCase *tc = fixture_case(s, "override", setup);

	tcase_add_test(tc,
		       a_port_that_is_taken_down_neither_sends_nor_receives);
	tcase_add_test(tc, taking_a_port_down_forgets_its_learned_addresses);
	tcase_add_test(tc,
		       a_violation_and_an_operator_block_a_port_independently);
	tcase_add_test(
		tc, bgp_of_a_culled_port_is_dropped_both_ways_and_nothing_else);
	tcase_add_test(tc, a_fabric_that_is_culled_has_no_bgp_on_any_port);
	tcase_add_test(tc, an_operator_can_let_configured_culling_through);
	tcase_add_test(tc, an_apply_of_anything_else_leaves_an_override);
	tcase_add_test(
		tc,
		an_apply_that_changes_a_port_ends_its_overrides_and_no_others);
	tcase_add_test(
		tc, an_override_that_ends_leaves_what_the_configuration_says);
	tcase_add_test(tc, an_override_goes_with_its_port);
	tcase_add_test(tc, an_apply_that_fails_ends_no_override);
	return check_run(s);
}
