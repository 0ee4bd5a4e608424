/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The source and the sink of ixbench on net_null devices, without a fabric: the test
 * takes the place of the worker.
 */
#include "fabric/bench/source.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "fabric/bench/measure.h"
#include "lib/frame.h"
#include "tests/check_run.h"

#define PORTS  4
#define MACS   42 /* 11, 11, 10, 10 */
#define BURST  32
#define BUFFER 2048

static struct rte_mempool *pool;
static uint16_t ethdev[PORTS];

static void
open_port(unsigned int i)
{
	struct rte_eth_conf conf = { 0 };
	char name[32];

	snprintf(name, sizeof(name), "net_null%u", i);
	ck_assert_int_eq(rte_vdev_init(name, "no-rx=1"), 0);
	ck_assert_int_eq(rte_eth_dev_get_port_by_name(name, &ethdev[i]), 0);
	ck_assert_int_eq(rte_eth_dev_configure(ethdev[i], 2, 2, &conf), 0);
	for (uint16_t q = 0; q < 2; q++) {
		ck_assert_int_eq(
			rte_eth_rx_queue_setup(ethdev[i], q, 64, 0, NULL, pool),
			0);
		ck_assert_int_eq(
			rte_eth_tx_queue_setup(ethdev[i], q, 64, 0, NULL), 0);
	}
	ck_assert_int_eq(rte_eth_dev_start(ethdev[i]), 0);
}

static const struct source_traffic traffic = {
	.ports = PORTS, .macs = MACS, .frame = 64, .ipv6 = true, .seed = 1
};

static void
begin(void)
{
	char *argv[] = { (char[]){ "test" },
			 (char[]){ "--no-huge" },
			 (char[]){ "-m" },
			 (char[]){ "256" },
			 (char[]){ "--no-shconf" },
			 (char[]){ "--no-pci" },
			 (char[]){ "--no-telemetry" },
			 (char[]){ "--log-level=warning" },
			 NULL };

	ck_assert_int_ge(rte_eal_init(8, argv), 0);
	pool = rte_pktmbuf_pool_create("frames", 8191, 64, 0,
				       BUFFER + RTE_PKTMBUF_HEADROOM,
				       SOCKET_ID_ANY);
	ck_assert_ptr_nonnull(pool);
	for (unsigned int i = 0; i < PORTS; i++)
		open_port(i);
	ck_assert_uint_eq(source_ports(), PORTS);
	ck_assert(source_set(&traffic));
}

static uint16_t
receive(unsigned int port, uint16_t queue, struct rte_mbuf **pkt)
{
	return rte_eth_rx_burst(ethdev[port], queue, pkt, BURST);
}

static uint64_t
read_mac(const uint8_t *p)
{
	uint64_t n = 0;

	memcpy(&n, p, 6);
	return be64toh(n) >> 16;
}

static const uint8_t *
frame_of(const struct rte_mbuf *m)
{
	return rte_pktmbuf_mtod(m, const uint8_t *);
}

/* Port and row of an address; fails if no port has it. */
static unsigned int
port_of(uint64_t mac, uint32_t *row)
{
	for (unsigned int port = 0; port < PORTS; port++)
		for (*row = 0; *row < source_rows(&traffic, port); ++*row)
			if (source_mac(port, *row) == mac)
				return port;
	ck_abort_msg("no port has %012llx", (unsigned long long)mac);
	return 0;
}

static void
check_packet(const struct rte_mbuf *m, unsigned int port)
{
	const uint8_t *ip = frame_of(m) + FRAME_HEADER;
	uint32_t sum = 0;

	ck_assert_uint_eq(m->pkt_len, 60);
	ck_assert_uint_eq(m->data_len, 60);
	ck_assert_uint_eq(m->nb_segs, 1);
	ck_assert_uint_eq(m->port, ethdev[port]);
	if (frame_read16(frame_of(m) + 12) == FRAME_IPV6) {
		ck_assert_uint_eq(ip[0], 0x60);
		ck_assert_uint_eq(frame_read16(ip + 4), 60 - 14 - 40);
		return;
	}
	ck_assert_uint_eq(frame_read16(frame_of(m) + 12), FRAME_IPV4);
	ck_assert_uint_eq(ip[0], 0x45);
	ck_assert_uint_eq(frame_read16(ip + 2), 60 - 14);
	for (unsigned int i = 0; i < 20; i += 2)
		sum += frame_read16(ip + i);
	ck_assert_uint_eq((sum & 0xffff) + (sum >> 16), 0xffff);
}

