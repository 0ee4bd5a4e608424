/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_GSO_H
#define IXF_GSO_H

/*
 * Joins TCP segments that follow one another into one large frame, which a kernel or
 * NIC divides again (generic segmentation offload).  Frames are joined only if what
 * they are divided into is the same frames again, octet by octet: all has to follow
 * from the headers of the first.  So the checksums have to be right, too, since they
 * are computed anew.
 *
 * Untagged frames, IPv4 without options or IPv6 without extension headers, with ACK
 * and no other flag but PSH in the last.  Pure, no allocation, any thread.
 */

#include <stdbool.h>
#include <stdint.h>

/* Ethernet, IPv6 and the longest TCP header. */
#define GSO_HEADER_MAX 114

/* The kernel divides no larger frame, with its Ethernet header. */
#define GSO_LENGTH_MAX 65000

/* Frames that are being joined.  Points to the first, which must stay. */
struct gso {
	const uint8_t *first;
	unsigned int n;   /* frames so far */
	bool open;        /* one more may follow */
	bool v6;          /* or IPv4 */
	uint16_t l4;      /* octets in front of the TCP header */
	uint16_t header;  /* ... and of the payload */
	uint16_t size;    /* payload of each frame but the last */
	uint32_t payload; /* of all */
	uint8_t flags;    /* of TCP, in the last */
};

/* A first frame, of 'len' octets without FCS.  Whether others may follow: g->open. */
void gso_begin(struct gso *, const uint8_t *frame, uint32_t len);

/*
 * One more frame, if it follows the last.  Its payload begins at g->header.  False,
 * and nothing has changed, if it does not follow.
 */
bool gso_add(struct gso *, const uint8_t *frame, uint32_t len);

/*
 * Writes the header of the large frame, g->header octets.  Its TCP checksum is that of
 * the pseudo header, to be completed where the frame is divided.
 */
void gso_header(const struct gso *, uint8_t header[GSO_HEADER_MAX]);

#endif
