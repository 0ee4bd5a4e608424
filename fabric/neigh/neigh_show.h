/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NEIGH_SHOW_H
#define IXF_NEIGH_SHOW_H

/*
 * All that the fabric knows about which port of a LAN has an IP address: for
 * `ixctl neigh show`.  Control thread; times are ns of the fabric's clock; names
 * that are returned belong to the fabric and are valid until the next turn.
 */

#include <stddef.h>
#include <stdint.h>

#include "lib/prefix.h"

struct fabric;
struct lan_rt;

/* How it is known. */
enum neigh_how {
	NEIGH_CONFIGURED, /* the configuration gives it to the port */
	NEIGH_LEARNED,    /* the port is the owner because it has used it */
	NEIGH_FIRST_SEEN, /* link-local, first seen at the port (RFC 6620) */
	NEIGH_SEEN,       /* it was seen at the port, which is not its owner */
	NEIGH_FABRIC,     /* the fabric's own */
};

struct neigh_known {
	struct ipaddr ip;
	uint64_t mac;     /* 0: not known */
	const char *port; /* NULL: the fabric's own */
	enum neigh_how how;
	uint64_t since; /* the port has had the address; 0: not known */
	uint64_t
		seen_at; /* the last frame from it that control knows; 0: none */
};
typedef void neigh_known_visit(void *arg, const struct neigh_known *);

/*
 * Visits the addresses of a LAN, each once, in this order: the fabric's own, those of
 * the configuration, the link-local ones first seen at a port, and all others of the
 * neighbour tables, these in no order.  Looks at 'n' places from 'place' on, 0 at the
 * beginning, so that an answer can be made in parts; returns the place to go on from,
 * or 0 at the end.
 */
size_t neigh_show_walk(const struct fabric *, const struct lan_rt *,
		       size_t place, size_t n, neigh_known_visit *, void *arg);

/* "configured", "learned", "link-local", "seen" or "fabric". */
const char *neigh_how_name(enum neigh_how);

#endif
