/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SAMPLE_H
#define IXF_SAMPLE_H

/*
 * The sampler of a worker: which received frames are samples for sFlow, and their way
 * from the worker to control (api/samples.h).  Of each port the worker counts frames
 * down to the next sample; the distance is random, with the rate of the port as its
 * mean.  A sample is a record in the ring of the worker; if the ring is full, it is
 * lost and counted, and the frame goes its way.
 *
 * Without sFlow a worker has no sampler: one pointer, looked at once a burst, and at
 * each drop.
 */

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/port.h"
#include "lib/counter.h"
#include "lib/recordring.h"

struct rte_mbuf;

/* One frame in so many at the least: twice the rate fits into 32 bits. */
#define SAMPLE_RATE_MAX 16777216u

/* Octets of a frame that are copied at most. */
#define SAMPLE_OCTETS_MAX 256

/* Dropped frames of a port that a worker reports in a second at most. */
#define SAMPLE_DISCARDS_MAX 50

/* Samples of one burst: 64 frames, all of them. */
#define SAMPLE_BURST 64

enum sample_fate {
	SAMPLE_FORWARDED, /* to port 'to' */
	SAMPLE_FLOODED,   /* to 'to' ports */
	SAMPLE_CONSUMED,  /* by the fabric */
	SAMPLE_DROPPED,   /* for 'why' */
	SAMPLE_DISCARD,   /* no sample: any frame dropped for 'why' */
};

/* A record of the ring; the octets of the frame follow. */
struct sample_frame {
	uint32_t len;  /* octets on the wire as received, without FCS */
	uint32_t rate; /* of the port at this frame; 0 of a SAMPLE_DISCARD */
	uint16_t port; /* id of the one that received it; of a drop: charged */
	uint16_t to;
	uint16_t size;      /* octets that follow */
	uint16_t tci;       /* of the tag that was stripped, if 'tagged' */
	uint8_t fate;       /* enum sample_fate */
	uint8_t why;        /* enum drop */
	uint8_t stay;       /* of the port in its LAN: see port.h */
	uint8_t tagged : 1; /* a tag of the port was stripped */
	uint8_t link : 7; /* slot of the link of a LAG, plus one; 0: no LAG, a drop */
};

static_assert(sizeof(struct sample_frame) == 20, "five words");

struct sample_port {
	/* Written by control, read by the worker; 0: no samples. */
	_Atomic uint32_t rate;
	/* The worker's own: the rate that 'skip' was drawn for, and the frames up
	 * to the next sample, with it. */
	uint32_t drawn, skip;
	/* The worker's own: drops reported in the second 'second'. */
	uint16_t discards;
	uint16_t unused;
	uint32_t second;
	/* Written by the worker, read by control. */
	struct counter taken;       /* samples, those that were lost, too */
	struct counter lost;        /* samples */
	struct counter undiscarded; /* drops that were not reported */
};

struct sampler {
	/* Written by control, read by the worker. */
	_Atomic uint32_t octets; /* to copy of a frame */
	_Atomic bool discards;   /* whether drops are reported */

	/* The worker's own: the samples of the burst in hand. */
	uint64_t random; /* never 0 */
	unsigned int n;
	struct {
		struct sample_frame *frame; /* in the ring, not published */
		const struct rte_mbuf *pkt;
		uint8_t place; /* in the burst */
	} sample[SAMPLE_BURST];

	struct sample_port port[PORTS_MAX]; /* by id */
	struct recordring ring; /* the worker puts in, control takes out */
};

#endif