static uint64_t
sum_sent(void)
{
	struct measure_sums s;

	measure_sums(&s);
	return s.sent;
}

/*
 * Every address is drawn as source and as destination, by its own port and never
 * to it, in both families of packets.
 */
START_TEST(frames_go_from_each_address_to_each_of_other_ports)
{
	unsigned int from[PORTS][11] = { 0 }, to[PORTS][11] = { 0 };
	unsigned int ipv6 = 0, n = 0;
	struct rte_mbuf *pkt[BURST];
	uint32_t row;

	begin();
	ck_assert_uint_eq(receive(0, 0, pkt), 0);
	source_start();
	for (unsigned int i = 0; i < 400; i++) {
		unsigned int port = i % PORTS;
		uint16_t got = receive(port, (uint16_t)(i / PORTS % 2), pkt);

		ck_assert_uint_eq(got, BURST);
		for (unsigned int k = 0; k < got; k++, n++) {
			const uint8_t *frame = frame_of(pkt[k]);
			unsigned int dst = port_of(read_mac(frame), &row);

			check_packet(pkt[k], port);
			ck_assert_uint_ne(dst, port);
			to[dst][row]++;
			ck_assert_uint_eq(port_of(read_mac(frame + 6), &row),
					  port);
			from[port][row]++;
			ipv6 += frame_read16(frame + 12) == FRAME_IPV6;
		}
		rte_pktmbuf_free_bulk(pkt, got);
	}
	ck_assert_uint_eq(sum_sent(), n);
	ck_assert(ipv6 > n / 6 && ipv6 < n / 2);
	for (unsigned int i = 0; i < PORTS; i++)
		for (row = 0; row < source_rows(&traffic, i); row++) {
			ck_assert_uint_gt(from[i][row], n / MACS / 2);
			ck_assert_uint_gt(to[i][row], n / MACS / 2);
		}
}
END_TEST

START_TEST(in_pairs_each_port_sends_to_one)
{
	struct source_traffic pairs = traffic;
	struct rte_mbuf *pkt[BURST];
	uint32_t row;

	begin();
	pairs.pairs = true;
	ck_assert(source_set(&pairs));
	source_start();
	for (unsigned int port = 0; port < PORTS; port++) {
		ck_assert_uint_eq(receive(port, 0, pkt), BURST);
		for (unsigned int k = 0; k < BURST; k++)
			ck_assert_uint_eq(
				port_of(read_mac(frame_of(pkt[k])), &row),
				port ^ 1);
	}
}
END_TEST

START_TEST(each_address_is_taught_in_turn)
{
	struct rte_mbuf *pkt[BURST];
	unsigned int seen[11] = { 0 };
	uint32_t row;

	begin();
	source_teach();
	ck_assert_uint_eq(receive(1, 0, pkt), BURST);
	for (unsigned int i = 0; i < 22; i++) {
		const uint8_t *frame = frame_of(pkt[i]);

		ck_assert_uint_eq(port_of(read_mac(frame + 6), &row), 1);
		seen[row]++;
	}
	for (unsigned int i = 0; i < 11; i++)
		ck_assert_uint_eq(seen[i], 2);
	source_stop();
	ck_assert_uint_eq(receive(1, 0, pkt), 0);
}
END_TEST

