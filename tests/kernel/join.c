/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/kernel/join.h"

#include <stdbool.h>
#include <string.h>

#include "lib/frame.h"

#define IP   14 /* where the packet begins */
#define BODY 54 /* and what is behind its header */

enum {
	HOP_BY_HOP = 0,
	ROUTING = 43,
	FRAGMENT = 44,
	DESTINATION = 60,
};

/* Where the fragment header is; 0: there is none. */
static uint32_t
find(const uint8_t *frame, uint32_t size)
{
	uint8_t next = frame[IP + 6];
	uint32_t at = BODY;

	while (at + 8 <= size && next != FRAGMENT) {
		if (next != HOP_BY_HOP && next != ROUTING &&
		    next != DESTINATION)
			return 0;
		next = frame[at];
		at += (frame[at + 1] + 1U) * 8;
	}
	return at + 8 <= size ? at : 0;
}

void
join_add(struct join *j, const uint8_t *frame, uint32_t size)
{
	uint32_t at, field, n, end;

	if (size < BODY || frame_read16(frame + 12) != FRAME_IPV6)
		return;
	at = find(frame, size);
	end = BODY + frame_read16(frame + IP + 4);
	if (at == 0 || at + 8 > end || end > size)
		return;
	field = frame_read16(frame + at + 2);
	n = end - at - 8;
	if ((field & ~7U) + n > JOIN_MAX - BODY)
		return;
	if (field >> 3 == 0) {
		memcpy(j->head, frame, BODY);
		j->head[IP + 6] = frame[at];
	}
	if (!(field & 1))
		j->total = (field & ~7U) + n;
	for (uint32_t i = 0, k = field & ~7U; i < n; i++, k++)
		if (j->there[k] && j->octets[k] != frame[at + 8 + i])
			j->differs = true;
	memcpy(j->octets + (field & ~7U), frame + at + 8, n);
	memset(j->there + (field & ~7U), 1, n);
	j->n++;
}

uint32_t
join_frame(const struct join *j, uint8_t frame[JOIN_MAX])
{
	if (j->differs || j->n < 2 || j->total == 0 || j->head[12] == 0 ||
	    memchr(j->there, 0, j->total) != NULL)
		return 0;
	memcpy(frame, j->head, BODY);
	frame_write16(frame + IP + 4, (uint16_t)j->total);
	memcpy(frame + BODY, j->octets, j->total);
	return BODY + j->total;
}
