/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_METER_H
#define IXF_WORKER_METER_H

/* Whether frames are within a limit.  On the worker; header only. */

#include "fabric/datapath/worker.h"
#include "fabric/view/port.h"

/* Whether 'units' more are within the limit, which then has them counted. */
static inline bool
worker_takes(const struct worker *w, struct meter *m, uint32_t units)
{
	uint64_t cost, next;

	if (w->trial == NULL)
		return meter_take(m, w->now, units);
	if (!w->trial->idle)
		return meter_has(m, w->now, units);
	cost = meter_cost(m);
	return cost == 0 || meter_judge(m, 0, cost, 0, units, &next);
}

/* The same for a limit of the port's policy, which a trial may see as used up. */
static inline bool
worker_takes_of(const struct worker *w, const struct port *port,
		enum meter_kind kind, uint32_t units)
{
	struct meter *m = &port->shared->meter[kind];

	if (w->trial != NULL && w->trial->over >> kind & 1 && meter_is_set(m))
		return false;
	return worker_takes(w, m, units);
}

#endif
