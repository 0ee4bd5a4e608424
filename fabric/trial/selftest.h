/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SELFTEST_H
#define IXF_SELFTEST_H

/*
 * Whether what should be refused is: every active check of every port, and every
 * rule that a frame can raise, gets a frame, which is tried (trial.h) on the view
 * that runs, so that no member sees any of it; and frames that must pass are
 * tried too, in and out.  Control side, one thread.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct config_port;
struct fabric;

/* Where a self-test is, zero at first; 'state' is to be json_decref()ed. */
struct selftest {
	size_t port, step;
	json_t *state;
};

/*
 * The next part of it, less than a millisecond: of all ports, or of 'only'.
 * Adds to 'rows' what did not act; of 'only' also what did, and what could not
 * be tried, which of all ports comes at the end and by kinds; then a summary.
 * False when that was all.
 */
bool selftest_part(struct fabric *, const struct config_port *only,
		   struct selftest *, json_t *rows);

#endif
