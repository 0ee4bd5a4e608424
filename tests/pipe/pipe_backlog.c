/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What an egress with too little room drops is spread over the senders: each gets
 * an equal share in octets, or all that it sends if that is less.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

#include "fabric/datapath/stage_send.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/txlevel.h"
#include "fabric/datapath/worker_pass.h"
#include "fabric/runtime/outgoing.h"
#include "fabric/view/punt.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/lan.h"
#include "tests/pipe/overload.h"
#include "tests/random32.h"

#define PART 0.05 /* of its share that a sender may have more, or less */

static struct overload o;
static struct overload_result r[OVERLOAD_SENDERS];

static void
shuffle(void)
{
	for (unsigned int i = o.nsenders; i > 1; i--) {
		unsigned int k = random32() % i, other = o.order[k];

		o.order[k] = o.order[i - 1];
		o.order[i - 1] = other;
	}
}

static void
reverse(void)
{
	for (unsigned int i = 0; i < o.nsenders; i++)
		o.order[i] = o.nsenders - 1 - i;
}

static void
expect_shares(void)
{
	overload_run(&o, r);
	for (unsigned int i = 0; i < o.nsenders; i++) {
		double part = (double)r[i].got / r[i].share;

		if (part < 1 - PART || part > 1 + PART)
			ck_abort_msg("sender %u of %u (%u frames of %u to %u "
				     "in %u) got %.3f of its share",
				     i, o.nsenders, o.sender[i].burst,
				     o.sender[i].least, o.sender[i].most,
				     o.sender[i].every, part);
	}
}

/* Orders of the ports that are tried: one where memory is watched. */
#define ORDERS (1 + CHECK_ROUNDS(4))

static const struct {
	unsigned int n, burst;
	uint32_t least, most;
	unsigned int rounds;
} alike[] = {
	{ 2, 64, 64, 64, 250 },     { 3, 33, 1514, 1514, 250 },
	{ 4, 64, 1514, 1514, 250 }, { 5, 1, 64, 1514, 3000 },
	{ 8, 64, 64, 64, 250 },     { 8, 4, 64, 1514, 1000 },
	{ 8, 32, 1514, 1514, 250 }, { 16, 32, 64, 64, 250 },
	{ 16, 64, 64, 1514, 200 },  { 32, 16, 1514, 1514, 250 },
	{ 32, 48, 64, 64, 250 },
};

START_TEST(equal_senders_get_equal_shares_in_any_order)
{
	for (unsigned int i = 0; i < ORDERS; i++) {
		overload_alike(&o, alike[_i].n, alike[_i].burst, 0);
		for (unsigned int k = 0; k < o.nsenders; k++) {
			o.sender[k].least = alike[_i].least;
			o.sender[k].most = alike[_i].most;
		}
		o.rounds = alike[_i].rounds;
		o.lumps = i % 2;
		if (i / 2 == 1)
			reverse();
		else if (i / 2 == 2)
			shuffle();
		expect_shares();
	}
}
END_TEST

/* Workers whose senders are one, three and more; and each with its own queue, or not. */
START_TEST(senders_of_all_workers_get_equal_shares)
{
	static const unsigned int worker[] = { 0, 0, 0, 1, 2, 2, 0, 0 };

	overload_alike(&o, 8, 32, _i & 1 ? 64 : 1514);
	for (unsigned int i = 0; i < 8; i++)
		o.sender[i].worker = worker[i];
	o.nworkers = 3;
	o.descriptors = 512;
	o.one_queue = _i & 2;
	o.lumps = _i & 4;
	expect_shares();
}
END_TEST

START_TEST(one_sender_of_a_worker_does_not_get_what_many_of_another_share)
{
	overload_alike(&o, 6, 16, 500);
	o.sender[5].worker = 1;
	o.nworkers = 2;
	expect_shares();
	/* It sends no more than the link would take from its worker. */
	o.sender[5].burst = 40;
	expect_shares();
}
END_TEST

START_TEST(ports_of_one_tagged_device_get_equal_shares)
{
	overload_alike(&o, 9, 7, 300);
	for (unsigned int i = 1; i < 9; i++)
		o.sender[i].shares = i != 8;
	expect_shares();
	shuffle();
	o.tagged = true;
	expect_shares();
}
END_TEST

