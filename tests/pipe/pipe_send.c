/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Send: a frame that cannot leave is charged once to its egress port, and its
 * buffer is freed.
 */
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/copies.h"
#include "fabric/datapath/stage.h"
#include "fabric/datapath/stage_send.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/worker_pass.h"
#include "fabric/runtime/learn.h"
#include "fabric/runtime/outgoing.h"
#include "fabric/view/msg.h"
#include "lib/mac.h"
#include "lib/mactab.h"
#include "tests/pipe/fixture.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)

#define CONFIG                                                                 \
	"[lan l]\nprofile = open\n[lan m]\nprofile = open\n"                   \
	"[port a]\ndevice = net_null0\nlan = l\nmac = 02:00:00:00:00:01\n"     \
	"[port b]\ndevice = net_null1\nlan = l\nmac = 02:00:00:00:00:02\n"     \
	"[port c]\ndevice = net_null2\nlan = l\n"                              \
	"[port t]\nparent = c\ntag = 5\nlan = l\n"                             \
	"[port x]\ndevice = net_null3\nlan = m\n"

static void
setup(void)
{
	begin_at(0, CONFIG);
}

/* A device that takes one frame of each burst. */
static uint16_t
take_one(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	 uint16_t n)
{
	bool *full = d->arg;

	(void)queue;
	if (*full || n == 0)
		return 0;
	*full = true;
	rte_pktmbuf_free(pkt[0]);
	return 1;
}

/* Replaces the function by which the device of a port sends. */
static void
set_tx(const char *port, device_tx *tx, void *arg)
{
	struct device_rt *d =
		f->device[egress_device(&runtime_port(f, port)->egress)];

	d->dev.tx = tx;
	d->dev.arg = arg;
	harness_apply(h, CONFIG);
}

/* Devices that took nothing for this time have the frames for them dropped. */
static void
wait_in_vain(void)
{
	f->worker[0]->now += 10 * CLOCK_MILLISECOND;
	worker_flush(f->worker[0], f->view);
}

static uint64_t
drops(const char *port, enum drop why)
{
	struct port_stats s;

	stats_port(f, fabric_port_id(f, port), &s);
	return s.drop[why];
}

static uint64_t
sent(const char *port, uint64_t *bytes)
{
	struct port_stats s;

	stats_port(f, fabric_port_id(f, port), &s);
	*bytes = s.tx_bytes;
	return s.tx_frames;
}

START_TEST(frames_that_a_full_queue_does_not_take_are_dropped)
{
	const void *frame[3];
	uint32_t len[3] = { 60, 100, 200 };
	bool full = false;
	uint64_t bytes;

	set_tx("b", take_one, &full);
	for (unsigned int i = 0; i < 3; i++)
		frame[i] = harness_frame(h, ALICE, BOB, 0x0800, len[i]);
	lockstep_burst(f, fabric_port_id(f, "a"), 3, frame, len, 0);
	ck_assert_uint_eq(drops("b", DROP_tx_full), 0);
	wait_in_vain();
	ck_assert_uint_eq(drops("b", DROP_tx_full), 2);
	ck_assert_uint_eq(sent("b", &bytes), 1);
	ck_assert_uint_eq(bytes, 60);
	ck_assert_uint_eq(drops("a", DROP_tx_full), 0);
}
END_TEST

START_TEST(a_full_queue_of_several_ports_is_charged_to_each)
{
	const void *frame[2];
	uint32_t len[2] = { 60, 100 };
	bool full = false;
	uint64_t bytes;

	set_tx("c", take_one, &full);
	for (unsigned int i = 0; i < 2; i++)
		frame[i] =
			harness_frame(h, ALICE, MAC_BROADCAST, 0x0806, len[i]);
	lockstep_burst(f, fabric_port_id(f, "a"), 2, frame, len, 0);
	wait_in_vain();
	ck_assert_uint_eq(sent("c", &bytes), 1);
	ck_assert_uint_eq(bytes, 60);
	ck_assert_uint_eq(drops("c", DROP_tx_full), 1);
	ck_assert_uint_eq(drops("t", DROP_tx_full), 2);
	ck_assert_uint_eq(sent("t", &bytes), 0);
	ck_assert_uint_eq(sent("b", &bytes), 2);
}
END_TEST

