/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/worker_way.h"

#include "fabric/datapath/hot.h"

/* What a frame must not skip the stages for, of the port it leaves by. */
#define LOOKS                                                                  \
	(PORT_DISABLED | PORT_QUARANTINE | PORT_FILTERS | PORT_SHARES |        \
	 PORT_LISTENS)

static uint32_t
way_of(const struct view *v, const struct port *to)
{
	const struct device *d;
	uint8_t state;

	if (to == NULL || to->lan == NULL || to->flags & LOOKS ||
	    to->egress.tag != 0)
		return WAY_NONE;
	state = view_port_state(v, to->id);
	d = view_egress(v, to);
	if ((state & (PORT_UP | PORT_CULLED)) != PORT_UP || d == NULL ||
	    !view_device_has_link(v, d))
		return WAY_NONE;
	return way_of_lan(to->lan) << WAY_LAN_SHIFT | d->id;
}

void
worker_find_ways(struct worker *w, const struct view *v, uint32_t changes)
{
	for (unsigned int id = 0; id < PORTS_MAX; id++)
		w->way[id + 1] = way_of(v, v->port[id]);
	w->ways_view = v;
	w->ways_changes = changes;
}
