/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_STATEFILE_H
#define IXF_STATEFILE_H

/*
 * A file of text that a program keeps for its next start: whatever happens
 * while it is written, the power cut included, there is the old one or the new
 * one, whole.
 *
 * The text goes to PATH.new, which takes the place of the file when it is on
 * the disk.  One that was left there is written over.  One writer a file.
 */

#include <stddef.h>

/*
 * The directory that the file is to be in: makes it if it is missing (mode
 * 0750, less the umask), but none that it is in itself, and sees whether files
 * can be made there.  0 or -errno.
 */
int statefile_prepare(const char *path);

/*
 * Makes the 'size' octets of 'text' the file (mode 0640, less the umask; not
 * its target, if it is a symbolic link).  Sleeps until they are on the disk.
 * -errno: the old one is there, and nothing else; but when the directory alone
 * could not be synced, the new one, and a power cut may bring back the old one.
 */
int statefile_write(const char *path, const char *text, size_t size);

/*
 * Allocates '*text' (for free()), '*size' octets and a NUL behind them.  -errno
 * and neither: -ENOENT if there is no file, -EFBIG if it has more than 'max'
 * octets, -EINVAL if it is not a file.
 */
int statefile_read(const char *path, size_t max, char **text, size_t *size);

#endif
