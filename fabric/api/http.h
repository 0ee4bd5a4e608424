/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_HTTP_H
#define IXF_HTTP_H

/*
 * GET /metrics by HTTP/1.1, where the key 'metrics' of [fabric] says; the server is
 * libmicrohttpd's.
 *
 * It has no thread of its own: control gives it a short turn.  Nothing blocks, and
 * what a client can take up is bounded: HTTP_CLIENTS clients, of which METRICS_MAX
 * get an answer at the same time, in parts; HTTP_REQUEST_AGE for a request from the
 * first octet of the connection to its last, HTTP_ANSWER_AGE for an answer, and
 * HTTP_MEMORY octets.  When all places are taken, the client whose request has been
 * waited for longest makes room.  Control thread.
 */

#include <stdbool.h>

struct answers;
struct config;
struct faults;
struct http;

#define HTTP_CLIENTS     16
#define HTTP_MEMORY      32768
#define HTTP_REQUEST_AGE 10 /* s */
#define HTTP_ANSWER_AGE  30 /* s */
#define HTTP_ROOM_AGE    1  /* s: after that a client can make room */

/*
 * Listens as the running configuration says.  If that is not possible, http_fault()
 * says why, and it is tried again every few seconds.  NULL: no memory.
 */
struct http *http_create(struct answers *);
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

/* Why it does not listen, for the status; NULL: it does, or need not. */
const char *http_fault(const struct http *);

#endif
