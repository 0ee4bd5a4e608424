/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_OWN_FILE_H
#define IXF_OWN_FILE_H

/*
 * How the file that the daemon starts from compares to what runs, for the status:
 * after a restart or a power cut that file runs.  It is read again only when it, or
 * what runs, has changed.  Control thread.
 */

#include <stdint.h>

#include "fabric/config/config_texts.h"

struct config;

struct own_file {
	struct config_texts texts; /* as it was last read */
	uint64_t generation;       /* of what it was compared to */
	unsigned int changes;      /* between what runs and the file */
	char *fault;               /* why a start would fail, or NULL */
};

/*
 * The configuration of 'file' and of what it includes, which can be applied by itself;
 * 'texts', which must be empty, gets their texts.  Or NULL and errors in 'faults'.
 * Any thread.
 */
struct config *own_file_read(const char *file, struct config_texts *texts,
			     struct faults *);

/* The configuration, if it can be applied by itself; else frees it: NULL. */
struct config *own_file_check(struct config *, struct faults *);

/* Brings it up to date: 'file', compared to what runs as 'generation'. */
void own_file_look(struct own_file *, const char *file,
		   const struct config *running, uint64_t generation);
void own_file_end(struct own_file *);

#endif
