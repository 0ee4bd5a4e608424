/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NEIGH_COUNTS_H
#define IXF_NEIGH_COUNTS_H

#include <stdint.h>

#include "lib/sponge.h"

/* What is counted for each LAN, since the daemon started. */
struct neigh_counts {
#define COUNTER(name, ...) uint64_t name;
#include "fabric/neigh/neigh_counter_list.h"
	uint64_t transitions[SPONGE_KINDS]; /* to each state */
};

#endif
