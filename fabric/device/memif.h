/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MEMIF_H
#define IXF_MEMIF_H

/*
 * The listening socket of net_memif.  DPDK 22.11 keeps it open, and in its table of
 * interrupts, when the device is closed: no device could listen there again, and
 * a client that connects makes the driver use freed memory.  Control thread.
 */

#include <stdbool.h>

#include "fabric/config/devspec.h"

struct memif_listener {
	char name[108]; /* an abstract name, or a path */
	bool abstract;
};

/* Whether that device is to listen, and then its address in '*l'. */
bool memif_listens(const struct devspec *, const char *args,
		   struct memif_listener *);

/*
 * Whether the address is free: 0, -EADDRINUSE or another -errno.  Removes the file
 * of a socket that a killed process has left.
 */
int memif_claim(const struct memif_listener *);

/* Puts a file without events in the place of our socket that listens there. */
void memif_silence(const struct memif_listener *);

#endif
