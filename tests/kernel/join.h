/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TEST_JOIN_H
#define IXF_TEST_JOIN_H

/*
 * Puts IPv6 fragments together as hosts did before RFC 5722 and RFC 7112, and
 * some do: even if some come twice or overlap, and if the first lacks the upper
 * header.  Linux drops these since 5.11, but members run what they run.
 *
 * But not if octets that overlap differ: hosts have had to drop such a packet since
 * RFC 5722 (2009), and which octets count in a host that does not, no check of one
 * fragment at a time can know.
 */

#include <stdbool.h>
#include <stdint.h>

#define JOIN_MAX 2048 /* octets of a frame that was put together */

/* Of one packet; all zero at first. */
struct join {
	unsigned int n;   /* fragments */
	bool differs;     /* fragments that overlap */
	uint32_t total;   /* octets of the packet; 0: the end is not there */
	uint8_t head[54]; /* of the first fragment; [12] is 0 without it */
	uint8_t octets[JOIN_MAX];
	uint8_t there[JOIN_MAX]; /* of each octet */
};

/* One more frame, in the order in which they arrive. */
void join_add(struct join *, const uint8_t *frame, uint32_t size);

/*
 * Writes the frame, as if it had never been fragmented; returns its size.  0: it
 * was not, or not all of it is there.
 */
uint32_t join_frame(const struct join *, uint8_t frame[JOIN_MAX]);

#endif
