/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What operators read from the sponges and do to them, by the functions behind
 * ixctl.
 */
#include "fabric/neigh/sponge_ops.h"
#include "fabric/neigh/sponge_ops_lan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fabric/apply/override.h"
#include "fabric/neigh/neigh_impl.h"
#include "lib/arp.h"
#include "lib/compose.h"
#include "lib/frame.h"
#include "lib/mac.h"
#include "tests/pipe/fixture.h"

#define ALICE  UINT64_C(0x020000000001)
#define BOB    UINT64_C(0x020000000002)
#define SPONGE UINT64_C(0x025300000001)

#define PORTS(lan, n)                                                          \
	"[port a" n "]\ndevice = net_null_a" n "\nlan = " lan                  \
	"\nmac = 02:00:00:00:00:01\nipv4 = 192.0.2.1\nipv6 = 2001:db8::1\n"    \
	"[port b" n "]\ndevice = net_null_b" n "\nlan = " lan                  \
	"\nmac = 02:00:00:00:00:02\n"
#define NETS "ipv4 = 192.0.2.0/24\nipv6 = 2001:db8::/64\n"
#define SPONGES                                                                \
	"sponge = on\nsponge_mac = 02:53:00:00:00:01\n"                        \
	"sponge_ipv4 = 192.0.2.250\nsponge_learning = 0s\nsponge_sweep = 0s\n"
#define LAN(keys) "[lan l]\nprofile = open\n" NETS SPONGES keys PORTS("l", "")

static void
setup(void)
{
	begin(LAN(""));
}

/* Moves the time on from START; frames of control leave. */
static void
after_ms(unsigned int ms)
{
	f->neigh_due = 0;
	harness_at(h, START + ms * CLOCK_MILLISECOND);
}

static struct ipaddr
ip(const char *text)
{
	struct ipaddr a;

	ck_assert(ipaddr_parse(text, strchr(text, ':') != NULL ? 6 : 4, &a) ==
		  0);
	return a;
}

static int
set(const char *address, enum sponge_kind kind, unsigned int probes,
    uint64_t mac)
{
	struct ipaddr a = ip(address);

	return sponge_ops_set(f, "l", &a, kind, probes, mac);
}

static int
confirm(const char *address)
{
	struct ipaddr a = ip(address);

	return sponge_ops_confirm(f, "l", &a);
}

static struct sponge_row
look(const char *address)
{
	struct ipaddr a = ip(address);
	struct sponge_row row;

	ck_assert_int_eq(sponge_ops_look(f, "l", &a, &row), 0);
	return row;
}

static enum sponge_kind
state_of(const char *address)
{
	return look(address).known.state.kind;
}

static int
probe(const char *first, const char *last, uint32_t persecond, unsigned int *n)
{
	struct ipaddr a = ip(first), b = ip(last);

	return sponge_ops_probe(f, "l", &a, &b, persecond, n);
}

/* 192.0.2.'n', as frames have it. */
static uint32_t
host(unsigned int n)
{
	return UINT32_C(0xc0000200) | n;
}

static void
send_arp(const char *port, uint64_t src, uint16_t op, uint32_t spa,
	 uint32_t tpa)
{
	struct compose c;
	uint8_t *frame;

	compose_ether(&c, op == ARP_REQUEST ? MAC_BROADCAST : SPONGE, src,
		      FRAME_ARP);
	compose_arp(&c, op, src, spa, 0, tpa);
	compose_pad(&c);
	frame = harness_frame(h, src, MAC_BROADCAST, FRAME_ARP, c.size);
	memcpy(frame, c.octet, c.size);
	harness_send(h, port, frame, c.size);
}

/* The last frame that left by the port is an ARP, of this content. */
static void
expect_arp(const char *port, uint64_t dst, uint16_t op, uint64_t sha,
	   uint32_t spa, uint64_t tha, uint32_t tpa)
{
	uint32_t len;
	const uint8_t *frame = harness_last(h, port, &len);
	struct arp arp;

	ck_assert_ptr_nonnull(frame);
	ck_assert_uint_eq(frame_read64(frame) >> 16, dst);
	ck_assert_uint_eq(frame_read64(frame + 6) >> 16, SPONGE);
	ck_assert(arp_read(frame + FRAME_HEADER, len - FRAME_HEADER, &arp));
	ck_assert_uint_eq(arp.op, op);
	ck_assert_uint_eq(arp.sha, sha);
	ck_assert_uint_eq(arp.spa, spa);
	ck_assert_uint_eq(arp.tha, tha);
	ck_assert_uint_eq(arp.tpa, tpa);
}

static struct sponge_counters
counters(void)
{
	struct sponge_counters c;

	ck_assert_int_eq(sponge_ops_counters(f, "l", &c), 0);
	return c;
}

/* Every address, in parts of seven. */

struct walked {
	unsigned int v4, v6, parts;
	uint32_t last;
};

static void
count_row(void *arg, const struct sponge_row *row)
{
	struct walked *w = arg;

	ck_assert_str_eq(row->lan, "l");
	if (row->ip.family == 6) {
		w->v6++;
		return;
	}
	ck_assert_uint_eq(w->v6, 0);
	ck_assert(w->v4 == 0 || row->ip.octet[3] > w->last);
	w->last = row->ip.octet[3];
	w->v4++;
}

