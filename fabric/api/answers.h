/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ANSWERS_H
#define IXF_ANSWERS_H

/*
 * The daemon's half of ixctl: what each command does to the fabric.  Control
 * side, one thread.
 */

#include <stdint.h>
#include <stdio.h>

#include "fabric/api/ctl.h"
#include "lib/faults.h"

struct answers;
struct fabric;

extern const struct ctl_ops answers_ops; /* with a struct answers as 'arg' */

/*
 * For a fabric that has just started from 'file'.  NULL and errno when memory
 * is short.
 */
struct answers *answers_create(struct fabric *, const char *file);
void answers_free(struct answers *);

/* Watches the workers.  To be called at least once a second. */
void answers_turn(struct answers *);

/*
 * Reads the file again and applies it, as `ixctl config apply` does, and logs it.
 * 0, or -errno and errors in 'faults': then nothing has changed.
 */
int answers_reload(struct answers *, struct faults *);

/* Prints what has started, in a few lines that begin with 'prefix'. */
void answers_announce(const struct answers *, const char *prefix, FILE *);

#endif
