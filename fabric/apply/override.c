/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/apply/override.h"

#include <stdio.h>
#include <string.h>

#include "fabric/neigh/sponge_ops_lan.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/learn_flush.h"
#include "fabric/runtime/port_state.h"
#include "fabric/runtime/runtime.h"
#include "fabric/runtime/stats.h"

static const char *
orderer(const struct fabric *f)
{
	return f->by != NULL ? f->by : "an operator";
}

void
override_down(struct fabric *f, struct port_rt *p, bool down)
{
	if (p->down.set == down)
		return;
	runtime_override(f, &p->down, down);
	if (down)
		p->blocked |= BLOCK_OPERATOR;
	else
		p->blocked &= ~(unsigned int)BLOCK_OPERATOR;
	port_state_update(f, p);
	if (down) {
		learn_flush(f, p->id, NULL, false);
		learn_forget_link_local(p, NULL);
	}
	event_port(
		f, p,
		event_of(down ? EVENT_port_down : EVENT_port_up, DROP_NOTICE),
		"port %s: %s by %s", p->name,
		down ? "taken down" : "brought back", orderer(f));
}

/* Works out whether a port is culled, by the configuration and the overrides. */
static void
update_cull(struct fabric *f, struct port_rt *p)
{
	const struct config_port *c = config_port(f->config, p->name);
	bool port = c != NULL && c->cull == CONFIG_ON;
	bool all = f->config->fabric.cull == CONFIG_ON;

	p->culled = override_is_culled(f, p, port, all);
	port_state_update(f, p);
}

static void
cull_port(struct fabric *f, struct port_rt *p, bool on)
{
	const struct config_port *c = config_port(f->config, p->name);

	runtime_override(f, &p->cull,
			 c != NULL && on != (c->cull == CONFIG_ON));
	update_cull(f, p);
	event_port(f, p, event_of(EVENT_port_cull, DROP_NOTICE),
		   "port %s: BGP %s by %s (RFC 8327)", p->name,
		   on ? "culled" : "let through", orderer(f));
}

void
override_cull(struct fabric *f, struct port_rt *p, bool on)
{
	struct event all_ports = event_of(EVENT_fabric_cull, DROP_NOTICE);
	char text[EVENT_SIZE];

	if (p != NULL) {
		cull_port(f, p, on);
		return;
	}
	runtime_override(f, &f->cull,
			 on != (f->config->fabric.cull == CONFIG_ON));
	for (unsigned int id = 0; id < f->ports_end; id++)
		if (runtime_live_port(f, id) != NULL)
			update_cull(f, runtime_live_port(f, id));
	snprintf(text, sizeof(text), "BGP %s on all ports by %s (RFC 8327)",
		 on ? "culled" : "let through", orderer(f));
	all_ports.text = text;
	event_raise(f, &all_ports);
}

static void
visit_port(const struct port_rt *p, bool culls, override_visit *visit,
	   void *arg)
{
	struct override_row down = { NULL,   p->name,       "state",
				     "down", p->down.since, p->down.by };
	struct override_row cull = { NULL,          p->name,
				     "cull",        culls ? "on" : "off",
				     p->cull.since, p->cull.by };

	if (p->down.set)
		visit(arg, &down);
	if (p->cull.set)
		visit(arg, &cull);
}

/* The visit of override_each(), for visit_param(). */
struct visitor {
	override_visit *visit;
	void *arg;
};

static void
visit_param(void *arg, const struct sponge_override *o)
{
	const struct visitor *v = arg;
	struct override_row row = {
		o->lan,   NULL,     sponge_param_key(o->param),
		o->value, o->since, o->by
	};

	v->visit(v->arg, &row);
}

void
override_each(const struct fabric *f, override_visit *visit, void *arg)
{
	bool on = f->config->fabric.cull != CONFIG_ON;
	struct override_row all = { NULL,          NULL,
				    "cull",        on ? "on" : "off",
				    f->cull.since, f->cull.by };
	struct visitor visitor = { visit, arg };

	if (f->cull.set)
		visit(arg, &all);
	for (unsigned int id = 0; id < f->ports_end; id++) {
		const struct port_rt *p = runtime_live_port(f, id);
		const struct config_port *c =
			p != NULL ? config_port(f->config, p->name) : NULL;

		if (c != NULL)
			visit_port(p, c->cull != CONFIG_ON, visit, arg);
	}
	sponge_ops_overrides(f, visit_param, &visitor);
}

