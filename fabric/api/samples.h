/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SAMPLES_H
#define IXF_SAMPLES_H

/*
 * sFlow: what workers have sampled (view/sample.h) and the counters of ports, as
 * datagrams (lib/sflow.h) to the collectors of the configuration.
 *
 * Everything is bounded: the rings, the records and the counters of a turn, and the
 * reports of dropped frames.  What has no room is lost, and counted for its port.
 *
 * Control thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/prefix.h"

struct collectors;
struct fabric;
struct port_rt;
struct samples;

/* Reports of dropped frames in a second. */
#define SAMPLES_DISCARDS_MAX 100

struct samples *samples_create(struct fabric *);

/* Sends what is in hand. */
void samples_free(struct samples *);

/*
 * Follows the configuration, and passes on what workers have sampled and the counters
 * that are due.  Whether there is more.
 */
bool samples_turn(struct samples *);

/* Since the start of the daemon. */
struct samples_sums {
	bool on;
	struct ipaddr agent; /* family 0: not known */
	uint64_t datagrams;
	uint64_t flows, counters, discards; /* sent */
	uint64_t lost;                      /* samples */
	uint64_t unsent; /* datagrams that a collector was not sent */
};
struct samples_sums samples_sums(const struct samples *);

const struct collectors *samples_collectors(const struct samples *);

/* Of a port, since it has its name and sFlow is on. */
struct samples_port {
	uint32_t rate, index;
	uint64_t pool;    /* frames that could have been sampled */
	uint64_t samples; /* sent */
	uint64_t lost;
};
struct samples_port samples_port(const struct samples *,
				 const struct port_rt *);

#endif
