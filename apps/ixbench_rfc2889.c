/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ixbench rfc2889: what a switch does besides forwarding from one port to another
 * (RFC 2889).  Each test is a child with a configuration of its own.
 */
#include "apps/ixbench_command.h"

#include <stdlib.h>
#include <string.h>

#include "apps/ixbench_learn.h"
#include "apps/ixbench_run.h"
#include "apps/ixbench_search.h"
#include "fabric/bench/dut.h"

/* Frames of each size of 5.9, a second, and how long they may take. */
#define WRONG_FRAMES  1000
#define WRONG_RATE    100000
#define WRONG_SECONDS 20

static const char usage[] =
	"usage: ixbench rfc2889 [OPTION]... [-- EAL-ARGUMENT...]\n"
	"A live fabric as a LAN switch: RFC 2889.\n"
	"\n"
	"  --tests T,...    of mesh, congestion, caching, learning, delay, "
	"bystanders, errors,\n"
	"                   broadcast (all)\n"
	"  --frame N        octets of a frame with FCS, 64 to 1518 (64)\n"
	"  --ports N        ports of mesh, bystanders and broadcast, 3 to 32 "
	"(8)\n"
	"  --macs N         addresses on all ports of mesh and bystanders "
	"(1000)\n"
	"  --workers N      workers, on the last cores that may be used (1)\n"
	"  --seconds S      of a trial (0.5; the RFC wants 30)\n"
	"  --resolution P   of the searches, in percent, 1 to 50 (2)\n"
	"  --tries N        a rate passes if one of so many trials loses "
	"nothing, 1 to 100 (1)\n"
	"  --link M         Mbit/s of each port of congestion, 1 to 100000 "
	"(1000)\n"
	"  --mac-table N    size of the table of caching, 64 to 16777216 "
	"(16384)\n"
	"  --mac-limit N    addresses that a port of caching may learn (half "
	"of the table)\n"
	"  --addresses N    new addresses of learning, 100 to 4000000 "
	"(100000)\n"
	"  --rate N         new addresses a second: at most in learning, and "
	"in bystanders, 1000 to\n"
	"                   10000000 (2000000, and 1000000)\n"
	"  --load P         percent of the throughput at which latency is "
	"measured, 1 to 100 (50)\n"
	"  --profile P      ixp-strict, ixp-basic or open (open)\n"
	"  --idle I         idle workers poll or sleep (poll)\n"
	"  --isa I          no wider instructions than scalar, sse or avx512 "
	"(avx512)\n"
	"  --json           JSON, with all that is needed to repeat the run\n"
	"  --svg FILE       a diagram of delay; the numbers are kept in "
	"FILE.dat\n"
	"  --help, --version\n";

static const char *const departures[] = {
	"3: the tester is not apart from the device: frames are made and "
	"checked "
	"by the workers that forward them, so rates contain that cost",
	"5.1: each frame goes to a port drawn by chance, not to the others in "
	"turn",
	"5.2, 5.4: partial meshes: not measured",
	"5.3: forward pressure is the frame gap of a MAC, which a vdev has not",
	"5.5: no flow control frames: the fabric has no back pressure",
	"5.7, 5.8: addresses are forgotten before each trial, not aged; the "
	"rate of learning frames is that of --rate",
	"5.9: frames with a wrong FCS, alignment errors and dribble bits do "
	"not "
	"get past a NIC, and undersized ones neither; of those a vdev can "
	"hand over the result is shown",
	"5.8 (delay), 5.10, 5.11: only with profile open: under the others an "
	"unknown address is not flooded to, and a broadcast that is not ARP is "
	"dropped",
};

struct options {
	struct learn_options learn;
	unsigned int ports, macs, link, load;
	const char *tests, *svg;
	bool json;
	/* Of the tests below. */
	bool wanted[16];
};

struct part {
	const struct options *o;
	struct forward_options forward;
	unsigned int test;
};

static void
begin_search(struct search *s, struct dut *d, const struct part *p,
	     struct faults *faults)
{
	*s = (struct search){
		.dut = d,
		.faults = faults,
		.trial = { .traffic = p->forward.traffic,
			   .teach = true,
			   .seconds = p->forward.seconds },
		.tries = p->o->learn.tries,
		.resolution = p->o->learn.resolution,
		.copies = 1,
		.arg = p,
	};
}

