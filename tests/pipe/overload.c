/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/pipe/overload.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>
#include <rte_spinlock.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/worker_create.h"
#include "fabric/datapath/worker_pass.h"
#include "lib/frame.h"
#include "tests/accounts.h"
#include "tests/check_run.h"
#include "tests/pipe/fixture.h"
#include "tests/random32.h"

#define EGRESS UINT64_C(0x020000000200)
#define SENDER UINT64_C(0x020000000100)

#define ROUND UINT64_C(20000) /* ns */

/* The number of a frame, of all of its sender, is at its end. */
#define NUMBER 4

#define RING_MAX 1024

/* Frames in a queue of the device, and those that it has sent and not freed yet. */
struct ring {
	unsigned int first, n, unfreed;
	struct rte_mbuf *pkt[RING_MAX];
	uint64_t came[RING_MAX]; /* before it, to all queues */
};

static rte_spinlock_t lock = RTE_SPINLOCK_INITIALIZER;
static const struct overload *o;
static struct overload_result *result;
static struct ring ring[OVERLOAD_WORKERS];
static unsigned int turn; /* the queue that sends next */
static uint64_t came;     /* frames, to all queues */
static uint64_t now, drained;
static double speed;  /* octets in a ns */
static double credit; /* octets that may leave now */
static double rested; /* octets that could have left, and were not there */
static uint64_t left_frames, left_octets;
static bool emptying; /* the senders have stopped */
static uint32_t numbers[OVERLOAD_SENDERS], last[OVERLOAD_SENDERS];

void
overload_alike(struct overload *l, unsigned int n, unsigned int burst,
	       uint32_t len)
{
	*l = (struct overload){ .nsenders = n,
				.nworkers = 1,
				.descriptors = RING_MAX,
				.batch = 32,
				.rate = 0.5,
				.rounds = 1000 };
	for (unsigned int i = 0; i < n; i++) {
		l->sender[i] = (struct overload_sender){
			.burst = burst, .every = 1, .least = len, .most = len
		};
		l->order[i] = i;
	}
}

static void
note_left(struct rte_mbuf *m)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	unsigned int i = frame[11];
	uint32_t number = frame_read32(frame + m->pkt_len - NUMBER);

	if (i >= o->nsenders || number <= last[i])
		ck_abort_msg("sender %u: frame %u after %u", i, number,
			     last[i]);
	last[i] = number;
	result[i].lost--;
	if (!emptying)
		result[i].got += m->pkt_len - (o->tagged ? FRAME_TAG : 0);
	left_frames++;
	left_octets += m->pkt_len;
	rte_pktmbuf_free(m);
}

static struct ring *
oldest_ring(void)
{
	struct ring *oldest = NULL;

	for (unsigned int i = 0; i < o->nworkers; i++) {
		struct ring *r = &ring[i];

		if (r->n != 0 &&
		    (oldest == NULL ||
		     r->came[r->first % RING_MAX] <
			     oldest->came[oldest->first % RING_MAX]))
			oldest = r;
	}
	return oldest;
}

/* The queue that is served next, which most NICs take in turn; or NULL. */
static struct ring *
next_ring(void)
{
	if (o->as_come)
		return oldest_ring();
	for (unsigned int i = 0; i < o->nworkers; i++) {
		struct ring *r = &ring[turn++ % o->nworkers];

		if (r->n != 0)
			return r;
	}
	return NULL;
}

/* The link sends what it can by now. */
static void
drain(void)
{
	struct ring *r;

	credit += (double)(now - drained) * speed;
	drained = now;
	while (credit > 0 && (r = next_ring()) != NULL) {
		struct rte_mbuf *m = r->pkt[r->first++ % RING_MAX];

		r->n--;
		r->unfreed = (r->unfreed + 1) % o->batch;
		credit -= m->pkt_len;
		note_left(m);
	}
	if (credit > 0) {
		rested += credit;
		credit = 0;
	}
}

static uint16_t
sink_tx(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	uint16_t n)
{
	struct ring *r = &ring[o->one_queue ? 0 : queue];
	uint16_t done = 0;

	(void)d;
	drain();
	for (; done < n && r->n + r->unfreed < o->descriptors; done++) {
		r->came[(r->first + r->n) % RING_MAX] = came++;
		r->pkt[(r->first + r->n++) % RING_MAX] = pkt[done];
	}
	return done;
}

