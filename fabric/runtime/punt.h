/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RUNTIME_PUNT_H
#define IXF_RUNTIME_PUNT_H

/*
 * Takes what workers punt (view/punt.h) out of their rings, and gives each record
 * to the user of its kind.  Control thread only.
 */

#include <stdbool.h>

#include "fabric/view/punt.h"

struct fabric;
struct port_rt;

/*
 * Takes a record of a port that still exists.  The record and its frame are the
 * caller's again when this returns.
 */
typedef void punt_take(struct fabric *, struct port_rt *, const struct punt *);

/* From now on records of 'kind' go to 'take'; those of no user are dropped. */
void punt_register(struct fabric *, enum punt_kind kind, punt_take *take);

/* Takes what is in the rings.  Returns whether there was any. */
bool punt_poll(struct fabric *);

#endif
