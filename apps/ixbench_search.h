/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_IXBENCH_SEARCH_H
#define IXF_IXBENCH_SEARCH_H

/*
 * Trials at one rate and another, and the search for the highest rate that loses
 * nothing: RFC 2544, 26.1, and RFC 2889.
 */

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "fabric/bench/dut.h"
#include "lib/faults.h"

#define WIRE_GAP 20 /* octets of preamble and gap, beyond the FCS */

struct search {
	struct dut *dut;
	struct faults *faults;
	struct dut_trial trial;
	struct dut_result result; /* of the last trial */
	unsigned int tries; /* a rate passes if one of so many trials does */
	unsigned int resolution; /* percent */
	unsigned int
		copies; /* of each frame that come out: 1, or of a broadcast */
	double most;    /* frames a second of all ports: 100 percent */
	json_t *trials; /* describes each trial */
	double due;     /* frames that a trial should offer: set by fill() */
	/* Sets up the trial for a rate. */
	void (*fill)(struct search *, double rate);
	const void *arg; /* of fill() */
};

/* Frames that did not come out as they should, of all copies. */
uint64_t search_lost(const struct search *);

/*
 * Whether the trial offered what was due: not if its worker did not run, on a machine
 * that others use.
 */
bool search_is_whole(const struct search *);

/* Runs the trial, and describes it in 'list'.  0, or -1 and an error. */
int search_trial(struct search *, double rate, json_t *list);

/*
 * What comes out when the ports offer as much as is taken, as the trial is set up, and a
 * tenth more in 's->most'.  0, or -1 and an error.
 */
int search_most(struct search *, json_t *run);

/* The highest rate that passes, up to 'most'; 0: none.  0, or -1 and an error. */
int search_run(struct search *, double most, double *found);

/* Adds the error that no rate passes: what was lost, and why.  Returns -1. */
int search_fail(const struct search *);

#endif
