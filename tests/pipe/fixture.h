/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FIXTURE_H
#define IXF_FIXTURE_H

/*
 * What every test of a pipe program begins and ends with: one fabric in step,
 * which all functions of the program use.  A test begins a fabric of its
 * configuration, or its case has a setup that does; the end of the test checks
 * the accounts and the buffers, also if the test does not end it itself.
 */

#include <check.h>

#include "fabric/runtime/runtime.h"
#include "lib/clock.h"
#include "tests/check_run.h"
#include "tests/pipe/harness.h"

#define START (1000 * CLOCK_SECOND)

/* The family of a test that runs once for each. */
#define FAMILY (_i == 0 ? 4 : 6)

/* The fabric of the running test, NULL between tests; and what is behind it. */
extern struct harness *h;
extern struct fabric *f;

/*
 * A fabric of the configuration in 'text', at START or at 'now' (ns), in place of
 * the one before, if there is one.  Events of the start are forgotten.
 */
void begin(const char *text);
void begin_at(uint64_t now, const char *text);

/* Ends it, if there is one. */
void end(void);

/* A case of 's': before each of its tests 'setup', unless NULL, then end(). */
TCase *fixture_case(Suite *s, const char *name, void (*setup)(void));

/* Writes a file anew. */
void write_file(const char *path, const char *text);

#endif
