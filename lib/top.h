/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TOP_H
#define IXF_TOP_H

/*
 * The keys with the most events, of more keys than can be counted: the
 * Space-Saving algorithm (Metwally, Agrawal, El Abbadi: "Efficient computation of
 * frequent and top-k elements in data streams", 2005).
 *
 * The number of counters is fixed.  When all are in use, a new key takes the
 * counter with the lowest count, and that count becomes the error of the new key.
 * So with n counters, every key with more than the n-th part of all events has
 * one, however many keys a member invents; and no count is too low, or too high
 * by more than its error.
 *
 * A key is TOP_KEY octets, filled up with zeros.  An event takes a time that
 * grows with the logarithm of the number of counters.  One thread.
 */

#include <stdint.h>

#define TOP_KEY 24 /* an address of 16 octets, and more */

struct top;

struct top_entry {
	uint8_t key[TOP_KEY];
	uint64_t count; /* events of the key, and up to ... */
	uint64_t error; /* ... so many of other keys */
};

/* With 'n' counters, at least 1.  NULL when memory is short. */
struct top *top_create(unsigned int n);
void top_free(struct top *);

/* Counts 'n' more events of 'key'. */
void top_add(struct top *, const uint8_t *key, uint64_t n);

/*
 * Copies up to 'max' entries with the highest counts to 'out', the highest first;
 * of equal counts the one that was reached last.  Returns how many.
 */
unsigned int top_list(const struct top *, struct top_entry *out,
		      unsigned int max);

/* Forgets all keys. */
void top_clear(struct top *);

#endif
