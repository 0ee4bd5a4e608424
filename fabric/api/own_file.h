/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_OWN_FILE_H
#define IXF_OWN_FILE_H

/*
 * The file that the daemon starts from, as it is now, and how it compares to what
 * runs: after a restart or a power cut that file runs.  It is read again only when it
 * has changed, by a thread of its own, since a large one takes ten milliseconds.
 * Control thread.
 */

#include <stdbool.h>
#include <stdint.h>

struct config;
struct config_texts;
struct faults;
struct own_file;

/* For 'file'; 'threaded': with a thread, else it is read at once.  NULL: no memory. */
struct own_file *own_file_create(const char *file, bool threaded);
void own_file_free(struct own_file *);

/*
 * Looks whether the file has changed, and has it read again.  False: that is under
 * way, and began less than a second before 'now' (ns): ask again in the next turn.
 * After a second, what was read last counts: a disk may take long.
 */
bool own_file_look(struct own_file *, uint64_t now);

/* Whether the thread reads: when it has ended, own_file_look() takes what it has read. */
bool own_file_reads(const struct own_file *);

/* What was read last, with a number for it; NULL: nothing, or with errors. */
const struct config *own_file_config(const struct own_file *, uint64_t *number);

/* Its errors and warnings; NULL: nothing was read. */
const struct faults *own_file_faults(const struct own_file *);

/* Why a start would fail; NULL: it would not, or is not known yet. */
const char *own_file_fault(const struct own_file *);

/*
 * Counts the changes between what runs as 'generation' and the file, unless they have
 * been counted: then it returns false.
 */
bool own_file_compare(struct own_file *, const struct config *running,
		      uint64_t generation);

/* The number of these changes. */
unsigned int own_file_changes(const struct own_file *);

/*
 * The configuration of 'file' and of what it includes, which can be applied by itself;
 * 'texts', which must be empty, gets their texts.  Or NULL and errors in 'faults'.
 * Any thread.
 */
struct config *own_file_read(const char *file, struct config_texts *texts,
			     struct faults *);

/* The configuration, if it can be applied by itself; else frees it: NULL. */
struct config *own_file_check(struct config *, struct faults *);

#endif
