/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/backlog.h"

#include <rte_common.h>

#include "fabric/datapath/hot.h"

/* Between these, the quantum follows what the device takes in a round. */
#define QUANTUM_LEAST UINT64_C(2048)
#define QUANTUM_MOST  (UINT64_C(1) << 15)

/* Ranks that are no further apart count as the same, when frames are dropped. */
#define GRAIN 64

void
backlog_begin(struct backlog *b)
{
	b->n = 0;
	/* Above all that any sender has had, so that all begin alike. */
	b->highest = RTE_MAX(b->level, b->highest) + BACKLOG_CREDIT;
	b->level = b->floor = b->highest;
	b->quantum = QUANTUM_LEAST;
	b->lowest = UINT64_MAX;
	b->full = false;
}

static uint64_t
charge(struct backlog *b, uint16_t from, uint32_t len)
{
	if (from == BACKLOG_UNKNOWN)
		return b->level;
	b->had[from] = RTE_MAX(b->had[from], b->floor) + len;
	return b->had[from];
}

void
backlog_put(struct backlog *b, const struct backlog_frame *f)
{
	b->rank[b->n] = charge(b, f->from, f->len);
	b->frame[b->n++] = *f;
}

uint64_t
backlog_limit(const struct backlog *b)
{
	return b->level + b->quantum;
}

unsigned int
backlog_pick(const struct backlog *b, uint64_t limit, uint16_t *place,
	     unsigned int max)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < b->n && n < max; i++)
		if (b->rank[i] <= limit)
			place[n++] = (uint16_t)i;
	return n;
}

static inline void
move(struct backlog *b, unsigned int to, unsigned int from)
{
	b->frame[to] = b->frame[from];
	b->rank[to] = b->rank[from];
}

void
backlog_remove(struct backlog *b, const uint16_t *place, unsigned int n)
{
	unsigned int left, next = 0;

	if (n == 0)
		return;
	left = place[0];
	for (unsigned int i = left; i < b->n; i++) {
		if (next < n && place[next] == i) {
			b->highest = RTE_MAX(b->highest, b->rank[i]);
			next++;
		} else {
			move(b, left++, i);
		}
	}
	b->n = left;
}

static unsigned int
count_up_to(const struct backlog *b, uint64_t rank)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < b->n; i++)
		n += b->rank[i] <= rank;
	return n;
}

/* A rank that no more than 'keep' frames have; but more, if it were a grain higher. */
static uint64_t
find_rank(const struct backlog *b, unsigned int keep)
{
	uint64_t low = UINT64_MAX, high = 0;

	for (unsigned int i = 0; i < b->n; i++) {
		low = RTE_MIN(low, b->rank[i] - 1);
		high = RTE_MAX(high, b->rank[i]);
	}
	while (high - low > GRAIN) {
		uint64_t middle = low + (high - low) / 2;

		if (count_up_to(b, middle) <= keep)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static void
uncharge(struct backlog *b, unsigned int i)
{
	b->lowest = RTE_MIN(b->lowest, b->rank[i]);
	if (b->frame[i].from != BACKLOG_UNKNOWN)
		b->had[b->frame[i].from] -= b->frame[i].len;
}

/* Of frames of the same rank, the first ones stay. */
unsigned int
backlog_cut(struct backlog *b, unsigned int keep, struct backlog_frame *dropped)
{
	unsigned int left = 0, n = 0, ties;
	uint64_t rank;

	if (b->n <= keep)
		return 0;
	rank = find_rank(b, keep);
	ties = keep - count_up_to(b, rank);
	for (unsigned int i = 0; i < b->n; i++) {
		bool tie = b->rank[i] > rank && b->rank[i] <= rank + GRAIN &&
			   ties != 0;

		ties -= tie;
		if (b->rank[i] <= rank || tie) {
			move(b, left++, i);
		} else {
			uncharge(b, i);
			dropped[n++] = b->frame[i];
		}
	}
	b->n = left;
	return n;
}

bool
backlog_is_held(const struct backlog *b)
{
	return !b->full && (b->n != 0 || b->lowest != UINT64_MAX);
}

/*
 * The quantum is large enough as long as the device has too little room at some time
 * of each round: so its queue is never empty, and no sender can be further ahead of
 * others than need be.
 */
static void
fit_quantum(struct backlog *b, bool held)
{
	if (b->full)
		b->quantum =
			RTE_MAX(b->quantum - b->quantum / 8, QUANTUM_LEAST);
	else if (held)
		b->quantum = RTE_MIN(b->quantum + b->quantum / 2, QUANTUM_MOST);
}

bool
backlog_end_round(struct backlog *b, bool held)
{
	bool behind;

	fit_quantum(b, held);
	for (unsigned int i = 0; i < b->n; i++)
		b->lowest = RTE_MIN(b->lowest, b->rank[i]);
	behind = b->lowest != UINT64_MAX;
	/*
	 * Where there was room for all, senders may still have filled the queue of
	 * the device, for others to meet.  That counts, but not without end.
	 */
	b->level = RTE_MAX(b->level,
			   behind ? b->lowest : b->highest - BACKLOG_CREDIT);
	b->floor = RTE_MAX(b->floor, b->level - BACKLOG_CREDIT);
	b->lowest = UINT64_MAX;
	return behind;
}
