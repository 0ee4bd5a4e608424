/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_STAGE_H
#define IXF_STAGE_H

/*
 * The stages: stage_rx() and so on, each in the file of its name.  What each does
 * and their order is in stage_list.h.  A stage acts on the live frames of the
 * burst; one that it drops is counted, goes to the worker's trash, and is no
 * longer live.  On the worker.
 */

struct burst;
struct view;
struct worker;

#define STAGE(NAME, name, ...)                                                 \
	void stage_##name(struct worker *, const struct view *, struct burst *);
#include "fabric/datapath/stage_list.h"

#endif