static int
search(struct search *s, json_t *run)
{
	double frame = s->trial.traffic.frame, found;

	json_object_set_new(run, "most_fps", json_real(s->most));
	s->trials = json_array();
	json_object_set_new(run, "trials", s->trials);
	if (search_run(s, s->most, &found) != 0)
		return -1;
	if (found == 0)
		return search_fail(s);
	json_object_update_new(run, json_pack("{s:f, s:f}", "throughput_fps",
					      found, "throughput_bps",
					      found * 8 * (frame + WIRE_GAP)));
	return 0;
}

static void
fill_mesh(struct search *s, double rate)
{
	s->trial.plain = false;
	s->due = rate * s->trial.seconds;
	for (unsigned int i = 0; i < s->dut->ports; i++)
		s->trial.source[i].rate = rate / s->dut->ports;
}

/* 5.1 */
static int
test_mesh(struct dut *d, const struct part *p, json_t *run,
	  struct faults *faults)
{
	struct search *s = calloc(1, sizeof(*s));
	int ret;

	begin_search(s, d, p, faults);
	s->fill = fill_mesh;
	s->trial.plain = true;
	ret = search_most(s, run);
	if (ret == 0)
		ret = search(s, run);
	free(s);
	return ret;
}

static const struct source_pair *
broadcast(void)
{
	static struct source_pair pair;

	pair = (struct source_pair){ UINT64_C(0xffffffffffff),
				     source_mac(0, 0) };
	return &pair;
}

static void
fill_broadcast(struct search *s, double rate)
{
	s->due = rate * s->trial.seconds;
	for (unsigned int i = 1; i < s->dut->ports; i++)
		s->trial.source[i].off = true;
	s->trial.source[0].pair = broadcast();
	s->trial.source[0].npairs = 1;
	s->trial.source[0].rate = rate;
}

static int
broadcast_latency(struct search *s, const struct part *p, json_t *run)
{
	double rate = run_real(run, "throughput_fps") * p->o->load / 100;
	const struct dut_result *r = &s->result;

	s->trial.source[0].stamp = true;
	for (unsigned int i = 1; i < s->dut->ports; i++)
		s->trial.sink[i].latency = true;
	if (search_trial(s, rate, s->trials) != 0)
		return -1;
	json_object_set_new(run, "latency",
			    json_pack("{s:f, s:i, s:f, s:f, s:f, s:f, s:f}",
				      "rate_fps", rate, "load_percent",
				      p->o->load, "average_us", dut_average(r),
				      "p50_us", dut_percentile(r, 0.5),
				      "p90_us", dut_percentile(r, 0.9),
				      "p99_us", dut_percentile(r, 0.99),
				      "max_us", dut_percentile(r, 1)));
	return 0;
}

/* 5.10, 5.11 */
static int
test_broadcast(struct dut *d, const struct part *p, json_t *run,
	       struct faults *faults)
{
	struct search *s = calloc(1, sizeof(*s));
	int ret;

	begin_search(s, d, p, faults);
	s->fill = fill_broadcast;
	s->copies = d->ports - 1;
	fill_broadcast(s, 0);
	ret = search_most(s, run);
	if (ret == 0)
		ret = search(s, run);
	if (ret == 0)
		ret = broadcast_latency(s, p, run);
	free(s);
	return ret;
}

/* Ports of 5.5. */
enum {
	HALF,      /* sends half to each of the ports that follow */
	WHOLE,     /* sends all to the congested port */
	CLEAR,     /* is sent half of what its link takes */
	CONGESTED, /* one and a half times as much */
	CONGESTION_PORTS
};

/* Percent of the frames from the two senders that did not come to a port. */
static double
port_loss(const struct dut_result *r, unsigned int port)
{
	uint64_t first = (r->port[HALF].sent + 1) / 2, sent = first;

	if (port == CONGESTED)
		sent = r->port[HALF].sent - first + r->port[WHOLE].sent;
	return 100 * ((double)sent - (double)r->port[port].received) /
	       (double)sent;
}

static json_t *
describe_congestion(const struct part *p, double rate,
		    const struct dut_result *r)
{
	return json_pack("{s:i, s:f, s:I, s:I, s:f, s:f, s:b, s:b, s:o}",
			 "link_mbps", p->o->link, "offered_fps", rate, "missed",
			 (json_int_t)r->missed, "received",
			 (json_int_t)r->received, "uncongested_loss_percent",
			 port_loss(r, CLEAR), "congested_loss_percent",
			 port_loss(r, CONGESTED), "head_of_line_blocking",
			 port_loss(r, CLEAR) > 0, "back_pressure", false,
			 "drops", run_drops(r->drop));
}

