/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_COMPLETE_H
#define IXF_COMPLETE_H

/* Completion for a shell. */

struct faults;

/*
 * Prints what can stand for the last of the 'n' words; the ones before it may be
 * options.  Returns the exit code.
 */
int complete(unsigned int n, char **argv, struct faults *);

#endif
