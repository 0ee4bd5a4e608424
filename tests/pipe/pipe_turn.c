/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A turn of a worker: what its rounds leave in the transmit buffers is sent together,
 * and none of it late.  Devices here give a frame the time at which it is received,
 * and look how old it is when it leaves; the clock moves with each look at it.
 */
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

#include "fabric/datapath/worker_turn.h"
#include "fabric/device/mbufs.h"
#include "tests/pipe/fixture.h"

#define QUEUES 64
#define FRAME  60

/* No frame is to wait longer, in ns. */
#define LATE 20000

static struct {
	uint64_t now, step; /* each look at the clock takes one */
	struct view *view;  /* of devices of the test */
	struct device device[2];
	struct rxq rxq[QUEUES];

	unsigned int gives; /* frames of each queue at each call, */
	uint64_t calls;     /* for so many calls */
	unsigned int sent, sends;
	uint64_t oldest;
} t;

static uint64_t
fake_clock(const void *arg)
{
	(void)arg;
	return t.now += t.step;
}

static uint16_t
give(const struct device *d, uint16_t queue, struct rte_mbuf **pkt, uint16_t n)
{
	static const uint8_t head[2][14] = {
		{ 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0 },
		{ 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0 },
	};

	(void)queue;
	if (t.calls == 0)
		return 0;
	t.calls--;
	n = RTE_MIN(n, (uint16_t)t.gives);
	for (unsigned int i = 0; i < n; i++) {
		uint8_t frame[FRAME] = { 0 };

		memcpy(frame, head[d == &t.device[1]], sizeof(head[0]));
		memcpy(frame + FRAME - sizeof(t.now), &t.now, sizeof(t.now));
		pkt[i] = mbufs_make(f->pool, frame, FRAME);
		ck_assert_ptr_nonnull(pkt[i]);
	}
	return n;
}

static uint16_t
take(const struct device *d, uint16_t queue, struct rte_mbuf **pkt, uint16_t n)
{
	(void)d, (void)queue;
	for (unsigned int i = 0; i < n; i++) {
		uint64_t born;

		memcpy(&born,
		       rte_pktmbuf_mtod_offset(pkt[i], const void *,
					       FRAME - sizeof(born)),
		       sizeof(born));
		t.oldest = RTE_MAX(t.oldest, t.now - born);
		rte_pktmbuf_free(pkt[i]);
	}
	t.sent += n;
	t.sends++;
	return n;
}

/* A view like that of the fabric, with 'n' receive queues of two devices. */
static void
queues(unsigned int n)
{
	size_t size = sizeof(struct view) + sizeof(t.view->worker[0]);

	free(t.view);
	memset(&t, 0, sizeof(t));
	t.view = malloc(size);
	memcpy(t.view, f->view, size);
	for (unsigned int i = 0; i < 2; i++) {
		t.device[i] = *f->view->device[i];
		t.device[i].rx = give;
		t.device[i].tx = take;
		t.device[i].collects = true;
		t.view->device[i] = &t.device[i];
	}
	for (unsigned int i = 0; i < n; i++)
		t.rxq[i].device = &t.device[i % 2];
	t.view->worker[0].n = n;
	t.view->worker[0].rxq = t.rxq;
}

static unsigned int
turn(void)
{
	return worker_turn(f->worker[0], t.view, fake_clock, NULL);
}

static void
setup(void)
{
	begin_at(0, "[lan l]\nprofile = open\n"
		    "[port a]\ndevice = net_null0\nlan = l\n"
		    "mac = 02:00:00:00:00:01\n"
		    "[port b]\ndevice = net_null1\nlan = l\n"
		    "mac = 02:00:00:00:00:02\n");
}

START_TEST(what_is_left_is_sent_at_once_when_nothing_comes)
{
	queues(2);
	t.gives = 3;
	t.calls = 2;
	t.step = 100;
	ck_assert_uint_eq(turn(), 6);
	ck_assert_uint_eq(t.sent, 6);
	ck_assert_uint_eq(f->worker[0]->ndirty, 0);
	/* The round in which they came, and an empty one. */
	ck_assert_uint_le(t.oldest, 4 * t.step);
}
END_TEST

