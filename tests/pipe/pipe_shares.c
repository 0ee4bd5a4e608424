/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Shares of what workers and control have in common: whatever one port sends, and
 * however late control is, the messages of another port arrive, and its frames leave.
 */
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include <rte_mbuf.h>
#include <rte_ring.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/worker_pass.h"
#include "fabric/datapath/worker_report.h"
#include "fabric/device/eal.h"
#include "fabric/runtime/learn.h"
#include "fabric/runtime/punt.h"
#include "fabric/runtime/violation.h"
#include "fabric/view/msg.h"
#include "fabric/view/punt.h"
#include "lib/frame.h"
#include "lib/mac.h"
#include "tests/pipe/lan.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)
#define CAROL UINT64_C(0x020000000003)
#define GROUP UINT64_C(0x030000000001)
#define NEW   UINT64_C(0x020000100000)

#define CONFIG(keys_b)                                                         \
	"[lan l]\nprofile = open\n"                                            \
	"[port a]\ndevice = net_null0\nlan = l\nmac = 02:00:00:00:00:01\n"     \
	"check = smac_zero shutdown\ncheck = smac_multicast shutdown\n"        \
	"[port b]\ndevice = net_null1\nlan = l\n"                              \
	"mac = 02:00:00:00:00:02\n" keys_b                                     \
	"[port c]\ndevice = net_null2\nlan = l\nmac = 02:00:00:00:00:03\n"

/* More than a ring holds, if control takes nothing for so many milliseconds. */
#define LATE 100

static void
setup(void)
{
	begin_at(0, CONFIG(""));
}

/* One frame at 'now', and no turn of control. */
static void
send_from(const char *port, uint64_t src, uint64_t now)
{
	struct burst *b = f->worker[0]->rx;
	struct rte_mbuf *m = rte_pktmbuf_alloc(f->pool);
	uint64_t to = htobe64(BOB << 16), from = htobe64(src << 16);
	uint8_t frame[60] = { 0 };

	memcpy(frame, &to, 6);
	memcpy(frame + 6, &from, 6);
	frame_write16(frame + 12, FRAME_IPV4);
	memcpy(rte_pktmbuf_append(m, sizeof(frame)), frame, sizeof(frame));
	b->device =
		view_egress(f->view, f->view->port[fabric_port_id(f, port)]);
	b->n = 1;
	b->pkt[0] = m;
	b->len[0] = 60;
	b->bad = 0;
	worker_frames(f->worker[0], f->view, now);
	worker_flush(f->worker[0], f->view);
}

/* The address of a member that is new is still reported, and learned. */
static void
expect_learned(uint64_t mac, uint64_t now)
{
	send_from("b", mac, now);
	ck_assert_uint_eq(stats("b").learn_missed, 0);
	learn_poll(f);
	ck_assert_str_eq(harness_where(h, mac), "b learned");
}

START_TEST(a_port_that_asks_to_be_disabled_all_the_time_leaves_room)
{
	for (unsigned int i = 0; i < MSG_RING_SIZE + 100; i++)
		send_from("a", i % 2 == 0 ? 0 : GROUP, i);
	ck_assert_uint_eq(rte_ring_count(f->worker[0]->messages), TRIP_SHARE);
	expect_learned(NEW, CLOCK_MILLISECOND - 1);
	ck_assert_uint_eq(runtime_port(f, "a")->violations->shutdowns, 1);
}
END_TEST

START_TEST(a_port_that_invents_addresses_is_disabled_all_the_same)
{
	for (unsigned int i = 0; i < LEARN_SHARE + 10; i++)
		send_from("a", NEW + i, 0);
	ck_assert_uint_eq(stats("a").learn_missed, 10);
	send_from("a", 0, 0);
	learn_poll(f);
	ck_assert_uint_eq(runtime_port(f, "a")->violations->shutdowns, 1);
}
END_TEST

