/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/bench/measure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_lcore.h>

/* More than any core can fill in a second, and how many are kept. */
#define WINDOWS_A_SECOND 200000
#define WINDOWS_MAX      (1u << 22)

/* Frames may wait elsewhere than with the worker: until nothing has moved. */
#define QUIET 0.02

/* On a machine that gives a worker no time, the seconds become more. */
#define STARVED_SECONDS 60.0

/* For a program that leaves a queue alone. */
#define IDLE_SECONDS 20.0

static double
now(void)
{
	return (double)rte_rdtsc() / (double)rte_get_tsc_hz();
}

double
measure_pass(const struct measure_options *o, double seconds,
	     bool (*done)(void *arg))
{
	double begin = now(), end = begin + seconds;

	do {
		o->turn(o->arg);
	} while (now() < end && (done == NULL || !done(o->arg)));
	return now() - begin;
}

void
measure_sums(struct measure_sums *s)
{
	struct source_counts c;

	memset(s, 0, sizeof(*s));
	for (unsigned int i = 0; i < source_ports(); i++) {
		source_count(i, &c);
		s->sent += c.sent;
		s->missed += c.missed;
		s->no_mbuf += c.no_mbuf;
		s->received += c.received;
		s->bad += c.bad;
		s->groups += c.groups;
		s->refused += c.refused;
	}
}

static bool
is_idle(void *arg)
{
	(void)arg;
	return source_is_idle();
}

void
measure_settle(const struct measure_options *o)
{
	struct measure_sums last, s;

	measure_pass(o, IDLE_SECONDS, is_idle);
	measure_sums(&s);
	do {
		last = s;
		measure_pass(o, QUIET, NULL);
		measure_sums(&s);
	} while (memcmp(&s, &last, sizeof(s)) != 0);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static int
sum_core(unsigned int lcore, struct measure_result *r)
{
	struct measure_core *c = &r->core[r->ncores];
	unsigned int n;
	const struct source_window *w = source_windows(lcore, &n);
	double *cost, cycles = 0, frames = 0;

	if (w == NULL || n == 0 || r->ncores == MEASURE_CORES)
		return 0;
	cost = calloc(n, sizeof(*cost));
	if (cost == NULL)
		return -ENOMEM;
	for (unsigned int i = 0; i < n; i++) {
		cost[i] = (double)w[i].cycles / w[i].frames;
		cycles += w[i].cycles;
		frames += w[i].frames;
	}
	qsort(cost, n, sizeof(*cost), by_size);
	*c = (struct measure_core){
		.lcore = lcore,
		.windows = n,
		.min = cost[0],
		.p1 = cost[n / 100],
		.median = cost[n / 2],
		.p99 = cost[(uint64_t)n * 99 / 100],
		.mpps = frames / cycles * r->tsc_hz / 1e6,
	};
	r->ncores++;
	free(cost);
	return 0;
}

int
measure_cores(struct measure_result *r)
{
	int ret = 0;

	for (unsigned int i = 0; ret == 0 && i <= RTE_MAX_LCORE; i++)
		ret = sum_core(i, r);
	return ret;
}

static uint64_t
right(const struct measure_sums *s)
{
	return s->received - s->bad - s->groups;
}

static void
sum_frames(const struct measure_sums *from, const struct measure_sums *to,
	   struct measure_result *r)
{
	r->sent = to->sent - from->sent;
	r->received = right(to) - right(from);
	r->bad = to->bad - from->bad;
	r->groups = to->groups - from->groups;
	r->no_mbuf = to->no_mbuf - from->no_mbuf;
	r->lost = r->sent > r->received ? r->sent - r->received : 0;
}

bool
measure_room(const struct measure_options *o)
{
	double windows = WINDOWS_A_SECOND * (o->seconds + 1);

	return source_windows_room(windows < WINDOWS_MAX ? (unsigned int)windows
							 : WINDOWS_MAX);
}

void
measure_teach(const struct measure_options *o)
{
	source_teach();
	measure_pass(o, o->teach, o->known);
	source_stop();
	measure_settle(o);
}

static bool
has_windows(void *arg)
{
	(void)arg;
	return source_has_windows();
}

static void
mark(const struct measure_options *o, enum measure_mark m)
{
	if (o->mark != NULL)
		o->mark(o->arg, m);
}

int
measure_run(const struct measure_options *o, struct measure_result *r)
{
	struct measure_sums start, from, to;
	double began;

	memset(r, 0, sizeof(*r));
	r->tsc_hz = (double)rte_get_tsc_hz();
	if (!measure_room(o))
		return -ENOMEM;
	if (o->teach > 0)
		measure_teach(o);
	mark(o, MEASURE_TAUGHT);
	measure_sums(&start);
	source_start();
	measure_pass(o, o->warm, NULL);
	source_record(true);
	mark(o, MEASURE_BEGINS);
	measure_sums(&from);
	began = now();
	measure_pass(o, o->seconds, NULL);
	if (source_ports() != 0)
		measure_pass(o, STARVED_SECONDS, has_windows);
	r->seconds = now() - began;
	measure_sums(&to);
	mark(o, MEASURE_ENDS);
	source_record(false);
	source_stop();
	r->mpps = (double)(right(&to) - right(&from)) / r->seconds / 1e6;
	measure_settle(o);
	mark(o, MEASURE_SETTLED);
	measure_sums(&to);
	sum_frames(&start, &to, r);
	return measure_cores(r);
}
