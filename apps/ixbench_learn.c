/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/ixbench_learn.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "apps/ixbench_command.h"
#include "apps/ixbench_run.h"

/* Ports of caching and rate: two that learn, one that tests, one that sees floods. */
#define LEARNERS 2
#define TESTER   2

#define TABLE        16384
#define CACHING_RATE 100000.0 /* frames a second, to learn and to test */
#define RATE_MOST    2000000.0
#define DEADLINE     3.0 /* times what a list takes, and a second */

#define DELAY_RATE   1000.0 /* addresses a second */
#define DELAY_MOST   8000u
#define DELAY_LOOKED 0.01     /* seconds that an address is looked at */
#define PROBE_RATE   400000.0 /* frames a second on each probing port */
#define DELAY_DEPTH  65536    /* none is missed, or lists fall behind */
#define MONITOR      1        /* ports of delay: the first learns */

#define ROUNDS         3
#define BYSTANDER_RATE 1000000.0
#define SPARE          1.2 /* no window is without new addresses at the end */

static double
rate_of(const struct learn_options *o, double usual)
{
	return o->rate != 0 ? o->rate : usual;
}

static unsigned int
new_of_bystanders(const struct learn_options *o,
		  const struct forward_options *f)
{
	return (unsigned int)(rate_of(o, BYSTANDER_RATE) * f->seconds * SPARE);
}

static unsigned int
least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

void
learn_set_up(const struct learn_options *o, enum learn_test test,
	     struct forward_options *f)
{
	unsigned int n = o->addresses;

	if (test == LEARN_CACHING) {
		f->mac_table = o->mac_table;
		f->mac_limit =
			o->mac_limit != 0 ? o->mac_limit : o->mac_table / 2;
		return;
	}
	if (test == LEARN_DELAY)
		n = TABLE / 4;
	else if (test == LEARN_BYSTANDERS)
		n = new_of_bystanders(o, f) + f->traffic.macs;
	f->mac_table = least(4 * n > TABLE ? 4 * n : TABLE, 16777216);
	f->mac_limit = f->mac_table / 2;
}

/* Frames of a port from 'n' addresses, to one; or to 'n' addresses, from one. */
static struct source_pair *
list_new(unsigned int port, uint32_t row, unsigned int n, uint64_t dst)
{
	struct source_pair *pair = calloc(n, sizeof(*pair));

	for (unsigned int i = 0; pair != NULL && i < n; i++)
		pair[i] =
			(struct source_pair){ dst, source_mac(port, row + i) };
	return pair;
}

/* Runs it until 'n' frames are sent, which takes n / rate seconds. */
static int
send_lists(struct dut *d, struct dut_trial *t, struct dut_result *r,
	   unsigned int n, double rate, struct faults *faults)
{
	t->seconds = 1 + DEADLINE * n / rate;
	t->frames = n;
	if (dut_trial(d, t, r, faults) != 0)
		return -1;
	if (r->offered - r->missed < n)
		return run_fail(faults, "the frames of a list were not sent in "
					"time: the machine is too busy");
	return 0;
}

/* What is learned in a trial, and how fast. */
struct lesson {
	struct dut *d;
	const struct learn_options *o;
	const struct forward_options *f;
	struct faults *faults;
	json_t *trials;
	unsigned int learners; /* ports */
	unsigned int n;        /* addresses */
	double rate;           /* frames a second, to learn */
	/* Found: frames that came to the right port, floods, the rate in truth. */
	uint64_t right, flooded, known;
	double taught_rate;
};

static void
free_lists(struct source_pair *list[LEARNERS], uint64_t *at[LEARNERS])
{
	for (unsigned int i = 0; i < LEARNERS; i++) {
		free(list[i]);
		free(at[i]);
	}
}

/* Each learning port sends a frame from each of its addresses. */
static int
teach(struct lesson *l, struct dut_trial *t, struct dut_result *r)
{
	struct source_pair *list[LEARNERS] = { 0 };
	uint64_t *at[LEARNERS] = { 0 };
	unsigned int n = l->n / l->learners;
	bool room = true;
	int ret;

	for (unsigned int i = 0; i < l->learners; i++) {
		list[i] = list_new(i, 1, n, source_mac(TESTER, 0));
		at[i] = calloc(n, sizeof(*at[i]));
		room &= list[i] != NULL && at[i] != NULL;
		t->source[i] =
			(struct source_port){ .rate = l->rate / l->learners,
					      .pair = list[i],
					      .npairs = n,
					      .once = true,
					      .sent_at = at[i] };
	}
	ret = room ? send_lists(l->d, t, r, n * l->learners, l->rate, l->faults)
		   : run_fail(l->faults, "no memory for the addresses");
	if (ret == 0)
		l->taught_rate = (n - 1) * r->tsc_hz * l->learners /
				 (double)(at[0][n - 1] - at[0][0]);
	free_lists(list, at);
	return ret;
}

