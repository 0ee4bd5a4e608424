/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_DUT_H
#define IXF_DUT_H

/*
 * The device under test (RFC 1242): a live fabric between the sources and sinks of
 * its net_null devices, and trials with it.  Of one process once, since DPDK
 * starts once.  Control thread.
 *
 *   dut_start()   a configuration, workers, ports
 *   dut_trial()   frames of these sizes, at these rates, for so long: what came out
 *   dut_stop()
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/bench/bench_config.h"
#include "fabric/bench/source.h"
#include "fabric/view/drop.h"
#include "lib/faults.h"

struct fabric;

struct dut {
	const struct forward_options *o;
	struct fabric *fabric; /* NULL: it has not started */
	unsigned int ports;    /* with a source */
	bool config_is_bad;
	char dir[160]; /* for the state file; "": none was made */
	char state[180];
};

/*
 * Starts it.  The options must stay.  0, or -1 and an error in 'faults'.
 * dut_stop() in either case; if a worker does not return that ends the process.
 */
int dut_start(struct dut *, const struct forward_options *, struct faults *);
void dut_stop(struct dut *);

/* Lets a millisecond pass, and does what control has to do; 'dut' is one. */
void dut_turn(void *dut);

/* Addresses in all MAC tables. */
uint64_t dut_known(const struct dut *);

/* Forgets all learned addresses.  False: they do not go. */
bool dut_forget(struct dut *);

/*
 * Sets the traffic, of which it fills in the number of ports.  0, or -1 and an error
 * in 'faults'.
 */
int dut_set_traffic(const struct dut *, struct source_traffic *,
		    struct faults *);

/* How long learning may take. */
double dut_teach_seconds(const struct source_traffic *);

/* Adds the drops of all ports, 'sign' times, for each reason. */
void dut_add_drops(const struct dut *, uint64_t sign, uint64_t drop[DROP_N]);

struct dut_trial {
	struct source_traffic traffic; /* .ports: of the dut */
	/* For each port; what is 0 is as struct source_port says. */
	struct source_port source[SOURCE_PORTS];
	struct sink_port sink[SOURCE_PORTS];
	/* The plain source, as fast as the workers: source[] and sink[] are not used. */
	bool plain;
	/* Each port first sends from all its addresses, until they are known. */
	bool teach;
	double seconds;
	uint64_t frames; /* not 0: it ends when so many have been sent, too */
};

struct dut_port {
	uint64_t sent, missed;
	uint64_t received; /* by the right port, groups not included */
	uint64_t bad;      /* frames to an address of another port: floods */
	uint64_t groups, refused;
	uint64_t from[SOURCE_PORTS], octets[SOURCE_PORTS];
};

struct dut_result {
	double tsc_hz;
	double seconds; /* that the sources ran */
	/* Sums over the ports.  offered = sent + missed, lost = offered - received */
	uint64_t offered, received, lost, bad, groups, missed, no_mbuf;
	uint64_t known; /* addresses, when it began */
	uint64_t drop[DROP_N];
	struct dut_port port[SOURCE_PORTS];
	uint64_t latency[SOURCE_BUCKETS]; /* of all sinks, TSC cycles */
	/* Cycles a frame: least first percentile and median of the workers. */
	double p1, median;
};

/* 0, or -1 and an error in 'faults'. */
int dut_trial(struct dut *, const struct dut_trial *, struct dut_result *,
	      struct faults *);

/* The time that 'part' (0 to 1) of the frames of bucket[] stayed within, in us. */
double dut_percentile(const struct dut_result *, double part);
double dut_average(const struct dut_result *);

/*
 * The highest rate of 0 to 'most' at which 'passes' is true, by binary search, to
 * 'resolution' of 'most': RFC 2544, 26.1.  passes() returns 1, 0, or -1: an error,
 * which ends it.  Returns 0 in '*found' if not even the lowest rate passes.  0 or -1.
 */
int dut_search(double most, double resolution,
	       int (*passes)(void *arg, double rate), void *arg, double *found);

#endif
