/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_VIOLATION_SOURCE_H
#define IXF_VIOLATION_SOURCE_H

/*
 * The port behind a forged address: to name both ports in the log and to
 * operators, since the port of entry may be that of a router, which only forwards
 * what another member has sent it.  Control thread.
 */

#include "fabric/config/config.h"
#include "fabric/view/drop.h"

struct fabric;
struct port_rt;

/* How it is known that a port has an address. */
enum source_how {
	SOURCE_CONFIGURED, /* by a line of the configuration */
	SOURCE_LINK_LOCAL, /* first seen there (RFC 6620) */
	SOURCE_EUI64, /* link-local, made from a MAC address that is there */
};

struct violation_source {
	const struct port_rt *port;
	enum source_how how;
	struct where at; /* SOURCE_CONFIGURED: the line */
};

/*
 * Looks for the other port of the LAN that has the IP address which a frame
 * claims that was dropped for 'why'.  The first 'size' octets of the frame are at
 * 'frame'.  False, and all 0: no other port has it, or the reason is not about
 * that.
 */
bool violation_source(const struct fabric *, const struct port_rt *,
		      enum drop why, const uint8_t *frame, uint32_t size,
		      struct violation_source *);

/* "configured", "link-local" or "eui-64": the values of JSON. */
const char *violation_source_name(enum source_how);

/* ", link-local, first seen there", to follow the name of the port; or "". */
const char *violation_source_text(enum source_how);

#endif
