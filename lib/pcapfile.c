/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/pcapfile.h"

#include <errno.h>

#include "lib/clock.h"

#define MAGIC_NANOSECONDS 0xa1b23c4d
#define ETHERNET          1

static uint8_t *
put32(uint8_t *to, uint32_t v)
{
	to[0] = v & 0xff;
	to[1] = v >> 8 & 0xff;
	to[2] = v >> 16 & 0xff;
	to[3] = v >> 24;
	return to + 4;
}

static int
put(FILE *f, const void *octets, size_t n)
{
	if (fwrite_unlocked(octets, 1, n, f) != n)
		return errno != 0 ? -errno : -EIO;
	return 0;
}

int
pcapfile_header(FILE *f)
{
	uint8_t head[24], *p = head;

	p = put32(p, MAGIC_NANOSECONDS);
	p = put32(p, 2 | 4 << 16); /* version 2.4 */
	p = put32(p, 0);
	p = put32(p, 0);
	p = put32(p, PCAPFILE_SNAPLEN);
	put32(p, ETHERNET);
	return put(f, head, sizeof(head));
}

int
pcapfile_frame(FILE *f, uint64_t time, const void *frame, uint32_t size,
	       uint32_t len)
{
	uint64_t second = time / CLOCK_SECOND;
	uint8_t head[16], *p = head;
	int rc;

	if (size > PCAPFILE_SNAPLEN)
		size = PCAPFILE_SNAPLEN;
	p = put32(p, second < UINT32_MAX ? second : UINT32_MAX);
	p = put32(p, time % CLOCK_SECOND);
	p = put32(p, size);
	put32(p, len);
	rc = put(f, head, sizeof(head));
	return rc != 0 ? rc : put(f, frame, size);
}
