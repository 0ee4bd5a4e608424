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

struct device_stats;
struct fabric;
struct port_rt;
struct rule_hits;

/* rx_error and the frames it stands for come from the device. */
void stats_port(struct fabric *, uint16_t id, struct port_stats *);

/* Frames of a port that workers have received, without those dropped below. */
uint64_t stats_received(const struct fabric *, const struct port_rt *);

/* Frames dropped on one side, for all reasons. */
uint64_t stats_drops(const struct port_stats *, bool tx);

/*
 * What the devices of a port have counted, those that it had before, too.  It counts
 * for the port that has the key 'device', not for those on its tags.  False if the
 * device is closed.
 */
bool stats_device(struct fabric *, const struct port_rt *,
		  struct device_stats *);

/* Changes of the link of a port, those of earlier devices, too. */
uint32_t stats_link_changes(const struct fabric *, const struct port_rt *);

/* Hits of rule 'i' of an ACL at a port, of all workers. */
uint64_t stats_rule_hits(const struct fabric *, const struct rule_hits *,
			 unsigned int i);

struct worker_stats {
	uint64_t frames;
	uint64_t polls;       /* queues looked at */
	uint64_t idle_polls;  /* of them, empty */
	uint64_t busy_cycles; /* of the TSC, in passes with frames */
	uint64_t cycles;      /* since the worker started; 0: it has not */
};

/* Of worker 'i', below f->nworkers. */
void stats_worker(const struct fabric *, unsigned int i, struct worker_stats *);

/* Buffers: of received frames, of copies, of made frames, and of each worker's punts. */
#define STATS_POOLS (3 + WORKERS_MAX)

struct pool_stats {
	char name[16]; /* "": there is none */
	uint64_t free, used;
};

/* Of pool 'i', from 0; false: there are no more. */
bool stats_pool(const struct fabric *, unsigned int i, struct pool_stats *);

/* "DPDK 22.11.11" */
const char *stats_dpdk_version(void);

#endif
