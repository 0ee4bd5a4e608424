/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_OUTGOING_H
#define IXF_OUTGOING_H

/*
 * Sends frames of control through the ring to the first worker (view/punt.h).
 * Control thread only.
 *
 * A port whose requests cause frames has no more of them in the ring than there
 * is room left: n ports that ask without end leave an (n + 1)th part.  What the
 * fabric sends by itself counts as one port more.
 */

#include <stdbool.h>
#include <stdint.h>

struct fabric;

/* Where a frame goes, and for what; PORTS_MAX: see below. */
struct outgoing_way {
	uint16_t lan;    /* id */
	uint16_t port;   /* by this port; PORTS_MAX: by all of the LAN */
	uint16_t except; /* ... but this; PORTS_MAX: by all */
	uint16_t cause;  /* the port that caused it; PORTS_MAX: the fabric */
};

/*
 * Sends a copy of the 'size' octets (OUTGOING_ROOM at most) of a frame without tag
 * and FCS.  False: the ring, or the share of the cause, is full.
 */
bool outgoing_send(struct fabric *, struct outgoing_way, const void *octets,
		   uint32_t size);

/*
 * Sends one, untagged, by a device, whatever the state of the port that has it, which
 * is also the cause of it: for link protocols.
 */
bool outgoing_send_by(struct fabric *, uint16_t device, uint16_t port,
		      const void *octets, uint32_t size);

#endif
