/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ixbench rfc2544: throughput, latency, frame loss rate and back-to-back frames of a
 * live fabric (RFC 2544, 26.1 to 26.4).  A child for each frame size and number of
 * workers: see ixbench_run.h.
 */
#include "apps/ixbench_command.h"

#include <stdlib.h>
#include <string.h>

#include "apps/ixbench_run.h"
#include "apps/ixbench_search.h"
#include "fabric/bench/dut.h"

#define BURST_TIME  2.0 /* seconds of back-to-back frames at most: 26.4 */
#define BURST_TAIL  0.01
#define LOSS_STEP   10 /* percent: 26.3 */
#define PERCENTILES 5

static const char usage[] =
	"usage: ixbench rfc2544 [OPTION]... [-- EAL-ARGUMENT...]\n"
	"Throughput, latency, frame loss rate and back-to-back frames of a "
	"live "
	"fabric: RFC 2544,\n"
	"26.1 to 26.4.\n"
	"\n"
	"  --frame N,...    octets of a frame with FCS, 64 to 9018 (those of "
	"9.1, up to 1518)\n"
	"  --ports N        member ports, 2 to 32 (2)\n"
	"  --pattern P      pairs: 0 and 1, 2 and 3 …; random: to any other "
	"port (pairs)\n"
	"  --macs N         addresses on all ports, from as many as ports to "
	"8000000 (256)\n"
	"  --workers N,...  workers, on the last cores that may be used (1)\n"
	"  --tests T,...    of throughput, latency, loss, back-to-back (all; "
	"the first always)\n"
	"  --seconds S      of a trial (0.5; the RFC wants 60)\n"
	"  --resolution P   of the search for the throughput, in percent, 1 to "
	"50 (1)\n"
	"  --tries N        a rate passes if one of so many trials loses "
	"nothing; latency is\n"
	"                   that of the best by its p99, 1 to 100 (1)\n"
	"  --load P         percent of the throughput at which latency is "
	"measured, 1 to 100 (50)\n"
	"  --link M         Mbit/s of each port, 1 to 400000 (no limit, and no "
	"back-to-back)\n"
	"  --depth N        frames in a receive queue, 1 to 65536 (1024)\n"
	"  --profile P      ixp-strict, ixp-basic or open (ixp-strict)\n"
	"  --ipv6           every third buffer has an IPv6 packet\n"
	"  --sponge         the LAN has a sponge\n"
	"  --rules N        an ACL of so many rules on each port, 0 to 1024 "
	"(0)\n"
	"  --burst N        frames a pass, 1 to 64 (64)\n"
	"  --isa I          no wider instructions than scalar, sse or avx512 "
	"(avx512)\n"
	"  --idle I         idle workers poll or sleep (poll)\n"
	"  --seed N         of the random numbers (1)\n"
	"  --config FILE    this configuration; its net_null devices get the "
	"frames\n"
	"  --print-config   print the configuration that would be used, and "
	"stop\n"
	"  --json           JSON, with all that is needed to repeat the run\n"
	"  --svg FILE       diagrams of loss and latency; the numbers are kept "
	"in FILE.dat\n"
	"  --help, --version\n";

static const char *const departures[] = {
	"5, 6: the tester is not apart from the device: frames are made and "
	"checked by the workers that forward them, so rates contain that cost",
	"7, 11: no modifiers: no broadcast, management or routing frames, no "
	"filters but those of the configuration",
	"12: frames have random addresses of the ports, not one flow",
	"24: trials are as long as --seconds says, not 60 s",
	"26.1, 26.3: without --link there is no medium; 100 percent is a tenth "
	"more than what the fabric forwards when it is offered all it takes",
	"26.2: every frame is stamped, not one after 60 s, in one trial and "
	"not 20; the average is that of all frames; without --link a frame is "
	"received when it has been sent, with it at the end of its "
	"transmission",
	"26.4: one trial for each length, not 50; no longer than --seconds; "
	"only with --link",
	"26.5, 26.6: recovery and reset are not measured",
};

enum test {
	TEST_THROUGHPUT,
	TEST_LATENCY,
	TEST_LOSS,
	TEST_BACK_TO_BACK,
	TESTS
};

static const char *const test_name[TESTS] = { "throughput", "latency", "loss",
					      "back-to-back" };

