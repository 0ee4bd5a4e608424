/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/replay_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_USAGE 2

static const char usage_text[] =
	"usage: ixreplay [-c CONFIG] -i PORT=FILE [-i PORT=FILE]... [-w DIR] "
	"...\n"
	"       ixreplay [-c CONFIG] --split mac|interface FILE [-w DIR] ...\n"
	"\n"
	"  -c, --config CONFIG   the exchange; without it a LAN of profile "
	"open\n"
	"  -i, --input PORT=FILE frames of FILE (pcap, pcapng; -: standard "
	"input)\n"
	"                        enter at PORT\n"
	"      --split mac       frames of FILE enter at the port whose mac "
	"line\n"
	"                        has their source, or at one made for it\n"
	"      --split interface ... at the port named as their interface\n"
	"  -w, --write DIR       write DIR/PORT.pcap, drops.pcapng, "
	"report.json\n"
	"      --html FILE       write the report as a page for a browser\n"
	"      --json            print the report instead of tables\n"
	"      --explain N       carry the frames before frame N, then explain "
	"what\n"
	"                        would become of it, stage by stage\n"
	"      --loop N          go through the files N times\n"
	"      --limit N         stop after N frames\n"
	"  -q, --quiet           print no tables and no progress\n"
	"  -h, --help            print this\n"
	"      --version         print the version\n"
	"\n"
	"See ixreplay(1).\n";

static int __attribute__((format(printf, 1, 2))) usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("ixreplay: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputs("\n\n", stderr);
	fputs(usage_text, stderr);
	va_end(ap);
	return EXIT_USAGE;
}

/* -1 when it was done, else what to exit with. */
static int
parse_input(struct options *o, char *text)
{
	char *file = strchr(text, '=');

	if (file == NULL || file == text || file[1] == '\0')
		return usage("-i %s: PORT=FILE is expected", text);
	*file++ = '\0';
	o->port[o->request.n] = text;
	o->file[o->request.n++] = file;
	return -1;
}

static int
parse_split(struct options *o, const char *text)
{
	if (strcmp(text, "mac") == 0)
		o->request.split = EXCHANGE_BY_MAC;
	else if (strcmp(text, "interface") == 0)
		o->request.split = EXCHANGE_BY_INTERFACE;
	else
		return usage("--split %s: mac or interface is expected", text);
	return -1;
}

static int
parse_number(const char *option, const char *text, uint64_t *n)
{
	char *end;

	errno = 0;
	*n = strtoull(text, &end, 10);
	if (errno != 0 || *end != '\0' || text[0] < '0' || text[0] > '9' ||
	    *n == 0)
		return usage("--%s %s: a number from 1 is expected", option,
			     text);
	return -1;
}

enum {
	OPTION_SPLIT = 256,
	OPTION_JSON,
	OPTION_HTML,
	OPTION_EXPLAIN,
	OPTION_LOOP,
	OPTION_LIMIT,
	OPTION_VERSION,
	OPTIONS_END
};

static int
parse_option(struct options *o, int option)
{
	switch (option) {
	case 'c':
		o->request.config = optarg;
		return -1;
	case 'i':
		return parse_input(o, optarg);
	case 'w':
		o->dir = optarg;
		return -1;
	case 'q':
		o->quiet = true;
		return -1;
	case OPTION_JSON:
		o->json = true;
		return -1;
	case OPTION_HTML:
		o->html = optarg;
		return -1;
	case OPTION_SPLIT:
		return parse_split(o, optarg);
	case OPTION_EXPLAIN:
		return parse_number("explain", optarg, &o->explain);
	case OPTION_LOOP:
		return parse_number("loop", optarg, &o->loop);
	case OPTION_LIMIT:
		return parse_number("limit", optarg, &o->request.limit);
	case 'h':
		return fputs(usage_text, stdout) < 0;
	case OPTION_VERSION:
		return puts("ixreplay " IXF_VERSION) < 0;
	default:
		fputs(usage_text, stderr);
		return EXIT_USAGE;
	}
}

/* Standard input can be read by one only. */
static int
check_inputs(const struct options *o)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < o->request.n; i++)
		n += strcmp(o->file[i], "-") == 0;
	return n > 1 ? usage("standard input (-) can be one capture only") : -1;
}

static int
check_arguments(struct options *o, int argc, char **argv)
{
	bool split = o->request.split != EXCHANGE_BY_FILE;

	if (o->html != NULL && o->explain != 0)
		return usage("--html and --explain exclude each other");
	if (o->html != NULL && strcmp(o->html, "-") == 0)
		return usage("--html -: the name of a file is expected");
	if (split && o->request.n > 0)
		return usage("-i and --split exclude each other");
	if (split && argc - optind != 1)
		return usage("--split goes with one FILE");
	if (!split && argc > optind)
		return usage("%s: what is that? A capture is given by "
			     "-i PORT=FILE",
			     argv[optind]);
	if (!split && o->request.n == 0)
		return usage("no capture: -i PORT=FILE, or --split and a FILE");
	if (split)
		o->file[o->request.n++] = argv[optind];
	o->request.port = (const char *const *)o->port;
	return check_inputs(o);
}

/* Only -i may be repeated: of other values all but the last would be lost. */
static int
check_repeated(bool given[OPTIONS_END], const struct option *list, int option)
{
	bool again = option > 0 && option < OPTIONS_END && given[option];

	while (list->name != NULL && list->val != option)
		list++;
	if (list->name == NULL || list->has_arg == no_argument || option == 'i')
		return -1;
	given[option] = true;
	return again ? usage("--%s is given twice", list->name) : -1;
}

int
options_parse(struct options *o, int argc, char **argv)
{
	static const struct option list[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "input", required_argument, NULL, 'i' },
		{ "write", required_argument, NULL, 'w' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ "split", required_argument, NULL, OPTION_SPLIT },
		{ "html", required_argument, NULL, OPTION_HTML },
		{ "json", no_argument, NULL, OPTION_JSON },
		{ "explain", required_argument, NULL, OPTION_EXPLAIN },
		{ "loop", required_argument, NULL, OPTION_LOOP },
		{ "limit", required_argument, NULL, OPTION_LIMIT },
		{ "version", no_argument, NULL, OPTION_VERSION },
		{ 0 },
	};
	bool given[OPTIONS_END] = { false };
	int option;

	*o = (struct options){ .loop = 1, .request.limit = UINT64_MAX };
	o->port = calloc((size_t)argc + 1, sizeof(*o->port));
	o->file = calloc((size_t)argc + 1, sizeof(*o->file));
	if (o->port == NULL || o->file == NULL)
		return EXIT_FAILURE;
	while ((option = getopt_long(argc, argv, "c:i:w:qh", list, NULL)) !=
	       -1) {
		int rc = check_repeated(given, list, option);

		if (rc < 0)
			rc = parse_option(o, option);
		if (rc >= 0)
			return rc;
	}
	return check_arguments(o, argc, argv);
}

void
options_clear(struct options *o)
{
	free(o->port);
	free(o->file);
}