/* Puts one frame of 'len' octets into the worker, as a device would. */
static struct burst *
load(const uint8_t *frame, uint32_t len)
{
	struct burst *b = f->worker[0]->rx;
	struct rte_mbuf *m = rte_pktmbuf_alloc(f->pool);

	memcpy(rte_pktmbuf_append(m, (uint16_t)len), frame, len);
	b->device = f->view->device[0];
	b->n = 1;
	b->pkt[0] = m;
	b->len[0] = len;
	b->bad = 0;
	return b;
}

START_TEST(frames_for_a_link_that_went_down_have_a_reason)
{
	uint16_t b = fabric_port_id(f, "b");
	uint64_t bytes;

	load(harness_frame(h, ALICE, BOB, 0x0800, 60), 60);
	worker_frames(f->worker[0], f->view, 0);
	lockstep_link(f, b, false);
	worker_flush(f->worker[0], f->view);
	ck_assert_uint_eq(drops("b", DROP_tx_down), 1);
	ck_assert_uint_eq(drops("b", DROP_tx_full), 0);
	ck_assert_uint_eq(sent("b", &bytes), 0);
}
END_TEST

START_TEST(a_stale_entry_does_not_lead_into_another_lan)
{
	uint16_t x = fabric_port_id(f, "x");
	uint64_t bytes;

	mactab_set(f->lan[0]->macs, 0x02000000000e, x, 0, 0);
	harness_send(h, "a",
		     harness_frame(h, ALICE, 0x02000000000e, 0x0800, 60), 60);
	ck_assert_uint_eq(drops("x", DROP_egress_vlan), 1);
	ck_assert_uint_eq(sent("x", &bytes), 0);
	mactab_remove(f->lan[0]->macs, 0x02000000000e);
}
END_TEST

/* Without admit and guard, so that only the check of send is left. */
START_TEST(link_protocols_do_not_leave_even_without_ingress_checks)
{
	struct worker *w = f->worker[0];
	struct burst *b =
		load(harness_frame(h, ALICE, 0x0180c2000002, 0x8809, 60), 60);
	uint64_t bytes;

	harness_skip_accounts(h);
	stage_parse(w, f->view, b);
	b->in = f->view->port[0];
	stage_forward(w, f->view, b);
	stage_send(w, f->view, b);
	worker_flush(w, f->view);
	ck_assert_uint_eq(drops("b", DROP_egress_ll), 1);
	ck_assert_uint_eq(drops("c", DROP_egress_ll), 1);
	ck_assert_uint_eq(drops("t", DROP_egress_ll), 1);
	ck_assert_uint_eq(drops("x", DROP_egress_ll), 0);
	ck_assert_uint_eq(sent("b", &bytes), 0);
}
END_TEST

START_TEST(a_flood_without_buffers_does_not_affect_unicast)
{
	struct rte_mempool *copies = f->worker[0]->copies;
	unsigned int n = rte_mempool_avail_count(copies);
	struct rte_mbuf **all = calloc(n, sizeof(*all));
	const uint8_t *flood =
		harness_frame(h, ALICE, MAC_BROADCAST, 0x0806, 60);
	const uint8_t *unicast = harness_frame(h, ALICE, BOB, 0x0800, 60);
	uint64_t bytes;

	ck_assert_int_eq(rte_pktmbuf_alloc_bulk(copies, all, n), 0);
	lockstep_frame(f, 0, flood, 60, 60, false, 0);
	ck_assert_uint_eq(drops("t", DROP_no_mbuf), 1);
	ck_assert_uint_eq(sent("t", &bytes), 0);
	ck_assert_uint_eq(sent("b", &bytes), 1);
	ck_assert_uint_eq(sent("c", &bytes), 1);
	lockstep_frame(f, 0, unicast, 60, 60, false, 0);
	ck_assert_uint_eq(sent("b", &bytes), 2);
	rte_pktmbuf_free_bulk(all, n);
	free(all);
}
END_TEST

