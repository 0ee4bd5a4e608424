/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WEB_H
#define IXF_WEB_H

/*
 * What the pages are made of: their files, and JSON.  The JSON of a path is the answer
 * to a command of ixctl that changes nothing, or one of those below.
 *
 * An answer is made in parts, one a turn of all, into memory, and serves every client
 * that asks for it meanwhile and shortly after.  So what control does for pages depends
 * on the number of paths, not on that of browsers, and a client that does not read
 * holds up none.  Control thread.
 */

#include <microhttpd.h>
#include <stdbool.h>

#include "fabric/api/ctl.h"
#include "fabric/api/http_listen.h"
#include "lib/asset.h"

struct answers;
struct web;
struct web_answer;

/* Answers at the same time; of port drops there is one for each port. */
#define WEB_ANSWERS 8

/* Octets of an answer: that for 4,095 ports is less. */
#define WEB_OCTETS_MAX (16u << 20)

/* For so long an answer serves further clients. */
#define WEB_OWN_AGE    CLOCK_SECOND
#define WEB_PUBLIC_AGE (5 * CLOCK_SECOND)

/* 'ops' answers the requests of ixctl.  NULL: no memory. */
struct web *web_create(struct answers *, const struct ctl_ops *ops);
void web_free(struct web *);

/* The file that is at this path, or NULL. */
const struct asset *web_file(enum http_site, const char *path);

/*
 * The answer at this path; for some there is a 'port' in the request (or NULL).  It is
 * held until web_leave().  NULL and errno: ENOENT, there is none; EBUSY; or ENOMEM.
 */
struct web_answer *web_ask(struct web *, enum http_site, const char *path,
			   const char *port);
void web_leave(struct web_answer *);

/* Whether it is there, be it an error. */
bool web_is_made(const struct web_answer *);

/* Its status and text; the answer keeps the latter.  NULL: no memory. */
struct MHD_Response *web_response(const struct web_answer *,
				  unsigned int *status);

/* Makes the next part of an answer.  Whether there is more to do. */
bool web_turn(struct web *);

#endif
