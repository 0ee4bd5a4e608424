/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_IXBENCH_LEARN_H
#define IXF_IXBENCH_LEARN_H

/*
 * The tests of ixbench rfc2889 that are about addresses: how many are learned (RFC 2889,
 * 5.7), at which rate (5.8), how soon each is known to all workers, and what that costs
 * the frames of others.
 */

#include <jansson.h>

#include "fabric/bench/bench_config.h"
#include "fabric/bench/dut.h"
#include "lib/faults.h"

enum learn_test {
	LEARN_CACHING,
	LEARN_RATE,
	LEARN_DELAY,
	LEARN_BYSTANDERS
};

struct learn_options {
	struct forward_options forward;
	unsigned int resolution, tries;
	unsigned int mac_table, mac_limit; /* of caching; limit 0: half */
	unsigned int addresses;            /* of the rate */
	unsigned int rate; /* new addresses a second at most; 0: the default */
};

/* What the fabric of a test needs besides what all have. */
void learn_set_up(const struct learn_options *, enum learn_test,
		  struct forward_options *);

/* 'run' gets the result.  0, or -1 and an error. */
typedef int learn_run(struct dut *, const struct learn_options *,
		      const struct forward_options *, json_t *run,
		      struct faults *);
learn_run learn_caching, learn_rate, learn_delay, learn_bystanders;

void learn_print_caching(const json_t *run);
void learn_print_rate(const json_t *run);
void learn_print_delay(const json_t *run);
void learn_print_bystanders(const json_t *run);

/* Draws the delays of the run that has some.  Returns an exit code. */
int learn_plot(const char *path, const json_t *runs);

#endif
