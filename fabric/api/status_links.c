/* SPDX-License-Identifier: BSD-3-Clause */
/* What the link of a port has done lately. */
#include "fabric/api/status.h"
#include "fabric/api/status_link.h"
#include "fabric/config/config.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/runtime.h"
#include "lib/clock.h"

/* 'until': when the next one came, or now. */
static json_t *
row_of(const struct fabric *f, const struct config_port *c, const char *link,
       const struct link_past *past, uint32_t i, uint64_t until)
{
	uint64_t at = past->change[i % LINK_PAST].at;

	return json_pack("{s:s, s:s?, s:f, s:s, s:f}", "port", c->id, "link",
			 link, "age_seconds",
			 (double)clock_since(f->now, at) / CLOCK_SECOND,
			 "event", event_name(past->change[i % LINK_PAST].kind),
			 "lasted_seconds",
			 (double)clock_since(until, at) / CLOCK_SECOND);
}

static void
add_changes(const struct fabric *f, const struct config_port *c,
	    const char *link, const struct link_past *past, json_t *rows)
{
	uint32_t n = past->n < LINK_PAST ? past->n : LINK_PAST;
	uint64_t until = f->now;

	for (uint32_t i = past->n; n > 0; n--) {
		i--;
		json_array_append_new(rows, row_of(f, c, link, past, i, until));
		until = past->change[i % LINK_PAST].at;
	}
}

json_t *
status_port_links(struct fabric *f, const struct config_port *c)
{
	const struct port_rt *p = runtime_port(f, c->id);
	json_t *rows = json_array();

	for (unsigned int i = 0; p != NULL && i < LAG_LINKS_MAX; i++) {
		const struct device_rt *d = egress_device_at(f, &p->egress, i);

		char name[DEVSPEC_NAME_SIZE];

		if (d != NULL)
			add_changes(f, c,
				    p->egress.lag != NULL
					    ? status_device_name(d, name)
					    : NULL,
				    &d->past, rows);
	}
	return rows;
}
