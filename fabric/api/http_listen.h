/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_HTTP_LISTEN_H
#define IXF_HTTP_LISTEN_H

/* The listening socket of the key 'metrics'.  Control thread. */

#include <stdbool.h>

#include "fabric/api/unixsock.h"

struct config;
struct faults;

struct http_listen {
	int fd; /* does not block; -1: nowhere */
	struct unixsock path;
};

#define HTTP_LISTEN_NONE                                                       \
	((struct http_listen){ .fd = -1, .path = { .fd = -1, .lock = -1 } })

/*
 * Listens where a configuration says; nowhere if it has no key 'metrics'.  0, or -errno
 * and an error in 'faults'.
 */
int http_listen_open(struct http_listen *, const struct config *,
		     struct faults *);

/* The socket may have been closed: then its 'fd' is -1. */
void http_listen_close(struct http_listen *);

/* Whether both listen by TCP on the same port, but on different addresses. */
bool http_listen_collides(const struct config *, const struct config *);

#endif
