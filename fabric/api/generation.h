/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_GENERATION_H
#define IXF_GENERATION_H

/*
 * A generation of the configuration: what was applied, when, by which user, from
 * which file, what it changed; and as a file of the history, which has the texts of
 * all files of the configuration, so that it can be applied again without these.
 *
 * The file is a line with its version, size and checksum, a line of JSON, and the
 * texts as they are.  A file that was cut or changed is recognised.
 *
 * Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fabric/config/config_texts.h"

enum generation_state {
	GENERATION_KEPT,
	GENERATION_PENDING, /* waits to be confirmed */
	GENERATION_DROPPED, /* was not confirmed */
};

#define GENERATION_BY_SIZE 64
#define GENERATION_CHANGES 20 /* texts of changes kept; others are counted */

/* Octets of a file of the largest configuration. */
#define GENERATION_SIZE_MAX ((size_t)CONFIG_TEXTS_SIZE_MAX + (16u << 20))

struct generation {
	uint64_t number;
	int64_t at; /* seconds since 1970, by the clock of the machine */
	enum generation_state state;
	char by[GENERATION_BY_SIZE]; /* "alice (uid 1000)", "SIGHUP", "start" */
	char *file;                  /* from which it came, for people */
	char *own;                   /* of the daemon */
	uint64_t of;                 /* whose texts it repeats, 0: of none */
	unsigned int nchanges;
	unsigned int ntexts; /* up to GENERATION_CHANGES */
	char *change[GENERATION_CHANGES];
	struct config_texts texts; /* n 0: only on the disk */
};

/* A new one of these, with copies; NULL when memory is short. */
struct generation *generation_create(uint64_t number, int64_t at,
				     const char *by, const char *file,
				     const char *own);
void generation_free(struct generation *);

/*
 * A copy of a text without what a terminal would take for a command: control
 * characters, and octets that are not UTF-8, are "?".  NULL when memory is short.
 */
char *generation_clean(const char *text);

/* Adds a change; the texts of the first ones are kept. */
void generation_add_change(struct generation *, const char *text);

/* The same for config_diff(), with the generation as its argument. */
void generation_visit_change(void *generation, const char *section,
			     const char *key, const char *old_value,
			     const char *new_value, bool restart);

/* Copies 'texts' to where there are none: 0 or -ENOMEM. */
int generation_copy_texts(struct config_texts *to,
			  const struct config_texts *texts);

/* The file as a new text, or NULL when memory is short. */
char *generation_encode(const struct generation *, size_t *size);

/*
 * Makes a generation of the file of the number 'number'; NULL and a phrase in
 * 'why' if it is none.
 */
#define GENERATION_WHY_SIZE 64
struct generation *generation_decode(const char *file, size_t size,
				     uint64_t number,
				     char why[GENERATION_WHY_SIZE]);

const char *generation_state_name(enum generation_state);

#endif