/* A device that has sent all copies, and holds them until it is asked. */
static struct rte_mbuf **held;
static unsigned int nheld;

static void
let_go(const struct device *d, uint16_t queue)
{
	ck_assert_uint_eq(queue, 0);
	(void)d;
	rte_pktmbuf_free_bulk(held, nheld);
	nheld = 0;
}

START_TEST(copies_that_idle_devices_hold_come_back)
{
	struct rte_mempool *copies = f->worker[0]->copies;
	const uint8_t *flood =
		harness_frame(h, ALICE, MAC_BROADCAST, 0x0806, 60);
	struct device *idle =
		(struct device *)f->view->device[f->device[0]->id];
	uint64_t bytes;

	nheld = rte_mempool_avail_count(copies);
	held = calloc(nheld, sizeof(*held));
	ck_assert_int_eq(rte_pktmbuf_alloc_bulk(copies, held, nheld), 0);
	idle->reclaim = let_go;
	lockstep_frame(f, 0, flood, 60, 60, false, 0);
	ck_assert_uint_eq(drops("t", DROP_no_mbuf), 1);
	lockstep_frame(f, 0, flood, 60, 60, false, 0);
	ck_assert_uint_eq(drops("t", DROP_no_mbuf), 1);
	ck_assert_uint_eq(sent("t", &bytes), 1);
	/* It is not asked for more than that. */
	ck_assert_uint_eq(nheld, 0);
	ck_assert(!f->worker[0]->short_of_copies);
	free(held);
}
END_TEST

/*
 * The transmit queues of three real NICs whose members send PAUSE frames without
 * end, one untagged port on each and one tagged; and a victim of the same kind,
 * whose queue sends.
 */
#define QUEUE 1024
#define PAUSED                                                                 \
	"[lan l]\nprofile = open\n"                                            \
	"[port a]\ndevice = net_null0\nlan = l\nmac = 02:00:00:00:00:01\n"     \
	"[port p0]\ndevice = net_null1\nlan = l\n"                             \
	"[port p1]\ndevice = net_null2\nlan = l\n"                             \
	"[port p2]\ndevice = net_null3\nlan = l\n"                             \
	"[port t0]\nparent = p0\ntag = 5\nlan = l\n"                           \
	"[port t1]\nparent = p1\ntag = 5\nlan = l\n"                           \
	"[port t2]\nparent = p2\ntag = 5\nlan = l\n"                           \
	"[port v]\ndevice = net_null4\nlan = l\n"                              \
	"[port vt]\nparent = v\ntag = 5\nlan = l\n"

struct standing {
	unsigned int n;
	struct rte_mbuf *pkt[QUEUE];
};

static struct standing standing[3];

/* Takes frames while there are descriptors, and sends none. */
static uint16_t
stand_still(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	    uint16_t n)
{
	struct standing *s = d->arg;
	uint16_t done = 0;

	(void)queue;
	while (done < n && s->n < QUEUE)
		s->pkt[s->n++] = pkt[done++];
	return done;
}

static void
pause_queues(void)
{
	static const char *const port[] = { "p0", "p1", "p2" };

	begin_at(0, PAUSED);
	for (unsigned int i = 0; i < 3; i++) {
		struct device_rt *d = f->device[egress_device(
			&runtime_port(f, port[i])->egress)];

		standing[i].n = 0;
		d->dev.tx = stand_still;
		d->dev.arg = &standing[i];
		d->dev.holds = true;
	}
	f->device[egress_device(&runtime_port(f, "v")->egress)]->dev.holds =
		true;
	harness_apply(h, PAUSED);
	/* Frames do not leave in the order in which they are counted. */
	harness_skip_accounts(h);
}

static void
resume_queues(void)
{
	wait_in_vain();
	for (unsigned int i = 0; i < 3; i++)
		rte_pktmbuf_free_bulk(standing[i].pkt, standing[i].n);
}

