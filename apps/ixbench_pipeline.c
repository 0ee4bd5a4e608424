/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ixbench pipeline: the stages of one worker without I/O.
 */
#include "apps/ixbench_command.h"

#include <stdlib.h>
#include <string.h>

#include "apps/ixbench_html.h"
#include "fabric/bench/pipeline.h"
#include "lib/isa.h"

static const char usage[] =
	"usage: ixbench pipeline [OPTION]...\n"
	"Measures the stages of one worker without I/O: TSC cycles and ns a "
	"frame.\n"
	"\n"
	"  --frame N      octets of a frame with FCS, 64 to 2048 (64)\n"
	"  --ports N      member ports, 2 to 500 (8)\n"
	"  --macs N       addresses in the MAC table, from as many as ports to "
	"4000000 (1000)\n"
	"  --profile P    ixp-strict, ixp-basic or open (ixp-strict)\n"
	"  --against P    the same frames through a second LAN of that "
	"profile, "
	"in turn, and the ratio\n"
	"  --sponge       with a sponge, which the LAN of --against does not "
	"have\n"
	"  --awaited      with a sponged address, too, whose owner any port "
	"may be\n"
	"  --lag N        each port a LAG of so many links, 2 to 8, as "
	"--sponge "
	"(off)\n"
	"  --matrix       with the matrix of ports, which the LAN of --against "
	"does not have\n"
	"  --sflow RATE   with sFlow samples of one frame in RATE, as --sponge "
	"(off)\n"
	"  --local        frames between addresses of the LAN, not transit\n"
	"  --rules N      an ACL of so many rules on each port, 0 to 1024 (0)\n"
	"  --isa I        no wider instructions than scalar, sse or avx512 "
	"(avx512)\n"
	"  --burst N      frames a pass, 1 to 64 (64)\n"
	"  --repeats N    measurements, 1 to 1001 (11)\n"
	"  --passes N     passes of each, 1 to 10000000 (20000)\n"
	"  --json         a JSON object instead of a table\n"
	"  --html FILE    a page with bars, and all that is needed to repeat "
	"it\n"
	"  --help, --version\n";

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
ns(const struct bench_result *r, double cycles)
{
	return cycles * 1e9 / r->tsc_hz;
}