/* Whether a sender has a device of its own, untagged. */
static bool
is_alone(unsigned int i)
{
	return !o->sender[i].shares &&
	       (i + 1 == o->nsenders || !o->sender[i + 1].shares);
}

static size_t
write_sender(char *text, size_t size, unsigned int i, unsigned int *trunk)
{
	size_t n = 0;

	if (!o->sender[i].shares) {
		*trunk = i;
		n += (size_t)snprintf(
			text, size, "[port d%u]\ndevice = net_null%u\n", i, i);
	}
	n += (size_t)(is_alone(i) ? snprintf(text + n, size - n, "lan = l\n")
				  : snprintf(text + n, size - n,
					     "[port s%u]\nparent = d%u\n"
					     "tag = %u\nlan = l\n",
					     i, *trunk, i + 1));
	n += (size_t)snprintf(text + n, size - n, "mac = 02:00:00:00:01:%02x\n",
			      i);
	return n;
}

static void
write_config(char *text, size_t size)
{
	size_t n = (size_t)snprintf(text, size, "[lan l]\nprofile = open\n");
	unsigned int trunk = 0;

	for (unsigned int i = 0; i < o->nsenders; i++)
		n += write_sender(text + n, size - n, i, &trunk);
	snprintf(text + n, size - n,
		 "[port t]\ndevice = net_null%u\n%s"
		 "lan = l\nmac = 02:00:00:00:02:00\n",
		 OVERLOAD_SENDERS,
		 o->tagged ? "[port e]\nparent = t\ntag = 9\n" : "");
}

static double
octets_of_round(void)
{
	double octets = 0;

	for (unsigned int i = 0; i < o->nsenders; i++) {
		const struct overload_sender *s = &o->sender[i];

		octets += s->burst * (s->least + s->most) / 2.0 / s->every;
	}
	return octets;
}

/* Ports are made once the workers are there, which they have records for. */
static void
begin_overload(void)
{
	static char text[OVERLOAD_SENDERS * 160 + 256];
	struct device_rt *d;

	begin_at(0, "[fabric]\n");
	harness_skip_accounts(h);
	/* The same cause for all drops; to look it up took half of the time. */
	f->worker[0]->witness = NULL;
	for (; f->nworkers < o->nworkers; f->nworkers++)
		f->worker[f->nworkers] =
			worker_create(f->nworkers, f->worker[0]->copies, NULL);
	write_config(text, sizeof(text));
	harness_apply(h, text);
	d = f->device[egress_device(&runtime_port(f, "t")->egress)];
	d->dev.tx = sink_tx;
	d->dev.holds = true;
	d->dev.tx_lock = o->one_queue ? &lock : NULL;
	harness_apply(h, strcat(text, "[lan m]\n"));
	memset(ring, 0, sizeof(ring));
	memset(numbers, 0, sizeof(numbers));
	memset(last, 0, sizeof(last));
	memset(result, 0, o->nsenders * sizeof(*result));
	now = drained = 0;
	left_frames = left_octets = 0;
	emptying = false;
	speed = o->rate * octets_of_round() / (double)ROUND;
}

static void
end_overload(void)
{
	while (f->nworkers > 1)
		worker_free(f->worker[--f->nworkers]);
	end();
}

static struct rte_mbuf *
make_frame(unsigned int i, uint32_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(f->pool);
	uint64_t to = htobe64(EGRESS << 16), from = htobe64((SENDER + i) << 16);
	uint32_t number;
	uint8_t *frame;

	if (m == NULL)
		ck_abort_msg("the buffers are used up");
	frame = (uint8_t *)rte_pktmbuf_append(m, (uint16_t)len);
	memset(frame, 0, FRAME_HEADER + 4);
	memcpy(frame, &to, 6);
	memcpy(frame + 6, &from, 6);
	if (is_alone(i)) {
		frame_write16(frame + 12, FRAME_IPV4);
	} else {
		frame_write16(frame + 12, FRAME_CTAG);
		frame_write16(frame + 14, (uint16_t)(i + 1));
		frame_write16(frame + 16, FRAME_IPV4);
	}
	number = htobe32(++numbers[i]);
	memcpy(frame + len - NUMBER, &number, NUMBER);
	result[i].frames++;
	result[i].lost++; /* until it leaves */
	result[i].sent += len - (is_alone(i) ? 0 : FRAME_TAG);
	return m;
}

