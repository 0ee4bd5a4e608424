/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Punts: records, with a frame or without, that a worker hands over to control,
 * here for a user of frames that registers itself.  What a port has no room for
 * is counted, costs other ports nothing, and loses no buffer.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "fabric/datapath/worker_report.h"
#include "fabric/device/mbufs.h"
#include "fabric/neigh/neigh_impl.h"
#include "fabric/runtime/punt.h"
#include "fabric/runtime/stats.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/message.h"

#define KIND  (enum punt_kind)(PUNT_KINDS - 1) /* of the user of frames */
#define WHOLE UINT32_MAX
#define LARGE 9014

#define MEMBERS                                                                \
	MESSAGE_LAN "profile = ixp-basic\nsponge = on\n" MESSAGE_PORT("a",     \
								      "1", "")
#define B MESSAGE_PORT("b", "2", "")

/* What the user has taken. */
static struct {
	unsigned int n;
	struct punt last;      /* its frame is freed by now */
	uint32_t copied;       /* octets of the last frame */
	uint8_t octets[LARGE]; /* these */
	uint32_t size[256];    /* of each record, in order */
	uint16_t port[256];
} taken;

static uint8_t frame[LARGE];

static void
take(struct fabric *fabric, struct port_rt *port, const struct punt *p)
{
	const void *from;

	ck_assert_ptr_eq(fabric->port[p->port], port);
	ck_assert_uint_lt(taken.n, 256);
	taken.size[taken.n] = p->size;
	taken.port[taken.n++] = p->port;
	taken.last = *p;
	taken.copied = p->frame->pkt_len;
	from = rte_pktmbuf_read(p->frame, 0, taken.copied, taken.octets);
	ck_assert_ptr_nonnull(from);
	if (from != taken.octets)
		memcpy(taken.octets, from, taken.copied);
}

static void
setup(void)
{
	memset(&taken, 0, sizeof(taken));
	for (unsigned int i = 0; i < LARGE; i++)
		frame[i] = (uint8_t)(i * 7 + i / 256);
	begin(MEMBERS B);
	punt_register(f, KIND, take);
}

/* The worker punts the first 'octets' of a frame of 'len' octets. */
static bool
punt(const char *port, uint32_t len, uint32_t octets)
{
	struct rte_mbuf *m = mbufs_make(f->pool, frame, len);
	struct punt p = { .kind = KIND, .flags = PUNT_OUT, .size = len };
	bool done = worker_punt_frame(f->worker[0],
				      f->view->port[fabric_port_id(f, port)],
				      &p, m, octets);

	rte_pktmbuf_free(m);
	return done;
}

static struct port_stats
stats(const char *port)
{
	struct port_stats s;

	stats_port(f, fabric_port_id(f, port), &s);
	return s;
}

/* The buffers of frames that are not in use. */
static unsigned int
spare(void)
{
	return rte_mempool_avail_count(f->worker[0]->punt_frames);
}

static const struct {
	uint32_t len, octets, copied;
} cuts[] = {
	{ 60, 128, 60 },       { 60, 60, 60 },        { 60, 1, 1 },
	{ 1514, 128, 128 },    { 1514, WHOLE, 1514 }, { LARGE, WHOLE, LARGE },
	{ LARGE, 3000, 3000 }, { LARGE, 14, 14 },
};

START_TEST(a_frame_arrives_whole_or_cut)
{
	unsigned int before = spare();

	ck_assert(punt("b", cuts[_i].len, cuts[_i].octets));
	ck_assert_uint_lt(spare(), before);
	ck_assert(punt_poll(f));
	ck_assert_uint_eq(taken.n, 1);
	ck_assert_uint_eq(taken.last.size, cuts[_i].len);
	ck_assert_uint_eq(taken.last.port, fabric_port_id(f, "b"));
	ck_assert_uint_eq(taken.last.flags, PUNT_OUT);
	ck_assert_uint_eq(taken.copied, cuts[_i].copied);
	ck_assert_mem_eq(taken.octets, frame, taken.copied);
	ck_assert_uint_eq(spare(), before);
	ck_assert(!punt_poll(f));
}
END_TEST

START_TEST(records_arrive_in_order)
{
	for (unsigned int i = 0; i < 90; i++)
		ck_assert(punt(i % 3 == 0 ? "b" : "a", 60 + i, 20));
	punt_poll(f);
	ck_assert_uint_eq(taken.n, 90);
	for (unsigned int i = 0; i < 90; i++) {
		ck_assert_uint_eq(taken.size[i], 60 + i);
		ck_assert_uint_eq(taken.port[i],
				  fabric_port_id(f, i % 3 == 0 ? "b" : "a"));
	}
}
END_TEST

