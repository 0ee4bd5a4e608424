/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ANSWERS_H
#define IXF_ANSWERS_H

/*
 * The daemon's half of ixctl: what each command does to the fabric.  Control
 * side, one thread.
 */

#include <stdbool.h>
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

/*
 * What was started, and the history that it is from; without this the history is in
 * memory only.  Takes over all but the configuration.
 */
struct start;
void answers_started(struct answers *, struct start *);

/*
 * Goes on with orders and captures, and serves HTTP.  To be called each turn.
 * Whether there is more to do soon.
 */
bool answers_turn(struct answers *);

/* Goes on with writing the history; whether it is on the disk, or cannot be. */
bool answers_saved(struct answers *);

/*
 * Whether a thread of control works for an order or a request, whose end is to be seen
 * soon, or an HTTP client is connected.
 */
bool answers_work(const struct answers *);

/*
 * Asks for the file to be read again and applied, as `ixctl config apply` does, and
 * logged, in turns to come.
 */
void answers_reload(struct answers *);

/* Whether that has ended; '*faults' is the caller's then; NULL: no memory. */
bool answers_reloaded(struct answers *, struct faults **faults);

/* Prints what has started, in a few lines that begin with 'prefix'. */
void answers_announce(const struct answers *, const char *prefix, FILE *);

#endif
