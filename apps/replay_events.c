/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/replay_events.h"

#include <stdlib.h>
#include <string.h>

void
events_add(struct events *e, uint64_t at, enum drop_level level,
	   const char *text)
{
	struct event *place = &e->kept[e->n++ % EVENTS_KEPT];

	free(place->text);
	*place = (struct event){ .at = at,
				 .level = level,
				 .text = strdup(text) };
}

uint64_t
events_first(const struct events *e)
{
	return e->n > EVENTS_KEPT ? e->n - EVENTS_KEPT : 0;
}

void
events_clear(struct events *e)
{
	for (unsigned int i = 0; i < EVENTS_KEPT; i++)
		free(e->kept[i].text);
	memset(e, 0, sizeof(*e));
}
