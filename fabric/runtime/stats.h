/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_STATS_H
#define IXF_STATS_H

/*
 * Counters of a port, summed over the workers while they run.  Control thread
 * only.
 */

#include <stdint.h>

#include "fabric/view/drop.h"

struct fabric;

struct port_stats {
#define COUNTER(name, ...) uint64_t name;
#include "fabric/view/counter_list.h"
	uint64_t drop[DROP_N];
	uint64_t would_drop[DROP_N]; /* forwarded: the check is in mode log */
};

/* rx_error and the frames it stands for come from the device. */
void stats_port(struct fabric *, uint16_t id, struct port_stats *);

#endif
