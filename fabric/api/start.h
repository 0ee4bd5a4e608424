/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_START_H
#define IXF_START_H

/*
 * Which configuration the daemon starts with.  That of its file; but if the file has
 * an error, or is what was applied with --confirm and never confirmed, the last one
 * that was kept, from the history.
 *
 * Before there is a fabric; one thread.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/faults.h"

struct config;
struct history;

struct start {
	struct config *config;   /* NULL: there is none to start with */
	struct history *history; /* NULL: no memory */
	uint64_t generation;     /* of 'config'; 0: it is not in the history */
	char *from; /* "generation 17 (/etc/ixfabric/ixfabric.ini)"; NULL: FILE */
	char *instead; /* why FILE is not used, for the status; NULL: it is */
};

struct start_options {
	const char *file;
	const char *directory; /* of the history; NULL: in memory only */
	bool no_fallback;      /* start with FILE, or not at all */
	int64_t wall;          /* seconds since 1970 */
};

/*
 * Reads the file and the history, drops what waits there to be confirmed, and adds
 * what is started if it is new.  What is unusual is printed to 'log', a line each with
 * 'prefix'.  Faults of the file, warnings too, are in 'faults', and also printed if
 * another configuration is used.  start_end() frees what is left in 'start'.
 */
void start_choose(struct start *, const struct start_options *,
		  struct faults *faults, const char *prefix, FILE *log);
void start_end(struct start *);

#endif
