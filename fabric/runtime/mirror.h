/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RUNTIME_MIRROR_H
#define IXF_RUNTIME_MIRROR_H

/*
 * Mirrors, and ports that listen to their LAN.  Workers copy frames into rings
 * (view/mirror.h); a thread of the mirrors empties them, runs filters, and hands the
 * copies to the first worker, which sends them, or writes them to files.  So a filter, a
 * slow port and a full disk cost copies, and never the time of control or of a worker
 * but that for the copies themselves, which the budget limits.
 *
 * The thread knows of mirrors what control leaves it under a lock, which it holds while
 * it hands on some records, and never while it writes a file.  In step there is no
 * thread: mirrors_turn() does its work.
 *
 * Control, unless a comment says otherwise.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/config/config.h"
#include "fabric/view/mirror.h"
#include "lib/counter.h"
#include "lib/meter.h"

struct fabric;
struct framefilter;
struct mirror_file;
struct mirrors;
struct worker;

/* For operators. */
struct mirror_stats {
	uint64_t taken;       /* frames that were to be copied */
	uint64_t filtered;    /* of these, not taken by the filter */
	uint64_t sent;        /* by the port, or written to the file */
	uint64_t lost_budget; /* over its rate */
	uint64_t lost_ring;   /* workers had no room for the copy */
	uint64_t lost_egress; /* the port, or the disk, had none */
	uint64_t file_octets;
	int file_error; /* -errno; 0: none */
};

struct mirror_rt {
	struct mirror_rt *next;      /* in a list of retired ones */
	char name[CONFIG_NAME_SIZE]; /* of the mirror, or of the port */
	bool listens;                /* it is a port */
	unsigned int number;
	struct meter budget; /* workers take from it */

	/* Read by the thread of the mirrors. */
	uint16_t to;                /* id; FABRIC_NO_PORT: a file */
	struct framefilter *filter; /* or NULL */
	struct mirror_file *file;   /* or NULL */
	uint32_t snap;              /* octets; under the lock */
	uint64_t first[64]; /* of each ring, its first record can be here */

	/* Written by the thread of the mirrors, read by control. */
	struct counter copied;   /* frames in the rings */
	struct counter filtered; /* of these, not taken by the filter */
	struct counter sent;     /* handed on to the first worker */
	struct counter
		short_of; /* not: no buffer or no room on the way there */

	/* What its number, and its port, had counted before it. */
	struct mirror_counts base;
	uint64_t base_drops;
	/* What a mirror of its name had counted that it has replaced. */
	struct mirror_stats past;
	int error; /* of the file, as it was logged */
};

/* Makes what mirrors have in common, at the first one.  0 or -errno. */
int mirrors_begin(struct fabric *);

/* Makes the rings of a worker, if it has none.  0 or -ENOMEM. */
int mirrors_make_rings(struct fabric *, unsigned int worker);

/*
 * A mirror of the configuration, or a port that listens, without a number in use.  'to':
 * the id of its port, or FABRIC_NO_PORT.  NULL and errno: EBUSY, all numbers are in use;
 * or ENOMEM.
 */
struct mirror_rt *mirror_create(struct fabric *, const struct config_mirror *,
				uint16_t to);
struct mirror_rt *mirror_create_listener(struct fabric *, const char *name,
					 uint16_t port);

/* Whether a mirror that runs can stay for this section. */
bool mirror_fits(const struct fabric *, const struct mirror_rt *,
		 const struct config_mirror *, uint16_t to);

/* It never ran, or no worker knows it any more.  NULL is allowed. */
void mirror_free(struct fabric *, struct mirror_rt *);

/* The one that runs, or NULL. */
struct mirror_rt *mirror_find(const struct fabric *, const char *name,
			      bool listens);

/*
 * These run from now on, 'n' of them; the view that has them is published.  Returns the
 * list of those that do not any more.
 */
struct mirror_rt *mirrors_run(struct fabric *, const struct config *,
			      struct mirror_rt *const *, unsigned int n);

/* Octets of a frame that workers copy for it. */
uint32_t mirror_octets(const struct config_mirror *);

struct mirror_stats mirror_stats(struct fabric *, const struct mirror_rt *);

/* How many run. */
unsigned int mirrors_running(const struct fabric *);

/* A turn of control: logs files that cannot be written; in step, all of the work. */
void mirrors_turn(struct fabric *);

/* All of them; no worker runs any more. */
void mirrors_free(struct fabric *);

/*
 * The taps of workers (view/tap.h), for captures, too.  Whether all have one; and
 * publishes them if there is a capture or a mirror.
 */
bool taps_make_room(struct worker *);
void taps_publish(struct fabric *);

#endif
