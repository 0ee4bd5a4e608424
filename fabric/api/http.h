/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_HTTP_H
#define IXF_HTTP_H

/*
 * The HTTP/1.1 servers of the daemon; the code of the protocol is libmicrohttpd's.
 * Where the key 'metrics' of [fabric] says: GET /metrics and, with status_page, the
 * status page (web.h).  Where the key 'public' says: the public page, and nothing of
 * the former.
 *
 * Each has its own places, so that clients of the public one take up none of the other.
 * They have no thread: control gives them a short turn.  Nothing blocks, and what a
 * client can take up is bounded: HTTP_CLIENTS clients of a server, of which METRICS_MAX
 * scrape and HTTP_ANSWERS have JSON at the same time; HTTP_REQUEST_AGE for a request
 * from the first octet of the connection to its last, HTTP_ANSWER_AGE for an answer,
 * and HTTP_MEMORY octets.  When all places are taken, the client whose request has been
 * waited for longest makes room.  The public one has a turn only every HTTP_PUBLIC_TURN,
 * and answers HTTP_PUBLIC_RATE requests a second.  Control thread.
 */

#include <jansson.h>
#include <stdbool.h>

#include "lib/clock.h"

struct answers;
struct config;
struct ctl_ops;
struct faults;
struct http;

#define HTTP_CLIENTS      16
#define HTTP_ANSWERS      8
#define HTTP_MEMORY       32768
#define HTTP_REQUEST_AGE  10 /* s */
#define HTTP_ANSWER_AGE   30 /* s */
#define HTTP_ROOM_AGE     1  /* s: after that a client can make room */
#define HTTP_PUBLIC_TURN  (5 * CLOCK_MILLISECOND)
#define HTTP_PUBLIC_RATE  100 /* a second */
#define HTTP_PUBLIC_BURST 200

/*
 * Listens as the running configuration says.  If that is not possible,
 * http_add_faults() says why, and it is tried again every few seconds.  'ops' answers
 * the requests of ixctl.  NULL: no memory.
 */
struct http *http_create(struct answers *, const struct ctl_ops *ops);
void http_free(struct http *);

/*
 * For an apply: listens where 'next' says, before anything is changed.  0, or -errno
 * and an error in 'faults'.  Then either http_keep(), or http_undo() if the apply
 * fails.
 */
int http_prepare(struct http *, const struct config *next, struct faults *);
void http_keep(struct http *);
void http_undo(struct http *);

/* Serves clients for a turn.  True: there is more to do at once. */
bool http_turn(struct http *);

/* Clients that are connected: they are waited for in short turns. */
unsigned int http_clients(const struct http *);

/* Adds to the problems of the status why it does not listen, if it should. */
void http_add_faults(const struct http *, json_t *problems);

#endif