/* What a configuration changes, of what can be overridden. */
struct changes {
	const struct config *running;
	bool port[CONFIG_PORTS_MAX], lan[CONFIG_LANS_MAX]; /* by index */
	bool cull;                                         /* of [fabric] */
};

static void
note_change(void *arg, const char *section, const char *key,
	    const char *old_value, const char *new_value, bool restart)
{
	struct changes *c = arg;
	const struct config_port *p = NULL;
	const struct config_lan *l = NULL;

	(void)old_value, (void)new_value, (void)restart;
	if (strncmp(section, "port ", 5) == 0)
		p = config_port(c->running, section + 5);
	else if (strncmp(section, "lan ", 4) == 0)
		l = config_lan(c->running, section + 4);
	else if (strcmp(section, "fabric") == 0 && strcmp(key, "cull") == 0)
		c->cull = true;
	if (p != NULL)
		c->port[p - c->running->port] = true;
	if (l != NULL)
		c->lan[l - c->running->lan] = true;
}

static bool
ends(const struct changes *c, const struct override_row *row)
{
	if (row->port != NULL)
		return c->port[config_port(c->running, row->port) -
			       c->running->port];
	if (row->lan != NULL)
		return c->lan[config_lan(c->running, row->lan) -
			      c->running->lan];
	return c->cull;
}

struct ending {
	struct changes changes;
	override_visit *visit;
	void *arg;
};

static void
visit_if_it_ends(void *arg, const struct override_row *row)
{
	const struct ending *e = arg;

	if (ends(&e->changes, row))
		e->visit(e->arg, row);
}

static void
note_any(void *arg, const struct override_row *row)
{
	(void)row;
	*(bool *)arg = true;
}

void
override_ending(const struct fabric *f, const struct config *next,
		override_visit *visit, void *arg)
{
	struct ending e = { { .running = f->config }, visit, arg };
	bool any = false;

	/* A difference takes long. */
	override_each(f, note_any, &any);
	if (!any)
		return;
	config_diff(f->config, next, note_change, &e.changes);
	override_each(f, visit_if_it_ends, &e);
}

static void
end_of_port(struct fabric *f, const struct override_row *row)
{
	struct port_rt *p = runtime_port(f, row->port);

	event_port(f, p, event_of(EVENT_override_end, DROP_NOTICE),
		   "port %s: %s %s by an operator has ended: an apply changed "
		   "the port",
		   row->port, row->what, row->value);
	if (strcmp(row->what, "cull") == 0) {
		runtime_override(f, &p->cull, false);
		return;
	}
	runtime_override(f, &p->down, false);
	p->blocked &= ~(unsigned int)BLOCK_OPERATOR;
}

static void
end_one(void *arg, const struct override_row *row)
{
	struct event ended = event_of(EVENT_override_end, DROP_NOTICE);
	struct fabric *f = arg;
	char text[EVENT_SIZE];

	if (row->port != NULL) {
		end_of_port(f, row);
		return;
	}
	snprintf(text, sizeof(text),
		 "%s%s: %s %s by an operator has ended: an apply changed %s",
		 row->lan != NULL ? "lan " : "fabric",
		 row->lan != NULL ? row->lan : "", row->what, row->value,
		 row->lan != NULL ? "the LAN" : "it");
	ended.text = text;
	ended.lan = row->lan;
	event_raise(f, &ended);
	if (row->lan != NULL)
		sponge_ops_end_override(f, row->lan, row->what);
	else
		runtime_override(f, &f->cull, false);
}

void
override_end(struct fabric *f, const struct config *next)
{
	override_ending(f, next, end_one, f);
}

bool
override_is_culled(const struct fabric *f, const struct port_rt *p,
		   bool port_culled, bool all_culled)
{
	return port_culled != p->cull.set || all_culled != f->cull.set;
}

uint64_t
override_culled(struct fabric *f, const struct port_rt *p)
{
	uint64_t sum = 0;

	for (unsigned int id = 0; id < f->ports_end; id++) {
		struct port_stats s;

		if (runtime_live_port(f, id) == NULL ||
		    (p != NULL && runtime_live_port(f, id) != p))
			continue;
		stats_port(f, (uint16_t)id, &s);
		sum += s.drop[DROP_bgp_cull] + s.drop[DROP_egress_cull];
	}
	return sum;
}
