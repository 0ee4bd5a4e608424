/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The counters that SNMP and sFlow show of a port.
 */
#include "fabric/runtime/if_counters.h"

#include <string.h>
#include <unistd.h>

#include "fabric/runtime/stats.h"
#include "lib/mac.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/request.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)
#define GROUP UINT64_C(0x333300000001)

#define PORTS                                                                  \
	"[port a]\nlan = l\ndevice = net_null0\nindex = 7\n"                   \
	"description = Alice\n"                                                \
	"[port b]\nlan = l\ndevice = net_null1\n"                              \
	"[port c]\nlan = l\ndevice = net_null2\n"
#define OPEN   "[lan l]\nvlan = 10\nmtu = 9000\nprofile = open\n" PORTS
#define STRICT "[lan l]\nvlan = 10\nprofile = ixp-basic\nmac_limit = 1\n" PORTS

static struct if_counters c;

static void
take(const char *port)
{
	if_counters(f, runtime_port(f, port), &c);
}

static uint64_t
in_all(void)
{
	return c.in_ucast + c.in_mcast + c.in_bcast + c.in_discards +
	       c.in_errors + c.in_unknown_protos;
}

/* What is shown of a port after 'why' was counted once. */
static void
drop_once(enum drop why)
{
	struct device_stats device = { 0 };
	struct port_stats stats = { 0 };

	stats.drop[why] = 1;
	if (drop_is_tx(why))
		stats.tx_frames = 0;
	else
		stats.rx_frames = 1;
	if_counters_of(&stats, &device, &c);
}

START_TEST(each_drop_reason_is_in_one_counter)
{
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++) {
		bool error = why == DROP_rx_error || why == DROP_runt;
		bool unknown = why == DROP_llc_snap || why == DROP_ethertype;

		drop_once(why);
		ck_assert_uint_eq(c.out_discards, drop_is_tx(why));
		ck_assert_uint_eq(c.out_ucast, drop_is_tx(why));
		ck_assert_uint_eq(in_all(), !drop_is_tx(why));
		ck_assert_uint_eq(c.in_errors, error);
		ck_assert_uint_eq(c.in_unknown_protos, unknown);
		ck_assert_uint_eq(c.in_discards,
				  !drop_is_tx(why) && !error && !unknown);
	}
}
END_TEST

START_TEST(what_the_device_refused_is_an_error_and_has_no_octets)
{
	struct device_stats device = {
		.rx_errors = 2,
		.rx_oversize = 3,
		.rx_stags = 4,
		.rx_missed = 5,
		.tx_errors = 6,
	};
	struct port_stats stats = {
		.rx_frames = 2 + 3 + 4 + 10,
		.rx_bytes = 600,
		.forwarded = 9,
		.tx_frames = 8,
		.tx_bytes = 480,
		.drop[DROP_rx_error] = 2,
		.drop[DROP_oversize] = 3 + 1,
		.drop[DROP_tag_not_allowed] = 4,
	};

	if_counters_of(&stats, &device, &c);
	ck_assert_uint_eq(c.in_octets, 600 + 10 * 4);
	ck_assert_uint_eq(c.in_errors, 2 + 3);
	ck_assert_uint_eq(c.in_discards, 1 + 4 + 5);
	ck_assert_uint_eq(c.in_ucast, 9);
	ck_assert_uint_eq(in_all(), stats.rx_frames + device.rx_missed);
	ck_assert_uint_eq(c.out_octets, 480 + 8 * 4);
	ck_assert_uint_eq(c.out_errors, 6);
}
END_TEST

START_TEST(frames_are_counted_by_their_destination)
{
	begin(OPEN);
	harness_send_ip(h, "b", BOB, MAC_BROADCAST);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_send_ip(h, "a", ALICE, GROUP);
	harness_send_ip(h, "a", ALICE, GROUP);
	harness_send_ip(h, "a", ALICE, UINT64_C(0x020000000009));
	take("a");
	ck_assert_uint_eq(c.in_ucast, 2);
	ck_assert_uint_eq(c.in_mcast, 2);
	ck_assert_uint_eq(c.in_bcast, 0);
	ck_assert_uint_eq(c.in_octets, 4 * 64);
	ck_assert_uint_eq(c.out_bcast, 1);
	ck_assert_uint_eq(c.out_ucast, 0);
	ck_assert_uint_eq(c.out_octets, 64);
	take("b");
	ck_assert_uint_eq(c.in_bcast, 1);
	ck_assert_uint_eq(c.out_ucast, 2);
	ck_assert_uint_eq(c.out_mcast, 2);
	ck_assert_uint_eq(c.out_octets, 4 * 64);
	take("c");
	ck_assert_uint_eq(c.out_ucast, 1); /* unknown, so flooded */
	ck_assert_uint_eq(c.out_mcast, 2);
	ck_assert_uint_eq(c.out_bcast, 1);
	ck_assert_uint_eq(c.out_octets, 4 * 64);
}
END_TEST

