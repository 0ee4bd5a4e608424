/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_HTTP_LISTEN_H
#define IXF_HTTP_LISTEN_H

/* The listening sockets of the keys 'metrics' and 'public'.  Control thread. */

#include <stdbool.h>

#include "fabric/api/unixsock.h"

struct config;
struct faults;

enum http_site {
	HTTP_OWN,    /* the key 'metrics': scrapes, and the status page */
	HTTP_PUBLIC, /* the key 'public' */
	HTTP_SITES
};

struct http_listen {
	int fd; /* does not block; -1: nowhere */
	struct unixsock path;
};

#define HTTP_LISTEN_NONE                                                       \
	((struct http_listen){ .fd = -1, .path = { .fd = -1, .lock = -1 } })

/* The value of the key; NULL: it is not given. */
const char *http_listen_place(const struct config *, enum http_site);

/* The name of the key. */
const char *http_listen_key(enum http_site);

/*
 * Listens where a configuration says; nowhere if it does not have the key.  0, or
 * -errno and an error in 'faults'.
 */
int http_listen_open(struct http_listen *, const struct config *,
		     enum http_site, struct faults *);

/* The socket may have been closed: then its 'fd' is -1. */
void http_listen_close(struct http_listen *);

/* Whether both listen by TCP on the same port, be it of different addresses. */
bool http_listen_collides(const struct config *, enum http_site,
			  const struct config *, enum http_site);

#endif
