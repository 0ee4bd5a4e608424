/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CAPTURE_RECORD_H
#define IXF_CAPTURE_RECORD_H

/* A record of a capture, as capture.h and ngread.h read it. */

#include <stdbool.h>
#include <stdint.h>

struct capture_record {
	uint64_t time;        /* ns since 1970; may be less than the last one */
	uint32_t size;        /* octets in 'frame': fewer than 'len' if cut */
	uint32_t len;         /* octets on the wire, without FCS */
	bool bad;             /* the interface found its FCS or length wrong */
	bool outbound;        /* the capture says that the interface sent it */
	const uint8_t *frame; /* until the next call */
	const char *interface; /* until the next call; NULL: unknown */
};

#define CAPTURE_SIZE_MAX 262144 /* octets of a frame */
#define CAPTURE_TIME_MAX INT64_MAX

#endif