/* Each of these sends a tenth to nine tenths of what it may, in bursts. */
START_TEST(a_sender_below_its_share_loses_nothing)
{
	static const struct {
		unsigned int burst, every;
		uint32_t len;
	} below[] = {
		{ 1, 1, 1514 },  { 1, 1, 64 },    { 8, 1, 1514 },
		{ 64, 10, 700 }, { 64, 8, 1514 }, { 12, 1, 1514 },
	};

	for (unsigned int n = 4; n <= 16; n *= 2) {
		overload_alike(&o, n, 32, 1514);
		o.rounds = 500;
		o.sender[n / 2].burst = below[_i].burst;
		o.sender[n / 2].every = below[_i].every;
		o.sender[n / 2].least = o.sender[n / 2].most = below[_i].len;
		o.sender[n / 2].worker = n == 8;
		o.nworkers = n == 8 ? 2 : 1;
		shuffle();
		expect_shares();
		ck_assert_uint_eq(r[n / 2].lost, 0);
		ck_assert_uint_gt(r[(n / 2 + 1) % n].lost, 0);
	}
}
END_TEST

START_TEST(senders_at_several_rates_get_shares_by_max_and_min)
{
	overload_alike(&o, 8, 4, 600);
	for (unsigned int i = 0; i < 8; i++)
		o.sender[i].burst = 4 + 8 * i;
	expect_shares();
	for (unsigned int i = 0; i < 2; i++)
		ck_assert_uint_eq(r[i].lost, 0);
}
END_TEST

/* A worker with all that send much, and one with all that send little. */
START_TEST(senders_of_little_lose_nothing_on_a_worker_of_their_own)
{
	for (uint32_t len = 64; len <= 1514; len += 1450) {
		overload_alike(&o, 8, 32, len);
		o.nworkers = 2;
		o.rounds = 500;
		o.rate = 0.5;
		for (unsigned int i = 4; i < 8; i++)
			o.sender[i].burst = 8;
		for (unsigned int i = 0; i < 8; i++)
			o.sender[i].worker = _i == (int)(i / 4);
		expect_shares();
		for (unsigned int i = 4; i < 8; i++)
			ck_assert_uint_eq(r[i].lost, 0);
		ck_assert_uint_gt(r[0].lost, 0);
	}
}
END_TEST

/* Or it would wait until the others have had what it counts for its own. */
START_TEST(a_worker_that_begins_is_where_the_others_are)
{
	struct tx_levels *levels =
		calloc(1, sizeof(*levels) + 2 * sizeof(levels->worker[0]));
	struct view *v = calloc(1, sizeof(*v));
	struct device d = { .levels = levels };
	static struct worker w[2] = { { .id = 0 }, { .id = 1 } };
	static struct backlog b[2];

	v->nworkers = 2;
	for (unsigned int i = 0; i < 2; i++) {
		backlog_begin(&b[i]);
		b[i].level += i * BACKLOG_CREDIT;
		txlevel_update(&w[i], v, &d, &b[i], true, 1);
	}
	ck_assert_uint_eq(b[1].level + b[1].shift, b[0].level);
	ck_assert_uint_gt(b[1].cap, b[1].level);
	/* And it does not run away from them. */
	ck_assert_uint_lt(b[1].cap, b[1].level + BACKLOG_CREDIT);
	free(levels);
	free(v);
}
END_TEST

static void
draw(void)
{
	unsigned int n = 2 + random32() % 20;

	overload_alike(&o, n, 0, 0);
	o.nworkers = 1 + random32() % 3;
	o.one_queue = random32() % 4 == 0;
	o.tagged = random32() % 4 == 0;
	o.lumps = random32() % 2;
	o.batch = 1 + random32() % 32;
	o.descriptors = 256 + random32() % 256;
	o.rate = 0.3 + random32() % 50 / 100.0;
	for (unsigned int i = 0; i < n; i++) {
		struct overload_sender *x = &o.sender[i];

		x->worker = random32() % o.nworkers;
		x->burst = 8 + random32() % 9;
		x->least = 400 + random32() % 400;
		x->most = x->least + random32() % 600;
		x->shares = i > 0 && random32() % 4 == 0;
		if (x->shares)
			x->worker = x[-1].worker;
	}
	shuffle();
}

