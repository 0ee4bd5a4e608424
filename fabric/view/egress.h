/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_EGRESS_H
#define IXF_EGRESS_H

/*
 * How the frames of a port leave: by a device, with the tag that tells the ports
 * of one device apart.  A port is not a device: its rules, addresses and
 * counters belong to the port, the link belongs to the device.
 *
 * Another way to leave (a choice among devices, an encapsulation) is a change
 * of the functions here, of egress_link.c, which looks at the links, and of
 * fill_port() in view_build.c, which knows the configuration.
 */

#include <stdbool.h>
#include <stdint.h>

struct egress {
	uint16_t device; /* id */
	uint16_t tag;    /* 0: untagged */
};

/* The id of the device that a frame leaves by. */
static inline uint16_t
egress_device(const struct egress *e)
{
	return e->device;
}

/* Whether frames may leave by this device. */
static inline bool
egress_has(const struct egress *e, uint16_t device)
{
	return e->device == device;
}

#endif
