/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How long frames are on their way through a worker, between rings in memory: a
 * worker on one core, a tester on another, which stamps each frame with the time at
 * which it is due.  Not a test: it prints figures, for docs/performance.md.
 *
 *   latency [poll|sleep|frames [PROFILE [WINDOWS]]]
 *
 * sleep: by the clock; frames: until one comes, with descriptors as net_ring and
 * net_memif have.
 *
 * First it looks for the greatest rate at which no frame is lost, in trials of 30 ms; a
 * rate is good if one trial of three is.  Then it measures at half of that, and at
 * 10,000 frames a second, in windows of 50 ms, and at 100 a second, where the worker has
 * gone to sleep for as long as it does, in windows of 500 ms.  Of the percentiles of the
 * windows it prints the least, the median and the greatest.  A window in which something
 * else had a core is among these; chrt -f 1 keeps most of that away.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_mbuf.h>
#include <rte_rcu_qsbr.h>
#include <rte_ring.h>

#include "fabric/datapath/worker_run.h"
#include "tests/pipe/fixture.h"

#define RING     1024
#define BUFFERS  8191
#define FRAME    60
#define STAMP    50 /* octets before it */
#define BURST    32
#define SAMPLES  4000000
#define LOWEST   10000.0
#define HIGHEST  20e6
#define SELDOM   100.0
#define SECONDS  0.05
#define LONGER   0.5
#define TRIAL    0.03
#define TRIES    3
#define SEARCHES 12
#define WINDOWS  100

static const uint8_t head[14] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0 };

static const char *idle = "poll", *profile = "open";
static unsigned int windows = 20;

static struct rte_ring *in[2], *out[2];
static struct rte_mempool *pool;
static uint32_t *sample; /* cycles, of each frame that came back */
static unsigned int nsamples;
static uint64_t sent, lost;

/* The bell of in[0], which alone gets frames; the other is never rung. */
static bool waits;
static struct wakeup bell[2];
static struct rx_wait wait[2];

static uint16_t
from_ring(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	  uint16_t n)
{
	(void)queue;
	return (uint16_t)rte_ring_sc_dequeue_burst(in[(uintptr_t)d->arg],
						   (void **)pkt, n, NULL);
}

static uint16_t
to_ring(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	uint16_t n)
{
	(void)queue;
	return (uint16_t)rte_ring_sp_enqueue_burst(out[(uintptr_t)d->arg],
						   (void **)pkt, n, NULL);
}

static void
arm(const struct device *d, uint16_t queue, bool on)
{
	(void)queue;
	if (on)
		wakeup_begin(&bell[(uintptr_t)d->arg]);
	else
		wakeup_end(&bell[(uintptr_t)d->arg], false);
}

static const struct backend *memory;
static struct backend rings;

static int
open_rings(struct fabric *fabric, struct device_rt *d, struct where at,
	   struct faults *faults)
{
	int rc = memory->open(fabric, d, at, faults);

	d->dev.rx = from_ring;
	d->dev.tx = to_ring;
	d->dev.arg = (void *)(uintptr_t)(d->spec[8] - '0');
	if (waits) {
		d->dev.rx_wait = &wait[(uintptr_t)d->dev.arg];
		d->dev.rx_arm = arm;
	}
	return rc;
}

static void
pin(unsigned int core)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(core, &set);
	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}

static void *
run(void *arg)
{
	pin(1);
	worker_run(f->worker[0], f->qs, clock_scale(rte_get_tsc_hz()));
	return arg;
}

static void
send_one(uint64_t due)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);
	uint8_t *frame;

	sent++;
	if (m == NULL) {
		lost++;
		return;
	}
	m->data_len = FRAME;
	m->pkt_len = FRAME;
	frame = rte_pktmbuf_mtod(m, uint8_t *);
	memcpy(frame, head, sizeof(head));
	memcpy(frame + STAMP, &due, sizeof(due));
	if (rte_ring_sp_enqueue(in[0], m) != 0) {
		lost++;
		rte_pktmbuf_free(m);
	}
	if (waits)
		wakeup_ring(&bell[0]);
}

static unsigned int
receive(void)
{
	struct rte_mbuf *m[BURST];
	unsigned int n =
		rte_ring_sc_dequeue_burst(out[1], (void **)m, BURST, NULL);
	uint64_t now = rte_rdtsc(), due;

	for (unsigned int i = 0; i < n; i++) {
		memcpy(&due, rte_pktmbuf_mtod_offset(m[i], void *, STAMP),
		       sizeof(due));
		if (nsamples < SAMPLES)
			sample[nsamples++] = (uint32_t)(now - due);
	}
	rte_pktmbuf_free_bulk(m, n);
	return n;
}

/* Until nothing has come for 10 ms: what a trial gave up may come later. */
static void
drain(void)
{
	uint64_t pause = rte_get_tsc_hz() / 100, end = rte_rdtsc() + pause;

	while (rte_rdtsc() < end)
		if (receive() > 0 || !rte_ring_empty(in[0]))
			end = rte_rdtsc() + pause;
}

/*
 * Frames at that rate, for so long.  Returns how many were lost, or came too late to be
 * sent by the tester.
 */
