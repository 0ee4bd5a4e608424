/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ixbench forward: what a live fabric forwards.  DPDK starts once in a process, so
 * each combination of the values runs in a child, which reports as JSON.
 */
#include "apps/ixbench_command.h"

#include <stdlib.h>
#include <string.h>

#include "apps/ixbench_html.h"
#include "apps/ixbench_run.h"
#include "fabric/bench/forward.h"

static const char usage[] =
	"usage: ixbench forward [OPTION]... [-- EAL-ARGUMENT...]\n"
	"Measures a live fabric, whose workers make, forward and check all "
	"frames: TSC\n"
	"cycles a frame over windows of 1,024 frames, and Mpps.\n"
	"\n"
	"  --frame N,...    octets of a frame with FCS, 64 to 9018 (64)\n"
	"  --ports N,...    member ports, 2 to 32 (8)\n"
	"  --macs N,...     addresses on all ports, from as many as ports to "
	"8000000 (1000)\n"
	"  --workers N,...  workers, on the last cores that may be used (1)\n"
	"  --profile P      ixp-strict, ixp-basic or open (ixp-strict)\n"
	"  --pattern P      random: to any other port; pairs: 0 and 1, 2 and 3 "
	"… (random)\n"
	"  --ipv6           every third buffer has an IPv6 packet\n"
	"  --sponge         the LAN has a sponge\n"
	"  --rules N        an ACL of so many rules on each port, 0 to 1024 "
	"(0)\n"
	"  --burst N        frames a pass, 1 to 64 (64)\n"
	"  --isa I          no wider instructions than scalar, sse or avx512 "
	"(avx512)\n"
	"  --idle I         idle workers poll or sleep (poll)\n"
	"  --seed N         of the random numbers (1)\n"
	"  --warm S         seconds that are not measured, first (0.5)\n"
	"  --seconds S      seconds that are (2)\n"
	"  --config FILE    this configuration; its net_null devices get the "
	"frames\n"
	"  --print-config   print the configuration that would be used, and "
	"stop\n"
	"  --json           JSON, with all that is needed to repeat the run\n"
	"  --html FILE      a page with bars, and all that is needed to repeat "
	"the run\n"
	"  --svg FILE       diagrams of the lists; the numbers are kept in "
	"FILE.dat\n"
	"  --help, --version\n";

struct options {
	struct forward_options forward;
	unsigned int seed;
	struct list frames, ports, macs, workers;
	bool print_config, json;
	const char *svg, *html;
};

/* What was given to one run. */
static json_t *
describe(const struct forward_options *o, unsigned int ports)
{
	return json_pack(
		"{s:i, s:i, s:i, s:i, s:s, s:s, s:b, s:b, s:i, s:i, s:s, s:I, "
		"s:f, s:f, s:s?}",
		"frame", o->traffic.frame, "ports", ports, "macs",
		o->traffic.macs, "workers", o->workers, "profile",
		o->file != NULL ? "" : o->profile, "pattern",
		o->traffic.pairs ? "pairs" : "random", "ipv6", o->traffic.ipv6,
		"sponge", o->sponge, "rules", o->rules, "burst", o->burst,
		"idle", o->sleep ? "sleep" : "poll", "seed",
		(json_int_t)o->traffic.seed, "warm", o->warm, "seconds",
		o->seconds, "config_file", o->file);
}

static json_t *
describe_cores(const struct forward_result *r)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < r->measured.ncores; i++) {
		const struct measure_core *c = &r->measured.core[i];

		json_array_append_new(
			list,
			json_pack("{s:i, s:i, s:f, s:f, s:f, s:f, s:f}",
				  "worker", c->lcore - 1, "windows", c->windows,
				  "cycles_min", c->min, "cycles_p1", c->p1,
				  "cycles_median", c->median, "cycles_p99",
				  c->p99, "mpps", c->mpps));
	}
	return list;
}

/* By the counters of the fabric, of frames from outside too. */
static json_t *
describe_workers(const struct forward_result *r)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < r->nworkers; i++) {
		const struct forward_worker *w = &r->worker[i];

		json_array_append_new(
			list,
			json_pack("{s:i, s:I, s:I}", "core", w->core, "frames",
				  (json_int_t)w->frames, "busy_cycles",
				  (json_int_t)w->busy_cycles));
	}
	return list;
}

