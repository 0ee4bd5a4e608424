/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NEWFILE_H
#define IXF_NEWFILE_H

/*
 * A file that is there only once it is complete: it is written as PATH.new, which
 * then replaces the file.  An old PATH.new is overwritten.  Modes are as the umask
 * has it.
 */

#include <stdio.h>

#define NEWFILE_SUFFIX ".new"

struct newfile {
	const char *path;
	char *temporary;
	FILE *out; /* to write to; NULL: not open */
};

/* 'path' must outlive it.  0 or -errno, and nothing to close. */
int newfile_open(struct newfile *, const char *path);

/* 0, and the file is there; or -errno, and it is as before. */
int newfile_keep(struct newfile *);

/* Without a trace.  After newfile_keep(), or all zero, it does nothing. */
void newfile_drop(struct newfile *);

#endif
