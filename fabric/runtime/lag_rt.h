/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LAG_RT_H
#define IXF_LAG_RT_H

/*
 * What control keeps of a port that is a link aggregation group (IEEE 802.1AX): its
 * links, by slot, and LACP on them.  A link keeps its slot for as long as it is one of
 * the port, whatever comes and goes beside it, so that its flows do.
 *
 * Once made it stays with its port, since workers may use it as long as that.
 * Control thread; but 'shared', which workers read.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fabric/runtime/link_stats.h"
#include "fabric/runtime/runtime.h"
#include "fabric/view/lag.h"
#include "lib/lacp.h"

/* A device of the port. */
struct lag_link {
	struct device_rt *device; /* NULL: the slot is free */
	bool leaves;      /* an apply under way takes it from the port */
	bool is_new;      /* since the view that was published last */
	bool in_use;      /* frames leave by it */
	uint64_t since;   /* ns: last change of in_use */
	uint32_t changes; /* of in_use */
	struct flap flap; /* of LACP: it is not selected until flap.until */
	uint64_t made_at; /* ns: it is a link since then */
	struct link_stats base; /* what its device had counted before */
};

struct lag_rt {
	struct lag shared;
	bool on;         /* the port is a LAG, by the running configuration */
	bool lacp;       /* LACP says which links are used */
	bool replaced;   /* a device is: lag_link_replaced() */
	bool damped;     /* a link was, since LACP was told */
	bool disabled;   /* by the configuration */
	bool blocked;    /* as workers see it, when it was looked at last */
	uint64_t system; /* MAC address of the fabric in LACP */
	unsigned int min_links;
	unsigned int links;   /* frames leave by, bit i: slot i */
	unsigned int nin_use; /* links that are in use */
	uint64_t since; /* ns: last change of whether enough links are in use */
	uint64_t
		due; /* ns: lag_turn() has something to do; UINT64_MAX: never */
	struct lag_link link[LAG_LINKS_MAX];
	struct lacp machine; /* while 'lacp' */
};

/* The LAG of an egress, also of a port on a tag; or NULL. */
static inline struct lag_rt *
lag_of(const struct egress *e)
{
	return e->lag == NULL
		       ? NULL
		       : (struct lag_rt *)((char *)(uintptr_t)e->lag -
					   offsetof(struct lag_rt, shared));
}

/* Whether enough links of it are in use for frames to leave. */
static inline bool
lag_is_up(const struct lag_rt *l)
{
	return l->nin_use != 0 && l->nin_use >= l->min_links;
}

#endif
