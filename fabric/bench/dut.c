/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/bench/dut.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_cycles.h>

#include "fabric/bench/measure.h"
#include "fabric/control.h"
#include "fabric/runtime/learn_flush.h"
#include "fabric/runtime/runtime.h"
#include "fabric/runtime/stats.h"
#include "lib/mactab.h"

/* Addresses are learned at no less than a thousandth of the rate aimed at. */
#define TEACH_SECONDS  3.0
#define FORGET_SECONDS 30.0

#define TEACH_RATE 20000.0 /* addresses a second */

static int
fail(struct faults *faults, const char *text)
{
	faults_error(faults, FAULTS_NOWHERE, NULL, "%s", text);
	return -1;
}

/* A place for the state file of a sponge. */
static bool
make_dir(struct dut *d, struct faults *faults)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(d->dir, sizeof(d->dir), "%s/ixbench.XXXXXX",
		 tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(d->dir) == NULL) {
		faults_error(faults, FAULTS_NOWHERE, NULL, "%s: %s", d->dir,
			     strerror(errno));
		d->dir[0] = '\0';
		return false;
	}
	snprintf(d->state, sizeof(d->state), "%s/state.json", d->dir);
	return true;
}

static struct config *
make_config(struct dut *d, struct faults *faults)
{
	char *text = NULL;
	size_t size = 0;
	struct config *c;
	FILE *f;

	if (d->o->file != NULL)
		return config_read(d->o->file, faults);
	if (!make_dir(d, faults))
		return NULL;
	f = open_memstream(&text, &size);
	if (f == NULL)
		return NULL;
	bench_config_write(d->o, d->state, f);
	fclose(f);
	f = fmemopen(text, size, "r");
	c = config_read_stream("ixbench", f, faults);
	fclose(f);
	free(text);
	return c;
}

int
dut_start(struct dut *d, const struct forward_options *o, struct faults *faults)
{
	const struct fabric_options options = {
		.file = o->file != NULL ? o->file : "ixbench",
		.neal_args = o->neal_args,
		.eal_args = o->eal_args,
	};
	struct config *c;

	memset(d, 0, sizeof(*d));
	d->o = o;
	c = make_config(d, faults);
	if (c != NULL && !config_check_service(c, faults)) {
		config_free(c);
		c = NULL;
	}
	d->config_is_bad = c == NULL;
	if (c == NULL)
		return -1;
	d->fabric = fabric_start(c, &options, faults);
	d->ports = source_ports();
	return d->fabric != NULL ? 0 : -1;
}

void
dut_stop(struct dut *d)
{
	if (!fabric_stop(d->fabric))
		_exit(EXIT_FAILURE);
	unlink(d->state);
	if (d->dir[0] != '\0')
		rmdir(d->dir);
}

void
dut_turn(void *arg)
{
	struct dut *d = arg;

	poll(NULL, 0, 1);
	fabric_turn(d->fabric);
}

uint64_t
dut_known(const struct dut *d)
{
	const struct fabric *f = d->fabric;
	uint64_t n = 0;

	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++)
		if (f->lan[i] != NULL)
			n += mactab_count(f->lan[i]->macs);
	return n;
}

static uint64_t
count_learned(const struct fabric *f)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < f->ports_end; i++)
		n += f->port[i] != NULL ? f->port[i]->learned : 0;
	return n;
}

bool
dut_forget(struct dut *d)
{
	double end = (double)rte_get_tsc_hz() * FORGET_SECONDS;
	uint64_t start = rte_rdtsc();

	learn_flush(d->fabric, PORTS_MAX, NULL, false);
	while (count_learned(d->fabric) != 0) {
		if ((double)(rte_rdtsc() - start) > end)
			return false;
		dut_turn(d);
	}
	return true;
}

void
dut_add_drops(const struct dut *d, uint64_t sign, uint64_t drop[DROP_N])
{
	struct port_stats s;

	for (uint16_t i = 0; i < d->fabric->ports_end; i++) {
		stats_port(d->fabric, i, &s);
		for (unsigned int why = 0; why < DROP_N; why++)
			drop[why] += sign * s.drop[why];
	}
}

/* The ports of the source are those of the configuration. */
int
dut_set_traffic(const struct dut *d, struct source_traffic *t,
		struct faults *faults)
{
	t->ports = d->ports;
	if (t->ports == 0)
		return 0;
	if (t->ports == 1)
		return fail(faults, "one net_null device: frames need two "
				    "at least");
	if (t->pairs && t->ports % 2 != 0)
		return fail(faults, "an odd number of ports are no pairs");
	if (t->macs < t->ports)
		return fail(faults, "fewer addresses than ports");
	if (!source_set(t))
		return fail(faults, "the frames do not fit into the buffers: "
				    "raise mtu of the LAN");
	return 0;
}

/* What a trial is about while it lasts. */
struct run {
	struct dut *d;
	const struct dut_trial *t;
	struct dut_result *r;
	uint64_t macs;
	uint64_t sent; /* frames, before it began */
};

static bool
all_known(void *arg)
{
	const struct run *run = arg;

	return dut_known(run->d) >= run->macs;
}

static bool
is_done(void *arg)
{
	const struct run *run = arg;
	struct measure_sums s;

	if (run->t->frames == 0)
		return false;
	measure_sums(&s);
	return s.sent - run->sent >= run->t->frames;
}

static void
turn(void *arg)
{
	struct run *run = arg;

	dut_turn(run->d);
}

double
dut_teach_seconds(const struct source_traffic *t)
{
	return t->ports != 0 ? TEACH_SECONDS + t->macs / TEACH_RATE : 0;
}

