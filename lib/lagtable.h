/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LAGTABLE_H
#define IXF_LAGTABLE_H

/*
 * Which of up to eight links a flow leaves by: a bucket of a table for each hash, and in
 * each bucket the slot of a link.
 *
 * Each bucket has an order of its own of the eight slots, and takes the first that can be
 * used.  The 840 orders, the least number there can be (the least common multiple of 1 to
 * 8), are a min-wise independent family (Broder, Charikar, Frieze, Mitzenmacher: Min-wise
 * independent permutations, 2000; Takei, Itoh, Shinozaki: Constructing an optimal family
 * of min-wise independent permutations, 2000): of EVERY set of n slots each is the
 * first of exactly 840 / n orders.  So the links in use have equal numbers of buckets, a
 * slot that goes moves its own buckets alone, and gets exactly these back.
 *
 * Pure, no allocation, any thread.
 */

#include <stdint.h>

#define LAGTABLE_SLOTS   8
#define LAGTABLE_BUCKETS 840
#define LAGTABLE_NONE    255 /* in all buckets, if no slot can be used */

/* Fills the table; bit i of 'links': slot i can be used. */
void lagtable_fill(uint8_t slot[LAGTABLE_BUCKETS], unsigned int links);

/* The bucket of a hash of 32 bits (flowhash.h). */
static inline uint32_t
lagtable_bucket(uint32_t hash)
{
	return (uint32_t)((uint64_t)hash * LAGTABLE_BUCKETS >> 32);
}

#endif
