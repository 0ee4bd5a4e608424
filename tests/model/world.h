/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORLD_H
#define IXF_WORLD_H

/*
 * A fabric and the devices that it opens, which are memory: frames are put in, and
 * what leaves is noted.  The devices keep what a kernel would keep of them, and
 * complain when one is used in a way that a real one does not bear.
 */

#include "fabric/lockstep.h"
#include "fabric/runtime/runtime.h"
#include "tests/model/draft.h"

#define WORLD_DEVICES 128
#define WORLD_WAIT    64
#define WORLD_LEFT    512

struct world;

struct fake {
	struct world *world;
	char name[64];
	bool open;
	char spec[DRAFT_VALUE]; /* while it is open */
	uint32_t mtu;
	bool link;
	uint32_t speed;
	uint64_t errors; /* since it was opened */
	unsigned int nwait;
	struct rte_mbuf *wait[WORLD_WAIT];
};

/* A frame that has left. */
struct left {
	const struct fake *by;
	uint16_t tag;
	uint32_t len;
};

struct world {
	struct fabric *f;
	struct fabric blank; /* 'f' before its first configuration */
	struct backend backend;
	const struct world *like; /* the links of its devices; or NULL */
	bool live;                /* live.h; set before the first apply */
	uint64_t now;
	unsigned int nfakes;
	struct fake fake[WORLD_DEVICES];
	unsigned int nleft;
	struct left left[WORLD_LEFT];
};

/* An empty fabric at 'now'. */
void world_create(struct world *, const struct world *like, uint64_t now);
void world_free(struct world *);

/* Back to an empty fabric at 'now', for the next configuration. */
void world_reset(struct world *, uint64_t now);

/* The device of this name, or of this 'device' text; made if it is new. */
struct fake *world_device(struct world *, const char *spec);

/* A frame comes in by a device, at the next pass. */
void world_put(struct fake *, const void *frame, uint32_t len);

/*
 * What a worker does in a round: it takes all frames that wait, by the view that
 * is published.  What leaves is in left[].  Control does nothing.
 */
void world_pass(struct world *);

/* The same for one frame alone; what leaves is sorted. */
void world_try(struct world *, struct fake *, const void *frame, uint32_t len);

/* Control's turn after it. */
void world_turn(struct world *);

/* The clock goes on, timers run. */
void world_advance(struct world *, uint64_t now);

/*
 * Devices that an earlier apply could not open again are opened now: by the turns
 * of control, or at once, as by 'port up'.
 */
void world_reopen(struct world *);

/* What the devices are set to, a line each. */
void world_print(const struct world *, FILE *);

#endif
