/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/worker_way.h"

#include <string.h>

#include "fabric/datapath/plain_impl.h"

#include "fabric/datapath/hot.h"

/* What a frame must not skip the stages for, of the port it leaves by. */
#define LOOKS                                                                  \
	(PORT_DISABLED | PORT_QUARANTINE | PORT_FILTERS | PORT_SHARES |        \
	 PORT_LISTENS)

/* A LAG that is up has a link; one that is down may still be in its table. */
static uint32_t
way_of_lag(struct worker *w, const struct egress *e)
{
	uint32_t n = w->nlags++;

	w->lag[n] = e->lag;
	memcpy(w->lag_device[n], e->link, sizeof(e->link));
	return WAY_LAG | n;
}

static uint32_t
way_of(struct worker *w, const struct view *v, const struct port *to)
{
	const struct device *d;
	uint8_t state;

	if (to == NULL || to->lan == NULL || to->flags & LOOKS ||
	    to->egress.tag != 0)
		return WAY_NONE;
	state = view_port_state(v, to->id);
	if ((state & (PORT_UP | PORT_CULLED)) != PORT_UP)
		return WAY_NONE;
	if (to->egress.lag != NULL)
		return way_of_lan(to->lan) << WAY_LAN_SHIFT |
		       way_of_lag(w, &to->egress);
	d = view_egress(v, to);
	if (d == NULL || !view_device_has_link(v, d))
		return WAY_NONE;
	return way_of_lan(to->lan) << WAY_LAN_SHIFT | d->id;
}

void
worker_find_ways(struct worker *w, const struct view *v, uint32_t changes)
{
	w->nlags = 0;
	for (unsigned int id = 0; id < PORTS_MAX; id++)
		w->way[id + 1] = way_of(w, v, v->port[id]);
	w->find_ways =
		w->nlags == 0 ? w->plain->find_ways : w->plain->find_links;
	w->flow_key = flowhash_key(v->flow_secret);
	w->ways_view = v;
	w->ways_changes = changes;
}