START_TEST(any_senders_get_their_shares)
{
	for (unsigned int i = 0; i < CHECK_ROUNDS(20); i++) {
		draw();
		expect_shares();
	}
}
END_TEST

/* In octets, whatever the size of the frames of each. */
START_TEST(senders_of_small_and_of_large_frames_get_equal_shares)
{
	overload_alike(&o, 8, 2, 1514);
	for (unsigned int i = 0; i < 8; i += 2) {
		o.sender[i].burst = 48;
		o.sender[i].least = o.sender[i].most = 64;
	}
	o.rounds = 3000;
	expect_shares();
	o.lumps = true;
	shuffle();
	expect_shares();
}
END_TEST

/*
 * At 100 Mbit/s, where the queue that large frames have filled takes 61 ms, and
 * from several workers; by a link that takes from queues in turn, or in the order of
 * frames.
 */
START_TEST(a_slow_link_is_shared_by_workers_with_small_and_large_frames)
{
	overload_alike(&o, 8, 1, 1514);
	for (unsigned int i = 0; i < 8; i++) {
		bool large = i % 2 == 1;

		o.sender[i].worker = i % 2;
		o.sender[i].every = large ? 24 : 1;
		o.sender[i].least = o.sender[i].most = large ? 1514 : 64;
	}
	o.nworkers = 2;
	o.descriptors = 512;
	o.as_come = _i;
	o.rounds = 20000;
	expect_shares();
}
END_TEST

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)

#define MEMBER_B                                                               \
	"[port b]\ndevice = net_null1\nlan = l\nmac = 02:00:00:00:00:02\n"
#define CONFIG(members)                                                        \
	"[lan l]\nprofile = open\n"                                            \
	"[port a]\ndevice = net_null0\nlan = l\nmac = "                        \
	"02:00:00:00:00:01\n" members

/* As long as a device may take nothing, and a little more. */
#define LONG (11 * CLOCK_MILLISECOND)

/* A device that takes so many frames more. */
static unsigned int room;

static uint16_t
take_some(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	  uint16_t n)
{
	uint16_t done = 0;

	(void)d, (void)queue;
	for (; done < n && room != 0; room--)
		rte_pktmbuf_free(pkt[done++]);
	return done;
}

/* The device of 'port' takes frames as long as there is room. */
static void
obstruct(const char *port, const char *config)
{
	struct device_rt *d =
		f->device[egress_device(&runtime_port(f, port)->egress)];

	d->dev.tx = take_some;
	harness_apply(h, config);
}

static void
setup(void)
{
	begin_at(0, CONFIG(MEMBER_B));
	room = 0;
	obstruct("b", CONFIG(MEMBER_B));
}

static void
flush_at(uint64_t now)
{
	f->worker[0]->now = now;
	worker_flush(f->worker[0], f->view);
}

static void
send_to_bob(unsigned int n, uint64_t now)
{
	const uint8_t *frame = harness_frame(h, ALICE, BOB, 0x0800, 60);

	for (unsigned int i = 0; i < n; i++)
		lockstep_frame(f, fabric_port_id(f, "a"), frame, 60, 60, false,
			       now);
}

static void
expect(uint64_t sent, uint64_t full, uint64_t down)
{
	struct port_stats s = stats("b");

	ck_assert_uint_eq(s.tx_frames, sent);
	ck_assert_uint_eq(s.tx_bytes, sent * 60);
	ck_assert_uint_eq(s.drop[DROP_tx_full], full);
	ck_assert_uint_eq(s.drop[DROP_tx_down], down);
}

