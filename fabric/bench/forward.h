/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FORWARD_H
#define IXF_FORWARD_H

/*
 * What a live fabric forwards: its workers on cores of their own, control beside
 * them, as in the daemon.  The net_null devices of its configuration have the
 * source and sink of source.h; what other devices receive and send comes from
 * outside, and is counted.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/bench/bench_config.h"
#include "fabric/bench/measure.h"
#include "fabric/view/drop.h"
#include "lib/faults.h"

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
 * Runs it.  0, or -1 and an error in 'faults'.  Once in a process; if the worker
 * does not return it ends the process.  The ports in the result are to be freed.
 */
int bench_forward(const struct forward_options *, struct forward_result *,
		  struct faults *);

#endif