START_TEST(queues_that_stand_still_leave_copies_for_others)
{
	const uint8_t *flood =
		harness_frame(h, ALICE, MAC_BROADCAST, 0x0806, 60);
	uint64_t bytes;

	for (unsigned int i = 0; i < 2 * QUEUE; i++)
		lockstep_frame(f, 0, flood, 60, 60, false, 0);
	ck_assert_uint_eq(drops("vt", DROP_no_mbuf), 0);
	ck_assert_uint_eq(sent("vt", &bytes), 2 * QUEUE);
	ck_assert_uint_eq(sent("v", &bytes), 2 * QUEUE);
	for (unsigned int i = 0; i < 3; i++) {
		const char *tagged[] = { "t0", "t1", "t2" };

		ck_assert_uint_gt(drops(tagged[i], DROP_no_mbuf), 0);
		ck_assert_uint_gt(standing[i].n, 0);
	}
	resume_queues();
}
END_TEST

/* A frame of control to a port, or to all, at the cost of that port. */
static bool
make_frame(uint16_t port)
{
	struct outgoing_way way = { f->lan[0]->id, port, PORTS_MAX, port };
	uint8_t frame[60] = { 0 };

	return outgoing_send(f, way, frame, sizeof(frame));
}

START_TEST(queues_that_stand_still_leave_buffers_for_the_fabric)
{
	uint16_t v = fabric_port_id(f, "v");
	uint64_t bytes;

	for (unsigned int i = 0; i < 4 * QUEUE; i++) {
		char name[] = { 'p', (char)('0' + i % 3), 0 };

		ck_assert(make_frame(fabric_port_id(f, name)));
		worker_send_made(f->worker[0], f->view);
		worker_flush(f->worker[0], f->view);
	}
	ck_assert(make_frame(v));
	ck_assert(make_frame(PORTS_MAX));
	worker_send_made(f->worker[0], f->view);
	worker_flush(f->worker[0], f->view);
	ck_assert_uint_eq(sent("v", &bytes), 2);
	ck_assert_uint_eq(sent("vt", &bytes), 1);
	resume_queues();
}
END_TEST

/* At most eight frames to a port; returns how many found room. */
static unsigned int
make_eight(const char *port)
{
	unsigned int made = 0;

	while (made < 8 && make_frame(fabric_port_id(f, port)))
		made++;
	return made;
}

START_TEST(ports_that_ask_without_end_leave_room_for_answers_to_others)
{
	const char *attacker[] = { "a", "p0", "p1", "p2", "t0", "t1", "t2" };
	unsigned int made[7] = { 0 };
	uint64_t bytes;

	for (unsigned int i = 0; i < 7 * OUTGOING_RING_SIZE; i++)
		made[i % 7] += make_frame(fabric_port_id(f, attacker[i % 7]));
	for (unsigned int i = 0; i < 7; i++) {
		ck_assert_uint_ge(made[i], OUTGOING_RING_SIZE / 9);
		ck_assert_uint_le(made[i], OUTGOING_RING_SIZE / 7);
		ck_assert(!make_frame(fabric_port_id(f, attacker[i])));
	}
	ck_assert_uint_eq(make_eight("v"), 8);
	/* Of the fabric itself, to all. */
	ck_assert(make_frame(PORTS_MAX));
	while (rte_ring_count(f->worker[0]->outgoing) != 0)
		worker_send_made(f->worker[0], f->view);
	worker_flush(f->worker[0], f->view);
	ck_assert_uint_eq(sent("v", &bytes), 8 + 1);
	/* And when the worker has taken them, all may ask again. */
	for (unsigned int i = 0; i < 7; i++)
		ck_assert_uint_eq(make_eight(attacker[i]), 8);
	while (rte_ring_count(f->worker[0]->outgoing) != 0)
		worker_send_made(f->worker[0], f->view);
	worker_flush(f->worker[0], f->view);
	resume_queues();
}
END_TEST

