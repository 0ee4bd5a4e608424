/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_QUESTION_H
#define IXF_QUESTION_H

/* A command for the daemon, and its answer on the options' 'out'. */

#include <jansson.h>

struct command;
struct options;

/*
 * Asks once, again and again with --watch, or twice for rates.  Takes from 'args' what
 * is meant for ixctl alone.  Returns the exit code.
 */
int question_ask(const struct options *, const struct command *, json_t *args);

#endif
