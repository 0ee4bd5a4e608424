/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TOP_H
#define IXF_TOP_H

/*
 * Who does a thing most often, of more than can be counted: the Space-Saving
 * algorithm (Metwally, Agrawal, El Abbadi: "Efficient computation of frequent
 * and top-k elements in data streams", 2005).
 *
 * There are so many counters and no more.  When all are taken, a newcomer takes
 * over the one with the least count, and what it had is from then on the error
 * of the newcomer.  So however many are invented, whoever made up more than the
 * n-th part of all, with n counters, has one; and no count is too low, nor by
 * more than its error too high.
 *
 * A key is whatever stands for him, TOP_KEY octets, zero where it is shorter.
 * Each event takes a time that grows with the logarithm of the counters.  One
 * thread.
 */

#include <stdint.h>

#define TOP_KEY 24 /* an address of 16 octets, and more */

struct top;

struct top_entry {
	uint8_t key[TOP_KEY];
	uint64_t count; /* not less than there were */
	uint64_t error; /* not more than this were not his */
};

/* With 'n' counters, at least 1.  NULL when memory is short. */
struct top *top_create(unsigned int n);
void top_free(struct top *);

/* 'n' events more of 'key'. */
void top_add(struct top *, const uint8_t *key, uint64_t n);

/*
 * The first 'max' of those with the greatest counts, the greatest first; of
 * equal ones the one that came to it last.  How many that are.
 */
unsigned int top_list(const struct top *, struct top_entry *out,
		      unsigned int max);

/* Nothing has happened. */
void top_clear(struct top *);

#endif
