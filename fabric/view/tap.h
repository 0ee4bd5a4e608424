/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TAP_H
#define IXF_TAP_H

/*
 * The tap of a worker: copies of the frames that operators capture, on their way
 * from the worker to control (api/taps.h).  What a capture takes is one word, which
 * control sets and workers read; a copy is a record in the ring of the worker.  If
 * the ring is full, the copy is lost and counted, and the frame goes its way.
 *
 * A worker without a capture or a mirror has no tap: one pointer, looked at twice a
 * burst.  Mirrors have a ring of their own (mirror.h), so neither takes the room of
 * the other.
 */

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/drop.h"
#include "fabric/view/port.h"
#include "lib/counter.h"
#include "lib/recordring.h"

struct mirror_tap;

#define TAP_CAPTURES_MAX 4 /* at once */

/* Octets of a frame that are copied at most. */
#define TAP_OCTETS_MAX 16384

/* What a capture takes: a word, since workers read it at any time. */
#define TAP_ANY_PORT (UINT64_C(1) << 12) /* the bits below: a port id */
#define TAP_WAY(way) (UINT64_C(1) << (13 + (way)))
#define TAP_WHY      16 /* eight bits: the reason of a drop; 0: any */
#define TAP_OCTETS   24 /* 20 bits: octets to copy of a frame */

static_assert(PORTS_MAX < 1 << 12 && DROP_N <= 1 << 8 &&
		      TAP_OCTETS_MAX < 1 << 20 && 13 + TAP_WAYS <= TAP_WHY,
	      "the parts of the word");

/* Whether it takes the frame; the word 0 takes none. */
static inline bool
tap_takes(uint64_t takes, uint16_t port, enum tap_way way, enum drop why)
{
	return (takes & TAP_WAY(way)) != 0 &&
	       ((takes & TAP_ANY_PORT) != 0 || (takes & 0xfff) == port) &&
	       (way != TAP_DROP || (takes >> TAP_WHY & 0xff) == 0 ||
		(takes >> TAP_WHY & 0xff) == (uint64_t)why);
}

static inline uint32_t
tap_octets(uint64_t takes)
{
	return takes >> TAP_OCTETS & 0xfffff;
}

/* A record of the ring; the octets of the frame follow. */
struct tap_frame {
	uint64_t at;   /* ns, of the pass */
	uint32_t len;  /* octets on the wire, without FCS */
	uint32_t rule; /* of the ACL that decided, with the reason of one */
	uint16_t port; /* id */
	uint8_t way;   /* enum tap_way */
	uint8_t why;   /* enum drop */
	uint32_t size; /* octets that follow */
};

static_assert(sizeof(struct tap_frame) == 24, "three words");

struct tap {
	/* By capture, what it takes: written by control, read by the worker. */
	_Atomic uint64_t takes[TAP_CAPTURES_MAX];

	/* By capture, frames that it has lost here: the other way round. */
	struct counter lost[TAP_CAPTURES_MAX];

	/* For mirrors, or NULL: written by control, read by the worker. */
	_Atomic(struct mirror_tap *) mirrors;

	struct recordring ring; /* the worker puts in, control takes out */
};

#endif