START_TEST(no_port_fills_the_ring_of_messages_while_control_is_late)
{
	uint64_t mac = NEW;

	for (unsigned int ms = 0; ms < LATE; ms++)
		for (unsigned int i = 0; i < LEARN_SHARE / 4; i++)
			send_from("a", mac++, ms * CLOCK_MILLISECOND);
	ck_assert_uint_le(rte_ring_count(f->worker[0]->messages),
			  2 * LEARN_SHARE);
	ck_assert_uint_gt(stats("a").learn_missed, 0);
	expect_learned(mac, LATE * CLOCK_MILLISECOND);
	/* Control has taken all: the port has its share again. */
	ck_assert_uint_eq(rte_ring_count(f->worker[0]->messages), 0);
	send_from("a", mac + 1, (LATE + 1) * CLOCK_MILLISECOND);
	ck_assert_uint_eq(rte_ring_count(f->worker[0]->messages), 1);
}
END_TEST

static bool
punt(const char *port)
{
	struct punt p = { .kind = PUNT_STRAY };

	return worker_punt(f->worker[0], f->view->port[fabric_port_id(f, port)],
			   &p);
}

START_TEST(no_port_fills_the_ring_of_punts_while_control_is_late)
{
	unsigned int n = 0;

	for (unsigned int ms = 0; ms < LATE; ms++) {
		send_from("c", CAROL, ms * CLOCK_MILLISECOND);
		for (unsigned int i = 0; i < PUNT_SHARE; i++)
			n += punt("a");
	}
	ck_assert_uint_eq(n, 2 * PUNT_SHARE);
	ck_assert_uint_eq(stats("a").punt_full, LATE * PUNT_SHARE - n);
	ck_assert(punt("b"));
	ck_assert_uint_eq(stats("b").punt_full, 0);
	punt_poll(f);
	send_from("c", CAROL, LATE * CLOCK_MILLISECOND);
	ck_assert(punt("a"));
	punt_poll(f);
}
END_TEST

/* A hundred ports, all of which send what they can while control is late. */
#define MANY 100

static void
begin_many(void)
{
	static char text[MANY * 64 + 64];
	size_t n = (size_t)snprintf(text, sizeof(text),
				    "[lan l]\nprofile = open\n");

	for (unsigned int i = 0; i <= MANY; i++)
		n += (size_t)snprintf(
			text + n, sizeof(text) - n,
			"[port p%u]\ndevice = net_null%u\nlan = l\n", i, i);
	begin_at(0, text);
}

/* The port number 'i'; number MANY is the one that comes last. */
static const char *
many(unsigned int i)
{
	static char name[16];

	snprintf(name, sizeof(name), "p%u", i);
	return name;
}

START_TEST(many_ports_do_not_fill_the_ring_of_messages_together)
{
	uint64_t mac = NEW;

	begin_many();
	for (unsigned int ms = 0; ms < 4; ms++) {
		for (unsigned int i = 0; i < LEARN_ROOM; i++)
			send_from(many(i % MANY), mac++,
				  ms * CLOCK_MILLISECOND);
		for (unsigned int i = 0; ms < 2 && i < 16; i++)
			send_from(many(MANY), mac++, ms * CLOCK_MILLISECOND);
		if (ms < 2)
			ck_assert_uint_eq(stats(many(MANY)).learn_missed, 0);
	}
	ck_assert_uint_gt(stats(many(0)).learn_missed, 0);
	ck_assert_uint_lt(rte_ring_count(f->worker[0]->messages),
			  MSG_RING_SIZE - 1);
	learn_poll(f);
	ck_assert_uint_gt(rte_ring_free_count(f->worker[0]->messages), 0);
}
END_TEST

/* Half a ring at once: the turns of control stay short, and nothing is lost. */
START_TEST(a_turn_of_control_takes_a_part_of_a_burst_of_learning)
{
	const unsigned int all = MSG_RING_SIZE / 2;
	unsigned int most = 0, taken = 0, n;

	begin("[fabric]\nmac_table = 65536\n[lan l]\nprofile = open\n"
	      "mac_limit = 65536\n[port a]\ndevice = net_null0\nlan = l\n");
	for (unsigned int i = 0; i < all; i++)
		worker_message(f->worker[0],
			       msg_make(MSG_LEARN, f->view->port[0], NEW + i));
	while ((n = learn_turn(f)) > 0) {
		taken += n;
		most = n > most ? n : most;
	}
	ck_assert_uint_eq(taken, all);
	ck_assert_uint_le(most, all / 2 + 64);
	ck_assert_uint_eq(mactab_count(f->lan[0]->macs), all);
}
END_TEST

