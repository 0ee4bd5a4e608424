/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PORT_H
#define IXF_PORT_H

/*
 * A port as workers see it: where one member meets one LAN, with that member's
 * rules.  Part of a view: built once by control, then only read.
 */

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "drop.h"
#include "mactab.h"

#define PORTS_MAX MACTAB_NO_PORT

struct lan;

enum port_flag {
	PORT_DISABLED = 1 << 0,
	PORT_QUARANTINE = 1 << 1,
	PORT_MONITOR = 1 << 2,
	PORT_IXP = 1 << 3,      /* an ixp profile, not open */
	PORT_LEARNS = 1 << 4,   /* may learn beyond its list: mac_limit > 0 */
	PORT_PRIO_TAG = 1 << 5, /* tag 0 counts as no tag */
	PORT_SHARES = 1 << 6,   /* its device carries tagged ports */
};

struct port {
	uint16_t id;     /* 0 to PORTS_MAX - 1; of the same port in all views */
	uint16_t device; /* index in the view */
	uint16_t tag;    /* 0: untagged */
	uint16_t flags;  /* enum port_flag */
	uint16_t isolate;      /* isolation group; 0: none */
	uint16_t max_payload;  /* octets behind the header and the port's tag */
	const struct lan *lan; /* NULL: only carries tagged ports */
	uint64_t own_mac;      /* of the fabric on its LAN, or 0 */
	uint64_t checks;       /* bit DROP_x: the check x is on for this port */
};

static_assert(DROP_N <= 64, "a set of reasons is a word");

#define PORT_CHECKS(port, why) ((port)->checks >> (why)&1)

/*
 * What changes about a port from one moment to the next.  Lives beside the
 * views and survives them.  Control writes, workers read, a byte each, relaxed.
 */
enum port_state {
	PORT_UP = 1 << 0,   /* its device has link */
	PORT_FULL = 1 << 1, /* has learned as much as it may */
};

#endif
