/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CLIENT_H
#define IXF_CLIENT_H

/* One connection to the daemon's control socket; waits, but not for ever. */

#include <jansson.h>

struct client;

/* NULL and errno when nobody listens there. */
struct client *client_open(const char *path, unsigned int seconds);
void client_close(struct client *);

/* Sends a request; 'args' may be NULL.  0 or -errno. */
int client_ask(struct client *, const char *cmd, json_t *args);

/*
 * The next line of the answer, a new object.  NULL and errno: EAGAIN when the
 * time is over, EPROTO when it is not JSON, or what else has failed.
 */
json_t *client_next(struct client *);

#endif
