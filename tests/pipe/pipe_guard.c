/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What guard keeps from one frame to the next, and over a change of the
 * configuration: limits, hits of rules, bindings, link-local addresses.  (The
 * checks of single frames are in tests/pcap/every.py.)
 */
#include <stdlib.h>
#include <string.h>

#include "lib/frame.h"
#include "lib/mac.h"
#include "tests/packet6.h"
#include "tests/pipe/fixture.h"

#define ALICE  UINT64_C(0x020000000001)
#define BOB    UINT64_C(0x020000000002)
#define GROUP  UINT64_C(0x3333ff000002) /* harness_frame(): from fe80::1 */
#define SPONGE UINT64_C(0x025300000001)

#define LAN(keys) "[lan l]\nprofile = ixp-strict\nipv4 = 192.0.2.0/24\n" keys
#define PORT(name, mac, keys)                                                  \
	"[port " name "]\ndevice = net_null_" name "\nlan = l\nmac = " mac     \
	"\n" keys
#define A(keys) PORT("a", "02:00:00:00:00:01", keys)
#define B(keys) PORT("b", "02:00:00:00:00:02", keys)

static void
ask(const char *port, uint64_t mac)
{
	harness_send(h, port,
		     harness_frame(h, mac, MAC_BROADCAST, FRAME_ARP, 60), 60);
}

/* Sends 'n' ARP requests at once; returns how many pass. */
static unsigned int
count_passed(unsigned int n)
{
	unsigned int passed = 0;

	for (unsigned int i = 0; i < n; i++) {
		ask("a", ALICE);
		passed += harness_sent(h, "b");
	}
	return passed;
}

#define PACE(pps, burst) "arp_pps = " pps "\narp_burst = " burst "\n"

START_TEST(an_apply_does_not_touch_a_limit_that_stays)
{
	begin_at(CLOCK_SECOND, LAN("") A(PACE("10", "20")) B(""));
	ck_assert_uint_eq(count_passed(15), 15);
	harness_apply(h, LAN("") A(PACE("10", "20") "asn = 64500\n") B(""));
	ck_assert_uint_eq(count_passed(15), 5);
	harness_at(h, 2 * CLOCK_SECOND);
	ck_assert_uint_eq(count_passed(15), 10);
}
END_TEST

START_TEST(a_changed_limit_applies_at_once)
{
	begin_at(CLOCK_SECOND, LAN("") A(PACE("10", "20")) B(""));
	ck_assert_uint_eq(count_passed(10), 10);
	harness_apply(h, LAN("") A(PACE("10", "10")) B(""));
	ck_assert_uint_eq(count_passed(10), 0);
	harness_apply(h, LAN("") A(PACE("0", "10")) B(""));
	harness_at(h, 100 * CLOCK_SECOND);
	ck_assert_uint_eq(count_passed(3), 0);
	harness_apply(h, LAN("") A(PACE("1000", "1000")) B(""));
	ck_assert_uint_eq(count_passed(500), 500);
}
END_TEST

START_TEST(each_port_has_a_limit_of_its_own)
{
	begin_at(0, LAN(PACE("1", "1")) A("") B(""));
	ck_assert_uint_eq(count_passed(3), 1);
	ask("b", BOB);
	ck_assert_uint_eq(harness_sent(h, "a"), 1);
}
END_TEST

START_TEST(a_member_may_send_requests_to_all_others_at_once)
{
	char *text = malloc(200 * 120);
	size_t n = (size_t)sprintf(text, "%s", LAN("") A("") B(""));

	for (unsigned int i = 0; i < 148; i++)
		n += (size_t)sprintf(text + n,
				     "[port p%u]\ndevice = net_null_p%u\n"
				     "lan = l\nmac = 02:00:00:01:00:%02x\n",
				     i, i, i);
	begin_at(0, text);
	free(text);
	ck_assert_uint_eq(count_passed(200), 150);
	harness_at(h, CLOCK_SECOND);
	ck_assert_uint_eq(count_passed(200), 20);
}
END_TEST

#define RULES(rules) "[acl x]\n" rules

/* Hits of a rule of the port, of all workers together. */
static uint64_t
hits(const char *port, unsigned int rule)
{
	const struct port_rt *p = runtime_port(f, port);

	return counter_read(&p->rules[0].hits->n[rule]);
}

START_TEST(an_unchanged_acl_keeps_its_hits)
{
	static const char rules[] = "rule = count arp\nrule = deny vlan 7\n";
	char text[1024];

	snprintf(text, sizeof(text), "%s[acl x]\n%s",
		 LAN("") A("acl = x\n") B(""), rules);
	begin_at(0, text);
	ask("a", ALICE);
	ask("a", ALICE);
	ck_assert_uint_eq(hits("a", 0), 2);
	ck_assert_uint_eq(hits("a", 1), 0);
	snprintf(text, sizeof(text), "%s[acl x]\n%s",
		 LAN("mtu = 1400\n") A("acl = x\n") B("acl = x\n"), rules);
	harness_apply(h, text);
	ck_assert_uint_eq(hits("a", 0), 2);
	ck_assert_uint_eq(hits("b", 0), 0);
	ask("a", ALICE);
	ck_assert_uint_eq(hits("a", 0), 3);
}
END_TEST

