/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ixbench: what the fabric costs, in numbers that can be repeated.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "fabric/bench.h"
#include "lib/isa.h"

enum {
	EXIT_USAGE = 2
};

static const char usage[] =
	"usage: ixbench pipeline [OPTION]...\n"
	"Measures the stages of one worker without I/O: TSC cycles and ns a "
	"frame.\n"
	"\n"
	"  --frame N      octets of a frame with FCS, 64 to 2048 (64)\n"
	"  --ports N      member ports, 2 to 256 (8)\n"
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
	"  --local        frames between addresses of the LAN, not transit\n"
	"  --rules N      an ACL of so many rules on each port, 0 to 1024 (0)\n"
	"  --isa I        no wider instructions than scalar, sse or avx512 "
	"(avx512)\n"
	"  --burst N      frames a pass, 1 to 64 (32)\n"
	"  --repeats N    measurements, 1 to 1001 (11)\n"
	"  --passes N     passes of each, 1 to 10000000 (20000)\n"
	"  --json         a JSON object instead of a table\n"
	"  --help, --version\n";

/* A number option: its place and limits. */
struct number {
	const char *name;
	unsigned int *value;
	unsigned int min, max;
};

static int
fail(const char *what, const char *value, const char *want)
{
	fprintf(stderr, "ixbench: --%s: '%s' is not %s\n", what, value, want);
	return EXIT_USAGE;
}

static int
set_number(const struct number *n, const char *text)
{
	char *end, want[64];
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	snprintf(want, sizeof(want), "a number from %u to %u", n->min, n->max);
	if (errno != 0 || *end != '\0' || *text == '-' || end == text ||
	    value < n->min || value > n->max)
		return fail(n->name, text, want);
	*n->value = (unsigned int)value;
	return 0;
}

static int
set_profile(const char **profile, const char *option, const char *text)
{
	if (strcmp(text, "open") != 0 && strcmp(text, "ixp-basic") != 0 &&
	    strcmp(text, "ixp-strict") != 0)
		return fail(option, text, "ixp-strict, ixp-basic or open");
	*profile = text;
	return 0;
}

static int
set_isa(const char *text)
{
	enum isa i;

	if (!isa_find(text, &i))
		return fail("isa", text, "scalar, sse or avx512");
	isa_limit(i);
	return 0;
}

enum {
	OPT_PROFILE = 100,
	OPT_AGAINST,
	OPT_ISA,
	OPT_SPONGE,
	OPT_AWAITED,
	OPT_LOCAL,
	OPT_JSON,
	OPT_HELP,
	OPT_VERSION
};

/* Of a value that is given twice, one would be lost. */
static int
check_repeated(uint32_t *given, const struct option *options, int opt)
{
	const struct option *o = options;

	while (o->name != NULL && o->val != opt)
		o++;
	if (o->name == NULL || o->has_arg == no_argument)
		return 0;
	if (*given & UINT32_C(1) << (o - options)) {
		fprintf(stderr, "ixbench: --%s is given twice\n", o->name);
		return EXIT_USAGE;
	}
	*given |= UINT32_C(1) << (o - options);
	return 0;
}

