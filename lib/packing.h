/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PACKING_H
#define IXF_PACKING_H

/*
 * Files that a program has compressed: which one did, and reading those of gzip, by
 * zlib, in bounded memory.  One thread at a time.
 */

#include <stdbool.h>
#include <stdio.h>

struct packing {
	const char *name;    /* "zstd" */
	const char *command; /* that writes the contents to standard output */
	bool readable;       /* by gunzip_create() */
};

/*
 * How the file is packed, by its first octets; NULL: it is not, or that cannot be
 * found out.  Nothing is taken from 'fd', a file or a pipe; of a pipe the first octet
 * is waited for.
 */
const struct packing *packing_of(int fd);

struct gunzip;

/*
 * Reads what is packed in 'fd' from its position, and takes ownership of 'fd', also on
 * failure.  NULL and errno: no memory.
 */
struct gunzip *gunzip_create(int fd);
void gunzip_free(struct gunzip *);

/*
 * What was packed, for one reader, which is closed before gunzip_free().  Reading fails
 * where the file is damaged or cut short.  NULL and errno: no memory.
 */
FILE *gunzip_stream(struct gunzip *);

/* Why reading failed, or NULL. */
const char *gunzip_error(const struct gunzip *);

#endif
