/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LEARN_FILE_H
#define IXF_LEARN_FILE_H

/*
 * The file with the MAC addresses that were learned, learned-macs beside the state
 * file: written when the daemon is stopped, read and removed by the next start, so
 * that no later one takes it for new.  After a crash there is none, and addresses are
 * learned anew.
 *
 * Control thread only.  'wall' is the time in seconds since 1970.
 */

#include <stdbool.h>
#include <stdint.h>

struct fabric;
struct learn_file;

/* Learns what the file has; logs how much of it. */
void learn_file_load(struct fabric *, uint64_t wall);

/* Begins to write it; what prevents that is logged.  NULL: no memory. */
struct learn_file *learn_file_begin(struct fabric *, uint64_t wall);

/* Whether the write is still under way.  NULL is allowed: it is not. */
bool learn_file_writes(struct learn_file *);

/* Waits for it, and frees; NULL is allowed. */
void learn_file_end(struct learn_file *);

#endif
