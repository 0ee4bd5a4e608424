/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_STATEFILE_H
#define IXF_STATEFILE_H

/*
 * A text file that keeps the state of a program for its next start.  Whatever
 * happens during a write, a power cut included, either the old or the new file
 * is there, complete.
 *
 * The text goes to PATH.new, which replaces the file once it is on the disk.  An
 * old PATH.new is overwritten.  One writer a file.
 */

#include <stddef.h>

/*
 * Makes the directory of the file if it is missing (mode 0750, less the umask),
 * but not its parents, and checks that files can be made there.  Returns 0 or
 * -errno.
 */
int statefile_prepare(const char *path);

/*
 * Keeps other processes from the file until the descriptor that it returns is given
 * to statefile_unlock(), or the process ends: a lock on PATH.lock.  -EBUSY: another
 * process has it.  The directory must be there.
 */
int statefile_lock(const char *path);
void statefile_unlock(const char *path, int lock);

/*
 * Writes the 'size' octets of 'text' as the file (mode 0640, less the umask).  A
 * symbolic link is replaced, not followed.  Sleeps until the octets are on the
 * disk. -errno: only the old file is there; but if just the directory could not
 * be synced, the new file is there, and a power cut may bring the old one back.
 */
int statefile_write(const char *path, const char *text, size_t size);

/*
 * The same for a file that other programs read: it keeps the mode and the owner of the
 * one that it replaces; a new one has mode 0644, whatever the umask.
 */
int statefile_replace(const char *path, const char *text, size_t size);

/*
 * Reads the file.  Allocates '*text' (for free()), '*size' octets and a NUL
 * after them. -errno and neither: -ENOENT if there is no file, -EFBIG if it has
 * more than 'max' octets, -EINVAL if it is not a regular file.
 */
int statefile_read(const char *path, size_t max, char **text, size_t *size);

/*
 * Keeps what the file has now as PATH.unused, in place of an older one, before the
 * next write replaces it.  Returns 0 or -errno.
 */
int statefile_keep(const char *path);

#endif