START_TEST(a_dropped_frame_is_not_among_those_received)
{
	begin(STRICT);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	harness_send_ip(h, "a", ALICE, UINT64_C(0x01005e000001));
	harness_expect_drop(h, "a", DROP_ipv4_mcast);
	harness_send_ip(h, "a", UINT64_C(0x020000000003), BOB);
	harness_expect_drop(h, "a", DROP_mac_limit);
	harness_send(h, "a", harness_frame(h, ALICE, BOB, 0x8137, 60), 60);
	harness_expect_drop(h, "a", DROP_ethertype);
	take("a");
	ck_assert_uint_eq(c.in_discards, 3);
	ck_assert_uint_eq(c.in_unknown_protos, 1);
	ck_assert_uint_eq(c.in_octets, 4 * 64);
	ck_assert_uint_eq(in_all(), 4);
}
END_TEST

START_TEST(frames_dropped_on_their_way_out_are_counted_as_sent_and_discarded)
{
	begin(OPEN "acl_out = none\n[acl none]\nrule = deny any\n");
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	take("c");
	ck_assert_uint_eq(c.out_bcast, 1);
	ck_assert_uint_eq(c.out_ucast, 0);
	ck_assert_uint_eq(c.out_discards, 1);
	ck_assert_uint_eq(c.out_octets, 0);
	take("b");
	ck_assert_uint_eq(c.out_bcast, 1);
	ck_assert_uint_eq(c.out_discards, 0);
}
END_TEST

START_TEST(no_counter_falls)
{
	struct port_rt *p;

	begin(OPEN);
	harness_send_ip(h, "a", ALICE, BOB);
	take("a");
	ck_assert_uint_eq(c.in_ucast, 1);
	/* As if it had been read before what it is made of. */
	p = runtime_port(f, "a");
	p->if_shown.in_ucast = 5;
	p->if_shown.in_octets = 5 * 64;
	take("a");
	ck_assert_uint_eq(c.in_ucast, 5);
	ck_assert_uint_eq(c.in_octets, 5 * 64);
}
END_TEST

START_TEST(a_row_has_what_an_interface_has)
{
	static char path[] = "/tmp/ixf-interface-XXXXXX";
	int file = mkstemp(path);
	struct answers *answers;
	struct request q;

	ck_assert_int_ge(file, 0);
	close(file);
	begin_at(0, OPEN);
	answers = answers_create(f, path);
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	lockstep_link(f, runtime_port(f, "b")->id, false);
	request_ask(&q, answers, "port interface", "{}");
	ck_assert_uint_eq(json_array_size(q.result), 3);
	ck_assert_text(q.result, 0, "port", "a");
	ck_assert_text(q.result, 0, "description", "Alice");
	ck_assert_number(q.result, 0, "index", 7);
	ck_assert_number(q.result, 0, "number", 1);
	ck_assert_number(q.result, 0, "mtu", 9000);
	ck_assert_number(q.result, 0, "vlan", 10);
	ck_assert_number(q.result, 0, "in_bcast", 1);
	ck_assert_number(q.result, 0, "in_octets", 64);
	ck_assert_number(q.result, 1, "index", 10001);
	ck_assert_number(q.result, 1, "out_bcast", 1);
	ck_assert(json_is_true(request_at(q.result, 1, "admin_up")));
	ck_assert(json_is_false(request_at(q.result, 1, "oper_up")));
	ck_assert(json_is_true(request_at(q.result, 2, "oper_up")));
	request_end(&q);
	answers_free(answers);
	unlink(path);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("interface");
	TCase *tc = fixture_case(s, "interface", NULL);

	tcase_add_test(tc, each_drop_reason_is_in_one_counter);
	tcase_add_test(tc,
		       what_the_device_refused_is_an_error_and_has_no_octets);
	tcase_add_test(tc, frames_are_counted_by_their_destination);
	tcase_add_test(tc, a_dropped_frame_is_not_among_those_received);
	tcase_add_test(
		tc,
		frames_dropped_on_their_way_out_are_counted_as_sent_and_discarded);
	tcase_add_test(tc, no_counter_falls);
	tcase_add_test(tc, a_row_has_what_an_interface_has);
	return check_run(s);
}
