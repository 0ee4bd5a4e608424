/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SOURCE_QUEUE_H
#define IXF_SOURCE_QUEUE_H

/* What the source is asked for, and what it hands over: see source.h. */

#include <stdbool.h>
#include <stdint.h>

#define SOURCE_PORTS 32 /* RTE_MAX_ETHPORTS */

/* Which frames the ports send each other. */
struct source_traffic {
	unsigned int ports; /* 2 to SOURCE_PORTS */
	unsigned int macs;  /* addresses of all ports, 1 each at least */
	unsigned int frame; /* octets with FCS, 64 to 9018 */
	bool pairs; /* ports 0 and 1, 2 and 3 …: else any other port, by chance */
	bool ipv6; /* every third buffer */
	uint64_t seed;
};

/* A destination and a source, as source_mac() or any other. */
struct source_pair {
	uint64_t dst, src; /* host order, as in lib/mac.h */
};

/* What a port sends, other than as much as it is asked for. */
struct source_port {
	bool off;
	/*
	 * Frames a second; 0: as many as are taken.  Frames are due at equal
	 * distances, and wait until they are taken; of those that wait no more
	 * than 'depth' are kept, as in the receive queue of a NIC, and the others
	 * are missed.  Each of n queues has an n-th part of the rate.
	 */
	double rate;
	unsigned int depth; /* a queue; 0: 1,024 */
	uint64_t count;     /* so many frames, sent or missed; 0: without end */
	/*
	 * Addresses, in this order, on queue number 'queue' alone; NULL: by
	 * chance.  They stay the caller's until the source has stopped.
	 */
	const struct source_pair *pair;
	unsigned int npairs;
	unsigned int queue;
	bool once; /* the list, not again and again */
	/* NULL, or the TSC at which each pair was last sent.  A worker writes. */
	uint64_t *sent_at;
	/*
	 * Octets with FCS of every first and every second frame, from 18 on; 0:
	 * as struct source_traffic has it.  The packets in the buffers are of
	 * these lengths afterwards, until source_set().
	 */
	unsigned int frame[2];
	/* The time at which the frame was due, for the latency at the sink. */
	bool stamp;
};

/* What a port takes, other than all. */
struct sink_port {
	/*
	 * Bits a second on the wire, preamble and gap included, that the link
	 * takes; 0: all.  A frame is not taken if 'depth' frames wait in the
	 * transmit queue.  The queues share the link: first come, first served, so
	 * that those that are always full have the same.
	 */
	double rate;
	unsigned int depth; /* a queue; 0: 1,024 */
	bool latency; /* of frames with a stamp, to the end of the transmission */
	bool origins; /* count by the port that the source address belongs to */
	/*
	 * NULL, or for each row of port 'flooded' below 'flooded_rows' the TSC at
	 * which a frame to it last came out here.  Workers write.
	 */
	_Atomic uint64_t *flooded_at;
	unsigned int flooded, flooded_rows;
};

/*
 * Latencies are counted in buckets: 32 for each power of two of TSC cycles, so
 * that a bucket is at most 3 % wide.
 */
#define SOURCE_BUCKETS (32 * 40)

/* A window: the first burst at which 1,024 frames or more had been made. */
struct source_window {
	uint32_t cycles, frames;
};

#endif
