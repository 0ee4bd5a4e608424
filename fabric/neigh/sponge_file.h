/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SPONGE_FILE_H
#define IXF_SPONGE_FILE_H

/*
 * The state file of the sponges, [fabric] state: read once after the start,
 * written every minute, a second after orders of the operator, and at the end, as
 * long as a LAN has a sponge.  If it is missing or cannot be used, the daemon
 * logs a warning and the sponges start without it.
 *
 * Control thread only.  Only sponge_file_load() and sponge_file_free() wait for
 * the disk.  'wall' is the time in seconds since 1970.
 */

#include <stdbool.h>
#include <stdint.h>

struct fabric;
struct sponge_file;

/* For the file that the running configuration names.  NULL: no memory. */
struct sponge_file *sponge_file_create(struct fabric *);

/* Waits for the write under way. */
void sponge_file_free(struct sponge_file *);

/* Sets the states of the sponges, which have begun, from the file. */
void sponge_file_load(struct sponge_file *, uint64_t wall);

/*
 * Does a part of what is due by the fabric's time; to be called every millisecond.
 * Returns whether there is more to do at once.  After sponge_file_finish() false
 * means that all has been written.
 */
bool sponge_file_turn(struct sponge_file *, uint64_t wall);

/* Has the file written once more, with the states of now, for the last time. */
void sponge_file_finish(struct sponge_file *);

#endif