START_TEST(a_changed_acl_applies_to_the_next_frame)
{
	begin_at(0, LAN("") A("acl = x\n") B("") RULES("rule = deny arp\n"));
	ask("a", ALICE);
	harness_expect_drop(h, "a", DROP_acl);
	ck_assert_uint_eq(hits("a", 0), 1);
	harness_apply(h, LAN("") A("acl = x\n") B("")
				 RULES("rule = permit arp\n"));
	ask("a", ALICE);
	harness_expect_out(h, "b");
	ck_assert_uint_eq(hits("a", 0), 1);
	harness_apply(h,
		      LAN("") A("acl = y\n") B("")
			      RULES("rule = deny any\n") "[acl y]\nrule = deny "
							 "arp op request\n");
	ask("a", ALICE);
	harness_expect_drop(h, "a", DROP_acl);
	harness_apply(h, LAN("") A("") B(""));
	ask("a", ALICE);
	harness_expect_out(h, "b");
}
END_TEST

START_TEST(the_acl_of_the_lan_applies_to_ports_without_one)
{
	begin_at(0, LAN("acl = x\n") A("") B("acl = y\n")
			    RULES("rule = deny arp\n") "[acl y]\n");
	ask("a", ALICE);
	harness_expect_drop(h, "a", DROP_acl);
	ask("b", BOB);
	harness_expect_out(h, "a");
}
END_TEST

static const uint8_t *
solicit(uint64_t mac, uint8_t last)
{
	uint8_t *frame = harness_frame(h, mac, GROUP, FRAME_IPV6, 86);

	/* The sum of the message changes as its source does. */
	frame[37] = last;
	frame_write16(frame + 56,
		      (uint16_t)(frame_read16(frame + 56) - (last - 1)));
	return frame;
}

START_TEST(a_mac_has_the_first_link_local_address_seen_with_it)
{
	begin_at(0, LAN("") A("mac = 02:00:00:00:00:0a\n") B(""));
	harness_send(h, "a", solicit(ALICE, 1), 86);
	harness_expect_out(h, "b");
	harness_send(h, "a", solicit(ALICE, 2), 86);
	harness_expect_drop(h, "a", DROP_nd_src_spoof);
	harness_send(h, "a", solicit(UINT64_C(0x02000000000a), 2), 86);
	harness_expect_out(h, "b");
	/* Port a has the address, so port b may not use it. */
	harness_send(h, "b", solicit(BOB, 2), 86);
	harness_expect_drop(h, "b", DROP_nd_src_spoof);
	harness_send(h, "b", solicit(BOB, 3), 86);
	harness_expect_out(h, "a");
	/* Another router is connected. */
	lockstep_link(f, 0, false);
	lockstep_link(f, 0, true);
	harness_send(h, "a", solicit(ALICE, 4), 86);
	harness_expect_out(h, "b");
	harness_send(h, "a", solicit(ALICE, 1), 86);
	harness_expect_drop(h, "a", DROP_nd_src_spoof);
}
END_TEST

/* 02:00:00:00:00:02 makes fe80::ff:fe00:2. */
START_TEST(an_address_made_from_the_mac_of_another_port_is_of_that_port)
{
	uint32_t sum;
	uint8_t *frame;

	begin_at(0, LAN("") A("") B(""));
	for (unsigned int i = 0; i < 2; i++) {
		uint64_t mac = i == 0 ? ALICE : BOB;

		frame = harness_frame(h, mac, GROUP, FRAME_IPV6, 86);
		memcpy(frame + 30, "\0\0\0\xff\xfe\0\0\2", 8);
		/* The checksum of the message grows by ff00 (RFC 1624). */
		sum = frame_read16(frame + 56) + 0xffu;
		frame_write16(frame + 56, (uint16_t)(sum + (sum >> 16)));
		harness_send(h, i == 0 ? "a" : "b", frame, 86);
		if (i == 0)
			harness_expect_drop(h, "a", DROP_nd_src_spoof);
		else
			harness_expect_out(h, "a");
	}
}
END_TEST

