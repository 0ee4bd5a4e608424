/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_INDEXMAP_H
#define IXF_INDEXMAP_H

/*
 * Which number (ifIndex, RFC 2863) each port has, and each link of a LAG, by its name,
 * "PORT" or "PORT/DEVICE"; here all of them are ports.  A name keeps its
 * number, also while there is no port of that name, and no other name is given it:
 * graphs and collectors know a port by nothing else.
 *
 * A number that the configuration gives to a port counts before all: a name that had
 * it gets another.  Numbers of ports that have none by the configuration are given out
 * in ascending order, from INDEXMAP_FIRST on.
 *
 * Names of ports that are gone are forgotten, the longest gone first, when there are
 * more than INDEXMAP_NAMES; their numbers are still not given out again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INDEXMAP_FIRST     10001
#define INDEXMAP_LAST      2147483647 /* InterfaceIndex of RFC 2863 */
#define INDEXMAP_NAMES     8192
#define INDEXMAP_NAME_SIZE 96 /* with its NUL */

/* Of the text: a line for each name. */
#define INDEXMAP_SIZE (64 + INDEXMAP_NAMES * (INDEXMAP_NAME_SIZE + 11))

struct indexmap;

/* A port of the configuration. */
struct indexmap_port {
	const char *name;
	uint32_t fixed;  /* what the configuration gives it; 0: nothing */
	uint32_t number; /* what it has then; 0: all are used up */
};

/*
 * The map after 'old' (NULL: an empty one) for a configuration with these 'n' ports,
 * whose numbers it fills in; their names differ, and so do their fixed numbers.
 * n <= INDEXMAP_NAMES.  The same arguments give the same numbers.  NULL: no memory.
 */
struct indexmap *indexmap_next(const struct indexmap *old,
			       struct indexmap_port *, size_t n);

void indexmap_free(struct indexmap *);

/* Whether both have the same names and numbers; NULL is an empty one. */
bool indexmap_is_same(const struct indexmap *, const struct indexmap *);

/* The map as text, for free(), and its size.  NULL: no memory. */
char *indexmap_text(const struct indexmap *, size_t *size);

/*
 * The map that a text of 'size' octets, and a NUL, has; the text is overwritten.
 * NULL: '*why' says what is wrong with it, or that there is no memory.
 */
struct indexmap *indexmap_parse(char *text, size_t size, const char **why);

#endif