static const double percentile[PERCENTILES] = { 0.5, 0.9, 0.99, 0.999, 1 };
static const char *const percentile_name[PERCENTILES] = { "p50_us", "p90_us",
							  "p99_us", "p99_9_us",
							  "max_us" };

struct options {
	struct forward_options forward;
	unsigned int ports, macs, seed, resolution, tries, load, link, depth;
	struct list frames, workers;
	const char *tests, *svg;
	bool wanted[TESTS], print_config, json;
};

struct part {
	const struct options *o;
	struct forward_options forward;
};

/* What the tests of a frame size share. */
struct state {
	struct search search; /* first: fill() gets it */
	const struct options *o;
	uint64_t count; /* frames of a trial; 0: to its end */
	bool stamp;
	double throughput;
};

/* Frames a second that the links take, of all ports; 0: no limit. */
static double
link_rate(const struct state *s)
{
	return s->o->link * 1e6 / 8 /
	       (s->search.trial.traffic.frame + WIRE_GAP) *
	       s->search.dut->ports;
}

static void
fill(struct search *search, double rate)
{
	struct state *s = (struct state *)search;
	unsigned int n = search->dut->ports;

	search->trial.plain = false;
	search->due = rate * search->trial.seconds;
	for (unsigned int i = 0; i < n; i++) {
		search->trial.source[i] = (struct source_port){
			.rate = rate / n,
			.depth = s->o->depth,
			.count = s->count / n,
			.stamp = s->stamp,
		};
		search->trial.sink[i] = (struct sink_port){
			.rate = s->o->link * 1e6,
			.latency = s->stamp,
		};
	}
}

/* What it forwards when it is offered all that it takes: where to begin. */
static int
find_most(struct state *s, json_t *run)
{
	s->search.trial.plain = true;
	if (search_most(&s->search, run) != 0)
		return -1;
	if (s->o->link != 0 && link_rate(s) < s->search.most)
		s->search.most = link_rate(s);
	json_object_set_new(run, "most_fps", json_real(s->search.most));
	return 0;
}

/* 26.1 */
static int
find_throughput(struct state *s, json_t *run)
{
	double frame = s->search.trial.traffic.frame;

	s->search.trials = json_array();
	json_object_set_new(run, "trials", s->search.trials);
	if (search_run(&s->search, s->search.most, &s->throughput) != 0)
		return -1;
	if (s->throughput == 0)
		return search_fail(&s->search);
	json_object_update_new(run,
			       json_pack("{s:f, s:f, s:f}", "throughput_fps",
					 s->throughput, "throughput_bps",
					 s->throughput * 8 * (frame + WIRE_GAP),
					 "throughput_percent",
					 100 * s->throughput / s->search.most));
	return 0;
}

static json_t *
describe_latency(const struct state *s, const json_t *trial)
{
	const struct dut_result *r = &s->search.result;
	json_t *l = json_deep_copy(trial);

	json_object_update_new(l, json_pack("{s:i, s:f}", "load_percent",
					    s->o->load, "average_us",
					    dut_average(r)));
	for (unsigned int i = 0; i < PERCENTILES; i++)
		json_object_set_new(
			l, percentile_name[i],
			json_real(dut_percentile(r, percentile[i])));
	return l;
}

/* 26.2.  Of several tries, that with the lowest 99th percentile. */
static int
find_latency(struct state *s, json_t *run)
{
	double rate = s->throughput * s->o->load / 100, best = 0, p99;
	json_t *list = json_array();
	int ret = 0;

	s->stamp = true;
	for (unsigned int i = 0; ret == 0 && i < s->o->tries; i++) {
		ret = search_trial(&s->search, rate, list);
		p99 = dut_percentile(&s->search.result, 0.99);
		if (ret != 0 || !search_is_whole(&s->search) ||
		    (best > 0 && p99 >= best))
			continue;
		best = p99;
		json_object_set_new(
			run, "latency",
			describe_latency(s, json_array_get(list, i)));
	}
	s->stamp = false;
	json_decref(list);
	if (ret == 0 && best == 0)
		return run_fail(s->search.faults,
				"no latency: the worker did not run as it "
				"should; the machine is too busy");
	return ret;
}

