/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Configurations change while a worker forwards: no frame of unchanged ports is
 * lost or sent to a wrong port, and no memory that the worker uses is freed.  A
 * build with AddressSanitizer shows the latter.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_mbuf.h>
#include <rte_rcu_qsbr.h>

#include "fabric/apply/retire.h"
#include "fabric/datapath/worker_run.h"
#include "fabric/runtime/learn.h"
#include "lib/frame.h"
#include "tests/pipe/fixture.h"

#define ALICE   UINT64_C(0x020000000001)
#define BOB     UINT64_C(0x020000000002)
#define APPLIES 400

#define STAY                                                                   \
	"[lan l]\nprofile = ixp-basic\n"                                       \
	"[port a]\ndevice = net_null0\nlan = l\nmac = 02:00:00:00:00:01\n"     \
	"[port b]\ndevice = net_null1\nlan = l\nmac = 02:00:00:00:00:02\n"

static const struct backend *memory;
static struct backend busy;

/* Written by the worker, read when it has ended. */
static uint64_t given, taken, astray;

/*
 * The device of port a hands over numbered frames from Alice to Bob.  At times it
 * waits, so that a view is replaced in the middle of a pass.
 */
static uint16_t
give(const struct device *d, uint16_t queue, struct rte_mbuf **pkt, uint16_t n)
{
	(void)d, (void)queue;
	if (given % 512 < n)
		rte_delay_us_sleep(300);
	if (rte_pktmbuf_alloc_bulk(f->pool, pkt, n) != 0)
		return 0;
	for (uint16_t i = 0; i < n; i++) {
		uint8_t *frame = (uint8_t *)rte_pktmbuf_append(pkt[i], 60);

		memset(frame, 0, 60);
		frame[0] = frame[6] = 2;
		frame[5] = 2;
		frame[11] = 1;
		frame_write16(frame + 12, FRAME_IPV4);
		memcpy(frame + 14, &given, sizeof(given));
		given++;
	}
	return n;
}

static uint16_t
none(const struct device *d, uint16_t queue, struct rte_mbuf **pkt, uint16_t n)
{
	(void)d, (void)queue, (void)pkt, (void)n;
	return 0;
}

/* Frames leave by port b in order, with none missing. */
static uint16_t
take(const struct device *d, uint16_t queue, struct rte_mbuf **pkt, uint16_t n)
{
	(void)queue;
	for (uint16_t i = 0; i < n; i++) {
		uint64_t number;

		memcpy(&number,
		       rte_pktmbuf_mtod_offset(pkt[i], const uint8_t *, 14),
		       sizeof(number));
		if (d->arg == NULL || number != taken++)
			astray++;
		rte_pktmbuf_free(pkt[i]);
	}
	return n;
}

static int
open_busy(struct fabric *fabric, struct device_rt *d, struct where at,
	  struct faults *faults)
{
	int rc = memory->open(fabric, d, at, faults);

	d->dev.rx = strcmp(d->spec, "net_null0") == 0 ? give : none;
	d->dev.tx = take;
	d->dev.arg = strcmp(d->spec, "net_null1") == 0 ? fabric : NULL;
	return rc;
}

/* Overwrites the memory of a closed device, so that a late use of it shows. */
static void
close_busy(struct fabric *fabric, struct device_rt *d)
{
	memset(&d->dev, 0xa5, sizeof(d->dev));
	memory->close(fabric, d);
}

static void *
run(void *arg)
{
	worker_run(f->worker[0], f->qs, 0);
	return arg;
}

static void
wait_until_idle(void)
{
	while (!retire_poll(f))
		sched_yield();
}

static void
change(unsigned int i)
{
	char text[1024];

	snprintf(text, sizeof(text),
		 "[fabric]\nmac_table = %u\n%s"
		 "[lan m%u]\nprofile = open\n"
		 "[port c%u]\ndevice = net_null%u\nlan = %s\n"
		 "mac = 02:00:00:00:01:%02x\n"
		 "[port t]\nparent = c%u\ntag = %u\nlan = m%u\n",
		 64u << i % 3, STAY, i % 2, i % 5, 2 + i % 3,
		 i % 4 == 0 ? "m0" : "l", i % 256, i % 5, 1 + i % 7, i % 2);
	harness_apply(h, text);
}

START_TEST(a_worker_forwards_while_configurations_change)
{
	pthread_t thread;

	begin_at(0, "[fabric]\n");
	harness_skip_accounts(h);
	memory = f->backend;
	busy = *memory;
	busy.open = open_busy;
	busy.close = close_busy;
	f->backend = &busy;
	f->worker[0]->witness = NULL;
	harness_apply(h, STAY);
	rte_rcu_qsbr_thread_register(f->qs, 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, run, NULL), 0);
	for (unsigned int i = 0; i < APPLIES; i++) {
		change(i);
		learn_poll(f);
	}
	wait_until_idle();
	atomic_store(&f->worker[0]->stop, true);
	pthread_join(thread, NULL);
	rte_rcu_qsbr_thread_unregister(f->qs, 0);
	ck_assert_uint_gt(given, 0);
	ck_assert_uint_eq(taken, given);
	ck_assert_uint_eq(astray, 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("swap");
	TCase *tc = fixture_case(s, "swap", NULL);

	tcase_add_test(tc, a_worker_forwards_while_configurations_change);
	return check_run(s);
}
