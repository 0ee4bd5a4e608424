/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SAMPLERS_H
#define IXF_SAMPLERS_H

/*
 * The samplers of all workers (view/sample.h), as control makes and sets them.  What
 * is sampled goes to api/samples.h.  Control thread.
 */

#include <stdbool.h>
#include <stdint.h>

struct fabric;
struct sample_frame;

/*
 * Makes the samplers of 'n' workers that have none yet.  1: all workers have one; 0:
 * there are more to make; -ENOMEM.
 */
int samplers_make(struct fabric *, unsigned int n);

/* What of a frame is copied, SAMPLE_OCTETS_MAX at most, and whether drops are. */
void samplers_set(struct fabric *, uint32_t octets, bool discards);

/* One frame in 'rate' of the port with this id; 0: none. */
void samplers_set_rate(struct fabric *, uint16_t id, uint32_t rate);

/* Workers sample from now on; or do not. */
void samplers_publish(struct fabric *, bool on);

/* Of a port, all workers together; they never fall. */
struct samplers_count {
	uint64_t taken; /* samples, those that were lost, too */
	uint64_t lost;
	uint64_t undiscarded; /* drops that were not reported */
};
struct samplers_count samplers_count(const struct fabric *, uint16_t id);

/*
 * The first record of the ring of a worker, until samplers_take(); NULL: there is
 * none, or the worker has no sampler.
 */
const struct sample_frame *samplers_first(const struct fabric *,
					  unsigned int worker);
void samplers_take(const struct fabric *, unsigned int worker);

#endif