START_TEST(under_load_frames_are_sent_together)
{
	queues(2);
	t.gives = 1;
	t.calls = 60;
	t.step = 10;
	ck_assert_uint_eq(turn(), 60);
	ck_assert_uint_eq(t.sent, 60);
	ck_assert_uint_eq(t.sends, 2);
}
END_TEST

START_TEST(a_device_that_sends_without_system_calls_sends_each_round)
{
	queues(2);
	t.device[0].collects = t.device[1].collects = false;
	t.gives = 1;
	t.calls = 60;
	t.step = 10;
	ck_assert_uint_eq(turn(), 2);
	ck_assert_uint_eq(t.sent, 2);
}
END_TEST

START_TEST(a_full_buffer_is_sent_before_the_turn_ends)
{
	queues(2);
	t.gives = 32;
	t.calls = 12;
	t.step = 10;
	ck_assert_uint_eq(turn(), TURN_ENOUGH);
	ck_assert_uint_eq(t.sent, TURN_ENOUGH);
	ck_assert_uint_eq(t.sends, TURN_ENOUGH / TXBUF_SIZE);
}
END_TEST

START_TEST(a_turn_ends_while_frames_go_on_coming)
{
	uint64_t begun;

	queues(2);
	t.gives = 1;
	t.calls = UINT64_MAX;
	t.step = 100;
	for (unsigned int i = 0; i < 100; i++) {
		begun = t.now;
		ck_assert_uint_gt(turn(), 0);
		ck_assert_uint_le(t.now - begun, TURN_NS + 4 * t.step);
		ck_assert_uint_eq(f->worker[0]->ndirty, 0);
	}
	ck_assert_uint_le(t.oldest, LATE);
}
END_TEST

START_TEST(a_turn_ends_while_the_clock_stands_still)
{
	queues(2);
	t.gives = 1;
	t.calls = UINT64_MAX;
	ck_assert_uint_eq(turn(), TURN_ENOUGH);
	ck_assert_uint_eq(t.sent, TURN_ENOUGH);
}
END_TEST

/* A round takes longer than a frame may wait. */
START_TEST(among_many_queues_frames_are_sent_within_the_round)
{
	queues(QUEUES);
	t.gives = 1;
	t.calls = 100 * QUEUES;
	t.step = 1000;
	for (unsigned int i = 0; i < 100; i++)
		turn();
	ck_assert_uint_eq(t.sent, 100 * QUEUES);
	ck_assert_uint_gt(t.oldest, TURN_LATE);
	ck_assert_uint_le(t.oldest, LATE);
}
END_TEST

START_TEST(no_frame_waits_longer_than_20_us)
{
	srand(11);
	for (unsigned int i = 0; i < 400; i++) {
		queues(1 + (unsigned int)rand() % QUEUES);
		/* A burst takes less than what is left of the 20. */
		t.step = 1 + (uint64_t)rand() % (LATE - TURN_LATE) / 2;
		for (unsigned int k = 0; k < 10; k++) {
			t.gives = 1 + (unsigned int)rand() % 32;
			t.calls = (uint64_t)rand() % (3 * QUEUES);
			turn();
			ck_assert_uint_le(t.oldest, LATE);
			ck_assert_uint_eq(f->worker[0]->ndirty, 0);
		}
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("turn");
	TCase *c = fixture_case(s, "turn", setup);

	tcase_add_test(c, what_is_left_is_sent_at_once_when_nothing_comes);
	tcase_add_test(c, under_load_frames_are_sent_together);
	tcase_add_test(
		c, a_device_that_sends_without_system_calls_sends_each_round);
	tcase_add_test(c, a_full_buffer_is_sent_before_the_turn_ends);
	tcase_add_test(c, a_turn_ends_while_frames_go_on_coming);
	tcase_add_test(c, a_turn_ends_while_the_clock_stands_still);
	tcase_add_test(c, among_many_queues_frames_are_sent_within_the_round);
	tcase_add_test(c, no_frame_waits_longer_than_20_us);
	return check_run(s);
}