START_TEST(frames_wait_for_a_device_that_soon_has_room)
{
	send_to_bob(10, 0);
	expect(0, 0, 0);
	ck_assert_uint_eq(lockstep_buffers_used(f), 10);
	room = 6;
	flush_at(CLOCK_MILLISECOND);
	expect(6, 0, 0);
	room = 100;
	flush_at(2 * CLOCK_MILLISECOND);
	expect(10, 0, 0);
	/* And after a while without shortage there is no backlog any more. */
	ck_assert(txbuf_waits(f->worker[0], 1));
	flush_at(2 * CLOCK_MILLISECOND + LONG);
	ck_assert(!txbuf_waits(f->worker[0], 1));
	send_to_bob(3, 2 * CLOCK_MILLISECOND + LONG);
	expect(13, 0, 0);
}
END_TEST

START_TEST(no_more_frames_wait_than_are_budgeted)
{
	send_to_bob(1000, 0);
	ck_assert_uint_le(lockstep_buffers_used(f), BACKLOG_SIZE);
	ck_assert_uint_gt(lockstep_buffers_used(f), TXBUF_SIZE);
	flush_at(LONG);
}
END_TEST

START_TEST(no_frame_waits_for_a_device_that_stands_still)
{
	send_to_bob(10, 0);
	flush_at(LONG);
	expect(0, 10, 0);
	ck_assert_uint_eq(lockstep_buffers_used(f), 0);
	send_to_bob(10, LONG);
	expect(0, 20, 0);
	ck_assert_uint_eq(lockstep_buffers_used(f), 0);
	/* It moves again. */
	room = 1;
	send_to_bob(2, LONG);
	expect(1, 20, 0);
	room = 1;
	flush_at(LONG + 1);
	expect(2, 20, 0);
}
END_TEST

START_TEST(an_idle_worker_still_counts_the_time)
{
	struct rxq q = { f->view->device[0], 0 };

	send_to_bob(10, 0);
	worker_pass(f->worker[0], f->view, &q, LONG);
	worker_flush(f->worker[0], f->view);
	expect(0, 10, 0);
}
END_TEST

START_TEST(frames_that_wait_when_the_link_goes_down_are_dropped)
{
	send_to_bob(10, 0);
	lockstep_link(f, fabric_port_id(f, "b"), false);
	flush_at(1);
	expect(0, 0, 10);
	ck_assert(!txbuf_waits(f->worker[0], 1));
}
END_TEST

START_TEST(an_apply_costs_no_frame_that_waits)
{
	/* They came before the accounts are opened anew, and leave after. */
	harness_skip_accounts(h);
	send_to_bob(10, 0);
	harness_apply(h, CONFIG(MEMBER_B "[port n]\ndevice = net_null7\n"
					 "lan = l\n"));
	room = 10;
	flush_at(1);
	expect(10, 0, 0);
}
END_TEST

START_TEST(frames_that_wait_for_a_port_that_goes_are_dropped)
{
	uint16_t id = fabric_port_id(f, "b");
	const struct port_counters *c = &f->worker[0]->port[id];

	harness_skip_accounts(h);
	send_to_bob(10, 0);
	room = 10;
	harness_apply(h, CONFIG(""));
	flush_at(1);
	ck_assert_uint_eq(counter_read(&c->drop[DROP_tx_down]), 10);
	ck_assert_uint_eq(counter_read(&c->tx_frames), 0);
	ck_assert_uint_eq(room, 10);
}
END_TEST

/* A worker may miss a view, and the device of the next has the same number. */
START_TEST(frames_that_wait_do_not_leave_by_another_device)
{
	harness_skip_accounts(h);
	send_to_bob(10, 0);
	harness_apply(h, CONFIG(""));
	harness_apply(h, CONFIG("[port c]\ndevice = net_null8\nlan = l\n"
				"mac = 02:00:00:00:00:02\n"));
	ck_assert_uint_eq(egress_device(&runtime_port(f, "c")->egress), 1);
	if (_i == 1)
		send_to_bob(1, 0);
	flush_at(1);
	ck_assert_uint_eq(harness_sent(h, "c"), _i);
	ck_assert_uint_eq(lockstep_buffers_used(f), 0);
}
END_TEST