START_TEST(a_configured_link_local_address_is_the_only_one)
{
	begin_at(0, LAN("") A("ipv6 = fe80::1\n") B(""));
	harness_send(h, "a", solicit(ALICE, 2), 86);
	harness_expect_drop(h, "a", DROP_nd_src_spoof);
	harness_send(h, "a", solicit(ALICE, 1), 86);
	harness_expect_out(h, "b");
	harness_send(h, "b", solicit(BOB, 1), 86);
	harness_expect_drop(h, "b", DROP_nd_src_spoof);
	harness_apply(h, LAN("") A("") B("ipv6 = fe80::1\n"));
	harness_send(h, "b", solicit(BOB, 1), 86);
	harness_expect_out(h, "a");
	harness_send(h, "a", solicit(ALICE, 1), 86);
	harness_expect_drop(h, "a", DROP_nd_src_spoof);
}
END_TEST

/* A port may change its MAC address more often than it has slots. */
START_TEST(link_local_addresses_of_former_macs_are_forgotten)
{
	char text[512];

	begin_at(0, LAN("") A("") B(""));
	for (unsigned int i = 0; i < 40; i++) {
		snprintf(text, sizeof(text),
			 LAN("") PORT("a", "02:00:00:00:01:%02x", "") B(""), i);
		harness_apply(h, text);
		harness_at(h, i * CLOCK_SECOND);
		harness_send(h, "a", solicit(UINT64_C(0x020000000100) + i, 7),
			     86);
		harness_expect_out(h, "b");
	}
}
END_TEST

START_TEST(a_frame_in_mode_log_counts_and_goes_on_to_the_next_check)
{
	struct port_stats s;

	begin_at(0, LAN("") A("check = mac_lock log\n"
			      "check = arp_sha_mismatch log\n"
			      "ipv4 = 192.0.2.1\n") B("mac_limit = 0\n"));
	uint8_t *frame =
		harness_frame(h, ALICE + 16, MAC_BROADCAST, FRAME_ARP, 60);

	frame[27]++;
	harness_send(h, "a", frame, 60);
	harness_expect_out(h, "b");
	memcpy(frame + 28, "\xc0\0\x02\x09", 4);
	harness_send(h, "a", frame, 60);
	harness_expect_drop(h, "a", DROP_arp_spa_spoof);
	stats_port(f, 0, &s);
	ck_assert_uint_eq(s.would_drop[DROP_mac_lock], 2);
	ck_assert_uint_eq(s.would_drop[DROP_arp_sha_mismatch], 2);
	ck_assert_uint_eq(s.would_drop[DROP_arp_spa_spoof], 0);
	ck_assert_uint_eq(s.drop[DROP_mac_lock], 0);
	/* A source let pass in mode log must get its answers. */
	harness_send_ip(h, "b", BOB, ALICE + 16);
	harness_expect_out(h, "a");
	ck_assert_str_eq(harness_where(h, ALICE + 16), "a learned");
	/* The address is known now; its frames still count. */
	harness_send_ip(h, "a", ALICE + 16, BOB);
	harness_expect_out(h, "b");
	stats_port(f, 0, &s);
	ck_assert_uint_eq(s.would_drop[DROP_mac_lock], 3);
}
END_TEST

START_TEST(key_violation_sets_the_mode_of_the_mac_checks)
{
	struct port_stats s;

	begin_at(0,
		 LAN("violation = log-only\n") A("") B("violation = drop\n"));
	harness_send_ip(h, "a", ALICE + 16, BOB);
	harness_expect_out(h, "b");
	stats_port(f, 0, &s);
	ck_assert_uint_eq(s.would_drop[DROP_mac_lock], 1);
	harness_send_ip(h, "b", BOB + 16, ALICE);
	harness_expect_drop(h, "b", DROP_mac_lock);
}
END_TEST

START_TEST(an_impossible_source_is_not_learned_where_its_check_is_off)
{
	begin_at(0, "[lan l]\nprofile = open\ncheck = smac_zero off\n"
		    "check = smac_multicast off\n" A("") B(""));
	harness_send_ip(h, "a", 0, BOB);
	harness_expect_out(h, "b");
	harness_send_ip(h, "a", MAC_BROADCAST, BOB);
	harness_expect_out(h, "b");
	ck_assert_str_eq(harness_where(h, MAC_BROADCAST), "");
}
END_TEST

START_TEST(the_last_dropped_frame_is_recorded)
{
	struct drop_record_copy o;
	const struct port_rt *p;

	begin_at(0, LAN("") A("check = mac_lock log\n") B(""));
	p = runtime_port(f, "a");
	ck_assert(
		!drop_record_read(&p->shared->log[0].last[DROP_mac_lock], &o));
	harness_at(h, 5);
	harness_send_ip(h, "a", ALICE + 16, BOB);
	harness_at(h, 7);
	harness_send_ip(h, "a", ALICE + 17, BOB);
	ck_assert(drop_record_read(&p->shared->log[0].last[DROP_mac_lock], &o));
	ck_assert_uint_eq(o.at, 7);
	ck_assert_uint_eq(o.len, 60);
	ck_assert_uint_eq(o.size, 60);
	ck_assert_uint_eq(o.head[11], (ALICE + 17) & 0xff);
	ck_assert(
		!drop_record_read(&p->shared->log[0].last[DROP_ethertype], &o));
}
END_TEST