/* 0, an exit code, or -1 after --help or --version. */
static int
parse(int argc, char **argv, struct bench_options *o, bool *json)
{
	const struct number numbers[] = {
		{ "frame", &o->frame, 64, 2048 },
		{ "ports", &o->ports, 2, 256 },
		{ "macs", &o->macs, 2, 4000000 },
		{ "burst", &o->burst, 1, 64 },
		{ "repeats", &o->repeats, 1, BENCH_REPEATS_MAX },
		{ "passes", &o->passes, 1, 10000000 },
		{ "rules", &o->rules, 0, 1024 },
	};
	static const struct option options[] = {
		{ "frame", required_argument, NULL, 0 },
		{ "ports", required_argument, NULL, 1 },
		{ "macs", required_argument, NULL, 2 },
		{ "burst", required_argument, NULL, 3 },
		{ "repeats", required_argument, NULL, 4 },
		{ "passes", required_argument, NULL, 5 },
		{ "rules", required_argument, NULL, 6 },
		{ "profile", required_argument, NULL, OPT_PROFILE },
		{ "against", required_argument, NULL, OPT_AGAINST },
		{ "isa", required_argument, NULL, OPT_ISA },
		{ "sponge", no_argument, NULL, OPT_SPONGE },
		{ "awaited", no_argument, NULL, OPT_AWAITED },
		{ "local", no_argument, NULL, OPT_LOCAL },
		{ "json", no_argument, NULL, OPT_JSON },
		{ "help", no_argument, NULL, OPT_HELP },
		{ "version", no_argument, NULL, OPT_VERSION },
		{ NULL, 0, NULL, 0 },
	};
	uint32_t given = 0;
	int opt, rc = 0;

	while (rc == 0 &&
	       (opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		rc = check_repeated(&given, options, opt);
		if (rc != 0)
			break;
		if (opt < OPT_PROFILE && opt != '?')
			rc = set_number(&numbers[opt], optarg);
		else if (opt == OPT_PROFILE)
			rc = set_profile(&o->profile, "profile", optarg);
		else if (opt == OPT_AGAINST)
			rc = set_profile(&o->against, "against", optarg);
		else if (opt == OPT_ISA)
			rc = set_isa(optarg);
		else if (opt == OPT_SPONGE)
			o->sponge = true;
		else if (opt == OPT_AWAITED)
			o->sponge = o->watched = true;
		else if (opt == OPT_LOCAL)
			o->local = true;
		else if (opt == OPT_JSON)
			*json = true;
		else if (opt == OPT_HELP)
			rc = fputs(usage, stdout) < 0 ? 1 : -1;
		else if (opt == OPT_VERSION)
			rc = puts("ixbench " IXF_VERSION) < 0 ? 1 : -1;
		else
			rc = EXIT_USAGE;
	}
	return rc;
}

static int
check(int argc, char **argv, const struct bench_options *o)
{
	if (optind != argc - 1 || strcmp(argv[optind], "pipeline") != 0) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	if (o->macs < o->ports) {
		fprintf(stderr,
			"ixbench: --macs: %u addresses are too few for %u "
			"ports\n",
			o->macs, o->ports);
		return EXIT_USAGE;
	}
	return 0;
}

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

static const char *
with_sponge(const struct bench_options *o)
{
	return o->sponge ? " with a sponge" : "";
}

static void
print_table(const struct bench_options *o, const struct bench_result *r)
{
	printf("%u-octet frames%s, %u ports, %u addresses, profile %s%s, burst "
	       "%u, %u repeats of %u passes\n",
	       o->frame, o->local ? " in the LAN" : "", o->ports, o->macs,
	       o->profile, with_sponge(o), o->burst, r->n, o->passes);
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
		       with_sponge(o), o->against, r->ratio[r->n / 2],
		       r->ratio[0], r->ratio[r->n - 1]);
}

static void
print_json(const struct bench_options *o, const struct bench_result *r)
{
	json_t *stages = json_object();
	json_t *top = json_pack(
		"{s:s, s:i, s:i, s:i, s:s, s:b, s:b, s:i, s:i, s:i, s:i, s:f, "
		"s:b, s:s}",
		"version", IXF_VERSION, "frame", o->frame, "ports", o->ports,
		"macs", o->macs, "profile", o->profile, "sponge", o->sponge,
		"local", o->local, "rules", o->rules, "burst", o->burst,
		"repeats", r->n, "passes", o->passes, "tsc_hz", r->tsc_hz,
		"generic_build", r->generic, "isa", isa_name(isa_get()));

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
	json_dumpf(top, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(top);
}

static int
run(const struct bench_options *o, bool json)
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
	if (json)
		print_json(o, &r);
	else
		print_table(o, &r);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	struct bench_options o = {
		.frame = 64,
		.ports = 8,
		.macs = 1000,
		.burst = 32,
		.repeats = 11,
		.passes = 20000,
		.profile = "ixp-strict",
	};
	bool json = false;
	int rc = parse(argc, argv, &o, &json);

	if (rc == 0)
		rc = check(argc, argv, &o);
	if (rc != 0)
		return rc < 0 ? EXIT_SUCCESS : rc;
	return run(&o, json);
}
