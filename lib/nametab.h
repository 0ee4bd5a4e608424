/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NAMETAB_H
#define IXF_NAMETAB_H

/*
 * Objects by name: a table of chains that run through the objects, so that nothing
 * is allocated and nothing can fail.  Several objects may have one name.  One thread.
 */

#include <stdbool.h>

#define NAMETAB_CHAINS 1024 /* a power of two */

/* A member of the object; its address leads back to the object. */
struct nametab_link {
	const char *name; /* of the object; does not change in the table */
	struct nametab_link *next;
};

/* All zero: an empty table. */
struct nametab {
	struct nametab_link *chain[NAMETAB_CHAINS];
};

/* 'link' is in no table. */
void nametab_add(struct nametab *, struct nametab_link *, const char *name);

/* Does nothing if 'link' is not in the table. */
void nametab_remove(struct nametab *, struct nametab_link *);

/* The last one added with this name, or NULL; and the one before it. */
struct nametab_link *nametab_find(const struct nametab *, const char *name);
struct nametab_link *nametab_next(const struct nametab_link *);

#endif
