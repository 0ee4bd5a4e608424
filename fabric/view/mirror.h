/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MIRROR_H
#define IXF_MIRROR_H

/*
 * What workers and mirrors share (runtime/mirror.h): which frames are copied, and the
 * ring of each worker into which they are.  A mirror has a number, by which views and
 * records name it; so have the ports that listen.  A worker copies a frame once,
 * however many mirrors take it.
 */

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/drop.h"
#include "lib/counter.h"
#include "lib/meter.h"
#include "lib/recordring.h"

/*
 * Of a configuration, mirrors and ports that listen.  There are twice as many numbers,
 * since one is given out again only when no worker knows it any more.
 */
#define MIRRORS_MAX    16
#define MIRROR_NUMBERS 32

/* Octets of a frame that are copied at most. */
#define MIRROR_OCTETS_MAX 16384

/* Part of a view. */
struct mirror_rule {
	struct drop_set whys; /* reasons whose frames it takes */
	uint32_t octets;      /* of a frame */
	bool groups;          /* of dropped frames, those to a group alone */
	bool per_packet;      /* the budget counts frames, not octets */
	struct meter *budget; /* lives as long as the mirror */
};

/* A record of the ring; the octets of the frame follow. */
struct mirror_frame {
	uint64_t at;      /* ns, of the pass */
	uint32_t len;     /* octets on the wire, without FCS */
	uint32_t size;    /* octets that follow */
	uint32_t mirrors; /* bit i: number i takes it */
	uint16_t port;    /* id */
	uint8_t way;      /* enum tap_way */
	uint8_t why;      /* enum drop */
};

static_assert(sizeof(struct mirror_frame) == 24 && DROP_N <= UINT8_MAX,
	      "three words");

/* Of a worker, by the number of the mirror.  The worker writes, others read. */
struct mirror_counts {
	struct counter over; /* frames that were not copied: over the budget */
	struct counter full; /* ... the ring was full */
	/* Copies that the first worker could not send: the port was down or gone. */
	struct counter unsent;
};

struct mirror_tap {
	struct mirror_counts count[MIRROR_NUMBERS];
	struct recordring ring; /* the worker puts in, the mirrors take out */
};

/* A copy to be sent: the mirrors write, the first worker reads. */
struct mirror_copy {
	struct rte_mbuf *pkt; /* goes to the worker */
	uint16_t port;        /* id */
	uint16_t number;      /* of the mirror */
	uint32_t unused;
};

static_assert(sizeof(struct mirror_copy) == 16, "a record is two words");

#define MIRROR_RING_SIZE 1024
#define MIRROR_FRAMES    2047 /* buffers: in the ring, and being sent */
#define MIRROR_ROOM      2048 /* octets in one; a longer frame takes several */

#endif