static json_t *
describe_ports(const struct forward_result *r)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < r->nports; i++) {
		const struct forward_port *p = &r->port[i];

		json_array_append_new(
			list, json_pack("{s:s, s:b, s:I, s:I, s:I}", "name",
					p->name, "source", p->source,
					"rx_frames", (json_int_t)p->rx_frames,
					"tx_frames", (json_int_t)p->tx_frames,
					"rx_missed", (json_int_t)p->rx_missed));
	}
	return list;
}

static json_t *
describe_result(const struct forward_options *o, const struct forward_result *r)
{
	const struct measure_result *m = &r->measured;
	json_t *run = describe(o, r->nports);

	json_object_update_new(
		run,
		json_pack("{s:f, s:b, s:I, s:f, s:f, s:I, s:I, s:I, s:I, s:I, "
			  "s:I}",
			  "tsc_hz", m->tsc_hz, "dpdk_huge_pages", r->huge,
			  "known", (json_int_t)r->known, "measured_seconds",
			  m->seconds, "mpps", m->mpps, "sent",
			  (json_int_t)m->sent, "received",
			  (json_int_t)m->received, "bad", (json_int_t)m->bad,
			  "groups", (json_int_t)m->groups, "lost",
			  (json_int_t)m->lost, "no_mbuf",
			  (json_int_t)m->no_mbuf));
	json_object_set_new(run, "drops", run_drops(r->drop));
	json_object_set_new(run, "cores", describe_cores(r));
	json_object_set_new(run, "worker_counters", describe_workers(r));
	json_object_set_new(run, "port_counters", describe_ports(r));
	json_object_set_new(run, "config", run_config(o));
	return run;
}

/* In the child. */
static int
run_here(const void *arg, FILE *out)
{
	const struct forward_options *o = arg;
	static struct forward_result r;
	struct faults *faults = faults_create();
	json_t *run;
	int rc = EXIT_FAILURE;

	if (faults == NULL)
		return rc;
	if (bench_forward(o, &r, faults) == 0) {
		run = describe_result(o, &r);
		rc = json_dumpf(run, out, 0) == 0 && fflush(out) == 0
			     ? EXIT_SUCCESS
			     : EXIT_FAILURE;
		json_decref(run);
	} else if (r.config_is_bad) {
		rc = EXIT_CONFIG;
	}
	faults_print(faults, stderr);
	faults_free(faults);
	free(r.port);
	return rc;
}

static bool
has_source(const json_t *run)
{
	json_t *port;
	size_t i;

	json_array_foreach(
		json_object_get(run, "port_counters"), i,
		port) if (json_is_true(json_object_get(port,
						       "source"))) return true;
	return false;
}

/* How a run went wrong, on standard error. */
static int
judge(const json_t *run)
{
	json_t *frames, *drops = json_object_get(run, "drops");
	const char *why;

	if (run_number(run, "no_mbuf") != 0)
		fprintf(stderr, "ixbench: the pool was empty for %lld frames\n",
			(long long)run_number(run, "no_mbuf"));
	if (!has_source(run))
		return EXIT_SUCCESS; /* frames come from outside */
	if (run_number(run, "lost") == 0 && run_number(run, "bad") == 0 &&
	    run_number(run, "received") != 0)
		return EXIT_SUCCESS;
	fprintf(stderr,
		"ixbench: %lld of %lld frames were lost, and %lld came to a "
		"wrong port; %lld of %lld addresses were known\n",
		(long long)run_number(run, "lost"),
		(long long)run_number(run, "sent"),
		(long long)run_number(run, "bad"),
		(long long)run_number(run, "known"),
		(long long)run_number(run, "macs"));
	json_object_foreach(drops, why, frames)
		fprintf(stderr, "ixbench: dropped: %s %lld\n", why,
			(long long)json_integer_value(frames));
	return EXIT_FAILURE;
}

static void
print_core(const json_t *run, const json_t *c)
{
	printf("%5lld %5lld %8lld %6lld %7.1f %6.1f %6.1f %6.1f %7.2f %9lld\n",
	       (long long)run_number(run, "ports"),
	       (long long)run_number(run, "frame"),
	       (long long)run_number(run, "macs"),
	       (long long)run_number(c, "worker"), run_real(c, "cycles_min"),
	       run_real(c, "cycles_p1"), run_real(c, "cycles_median"),
	       run_real(c, "cycles_p99"), run_real(c, "mpps"),
	       (long long)run_number(run, "lost"));
}