/* 5.5.  Of several tries, that in which the uncongested port has lost least. */
static int
test_congestion(struct dut *d, const struct part *p, json_t *run,
		struct faults *faults)
{
	const struct source_pair half[] = {
		{ source_mac(CLEAR, 0), source_mac(HALF, 0) },
		{ source_mac(CONGESTED, 0), source_mac(HALF, 0) },
	};
	const struct source_pair whole = { source_mac(CONGESTED, 0),
					   source_mac(WHOLE, 0) };
	double link = p->o->link * 1e6, best = 100;
	double rate = link / 8 / (p->forward.traffic.frame + WIRE_GAP);
	static struct dut_trial t;
	static struct dut_result r;

	t = (struct dut_trial){ .traffic = p->forward.traffic,
				.teach = true,
				.seconds = p->forward.seconds };
	t.source[HALF] =
		(struct source_port){ .rate = rate, .pair = half, .npairs = 2 };
	t.source[WHOLE] = (struct source_port){ .rate = rate,
						.pair = &whole,
						.npairs = 1 };
	t.source[CLEAR].off = t.source[CONGESTED].off = true;
	t.sink[CLEAR].rate = t.sink[CONGESTED].rate = link;
	for (unsigned int i = 0; best > 0 && i < p->o->learn.tries; i++) {
		if (dut_trial(d, &t, &r, faults) != 0)
			return -1;
		if (r.port[CLEAR].received == 0)
			return run_fail(faults, "no frame came out");
		if (i > 0 && port_loss(&r, CLEAR) >= best)
			continue;
		best = port_loss(&r, CLEAR);
		json_object_update_new(run, describe_congestion(p, rate, &r));
	}
	return 0;
}

static int
send_wrong(struct dut *d, const struct part *p, unsigned int size, json_t *list,
	   struct faults *faults)
{
	const struct source_pair pair = { source_mac(1, 0), source_mac(0, 0) };
	static struct dut_trial t;
	static struct dut_result r;

	t = (struct dut_trial){ .traffic = p->forward.traffic,
				.teach = true,
				.frames = WRONG_FRAMES,
				.seconds = WRONG_SECONDS };
	t.source[0] = (struct source_port){ .rate = WRONG_RATE,
					    .depth = 65536,
					    .count = WRONG_FRAMES,
					    .pair = &pair,
					    .npairs = 1,
					    .frame = { size, size } };
	t.source[1].off = true;
	if (dut_trial(d, &t, &r, faults) != 0)
		return -1;
	json_array_append_new(list,
			      json_pack("{s:i, s:I, s:I, s:o}", "octets", size,
					"sent", (json_int_t)r.port[0].sent,
					"received", (json_int_t)r.received,
					"drops", run_drops(r.drop)));
	return 0;
}

/* 5.9: below and above the sizes of 802.3, and of the MTU. */
static int
test_errors(struct dut *d, const struct part *p, json_t *run,
	    struct faults *faults)
{
	static const unsigned int sizes[] = { 46, 63, 64, 1518, 1519, 2000 };
	json_t *list = json_array();
	int ret = 0;

	json_object_set_new(run, "sizes", list);
	for (unsigned int i = 0; ret == 0 && i < sizeof(sizes) / sizeof(*sizes);
	     i++)
		ret = send_wrong(d, p, sizes[i], list, faults);
	return ret;
}

static int
test_learn(struct dut *d, const struct part *p, json_t *run,
	   struct faults *faults)
{
	static int (*const test[])(struct dut *, const struct learn_options *,
				   const struct forward_options *, json_t *run,
				   struct faults *) = { learn_caching,
							learn_rate, learn_delay,
							learn_bystanders };

	return test[p->test - 2](d, &p->o->learn, &p->forward, run, faults);
}

static double
percent_of(const json_t *run, const char *key)
{
	return run_real(run, key);
}

static void
print_throughput(const json_t *run)
{
	const json_t *l = json_object_get(run, "latency");

	printf("%.3f Mpps without loss, %.3f Gbit/s",
	       run_real(run, "throughput_fps") / 1e6,
	       run_real(run, "throughput_bps") / 1e9);
	if (l != NULL)
		printf("; at %lld %% of it latency is p50 %.1f, p90 %.1f, p99 "
		       "%.1f, max %.1f, average %.1f us",
		       (long long)run_number(l, "load_percent"),
		       run_real(l, "p50_us"), run_real(l, "p90_us"),
		       run_real(l, "p99_us"), run_real(l, "max_us"),
		       run_real(l, "average_us"));
	putchar('\n');
}

