/* SPDX-License-Identifier: BSD-3-Clause */
/* What an apply means for each port, for monitors: the log has the changed keys. */
#include "fabric/apply/apply_impl.h"

#include <stdio.h>
#include <string.h>

#include "fabric/runtime/event.h"

static const char *
status_of(const struct config_port *c)
{
	switch (c->status) {
	case CONFIG_QUARANTINE:
		return "quarantine";
	case CONFIG_DISABLED:
		return "disabled";
	default:
		return "connected";
	}
}

static const char *
or_none(const char *text)
{
	return text[0] != '\0' ? text : "none";
}

static void
raise(struct fabric *f, const struct config_port *c, enum event_kind kind,
      const char *text)
{
	struct event e = event_of(kind, DROP_NOTICE);

	e.unlogged = true;
	e.port = c->id;
	e.lan = c->lan[0] != '\0' ? c->lan : NULL;
	e.text = text;
	event_raise(f, &e);
}

static void
raise_added(struct fabric *f, const struct config_port *is)
{
	char text[EVENT_SIZE];

	snprintf(text, sizeof(text), "port %s: added, %s", is->id,
		 status_of(is));
	raise(f, is, EVENT_port_added, text);
}

static void
raise_changed(struct fabric *f, const struct config_port *was,
	      const struct config_port *is)
{
	char text[EVENT_SIZE];

	if (is->status != was->status) {
		snprintf(text, sizeof(text), "port %s: status %s -> %s", is->id,
			 status_of(was), status_of(is));
		raise(f, is, EVENT_port_status, text);
	}
	if (strcmp(is->isolate, was->isolate) != 0) {
		snprintf(text, sizeof(text),
			 "port %s: isolation group %s -> %s", is->id,
			 or_none(was->isolate), or_none(is->isolate));
		raise(f, is, EVENT_port_isolate, text);
	}
}

void
apply_events(struct fabric *f, const struct config *old,
	     const struct config *new_config)
{
	char text[EVENT_SIZE];

	if (!event_is_monitored(f, EVENT_port_status))
		return;
	for (unsigned int i = 0; i < old->nports; i++) {
		const struct config_port *was = &old->port[i];

		if (config_port(new_config, was->id) != NULL)
			continue;
		snprintf(text, sizeof(text), "port %s: removed", was->id);
		raise(f, was, EVENT_port_removed, text);
	}
	for (unsigned int i = 0; i < new_config->nports; i++) {
		const struct config_port *is = &new_config->port[i];
		const struct config_port *was = config_port(old, is->id);

		if (was == NULL)
			raise_added(f, is);
		else
			raise_changed(f, was, is);
	}
}
