/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/lagtable.h"

#include <string.h>

/* The slot number 'n' of those that are not in 'set'. */
static unsigned int
find_absent(unsigned int set, unsigned int n)
{
	unsigned int slot = 0;

	for (;; slot++) {
		if (set >> slot & 1)
			continue;
		if (n-- == 0)
			return slot;
	}
}

/*
 * All orders grow by a slot at a time.  Those that have the same set of slots so far go on
 * with each of the others equally often: their number can be divided at each length.
 */
void
lagtable_fill(uint8_t slot[LAGTABLE_BUCKETS], unsigned int links)
{
	uint8_t set[LAGTABLE_BUCKETS] = { 0 };

	memset(slot, LAGTABLE_NONE, LAGTABLE_BUCKETS);
	for (unsigned int length = 0; length < LAGTABLE_SLOTS; length++) {
		unsigned int count[1 << LAGTABLE_SLOTS] = { 0 };

		for (unsigned int i = 0; i < LAGTABLE_BUCKETS; i++) {
			unsigned int n = count[set[i]]++;
			unsigned int next = find_absent(
				set[i], n % (LAGTABLE_SLOTS - length));

			set[i] |= (uint8_t)(1u << next);
			if (slot[i] == LAGTABLE_NONE && links >> next & 1)
				slot[i] = (uint8_t)next;
		}
	}
}
