/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PIPELINE_H
#define IXF_PIPELINE_H

/*
 * Measures the stages without I/O: one worker, devices that hand over frames
 * from memory and take all that is sent.  The frames are IPv4 and IPv6: transit,
 * as at an exchange, between addresses outside the LAN, or packets between members.
 * Before each pass, outside the time measured, the frames get new random
 * addresses, so that a large MAC table is as cold in the cache as in operation.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/faults.h"

struct bench_options {
	unsigned int frame; /* octets with FCS, 64 to 9018 */
	unsigned int ports; /* 2 to 500 */
	unsigned int macs;  /* addresses in the table, on all ports together */
	unsigned int burst; /* frames a pass, 1 to 64 */
	unsigned int repeats;
	unsigned int passes; /* of each repeat */
	const char *profile; /* as in the configuration */
	/*
	 * A second LAN of that profile, whose passes alternate with those of the
	 * first, to compare with it; NULL: none.
	 */
	const char *against;
	unsigned int rules; /* of an ACL on each port of the first, none fits */
	bool sponge;        /* on in the first */
	unsigned int sflow; /* samples one frame in so many there; 0: off */
	bool watched;       /* with an address dead there that no port has */
	bool matrix;        /* counted in the first */
	unsigned int
		lag; /* links of each port of the first, of one LAG; 0: 1 */
	bool local;  /* frames between addresses of the LAN, not transit */
};

enum bench_stage {
#define STAGE(NAME, ...) BENCH_##NAME,
#include "fabric/datapath/stage_list.h"
	BENCH_ALL, /* together, in a run of its own without the other clocks */
	BENCH_N
};

#define BENCH_REPEATS_MAX 1001

/* TSC cycles a frame, of one repeat each, in the order they were taken. */
struct bench_result {
	double tsc_hz;
	bool generic; /* not built for this machine: -Dcpu=native is faster */
	uint64_t
		lost; /* frames not forwarded; more than 0 spoils the figures */
	unsigned int n;
	double cycles[BENCH_N][BENCH_REPEATS_MAX];
	double ratio[BENCH_REPEATS_MAX]; /* of BENCH_ALL to the second LAN's */
};

const char *bench_stage_name(enum bench_stage);

/* 0, or -1 and an error in 'faults'. */
int bench_pipeline(const struct bench_options *, struct bench_result *,
		   struct faults *);

#endif
