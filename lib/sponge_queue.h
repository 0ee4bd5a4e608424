/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SPONGE_QUEUE_H
#define IXF_SPONGE_QUEUE_H

/*
 * The requests for one address that are remembered, each with its source and
 * time.  A ring that grows with them up to the depth that it is given; then the
 * newest request replaces the oldest.
 *
 * A queue that is all zero is empty and owns no memory.  One thread; times are ns
 * of a clock that does not go back; a source is a number that stands for the
 * sender of a request.
 */

#include <stdbool.h>
#include <stdint.h>

#define SPONGE_QUEUE_LEAST 8 /* requests that the first ring has room for */

struct sponge_asked {
	uint64_t source;
	uint64_t at;
};

struct sponge_queue {
	struct sponge_asked *ring;
	uint32_t room;  /* in the ring */
	uint32_t first; /* place of the oldest */
	uint32_t n;
	/* sponge_queue_reduce() has kept so many of the oldest, with this gap. */
	uint32_t settled;
	uint64_t gap; /* ns */
};

/*
 * Remembers a request; at most 'depth' (>= 1) of them, fewer when memory is
 * short.
 */
void sponge_queue_push(struct sponge_queue *, uint32_t depth, uint64_t source,
		       uint64_t now);

/* Keeps the newest 'depth' (>= 1), and frees memory that they do not need. */
void sponge_queue_cut(struct sponge_queue *, uint32_t depth);

/* Forgets all, and frees all memory. */
void sponge_queue_clear(struct sponge_queue *);

/*
 * Keeps the last request of each burst of one source: a request is forgotten if
 * the same source sent another less than 1 / 'persecond' later (thousandths of a
 * request a second; 0: all are kept).
 */
void sponge_queue_reduce(struct sponge_queue *, uint32_t persecond);

/*
 * The rate in thousandths of a request a minute, over the time from the oldest
 * to the newest, or over a second if these are equal; UINT64_MAX when there are
 * fewer than two.
 */
uint64_t sponge_queue_rate(const struct sponge_queue *);

/* Whether there is a rate, and it is above 'rate' requests a minute. */
bool sponge_queue_exceeds(const struct sponge_queue *, uint32_t rate);

#endif
