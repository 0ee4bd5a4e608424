/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TEST_OVERLOAD_H
#define IXF_TEST_OVERLOAD_H

/*
 * An egress that more is sent to than it takes: ports that send as a test says, by
 * the clock of the test, and a device with transmit queues of some descriptors that
 * sends at a rate.  On the fabric of fixture.h, with one worker or several.
 */

#include <stdbool.h>
#include <stdint.h>

#define OVERLOAD_SENDERS 64
#define OVERLOAD_WORKERS 4

struct overload_sender {
	unsigned int worker;  /* that polls its queue */
	unsigned int burst;   /* frames in its queue at a poll: up to 64 */
	unsigned int every;   /* ... in each so many rounds */
	uint32_t least, most; /* octets of a frame: 64 to 1,514, tag included */
	bool shares; /* has a tag on the device of the sender before it */
};

struct overload {
	unsigned int nsenders;
	struct overload_sender sender[OVERLOAD_SENDERS];
	unsigned int order[OVERLOAD_SENDERS]; /* in which they are polled */
	unsigned int nworkers;
	unsigned int descriptors; /* of a transmit queue */
	unsigned int batch;       /* of them, freed together */
	double rate;    /* of the egress: a part of what is sent to it */
	bool lumps;     /* time passes between rounds only, not between polls */
	bool tagged;    /* the egress has a tag on its device */
	bool one_queue; /* workers share the queue of the device */
	bool as_come; /* it serves its queues in the order of frames, not in turn */
	unsigned int rounds;
};

/* What became of the frames of a sender.  Octets are those without tag and FCS. */
struct overload_result {
	uint64_t frames, lost; /* in all */
	/* Of the last three quarters of the rounds. */
	uint64_t sent, got; /* octets sent, and left by the egress */
	double share;       /* octets: its max-min share of what left */
};

/* 'n' senders of one worker, each with 'burst' frames of 'len' octets a round. */
void overload_alike(struct overload *, unsigned int n, unsigned int burst,
		    uint32_t len);

/*
 * Runs it in a new fabric until all queues are empty.  Checks that each frame is
 * accounted for once, that those of a sender leave in order, that the egress never
 * rests, and that no buffer is lost.
 */
void overload_run(const struct overload *, struct overload_result *);

#endif
