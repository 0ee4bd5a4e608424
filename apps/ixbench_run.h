/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_IXBENCH_RUN_H
#define IXF_IXBENCH_RUN_H

/*
 * Runs of the commands that start a fabric.  DPDK starts once in a process, so each
 * run is a child, which reports as JSON.
 */

#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "fabric/bench_config.h"
#include "fabric/view/drop.h"

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

#endif
