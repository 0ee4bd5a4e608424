/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SAMPLES_IMPL_H
#define IXF_SAMPLES_IMPL_H

/* What samples_turn.c, samples_flow.c, samples_counters.c and samples_out.c share. */

#include "fabric/api/collectors.h"
#include "fabric/api/samples.h"
#include "fabric/runtime/runtime.h"
#include "fabric/runtime/samplers.h"
#include "lib/sflow.h"

/* A port as collectors know it, by the last configuration that was followed. */
struct samples_source {
	char name[CONFIG_NAME_SIZE]; /* "": no port has had this id */
	bool live;
	uint8_t stay; /* in its LAN: view/port.h */
	uint32_t index, vlan, rate;
	uint32_t flows, counters, discards; /* sequence numbers: sent so far */
	uint32_t second, reported;          /* drops, in that second */
	uint64_t lost, undiscarded;         /* by control */
	struct samplers_count base;         /* what its id had before it */
};

/* A link of a LAG, by the id of its device: a source of its own. */
struct samples_link {
	uint32_t index;           /* 0: the device has been no link */
	uint32_t flows, counters; /* sequence numbers: sent so far */
};

struct samples {
	struct fabric *fabric;
	uint64_t generation; /* that is followed; 0: none */
	bool on;
	bool no_memory; /* for the samplers, as the log says */
	uint64_t since; /* ns: the agent */
	struct collectors *collectors;
	struct samples_sums sums;

	uint32_t sub_agent;
	struct sflow_datagram datagram;
	uint64_t begun;    /* ns: its first sample */
	uint32_t sequence; /* of the next one */

	unsigned int next_rate;    /* port of the configuration */
	uint64_t round;            /* ns: when this round of counters began */
	unsigned int polled;       /* ports in it so far */
	uint32_t second, reported; /* drops of all ports, in that second */

	struct samples_source source[PORTS_MAX]; /* by port id */
	struct samples_link link[PORTS_MAX];     /* by device id */
};

/* samples_counters.c: the source that a link is; one that is new begins anew. */
struct samples_link *samples_link(struct samples *, const struct device_rt *);

/* samples_out.c: the datagram has samples, so it is sent; or has none. */
void samples_flush(struct samples *);

/* Begins a datagram, if it has no samples. */
void samples_open(struct samples *);

/* Puts a sample into the datagram, or if that is full, into the next one. */
#define SAMPLES_PUT(s, add, sample)                                            \
	do {                                                                   \
		samples_open(s);                                               \
		if (!add(&(s)->datagram, sample)) {                            \
			samples_flush(s);                                      \
			samples_open(s);                                       \
			add(&(s)->datagram, sample);                           \
		}                                                              \
	} while (0)

/*
 * samples_flow.c: takes 'n' records at most of what workers have sampled.  Whether there
 * is more.
 */
bool samples_take(struct samples *, unsigned int n);

/* Samples of a port that were lost, by workers and by control. */
uint64_t samples_source_lost(const struct samples *, uint16_t id);

/* The same of all that is there, which is lost. */
void samples_throw_away(struct samples *);

/* samples_counters.c: reports the counters that are due, of some ports in a turn. */
void samples_poll(struct samples *);

#endif
