/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_STATS_H
#define IXF_STATS_H

/*
 * Counters of a port, summed over the workers while they run, and of a worker.
 * Control thread only.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/runtime/port_stats.h"

struct fabric;

/* rx_error and the frames it stands for come from the device. */
void stats_port(struct fabric *, uint16_t id, struct port_stats *);

/* Frames dropped on one side, for all reasons. */
uint64_t stats_drops(const struct port_stats *, bool tx);

struct worker_stats {
	uint64_t frames;
	uint64_t polls;       /* queues looked at */
	uint64_t idle_polls;  /* of them, empty */
	uint64_t busy_cycles; /* of the TSC, in passes with frames */
	uint64_t cycles;      /* since the worker started; 0: it has not */
};

/* Of worker 'i', below f->nworkers. */
void stats_worker(const struct fabric *, unsigned int i, struct worker_stats *);

#endif