/* Frames for the port, one for another port, one broadcast. */
START_TEST(the_sink_tells_what_is_not_for_its_port)
{
	struct rte_mbuf *pkt[BURST];
	struct source_counts c;
	uint8_t *frame;

	begin();
	source_start();
	ck_assert_uint_eq(receive(0, 0, pkt), BURST);
	for (unsigned int i = 0; i < BURST; i++) {
		uint64_t mac = htobe64(source_mac(i == 7 ? 2 : 3, 1) << 16);

		memcpy(rte_pktmbuf_mtod(pkt[i], uint8_t *), &mac, 6);
	}
	frame = rte_pktmbuf_mtod(pkt[9], uint8_t *);
	memset(frame, 0xff, 6);
	ck_assert_uint_eq(rte_eth_tx_burst(ethdev[3], 1, pkt, BURST), BURST);
	source_count(3, &c);
	ck_assert_uint_eq(c.received, BURST);
	ck_assert_uint_eq(c.bad, 1);
	ck_assert_uint_eq(c.groups, 1);
	ck_assert_uint_eq(rte_mempool_in_use_count(pool), 0);
}
END_TEST

/* A flood has one buffer for several ports, and a chain several buffers. */
START_TEST(the_sink_gives_back_every_buffer_once)
{
	struct rte_mbuf *pkt[BURST], *more;

	begin();
	source_start();
	ck_assert_uint_eq(receive(0, 0, pkt), BURST);
	more = rte_pktmbuf_alloc(pool);
	ck_assert_int_eq(rte_pktmbuf_chain(pkt[1], more), 0);
	rte_mbuf_refcnt_update(pkt[2], 1);
	ck_assert_uint_eq(rte_eth_tx_burst(ethdev[1], 0, pkt, BURST), BURST);
	ck_assert_uint_eq(rte_mempool_in_use_count(pool), 1);
	ck_assert_uint_eq(rte_eth_tx_burst(ethdev[2], 0, &pkt[2], 1), 1);
	ck_assert_uint_eq(rte_mempool_in_use_count(pool), 0);
}
END_TEST

/* Lets 'ms' milliseconds pass; the source knows no clock but the TSC. */
static void
spin(unsigned int ms)
{
	uint64_t end = rte_rdtsc() + rte_get_tsc_hz() / 1000 * ms;

	while (rte_rdtsc() < end)
		continue;
}

/*
 * At two million a second on two queues: what was sent and missed is what was due,
 * and of a queue that nothing was taken from for 5 ms no more than 'depth' frames
 * are left.
 */
START_TEST(a_rate_is_kept_and_a_full_queue_misses_frames)
{
	const struct source_port asked = { .rate = 2e6, .depth = 100 };
	struct rte_mbuf *pkt[BURST];
	struct source_counts c;
	uint64_t before, started, least, most;
	uint16_t got;

	begin();
	source_port_set(0, &asked);
	before = rte_rdtsc();
	source_start();
	started = rte_rdtsc();
	spin(5);
	for (unsigned int i = 0; i < 3; i++)
		ck_assert_uint_eq(receive(0, 0, pkt), BURST);
	for (unsigned int i = 0; i < 1000; i++) {
		least = rte_rdtsc();
		got = receive(0, 0, pkt);
		most = rte_rdtsc();
		rte_pktmbuf_free_bulk(pkt, got);
	}
	source_count(0, &c);
	ck_assert_uint_gt(c.missed, 4800);
	if (got == BURST)
		return; /* this machine stood still: more frames wait */
	least = (least - started) * 1000000 / rte_get_tsc_hz();
	most = (most - before) * 1000000 / rte_get_tsc_hz();
	ck_assert_uint_ge(c.sent + c.missed, least);
	ck_assert_uint_le(c.sent + c.missed, most + 1);
}
END_TEST

START_TEST(a_list_is_sent_once_in_order_by_one_queue)
{
	const struct source_pair pair[] = {
		{ UINT64_C(0xffffffffffff), UINT64_C(0x021122334455) },
		{ UINT64_C(0x020000000001), UINT64_C(0x021122334456) },
		{ UINT64_C(0x020000000002), UINT64_C(0x021122334457) },
	};
	struct source_port asked = { .pair = pair, .npairs = 3, .once = true };
	struct rte_mbuf *pkt[BURST];

	begin();
	source_port_set(2, &asked);
	source_start();
	ck_assert_uint_eq(receive(2, 1, pkt), 0);
	ck_assert_uint_eq(receive(2, 0, pkt), 3);
	for (unsigned int i = 0; i < 3; i++) {
		ck_assert_uint_eq(read_mac(frame_of(pkt[i])), pair[i].dst);
		ck_assert_uint_eq(read_mac(frame_of(pkt[i]) + 6), pair[i].src);
	}
	ck_assert_uint_eq(receive(2, 0, pkt), 0);
	source_stop();
	asked.once = false;
	source_port_set(2, &asked);
	source_start();
	ck_assert_uint_eq(receive(2, 0, pkt), BURST);
	ck_assert_uint_eq(read_mac(frame_of(pkt[4]) + 6), pair[1].src);
}
END_TEST

