/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_BENCH_CONFIG_H
#define IXF_BENCH_CONFIG_H

/* The configuration of a fabric that is measured. */

#include <stdbool.h>
#include <stdio.h>

#include "fabric/bench/source_queue.h"

struct forward_options {
	/* A file; NULL: the configuration that bench_config_write() writes. */
	const char *file;
	struct source_traffic
		traffic; /* ports: not of a file, which has its own */
	const char *profile;
	bool sponge;
	unsigned int rules;   /* of an ACL on each port; none applies */
	unsigned int workers; /* on the last cores that the process may use */
	unsigned int burst;
	bool sleep; /* idle workers sleep, and do not poll on */
	unsigned int mac_table, mac_limit; /* 0: as much as macs takes */
	double warm, seconds;              /* as in struct measure_options */
	int neal_args;                     /* passed on to EAL */
	char *const *eal_args;
};

/*
 * Writes the configuration for these options.  'state': the path of a state file
 * that need not exist.
 */
void bench_config_write(const struct forward_options *, const char *state,
			FILE *);

/* An ACL "rules" of so many rules, as exchanges have them; no frame matches one. */
void bench_config_rules(unsigned int n, FILE *);

#endif
