/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_IXBENCH_COMMAND_H
#define IXF_IXBENCH_COMMAND_H

/* What the commands of ixbench share. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

enum {
	EXIT_USAGE = 2,
	EXIT_CONFIG = 4 /* as ixreplay */
};

/* Each takes the arguments behind its name, and returns an exit code. */
int ixbench_pipeline(int argc, char **argv);
int ixbench_forward(int argc, char **argv);
int ixbench_rfc2544(int argc, char **argv);
int ixbench_rfc2889(int argc, char **argv);
int ixbench_fairness(int argc, char **argv);

/* ixbench_options.c: options of a command, by a table. */

#define LIST_MAX 16

/* Numbers with commas between them. */
struct list {
	unsigned int n;
	unsigned int value[LIST_MAX];
};

enum option_kind {
	OPTION_FLAG,    /* bool */
	OPTION_NUMBER,  /* unsigned int */
	OPTION_LIST,    /* struct list */
	OPTION_SECONDS, /* double */
	OPTION_PROFILE, /* const char * */
	OPTION_PATTERN, /* bool: pairs */
	OPTION_IDLE,    /* bool: sleep */
	OPTION_ISA,     /* nothing: the limit is set at once */
	OPTION_TEXT     /* const char * */
};

struct option_row {
	const char *name;
	enum option_kind kind;
	void *value;
	unsigned int min, max; /* of a number */
};

/*
 * Sets what 'argv' has.  A usage text begins "usage: ixbench COMMAND".  argv[0] is
 * the name of the command.  Returns 0, an exit code, or -1 after --help or
 * --version.
 */
int options_parse(int argc, char **argv, const struct option_row *, size_t n,
		  const char *usage);

/* ixbench_machine.c: what is needed to repeat a run, as JSON. */
json_t *machine_describe(void);

/* ixbench_plot.c */

/* Whether gnuplot is there; if not, prints how to get it. */
bool plot_can(void);

/*
 * Draws the runs of ixbench_forward.c, of which one of 'frames', 'ports' and 'macs'
 * has several values, to 'path', and keeps the numbers beside it.  Returns an exit
 * code.
 */
int plot_runs(const char *path, const json_t *runs, const struct list *frames,
	      const struct list *ports, const struct list *macs);

struct plot {
	const char *xlabel, *ylabel;
	const char *xtics; /* as gnuplot's "set xtics ()" takes them; or NULL */
	json_t *lines;     /* an object: by name, arrays of [x, y] */
};

/* Draws diagrams to 'path', and keeps the numbers beside it.  Returns an exit code. */
int plot_lines(const char *path, const struct plot *, unsigned int n);

#endif
