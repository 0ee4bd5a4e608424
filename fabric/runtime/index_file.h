/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_INDEX_FILE_H
#define IXF_INDEX_FILE_H

/*
 * The file that keeps the index of each port (port_index.h) for the next start:
 * ifindex.map beside the state file.  It is written after an apply that changes one,
 * by a thread of its own.  Control thread only.
 */

#include <stdbool.h>

struct fabric;
struct index_file;

/*
 * Reads the file into f->indexes, before the first apply.  'state' is the path of the
 * state file.  What prevents that is logged: then there are no indexes yet, and the
 * file is kept beside.  NULL: no memory.
 */
struct index_file *index_file_create(struct fabric *, const char *state);

/* Waits for a write that is under way.  NULL is allowed. */
void index_file_free(struct index_file *);

/*
 * Begins to write what has changed; after a failure, which is logged once, a minute
 * later or with 'last' now.  Returns whether a write is under way.
 */
bool index_file_turn(struct index_file *, bool last);

#endif
