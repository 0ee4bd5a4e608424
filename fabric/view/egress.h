/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_EGRESS_H
#define IXF_EGRESS_H

/*
 * How the frames of a port leave: by a device, or one of the links of a LAG, with the
 * tag that tells the ports of one device apart.  A port is not a device: its rules,
 * addresses and counters belong to the port, the link belongs to the device.
 *
 * Another way to leave (an encapsulation) is a change of the functions here, of
 * egress_link.c, which looks at the links, and of fill_port() in view_build.c, which
 * knows the configuration.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/lag.h"

struct egress {
	uint16_t device; /* id; of a LAG: that of one of its links */
	uint16_t tag;    /* 0: untagged */
	/*
	 * Of a LAG: device ids by slot.  A slot without a link has the id of another
	 * link, so that a table that is newer than the view still names a device.
	 */
	uint16_t link[LAG_LINKS_MAX];
	const struct lag *lag; /* NULL: one device */
};

/* The id of a device: of the one, or of a LAG that of one of its links. */
static inline uint16_t
egress_device(const struct egress *e)
{
	return e->device;
}

/* Whether frames may leave by this device. */
static inline bool
egress_has(const struct egress *e, uint16_t device)
{
	if (e->device == device || e->lag == NULL)
		return e->device == device;
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		if (e->link[i] == device)
			return true;
	return false;
}

#endif
