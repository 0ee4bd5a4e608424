/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_DROP_RECORD_H
#define IXF_DROP_RECORD_H

/*
 * Dropped frames to show to operators: the last one for each reason, and the
 * last ones of all reasons while a port is in quarantine.
 *
 * A worker overwrites a record in place, while the control thread may be reading
 * it.  So a record has a number that is odd while it is written (a seqlock with
 * one writer), and all of it is atomic words.
 */

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "fabric/view/drop.h"

#define DROP_RECORD_HEAD                                                       \
	96 /* octets kept of a frame: up to the target of an NA */
#define DROP_RECORD_WORDS (DROP_RECORD_HEAD / 8)
#define DROP_RECORD_RING  128

/* Written by one worker, read by control. */
struct drop_record {
	_Atomic uint64_t seq;
	_Atomic uint64_t at;   /* ns */
	_Atomic uint64_t what; /* reason, octets kept, octets on the wire */
	_Atomic uint64_t head[DROP_RECORD_WORDS];
} __attribute__((aligned(64)));

static_assert(sizeof(struct drop_record) == 128, "two cache lines a record");
static_assert(DROP_N <= 1 << 16, "a record has 16 bits for the reason");

/* The records of one worker about one port. */
struct port_log {
	/* There is a new drop: set by the worker, cleared by control. */
	_Atomic uint8_t noted;
	struct drop_record last[DROP_N];

	/* While the port is in quarantine; 'n' counts all records so far. */
	_Atomic uint64_t n; /* written by the worker, read by control */
	struct drop_record ring[DROP_RECORD_RING];
};

/* A record as control reads it. */
struct drop_record_copy {
	uint64_t at;
	enum drop why;
	uint32_t len;  /* octets on the wire */
	uint16_t size; /* octets in 'head' */
	uint8_t head[DROP_RECORD_HEAD];
};

/* Workers: 'size' octets of a frame of 'len' on the wire are at 'frame'. */
static inline void
drop_record_write(struct drop_record *r, uint64_t now, enum drop why,
		  const uint8_t *frame, uint32_t size, uint32_t len)
{
	uint64_t seq = atomic_load_explicit(&r->seq, memory_order_relaxed);
	uint64_t head[DROP_RECORD_WORDS] = { 0 };

	if (size > DROP_RECORD_HEAD)
		size = DROP_RECORD_HEAD;
	memcpy(head, frame, size);
	atomic_store_explicit(&r->seq, seq + 1, memory_order_relaxed);
	atomic_store_explicit(&r->at, now, memory_order_release);
	atomic_store_explicit(&r->what,
			      why | (uint64_t)size << 16 | (uint64_t)len << 32,
			      memory_order_release);
	for (unsigned int i = 0; i < DROP_RECORD_WORDS; i++)
		atomic_store_explicit(&r->head[i], head[i],
				      memory_order_release);
	atomic_store_explicit(&r->seq, seq + 2, memory_order_release);
}

/*
 * Control: the record in '*copy'.  False if there is none yet, or if a worker
 * kept writing it: try again later.
 */
static inline bool
drop_record_read(const struct drop_record *r, struct drop_record_copy *copy)
{
	for (unsigned int try = 0; try < 16; try++) {
		uint64_t seq =
			atomic_load_explicit(&r->seq, memory_order_acquire);
		uint64_t head[DROP_RECORD_WORDS], what;

		if (seq == 0)
			return false;
		copy->at = atomic_load_explicit(&r->at, memory_order_acquire);
		what = atomic_load_explicit(&r->what, memory_order_acquire);
		for (unsigned int i = 0; i < DROP_RECORD_WORDS; i++)
			head[i] = atomic_load_explicit(&r->head[i],
						       memory_order_acquire);
		if (seq % 2 != 0 ||
		    atomic_load_explicit(&r->seq, memory_order_relaxed) != seq)
			continue;
		copy->why = (enum drop)(what & 0xffff);
		copy->size = what >> 16 & 0xffff;
		copy->len = (uint32_t)(what >> 32);
		memcpy(copy->head, head, sizeof(copy->head));
		return true;
	}
	return false;
}

#endif
