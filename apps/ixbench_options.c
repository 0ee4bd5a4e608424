/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/ixbench_command.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "lib/isa.h"

#define ROWS_MAX    32
#define OPT_HELP    (ROWS_MAX + 1)
#define OPT_VERSION (ROWS_MAX + 2)

static int
fail(const struct option_row *o, const char *value, const char *want)
{
	fprintf(stderr, "ixbench: --%s: '%s' is not %s\n", o->name, value,
		want);
	return EXIT_USAGE;
}

/* A number at 'text', up to its end or a character of 'stop'. */
static bool
read_number(const struct option_row *o, const char *text, char stop,
	    const char **end, unsigned int *value)
{
	unsigned long n;
	char *after;

	errno = 0;
	n = strtoul(text, &after, 10);
	*end = after;
	*value = (unsigned int)n;
	return errno == 0 && after != text && *text >= '0' && *text <= '9' &&
	       (*after == '\0' || *after == stop) && n >= o->min && n <= o->max;
}

static int
set_number(const struct option_row *o, const char *text)
{
	const char *end;
	char want[64];

	if (read_number(o, text, '\0', &end, o->value))
		return 0;
	snprintf(want, sizeof(want), "a number from %u to %u", o->min, o->max);
	return fail(o, text, want);
}

static int
set_list(const struct option_row *o, const char *text)
{
	struct list *list = o->value;
	const char *at = text;
	char want[96];

	list->n = 0;
	while (list->n < LIST_MAX &&
	       read_number(o, at, ',', &at, &list->value[list->n])) {
		list->n++;
		if (*at++ == '\0')
			return 0;
	}
	snprintf(want, sizeof(want),
		 "a number from %u to %u, or at most %u of them with commas",
		 o->min, o->max, LIST_MAX);
	return fail(o, text, want);
}

static int
set_seconds(const struct option_row *o, const char *text)
{
	double value;
	char *end;

	errno = 0;
	value = strtod(text, &end);
	if (errno != 0 || end == text || *end != '\0' || !(value >= 0.01) ||
	    value > o->max)
		return fail(o, text, "a number of seconds from 0.01 to 3600");
	*(double *)o->value = value;
	return 0;
}

static int
set_profile(const struct option_row *o, const char *text)
{
	if (strcmp(text, "open") != 0 && strcmp(text, "ixp-basic") != 0 &&
	    strcmp(text, "ixp-strict") != 0)
		return fail(o, text, "ixp-strict, ixp-basic or open");
	*(const char **)o->value = text;
	return 0;
}

static int
set_pattern(const struct option_row *o, const char *text)
{
	if (strcmp(text, "random") != 0 && strcmp(text, "pairs") != 0)
		return fail(o, text, "random or pairs");
	*(bool *)o->value = *text == 'p';
	return 0;
}

static int
set_idle(const struct option_row *o, const char *text)
{
	if (strcmp(text, "poll") != 0 && strcmp(text, "sleep") != 0)
		return fail(o, text, "poll or sleep");
	*(bool *)o->value = *text == 's';
	return 0;
}

static int
set_isa(const struct option_row *o, const char *text)
{
	enum isa i;

	if (!isa_find(text, &i))
		return fail(o, text, "scalar, sse or avx512");
	isa_limit(i);
	return 0;
}

static int
set(const struct option_row *o, const char *text)
{
	switch (o->kind) {
	case OPTION_FLAG:
		*(bool *)o->value = true;
		return 0;
	case OPTION_NUMBER:
		return set_number(o, text);
	case OPTION_LIST:
		return set_list(o, text);
	case OPTION_SECONDS:
		return set_seconds(o, text);
	case OPTION_PROFILE:
		return set_profile(o, text);
	case OPTION_PATTERN:
		return set_pattern(o, text);
	case OPTION_IDLE:
		return set_idle(o, text);
	case OPTION_ISA:
		return set_isa(o, text);
	default:
		*(const char **)o->value = text;
		return 0;
	}
}

/* Of a value that is given twice, one would be lost. */
static int
set_once(const struct option_row *o, const char *text, bool *given)
{
	if (*given && o->kind != OPTION_FLAG) {
		fprintf(stderr, "ixbench: --%s is given twice\n", o->name);
		return EXIT_USAGE;
	}
	*given = true;
	return set(o, text);
}

static void
fill(const struct option_row *rows, size_t n, struct option *options)
{
	for (size_t i = 0; i < n; i++)
		options[i] = (struct option){
			.name = rows[i].name,
			.has_arg = rows[i].kind == OPTION_FLAG
					   ? no_argument
					   : required_argument,
			.val = (int)i,
		};
	options[n] = (struct option){ .name = "help", .val = OPT_HELP };
	options[n + 1] =
		(struct option){ .name = "version", .val = OPT_VERSION };
}

int
options_parse(int argc, char **argv, const struct option_row *rows, size_t n,
	      const char *usage)
{
	struct option options[ROWS_MAX + 3] = { 0 };
	bool given[ROWS_MAX] = { 0 };
	static char name[] = "ixbench";
	int opt, rc = 0;

	fill(rows, n, options);
	argv[0] = name; /* that getopt names */
	optind = 1;
	while (rc == 0 &&
	       (opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == OPT_HELP)
			rc = fputs(usage, stdout) < 0 ? EXIT_FAILURE : -1;
		else if (opt == OPT_VERSION)
			rc = puts("ixbench " IXF_VERSION) < 0 ? EXIT_FAILURE
							      : -1;
		else if (opt == '?')
			rc = EXIT_USAGE;
		else
			rc = set_once(&rows[opt], optarg, &given[opt]);
	}
	if (rc == 0 && optind < argc) {
		fprintf(stderr, "ixbench: unexpected '%s'\n", argv[optind]);
		rc = EXIT_USAGE;
	}
	return rc;
}
