/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LISTEN_H
#define IXF_LISTEN_H

/* The values of the keys 'metrics' and 'public': where a server listens.  Pure. */

#include <stdbool.h>
#include <stdint.h>

#include "lib/prefix.h"

#define LISTEN_PATH_MAX 107 /* octets, of a UNIX socket: unix(7) */

struct listen {
	const char *path; /* of a UNIX socket: the text; NULL: none */
	struct ipaddr ip;
	uint16_t port;
};

/*
 * Reads "192.0.2.1:9477", "[2001:db8::1]:9477" or "/run/x.sock".  'text' must outlive
 * '*l'.  Returns 0, or -EINVAL.
 */
int listen_parse(const char *text, struct listen *l);

/* Whether two servers cannot listen at both: one path, or one port of one address. */
bool listen_overlaps(const struct listen *, const struct listen *);

#endif
