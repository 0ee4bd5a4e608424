/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_HISTORY_H
#define IXF_HISTORY_H

/*
 * The history of configurations: the last generations, in memory and as a file each
 * in a directory.  A generation that waits to be confirmed is on the disk as such
 * before it is applied, and until it is confirmed the one before it is the last that
 * was kept: whenever the daemon is killed or the power fails, the next start knows.
 *
 * A thread of its own writes the files, so that control never waits for a disk.  If
 * they cannot be written, what is in memory serves until the daemon ends.
 *
 * Bounded in number and octets: the oldest go.  What runs, the one kept before it and
 * what waits to be confirmed stay.
 *
 * Control thread, but history_read().
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/api/generation.h"
#include "lib/faults.h"

struct history;

#define HISTORY_MAX    50          /* generations */
#define HISTORY_OCTETS (32u << 20) /* of their files */

/* After a failed write: until the next attempt without a cause, in ns. */
#define HISTORY_RETRY UINT64_C(60000000000)

/*
 * Opens the history in 'dir', which is made with mode 0750 if it is missing, as is
 * the folder around it; NULL: in memory only.  Nothing that is wrong with a directory
 * or file is an error: it is a warning in 'faults', and the reason that
 * history_problem() has.  Sleeps for the disk.  NULL when memory is short.
 */
struct history *history_open(const char *dir, struct faults *);

/* Waits for the write that is under way, and leaves what is not written. */
void history_free(struct history *);

/*
 * Adds a generation, which it takes over, with a number above all others; it is
 * written in turns to come.
 */
void history_add(struct history *, struct generation *);

/* Changes the state of one that is there. */
void history_mark(struct history *, uint64_t number, enum generation_state);

/* The texts of one that runs, which it takes over if it has none in memory. */
void history_use(struct history *, uint64_t number, struct config_texts *texts);

/* Removes one: the apply that it was made for has failed. */
void history_remove(struct history *, uint64_t number);

/* The number of generations, and the one in place 'i', 0: the oldest. */
unsigned int history_count(const struct history *);
const struct generation *history_at(const struct history *, unsigned int i);

/* That of a number, and the newest that was kept below a number; or NULL. */
const struct generation *history_find(const struct history *, uint64_t number);
const struct generation *history_kept_below(const struct history *,
					    uint64_t number);

/* The number of the newest one, 0: there is none. */
uint64_t history_newest(const struct history *);

/*
 * The texts of a generation: 0, or -errno and a phrase in 'why'.  From memory or from
 * the disk; sleeps for the disk.
 */
int history_texts(const struct history *, uint64_t number,
		  struct config_texts *texts, char why[GENERATION_WHY_SIZE]);

/* From the disk only; any thread. */
int history_read(const char *dir, uint64_t number, struct config_texts *texts,
		 char why[GENERATION_WHY_SIZE]);
const char *history_directory(const struct history *);

/* Goes on with writing.  'now' in ns.  'in_step': without a thread. */
void history_turn(struct history *, uint64_t now, bool in_step);

/* Nothing is to be written, but what could not be. */
bool history_is_settled(const struct history *);

/* Whether the file of a generation is on the disk as it is in memory. */
bool history_is_saved(const struct history *, uint64_t number);

/*
 * Why the history is not on the disk: "cannot be written: No space left on device";
 * or NULL.
 */
const char *history_problem(const struct history *);

/* True, once for each, if that has changed since it was last asked. */
bool history_problem_changed(struct history *);

#endif
