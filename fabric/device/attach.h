/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ATTACH_H
#define IXF_ATTACH_H

/*
 * Attaches a device to DPDK while it runs; if that fails, the error names what is
 * missing.  Control thread.
 */

#include <stdint.h>

#include "fabric/config/devspec.h"
#include "lib/faults.h"

/*
 * Attaches the device with these (completed) arguments and finds its ethdev.
 * 0, or -errno and an error at 'at', in 'section'.
 */
int attach(const struct devspec *, const char *args, uint16_t *ethdev,
	   struct where at, const char *section, struct faults *);

/* Detaches a device whose ethdev has been stopped and closed. */
void detach(const struct devspec *);

#endif