/* With more devices that have too little room than there are backlogs. */
START_TEST(without_a_backlog_frames_are_dropped_at_once)
{
	static char text[(BACKLOGS + 2) * 128];
	size_t n = (size_t)snprintf(text, sizeof(text), CONFIG(""));

	for (unsigned int i = 1; i <= BACKLOGS + 1; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "[port p%u]\ndevice = net_null%u\n"
				      "lan = l\nmac = 02:00:00:00:01:%02x\n",
				      i, i, i);
	begin_at(0, text);
	for (unsigned int i = 1; i <= BACKLOGS + 1; i++) {
		char name[8];

		snprintf(name, sizeof(name), "p%u", i);
		f->device[egress_device(&runtime_port(f, name)->egress)]
			->dev.tx = take_some;
	}
	harness_apply(h, text);
	for (unsigned int i = 1; i <= BACKLOGS + 1; i++)
		lockstep_frame(f, fabric_port_id(f, "a"),
			       harness_frame(h, ALICE,
					     UINT64_C(0x020000000100) + i,
					     0x0800, 60),
			       60, 60, false, 0);
	ck_assert_uint_eq(stats("p32").drop[DROP_tx_full], 0);
	ck_assert_uint_eq(stats("p33").drop[DROP_tx_full], 1);
	flush_at(LONG);
	ck_assert_uint_eq(stats("p32").drop[DROP_tx_full], 1);
}
END_TEST

/* There are few buffers for frames of control: no backlog holds one. */
START_TEST(frames_of_the_fabric_that_wait_hold_no_buffer_of_control)
{
	struct rte_mempool *made = f->worker[0]->made;
	uint16_t b = fabric_port_id(f, "b");
	struct outgoing_way way = { f->lan[0]->id, b, PORTS_MAX, b };
	uint8_t frame[60] = { 0 };

	for (unsigned int i = 0; i < 20; i++) {
		ck_assert(outgoing_send(f, way, frame, sizeof(frame)));
		worker_send_made(f->worker[0], f->view);
		worker_flush(f->worker[0], f->view);
	}
	ck_assert_uint_eq(rte_mempool_in_use_count(made), 0);
	expect(0, 1, 0);
	room = 100;
	flush_at(1);
	expect(19, 1, 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("backlog");
	TCase *tc = fixture_case(s, "shares", NULL);

	tcase_add_loop_test(tc, equal_senders_get_equal_shares_in_any_order, 0,
			    sizeof(alike) / sizeof(alike[0]));
	tcase_add_loop_test(tc, senders_of_all_workers_get_equal_shares, 0, 8);
	tcase_add_test(
		tc,
		one_sender_of_a_worker_does_not_get_what_many_of_another_share);
	tcase_add_test(tc, ports_of_one_tagged_device_get_equal_shares);
	tcase_add_loop_test(tc, a_sender_below_its_share_loses_nothing, 0, 6);
	tcase_add_test(tc, senders_at_several_rates_get_shares_by_max_and_min);
	tcase_add_test(tc,
		       senders_of_small_and_of_large_frames_get_equal_shares);
	tcase_add_loop_test(
		tc,
		a_slow_link_is_shared_by_workers_with_small_and_large_frames, 0,
		2);
	tcase_add_loop_test(
		tc, senders_of_little_lose_nothing_on_a_worker_of_their_own, 0,
		2);
	tcase_add_test(tc, a_worker_that_begins_is_where_the_others_are);
	tcase_add_test(tc, any_senders_get_their_shares);
	tc = fixture_case(s, "wait", setup);
	tcase_add_test(tc, frames_wait_for_a_device_that_soon_has_room);
	tcase_add_test(tc, no_more_frames_wait_than_are_budgeted);
	tcase_add_test(tc, no_frame_waits_for_a_device_that_stands_still);
	tcase_add_test(tc, an_idle_worker_still_counts_the_time);
	tcase_add_test(tc,
		       frames_that_wait_when_the_link_goes_down_are_dropped);
	tcase_add_test(tc, an_apply_costs_no_frame_that_waits);
	tcase_add_test(tc, frames_that_wait_for_a_port_that_goes_are_dropped);
	tcase_add_loop_test(tc, frames_that_wait_do_not_leave_by_another_device,
			    0, 2);
	tcase_add_test(tc, without_a_backlog_frames_are_dropped_at_once);
	tcase_add_test(
		tc, frames_of_the_fabric_that_wait_hold_no_buffer_of_control);
	return check_run(s);
}
