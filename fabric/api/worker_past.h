/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_PAST_H
#define IXF_WORKER_PAST_H

/* What answers keep of the workers from one second to the next.  Control thread. */

#include <stdint.h>

#include "fabric/runtime/stats.h"

/* What a worker had counted in the last seconds, all zero at first. */
#define STATUS_PAST 6
struct status_worker_past {
	unsigned int next; /* the oldest; to be written next */
	struct {
		uint64_t at; /* ns; 0: never */
		struct worker_stats stats;
	} kept[STATUS_PAST];
};

#endif
