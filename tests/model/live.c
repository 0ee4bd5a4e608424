/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/model/live.h"

#include <pthread.h>
#include <sched.h>

#include <rte_cycles.h>
#include <rte_mbuf.h>
#include <rte_rcu_qsbr.h>

#include "fabric/apply/link.h"
#include "fabric/apply/retire.h"
#include "fabric/datapath/worker_run.h"
#include "fabric/neigh/neigh.h"
#include "fabric/runtime/learn.h"
#include "fabric/runtime/punt.h"
#include "fabric/runtime/violation.h"
#include "lib/clock.h"
#include "lib/frame.h"
#include "tests/model/model.h"
#include "tests/model/world.h"

#define FRAME 60

static pthread_t thread;
static uint64_t scale;

/* The worker's own, read by control when it has ended. */
static uint64_t given, taken, dice = 1;

static unsigned int
roll(unsigned int n)
{
	dice = dice * UINT64_C(6364136223846793005) + 1;
	return (unsigned int)(dice >> 33) % n;
}

static void
fill_numbered(uint8_t *frame)
{
	memcpy(frame, "\x02\x01\0\0\0\x02\x02\x01\0\0\0\x01\x08\0", 14);
	memcpy(frame + 14, &given, sizeof(given));
	given++;
}

/* From any address of a member to any other, with a tag or without, IP or ARP. */
static void
fill_any(uint8_t *frame)
{
	uint8_t *type = frame + 12;

	memcpy(frame, "\x02\0\0\0\0\0\x02\0\0\0\0\0\x08", 13);
	frame[4] = (uint8_t)roll(3);
	frame[5] = (uint8_t)roll(13);
	frame[10] = (uint8_t)roll(3);
	frame[11] = (uint8_t)roll(13);
	if (roll(4) == 0)
		memset(frame, 0xff, 6);
	if (roll(4) == 0)
		memcpy(frame + 6, "\x02\xaa\0\0\0", 5);
	if (roll(3) == 0) {
		frame_write16(type, FRAME_CTAG);
		frame_write16(type + 2, (uint16_t)roll(6));
		type += 4;
	}
	frame_write16(type, roll(2) == 0 ? FRAME_ARP : FRAME_IPV4);
	if (roll(2) == 0)
		memcpy(type + 2, "\0\1\x08\0\6\4\0\1", 8);
	memcpy(type + 10, frame + 6, 6);
	memcpy(type + 16, "\xc0\0\2\1", 4);
	memcpy(type + 26, "\xc0\0\2\2", 4);
	type[19] = (uint8_t)roll(13);
	type[29] = (uint8_t)roll(13);
}

uint16_t
live_rx(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	uint16_t n)
{
	const struct fake *k = d->arg;
	bool numbered = strcmp(k->name, LIVE_FROM) == 0;

	if (!k->open)
		model_fail("a worker polls %s, which is closed", k->name);
	if (queue != 0 || roll(8) != 0)
		return 0;
	/* So that views are replaced in the middle of a pass. */
	if (roll(512) == 0)
		rte_delay_us_sleep(300);
	n = n > 4 ? 4 : n;
	if (rte_pktmbuf_alloc_bulk(k->world->f->pool, pkt, n) != 0)
		return 0;
	for (uint16_t i = 0; i < n; i++) {
		uint8_t *frame = (uint8_t *)rte_pktmbuf_append(pkt[i], FRAME);

		memset(frame, 0, FRAME);
		if (numbered)
			fill_numbered(frame);
		else
			fill_any(frame);
	}
	return n;
}

uint16_t
live_tx(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	uint16_t n)
{
	const struct fake *k = d->arg;

	(void)queue;
	if (!k->open)
		model_fail("a worker sends by %s, which is closed", k->name);
	for (uint16_t i = 0; i < n; i++) {
		const uint8_t *frame =
			rte_pktmbuf_mtod(pkt[i], const uint8_t *);
		uint64_t number;

		memcpy(&number, frame + 14, sizeof(number));
		if (frame[1] == 1 &&
		    (strcmp(k->name, LIVE_TO) != 0 || number != taken++))
			model_fail("frame %lu of two ports that stay left by "
				   "%s, when it was the turn of %lu",
				   (unsigned long)number, k->name,
				   (unsigned long)taken - 1);
		rte_pktmbuf_free(pkt[i]);
	}
	return n;
}

static void *
run(void *arg)
{
	struct world *w = arg;

	worker_run(w->f->worker[0], w->f->qs, scale);
	return NULL;
}

void
live_begin(struct world *w)
{
	scale = clock_scale(rte_get_tsc_hz());
	given = taken = 0;
	live_turn(w);
	rte_rcu_qsbr_thread_register(w->f->qs, 0);
	MODEL_MUST(pthread_create(&thread, NULL, run, w) == 0);
}

void
live_end(struct world *w)
{
	while (!retire_poll(w->f))
		sched_yield();
	atomic_store(&w->f->worker[0]->stop, true);
	pthread_join(thread, NULL);
	rte_rcu_qsbr_thread_unregister(w->f->qs, 0);
	if (taken != given)
		model_fail("of %lu frames of two ports that stay %lu arrived",
			   (unsigned long)given, (unsigned long)taken);
}

void
live_turn(struct world *w)
{
	static uint64_t second;
	struct fabric *f = w->f;

	w->now = f->now = clock_ns(rte_rdtsc(), scale);
	retire_poll(f);
	learn_poll(f);
	violation_poll(f);
	if (punt_poll(f))
		neigh_plan(f);
	violation_timers(f);
	link_turn(f);
	neigh_turn(f);
	if (f->now / CLOCK_SECOND == second)
		return;
	second = f->now / CLOCK_SECOND;
	learn_age(f);
}
