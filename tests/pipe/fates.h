/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FATES_H
#define IXF_FATES_H

/*
 * What becomes of many frames, in a form in which two runs can be compared.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/lockstep.h"
#include "fabric/view/port.h"

struct fates {
	bool ordered;     /* frames come in by one port at a time */
	uint64_t dropped; /* of all drops, in any order */
	uint64_t sent;    /* of all frames sent, in any order */
	uint64_t order
		[PORTS_MAX]; /* of the frames sent by each port, in order */
	uint64_t addresses;  /* of the MAC tables, and when they were seen */
	uint64_t hits;       /* of all rules of ACLs, how often they matched */
	uint64_t pairs;      /* of the matrix, if there is one */
	struct port_stats stats[PORTS_MAX];
};

/* A fabric of the configuration 'text' whose frames are noted in 'fates'. */
struct fabric *fates_create(const char *text, struct fates *);

/* Takes the MAC tables as they are. */
void fates_note_addresses(const struct fabric *, struct fates *);

/* Takes the counters, and frees the fabric. */
void fates_end(struct fabric *, struct fates *);

/* Fails the test unless the same became of all frames. */
void fates_are_same(const struct fates *, const struct fates *);

#endif
