/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RECORDRING_H
#define IXF_RECORDRING_H

/*
 * A ring of records of any size between one thread that puts in and one that takes
 * out, in memory of one piece: no record is divided, and none has a buffer of its
 * own.  Neither thread waits; what there is no room for is not put in.
 *
 * A record lies in the ring while it is written, and is seen by the other thread
 * when it is published: so several can be written first, and some of them given up.
 */

#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define RECORDRING_OCTETS  (1u << 21) /* a power of two */
#define RECORDRING_LARGEST (RECORDRING_OCTETS / 4)

/* In front of each record; the ring has room for one wherever a record ends. */
struct recordring_head {
	uint32_t
		size; /* octets behind it; RECORDRING_END: go on at the start */
	uint32_t unused;
};

#define RECORDRING_ALIGN sizeof(struct recordring_head)
#define RECORDRING_END   UINT32_MAX

/* All zero: an empty one. */
struct recordring {
	/* Octets put in so far: written by one thread, read by the other. */
	_Atomic uint64_t published __attribute__((aligned(64)));
	/* Of the thread that puts in. */
	uint64_t written; /* octets, with those that are not published */
	uint64_t room;    /* 'taken' as it was when last looked at */

	/* Octets taken out so far: the other way round. */
	_Atomic uint64_t taken __attribute__((aligned(64)));

	/* Of the one that puts in from 'taken' on, of the other up to 'published'. */
	uint8_t octet[RECORDRING_OCTETS] __attribute__((aligned(64)));
};

static_assert(RECORDRING_ALIGN == 8, "a head never reaches over the end");

static inline struct recordring_head *
recordring_head(struct recordring *r, uint64_t place)
{
	return (struct recordring_head *)(void *)&r
		->octet[place & (RECORDRING_OCTETS - 1)];
}

static inline uint64_t
recordring_octets(uint32_t size)
{
	return (sizeof(struct recordring_head) + size + RECORDRING_ALIGN - 1) &
	       ~(RECORDRING_ALIGN - 1);
}

static inline int
recordring_fits(struct recordring *r, uint64_t octets)
{
	if (r->written + octets - r->room <= RECORDRING_OCTETS)
		return 1;
	r->room = atomic_load_explicit(&r->taken, memory_order_acquire);
	return r->written + octets - r->room <= RECORDRING_OCTETS;
}

/*
 * Room for a record of 'size' octets, RECORDRING_LARGEST at most, aligned to 8, to be
 * filled by the caller; NULL: there is none.  By the thread that puts in.
 */
static inline void *
recordring_write(struct recordring *r, uint32_t size)
{
	uint64_t octets = recordring_octets(size);
	uint64_t rest =
		RECORDRING_OCTETS - (r->written & (RECORDRING_OCTETS - 1));
	struct recordring_head *head = recordring_head(r, r->written);

	if (rest < octets) {
		if (!recordring_fits(r, rest + octets))
			return NULL;
		head->size = RECORDRING_END;
		r->written += rest;
		head = recordring_head(r, r->written);
	} else if (!recordring_fits(r, octets)) {
		return NULL;
	}
	head->size = size;
	r->written += octets;
	return head + 1;
}

/* A place between two records, for recordring_publish(). */
static inline uint64_t
recordring_place(const struct recordring *r)
{
	return r->written;
}

/* Publishes the records before 'place', and gives up those behind it. */
static inline void
recordring_publish(struct recordring *r, uint64_t place)
{
	r->written = place;
	atomic_store_explicit(&r->published, place, memory_order_release);
}

/*
 * The first record and its size, until recordring_take(); NULL: there is none.  By the
 * thread that takes out.
 */
static inline const void *
recordring_first(struct recordring *r, uint32_t *size)
{
	uint64_t place = atomic_load_explicit(&r->taken, memory_order_relaxed);
	const struct recordring_head *head = recordring_head(r, place);

	if (place == atomic_load_explicit(&r->published, memory_order_acquire))
		return NULL;
	if (head->size == RECORDRING_END)
		head = recordring_head(r, 0);
	*size = head->size;
	return head + 1;
}

/*
 * Of 'n' rings, whose records begin with a time (uint64_t), the one with the oldest first
 * record, which is '*first'; n: all are empty.  NULL is no ring.  By the thread that takes
 * out of them.
 */
static inline unsigned int
recordring_oldest(struct recordring *const *ring, unsigned int n,
		  const void **first)
{
	unsigned int oldest = n;
	uint64_t least = 0, at;
	uint32_t size;

	for (unsigned int i = 0; i < n; i++) {
		const void *r = ring[i] != NULL
					? recordring_first(ring[i], &size)
					: NULL;

		if (r == NULL)
			continue;
		memcpy(&at, r, sizeof(at));
		if (oldest != n && at >= least)
			continue;
		oldest = i;
		least = at;
		*first = r;
	}
	return oldest;
}

/* Takes out the record that recordring_first() has returned. */
static inline void
recordring_take(struct recordring *r)
{
	uint64_t place = atomic_load_explicit(&r->taken, memory_order_relaxed);

	if (recordring_head(r, place)->size == RECORDRING_END)
		place += RECORDRING_OCTETS - (place & (RECORDRING_OCTETS - 1));
	place += recordring_octets(recordring_head(r, place)->size);
	atomic_store_explicit(&r->taken, place, memory_order_release);
}

#endif
