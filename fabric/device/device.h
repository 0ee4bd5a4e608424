/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_DEVICE_H
#define IXF_DEVICE_H

/*
 * Devices that are DPDK ethdevs: attached, set up for the workers and started when
 * they are opened, detached when they are closed.  Control thread.
 */

#include "fabric/device/device_shared.h"
#include "fabric/runtime/runtime.h"

extern const struct backend device_backend;

/* Sets up 'shared' by the configuration with which the daemon starts. */
void device_begin(struct device_shared *shared, const struct config *);

/*
 * The process ends with devices open, since a worker may still use them: puts back
 * what was set at interfaces of the kernel.
 */
void device_abandon(struct fabric *);

/*
 * Puts back what a daemon that crashed has set at interfaces that are not in use
 * now; the devices of the configuration are open.
 */
void device_recover(const struct device_shared *shared);

#endif
