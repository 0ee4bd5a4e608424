/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_DEVICE_H
#define IXF_DEVICE_H

/*
 * Devices that are DPDK ethdevs: attached, set up for the workers and started when
 * they are opened, detached when they are closed.  Control thread.
 */

#include "fabric/runtime/runtime.h"

#define DEVICE_POOLS_MAX 256

/* What devices share; f->backend_arg points to it.  Control thread. */
struct device_shared {
	unsigned int descriptors;
	/* Of closed devices, with buffers that other devices still send. */
	unsigned int npools;
	struct rte_mempool *pool[DEVICE_POOLS_MAX];
};

extern const struct backend device_backend;

#endif