START_TEST(a_number_of_frames_is_sent_and_no_more)
{
	/* As fast as they are taken, and at a rate of which most are missed. */
	const struct source_port asked = { .rate = _i == 0 ? 0 : 1e9,
					   .count = 301 };
	struct rte_mbuf *pkt[BURST];
	struct source_counts c;
	unsigned int n = 0;

	begin();
	source_port_set(0, &asked);
	source_start();
	spin(1);
	for (unsigned int i = 0; i < 40; i++) {
		uint16_t got = receive(0, (uint16_t)(i % 2), pkt);

		n += got;
		rte_pktmbuf_free_bulk(pkt, got);
	}
	source_count(0, &c);
	ck_assert_uint_eq(c.sent, n);
	ck_assert_uint_eq(c.sent + c.missed, 301);
	ck_assert((c.missed == 0) == (_i == 0));
}
END_TEST

START_TEST(frames_of_two_sizes_come_in_turn_from_the_queue_of_the_list)
{
	const struct source_pair pair = { source_mac(3, 1), source_mac(2, 4) };
	uint64_t before, sent_at = 0;
	const struct source_port asked = { .pair = &pair,
					   .npairs = 1,
					   .queue = 1,
					   .sent_at = &sent_at,
					   .frame = { 64, 1500 } };
	struct rte_mbuf *pkt[BURST];

	begin();
	source_port_set(2, &asked);
	before = rte_rdtsc();
	source_start();
	ck_assert_uint_eq(receive(2, 0, pkt), 0);
	ck_assert_uint_eq(receive(2, 1, pkt), BURST);
	for (unsigned int i = 0; i < BURST; i++) {
		unsigned int len = i % 2 == 0 ? 60 : 1496;

		ck_assert_uint_eq(pkt[i]->pkt_len, len);
		ck_assert_uint_eq(pkt[i]->data_len, len);
		ck_assert_uint_eq(frame_read16(frame_of(pkt[i]) + 16),
				  len - FRAME_HEADER);
		ck_assert_uint_eq(read_mac(frame_of(pkt[i])), pair.dst);
	}
	ck_assert(sent_at > before && sent_at <= rte_rdtsc());
}
END_TEST

/* Floods of frames to two rows of port 3 come out of port 1, and others do. */
START_TEST(the_sink_notes_when_a_row_was_last_flooded)
{
	_Atomic uint64_t at[10] = { 0 };
	const struct sink_port asked = { .origins = true,
					 .flooded_at = at,
					 .flooded = 3,
					 .flooded_rows = 10 };
	const struct source_pair pair[] = {
		{ source_mac(3, 9), source_mac(0, 2) },
		{ source_mac(1, 7), source_mac(0, 2) },
		{ source_mac(2, 8), source_mac(0, 2) },
		{ UINT64_C(0xffffffffffff), source_mac(0, 2) },
	};
	const struct source_port list = { .pair = pair,
					  .npairs = 4,
					  .once = true };
	struct rte_mbuf *pkt[BURST];
	struct source_counts c;

	begin();
	source_port_set(0, &list);
	ck_assert(sink_port_set(1, &asked));
	source_start();
	ck_assert_uint_eq(receive(0, 0, pkt), 4);
	ck_assert_uint_eq(rte_eth_tx_burst(ethdev[1], 0, pkt, 4), 4);
	for (unsigned int i = 0; i < 10; i++)
		ck_assert((at[i] != 0) == (i == 9));
	source_count(1, &c);
	ck_assert_uint_eq(c.from[0], 4);
	ck_assert_uint_eq(c.octets[0], 240);
}
END_TEST