static void
add_frames(struct burst *b, unsigned int i, unsigned int round)
{
	const struct overload_sender *s = &o->sender[i];

	if (round % s->every != i % s->every)
		return;
	for (unsigned int k = 0; k < s->burst && b->n < BURST_MAX; k++) {
		uint32_t len = s->least + random32() % (s->most - s->least + 1);

		b->pkt[b->n] = make_frame(i, len);
		b->len[b->n++] = len;
	}
}

/* What has come in by the device of sender 'i', which is the first one there. */
static void
poll(unsigned int i, unsigned int round)
{
	struct worker *w = f->worker[o->sender[i].worker];
	struct burst *b = w->rx;
	char name[16];

	snprintf(name, sizeof(name), "d%u", i);
	b->device =
		f->view->device[egress_device(&runtime_port(f, name)->egress)];
	b->n = 0;
	b->bad = 0;
	do
		add_frames(b, i++, round);
	while (i < o->nsenders && o->sender[i].shares);
	if (b->n != 0)
		worker_frames(w, f->view, now);
	else
		w->now = now;
}

static void
run_round(unsigned int round)
{
	if (o->lumps)
		now += ROUND;
	for (unsigned int i = 0; i < o->nsenders; i++) {
		if (!o->lumps)
			now += ROUND / o->nsenders;
		if (!o->sender[o->order[i]].shares)
			poll(o->order[i], round);
	}
	for (unsigned int i = 0; i < o->nworkers; i++)
		worker_flush(f->worker[i], f->view);
}

/* No frame comes in any more. */
static void
empty(void)
{
	emptying = true;
	for (unsigned int i = 0; i < 200; i++) {
		now += CLOCK_MILLISECOND;
		for (unsigned int k = 0; k < o->nworkers; k++) {
			f->worker[k]->now = now;
			worker_flush(f->worker[k], f->view);
		}
		drain();
	}
}

static void
check_accounts(void)
{
	struct port_stats s;
	uint64_t frames = 0, lost = 0;

	for (unsigned int i = 0; i < o->nsenders; i++) {
		frames += result[i].frames;
		lost += result[i].lost;
	}
	stats_port(f, fabric_port_id(f, o->tagged ? "e" : "t"), &s);
	ck_assert_uint_eq(s.tx_frames, left_frames);
	ck_assert_uint_eq(s.tx_bytes, left_octets);
	ck_assert_uint_eq(s.drop[DROP_tx_full], lost);
	ck_assert_uint_eq(accounts_sent(&s), frames);
	ck_assert_uint_eq(lockstep_buffers_used(f), 0);
}

/* Water is poured over all; a sender takes no more than it has sent. */
static void
find_shares(void)
{
	double left = 0, share = 0;
	unsigned int n = o->nsenders, before = 0;
	bool small[OVERLOAD_SENDERS] = { false };

	for (unsigned int i = 0; i < o->nsenders; i++)
		left += (double)result[i].got;
	while (n != before && n != 0) {
		before = n;
		share = left / n;
		for (unsigned int i = 0; i < o->nsenders; i++) {
			if (small[i] || (double)result[i].sent > share)
				continue;
			small[i] = true;
			left -= (double)result[i].sent;
			n--;
		}
	}
	for (unsigned int i = 0; i < o->nsenders; i++)
		result[i].share = small[i] ? (double)result[i].sent : share;
}

/* From here on, once the queues are full. */
static void
begin_to_count(void)
{
	for (unsigned int i = 0; i < o->nsenders; i++)
		result[i].sent = result[i].got = 0;
	rested = 0;
}

void
overload_run(const struct overload *overload, struct overload_result *r)
{
	double all;

	o = overload;
	result = r;
	begin_overload();
	for (unsigned int i = 0; i < o->rounds; i++) {
		if (i == o->rounds / 4)
			begin_to_count();
		run_round(i);
	}
	find_shares();
	all = speed * (double)ROUND * o->rounds;
	if (rested > all / 50)
		ck_abort_msg("the egress rested for %.3f of the time",
			     rested / all);
	empty();
	check_accounts();
	end_overload();
}
