/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_BENCH_FORWARD_H
#define IXF_BENCH_FORWARD_H

/*
 * What a live fabric forwards: its workers on cores of their own, control beside
 * them, as in the daemon.  The net_null devices of its configuration have the
 * source and sink of bench_source.h; what other devices receive and send comes from
 * outside, and is counted.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "fabric/bench_measure.h"
#include "fabric/view/drop.h"
#include "lib/faults.h"

struct forward_options {
	/* A file; NULL: the configuration that bench_forward_config() writes. */
	const char *file;
	struct source_traffic
		traffic; /* ports: not of a file, which has its own */
	const char *profile;
	bool sponge;
	unsigned int rules;   /* of an ACL on each port; none applies */
	unsigned int workers; /* on the last cores that the process may use */
	unsigned int burst;
	double warm, seconds; /* as in struct measure_options */
	int neal_args;        /* passed on to EAL */
	char *const *eal_args;
};

struct forward_port {
	char name[64];
	bool source; /* it has the source and the sink */
	/* In the seconds measured. */
	uint64_t rx_frames, tx_frames, rx_missed;
};

struct forward_worker {
	unsigned int core; /* the CPU's */
	/* In passes with frames, over the seconds measured. */
	uint64_t frames, busy_cycles;
};

struct forward_result {
	struct measure_result measured;
	bool config_is_bad; /* so nothing was measured */
	uint64_t known; /* addresses in the MAC tables before the measurement */
	bool huge;      /* the memory of DPDK is in huge pages */
	unsigned int nports, nworkers;
	struct forward_port *port;
	struct forward_worker worker[MEASURE_CORES];
	uint64_t drop[DROP_N]; /* from the start of the source on */
};

/*
 * Writes the configuration for these options.  'state': the path of a state file
 * that need not exist.
 */
void bench_forward_config(const struct forward_options *, const char *state,
			  FILE *);

/*
 * Runs it.  0, or -1 and an error in 'faults'.  Once in a process; if the worker
 * does not return it ends the process.  The ports in the result are to be freed.
 */
int bench_forward(const struct forward_options *, struct forward_result *,
		  struct faults *);

#endif
