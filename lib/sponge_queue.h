/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SPONGE_QUEUE_H
#define IXF_SPONGE_QUEUE_H

/*
 * The questions for one address that are remembered: who asked, and when.  A
 * ring that grows as it is needed, to the depth it is given and no further; then
 * the oldest question makes room for the newest.
 *
 * A queue that is all zero is empty and owns nothing.  One thread; times are ns
 * of a clock that does not go back; sources are numbers that stand for whoever
 * asked.
 */

#include <stdbool.h>
#include <stdint.h>

#define SPONGE_QUEUE_LEAST 8 /* questions that are made room for at first */

struct sponge_asked {
	uint64_t source;
	uint64_t at;
};

struct sponge_queue {
	struct sponge_asked *ring;
	uint32_t room;  /* in the ring */
	uint32_t first; /* place of the oldest */
	uint32_t n;
	uint32_t
		settled; /* of the oldest: none is followed by another of them */
	uint64_t gap;    /* in less than this, ns; as it was reduced last */
};

/*
 * Remembers a question; no more than 'depth' (>= 1) of them, fewer when memory
 * is short.
 */
void sponge_queue_push(struct sponge_queue *, uint32_t depth, uint64_t source,
		       uint64_t now);

/* Forgets all but the newest 'depth' (>= 1), and frees what they do not need. */
void sponge_queue_cut(struct sponge_queue *, uint32_t depth);

/* Forgets all, and owns nothing. */
void sponge_queue_clear(struct sponge_queue *);

/*
 * Of what one source asked in a burst, all but the last question are forgotten:
 * those that another one of that source follows in less than 1 / 'persecond'
 * (thousandths of a question a second; 0: none are).
 */
void sponge_queue_reduce(struct sponge_queue *, uint32_t persecond);

/*
 * The rate in thousandths of a question a minute, over the time from the oldest
 * to the newest, or over a second where they are of one moment; UINT64_MAX when
 * there are fewer than two.
 */
uint64_t sponge_queue_rate(const struct sponge_queue *);

/* Whether there is a rate, and of more than 'rate' questions a minute. */
bool sponge_queue_exceeds(const struct sponge_queue *, uint32_t rate);

#endif