static uint64_t
stray_bytes(const char *port)
{
	struct port_stats s;

	stats_port(f, fabric_port_id(f, port), &s);
	return s.stray_bytes;
}

START_TEST(the_octets_of_stray_frames_are_counted)
{
	begin_at(0, LAN("sponge_mac = 02:53:00:00:00:01\n") A("")
			    B("check = sponge_stray log\n"));
	harness_send(h, "a", harness_frame(h, ALICE, SPONGE, FRAME_IPV4, 99),
		     99);
	harness_expect_drop(h, "a", DROP_sponge_stray);
	harness_send(h, "a", harness_frame(h, ALICE, SPONGE, FRAME_IPV6, 100),
		     100);
	ck_assert_uint_eq(stray_bytes("a"), 199);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_send_ip(h, "b", BOB, SPONGE);
	ck_assert_uint_eq(stray_bytes("a"), 199);
	ck_assert_uint_eq(stray_bytes("b"), 0);
}
END_TEST

/*
 * A first fragment from far away to 2001:db8:'net'::2, behind port b: a destination
 * header and, if it is 'whole', TCP.
 */
static void
send_first_fragment(uint8_t net, bool whole)
{
	const uint8_t src[16] = { 0x20, 1, 0x0d, 0xb8, 0xff, 0xff, [15] = 9 };
	const uint8_t dst[16] = { 0x20, 1, 0x0d, 0xb8, 0, net, [15] = 2 };
	const uint8_t tcp[20] = { 0x01, 0xbb, 0xc0, 0, [12] = 0x50 };
	uint8_t frame[FRAME_HEADER + 100] = { 2, 0, 0, 0, 0, 2,    2,
					      0, 0, 0, 0, 1, 0x86, 0xdd };
	struct packet6 p;

	packet6_begin(&p, src, dst, 64);
	packet6_fragment(&p, 1);
	packet6_extend_by(&p, 60, 8);
	p.octets[p.next] = 6;
	packet6_add(&p, tcp, whole ? sizeof(tcp) : 0);
	packet6_set_length(&p);
	memcpy(frame + FRAME_HEADER, p.octets, p.size);
	harness_send(h, "a", frame, FRAME_HEADER + p.size);
}

START_TEST(a_first_fragment_hides_nothing_from_a_lan_without_prefixes)
{
	begin_at(0, "[lan l]\nprofile = ixp-strict\n" A("") B(""));
	send_first_fragment(1, false);
	harness_expect_drop(h, "a", DROP_nd_fragment);
	send_first_fragment(1, true);
	harness_expect_out(h, "b");
	/* With a prefix it is known what goes through a router. */
	harness_apply(h, LAN("ipv6 = 2001:db8:1::/64\n") A("") B(""));
	send_first_fragment(1, false);
	harness_expect_drop(h, "a", DROP_nd_fragment);
	send_first_fragment(2, false);
	harness_expect_out(h, "b");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("guard");
	TCase *tc = fixture_case(s, "guard", NULL);

	tcase_add_test(tc, an_apply_does_not_touch_a_limit_that_stays);
	tcase_add_test(tc, a_changed_limit_applies_at_once);
	tcase_add_test(tc, each_port_has_a_limit_of_its_own);
	tcase_add_test(tc, a_member_may_send_requests_to_all_others_at_once);
	tcase_add_test(tc, an_unchanged_acl_keeps_its_hits);
	tcase_add_test(tc, a_changed_acl_applies_to_the_next_frame);
	tcase_add_test(tc, the_acl_of_the_lan_applies_to_ports_without_one);
	tcase_add_test(tc, a_mac_has_the_first_link_local_address_seen_with_it);
	tcase_add_test(
		tc,
		an_address_made_from_the_mac_of_another_port_is_of_that_port);
	tcase_add_test(tc, a_configured_link_local_address_is_the_only_one);
	tcase_add_test(tc, link_local_addresses_of_former_macs_are_forgotten);
	tcase_add_test(
		tc, a_frame_in_mode_log_counts_and_goes_on_to_the_next_check);
	tcase_add_test(tc, key_violation_sets_the_mode_of_the_mac_checks);
	tcase_add_test(
		tc, an_impossible_source_is_not_learned_where_its_check_is_off);
	tcase_add_test(tc, the_last_dropped_frame_is_recorded);
	tcase_add_test(tc, the_octets_of_stray_frames_are_counted);
	tcase_add_test(
		tc, a_first_fragment_hides_nothing_from_a_lan_without_prefixes);
	return check_run(s);
}