/* Fills the ring with records of a port that does not exist. */
static void
fill_ring(void)
{
	struct punt no_port = { .port = PORTS_MAX - 1, .kind = KIND };

	while (rte_ring_sp_enqueue_elem(f->worker[0]->punts, &no_port,
					sizeof(no_port)) == 0)
		;
}

START_TEST(a_full_ring_is_counted_and_costs_no_buffer)
{
	unsigned int before = spare();

	fill_ring();
	ck_assert(!punt("a", 60, WHOLE));
	ck_assert_uint_eq(stats("a").punt_full, 1);
	ck_assert_uint_eq(spare(), before);
	punt_poll(f);
	ck_assert_uint_eq(taken.n, 0);
	ck_assert(punt("a", 60, WHOLE));
	punt_poll(f);
	ck_assert_uint_eq(taken.n, 1);
}
END_TEST

START_TEST(a_port_has_its_share_and_no_more)
{
	for (unsigned int i = 0; i < PUNT_SHARE; i++)
		ck_assert(punt("a", 60, WHOLE));
	ck_assert(!punt("a", 60, WHOLE));
	for (unsigned int i = 0; i < PUNT_SHARE; i++)
		ck_assert(punt("b", 60, WHOLE));
	ck_assert_uint_eq(stats("a").punt_full, 1);
	ck_assert_uint_eq(stats("b").punt_full, 0);
	punt_poll(f);
	ck_assert_uint_eq(taken.n, 2 * PUNT_SHARE);
	ck_assert(!punt("a", 60, WHOLE));
	/* A frame in step begins a share anew, as a millisecond does. */
	message_send(h, "b", message_request(2, message_ip(4, 1)));
	ck_assert(punt("a", 60, WHOLE));
	punt_poll(f);
}
END_TEST

/* A frame of LARGE octets takes five buffers. */
START_TEST(large_frames_use_up_the_share_of_their_port_alone)
{
	unsigned int before = spare(), n = 0;

	while (punt("a", LARGE, WHOLE))
		n++;
	ck_assert_uint_eq(n, PUNT_SHARE / 5);
	ck_assert_uint_eq(spare(), before - 5 * n);
	ck_assert(punt("b", LARGE, WHOLE));
	punt_poll(f);
	ck_assert_uint_eq(spare(), before);
}
END_TEST

START_TEST(an_empty_pool_costs_the_frames_of_punts_alone)
{
	struct rte_mempool *pool = f->worker[0]->punt_frames;
	unsigned int n = spare();
	struct rte_mbuf **all = calloc(n, sizeof(*all));
	struct punt p = { .kind = PUNT_ALIVE };

	ck_assert_int_eq(rte_pktmbuf_alloc_bulk(pool, all, n), 0);
	ck_assert(!punt("a", 60, WHOLE));
	ck_assert_uint_eq(stats("a").punt_full, 1);
	ck_assert(worker_punt(f->worker[0], f->view->port[0], &p));
	lockstep_frame(
		f, fabric_port_id(f, "a"),
		harness_frame(h, message_mac(1), message_mac(2), 0x0800, 60),
		60, 60, false, START);
	ck_assert_uint_eq(stats("b").tx_frames, 1);
	/* All of a frame of several buffers, or nothing of it. */
	rte_pktmbuf_free(all[--n]);
	ck_assert(!punt("a", LARGE, WHOLE));
	ck_assert_uint_eq(spare(), 1);
	ck_assert(punt("a", 60, WHOLE));
	rte_pktmbuf_free_bulk(all, n);
	free(all);
	punt_poll(f);
	ck_assert_uint_eq(taken.n, 1);
}
END_TEST

START_TEST(records_of_neigh_go_to_neigh)
{
	struct neigh *neigh = runtime_lan(f, "l")->neigh;

	ck_assert(punt("b", 60, WHOLE));
	message_send(h, "a", message_request(1, message_ip(4, 2)));
	ck_assert_uint_eq(neigh->counts.arp_requests, 1);
	ck_assert_uint_eq(taken.n, 1);
	fill_ring();
	message_send(h, "a", message_request(1, message_ip(4, 2)));
	ck_assert_uint_eq(neigh->counts.arp_requests, 1);
	ck_assert_uint_eq(stats("a").punt_full, 1);
}
END_TEST