/* A frame to each of them. */
static int
look(struct lesson *l, struct dut_trial *t, struct dut_result *r)
{
	unsigned int n = l->n / l->learners;
	struct source_pair *list = calloc(l->n + 1, sizeof(*list));
	int ret;

	if (list == NULL)
		return run_fail(l->faults, "no memory for the addresses");
	for (unsigned int i = 0; i < n * l->learners; i++)
		list[i] = (struct source_pair){ source_mac(i / n, 1 + i % n),
						source_mac(TESTER, 0) };
	t->source[TESTER] = (struct source_port){ .rate = CACHING_RATE,
						  .pair = list,
						  .npairs = n * l->learners,
						  .once = true };
	ret = send_lists(l->d, t, r, n * l->learners, CACHING_RATE, l->faults);
	free(list);
	return ret;
}

static void
silence(struct dut_trial *t, const struct lesson *l)
{
	*t = (struct dut_trial){ .traffic = l->f->traffic };
	for (unsigned int i = 0; i < SOURCE_PORTS; i++)
		t->source[i].off = true;
}

/* Forgets all, learns, and looks: 1, 0, or -1 and an error. */
static int
learn(struct lesson *l)
{
	static struct dut_trial t;
	static struct dut_result r;
	unsigned int n = l->n / l->learners * l->learners;

	if (!dut_forget(l->d))
		return run_fail(l->faults, "the addresses were not forgotten");
	silence(&t, l);
	if (teach(l, &t, &r) != 0)
		return -1;
	silence(&t, l);
	if (look(l, &t, &r) != 0)
		return -1;
	l->known = r.known;
	l->right = r.received;
	/* Each of the other ports has a copy. */
	l->flooded = r.bad;
	json_array_append_new(
		l->trials,
		json_pack("{s:i, s:f, s:f, s:I, s:I, s:I, s:o}", "addresses", n,
			  "rate", l->rate, "taught_rate", l->taught_rate,
			  "known", (json_int_t)l->known, "received",
			  (json_int_t)l->right, "flooded",
			  (json_int_t)l->flooded, "drops", run_drops(r.drop)));
	return l->right == n && l->flooded == 0;
}

static int
caches(void *arg, double n)
{
	struct lesson *l = arg;
	int ret = 0;

	l->n = (unsigned int)n;
	if (l->n < 2 * l->learners)
		return 0;
	for (unsigned int i = 0; ret == 0 && i < l->o->tries; i++)
		ret = learn(l);
	return ret;
}

static int
cache(struct lesson *l, unsigned int learners, json_t *run)
{
	unsigned int limit = l->f->mac_limit, table = l->f->mac_table;
	unsigned int most = least(limit * learners, table);
	double found;

	l->learners = learners;
	if (dut_search(most * 1.25, l->o->resolution / 1000.0, caches, l,
		       &found) != 0)
		return -1;
	if (found == 0)
		return run_fail(l->faults, "no address was cached: frames to "
					   "all are flooded or dropped");
	json_array_append_new(
		run, json_pack("{s:i, s:i, s:i, s:i, s:i}", "learning_ports",
			       learners, "addresses",
			       (int)found / (int)learners * (int)learners,
			       "mac_table", table, "mac_limit", limit,
			       "configured", most));
	return 0;
}

/* RFC 2889, 5.7: of one port, which has its limit, and of two. */
int
learn_caching(struct dut *d, const struct learn_options *o,
	      const struct forward_options *f, json_t *run,
	      struct faults *faults)
{
	struct lesson l = {
		.d = d, .o = o, .f = f, .faults = faults, .rate = CACHING_RATE
	};
	json_t *list = json_array();
	int ret;

	l.trials = json_array();
	json_object_set_new(run, "trials", l.trials);
	json_object_set_new(run, "caching", list);
	ret = cache(&l, 1, list);
	return ret == 0 ? cache(&l, LEARNERS, list) : ret;
}