/* 26.3: down from the most, until two trials in turn lose nothing. */
static int
find_loss(struct state *s, json_t *run)
{
	unsigned int passed = 0;
	json_t *list = json_array();

	json_object_set_new(run, "loss", list);
	for (int load = 100; load > 0 && passed < 2; load -= LOSS_STEP) {
		if (search_trial(&s->search, s->search.most * load / 100,
				 list) != 0)
			return -1;
		passed = search_lost(&s->search) == 0 ? passed + 1 : 0;
	}
	return 0;
}

static void
fill_burst(struct search *search, double count)
{
	struct state *s = (struct state *)search;

	s->count = (uint64_t)count;
	search->trial.seconds = count / link_rate(s) + BURST_TAIL;
	fill(search, link_rate(s));
	search->due = count;
}

/* 26.4: on each port, at the rate of its link. */
static int
find_burst(struct state *s, json_t *run)
{
	double seconds = s->o->forward.seconds;
	double most, count;
	int ports = (int)s->search.dut->ports;

	if (s->o->link == 0)
		return 0;
	most = link_rate(s) * (seconds < BURST_TIME ? seconds : BURST_TIME);
	s->search.trials = json_array();
	json_object_set_new(run, "bursts", s->search.trials);
	s->search.most = most;
	s->search.fill = fill_burst;
	if (search_run(&s->search, most, &count) != 0)
		return -1;
	json_object_update_new(
		run, json_pack("{s:I, s:I}", "back_to_back_frames",
			       (json_int_t)count / ports, "back_to_back_most",
			       (json_int_t)most / ports));
	return 0;
}

static int (*const find[TESTS])(struct state *,
				json_t *run) = { find_throughput, find_latency,
						 find_loss, find_burst };

static int
test_all(struct state *s, json_t *run)
{
	int ret = find_most(s, run);

	for (unsigned int i = 0; ret == 0 && i < TESTS; i++)
		if (s->o->wanted[i])
			ret = find[i](s, run);
	return ret;
}

/* In the child. */
static int
run_here(const void *arg, FILE *out)
{
	const struct part *p = arg;
	static struct state s;
	struct dut d;
	json_t *run = run_describe(&p->forward);
	int rc = EXIT_FAILURE, ret;

	s = (struct state){
		.search = { .dut = &d,
			    .faults = faults_create(),
			    .trial = { .traffic = p->forward.traffic,
				       .teach = true,
				       .seconds = p->forward.seconds },
			    .tries = p->o->tries,
			    .resolution = p->o->resolution,
			    .copies = 1,
			    .fill = fill },
		.o = p->o,
	};
	if (s.search.faults == NULL)
		return rc;
	ret = dut_start(&d, &p->forward, s.search.faults);
	if (ret == 0)
		ret = test_all(&s, run);
	if (d.config_is_bad)
		rc = EXIT_CONFIG;
	else if (ret == 0)
		rc = run_write(run, out);
	dut_stop(&d);
	faults_print(s.search.faults, stderr);
	faults_free(s.search.faults);
	json_decref(run);
	return rc;
}

static void
print_run(const struct options *o, const json_t *run)
{
	const json_t *l = json_object_get(run, "latency");

	printf("%5lld %7lld %8.3f %8.3f %8.3f",
	       (long long)run_number(run, "frame"),
	       (long long)run_number(run, "workers"),
	       run_real(run, "taken_fps") / 1e6,
	       run_real(run, "throughput_fps") / 1e6,
	       run_real(run, "throughput_bps") / 1e9);
	for (unsigned int i = 0; o->wanted[TEST_LATENCY] && i < PERCENTILES;
	     i++)
		printf(" %7.1f", run_real(l, percentile_name[i]));
	if (o->wanted[TEST_LATENCY])
		printf(" %7.1f", run_real(l, "average_us"));
	if (json_object_get(run, "back_to_back_frames") != NULL)
		printf(" %9lld",
		       (long long)run_number(run, "back_to_back_frames"));
	putchar('\n');
	fflush(stdout);
}

static void
print_head(const struct options *o)
{
	printf("FRAME WORKERS    TAKEN THROUGHPUT GBIT/S");
	if (o->wanted[TEST_LATENCY])
		printf("     P50     P90     P99   P99.9     MAX AVERAGE");
	if (o->wanted[TEST_BACK_TO_BACK] && o->link != 0)
		printf("   BURST");
	putchar('\n');
}