static void
print_congestion(const json_t *run)
{
	printf("uncongested port: %.3f %% lost; congested: %.1f %%; "
	       "head of line blocking: %s; back pressure: no\n",
	       percent_of(run, "uncongested_loss_percent"),
	       percent_of(run, "congested_loss_percent"),
	       json_is_true(json_object_get(run, "head_of_line_blocking"))
		       ? "yes"
		       : "no");
}

static void
print_errors(const json_t *run)
{
	const json_t *size, *n;
	const char *why;
	size_t i;

	json_array_foreach(json_object_get(run, "sizes"), i, size)
	{
		printf("%s%lld octets: %lld of %lld forwarded",
		       i > 0 ? "            " : "",
		       (long long)run_number(size, "octets"),
		       (long long)run_number(size, "received"),
		       (long long)run_number(size, "sent"));
		json_object_foreach(json_object_get(size, "drops"), why, n)
			printf(", %s %lld", why,
			       (long long)json_integer_value(n));
		putchar('\n');
	}
}

static const struct {
	const char *name, *section;
	int (*run)(struct dut *, const struct part *, json_t *run,
		   struct faults *);
	void (*print)(const json_t *run);
	unsigned int ports; /* 0: as asked for */
	bool open;          /* it needs that profile */
} tests[] = {
	{ "mesh", "5.1", test_mesh, print_throughput, 0, false },
	{ "congestion", "5.5", test_congestion, print_congestion,
	  CONGESTION_PORTS, false },
	{ "caching", "5.7", test_learn, learn_print_caching, 4, false },
	{ "learning", "5.8", test_learn, learn_print_rate, 4, false },
	{ "delay", "5.8", test_learn, learn_print_delay, 4, true },
	{ "bystanders", "5.8", test_learn, learn_print_bystanders, 0, false },
	{ "errors", "5.9", test_errors, print_errors, 2, false },
	{ "broadcast", "5.10, 5.11", test_broadcast, print_throughput, 0,
	  true },
};

#define NTESTS (sizeof(tests) / sizeof(tests[0]))

/* In the child. */
static int
run_here(const void *arg, FILE *out)
{
	const struct part *p = arg;
	struct faults *faults = faults_create();
	json_t *run = run_describe(&p->forward);
	struct dut d;
	int rc = EXIT_FAILURE, ret;

	if (faults == NULL)
		return rc;
	json_object_update_new(run, json_pack("{s:s, s:s}", "test",
					      tests[p->test].name, "section",
					      tests[p->test].section));
	ret = dut_start(&d, &p->forward, faults);
	if (ret == 0)
		ret = tests[p->test].run(&d, p, run, faults);
	if (d.config_is_bad)
		rc = EXIT_CONFIG;
	else if (ret == 0)
		rc = run_write(run, out);
	dut_stop(&d);
	if (rc != EXIT_SUCCESS)
		fprintf(stderr, "ixbench: test %s:\n", tests[p->test].name);
	faults_print(faults, stderr);
	faults_free(faults);
	json_decref(run);
	return rc;
}

/* The fabric of a test. */
static void
set_up(const struct options *o, unsigned int test, struct part *p)
{
	struct forward_options *f = &p->forward;
	unsigned int ports = tests[test].ports;

	*p = (struct part){ o, o->learn.forward, test };
	f->traffic.ports = ports != 0 ? ports : o->ports;
	f->traffic.macs = ports != 0 ? ports : o->macs;
	if (tests[test].run == test_learn)
		learn_set_up(&o->learn, test - 2, f);
}

static int
run_test(const struct options *o, unsigned int test, json_t *runs)
{
	struct part p;
	json_t *run;
	int rc;

	set_up(o, test, &p);
	run = run_child(run_here, &p, &rc);
	if (rc == EXIT_SUCCESS) {
		json_object_set_new(run, "config", run_config(&p.forward));
		json_array_append(runs, run);
	}
	if (rc == EXIT_SUCCESS && !o->json) {
		printf("%-10s  ", tests[test].name);
		tests[test].print(run);
		fflush(stdout);
	}
	json_decref(run);
	return rc;
}

