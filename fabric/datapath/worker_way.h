/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_WAY_H
#define IXF_WORKER_WAY_H

/*
 * Where a plain frame goes: for each port one word that says by which device, or which
 * LAG, its frames leave, and in which LAN it is.  All that stage forward and stage send
 * look at for one frame stands in it: the port is enabled and up, its device has
 * link, it is not in quarantine, not culled, has no filter, and sends untagged.
 * A port that needs another look has no way, and its frames meet these stages.
 *
 * Of one worker, which makes it anew when the view or the state of a port or link
 * is another: control counts these changes (view->changes).
 */

#include <rte_branch_prediction.h>

#include "fabric/datapath/worker.h"
#include "fabric/view/view.h"

#define WAY_NONE      0
#define WAY_LAN_SHIFT 13
#define WAY_DEVICE    ((1u << WAY_LAN_SHIFT) - 1)
#define WAY_LAG       (1u << 12) /* the rest is the number of a LAG in w->lag */

static_assert(PORTS_MAX < WAY_LAG, "a device id has 12 bits");

/* The upper bits of the way of every port of a LAN. */
static inline uint32_t
way_of_lan(const struct lan *lan)
{
	return lan->id + 1u;
}

void worker_find_ways(struct worker *, const struct view *, uint32_t changes);

/* Once a pass. */
static inline void
worker_update_ways(struct worker *w, const struct view *v)
{
	uint32_t changes =
		atomic_load_explicit(v->changes, memory_order_acquire);

	if (unlikely(w->ways_view != v || w->ways_changes != changes))
		worker_find_ways(w, v, changes);
}

#endif
