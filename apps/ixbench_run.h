/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_IXBENCH_RUN_H
#define IXF_IXBENCH_RUN_H

/*
 * Runs of the commands that start a fabric.  DPDK starts once in a process, so each
 * run is a child, which reports as JSON.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "fabric/bench/bench_config.h"
#include "fabric/view/drop.h"
#include "lib/faults.h"

/*
 * What 'run' has written in a child to 'out'.  'run' returns an exit code.  NULL and
 * an exit code in '*rc' on failure; the child has printed why.
 */
json_t *run_child(int (*run)(const void *arg, FILE *out), const void *arg,
		  int *rc);

/* The text of the configuration. */
json_t *run_config(const struct forward_options *);

/* The reasons for which frames were dropped, with the number. */
json_t *run_drops(const uint64_t drop[DROP_N]);

/* A member of an object; 0: there is none. */
json_int_t run_number(const json_t *run, const char *key);
double run_real(const json_t *run, const char *key);

#define RUN_WORKERS 64 /* most that can be asked for */

/* Reports the result of a child; returns an exit code. */
int run_write(const json_t *run, FILE *out);

/* Adds an error, and returns -1. */
int run_fail(struct faults *, const char *text);

/* What was given to a run. */
json_t *run_describe(const struct forward_options *);

json_t *run_strings(const char *const *text, size_t n);

/* Adds the line of a run to those of a diagram; 'points' is given away. */
void run_add_line(json_t *lines, const json_t *run, json_t *points);

void run_print_machine(const json_t *machine);

/*
 * Prints JSON if 'json': what is in 'top', and the runs.  Both are given away.  Returns
 * 'rc', or EXIT_FAILURE if it cannot be written.
 */
int run_end(json_t *top, json_t *runs, bool json, int rc);

int run_print_config(const struct forward_options *);

/* Prints what is wrong with the command line; returns EXIT_USAGE. */
int run_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* How many cores this process may use. */
unsigned int run_cores(void);

/* Whether the options go together: 0, or an exit code and an error printed. */
int run_check(const struct forward_options *);

/* What follows "--" is EAL's; returns how many arguments come before. */
int run_split(int argc, char **argv, struct forward_options *);

/*
 * Which of 'n' names are in a list with commas; NULL: all.  0, or an exit code and an
 * error printed.
 */
int run_choose(const char *list, const char *const *name, unsigned int n,
	       bool *chosen);

#endif
