/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_DEVICE_SHARED_H
#define IXF_DEVICE_SHARED_H

#include <stdint.h>

struct rte_mempool;

#define DEVICE_POOLS_MAX 256

/* What devices share; f->backend_arg points to it.  Control thread. */
struct device_shared {
	unsigned int descriptors;
	char records[256]; /* where settings.h keeps its files; "": nowhere */
	/* Of closed devices, with buffers that other devices still send. */
	unsigned int npools;
	struct rte_mempool *pool[DEVICE_POOLS_MAX];
	uint64_t checked_at; /* ns: settings of an interface, the last time */
};

#endif