static uint64_t
trial(double rate, double seconds)
{
	uint64_t hz = rte_get_tsc_hz(), start, end, back = 0;
	double step = (double)hz / rate, due, late;

	drain();
	start = rte_rdtsc();
	end = start + (uint64_t)(seconds * (double)hz);
	due = (double)start;
	nsamples = 0;
	sent = 0;
	lost = 0;
	while (rte_rdtsc() < end) {
		for (unsigned int i = 0;
		     i < BURST && due <= (double)rte_rdtsc(); i++) {
			send_one((uint64_t)due);
			due += step;
		}
		back += receive();
	}
	for (end = rte_rdtsc() + hz / 100; rte_rdtsc() < end;)
		back += receive();
	late = rate * seconds - (double)sent;
	return sent - back + (late > rate / 1e4 ? (uint64_t)late : 0);
}

static double
find_rate(void)
{
	double low = LOWEST, high = HIGHEST;

	for (unsigned int i = 0; i < SEARCHES; i++) {
		double rate = (low + high) / 2;
		unsigned int tries = 0;

		while (tries < TRIES && trial(rate, TRIAL) != 0)
			tries++;
		if (tries < TRIES)
			low = rate;
		else
			high = rate;
	}
	return low;
}

static int
compare32(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int
compare_double(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static double
percentile(double part)
{
	unsigned int i = (unsigned int)(part * nsamples);

	return nsamples == 0 ? 0 : sample[i] * 1e6 / (double)rte_get_tsc_hz();
}

static void
print(const char *name, double *us, unsigned int n)
{
	qsort(us, n, sizeof(*us), compare_double);
	printf("  %-6s %8.1f %8.1f %8.1f\n", name, us[0], us[n / 2], us[n - 1]);
}

static void
measure(double rate, double seconds)
{
	double median[WINDOWS], p99[WINDOWS], p999[WINDOWS];
	uint64_t missing = 0;

	for (unsigned int i = 0; i < windows; i++) {
		missing += trial(rate, seconds);
		qsort(sample, nsamples, sizeof(*sample), compare32);
		median[i] = percentile(.5);
		p99[i] = percentile(.99);
		p999[i] = percentile(.999);
	}
	printf("%.3f Mpps, %llu lost, us:    least   median greatest\n",
	       rate / 1e6, (unsigned long long)missing);
	print("median", median, windows);
	print("p99", p99, windows);
	print("p99.9", p999, windows);
}

static void
begin_rings(void)
{
	char text[512];

	begin_at(0, "[fabric]\n");
	harness_skip_accounts(h);
	memory = f->backend;
	rings = *memory;
	rings.open = open_rings;
	f->backend = &rings;
	f->worker[0]->witness = NULL;
	for (unsigned int i = 0; i < 2; i++) {
		snprintf(text, sizeof(text), "in%u", i);
		ck_assert(wakeup_open(&bell[i]));
		wait[i] = (struct rx_wait){ .fd = bell[i].fd, .counts = true };
		in[i] = rte_ring_create(text, RING, SOCKET_ID_ANY, 0);
		snprintf(text, sizeof(text), "out%u", i);
		out[i] = rte_ring_create(text, RING, SOCKET_ID_ANY, 0);
	}
	pool = rte_pktmbuf_pool_create("tester", BUFFERS, 256, 0, 2048,
				       SOCKET_ID_ANY);
	snprintf(text, sizeof(text),
		 "[fabric]\nidle = %s\n[lan l]\nprofile = %s\n"
		 "[port a]\ndevice = net_null0\nlan = l\n"
		 "mac = 02:00:00:00:00:01\n"
		 "[port b]\ndevice = net_null1\nlan = l\n"
		 "mac = 02:00:00:00:00:02\n",
		 idle, profile);
	harness_apply(h, text);
}

/* The harness works in a test only. */
START_TEST(a_frame_is_not_long_on_its_way)
{
	pthread_t thread;
	double rate;

	begin_rings();
	sample = malloc(SAMPLES * sizeof(*sample));
	ck_assert(pool != NULL && sample != NULL);
	rte_rcu_qsbr_thread_register(f->qs, 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, run, NULL), 0);
	pin(0);
	rate = find_rate();
	printf("idle = %s%s, %s: no loss up to %.3f Mpps\n", idle,
	       waits ? " (for frames)" : "", profile, rate / 1e6);
	measure(rate / 2, SECONDS);
	measure(LOWEST, SECONDS);
	measure(SELDOM, LONGER);
	atomic_store(&f->worker[0]->stop, true);
	pthread_join(thread, NULL);
	rte_rcu_qsbr_thread_unregister(f->qs, 0);
	free(sample);
}
END_TEST

int
main(int argc, char **argv)
{
	Suite *s = suite_create("latency");
	TCase *t = fixture_case(s, "latency", NULL);

	idle = argc > 1 ? argv[1] : idle;
	waits = strcmp(idle, "frames") == 0;
	if (waits)
		idle = "sleep";
	profile = argc > 2 ? argv[2] : profile;
	windows = argc > 3 ? (unsigned int)atoi(argv[3]) : windows;
	if (windows == 0 || windows > WINDOWS) {
		fprintf(stderr, "windows: 1 to %u\n", WINDOWS);
		return EXIT_FAILURE;
	}
	setenv("CK_FORK", "no", 1);
	tcase_add_test(t, a_frame_is_not_long_on_its_way);
	return check_run(s);
}