static struct walked
walk(const char *lan, size_t slots)
{
	struct walked w = { 0 };
	size_t place = 0;

	do {
		place = sponge_ops_walk(f, lan, place, slots, count_row, &w);
		w.parts++;
	} while (place != 0 && w.parts < 100000);
	return w;
}

START_TEST(addresses_are_walked_in_order_and_in_parts)
{
	struct walked w = walk("l", 7), all = walk("l", 1000000);

	ck_assert_uint_eq(w.v4, 253); /* no ends, and not its own */
	ck_assert_uint_eq(w.last, 254);
	ck_assert_uint_eq(w.v6, 1);
	ck_assert_uint_gt(w.parts, 256 / 7);
	ck_assert_uint_eq(all.v4, 253);
	ck_assert_uint_eq(all.v6, 1);
	ck_assert_uint_eq(all.parts, 1);
	ck_assert_uint_eq(walk("m", 7).v4, 0);
}
END_TEST

START_TEST(a_part_may_end_where_a_prefix_ends)
{
	for (size_t slots = 1; slots < 300; slots++) {
		struct walked w = walk("l", slots);

		ck_assert_uint_eq(w.v4, 253);
		ck_assert_uint_eq(w.v6, 1);
	}
}
END_TEST

START_TEST(two_prefixes_are_walked_in_the_order_of_their_addresses)
{
	begin("[lan l]\nprofile = open\nipv4 = 192.0.2.128/26\n"
	      "ipv4 = 192.0.2.0/26\nipv4 = 192.0.2.192/26\n" SPONGES PORTS("l",
									   ""));
	ck_assert_uint_eq(walk("l", 5).v4, 3 * 62 - 1);
	ck_assert_uint_eq(walk("l", 8).parts, 3 * 64 / 8);
}
END_TEST

START_TEST(the_ends_of_the_least_prefixes_are_walked_too)
{
	begin("[lan l]\nprofile = open\nipv4 = 192.0.2.0/31\n"
	      "ipv4 = 192.0.2.252/31\nipv4 = 192.0.2.250/32\n" SPONGES PORTS(
		      "l", ""));
	for (size_t slots = 1; slots < 6; slots++)
		ck_assert_uint_eq(walk("l", slots).v4, 4);
}
END_TEST

/* States. */

START_TEST(state_that_is_set_has_effect)
{
	struct sponge_row row;

	ck_assert_int_eq(set("192.0.2.9", SPONGE_DEAD, 0, 0), 0);
	ck_assert_int_eq(state_of("192.0.2.9"), SPONGE_DEAD);
	ck_assert_str_eq(harness_event(h, 0),
			 "1000 notice lan l: sponging: ip=192.0.2.9 rate=-");
	send_arp("a", ALICE, ARP_REQUEST, host(1), host(9));
	expect_arp("a", ALICE, ARP_REPLY, SPONGE, host(9), ALICE, host(1));
	ck_assert_uint_eq(harness_sent(h, "b"), 0);
	harness_clear(h);
	ck_assert_int_eq(set("192.0.2.9", SPONGE_ALIVE, 0, BOB), 0);
	/* Its port is not known: all are asked. */
	after_ms(0);
	expect_arp("b", MAC_BROADCAST, ARP_REQUEST, SPONGE, host(250), 0,
		   host(9));
	ck_assert_uint_eq(harness_sent(h, "a"), 1);
	ck_assert_uint_eq(harness_sent(h, "b"), 1);
	send_arp("a", ALICE, ARP_REQUEST, host(1), host(9));
	ck_assert_uint_eq(harness_sent(h, "a"), 0);
	ck_assert_uint_eq(harness_sent(h, "b"), 1);
	row = look("192.0.2.9");
	ck_assert_int_eq(row.known.state.kind, SPONGE_ALIVE);
	ck_assert_uint_eq(row.known.mac, BOB);
	ck_assert_int_eq(set("192.0.2.9", SPONGE_ALIVE, 0, 0), 0);
	ck_assert_uint_eq(look("192.0.2.9").known.mac, BOB);
}
END_TEST

START_TEST(a_pending_address_goes_on_from_the_probes_that_are_set)
{
	ck_assert_int_eq(set("192.0.2.9", SPONGE_PENDING, 5, 0), 0);
	ck_assert_uint_eq(look("192.0.2.9").known.state.probes, 5);
	after_ms(1000);
	ck_assert_uint_eq(look("192.0.2.9").known.state.probes, 6);
	after_ms(2000);
	ck_assert_int_eq(state_of("192.0.2.9"), SPONGE_DEAD);
	ck_assert_uint_eq(counters().of.sponge_probes, 1);
}
END_TEST

START_TEST(cleared_address_is_pending_with_the_next_request)
{
	send_arp("a", ALICE, ARP_REQUEST, host(1), host(9));
	ck_assert_uint_eq(look("192.0.2.9").known.depth, 1);
	ck_assert_int_eq(set("192.0.2.9", SPONGE_NONE, 0, 0), 0);
	ck_assert_int_eq(state_of("192.0.2.9"), SPONGE_NONE);
	ck_assert_uint_eq(look("192.0.2.9").known.depth, 0);
	send_arp("a", ALICE, ARP_REQUEST, host(1), host(9));
	ck_assert_int_eq(state_of("192.0.2.9"), SPONGE_PENDING);
	send_arp("a", ALICE, ARP_REQUEST, host(1), host(8));
	ck_assert_int_eq(state_of("192.0.2.8"), SPONGE_ALIVE);
}
END_TEST

