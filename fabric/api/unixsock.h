/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_UNIXSOCK_H
#define IXF_UNIXSOCK_H

/*
 * A listening UNIX socket that exactly one process has.
 *
 * A lock on PATH.lock says who: it goes with its holder however that one ends,
 * so a socket left behind by a killed process can be told from a live one and
 * is replaced.
 */

#include "lib/faults.h"

struct unixsock {
	char *path;
	int fd;   /* listens, does not block */
	int lock; /* of PATH.lock, held */
};

/*
 * Makes the directory (0750) when it is missing, and the socket (0660).  0, or
 * -errno and an error in 'faults'; -EADDRINUSE when another process has it.
 */
int unixsock_listen(struct unixsock *, const char *path, struct faults *);

/* Stops listening and removes both files. */
void unixsock_close(struct unixsock *);

#endif
