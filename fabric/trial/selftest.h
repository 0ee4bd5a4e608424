/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SELFTEST_H
#define IXF_SELFTEST_H

/*
 * Tests that the running view drops what it should: for every active check of
 * every port, and every rule that one frame can raise, a frame is tried (see
 * trial.h), so that no member sees it.  Frames that must pass are tried, too, in
 * both directions.  Control side, one thread.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct config_port;
struct fabric;

/* The place of a self-test, zero at first; the caller frees 'state'. */
struct selftest {
	size_t port, step;
	json_t *state;
};

/*
 * Runs the next part, for less than a millisecond: of all ports, or of 'only'.
 * Adds to 'rows' the frames whose check did not act.  With 'only' also the other
 * frames; without, those that could not be tried come last, a row for each kind.
 * Then a summary.  False after the last part.
 */
bool selftest_part(struct fabric *, const struct config_port *only,
		   struct selftest *, json_t *rows);

#endif
