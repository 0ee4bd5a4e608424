/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A worker's rounds over its queues, by its own loop: how many frames it holds before
 * it sends, and how many it sends at once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>
#include <rte_rcu_qsbr.h>

#include "fabric/datapath/worker.h"
#include "fabric/datapath/worker_run.h"
#include "fabric/view/view.h"
#include "lib/frame.h"
#include "tests/pipe/fixture.h"

#define ROUNDS 10
#define BURST  32
#define HELD   384 /* and the last burst */

static const struct backend *memory;
static struct backend full;
static unsigned int nports, passes, held, most, calls, sent;

static unsigned int
number_of(const struct device *d)
{
	return (unsigned int)(uintptr_t)d->arg;
}

static void
write_address(uint8_t *p, unsigned int port)
{
	const uint8_t mac[6] = { 2, 0, 0, 0, 1, (uint8_t)port };

	memcpy(p, mac, sizeof(mac));
}

/* Frames to all other ports in turn. */
static uint16_t
give(const struct device *d, uint16_t queue, struct rte_mbuf **pkt, uint16_t n)
{
	unsigned int port = number_of(d);

	(void)queue;
	ck_assert_uint_eq(n, BURST);
	if (++passes == nports * ROUNDS)
		atomic_store(&f->worker[0]->stop, true);
	ck_assert_int_eq(rte_pktmbuf_alloc_bulk(f->pool, pkt, n), 0);
	for (uint16_t i = 0; i < n; i++) {
		uint8_t *frame = (uint8_t *)rte_pktmbuf_append(pkt[i], 60);

		memset(frame, 0, 60);
		write_address(frame, (port + 1 + i % (nports - 1)) % nports);
		write_address(frame + 6, port);
		frame_write16(frame + 12, FRAME_IPV4);
		frame[14] = 0x45;
	}
	held += n;
	most = held > most ? held : most;
	return n;
}

static uint16_t
take(const struct device *d, uint16_t queue, struct rte_mbuf **pkt, uint16_t n)
{
	(void)d, (void)queue;
	held -= n;
	sent += n;
	calls++;
	rte_pktmbuf_free_bulk(pkt, n);
	return n;
}

static int
open_full(struct fabric *fabric, struct device_rt *d, struct where at,
	  struct faults *faults)
{
	int rc = memory->open(fabric, d, at, faults);

	d->dev.rx = give;
	d->dev.tx = take;
	d->dev.arg = (void *)(uintptr_t)atoi(d->spec + strlen("net_null"));
	return rc;
}

static void
run_rounds(unsigned int n)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	nports = n;
	passes = held = most = calls = sent = 0;
	fprintf(out, "[fabric]\nburst = 32\n[lan l]\nprofile = open\n");
	for (unsigned int i = 0; i < n; i++)
		fprintf(out,
			"[port p%u]\nlan = l\ndevice = net_null%u\n"
			"mac = 02:00:00:00:01:%02x\n",
			i, i, i);
	fclose(out);
	begin_at(0, "[fabric]\n");
	harness_skip_accounts(h);
	memory = f->backend;
	full = *memory;
	full.open = open_full;
	f->backend = &full;
	f->worker[0]->witness = NULL;
	harness_apply(h, text);
	free(text);
	rte_rcu_qsbr_thread_register(f->qs, 0);
	worker_run(f->worker[0], f->qs, 0);
	rte_rcu_qsbr_thread_unregister(f->qs, 0);
	ck_assert_uint_eq(passes, n * ROUNDS);
	ck_assert_uint_eq(sent, n * ROUNDS * BURST);
	ck_assert_uint_eq(held, 0);
}

/* Or the buffers of the next queue would not be those that were just sent. */
START_TEST(a_round_over_many_ports_sends_before_it_holds_many_frames)
{
	run_rounds(40);
	ck_assert_uint_gt(most, HELD - BURST);
	ck_assert_uint_lt(most, HELD + BURST);
}
END_TEST

START_TEST(a_round_over_few_ports_sends_once)
{
	run_rounds(8);
	ck_assert_uint_eq(most, 8 * BURST);
	/* A port gets 32 or so of a round: its buffer of 64 is not full before. */
	ck_assert_uint_eq(calls, 8 * ROUNDS);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("round");
	TCase *tc = fixture_case(s, "round", NULL);

	tcase_add_test(
		tc, a_round_over_many_ports_sends_before_it_holds_many_frames);
	tcase_add_test(tc, a_round_over_few_ports_sends_once);
	return check_run(s);
}
