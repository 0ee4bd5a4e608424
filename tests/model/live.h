/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LIVE_H
#define IXF_LIVE_H

/*
 * A worker with a thread of its own, whose devices make the frames that it gets: at
 * any moment of an apply, and while ThreadSanitizer watches.  Two ports that no
 * configuration touches exchange numbered frames.
 */

#include "fabric/view/view.h"

struct world;

/* The devices of these ports. */
#define LIVE_FROM "net_stay1"
#define LIVE_TO   "net_stay2"

/* For struct device, with a struct fake as 'arg'. */
device_rx live_rx;
device_tx live_tx;

/* The worker starts; and ends: then all numbered frames have arrived in order. */
void live_begin(struct world *);
void live_end(struct world *);

/* Control's turn, at the time of the clock. */
void live_turn(struct world *);

#endif
