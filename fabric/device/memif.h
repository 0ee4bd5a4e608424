/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MEMIF_H
#define IXF_MEMIF_H

/*
 * The listening socket of net_memif, which DPDK 22.11 keeps open, and in its
 * table of interrupts, when the device is closed: nobody could listen there
 * again, and who connects makes the driver use what it has freed.  Control
 * thread.
 */

#include <stdbool.h>

#include "fabric/config/devspec.h"

struct memif_listener {
	char name[108]; /* in memory, or of a file */
	bool abstract;
};

/* Whether that device is to listen, and where. */
bool memif_listens(const struct devspec *, const char *args,
		   struct memif_listener *);

/*
 * Whether somebody may listen there: 0, or -EADDRINUSE.  Of a file that nobody
 * listens at any more, left over by a process that was killed, nothing remains.
 */
int memif_claim(const struct memif_listener *);

/* Puts something silent in the place of our socket that listens there. */
void memif_silence(const struct memif_listener *);

#endif
