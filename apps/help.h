/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_HELP_H
#define IXF_HELP_H

/* What `ixctl help` prints, from command_list.h and topic_list.h. */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * Help on the 'n' words: a topic, a noun, or a command; "all": on every command; no
 * words: the topics and the names of the commands.  False, and 'why', if there is
 * none.
 */
bool help(unsigned int n, char *const *word, FILE *out, char *why, size_t size);

/* Prints the topics that begin with 'start', one a line. */
void help_complete(const char *start, FILE *out);

/* The command of a step of the topics, by number; NULL after the last one. */
const char *help_step(unsigned int i);

#endif