static void
print_loss(const json_t *runs)
{
	const json_t *run, *trial;
	size_t i, k;

	printf("\nFRAME WORKERS LOAD      MPPS   LOSS %%\n");
	json_array_foreach(runs, i, run)
		json_array_foreach(json_object_get(run, "loss"), k, trial)
			printf("%5lld %7lld %3.0f%% %9.3f %8.4f\n",
			       (long long)run_number(run, "frame"),
			       (long long)run_number(run, "workers"),
			       run_real(trial, "percent"),
			       run_real(trial, "offered_fps") / 1e6,
			       run_real(trial, "loss_percent"));
}

/* Lines of a diagram: the loss of each run over the load. */
static json_t *
loss_lines(const json_t *runs)
{
	json_t *lines = json_object(), *points;
	const json_t *run, *trial;
	size_t i, k;

	json_array_foreach(runs, i, run)
	{
		points = json_array();
		json_array_foreach(json_object_get(run, "loss"), k, trial)
			json_array_append_new(
				points,
				json_pack("[f, f]", run_real(trial, "percent"),
					  run_real(trial, "loss_percent")));
		run_add_line(lines, run, points);
	}
	return lines;
}

/* Latency over percentiles: each nine is one more to the right. */
static json_t *
latency_lines(const json_t *runs)
{
	static const double at[PERCENTILES] = { 0.3, 1, 2, 3, 4 };
	json_t *lines = json_object(), *points;
	const json_t *run;
	size_t i;

	json_array_foreach(runs, i, run)
	{
		const json_t *l = json_object_get(run, "latency");

		points = json_array();
		for (unsigned int k = 0; l != NULL && k < PERCENTILES; k++)
			json_array_append_new(
				points,
				json_pack("[f, f]", at[k],
					  run_real(l, percentile_name[k])));
		run_add_line(lines, run, points);
	}
	return lines;
}

static int
plot(const struct options *o, const json_t *runs)
{
	struct plot plots[2];
	unsigned int n = 0;
	int rc;

	if (o->wanted[TEST_LOSS])
		plots[n++] =
			(struct plot){ "load, percent", "frames lost, percent",
				       NULL, loss_lines(runs) };
	if (o->wanted[TEST_LATENCY])
		plots[n++] = (struct plot){
			"percentile", "latency, microseconds",
			"'50' 0.3, '90' 1, '99' 2, '99.9' 3, 'max' 4",
			latency_lines(runs)
		};
	rc = plot_lines(o->svg, plots, n);
	while (n-- > 0)
		json_decref(plots[n].lines);
	return rc;
}

/* The values of combination number 'i'; false after the last. */
static bool
combine(const struct options *o, unsigned int i, struct forward_options *f)
{
	*f = o->forward;
	f->traffic.frame = o->frames.value[i % o->frames.n];
	i /= o->frames.n;
	f->workers = o->workers.value[i % o->workers.n];
	return i < o->workers.n;
}

static int
run_all(const struct options *o, json_t *runs)
{
	struct part p = { .o = o };
	int rc = EXIT_SUCCESS;

	for (unsigned int i = 0;
	     rc == EXIT_SUCCESS && combine(o, i, &p.forward); i++) {
		json_t *run = run_child(run_here, &p, &rc);

		if (rc != EXIT_SUCCESS) {
			json_decref(run);
			return rc;
		}
		json_object_set_new(run, "config", run_config(&p.forward));
		if (!o->json)
			print_run(o, run);
		json_array_append_new(runs, run);
	}
	return rc;
}

static json_t *
describe(const struct options *o)
{
	json_t *top = machine_describe();

	json_object_update_new(
		top, json_pack("{s:s, s:i, s:i, s:i, s:i, s:i}", "benchmark",
			       "RFC 2544", "resolution_percent", o->resolution,
			       "tries", o->tries, "load_percent", o->load,
			       "link_mbps", o->link, "depth", o->depth));
	json_object_set_new(
		top, "departures",
		run_strings(departures,
			    sizeof(departures) / sizeof(*departures)));
	return top;
}

static int
run(const struct options *o)
{
	json_t *top = describe(o), *runs = json_array();
	int rc;

	if (!o->json) {
		run_print_machine(top);
		print_head(o);
	}
	rc = run_all(o, runs);
	if (!o->json && rc == EXIT_SUCCESS && o->wanted[TEST_LOSS])
		print_loss(runs);
	if (rc == EXIT_SUCCESS && o->svg != NULL)
		rc = plot(o, runs);
	return run_end(top, runs, o->json, rc);
}

