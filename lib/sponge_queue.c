/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/sponge_queue.h"

#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"

#define MINUTE (60 * CLOCK_SECOND)

/* Where request i is, or is to be stored; 0 is the oldest. */
static struct sponge_asked *
place(const struct sponge_queue *q, uint32_t i)
{
	uint64_t at = (uint64_t)q->first + i;

	return &q->ring[at < q->room ? at : at - q->room];
}

static void
drop_oldest(struct sponge_queue *q, uint32_t n)
{
	q->first = (uint32_t)(((uint64_t)q->first + n) % q->room);
	q->n -= n;
	q->settled -= n < q->settled ? n : q->settled;
}

/* Copies all requests, oldest first, to 'to', which has room for them. */
static void
copy_out(const struct sponge_queue *q, struct sponge_asked *to)
{
	uint32_t high = q->room - q->first < q->n ? q->room - q->first : q->n;

	memcpy(to, q->ring + q->first, high * sizeof(*to));
	memcpy(to + high, q->ring, (q->n - high) * sizeof(*to));
}

/* Makes another ring, of 'room' (>= n) places.  False when memory is short. */
static bool
resize(struct sponge_queue *q, uint32_t room)
{
	struct sponge_asked *ring = calloc(room, sizeof(*ring));

	if (ring == NULL)
		return false;
	if (q->n > 0)
		copy_out(q, ring);
	free(q->ring);
	q->ring = ring;
	q->room = room;
	q->first = 0;
	return true;
}

static bool
grow(struct sponge_queue *q, uint32_t depth)
{
	uint64_t room = 2 * (uint64_t)q->room;

	room = room < SPONGE_QUEUE_LEAST ? SPONGE_QUEUE_LEAST : room;
	return resize(q, room < depth ? (uint32_t)room : depth);
}

/* Makes room for one more.  False: memory is short, and the ring is empty. */
static bool
make_room(struct sponge_queue *q, uint32_t depth)
{
	if (q->n < depth && (q->n < q->room || grow(q, depth)))
		return true;
	if (q->n == 0)
		return false;
	drop_oldest(q, 1);
	return true;
}

void
sponge_queue_push(struct sponge_queue *q, uint32_t depth, uint64_t source,
		  uint64_t now)
{
	if (!make_room(q, depth))
		return;
	*place(q, q->n) = (struct sponge_asked){ .source = source, .at = now };
	q->n++;
}

void
sponge_queue_cut(struct sponge_queue *q, uint32_t depth)
{
	if (q->n > depth)
		drop_oldest(q, q->n - depth);
	/* When memory is short, the larger ring stays. */
	if (q->room > depth)
		(void)resize(q, depth);
}

void
sponge_queue_clear(struct sponge_queue *q)
{
	free(q->ring);
	*q = (struct sponge_queue){ 0 };
}

/* Whether one of the requests from j on follows request i in its burst. */
static bool
is_followed(const struct sponge_queue *q, uint32_t i, uint32_t j)
{
	const struct sponge_asked *a = place(q, i);

	for (; j < q->n; j++) {
		const struct sponge_asked *b = place(q, j);

		if (b->at - a->at >= q->gap)
			return false;
		if (b->source == a->source)
			return true;
	}
	return false;
}

/*
 * Requests lie in the order of time, so the search for one that follows is short.
 * Requests that were kept the last time are compared with new ones alone: else a
 * source that keeps sending requests, for an address that many sources request at
 * the same time, would have all of them compared with each other each time.
 */
void
sponge_queue_reduce(struct sponge_queue *q, uint32_t persecond)
{
	uint32_t kept = 0;
	uint64_t gap;

	if (persecond == 0)
		return;
	gap = (1000 * CLOCK_SECOND + persecond - 1) / persecond;
	if (gap != q->gap)
		q->settled = 0;
	q->gap = gap;
	for (uint32_t i = 0; i < q->n; i++)
		if (!is_followed(q, i, i < q->settled ? q->settled : i + 1))
			*place(q, kept++) = *place(q, i);
	q->n = kept;
	q->settled = kept;
}

/* From the oldest request to the newest; the queue is not empty. */
static uint64_t
span_of(const struct sponge_queue *q)
{
	uint64_t oldest = place(q, 0)->at, newest = place(q, q->n - 1)->at;

	return newest > oldest ? newest - oldest : CLOCK_SECOND;
}

uint64_t
sponge_queue_rate(const struct sponge_queue *q)
{
	unsigned __int128 rate;

	if (q->n < 2)
		return UINT64_MAX;
	rate = (unsigned __int128)(q->n - 1) * (1000 * MINUTE) / span_of(q);
	return rate < UINT64_MAX ? (uint64_t)rate : UINT64_MAX - 1;
}

bool
sponge_queue_exceeds(const struct sponge_queue *q, uint32_t rate)
{
	return q->n >= 2 && (unsigned __int128)(q->n - 1) * MINUTE >
				    (unsigned __int128)rate * span_of(q);
}
