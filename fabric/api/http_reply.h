/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_HTTP_REPLY_H
#define IXF_HTTP_REPLY_H

/* What all answers by HTTP have in common, and the Host of a request.  Pure. */

#include <microhttpd.h>
#include <stdbool.h>

/*
 * The headers of an answer.  A browser takes scripts, styles and data of a page from
 * the page's own server alone (Content Security Policy Level 3), makes no markup of
 * text (Trusted Types), shows it in no frame of another page, and keeps nothing.
 */
void http_reply_headers(struct MHD_Response *, const char *type);

/* Queues the answer and lets go of it.  A connection has one request. */
enum MHD_Result http_reply(struct MHD_Connection *, unsigned int status,
			   const char *type, struct MHD_Response *);

/*
 * Whether the value of Host (NULL: there is none) is an address, or localhost.  A page
 * of another server that has the address of this one in the DNS ("DNS rebinding") is
 * shown under a name.
 */
bool http_host_is_own(const char *host);

#endif