void
learn_print_caching(const json_t *run)
{
	const json_t *c;
	size_t i;

	json_array_foreach(json_object_get(run, "caching"), i, c)
		printf("%s%lld port%s: %lld addresses; mac_table %lld, "
		       "mac_limit %lld\n",
		       i > 0 ? "            " : "",
		       (long long)run_number(c, "learning_ports"),
		       i > 0 ? "s" : "", (long long)run_number(c, "addresses"),
		       (long long)run_number(c, "mac_table"),
		       (long long)run_number(c, "mac_limit"));
}

/* A rate that the worker could not keep is not one at which it has learned. */
static int
learns(void *arg, double rate)
{
	struct lesson *l = arg;
	int ret = 0;

	l->rate = rate;
	for (unsigned int i = 0; ret == 0 && i < l->o->tries; i++) {
		ret = learn(l);
		if (ret > 0 && l->taught_rate < 0.95 * rate)
			ret = 0;
	}
	return ret;
}

/* RFC 2889, 5.8 */
int
learn_rate(struct dut *d, const struct learn_options *o,
	   const struct forward_options *f, json_t *run, struct faults *faults)
{
	struct lesson l = { .d = d,
			    .o = o,
			    .f = f,
			    .faults = faults,
			    .learners = 1,
			    .n = o->addresses };
	double found;
	char text[160];

	l.trials = json_array();
	json_object_set_new(run, "trials", l.trials);
	if (dut_search(rate_of(o, RATE_MOST), o->resolution / 100.0, learns, &l,
		       &found) != 0)
		return -1;
	if (found == 0) {
		snprintf(text, sizeof(text),
			 "no learning rate: at %.0f addresses a second, frames "
			 "to %llu of %u came to the right port alone",
			 l.taught_rate, (unsigned long long)l.right, l.n);
		return run_fail(faults, text);
	}
	json_object_update_new(run,
			       json_pack("{s:i, s:f, s:f}", "addresses",
					 o->addresses, "learning_rate", found,
					 "most", rate_of(o, RATE_MOST)));
	return 0;
}

void
learn_print_rate(const json_t *run)
{
	printf("%lld new addresses at %.0f a second, all known\n",
	       (long long)run_number(run, "addresses"),
	       run_real(run, "learning_rate"));
}

/*
 * Frames to addresses that are new: each of those that were due in the last
 * DELAY_LOOKED seconds in turn.
 */