START_TEST(copies_are_counted_until_they_are_freed)
{
	uint16_t device = egress_device(&runtime_port(f, "p0")->egress);
	struct rte_mempool *copies = f->worker[0]->copies;
	const uint8_t *flood =
		harness_frame(h, ALICE, MAC_BROADCAST, 0x0806, 60);

	lockstep_frame(f, 0, flood, 60, 60, false, 0);
	ck_assert_uint_eq(copies_held(copies, device), 1);
	lockstep_frame(f, 0, flood, 60, 60, false, 0);
	ck_assert_uint_eq(copies_held(copies, device), 2);
	resume_queues();
	ck_assert_uint_eq(copies_held(copies, device), 0);
	ck_assert_uint_eq(rte_mempool_in_use_count(copies), 0);
}
END_TEST

static uint64_t
learn_missed(const char *port)
{
	struct port_stats s;

	stats_port(f, fabric_port_id(f, port), &s);
	return s.learn_missed;
}

/* One frame from a new address, at 'now', and no turn of control. */
static void
send_from(uint64_t mac, uint64_t now)
{
	load(harness_frame(h, mac, BOB, 0x0800, 60), 60);
	worker_frames(f->worker[0], f->view, now);
	worker_flush(f->worker[0], f->view);
}

START_TEST(a_port_has_no_more_than_its_share_of_learning)
{
	const unsigned int share = LEARN_SHARE;
	uint64_t mac = UINT64_C(0x020000100000);

	for (unsigned int i = 0; i < share; i++)
		send_from(mac++, 0);
	ck_assert_uint_eq(learn_missed("a"), 0);
	send_from(mac++, 0);
	send_from(mac++, CLOCK_MILLISECOND - 1);
	ck_assert_uint_eq(learn_missed("a"), 2);
	send_from(mac++, CLOCK_MILLISECOND);
	ck_assert_uint_eq(learn_missed("a"), 2);
	ck_assert_uint_eq(learn_poll(f), share + 1);
}
END_TEST

/* A frame in several buffers, to a device that sends only whole ones. */
START_TEST(a_chain_is_joined_for_a_device_that_needs_it)
{
	uint8_t *frame = harness_frame(h, ALICE, BOB, 0x0800, 9014);
	struct device_rt *d = f->device[egress_device(&f->port[1]->egress)];

	harness_send(h, "a", frame, 9014);
	harness_expect_out(h, "b");
	d->dev.multi_segs = false;
	harness_apply(h, CONFIG);
	harness_send(h, "a", frame, 9014);
	/* The pool of copies here has room for 2,048 octets. */
	ck_assert_uint_eq(drops("b", DROP_no_mbuf), 1);
	harness_send(h, "a", frame, 1514);
	harness_expect_out(h, "b");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("send");
	TCase *tc = fixture_case(s, "send", setup);

	tcase_add_test(tc, frames_that_a_full_queue_does_not_take_are_dropped);
	tcase_add_test(tc, a_full_queue_of_several_ports_is_charged_to_each);
	tcase_add_test(tc, frames_for_a_link_that_went_down_have_a_reason);
	tcase_add_test(tc, a_stale_entry_does_not_lead_into_another_lan);
	tcase_add_test(tc,
		       link_protocols_do_not_leave_even_without_ingress_checks);
	tcase_add_test(tc, a_flood_without_buffers_does_not_affect_unicast);
	tcase_add_test(tc, copies_that_idle_devices_hold_come_back);
	tcase_add_test(tc, a_port_has_no_more_than_its_share_of_learning);
	tcase_add_test(tc, a_chain_is_joined_for_a_device_that_needs_it);
	tc = fixture_case(s, "pause", pause_queues);
	tcase_add_test(tc, queues_that_stand_still_leave_copies_for_others);
	tcase_add_test(tc,
		       queues_that_stand_still_leave_buffers_for_the_fabric);
	tcase_add_test(
		tc,
		ports_that_ask_without_end_leave_room_for_answers_to_others);
	tcase_add_test(tc, copies_are_counted_until_they_are_freed);
	return check_run(s);
}