START_TEST(only_addresses_with_a_state_can_be_set)
{
	static const struct {
		const char *address;
		int error;
	} cases[] = {
		{ "192.0.2.0", -EPERM },     { "192.0.2.255", -EPERM },
		{ "192.0.2.250", -EPERM },   { "192.0.3.1", -ERANGE },
		{ "198.51.100.1", -ERANGE }, { "2001:db8:1::1", -ERANGE },
		{ "fe80::1", -ERANGE },      { "fe80::53:ff:fe00:1", -EPERM },
		{ "192.0.2.254", 0 },        { "2001:db8::7", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(set(cases[i].address, SPONGE_DEAD, 0, 0) ==
				      cases[i].error,
			      "%s", cases[i].address);
}
END_TEST

START_TEST(a_lan_without_a_sponge_has_nothing_to_set)
{
	struct ipaddr a = ip("192.0.2.9");
	struct sponge_values now, config;
	struct sponge_counters c;
	struct sponge_row row;
	unsigned int n, at = 0;

	begin("[lan l]\nprofile = ixp-basic\n" NETS PORTS("l", ""));
	ck_assert_ptr_null(sponge_ops_lan(f, &at));
	ck_assert_int_eq(set("192.0.2.9", SPONGE_DEAD, 0, 0), -ENOENT);
	ck_assert_int_eq(confirm("192.0.2.9"), -ENOENT);
	ck_assert_int_eq(sponge_ops_look(f, "l", &a, &row), -ENOENT);
	ck_assert_int_eq(sponge_ops_forget_mac(f, "l", &a), -ENOENT);
	ck_assert_int_eq(sponge_ops_clear_all(f, "l", &n), -ENOENT);
	ck_assert_int_eq(probe("192.0.2.1", "192.0.2.9", 1, &n), -ENOENT);
	ck_assert_int_eq(sponge_ops_values(f, "l", &now, &config), -ENOENT);
	ck_assert_int_eq(sponge_ops_counters(f, "l", &c), -ENOENT);
	ck_assert_int_eq(sponge_ops_set(f, "nosuch", &a, SPONGE_DEAD, 0, 0),
			 -ENOENT);
}
END_TEST

START_TEST(link_local_addresses_are_set_where_they_are_sponged)
{
	begin(LAN("sponge_link_local = on\n"));
	ck_assert_int_eq(set("fe80::1", SPONGE_STATIC, 0, 0), 0);
	ck_assert_int_eq(state_of("fe80::1"), SPONGE_STATIC);
}
END_TEST

START_TEST(an_operator_has_room_for_a_quarter_of_the_ipv6_addresses)
{
	char text[64];
	unsigned int n = 0;

	begin(LAN("nd_max_targets = 64\n"));
	for (unsigned int i = 2; i < 100; i++) {
		snprintf(text, sizeof(text), "2001:db8::%x", i);
		if (set(text, SPONGE_STATIC, 0, 0) != 0)
			break;
		n++;
	}
	ck_assert_uint_eq(n, 16);
	ck_assert_int_eq(set("2001:db8::ffff", SPONGE_STATIC, 0, 0), -ENOSPC);
	harness_clear(h);
	ck_assert_int_eq(set("2001:db8::2", SPONGE_NONE, 0, 0), 0);
	after_ms(0);
	ck_assert_uint_eq(harness_sent(h, "b"), 1); /* it is asked for */
	ck_assert_int_eq(set("2001:db8::ffff", SPONGE_STATIC, 0, 0), 0);
}
END_TEST

START_TEST(states_outlive_an_apply)
{
	set("192.0.2.9", SPONGE_STATIC, 0, 0);
	set("192.0.2.8", SPONGE_DEAD, 0, 0);
	set("2001:db8::9", SPONGE_STATIC, 0, 0);
	harness_apply(h, LAN("sponge_rate = 7\n"));
	after_ms(1);
	ck_assert_int_eq(state_of("192.0.2.9"), SPONGE_STATIC);
	ck_assert_int_eq(state_of("192.0.2.8"), SPONGE_DEAD);
	ck_assert_int_eq(state_of("2001:db8::9"), SPONGE_STATIC);
}
END_TEST

/* Confirmations: sponge an address that does not answer. */

START_TEST(a_silent_address_becomes_static)
{
	ck_assert_int_eq(confirm("192.0.2.9"), 0);
	after_ms(0);
	expect_arp("b", MAC_BROADCAST, ARP_REQUEST, SPONGE, host(250), 0,
		   host(9));
	after_ms(1399);
	ck_assert_int_eq(state_of("192.0.2.9"), SPONGE_ALIVE);
	after_ms(1400);
	ck_assert_int_eq(state_of("192.0.2.9"), SPONGE_STATIC);
	ck_assert_uint_eq(counters().of.sponge_probes, 3);
	ck_assert_str_eq(harness_event(h, 0),
			 "1001.4 notice lan l: static sponging: ip=192.0.2.9 "
			 "rate=-");
}
END_TEST

START_TEST(an_address_that_answers_does_not_become_static)
{
	ck_assert_int_eq(confirm("192.0.2.9"), 0);
	after_ms(300);
	send_arp("b", BOB, ARP_REPLY, host(9), host(250));
	after_ms(5000);
	ck_assert_int_eq(state_of("192.0.2.9"), SPONGE_ALIVE);
	ck_assert_str_eq(harness_event(h, 0),
			 "1000.3 warning lan l: not sponged: ip=192.0.2.9 has "
			 "answered");
	ck_assert_ptr_null(harness_event(h, 1));
}
END_TEST

START_TEST(passive_sponge_confirms_nothing)
{
	unsigned int n;

	begin(LAN("sponge_passive = on\n"));
	ck_assert_int_eq(confirm("192.0.2.9"), -ENXIO);
	ck_assert_int_eq(probe("192.0.2.1", "192.0.2.9", 10, &n), -ENXIO);
	begin("[lan l]\nprofile = open\nipv4 = 198.51.100.0/24\n" NETS SPONGES
		      PORTS("l", ""));
	ck_assert_int_eq(confirm("198.51.100.9"), -ENXIO);
	ck_assert_int_eq(set("198.51.100.9", SPONGE_STATIC, 0, 0), 0);
	ck_assert_int_eq(confirm("192.0.2.9"), 0);
	ck_assert_int_eq(confirm("2001:db8::9"), 0);
}
END_TEST

START_TEST(confirmations_are_limited)
{
	char text[32];

	begin("[lan l]\nprofile = open\nipv4 = 192.0.0.0/16\n" SPONGES PORTS(
		"l", ""));
	for (unsigned int i = 0; i < SPONGE_CONFIRMS; i++) {
		snprintf(text, sizeof(text), "192.0.4.%u", i);
		ck_assert_int_eq(confirm(text), 0);
	}
	ck_assert_int_eq(confirm("192.0.9.9"), -EBUSY);
}
END_TEST

/* All addresses, and MAC addresses. */

START_TEST(all_are_cleared_except_fixed_ends)
{
	unsigned int n;

	begin(LAN("sponge_network = on\n"));
	set("192.0.2.9", SPONGE_STATIC, 0, 0);
	set("2001:db8::9", SPONGE_DEAD, 0, 0);
	ck_assert_int_eq(sponge_ops_clear_all(f, "l", &n), 0);
	ck_assert_uint_eq(n, 255);
	ck_assert_int_eq(state_of("192.0.2.9"), SPONGE_NONE);
	ck_assert_int_eq(state_of("192.0.2.7"), SPONGE_NONE);
	ck_assert_int_eq(state_of("2001:db8::9"), SPONGE_NONE);
	ck_assert_int_eq(state_of("192.0.2.0"), SPONGE_STATIC);
	ck_assert_int_eq(state_of("192.0.2.255"), SPONGE_STATIC);
	ck_assert_int_eq(sponge_ops_clear_all(f, "l", &n), 0);
	ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(a_mac_address_is_forgotten_and_the_state_is_not)
{
	struct ipaddr a = ip("192.0.2.9");

	send_arp("b", BOB, ARP_REQUEST, host(9), host(250));
	ck_assert_uint_eq(look("192.0.2.9").known.mac, BOB);
	ck_assert_str_eq(look("192.0.2.9").port, "b");
	ck_assert_int_eq(sponge_ops_forget_mac(f, "l", &a), 0);
	ck_assert_uint_eq(look("192.0.2.9").known.mac, 0);
	ck_assert_ptr_null(look("192.0.2.9").port);
	ck_assert_int_eq(state_of("192.0.2.9"), SPONGE_ALIVE);
}
END_TEST

START_TEST(configured_owner_is_not_forgotten)
{
	struct ipaddr a = ip("192.0.2.1");
	struct sponge_row row;

	send_arp("a", ALICE, ARP_REQUEST, host(1), host(250));
	ck_assert_int_eq(sponge_ops_forget_mac(f, "l", &a), 0);
	row = look("192.0.2.1");
	ck_assert_uint_eq(row.known.mac, ALICE);
	ck_assert_str_eq(row.port, "a");
	ck_assert(row.assigned);
	ck_assert(!look("192.0.2.9").assigned);
}
END_TEST

START_TEST(learned_owner_is_forgotten_with_its_mac_address)
{
	struct ipaddr a = ip("192.0.2.9");

	begin(LAN("arp_dynamic = on\narp_mode = unicast\n"));
	send_arp("b", BOB, ARP_REQUEST, host(9), host(250));
	after_ms(0);
	send_arp("a", ALICE, ARP_REQUEST, host(1), host(9));
	ck_assert_uint_eq(harness_sent(h, "b"), 1);
	ck_assert_uint_eq(
		frame_read64(harness_last(h, "b", &(uint32_t){ 0 })) >> 16,
		BOB);
	ck_assert_int_eq(sponge_ops_forget_mac(f, "l", &a), 0);
	send_arp("a", ALICE, ARP_REQUEST, host(1), host(9));
	ck_assert_uint_eq(
		frame_read64(harness_last(h, "b", &(uint32_t){ 0 })) >> 16,
		MAC_BROADCAST);
}
END_TEST

/* Probes. */

START_TEST(range_is_probed_at_its_pace)
{
	unsigned int n;

	/* A frame, so that what leaves is counted from here. */
	send_arp("a", ALICE, ARP_REQUEST, host(1), host(2));
	ck_assert_int_eq(probe("192.0.2.248", "192.0.2.254", 4, &n), 0);
	ck_assert_uint_eq(n, 6); /* not its own */
	after_ms(0);
	expect_arp("b", MAC_BROADCAST, ARP_REQUEST, SPONGE, host(250), 0,
		   host(248));
	after_ms(1000);
	ck_assert_uint_eq(counters().of.sponge_probes, 5);
	after_ms(5000);
	ck_assert_uint_eq(counters().of.sponge_probes, 6);
	expect_arp("b", MAC_BROADCAST, ARP_REQUEST, SPONGE, host(250), 0,
		   host(254));
}
END_TEST

START_TEST(a_range_lies_upwards_in_one_prefix)
{
	unsigned int n;

	begin("[lan l]\nprofile = open\nipv4 = 198.51.100.0/24\n" NETS SPONGES
	      "sponge_ipv4 = 198.51.100.250\n" PORTS("l", ""));
	ck_assert_int_eq(probe("192.0.2.9", "192.0.2.8", 1, &n), -EINVAL);
	ck_assert_int_eq(probe("192.0.2.9", "198.51.100.8", 1, &n), -EINVAL);
	ck_assert_int_eq(probe("192.0.2.9", "2001:db8::1", 1, &n), -EINVAL);
	ck_assert_int_eq(probe("192.0.3.1", "192.0.3.8", 1, &n), -ERANGE);
	ck_assert_int_eq(probe("192.0.2.250", "192.0.2.250", 1, &n), -EPERM);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(probe("198.51.100.0", "198.51.100.255", 1, &n), 0);
	ck_assert_uint_eq(n, 253);
}
END_TEST

START_TEST(ipv6_addresses_with_a_slot_are_probed)
{
	unsigned int n;

	set("2001:db8::9", SPONGE_DEAD, 0, 0);
	set("2001:db8::ff", SPONGE_DEAD, 0, 0);
	ck_assert_int_eq(probe("2001:db8::", "2001:db8::10", 10, &n), 0);
	ck_assert_uint_eq(n, 2);
	ck_assert_int_eq(probe("2001:db8::", "2001:db8::ffff", 10, &n), 0);
	ck_assert_uint_eq(n, 3);
	ck_assert_int_eq(probe("2001:db8::77", "2001:db8::77", 10, &n), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(probe("2001:db8:1::1", "2001:db8:1::1", 1, &n),
			 -ERANGE);
}
END_TEST

/* Informing a member of another. */

static int
inform(const char *to, const char *about, unsigned int *n,
       const struct ipaddr **unknown)
{
	static struct ipaddr a, b;

	a = ip(to);
	b = ip(about);
	return sponge_ops_inform(f, "l", &a, &b, n, unknown);
}

START_TEST(member_is_informed_of_another)
{
	const struct ipaddr *unknown;
	unsigned int n;

	send_arp("a", ALICE, ARP_REQUEST, host(1), host(250));
	send_arp("b", BOB, ARP_REQUEST, host(9), host(250));
	send_arp("b", BOB, ARP_REQUEST, host(9), host(77));
	ck_assert_int_eq(inform("192.0.2.1", "192.0.2.9", &n, &unknown), 0);
	ck_assert_uint_eq(n, 3);
	after_ms(0);
	ck_assert_uint_eq(harness_sent(h, "a"), 4); /* and the last request */
	ck_assert_uint_eq(harness_sent(h, "b"), 0);
	expect_arp("a", ALICE, ARP_REQUEST, BOB, host(9), ALICE, host(9));
	ck_assert_uint_eq(counters().of.sponge_updates, 3);
}
END_TEST

START_TEST(updates_are_those_that_are_set)
{
	const struct sponge_param *p = sponge_param_find("arp_update");
	struct sponge_values v = { .arp_update = CONFIG_UPDATE_REPLY };
	const struct ipaddr *unknown;
	unsigned int n;

	send_arp("a", ALICE, ARP_REQUEST, host(1), host(250));
	send_arp("b", BOB, ARP_REQUEST, host(9), host(250));
	ck_assert_int_eq(sponge_ops_set_value(f, "l", p, &v), 0);
	ck_assert_int_eq(inform("192.0.2.1", "192.0.2.9", &n, &unknown), 0);
	ck_assert_uint_eq(n, 1);
	after_ms(0);
	expect_arp("a", ALICE, ARP_REPLY, BOB, host(9), ALICE, host(1));
	v.arp_update = 0;
	sponge_ops_set_value(f, "l", p, &v);
	ck_assert_int_eq(inform("192.0.2.1", "192.0.2.9", &n, &unknown), 0);
	ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(ipv6_update_is_an_advertisement)
{
	const struct ipaddr *unknown;
	const uint8_t *frame;
	unsigned int n;
	uint32_t len;

	set("2001:db8::9", SPONGE_ALIVE, 0, BOB);
	ck_assert_int_eq(inform("2001:db8::1", "2001:db8::9", &n, &unknown), 0);
	ck_assert_uint_eq(n, 1);
	after_ms(0);
	frame = harness_last(h, "a", &len);
	ck_assert_ptr_nonnull(frame);
	ck_assert_uint_eq(len, 14 + 40 + 32);
	ck_assert_uint_eq(frame_read64(frame) >> 16, ALICE);
	ck_assert_uint_eq(frame[14 + 40], 136); /* NA */
	ck_assert_uint_eq(frame[14 + 40 + 23], 9);
	ck_assert_uint_eq(frame_read64(frame + 14 + 40 + 24) & MAC_BROADCAST,
			  BOB);
	ck_assert_int_eq(inform("2001:db8::1", "2001:db8::8", &n, &unknown),
			 -ERANGE);
}
END_TEST

START_TEST(no_update_about_an_unknown_address)
{
	const struct ipaddr *unknown;
	unsigned int n;

	send_arp("b", BOB, ARP_REQUEST, host(9), host(250));
	ck_assert_int_eq(inform("192.0.2.9", "192.0.2.9", &n, &unknown),
			 -EINVAL);
	ck_assert_int_eq(inform("192.0.2.9", "2001:db8::1", &n, &unknown),
			 -EINVAL);
	ck_assert_int_eq(inform("192.0.2.8", "192.0.2.9", &n, &unknown),
			 -EHOSTUNREACH);
	ck_assert_uint_eq(unknown->octet[3], 8);
	ck_assert_int_eq(inform("192.0.2.9", "192.0.2.8", &n, &unknown),
			 -EHOSTUNREACH);
	ck_assert_uint_eq(unknown->octet[3], 8);
	ck_assert_int_eq(inform("192.0.2.9", "192.0.3.8", &n, &unknown),
			 -ERANGE);
	ck_assert_uint_eq(unknown->octet[2], 3);
	set("192.0.2.9", SPONGE_DEAD, 0, 0);
	ck_assert_int_eq(inform("192.0.2.1", "192.0.2.9", &n, &unknown),
			 -EHOSTUNREACH);
	ck_assert_uint_eq(n, 0);
}
END_TEST

/* Parameters. */

static void
note(void *arg, const struct override_row *row)
{
	char *text = arg;
	size_t n = strlen(text);

	snprintf(text + n, 256 - n, "%s%s %s %s", n > 0 ? "; " : "",
		 row->lan != NULL ? row->lan : "*", row->what, row->value);
}

static void
expect_overrides(const char *want)
{
	char text[256] = "";

	override_each(f, note, text);
	ck_assert_str_eq(text, want);
}

static void
set_value(const char *name, const char *value)
{
	const struct sponge_param *p = sponge_param_find(name);
	const struct config_lan *c = config_lan(f->config, "l");
	struct sponge_values v = { 0 };
	char why[CONFIG_WHY_SIZE];

	ck_assert_msg(sponge_param_parse(p, value, c, &v, why) == 0, "%s", why);
	ck_assert_int_eq(sponge_ops_set_value(f, "l", p, &v), 0);
}

static struct sponge_values
values(void)
{
	struct sponge_values now, config;

	ck_assert_int_eq(sponge_ops_values(f, "l", &now, &config), 0);
	return now;
}

START_TEST(a_parameter_holds_until_an_apply_changes_its_lan)
{
	set_value("rate", "7");
	ck_assert_uint_eq(values().sponge.rate, 7);
	ck_assert_uint_eq(values().sponge.queuedepth, 1000);
	expect_overrides("l sponge_rate 7");
	harness_apply(h, LAN("") "[lan m]\n");
	ck_assert_uint_eq(values().sponge.rate, 7);
	expect_overrides("l sponge_rate 7");
	harness_apply(h, LAN("sponge_queuedepth = 9\n"));
	ck_assert_uint_eq(values().sponge.rate, 50);
	ck_assert_uint_eq(values().sponge.queuedepth, 9);
	expect_overrides("");
}
END_TEST

START_TEST(a_parameter_that_is_as_configured_is_not_by_hand)
{
	set_value("queuedepth", "10");
	set_value("dummy", "on");
	set_value("sweep", "2h");
	expect_overrides(
		"l sponge_queuedepth 10; l sponge_sweep 7200s; l sponge_dummy "
		"on");
	set_value("dummy", "off");
	expect_overrides("l sponge_queuedepth 10; l sponge_sweep 7200s");
	set_value("queuedepth", "auto");
	set_value("sweep", "0");
	expect_overrides("");
}
END_TEST

START_TEST(a_parameter_acts_at_once)
{
	set("192.0.2.9", SPONGE_DEAD, 0, 0);
	set_value("dummy", "on");
	send_arp("a", ALICE, ARP_REQUEST, host(1), host(9));
	ck_assert_uint_eq(harness_sent(h, "a"), 0);
	ck_assert_uint_eq(harness_sent(h, "b"), 1);
	ck_assert_uint_eq(counters().of.sponge_dummies, 1);
	set_value("dummy", "off");
	send_arp("a", ALICE, ARP_REQUEST, host(1), host(9));
	ck_assert_uint_eq(harness_sent(h, "a"), 1);
	ck_assert_uint_eq(harness_sent(h, "b"), 0);
}
END_TEST

static void
note_part(void *arg, const struct sponge_part *part)
{
	char *text = arg, prefix[PREFIX_TEXT_SIZE], own[PREFIX_TEXT_SIZE] = "-";
	size_t n = strlen(text);

	if (part->own.family != 0)
		ipaddr_format(&part->own, own);
	snprintf(text + n, 512 - n, "%s %s%s%s %u/%u\n",
		 prefix_format(&part->prefix, prefix), own,
		 part->passive ? " passive" : "",
		 part->learning ? " learning" : "",
		 part->addresses[SPONGE_ALIVE], part->places);
}

static void
expect_parts(const char *want)
{
	char text[512] = "";

	sponge_ops_parts(f, "l", note_part, text);
	ck_assert_str_eq(text, want);
}

#define TWO                                                                    \
	"[lan l]\nprofile = open\nipv4 = 198.51.100.0/25\n" NETS SPONGES       \
		PORTS("l", "")

START_TEST(a_part_without_an_address_is_passive_whatever_is_set)
{
	begin(TWO);
	expect_parts("192.0.2.0/24 192.0.2.250 253/256\n"
		     "198.51.100.0/25 - passive 126/128\n"
		     "::/0 fe80::53:ff:fe00:1 1/4096\n");
	set_value("passive", "on");
	expect_parts("192.0.2.0/24 192.0.2.250 passive 253/256\n"
		     "198.51.100.0/25 - passive 126/128\n"
		     "::/0 fe80::53:ff:fe00:1 passive 1/4096\n");
	set_value("passive", "off");
	expect_overrides("");
	set_value("learning", "9s");
	expect_parts("192.0.2.0/24 192.0.2.250 learning 253/256\n"
		     "198.51.100.0/25 - passive learning 126/128\n"
		     "::/0 fe80::53:ff:fe00:1 learning 1/4096\n");
}
END_TEST

/* Counters, the log, and the top lists. */

START_TEST(counters_are_those_of_the_lan_and_of_its_ports)
{
	struct sponge_counters c;

	set("192.0.2.9", SPONGE_DEAD, 0, 0);
	send_arp("a", ALICE, ARP_REQUEST, host(1), host(9));
	send_arp("a", ALICE, ARP_REQUEST, host(1), host(8));
	harness_send_ip(h, "a", ALICE, SPONGE);
	harness_send_ip(h, "a", ALICE, SPONGE);
	c = counters();
	ck_assert_uint_eq(c.of.arp_requests, 2);
	ck_assert_uint_eq(c.of.sponge_replies, 1);
	ck_assert_uint_eq(c.suppressed, 1);
	ck_assert_uint_eq(c.stray_frames, 2);
	ck_assert_uint_eq(c.stray_bytes, 2 * FRAME_MIN);
	ck_assert_uint_eq(c.punt_full, 0);
	ck_assert_uint_eq(c.addresses[SPONGE_DEAD], 1);
	ck_assert_uint_eq(c.addresses[SPONGE_ALIVE], 253);
	ck_assert_uint_eq(c.of.transitions[SPONGE_DEAD], 1);
	ck_assert_uint_eq(c.of.transitions[SPONGE_STATIC], 0);
}
END_TEST

struct lines_read {
	unsigned int n;
	char first[NEIGH_LINE], last[NEIGH_LINE];
	uint64_t at;
};

static void
note_line(void *arg, const struct sponge_line *line)
{
	struct lines_read *s = arg;

	ck_assert_uint_ge(line->at, s->at);
	s->at = line->at;
	if (s->n++ == 0)
		strcpy(s->first, line->text);
	strcpy(s->last, line->text);
}

static struct lines_read
read_log(unsigned int n)
{
	struct lines_read s = { 0 };

	ck_assert_int_eq(sponge_ops_log(f, "l", n, note_line, &s), 0);
	return s;
}

START_TEST(the_log_has_its_last_lines_the_oldest_first)
{
	ck_assert_uint_eq(read_log(10).n, 0);
	set("192.0.2.9", SPONGE_DEAD, 0, 0);
	set("192.0.2.8", SPONGE_STATIC, 0, 0);
	ck_assert_uint_eq(read_log(10).n, 2);
	ck_assert_str_eq(read_log(10).first, "sponging: ip=192.0.2.9 rate=-");
	ck_assert_str_eq(read_log(1).first,
			 "static sponging: ip=192.0.2.8 rate=-");
	for (unsigned int i = 0; i < NEIGH_LOG; i++)
		neigh_log(f, runtime_lan(f, "l"), NULL,
			  (struct event){ .unlogged = true }, "line %u", i);
	harness_forget_events(h);
	ck_assert_uint_eq(read_log(5000).n, NEIGH_LOG);
	ck_assert_str_eq(read_log(5000).first, "line 0");
	ck_assert_str_eq(read_log(2).last, "line 1023");
}
END_TEST

START_TEST(repeated_lines_push_nothing_out_of_the_log)
{
	set("192.0.2.9", SPONGE_DEAD, 0, 0);
	for (unsigned int i = 0; i < 2 * NEIGH_LOG; i++)
		send_arp("a", ALICE, ARP_REQUEST, host(1), 10 << 24);
	ck_assert_uint_eq(counters().of.sponge_alien, 2 * NEIGH_LOG);
	ck_assert_uint_eq(read_log(5000).n, 2);
	ck_assert_str_eq(read_log(5000).first, "sponging: ip=192.0.2.9 rate=-");
	after_ms(15000);
	ck_assert_uint_eq(read_log(5000).n, 3);
	ck_assert_str_eq(read_log(5000).last,
			 "misplaced ARP: 2047 more port=a");
	harness_forget_events(h);
}
END_TEST

static void
note_top(void *arg, const struct sponge_top_row *row)
{
	char *text = arg, address[PREFIX_TEXT_SIZE];
	size_t n = strlen(text);

	snprintf(text + n, 256 - n, "%s %s %lu\n",
		 ipaddr_format(&row->ip, address),
		 row->port != NULL ? row->port : "-",
		 (unsigned long)row->count);
}

static void
expect_top(enum sponge_top which, const char *want)
{
	char text[256] = "";

	ck_assert_int_eq(sponge_ops_top(f, "l", which, note_top, text), 0);
	ck_assert_str_eq(text, want);
}

START_TEST(most_requests_stand_first)
{
	for (unsigned int i = 0; i < 3; i++)
		send_arp("a", ALICE, ARP_REQUEST, host(1), host(9));
	for (unsigned int i = 0; i < 2; i++)
		send_arp("b", BOB, ARP_REQUEST, host(2), host(1));
	expect_top(SPONGE_TOP_SENDERS, "192.0.2.1 a 3\n192.0.2.2 b 2\n");
	expect_top(SPONGE_TOP_TARGETS, "192.0.2.9 - 3\n192.0.2.1 a 2\n");
	ck_assert_int_eq(
		sponge_ops_top(f, "m", SPONGE_TOP_SENDERS, note_top, NULL),
		-ENOENT);
}
END_TEST

START_TEST(sponges_are_named_in_the_order_of_the_configuration)
{
	unsigned int at = 0;

	begin("[lan z]\nprofile = open\n" NETS SPONGES
		      PORTS("z", "1") "[lan y]\nprofile = open\n" PORTS(
			      "y", "2") "[lan a]\nprofile = open\n" NETS
					"sponge = on\nsponge_mac = "
					"02:53:00:00:00:02\n"
					"sponge_passive = on\n" PORTS("a",
								      "3"));
	ck_assert_str_eq(sponge_ops_lan(f, &at), "z");
	ck_assert_str_eq(sponge_ops_lan(f, &at), "a");
	ck_assert_ptr_null(sponge_ops_lan(f, &at));
	ck_assert_uint_eq(sponge_ops_mac(f, "a"), SPONGE + 1);
	ck_assert_uint_eq(sponge_ops_mac(f, "y"), 0);
}
END_TEST

static void
addresses(Suite *s)
{
	TCase *tc = fixture_case(s, "addresses", setup);

	tcase_add_test(tc, addresses_are_walked_in_order_and_in_parts);
	tcase_add_test(tc, a_part_may_end_where_a_prefix_ends);
	tcase_add_test(tc,
		       two_prefixes_are_walked_in_the_order_of_their_addresses);
	tcase_add_test(tc, the_ends_of_the_least_prefixes_are_walked_too);
	tcase_add_test(tc, state_that_is_set_has_effect);
	tcase_add_test(tc,
		       a_pending_address_goes_on_from_the_probes_that_are_set);
	tcase_add_test(tc, cleared_address_is_pending_with_the_next_request);
	tcase_add_test(tc, only_addresses_with_a_state_can_be_set);
	tcase_add_test(tc, a_lan_without_a_sponge_has_nothing_to_set);
	tcase_add_test(tc, link_local_addresses_are_set_where_they_are_sponged);
	tcase_add_test(
		tc, an_operator_has_room_for_a_quarter_of_the_ipv6_addresses);
	tcase_add_test(tc, states_outlive_an_apply);
}

static void
orders(Suite *s)
{
	TCase *tc = fixture_case(s, "orders", setup);

	tcase_add_test(tc, a_silent_address_becomes_static);
	tcase_add_test(tc, an_address_that_answers_does_not_become_static);
	tcase_add_test(tc, passive_sponge_confirms_nothing);
	tcase_add_test(tc, confirmations_are_limited);
	tcase_add_test(tc, all_are_cleared_except_fixed_ends);
	tcase_add_test(tc, a_mac_address_is_forgotten_and_the_state_is_not);
	tcase_add_test(tc, configured_owner_is_not_forgotten);
	tcase_add_test(tc, learned_owner_is_forgotten_with_its_mac_address);
	tcase_add_test(tc, range_is_probed_at_its_pace);
	tcase_add_test(tc, a_range_lies_upwards_in_one_prefix);
	tcase_add_test(tc, ipv6_addresses_with_a_slot_are_probed);
	tcase_add_test(tc, member_is_informed_of_another);
	tcase_add_test(tc, updates_are_those_that_are_set);
	tcase_add_test(tc, ipv6_update_is_an_advertisement);
	tcase_add_test(tc, no_update_about_an_unknown_address);
}

static void
lans(Suite *s)
{
	TCase *tc = fixture_case(s, "LANs", setup);

	tcase_add_test(tc, a_parameter_holds_until_an_apply_changes_its_lan);
	tcase_add_test(tc, a_parameter_that_is_as_configured_is_not_by_hand);
	tcase_add_test(tc, a_parameter_acts_at_once);
	tcase_add_test(tc,
		       a_part_without_an_address_is_passive_whatever_is_set);
	tcase_add_test(tc, counters_are_those_of_the_lan_and_of_its_ports);
	tcase_add_test(tc, the_log_has_its_last_lines_the_oldest_first);
	tcase_add_test(tc, repeated_lines_push_nothing_out_of_the_log);
	tcase_add_test(tc, most_requests_stand_first);
	tcase_add_test(tc, sponges_are_named_in_the_order_of_the_configuration);
}

int
main(void)
{
	Suite *s = suite_create("sponge_ops");

	addresses(s);
	orders(s);
	lans(s);
	return check_run(s);
}
