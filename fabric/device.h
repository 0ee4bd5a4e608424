/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_DEVICE_H
#define IXF_DEVICE_H

/*
 * Devices that are DPDK ethdevs: attached when opened, set up for the workers
 * there are, started, and detached when closed.  Control thread.
 */

#include "runtime.h"

/* What is fixed from the start on; f->backend_arg points to it. */
struct device_settings {
	unsigned int descriptors;
};

extern const struct backend device_backend;

#endif
