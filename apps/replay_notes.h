/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_REPLAY_NOTES_H
#define IXF_REPLAY_NOTES_H

/*
 * What is noted during a replay for the report in HTML, in a fixed amount of memory:
 * how many frames came in and were dropped over time, and the first dropped frames
 * of each reason.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/drop.h"
#include "lib/faults.h"
#include "lib/frametext.h"

#define NOTES_BINS     2400 /* as they are counted */
#define NOTES_COLUMNS  120  /* the most that are shown */
#define NOTES_EXAMPLES 3    /* of each reason */

struct notes_bin {
	uint64_t received, dropped; /* frames; copies, too */
};

struct notes_example {
	uint64_t at; /* ns since the first frame */
	uint16_t port;
	uint32_t len; /* octets on the wire */
	char text[FRAMETEXT_SIZE];
	struct where rule;  /* that decided, or nowhere; not a copy */
	const char *holder; /* of the address, or NULL; not a copy */
};

/* All zero: nothing yet. */
struct notes {
	uint64_t width; /* ns of a bin; 0: none yet */
	unsigned int n; /* bins in use */
	struct notes_bin bin[NOTES_BINS];
	struct {
		unsigned int n;
		struct notes_example example[NOTES_EXAMPLES];
	} reason[DROP_N];
};

/* Times are in ns since the first frame.  They may go back; no bin is lost. */
void notes_received(struct notes *, uint64_t at);
void notes_dropped(struct notes *, uint64_t at);

/* The first ones are kept; the fields 'text' and 'len' are made here. */
void notes_example(struct notes *, enum drop why, const struct notes_example *,
		   const void *frame, uint32_t size, uint32_t len);

/*
 * Column 'i' of the time, each '*width' ns long, a 1, 2 or 5 with zeros; false past
 * the last of at most NOTES_COLUMNS.
 */
bool notes_column(const struct notes *, unsigned int i, struct notes_bin *,
		  uint64_t *width);

#endif
