/* SPDX-License-Identifier: BSD-3-Clause */
#include "sponge_queue.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"

#define MINUTE (60 * CLOCK_SECOND)

static void
drop_oldest(struct sponge_queue *q, uint32_t n)
{
	q->first = (uint32_t)(((uint64_t)q->first + n) % q->room);
	q->n -= n;
}

/* What there is, oldest first, to 'to', which has room for it. */
static void
copy_out(const struct sponge_queue *q, struct sponge_asked *to)
{
	uint32_t high = q->room - q->first < q->n ? q->room - q->first : q->n;

	memcpy(to, q->ring + q->first, high * sizeof(*to));
	memcpy(to + high, q->ring, (q->n - high) * sizeof(*to));
}

/* Another ring, of 'room' (>= n) places.  False when memory is short. */
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

/* Makes room for one more.  False: memory is short, and there is none at all. */
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
	q->ring[((uint64_t)q->first + q->n) % q->room] =
		(struct sponge_asked){ .source = source, .at = now };
	q->n++;
}

void
sponge_queue_cut(struct sponge_queue *q, uint32_t depth)
{
	if (q->n > depth)
		drop_oldest(q, q->n - depth);
	/* When memory is short, it stays the larger one that it is. */
	if (q->room > depth)
		(void)resize(q, depth);
}

void
sponge_queue_clear(struct sponge_queue *q)
{
	free(q->ring);
	*q = (struct sponge_queue){ 0 };
}

static int
compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
by_source(const void *left, const void *right)
{
	const struct sponge_asked *a = left, *b = right;
	int c = compare(a->source, b->source);

	return c != 0 ? c : compare(a->at, b->at);
}

static int
by_time(const void *left, const void *right)
{
	const struct sponge_asked *a = left, *b = right;
	int c = compare(a->at, b->at);

	return c != 0 ? c : compare(a->source, b->source);
}

/* All of them at the start of the ring, in an order that is to be made yet. */
static void
gather(struct sponge_queue *q)
{
	uint32_t high = q->room - q->first;

	if (high < q->n)
		memmove(q->ring + (q->n - high), q->ring + q->first,
			high * sizeof(*q->ring));
	else
		memmove(q->ring, q->ring + q->first, q->n * sizeof(*q->ring));
	q->first = 0;
}

static bool
is_burst(const struct sponge_asked *a, const struct sponge_asked *next,
	 uint32_t persecond)
{
	return a->source == next->source &&
	       (unsigned __int128)(next->at - a->at) * persecond <
		       1000 * CLOCK_SECOND;
}

void
sponge_queue_reduce(struct sponge_queue *q, uint32_t persecond)
{
	uint32_t kept = 0;

	if (persecond == 0 || q->n == 0)
		return;
	gather(q);
	qsort(q->ring, q->n, sizeof(*q->ring), by_source);
	for (uint32_t i = 0; i < q->n; i++)
		if (i + 1 == q->n ||
		    !is_burst(&q->ring[i], &q->ring[i + 1], persecond))
			q->ring[kept++] = q->ring[i];
	q->n = kept;
	qsort(q->ring, q->n, sizeof(*q->ring), by_time);
}

/* From the oldest question to the newest; there are some. */
static uint64_t
span_of(const struct sponge_queue *q)
{
	uint64_t last = ((uint64_t)q->first + q->n - 1) % q->room;
	uint64_t oldest = q->ring[q->first].at, newest = q->ring[last].at;

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
