/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The source and sink of ixbench in another program on DPDK: loaded by LD_PRELOAD,
 * with source_hook.c.  A thread waits until the ports have started and are polled,
 * measures, and writes the result to a file as JSON.  The environment says what:
 *
 *   IXF_BENCH="ports=8 macs=1000 frame=64 pairs=0 teach=0 warm=1 seconds=2
 *     out=FILE learned=FILE"
 *
 * 'teach' is how long the ports send from each address in turn before that, or
 * until the file 'learned' exists.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fabric/bench/measure.h"

struct options {
	struct source_traffic traffic;
	struct measure_options measure;
	char out[256], learned[256];
};

static double
number(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at != NULL ? atof(at + strlen(key)) : 0;
}

static void
path(const char *text, const char *key, char *out)
{
	const char *at = strstr(text, key);

	out[0] = '\0';
	if (at != NULL)
		sscanf(at + strlen(key), "%255s", out);
}

static bool
learned(void *arg)
{
	const struct options *o = arg;

	return o->learned[0] != '\0' && access(o->learned, F_OK) == 0;
}

static void
turn(void *arg)
{
	(void)arg;
	usleep(1000);
}

static void
read_options(const char *text, struct options *o)
{
	o->traffic = (struct source_traffic){
		.ports = (unsigned int)number(text, "ports="),
		.macs = (unsigned int)number(text, "macs="),
		.frame = (unsigned int)number(text, "frame="),
		.pairs = number(text, "pairs=") != 0,
		.seed = 1,
	};
	o->measure = (struct measure_options){
		.teach = number(text, "teach="),
		.known = learned,
		.warm = number(text, "warm="),
		.seconds = number(text, "seconds="),
		.turn = turn,
		.arg = o,
	};
	path(text, "out=", o->out);
	path(text, "learned=", o->learned);
}

static void
write_core(FILE *f, const struct measure_core *c)
{
	fprintf(f,
		"{\"worker\": %u, \"windows\": %u, \"cycles_min\": %.2f, "
		"\"cycles_p1\": %.2f, \"cycles_median\": %.2f, "
		"\"cycles_p99\": %.2f, \"mpps\": %.3f}",
		c->lcore, c->windows, c->min, c->p1, c->median, c->p99,
		c->mpps);
}

/* As ixbench forward --json writes it, as far as the keys go. */
static void
write_result(FILE *f, const struct measure_result *r)
{
	fprintf(f,
		"{\"tsc_hz\": %.0f, \"measured_seconds\": %.3f, \"mpps\": "
		"%.3f, "
		"\"sent\": %llu, \"received\": %llu, \"bad\": %llu, "
		"\"groups\": %llu, \"lost\": %llu, \"no_mbuf\": %llu, "
		"\"cores\": [",
		r->tsc_hz, r->seconds, r->mpps, (unsigned long long)r->sent,
		(unsigned long long)r->received, (unsigned long long)r->bad,
		(unsigned long long)r->groups, (unsigned long long)r->lost,
		(unsigned long long)r->no_mbuf);
	for (unsigned int i = 0; i < r->ncores; i++) {
		fputs(i > 0 ? ", " : "", f);
		write_core(f, &r->core[i]);
	}
	fputs("]}\n", f);
}

static void
report(const struct options *o, const struct measure_result *r)
{
	char temporary[300];
	FILE *f;

	snprintf(temporary, sizeof(temporary), "%s.new", o->out);
	f = fopen(temporary, "w");
	if (f == NULL)
		return;
	write_result(f, r);
	if (fclose(f) == 0)
		rename(temporary, o->out);
}

static void *
measure(void *arg)
{
	struct options *o = arg;
	static struct measure_result r;

	while (source_ports() < o->traffic.ports || !source_is_idle())
		turn(o);
	if (!source_set(&o->traffic))
		fprintf(stderr, "preload: the buffers are too small\n");
	else if (measure_run(&o->measure, &r) == 0)
		report(o, &r);
	return NULL;
}

static __attribute__((constructor)) void
begin(void)
{
	static struct options o;
	const char *text = getenv("IXF_BENCH");
	pthread_t thread;

	if (text == NULL)
		return;
	read_options(text, &o);
	if (pthread_create(&thread, NULL, measure, &o) != 0)
		abort();
	pthread_detach(thread);
}
