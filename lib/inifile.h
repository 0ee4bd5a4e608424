/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_INIFILE_H
#define IXF_INIFILE_H

/*
 * Reads an INI file by libinih, and says what libinih keeps to itself.
 *
 * By itself the library cuts a long line in two and parses its rest as another
 * line, gives the keys behind a malformed [section] to the section before,
 * joins an indented line to the one above, takes ':' for '=', keeps a '#'
 * behind a value, and knows neither empty sections nor line numbers.  Here
 * each of these is a fault with its place, and the line is not read further.
 *
 * The language: sections "[type name]" or "[type]" and lines "key = value", all
 * from the first column; comments from ';' or '#' at the start of a line, or
 * from " ;" to its end; text is UTF-8.
 */

#include <stdio.h>

#include "lib/faults.h"

#define INIFILE_LINE_MAX 198 /* octets, without the end; libinih has no more */
#define INIFILE_SIZE_MAX (64u << 20) /* octets of a file */

struct inifile_ops {
	/*
	 * A section begins, be it empty or a repeated one.  'name' is "" where
	 * there is none.  With 'type' NULL the line was malformed: its fault
	 * is reported already and its keys will not be delivered.
	 */
	void (*section)(void *arg, struct where at, const char *type,
			const char *name);
	/* A key of that section.  'value' has no blanks around it. */
	void (*key)(void *arg, struct where at, const char *key,
		    const char *value);
};

/*
 * Reads 'stream', known as 'file', to its end.  Faults go to 'faults', the rest
 * to 'ops', in the order of the lines.  Returns 0, also when there were
 * faults, or -errno when 'stream' could not be read.
 */
int inifile_read(FILE *stream, const char *file, const struct inifile_ops *,
		 void *arg, struct faults *);

#endif
