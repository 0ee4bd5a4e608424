/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TEST_FRAMES_H
#define IXF_TEST_FRAMES_H

/*
 * Hostile frames, drawn from a grammar: ARP, IPv4 and IPv6 with extension
 * headers in any order and number, lengths that disagree, options, fragments of
 * every kind, tags, padding, any source and any destination; and of each some
 * with random faults.  The same from the same seed.
 */

#include <stdint.h>

#define FRAMES_MAX 6
#define FRAME_MAX  1600

struct frames {
	unsigned int n;
	uint8_t from; /* enum member */
	struct {
		uint16_t size;
		uint8_t octets[FRAME_MAX];
	} frame[FRAMES_MAX];
};

void frames_seed(uint64_t seed);

/* The next ones: one packet, whole or in fragments, in the order to send. */
void frames_draw(struct frames *);

#endif