static int
parse(int argc, char **argv, struct options *o)
{
	struct forward_options *f = &o->forward;
	const struct option_row rows[] = {
		{ "frame", OPTION_LIST, &o->frames, 64, 9018 },
		{ "ports", OPTION_NUMBER, &o->ports, 2, SOURCE_PORTS },
		{ "pattern", OPTION_PATTERN, &f->traffic.pairs, 0, 0 },
		{ "macs", OPTION_NUMBER, &o->macs, 2, 8000000 },
		{ "workers", OPTION_LIST, &o->workers, 1, RUN_WORKERS },
		{ "tests", OPTION_TEXT, &o->tests, 0, 0 },
		{ "seconds", OPTION_SECONDS, &f->seconds, 0, 3600 },
		{ "resolution", OPTION_NUMBER, &o->resolution, 1, 50 },
		{ "tries", OPTION_NUMBER, &o->tries, 1, 100 },
		{ "load", OPTION_NUMBER, &o->load, 1, 100 },
		{ "link", OPTION_NUMBER, &o->link, 1, 400000 },
		{ "depth", OPTION_NUMBER, &o->depth, 1, 65536 },
		{ "profile", OPTION_PROFILE, &f->profile, 0, 0 },
		{ "ipv6", OPTION_FLAG, &f->traffic.ipv6, 0, 0 },
		{ "sponge", OPTION_FLAG, &f->sponge, 0, 0 },
		{ "rules", OPTION_NUMBER, &f->rules, 0, 1024 },
		{ "burst", OPTION_NUMBER, &f->burst, 1, 64 },
		{ "isa", OPTION_ISA, NULL, 0, 0 },
		{ "idle", OPTION_IDLE, &f->sleep, 0, 0 },
		{ "seed", OPTION_NUMBER, &o->seed, 0, 1000000000 },
		{ "config", OPTION_TEXT, &f->file, 0, 0 },
		{ "print-config", OPTION_FLAG, &o->print_config, 0, 0 },
		{ "json", OPTION_FLAG, &o->json, 0, 0 },
		{ "svg", OPTION_TEXT, &o->svg, 0, 0 },
	};

	return options_parse(run_split(argc, argv, f), argv, rows,
			     sizeof(rows) / sizeof(rows[0]), usage);
}

static int
check(struct options *o)
{
	struct forward_options f;
	int rc = run_choose(o->tests, test_name, TESTS, o->wanted);

	o->wanted[TEST_THROUGHPUT] = true;
	o->forward.traffic.seed = o->seed;
	o->forward.traffic.ports = o->ports;
	o->forward.traffic.macs = o->macs;
	if (rc == 0 && o->wanted[TEST_BACK_TO_BACK] && o->tests != NULL &&
	    o->link == 0)
		rc = run_usage("--tests back-to-back needs --link");
	if (rc == 0 && o->svg != NULL && !o->wanted[TEST_LOSS] &&
	    !o->wanted[TEST_LATENCY])
		rc = run_usage("--svg needs --tests latency or loss");
	for (unsigned int i = 0; rc == 0 && combine(o, i, &f); i++)
		rc = run_check(&f);
	return rc;
}

int
ixbench_rfc2544(int argc, char **argv)
{
	struct options o = {
		.forward = { .profile = "ixp-strict",
			     .burst = 64,
			     .seconds = 0.5,
			     .traffic.pairs = true },
		.ports = 2,
		.macs = 256,
		.seed = 1,
		.resolution = 1,
		.tries = 1,
		.load = 50,
		.depth = 1024,
		.frames = { 7, { 64, 128, 256, 512, 1024, 1280, 1518 } },
		.workers = { 1, { 1 } },
	};
	struct forward_options first;
	int rc = parse(argc, argv, &o);

	if (rc == 0)
		rc = check(&o);
	if (rc != 0)
		return rc < 0 ? EXIT_SUCCESS : rc;
	combine(&o, 0, &first);
	if (o.print_config)
		return run_print_config(&first);
	if (o.svg != NULL && !plot_can())
		return EXIT_FAILURE;
	return run(&o);
}