START_TEST(the_frame_of_a_port_that_is_gone_is_freed)
{
	unsigned int before = spare();

	ck_assert(punt("b", 60, WHOLE));
	harness_apply(h, MEMBERS);
	punt_poll(f);
	ck_assert_uint_eq(taken.n, 0);
	ck_assert_uint_eq(spare(), before);
}
END_TEST

START_TEST(the_frame_of_a_kind_without_a_user_is_freed)
{
	unsigned int before = spare();

	punt_register(f, KIND, NULL);
	ck_assert(punt("b", 60, WHOLE));
	ck_assert(punt_poll(f));
	ck_assert_uint_eq(spare(), before);
}
END_TEST

START_TEST(a_trial_punts_nothing)
{
	struct trial trial = { 0 };
	struct punt p = { .kind = PUNT_ALIVE };

	f->worker[0]->trial = &trial;
	fill_ring();
	ck_assert(punt("a", 60, WHOLE));
	ck_assert(worker_punt(f->worker[0], f->view->port[0], &p));
	f->worker[0]->trial = NULL;
	punt_poll(f);
	ck_assert_uint_eq(taken.n, 0);
	ck_assert_uint_eq(stats("a").punt_full, 0);
}
END_TEST

#define RECORDS 20000
#define AHEAD   32 /* frames that the worker is ahead of control, at most */

static _Atomic uint32_t seen; /* written by control, read by the worker */
static _Atomic bool no_room;  /* the other way round */

static void
take_next(struct fabric *fabric, struct port_rt *port, const struct punt *p)
{
	uint32_t n = atomic_load_explicit(&seen, memory_order_relaxed);
	const uint8_t *octets = rte_pktmbuf_mtod(p->frame, const uint8_t *);

	(void)fabric;
	ck_assert_uint_eq(p->size, n);
	ck_assert_uint_eq(port->id, n % 2);
	ck_assert_uint_eq(p->frame->pkt_len, 20 + n % 40);
	for (unsigned int i = 0; i < p->frame->pkt_len; i++)
		ck_assert_uint_eq(octets[i], (uint8_t)n);
	atomic_store_explicit(&seen, n + 1, memory_order_release);
}

static void *
work(void *arg)
{
	struct worker *w = f->worker[0];
	struct rte_mbuf *m = arg;

	for (uint32_t n = 0; n < RECORDS; n++) {
		struct punt p = { .kind = KIND, .size = n };

		while (n - atomic_load_explicit(&seen, memory_order_acquire) >
		       AHEAD)
			sched_yield();
		memset(rte_pktmbuf_mtod(m, void *), (uint8_t)n, m->data_len);
		worker_refill_shares(w);
		if (!worker_punt_frame(w, f->view->port[n % 2], &p, m,
				       20 + n % 40)) {
			atomic_store(&no_room, true);
			break;
		}
	}
	return NULL;
}

START_TEST(control_takes_what_another_thread_punts)
{
	struct rte_mbuf *m = mbufs_make(f->pool, frame, 60);
	pthread_t thread;

	atomic_store(&seen, 0);
	atomic_store(&no_room, false);
	punt_register(f, KIND, take_next);
	ck_assert_int_eq(pthread_create(&thread, NULL, work, m), 0);
	while (atomic_load(&seen) < RECORDS && !atomic_load(&no_room))
		if (!punt_poll(f))
			sched_yield();
	pthread_join(thread, NULL);
	ck_assert(!atomic_load(&no_room));
	rte_pktmbuf_free(m);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("punt");
	TCase *tc = fixture_case(s, "punt", setup);

	tcase_add_loop_test(tc, a_frame_arrives_whole_or_cut, 0,
			    sizeof(cuts) / sizeof(cuts[0]));
	tcase_add_test(tc, records_arrive_in_order);
	tcase_add_test(tc, a_full_ring_is_counted_and_costs_no_buffer);
	tcase_add_test(tc, a_port_has_its_share_and_no_more);
	tcase_add_test(tc, large_frames_use_up_the_share_of_their_port_alone);
	tcase_add_test(tc, an_empty_pool_costs_the_frames_of_punts_alone);
	tcase_add_test(tc, records_of_neigh_go_to_neigh);
	tcase_add_test(tc, the_frame_of_a_port_that_is_gone_is_freed);
	tcase_add_test(tc, the_frame_of_a_kind_without_a_user_is_freed);
	tcase_add_test(tc, a_trial_punts_nothing);
	tcase_add_test(tc, control_takes_what_another_thread_punts);
	return check_run(s);
}
