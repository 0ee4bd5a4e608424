/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_UNIXSOCK_H
#define IXF_UNIXSOCK_H

/*
 * A listening UNIX socket that belongs to one process.
 *
 * That process holds a lock on PATH.lock.  The lock ends with the process, however
 * it ends, so the socket of a killed process is recognised and replaced.
 */

#include <sys/types.h>

#include "lib/faults.h"

struct unixsock {
	char *path;
	int fd;   /* listens, does not block */
	int lock; /* of PATH.lock, held */
};

/*
 * Makes the directory (0755) if it is missing, and the socket with this mode and
 * 'group', or (gid_t)-1: that of the process.  0, or -errno and an error in 'faults';
 * -EADDRINUSE when another process has it.  A group that it cannot be given is a
 * warning.
 */
int unixsock_listen(struct unixsock *, const char *path, mode_t mode,
		    gid_t group, struct faults *);

/* Stops listening and removes both files. */
void unixsock_close(struct unixsock *);

#endif