static bool
set_ports(const struct run *run)
{
	const struct dut_trial *t = run->t;

	for (unsigned int i = 0; i < run->d->ports; i++) {
		source_port_set(i, t->plain ? NULL : &t->source[i]);
		if (!sink_port_set(i, t->plain ? NULL : &t->sink[i]))
			return false;
	}
	return true;
}

/* Adds what port 'i' has counted, 'sign' times. */
static void
add_port(struct dut_result *r, unsigned int i, uint64_t sign)
{
	struct dut_port *p = &r->port[i];
	struct source_counts c;

	source_count(i, &c);
	p->sent += sign * c.sent;
	p->missed += sign * c.missed;
	p->received += sign * (c.received - c.bad - c.groups);
	p->bad += sign * c.bad;
	p->groups += sign * c.groups;
	p->refused += sign * c.refused;
	r->no_mbuf += sign * c.no_mbuf;
	for (unsigned int k = 0; k < SOURCE_PORTS; k++) {
		p->from[k] += sign * c.from[k];
		p->octets[k] += sign * c.octets[k];
	}
}

/* What is counted at the end, less what was at the beginning. */
static void
add_counts(const struct run *run, uint64_t sign)
{
	uint64_t bucket[SOURCE_BUCKETS] = { 0 };

	for (unsigned int i = 0; i < run->d->ports; i++) {
		add_port(run->r, i, sign);
		source_latency(i, bucket);
	}
	for (unsigned int i = 0; i < SOURCE_BUCKETS; i++)
		run->r->latency[i] += sign * bucket[i];
	dut_add_drops(run->d, sign, run->r->drop);
}

static void
sum_ports(struct dut_result *r, unsigned int ports)
{
	for (unsigned int i = 0; i < ports; i++) {
		r->offered += r->port[i].sent + r->port[i].missed;
		r->missed += r->port[i].missed;
		r->received += r->port[i].received;
		r->bad += r->port[i].bad;
		r->groups += r->port[i].groups;
	}
	r->lost = r->offered > r->received ? r->offered - r->received : 0;
}

static int
sum_windows(struct dut_result *r)
{
	static struct measure_result m;

	m.ncores = 0;
	m.tsc_hz = r->tsc_hz;
	if (measure_cores(&m) != 0)
		return -1;
	for (unsigned int i = 0; i < m.ncores; i++) {
		if (i == 0 || m.core[i].p1 < r->p1)
			r->p1 = m.core[i].p1;
		if (i == 0 || m.core[i].median < r->median)
			r->median = m.core[i].median;
	}
	return 0;
}

int
dut_trial(struct dut *d, const struct dut_trial *t, struct dut_result *r,
	  struct faults *faults)
{
	struct source_traffic traffic = t->traffic;
	struct run run = { d, t, r, traffic.macs, 0 };
	struct measure_sums sums;
	struct measure_options m = {
		.turn = turn,
		.known = all_known,
		.seconds = t->seconds,
		.arg = &run,
	};

	memset(r, 0, sizeof(*r));
	r->tsc_hz = (double)rte_get_tsc_hz();
	if (d->ports == 0)
		return fail(faults, "no net_null device: the frames of a trial "
				    "are made there");
	if (dut_set_traffic(d, &traffic, faults) != 0)
		return -1;
	m.teach = dut_teach_seconds(&traffic);
	if (!measure_room(&m))
		return fail(faults, "no memory for the windows");
	if (t->teach && !all_known(&run))
		measure_teach(&m);
	if (!set_ports(&run))
		return fail(faults, "no memory for the counters");
	r->known = dut_known(d);
	add_counts(&run, UINT64_MAX);
	measure_sums(&sums);
	run.sent = sums.sent;
	source_start();
	source_record(true);
	r->seconds = measure_pass(&m, t->seconds, is_done);
	source_record(false);
	source_stop();
	measure_settle(&m);
	add_counts(&run, 1);
	sum_ports(r, d->ports);
	return sum_windows(r) == 0 ? 0 : fail(faults, "no memory");
}

static uint64_t
count(const struct dut_result *r)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < SOURCE_BUCKETS; i++)
		n += r->latency[i];
	return n;
}

double
dut_percentile(const struct dut_result *r, double part)
{
	double left = part * (double)count(r);
	unsigned int i = 0, last = 0;

	for (; i < SOURCE_BUCKETS; i++) {
		left -= (double)r->latency[i];
		if (r->latency[i] != 0)
			last = i + 1;
		if (last != 0 && left <= 0)
			break;
	}
	return (double)source_bucket_cycles(last) / r->tsc_hz * 1e6;
}

double
dut_average(const struct dut_result *r)
{
	double sum = 0;
	uint64_t n = count(r);

	for (unsigned int i = 0; i < SOURCE_BUCKETS; i++)
		sum += (double)r->latency[i] *
		       (double)(source_bucket_cycles(i) +
				source_bucket_cycles(i + 1)) /
		       2;
	return n != 0 ? sum / (double)n / r->tsc_hz * 1e6 : 0;
}

int
dut_search(double most, double resolution,
	   int (*passes)(void *arg, double rate), void *arg, double *found)
{
	double step = most * resolution, low = 0, high = most;
	int ret = passes(arg, most);

	*found = ret > 0 ? most : 0;
	while (ret == 0 && high - low > step) {
		ret = passes(arg, (low + high) / 2);
		if (ret > 0)
			*found = low = (low + high) / 2;
		else if (ret == 0)
			high = (low + high) / 2;
		if (ret > 0)
			ret = 0;
	}
	return ret < 0 ? -1 : 0;
}