static uint64_t
latencies(unsigned int port, uint64_t from, uint64_t to)
{
	static uint64_t bucket[SOURCE_BUCKETS];
	uint64_t n = 0;

	memset(bucket, 0, sizeof(bucket));
	source_latency(port, bucket);
	for (unsigned int i = 0; i < SOURCE_BUCKETS; i++)
		if (source_bucket_cycles(i) >= from &&
		    source_bucket_cycles(i) < to)
			n += bucket[i];
	return n;
}

/* Of 1,000 octets: the link, which both queues share, takes 4.096 us for each. */
START_TEST(a_link_takes_its_rate_and_adds_to_the_latency)
{
	const struct source_port stamped = { .stamp = true };
	const struct sink_port link = {
		.rate = 2e9, .depth = 16, .latency = true, .origins = true
	};
	struct source_traffic large = traffic;
	uint64_t us = rte_get_tsc_hz() / 1000000;
	struct rte_mbuf *pkt[BURST];
	struct source_counts c;
	uint16_t taken;

	begin();
	us = rte_get_tsc_hz() / 1000000;
	large.frame = 1004;
	ck_assert(source_set(&large));
	source_port_set(0, &stamped);
	ck_assert(sink_port_set(1, &link));
	source_start();
	ck_assert_uint_eq(receive(0, 0, pkt), BURST);
	ck_assert_uint_eq(pkt[0]->pkt_len, 1000);
	taken = rte_eth_tx_burst(ethdev[1], 0, pkt, BURST);
	ck_assert_uint_eq(taken, 16);
	ck_assert_uint_eq(rte_eth_tx_burst(ethdev[1], 1, pkt + 16, 4), 4);
	source_count(1, &c);
	ck_assert_uint_eq(c.refused, 16);
	ck_assert_uint_eq(c.received, 20);
	ck_assert_uint_eq(c.from[0], 20);
	ck_assert_uint_eq(c.from[2], 0);
	/* No frame has left sooner than the link takes for it. */
	ck_assert_uint_eq(latencies(1, 0, 3 * us), 0);
	ck_assert_uint_eq(latencies(1, 3 * us, UINT64_MAX), 20);
	/* The frames of the second queue come behind those of the first. */
	ck_assert_uint_ge(latencies(1, 60 * us, UINT64_MAX), 4);
	spin(1);
	ck_assert_uint_eq(rte_eth_tx_burst(ethdev[1], 0, pkt + 20, 12), 12);
}
END_TEST

START_TEST(buckets_are_narrow_and_in_order)
{
	for (unsigned int i = 1; i < SOURCE_BUCKETS; i++) {
		uint64_t last = source_bucket_cycles(i - 1);
		uint64_t here = source_bucket_cycles(i);

		ck_assert_uint_gt(here, last);
		ck_assert_uint_le(32 * (here - last), last + 32);
	}
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("source");
	TCase *t = tcase_create("frames");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, frames_go_from_each_address_to_each_of_other_ports);
	tcase_add_test(t, in_pairs_each_port_sends_to_one);
	tcase_add_test(t, each_address_is_taught_in_turn);
	tcase_add_test(t, the_sink_tells_what_is_not_for_its_port);
	tcase_add_test(t, the_sink_gives_back_every_buffer_once);
	suite_add_tcase(s, t);
	t = tcase_create("asked");
	tcase_set_timeout(t, 60);
	tcase_add_test(t, a_rate_is_kept_and_a_full_queue_misses_frames);
	tcase_add_test(t, a_list_is_sent_once_in_order_by_one_queue);
	tcase_add_loop_test(t, a_number_of_frames_is_sent_and_no_more, 0, 2);
	tcase_add_test(
		t, frames_of_two_sizes_come_in_turn_from_the_queue_of_the_list);
	tcase_add_test(t, the_sink_notes_when_a_row_was_last_flooded);
	tcase_add_test(t, a_link_takes_its_rate_and_adds_to_the_latency);
	tcase_add_test(t, buckets_are_narrow_and_in_order);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return check_run(suite());
}