static struct source_pair *
list_probes(unsigned int port, unsigned int n, unsigned int probes)
{
	struct source_pair *pair = calloc(probes, sizeof(*pair));
	const unsigned int active = (unsigned int)(DELAY_RATE * DELAY_LOOKED);

	for (unsigned int k = 0; pair != NULL && k < probes; k++) {
		unsigned int last = (unsigned int)(k * DELAY_RATE / PROBE_RATE);
		unsigned int back = k % least(active, last + 1);

		last = least(last, n - 1);
		pair[k] = (struct source_pair){
			source_mac(0, 1 + last - least(back, last)),
			source_mac(port, 0)
		};
	}
	return pair;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

struct probing {
	unsigned int n, probes;
	struct source_pair *learned, *probe[2];
	uint64_t *sent_at;
	_Atomic uint64_t *flooded_at; /* by row: of address i, 1 + i */
	double *delay;                /* us */
};

static bool
make_probing(struct probing *p, const struct forward_options *f)
{
	p->n = least((unsigned int)(DELAY_RATE * f->seconds) + 1, DELAY_MOST);
	p->probes =
		(unsigned int)((p->n / DELAY_RATE + DELAY_LOOKED) * PROBE_RATE);
	p->learned = list_new(0, 1, p->n, source_mac(TESTER, 0));
	p->probe[0] = list_probes(TESTER, p->n, p->probes);
	p->probe[1] = list_probes(TESTER + 1, p->n, p->probes);
	p->sent_at = calloc(p->n, sizeof(*p->sent_at));
	p->flooded_at = calloc(p->n + 1, sizeof(*p->flooded_at));
	p->delay = calloc(p->n, sizeof(*p->delay));
	return p->learned != NULL && p->probe[0] != NULL &&
	       p->probe[1] != NULL && p->sent_at != NULL &&
	       p->flooded_at != NULL && p->delay != NULL;
}

static void
free_probing(struct probing *p)
{
	free(p->learned);
	free(p->probe[0]);
	free(p->probe[1]);
	free(p->sent_at);
	free(p->flooded_at);
	free(p->delay);
}

static void
set_probing(const struct probing *p, const struct forward_options *f,
	    struct dut_trial *t)
{
	*t = (struct dut_trial){ .traffic = f->traffic, .teach = true };
	t->source[0] = (struct source_port){ .rate = DELAY_RATE,
					     .pair = p->learned,
					     .npairs = p->n,
					     .once = true,
					     .depth = DELAY_DEPTH,
					     .sent_at = p->sent_at };
	t->source[MONITOR].off = true;
	for (unsigned int i = 0; i < 2; i++)
		t->source[TESTER + i] =
			(struct source_port){ .off = i >= f->workers,
					      .rate = PROBE_RATE,
					      .pair = p->probe[i],
					      .npairs = p->probes,
					      .depth = DELAY_DEPTH,
					      .queue = i < f->workers ? i : 0,
					      .once = true };
	t->sink[MONITOR] = (struct sink_port){ .flooded_at = p->flooded_at,
					       .flooded = 0,
					       .flooded_rows = p->n + 1 };
}

static void
describe_delays(const struct probing *p, const struct dut_result *r,
		json_t *run)
{
	unsigned int seen = 0, late = 0;
	double cycles;

	for (unsigned int i = 0; i < p->n; i++) {
		uint64_t flooded = atomic_load(&p->flooded_at[1 + i]);

		cycles = flooded > p->sent_at[i]
				 ? (double)(flooded - p->sent_at[i])
				 : 0;
		p->delay[i] = cycles / r->tsc_hz * 1e6;
		seen += flooded != 0;
		late += p->delay[i] > DELAY_LOOKED * 0.9 * 1e6;
	}
	qsort(p->delay, p->n, sizeof(*p->delay), by_size);
	json_object_update_new(
		run, json_pack("{s:i, s:i, s:i, s:f, s:f, s:f, s:f, s:f, s:f}",
			       "addresses", p->n, "flooded_addresses", seen,
			       "late", late, "looked_every_us",
			       1e6 / PROBE_RATE * DELAY_RATE * DELAY_LOOKED,
			       "p50_us", p->delay[p->n / 2], "p90_us",
			       p->delay[p->n * 9 / 10], "p99_us",
			       p->delay[p->n * 99 / 100], "p99_9_us",
			       p->delay[p->n * 999ull / 1000], "max_us",
			       p->delay[p->n - 1]));
}

/*
 * From the first frame of an address to the last frame to it that is flooded, whichever
 * worker has that frame.
 */
int
learn_delay(struct dut *d, const struct learn_options *o,
	    const struct forward_options *f, json_t *run, struct faults *faults)
{
	static struct dut_trial t;
	static struct dut_result r;
	struct probing p = { 0 };
	int ret;

	(void)o;
	if (make_probing(&p, f)) {
		set_probing(&p, f, &t);
		ret = send_lists(d, &t, &r,
				 p.n + p.probes * (f->workers > 1 ? 2 : 1),
				 PROBE_RATE, faults);
	} else {
		ret = run_fail(faults, "no memory for the addresses");
	}
	if (ret == 0)
		describe_delays(&p, &r, run);
	free_probing(&p);
	return ret;
}

void
learn_print_delay(const json_t *run)
{
	printf("%lld addresses known after p50 %.0f, p90 %.0f, p99 %.0f, p99.9 "
	       "%.0f, max %.0f us\n",
	       (long long)run_number(run, "addresses"), run_real(run, "p50_us"),
	       run_real(run, "p90_us"), run_real(run, "p99_us"),
	       run_real(run, "p99_9_us"), run_real(run, "max_us"));
}

int
learn_plot(const char *path, const json_t *runs)
{
	static const char *const name[] = { "p50_us", "p90_us", "p99_us",
					    "p99_9_us", "max_us" };
	static const double at[] = { 0.3, 1, 2, 3, 4 };
	struct plot plot = { "percentile",
			     "until an address is known, microseconds",
			     "'50' 0.3, '90' 1, '99' 2, '99.9' 3, 'max' 4",
			     json_object() };
	const json_t *run;
	size_t i;
	int rc;

	json_array_foreach(runs, i, run)
	{
		json_t *points = json_array();

		if (json_object_get(run, "flooded_addresses") == NULL) {
			json_decref(points);
			continue;
		}
		for (unsigned int k = 0; k < 5; k++)
			json_array_append_new(
				points, json_pack("[f, f]", at[k],
						  run_real(run, name[k])));
		run_add_line(plot.lines, run, points);
	}
	rc = plot_lines(path, &plot, 1);
	json_decref(plot.lines);
	return rc;
}

/* What a round has found. */
struct cost {
	double p1, median;
	uint64_t frames, lost, known, flooded, learned_from;
};

/*
 * All ports but the first send as fast as they can; the first from addresses that are
 * known, or from as many that are new.
 */
static int
pass_by(struct dut *d, const struct forward_options *f, bool fresh,
	unsigned int n, struct cost *cost, struct faults *faults)
{
	static struct dut_trial t;
	static struct dut_result r;
	uint32_t rows = source_rows(&f->traffic, 0);
	struct source_pair *list = list_new(0, fresh ? rows : 0,
					    fresh ? n : rows, source_mac(1, 0));
	int ret;

	if (list == NULL)
		return run_fail(faults, "no memory for the addresses");
	if (!dut_forget(d))
		return run_fail(faults, "the addresses were not forgotten");
	t = (struct dut_trial){ .traffic = f->traffic,
				.teach = true,
				.seconds = f->seconds };
	t.source[0] = (struct source_port){ .rate = n / SPARE / f->seconds,
					    .pair = list,
					    .npairs = fresh ? n : rows,
					    .once = fresh };
	ret = dut_trial(d, &t, &r, faults);
	free(list);
	if (ret != 0)
		return -1;
	if (cost->p1 == 0 || r.p1 < cost->p1)
		cost->p1 = r.p1;
	if (cost->median == 0 || r.median < cost->median)
		cost->median = r.median;
	cost->frames += r.offered - r.missed;
	cost->lost += r.offered - r.missed - r.received;
	cost->flooded += r.bad;
	cost->learned_from += r.port[0].sent;
	cost->known += dut_known(d) - r.known;
	return 0;
}

int
learn_bystanders(struct dut *d, const struct learn_options *o,
		 const struct forward_options *f, json_t *run,
		 struct faults *faults)
{
	unsigned int n = new_of_bystanders(o, f);
	struct cost cost[2] = { 0 };

	for (unsigned int i = 0; i < 2 * ROUNDS; i++)
		if (pass_by(d, f, i % 2 == 1, n, &cost[i % 2], faults) != 0)
			return -1;
	if (cost[1].learned_from == 0)
		return run_fail(faults, "no frame from a new address was sent: "
					"the machine is too busy");
	json_object_update_new(
		run,
		json_pack("{s:f, s:I, s:I, s:I, s:I, s:f, s:f, s:f, s:f, s:f, "
			  "s:f}",
			  "new_a_second",
			  (double)cost[1].learned_from / f->seconds / ROUNDS,
			  "new", (json_int_t)cost[1].learned_from, "learned",
			  (json_int_t)cost[1].known, "lost",
			  (json_int_t)(cost[0].lost + cost[1].lost), "flooded",
			  (json_int_t)(cost[0].flooded + cost[1].flooded),
			  "cycles_p1_without", cost[0].p1, "cycles_p1_with",
			  cost[1].p1, "cycles_median_without", cost[0].median,
			  "cycles_median_with", cost[1].median, "ratio_median",
			  cost[1].median / cost[0].median,
			  "cycles_a_new_address",
			  (cost[1].p1 - cost[0].p1) * (double)cost[1].frames /
				  (double)cost[1].learned_from));
	return 0;
}

void
learn_print_bystanders(const json_t *run)
{
	printf("%.0f new addresses a second: %lld of %lld learned, %lld frames "
	       "lost; cycles a frame with and\n            without: p1 %.1f "
	       "and %.1f, median %.1f and %.1f; %.0f for a new address\n",
	       run_real(run, "new_a_second"),
	       (long long)run_number(run, "learned"),
	       (long long)run_number(run, "new"),
	       (long long)run_number(run, "lost"),
	       run_real(run, "cycles_p1_with"),
	       run_real(run, "cycles_p1_without"),
	       run_real(run, "cycles_median_with"),
	       run_real(run, "cycles_median_without"),
	       run_real(run, "cycles_a_new_address"));
}