/* " with a sponge, sFlow 1 in 1024"; until the next call. */
static const char *
with_what(const struct bench_options *o)
{
	static char text[80];
	size_t n = 0;

#define ADD(on, ...)                                                           \
	if (on) {                                                              \
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s",        \
				      n == 0 ? " with " : ", ");               \
		n += (size_t)snprintf(text + n, sizeof(text) - n,              \
				      __VA_ARGS__);                            \
	}
	text[0] = '\0';
	ADD(o->sponge, "a sponge")
	ADD(o->lag != 0, "LAGs of %u", o->lag)
	ADD(o->matrix, "the matrix")
	ADD(o->sflow != 0, "sFlow 1 in %u", o->sflow)
#undef ADD
	return text;
}

static void
print_table(const struct bench_options *o, const struct bench_result *r)
{
	printf("%u-octet frames%s, %u ports, %u addresses, profile %s%s, burst "
	       "%u, %u repeats of %u passes\n",
	       o->frame, o->local ? " in the LAN" : "", o->ports, o->macs,
	       o->profile, with_what(o), o->burst, r->n, o->passes);
	printf("TSC at %.0f MHz; built for %s; instructions: %s\n\n",
	       r->tsc_hz / 1e6, r->generic ? "any machine" : "this machine",
	       isa_name(isa_get()));
	printf("STAGE    CYCLES     P1    MIN    MAX     NS\n");
	for (unsigned int s = 0; s < BENCH_N; s++) {
		const double *c = r->cycles[s];

		printf("%-7s  %6.1f %6.1f %6.1f %6.1f %6.1f\n",
		       bench_stage_name((enum bench_stage)s), c[r->n / 2],
		       c[r->n / 100], c[0], c[r->n - 1], ns(r, c[r->n / 2]));
	}
	printf("\nTSC cycles a frame: median, first percentile, least and "
	       "most; "
	       "'all' is measured by itself, "
	       "without the clocks between the stages\n");
	if (o->against != NULL)
		printf("all, %s%s to %s: %.3f (%.3f to %.3f)\n", o->profile,
		       with_what(o), o->against, r->ratio[r->n / 2],
		       r->ratio[0], r->ratio[r->n - 1]);
}

static json_t *
make_json(const struct bench_options *o, const struct bench_result *r)
{
	json_t *stages = json_object();
	json_t *top = json_pack(
		"{s:s, s:i, s:i, s:i, s:s, s:b, s:i, s:b, s:i, s:b, s:i, "
		"s:i, s:i, s:i, s:f, "
		"s:b, s:s}",
		"version", IXF_VERSION, "frame", o->frame, "ports", o->ports,
		"macs", o->macs, "profile", o->profile, "sponge", o->sponge,
		"lag", o->lag, "matrix", o->matrix, "sflow", o->sflow, "local",
		o->local, "rules", o->rules, "burst", o->burst, "repeats", r->n,
		"passes", o->passes, "tsc_hz", r->tsc_hz, "generic_build",
		r->generic, "isa", isa_name(isa_get()));

	for (unsigned int s = 0; s < BENCH_N; s++) {
		const double *c = r->cycles[s];

		json_object_set_new(
			stages, bench_stage_name((enum bench_stage)s),
			json_pack("{s:f, s:f, s:f, s:f, s:f}", "cycles_median",
				  c[r->n / 2], "cycles_p1", c[r->n / 100],
				  "cycles_min", c[0], "cycles_max", c[r->n - 1],
				  "ns_median", ns(r, c[r->n / 2])));
	}
	json_object_set_new(top, "stages", stages);
	if (o->against != NULL)
		json_object_set_new(
			top, "ratio",
			json_pack("{s:s, s:f, s:f, s:f}", "against", o->against,
				  "median", r->ratio[r->n / 2], "min",
				  r->ratio[0], "max", r->ratio[r->n - 1]));
	return top;
}

/* A row of the page for each stage. */
static json_t *
make_rows(const struct bench_result *r)
{
	json_t *rows = json_array();

	for (unsigned int s = 0; s < BENCH_N; s++) {
		const double *c = r->cycles[s];

		json_array_append_new(
			rows,
			json_pack("{s:s, s:[f, f, f, f, f]}", "name",
				  bench_stage_name((enum bench_stage)s),
				  "values", c[r->n / 2], c[0], c[r->n - 1],
				  c[r->n / 100], ns(r, c[r->n / 2])));
	}
	return rows;
}

static int
write_page(struct newfile *html, const struct bench_result *r,
	   const json_t *result)
{
	static const char *const heading[] = { "Median",     "Least",
					       "Most",       "1st percentile",
					       "Median, ns", NULL };
	json_t *rows = make_rows(r), *machine = machine_describe();
	const struct bench_page page = {
		.title = "ixbench pipeline",
		.sentence = "TSC cycles a frame in each stage, and in all.",
		.heading = heading,
		.rows = rows,
		.machine = machine,
		.result = result,
	};
	int rc = bench_page_write(html, &page);

	json_decref(rows);
	json_decref(machine);
	return rc;
}

/* The results; an exit code. */
static int
tell(const struct bench_options *o, const struct bench_result *r, bool json,
     struct newfile *html)
{
	json_t *result = make_json(o, r);
	int rc = html->out != NULL ? write_page(html, r, result) : EXIT_SUCCESS;

	if (json) {
		json_dumpf(result, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		print_table(o, r);
	}
	json_decref(result);
	return fflush(stdout) == 0 ? rc : EXIT_FAILURE;
}

static int
run(const struct bench_options *o, bool json, struct newfile *html)
{
	static struct bench_result r;
	struct faults *faults = faults_create();

	if (faults == NULL || bench_pipeline(o, &r, faults) != 0) {
		faults_print(faults, stderr);
		faults_free(faults);
		return EXIT_FAILURE;
	}
	faults_free(faults);
	if (r.lost != 0) {
		fprintf(stderr, "ixbench: %llu frames were not forwarded\n",
			(unsigned long long)r.lost);
		return EXIT_FAILURE;
	}
	for (unsigned int s = 0; s < BENCH_N; s++)
		qsort(r.cycles[s], r.n, sizeof(r.cycles[s][0]), by_size);
	qsort(r.ratio, r.n, sizeof(r.ratio[0]), by_size);
	return tell(o, &r, json, html);
}

int
ixbench_pipeline(int argc, char **argv)
{
	struct bench_options o = {
		.frame = 64,
		.ports = 8,
		.macs = 1000,
		.burst = 64,
		.repeats = 11,
		.passes = 20000,
		.profile = "ixp-strict",
	};
	const char *path = NULL;
	struct newfile html;
	bool json = false;
	const struct option_row rows[] = {
		{ "frame", OPTION_NUMBER, &o.frame, 64, 2048 },
		{ "ports", OPTION_NUMBER, &o.ports, 2, 500 },
		{ "macs", OPTION_NUMBER, &o.macs, 2, 4000000 },
		{ "burst", OPTION_NUMBER, &o.burst, 1, 64 },
		{ "repeats", OPTION_NUMBER, &o.repeats, 1, BENCH_REPEATS_MAX },
		{ "passes", OPTION_NUMBER, &o.passes, 1, 10000000 },
		{ "rules", OPTION_NUMBER, &o.rules, 0, 1024 },
		{ "sflow", OPTION_NUMBER, &o.sflow, 1, 16777216 },
		{ "lag", OPTION_NUMBER, &o.lag, 2, 8 },
		{ "profile", OPTION_PROFILE, &o.profile, 0, 0 },
		{ "against", OPTION_PROFILE, &o.against, 0, 0 },
		{ "isa", OPTION_ISA, NULL, 0, 0 },
		{ "sponge", OPTION_FLAG, &o.sponge, 0, 0 },
		{ "awaited", OPTION_FLAG, &o.watched, 0, 0 },
		{ "matrix", OPTION_FLAG, &o.matrix, 0, 0 },
		{ "local", OPTION_FLAG, &o.local, 0, 0 },
		{ "json", OPTION_FLAG, &json, 0, 0 },
		{ "html", OPTION_TEXT, &path, 0, 0 },
	};
	int rc = options_parse(argc, argv, rows, sizeof(rows) / sizeof(rows[0]),
			       usage);

	if (rc != 0)
		return rc < 0 ? EXIT_SUCCESS : rc;
	o.sponge |= o.watched;
	if (o.macs < o.ports) {
		fprintf(stderr,
			"ixbench: --macs: %u addresses are too few for %u "
			"ports\n",
			o.macs, o.ports);
		return EXIT_USAGE;
	}
	rc = bench_page_open(&html, path);
	if (rc == EXIT_SUCCESS)
		rc = run(&o, json, &html);
	newfile_drop(&html);
	return rc;
}
