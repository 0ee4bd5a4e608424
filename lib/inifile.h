/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_INIFILE_H
#define IXF_INIFILE_H

/*
 * Reads an INI file with libinih, and reports what libinih hides.
 *
 * The library itself cuts a long line in two and parses the rest as another
 * line, gives the keys after a malformed [section] to the section before, joins
 * an indented line to the line above, accepts ':' for '=', keeps a '#' after a
 * value, and reports neither empty sections nor line numbers.  Here each of
 * these is an error with its line, and the line is ignored.
 *
 * The syntax: sections "[type name]" or "[type]" and lines "key = value", all
 * from the first column; comments from ';' or '#' at the start of a line, or
 * from " ;" to its end; text is UTF-8.
 */

#include <stdio.h>

#include "lib/faults.h"

#define INIFILE_LINE_MAX 198 /* octets, without the end; the limit of libinih */
#define INIFILE_SIZE_MAX (64u << 20) /* octets of a file */

struct inifile_ops {
	/*
	 * A section begins, also an empty or a repeated one.  'name' is "" if it
	 * has none.  With 'type' NULL the line is malformed: the error is
	 * reported already, and the keys of the section will not be delivered.
	 */
	void (*section)(void *arg, struct where at, const char *type,
			const char *name);
	/* A key of that section.  'value' has no blanks around it. */
	void (*key)(void *arg, struct where at, const char *key,
		    const char *value);
};

/*
 * Reads 'stream', named 'file' in messages, to its end.  Errors go to 'faults',
 * the rest to 'ops', in the order of the lines.  Returns 0, also with errors, or
 * -errno if 'stream' could not be read.
 */
int inifile_read(FILE *stream, const char *file, const struct inifile_ops *,
		 void *arg, struct faults *);

#endif