/* What is measured from outside is a million a second, with a late control, too. */
START_TEST(the_share_of_a_port_is_two_million_addresses_a_second)
{
	uint64_t mac = NEW;

	begin("[fabric]\nmac_table = 65536\n[lan l]\nprofile = open\n"
	      "mac_limit = 65536\n[port a]\ndevice = net_null0\nlan = l\n"
	      "[port b]\ndevice = net_null1\nlan = l\n");
	for (unsigned int ms = 0; ms < 10; ms++) {
		for (unsigned int i = 0; i < 2000; i++)
			send_from("a", mac++, ms * CLOCK_MILLISECOND);
		/* Control is late by a whole turn each time. */
		if (ms % 2 == 1)
			learn_turn(f);
	}
	ck_assert_uint_eq(stats("a").learn_missed, 0);
	ck_assert_uint_eq(runtime_port(f, "a")->learned, 20000);
}
END_TEST

START_TEST(many_ports_do_not_fill_the_ring_of_punts_together)
{
	begin_many();
	for (unsigned int ms = 0; ms < 2; ms++) {
		/* The worker refills the shares with a frame. */
		send_from(many(0), ALICE, ms * CLOCK_MILLISECOND);
		for (unsigned int i = 0; i < 2 * PUNT_RING_SIZE; i++)
			punt(many(i % MANY));
		for (unsigned int i = 0; i < 8; i++)
			ck_assert(punt(many(MANY)));
	}
	ck_assert_uint_eq(stats(many(MANY)).punt_full, 0);
	ck_assert_uint_gt(stats(many(0)).punt_full, 0);
	punt_poll(f);
}
END_TEST

/* What may be sent to a port is shared by all that send to it. */
START_TEST(rate_out_limits_frames_to_its_port_and_to_no_other)
{
	begin_at(0, CONFIG("rate_out = 10pps\n"));
	for (unsigned int i = 0; i < 200; i++)
		harness_send_ip(h, "a", ALICE, BOB);
	ck_assert_uint_eq(stats("b").drop[DROP_egress_police], 200 - 64);
	harness_send_ip(h, "c", CAROL, BOB);
	harness_expect_drop(h, "b", DROP_egress_police);
	harness_send_ip(h, "a", ALICE, CAROL);
	harness_expect_out(h, "c");
	harness_send_ip(h, "b", BOB, CAROL);
	harness_expect_out(h, "c");
	ck_assert_uint_eq(harness_events(h), 0);
}
END_TEST

/* The meters of what a port sends: one that sends too much does not hinder others. */
static const struct {
	const char *keys;
	enum drop why;
	uint64_t dst;
	uint16_t type;
	unsigned int passed; /* at once */
} limits[] = {
	{ "storm_bcast = 1pps\n", DROP_storm_bcast, MAC_BROADCAST, FRAME_ARP,
	  1 },
	{ "storm_mcast = 1pps\n", DROP_storm_mcast, UINT64_C(0x3333ff000002),
	  FRAME_IPV6, 1 },
	{ "storm_uucast = 1pps\nunknown_unicast = limit\n", DROP_storm_uucast,
	  NEW, FRAME_IPV4, 1 },
	{ "", DROP_police_port, BOB, FRAME_IPV4, 64 },
};

START_TEST(a_port_that_sends_too_much_uses_up_its_own_limit)
{
	enum drop why = limits[_i].why;
	const uint8_t *frame;
	char text[1024];

	snprintf(text, sizeof(text),
		 "[lan l]\nprofile = ixp-basic\n%s"
		 "[port a]\ndevice = net_null0\nlan = l\n"
		 "mac = 02:00:00:00:00:01\nrate_in = 10pps\n"
		 "[port b]\ndevice = net_null1\nlan = l\n"
		 "mac = 02:00:00:00:00:02\n"
		 "[port c]\ndevice = net_null2\nlan = l\n"
		 "mac = 02:00:00:00:00:03\nrate_in = 10pps\n",
		 limits[_i].keys);
	begin_at(0, text);
	frame = harness_frame(h, ALICE, limits[_i].dst, limits[_i].type, 90);
	for (unsigned int i = 0; i < limits[_i].passed; i++) {
		harness_send(h, "a", frame, 90);
		ck_assert_uint_eq(harness_sent(h, "b"), 1);
	}
	for (unsigned int i = 0; i < 20; i++) {
		harness_send(h, "a", frame, 90);
		harness_expect_drop(h, "a", why);
	}
	frame = harness_frame(h, CAROL, limits[_i].dst, limits[_i].type, 90);
	harness_send(h, "c", frame, 90);
	ck_assert_uint_eq(harness_sent(h, "b"), 1);
	ck_assert_uint_eq(stats("b").drop[why] + stats("c").drop[why], 0);
}
END_TEST

