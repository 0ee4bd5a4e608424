/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TEXTFILE_H
#define IXF_TEXTFILE_H

/*
 * Whole text files, which other programs and operators make.  A thread that must
 * not wait reads them, so a file is never opened that could make it wait: a pipe,
 * a device, a terminal, a socket.  Any size is limited.
 */

#include <stddef.h>
#include <stdio.h>

#define TEXTFILE_WHY_SIZE 128

/*
 * Reads the regular file 'path' of at most 'max' octets.  Allocates '*text' (for
 * free()), '*size' octets and a NUL after them.  Or -errno and neither, with a
 * phrase in 'why': "cannot be read: No such file or directory", "is a pipe, not a
 * regular file" (-EINVAL), "is larger than 8 MiB" (-EFBIG).
 */
int textfile_read(const char *path, size_t max, char **text, size_t *size,
		  char why[TEXTFILE_WHY_SIZE]);

/* The same of an open file of any type, to its end; waits for the end. */
int textfile_read_fd(int fd, size_t max, char **text, size_t *size,
		     char why[TEXTFILE_WHY_SIZE]);

/*
 * A stream that reads a text, which must stay there meanwhile.  NUL octets are
 * read like others, as fmemopen() does not.  NULL when memory is short.
 */
struct textfile_place {
	const char *text;
	size_t left;
};
FILE *textfile_stream(struct textfile_place *);

#endif