static int
run(const struct options *o)
{
	json_t *top = machine_describe(), *runs = json_array();
	int rc = EXIT_SUCCESS, one;

	json_object_set_new(top, "benchmark", json_string("RFC 2889"));
	json_object_set_new(
		top, "departures",
		run_strings(departures,
			    sizeof(departures) / sizeof(*departures)));
	if (!o->json)
		run_print_machine(top);
	for (unsigned int i = 0; i < NTESTS; i++) {
		one = o->wanted[i] ? run_test(o, i, runs) : EXIT_SUCCESS;
		if (one != EXIT_SUCCESS)
			rc = one;
	}
	if (rc == EXIT_SUCCESS && o->svg != NULL)
		rc = learn_plot(o->svg, runs);
	return run_end(top, runs, o->json, rc);
}

static int
parse(int argc, char **argv, struct options *o)
{
	struct learn_options *l = &o->learn;
	struct forward_options *f = &l->forward;
	const struct option_row rows[] = {
		{ "tests", OPTION_TEXT, &o->tests, 0, 0 },
		{ "frame", OPTION_NUMBER, &f->traffic.frame, 64, 1518 },
		{ "ports", OPTION_NUMBER, &o->ports, 3, SOURCE_PORTS },
		{ "macs", OPTION_NUMBER, &o->macs, 3, 1000000 },
		{ "workers", OPTION_NUMBER, &f->workers, 1, RUN_WORKERS },
		{ "seconds", OPTION_SECONDS, &f->seconds, 0, 3600 },
		{ "resolution", OPTION_NUMBER, &l->resolution, 1, 50 },
		{ "tries", OPTION_NUMBER, &l->tries, 1, 100 },
		{ "link", OPTION_NUMBER, &o->link, 1, 100000 },
		{ "mac-table", OPTION_NUMBER, &l->mac_table, 64, 16777216 },
		{ "mac-limit", OPTION_NUMBER, &l->mac_limit, 1, 8388608 },
		{ "addresses", OPTION_NUMBER, &l->addresses, 100, 4000000 },
		{ "rate", OPTION_NUMBER, &l->rate, 1000, 10000000 },
		{ "load", OPTION_NUMBER, &o->load, 1, 100 },
		{ "profile", OPTION_PROFILE, &f->profile, 0, 0 },
		{ "idle", OPTION_IDLE, &f->sleep, 0, 0 },
		{ "isa", OPTION_ISA, NULL, 0, 0 },
		{ "json", OPTION_FLAG, &o->json, 0, 0 },
		{ "svg", OPTION_TEXT, &o->svg, 0, 0 },
	};

	return options_parse(run_split(argc, argv, f), argv, rows,
			     sizeof(rows) / sizeof(rows[0]), usage);
}

/* A test that shows nothing under the profile: an error only if it is asked for. */
static int
leave_out(struct options *o, unsigned int test)
{
	o->wanted[test] = false;
	if (o->tests == NULL)
		return 0;
	return run_usage(
		"--tests %s: only with --profile open, in which frames "
		"to unknown addresses are flooded, and broadcasts are "
		"let pass",
		tests[test].name);
}

static int
check(struct options *o)
{
	const char *names[NTESTS];
	struct part p;
	int rc;

	for (unsigned int i = 0; i < NTESTS; i++)
		names[i] = tests[i].name;
	rc = run_choose(o->tests, names, NTESTS, o->wanted);
	for (unsigned int i = 0; rc == 0 && i < NTESTS; i++) {
		if (strcmp(o->learn.forward.profile, "open") != 0 &&
		    tests[i].open && o->wanted[i])
			rc = leave_out(o, i);
		set_up(o, i, &p);
		if (rc == 0 && o->wanted[i])
			rc = run_check(&p.forward);
	}
	if (rc == 0 && o->svg != NULL && !o->wanted[LEARN_DELAY + 2])
		rc = run_usage("--svg needs --tests delay");
	return rc;
}

int
ixbench_rfc2889(int argc, char **argv)
{
	struct options o = {
		.learn = { .forward = { .profile = "open",
					.burst = 64,
					.workers = 1,
					.seconds = 0.5,
					.traffic = { .frame = 64, .seed = 1 } },
			   .resolution = 2,
			   .tries = 1,
			   .mac_table = 16384,
			   .addresses = 100000 },
		.ports = 8,
		.macs = 1000,
		.link = 1000,
		.load = 50,
	};
	int rc = parse(argc, argv, &o);

	if (rc == 0)
		rc = check(&o);
	if (rc != 0)
		return rc < 0 ? EXIT_SUCCESS : rc;
	if (o.svg != NULL && !plot_can())
		return EXIT_FAILURE;
	return run(&o);
}
