/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PORT_STATS_H
#define IXF_PORT_STATS_H

/* The counters of a port, as sums of all workers: see stats.h. */

#include <stdint.h>

#include "fabric/view/drop.h"

struct port_stats {
#define COUNTER(name, ...) uint64_t name;
#include "fabric/view/counter_list.h"
	uint64_t drop[DROP_N];
	uint64_t would_drop[DROP_N]; /* forwarded: the check is in mode log */
};

#endif