/* What is charged to the port that receives cannot disable it. */
START_TEST(no_reason_of_the_sending_side_can_disable_a_port)
{
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		ck_assert(!drop_is_tx(why) || !drop_is_check(why));
}
END_TEST

/* Queues that are full, of all NICs at once, leave buffers for received frames. */
START_TEST(full_queues_of_all_devices_leave_buffers)
{
	struct faults *faults = faults_create();
	struct eal_needs needs;
	struct config *c;
	char text[2048];
	size_t n = (size_t)snprintf(text, sizeof(text), "[lan l]\n");

	for (unsigned int i = 1; i <= 20; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "[port p%u]\ndevice = 0000:01:%02x.0\n"
				      "lan = l\nmac = 02:00:00:00:00:%02x\n",
				      i, i, i);
	c = harness_read(text);
	ck_assert_int_eq(eal_plan(c, &needs, faults), 0);
	ck_assert_uint_gt(needs.buffers,
			  needs.nworkers * (20 * (2 * c->fabric.descriptors +
						  TXBUF_SIZE) +
					    TRASH_SIZE));
	config_free(c);
	faults_free(faults);
}
END_TEST

static uint16_t
take_none(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	  uint16_t n)
{
	(void)d;
	(void)queue;
	(void)pkt;
	(void)n;
	return 0;
}

START_TEST(a_device_that_takes_nothing_costs_other_ports_no_frame)
{
	const struct egress *e = &runtime_port(f, "b")->egress;

	f->device[egress_device(e)]->dev.tx = take_none;
	harness_apply(h, CONFIG("asn = 64500\n"));
	/* The first frame waits until it is clear that the device takes nothing. */
	send_from("a", ALICE, 0);
	harness_at(h, 10 * CLOCK_MILLISECOND);
	f->worker[0]->now = 10 * CLOCK_MILLISECOND;
	worker_flush(f->worker[0], f->view);
	for (unsigned int i = 1; i < 1000; i++) {
		harness_send_ip(h, "a", ALICE, BOB);
		harness_send_ip(h, "a", ALICE, CAROL);
		harness_expect_out(h, "c");
	}
	ck_assert_uint_eq(stats("b").drop[DROP_tx_full], 1000);
	ck_assert_uint_eq(lockstep_buffers_used(f), 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("shares");
	TCase *tc = fixture_case(s, "shares", setup);

	tcase_add_test(
		tc, a_port_that_asks_to_be_disabled_all_the_time_leaves_room);
	tcase_add_test(tc,
		       a_port_that_invents_addresses_is_disabled_all_the_same);
	tcase_add_test(
		tc, no_port_fills_the_ring_of_messages_while_control_is_late);
	tcase_add_test(tc,
		       no_port_fills_the_ring_of_punts_while_control_is_late);
	tcase_add_test(tc,
		       many_ports_do_not_fill_the_ring_of_messages_together);
	tcase_add_test(tc,
		       a_turn_of_control_takes_a_part_of_a_burst_of_learning);
	tcase_add_test(tc,
		       the_share_of_a_port_is_two_million_addresses_a_second);
	tcase_add_test(tc, many_ports_do_not_fill_the_ring_of_punts_together);
	tcase_add_loop_test(tc,
			    a_port_that_sends_too_much_uses_up_its_own_limit, 0,
			    sizeof(limits) / sizeof(limits[0]));
	tcase_add_test(tc, no_reason_of_the_sending_side_can_disable_a_port);
	tcase_add_test(tc, full_queues_of_all_devices_leave_buffers);
	tcase_add_test(tc, rate_out_limits_frames_to_its_port_and_to_no_other);
	tcase_add_test(tc,
		       a_device_that_takes_nothing_costs_other_ports_no_frame);
	return check_run(s);
}
