/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CLIENT_H
#define IXF_CLIENT_H

/* A connection to the daemon's control socket, with a limit for each wait. */

#include <jansson.h>
#include <stddef.h>
#include <sys/types.h>

struct client;

/* NULL and errno if there is no daemon on 'path'. */
struct client *client_open(const char *path, unsigned int seconds);
void client_close(struct client *);

/* Sends a request; 'args' may be NULL.  0 or -errno. */
int client_ask(struct client *, const char *cmd, json_t *args);

/*
 * The next line of the answer, a new object.  NULL and errno: EAGAIN if it did not
 * come in time, EPROTO if it is not JSON, or another error.
 */
json_t *client_next(struct client *);

/*
 * Octets that follow the answer, once there are any, however long that takes.  How
 * many; 0 at the end.
 */
ssize_t client_read(struct client *, void *octets, size_t size);

/* The socket, which stays the client's. */
int client_fd(const struct client *);

#endif
