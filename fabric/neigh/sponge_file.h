/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SPONGE_FILE_H
#define IXF_SPONGE_FILE_H

/*
 * The file, [fabric] state, in which what the sponges know survives the daemon:
 * read once after the start, written every minute, a second after orders of the
 * operator, and at the end, as long as a LAN has a sponge.  Without it, or with
 * one that is of no use, everything runs and is found out anew: there is a
 * warning, and nothing fails.
 *
 * Control thread only; the disk is waited for when reading, and never after.
 * 'wall' is the time in seconds since 1970.
 */

#include <stdbool.h>
#include <stdint.h>

struct fabric;
struct sponge_file;

/* For the file that the running configuration names now.  NULL: no memory. */
struct sponge_file *sponge_file_create(struct fabric *);

/* Waits for the write that is under way. */
void sponge_file_free(struct sponge_file *);

/* Gives the sponges, which have begun, what the file says. */
void sponge_file_load(struct sponge_file *, uint64_t wall);

/*
 * Does what is due by the fabric's time, a part of it at a time: to be called
 * every millisecond.  Whether there is more to do at once: in the end, when
 * there is not, all has been written.
 */
bool sponge_file_turn(struct sponge_file *, uint64_t wall);

/* It is to be written once more, with what is known from now on. */
void sponge_file_finish(struct sponge_file *);

#endif
