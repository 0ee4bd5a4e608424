/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ixbench: what the fabric costs, in numbers that can be repeated.
 */
#include "apps/ixbench_command.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *sentence;
} commands[] = {
	{ "pipeline", ixbench_pipeline,
	  "the stages of one worker without I/O, one by one" },
	{ "forward", ixbench_forward,
	  "a live fabric: what its workers forward, and what a frame costs" },
	{ "rfc2544", ixbench_rfc2544,
	  "throughput, latency, frame loss rate, back-to-back frames" },
	{ "rfc2889", ixbench_rfc2889,
	  "meshes, congestion, learning, errors, broadcast" },
	{ "fairness", ixbench_fairness,
	  "how an overloaded port divides what it takes among senders" },
};

#define NCOMMANDS (sizeof(commands) / sizeof(commands[0]))

static int
usage(FILE *f)
{
	fputs("usage: ixbench COMMAND [OPTION]...\n"
	      "       ixbench COMMAND --help\n"
	      "       ixbench --help | --version\n\n",
	      f);
	for (size_t i = 0; i < NCOMMANDS; i++)
		fprintf(f, "  %-9s %s\n", commands[i].name,
			commands[i].sentence);
	if (fputs("\nSee ixbench(1).\n", f) < 0)
		return EXIT_FAILURE;
	return f == stderr ? EXIT_USAGE : EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	if (argc < 2)
		return usage(stderr);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return usage(stdout);
	if (strcmp(argv[1], "--version") == 0)
		return puts("ixbench " IXF_VERSION) < 0 ? EXIT_FAILURE
							: EXIT_SUCCESS;
	for (size_t i = 0; i < NCOMMANDS; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	fprintf(stderr, "ixbench: there is no command '%s'\n", argv[1]);
	return usage(stderr);
}