/* Of frames from outside the fabric's own counters are all there is. */
static void
print_counters(const json_t *run)
{
	double seconds = run_real(run, "measured_seconds");
	json_t *p, *w;
	size_t i;

	json_array_foreach(json_object_get(run, "port_counters"), i, p)
		printf("port %-16s rx %8.3f Mpps, tx %8.3f Mpps, missed %lld\n",
		       json_string_value(json_object_get(p, "name")),
		       run_real(p, "rx_frames") / seconds / 1e6,
		       run_real(p, "tx_frames") / seconds / 1e6,
		       (long long)run_number(p, "rx_missed"));
	json_array_foreach(json_object_get(run, "worker_counters"), i, w)
		printf("worker %zu: %8.3f Mpps, %.1f cycles a frame\n", i,
		       run_real(w, "frames") / seconds / 1e6,
		       run_number(w, "frames") != 0
			       ? run_real(w, "busy_cycles") /
					 run_real(w, "frames")
			       : 0);
}

static void
print_run(const json_t *run)
{
	json_t *cores = json_object_get(run, "cores"), *core;
	size_t i;

	json_array_foreach(cores, i, core) print_core(run, core);
	if (json_array_size(cores) == 0)
		print_counters(run);
	fflush(stdout);
}

static void
print_head(const json_t *machine)
{
	printf("%s, %s; instructions: %s; TSC cycles a frame\n\n",
	       json_string_value(json_object_get(machine, "cpu")),
	       json_string_value(json_object_get(machine, "kernel")),
	       json_string_value(json_object_get(machine, "isa")));
	printf("PORTS FRAME     MACS WORKER     MIN     P1 MEDIAN    P99    "
	       "MPPS      LOST\n");
}

/* The values of combination number 'i'; false after the last. */
static bool
combine(const struct options *o, unsigned int i, struct forward_options *f)
{
	*f = o->forward;
	f->traffic.frame = o->frames.value[i % o->frames.n];
	i /= o->frames.n;
	f->traffic.macs = o->macs.value[i % o->macs.n];
	i /= o->macs.n;
	f->traffic.ports = o->ports.value[i % o->ports.n];
	i /= o->ports.n;
	f->workers = o->workers.value[i % o->workers.n];
	return i < o->workers.n;
}

static int
run_all(const struct options *o, json_t *machine, json_t *runs)
{
	struct forward_options f;
	int rc = EXIT_SUCCESS, one;

	if (!o->json)
		print_head(machine);
	for (unsigned int i = 0; combine(o, i, &f); i++) {
		json_t *run = run_child(run_here, &f, &one);

		if (one != EXIT_SUCCESS) {
			json_decref(run);
			return one;
		}
		if (!o->json)
			print_run(run);
		if (judge(run) != EXIT_SUCCESS)
			rc = EXIT_FAILURE;
		json_array_append_new(runs, run);
	}
	return rc;
}

static void
add_rows(json_t *rows, const json_t *run)
{
	json_t *cores = json_object_get(run, "cores"), *c;
	char name[128];
	size_t i;

	json_array_foreach(cores, i, c)
	{
		snprintf(name, sizeof(name),
			 "%lld ports, %lld octets, %lld addresses, worker %lld",
			 (long long)run_number(run, "ports"),
			 (long long)run_number(run, "frame"),
			 (long long)run_number(run, "macs"),
			 (long long)run_number(c, "worker"));
		json_array_append_new(rows,
				      json_pack("{s:s, s:[f, f, f, f, f]}",
						"name", name, "values",
						run_real(c, "cycles_median"),
						run_real(c, "cycles_min"),
						run_real(c, "cycles_p99"),
						run_real(c, "cycles_p1"),
						run_real(c, "mpps")));
	}
}

/* A row of the page for each worker of each run. */
static int
write_page(struct newfile *html, const json_t *machine, json_t *runs)
{
	static const char *const heading[] = {
		"Median",         "Least", "99th percentile",
		"1st percentile", "Mpps",  NULL
	};
	json_t *rows = json_array(), *run;
	struct bench_page page = {
		.title = "ixbench forward",
		.sentence = "TSC cycles a frame over windows of 1,024 frames.",
		.heading = heading,
		.rows = rows,
		.machine = machine,
		.result = runs,
	};
	size_t i;
	int rc;

	json_array_foreach(runs, i, run) add_rows(rows, run);
	if (json_array_size(rows) == 0)
		page.sentence = "Frames came from outside: the counters are in "
				"the result.";
	rc = bench_page_write(html, &page);
	json_decref(rows);
	return rc;
}

