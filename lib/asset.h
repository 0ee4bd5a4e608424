/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ASSET_H
#define IXF_ASSET_H

/*
 * The files of lib/web/: what the pages of the daemon are made of.  They are part of
 * the program, so that it needs no path at run time.  Pure.
 */

#include <stddef.h>

struct asset {
	const char *name; /* "style.css" */
	const char *type; /* "text/css; charset=utf-8" */
	const char *text; /* with a NUL behind it */
	size_t size;      /* octets, without that NUL */
};

/* All of them, as lib/web/embed.py makes them; the last row has no name. */
extern const struct asset asset_all[];

/* The file of this name, or NULL. */
const struct asset *asset_find(const char *name);

#endif
