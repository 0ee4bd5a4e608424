/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PORT_COUNTERS_H
#define IXF_PORT_COUNTERS_H

/*
 * What one worker counts for one port.  Written by that worker, read by
 * control; in cache lines of its own.
 */

#include "fabric/view/drop.h"
#include "lib/counter.h"

struct port_counters {
#define COUNTER(name, ...) struct counter name;
#include "fabric/view/counter_list.h"
	struct counter drop[DROP_N];
	struct counter would_drop[DROP_N];
} __attribute__((aligned(64)));

#endif