static int
run(const struct options *o, struct newfile *html)
{
	json_t *machine = machine_describe(), *runs = json_array();
	int rc = run_all(o, machine, runs);

	if (rc == EXIT_SUCCESS && html->out != NULL)
		rc = write_page(html, machine, runs);
	if (rc == EXIT_SUCCESS && o->svg != NULL)
		rc = plot_runs(o->svg, runs, &o->frames, &o->ports, &o->macs);
	return run_end(machine, runs, o->json, rc);
}

static int
check(const struct options *o)
{
	struct forward_options f;
	int rc = 0;

	if (o->svg != NULL && o->frames.n == 1 && o->ports.n == 1 &&
	    o->macs.n == 1) {
		fputs("ixbench: --svg: give --frame, --ports or --macs several "
		      "values, such as --frame 64,512,1518\n",
		      stderr);
		return EXIT_USAGE;
	}
	for (unsigned int i = 0; rc == 0 && combine(o, i, &f); i++)
		rc = run_check(&f);
	return rc;
}

static int
parse(int argc, char **argv, struct options *o)
{
	struct forward_options *f = &o->forward;
	const struct option_row rows[] = {
		{ "frame", OPTION_LIST, &o->frames, 64, 9018 },
		{ "ports", OPTION_LIST, &o->ports, 2, SOURCE_PORTS },
		{ "macs", OPTION_LIST, &o->macs, 2, 8000000 },
		{ "workers", OPTION_LIST, &o->workers, 1, MEASURE_CORES },
		{ "profile", OPTION_PROFILE, &f->profile, 0, 0 },
		{ "pattern", OPTION_PATTERN, &f->traffic.pairs, 0, 0 },
		{ "ipv6", OPTION_FLAG, &f->traffic.ipv6, 0, 0 },
		{ "sponge", OPTION_FLAG, &f->sponge, 0, 0 },
		{ "rules", OPTION_NUMBER, &f->rules, 0, 1024 },
		{ "burst", OPTION_NUMBER, &f->burst, 1, 64 },
		{ "isa", OPTION_ISA, NULL, 0, 0 },
		{ "idle", OPTION_IDLE, &f->sleep, 0, 0 },
		{ "seed", OPTION_NUMBER, &o->seed, 0, 1000000000 },
		{ "warm", OPTION_SECONDS, &f->warm, 0, 3600 },
		{ "seconds", OPTION_SECONDS, &f->seconds, 0, 3600 },
		{ "config", OPTION_TEXT, &f->file, 0, 0 },
		{ "print-config", OPTION_FLAG, &o->print_config, 0, 0 },
		{ "json", OPTION_FLAG, &o->json, 0, 0 },
		{ "svg", OPTION_TEXT, &o->svg, 0, 0 },
		{ "html", OPTION_TEXT, &o->html, 0, 0 },
	};

	return options_parse(run_split(argc, argv, f), argv, rows,
			     sizeof(rows) / sizeof(rows[0]), usage);
}

int
ixbench_forward(int argc, char **argv)
{
	struct options o = {
		.forward = { .profile = "ixp-strict",
			     .burst = 64,
			     .warm = 0.5,
			     .seconds = 2 },
		.seed = 1,
		.frames = { 1, { 64 } },
		.ports = { 1, { 8 } },
		.macs = { 1, { 1000 } },
		.workers = { 1, { 1 } },
	};
	struct forward_options first;
	struct newfile html;
	int rc = parse(argc, argv, &o);

	if (rc == 0)
		rc = check(&o);
	if (rc != 0)
		return rc < 0 ? EXIT_SUCCESS : rc;
	o.forward.traffic.seed = o.seed;
	combine(&o, 0, &first);
	if (o.print_config)
		return run_print_config(&first);
	if (o.svg != NULL && !plot_can())
		return EXIT_FAILURE;
	rc = bench_page_open(&html, o.html);
	if (rc == EXIT_SUCCESS)
		rc = run(&o, &html);
	newfile_drop(&html);
	return rc;
}
