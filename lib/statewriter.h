/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_STATEWRITER_H
#define IXF_STATEWRITER_H

/*
 * Writes state files (statefile.h) for a thread that must not wait for the
 * disk, whose syncs can take seconds: in a thread of its own, one text at a
 * time.
 *
 * All calls are made by one thread, and none but statewriter_free() sleeps.
 */

#include <stdbool.h>
#include <stddef.h>

struct statewriter;

/* For the file 'path'.  NULL and errno: no memory, or no thread. */
struct statewriter *statewriter_create(const char *path);

/* Waits for the write that is under way. */
void statewriter_free(struct statewriter *);

/* Whether a text was given, and statewriter_ended() has not returned true yet. */
bool statewriter_is_busy(const struct statewriter *);

/*
 * Gives 'text' to the writer, which owns and frees it from then on.  Not while it
 * is busy.  A directory that is missing is made, as statefile_prepare() does it.
 */
void statewriter_give(struct statewriter *, char *text, size_t size);

/*
 * True, once for each text, when its write has ended: '*rc' is what
 * statefile_write() has returned, or why there is no directory for it.
 */
bool statewriter_ended(struct statewriter *, int *rc);

#endif
