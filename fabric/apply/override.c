/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/apply/override.h"

#include "fabric/neigh/sponge_ops_lan.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/learn_flush.h"
#include "fabric/runtime/port_state.h"
#include "fabric/runtime/runtime.h"
#include "fabric/runtime/stats.h"

static void
set(struct fabric *f, struct override *o, bool on)
{
	if (o->set == on)
		return;
	o->set = on;
	o->since = f->now;
}

void
override_down(struct fabric *f, struct port_rt *p, bool down)
{
	if (p->down.set == down)
		return;
	set(f, &p->down, down);
	if (down)
		p->blocked |= BLOCK_OPERATOR;
	else
		p->blocked &= ~(unsigned int)BLOCK_OPERATOR;
	port_state_update(f, p);
	if (down) {
		learn_flush(f, p->id, NULL, false);
		learn_forget_link_local(p, NULL);
	}
	event_port(f, p, DROP_NOTICE, "port %s: %s by an operator", p->name,
		   down ? "taken down" : "brought back");
}

/* Works out whether a port is culled, by the configuration and the overrides. */
static void
update_cull(struct fabric *f, struct port_rt *p)
{
	const struct config_port *c = config_port(f->config, p->name);
	bool port = c != NULL && c->cull == CONFIG_ON;
	bool all = f->config->fabric.cull == CONFIG_ON;

	p->culled = port != p->cull.set || all != f->cull.set;
	port_state_update(f, p);
}

static void
cull_port(struct fabric *f, struct port_rt *p, bool on)
{
	const struct config_port *c = config_port(f->config, p->name);

	set(f, &p->cull, c != NULL && on != (c->cull == CONFIG_ON));
	update_cull(f, p);
	event_port(f, p, DROP_NOTICE,
		   "port %s: BGP %s by an operator (RFC 8327)", p->name,
		   on ? "culled" : "let through");
}

void
override_cull(struct fabric *f, struct port_rt *p, bool on)
{
	if (p != NULL) {
		cull_port(f, p, on);
		return;
	}
	set(f, &f->cull, on != (f->config->fabric.cull == CONFIG_ON));
	for (unsigned int id = 0; id < f->ports_end; id++)
		if (runtime_live_port(f, id) != NULL)
			update_cull(f, runtime_live_port(f, id));
	event_log(
		f, DROP_NOTICE,
		on ? "BGP culled on all ports by an operator (RFC 8327)"
		   : "BGP let through on all ports by an operator (RFC 8327)");
}

static void
count(void *arg, const struct override_row *row)
{
	(void)row;
	++*(unsigned int *)arg;
}

void
override_clear(struct fabric *f)
{
	unsigned int n = 0;

	override_each(f, count, &n);
	if (n == 0)
		return;
	sponge_ops_end_overrides(f);
	set(f, &f->cull, false);
	for (unsigned int id = 0; id < f->ports_end; id++) {
		struct port_rt *p = runtime_live_port(f, id);

		if (p == NULL)
			continue;
		set(f, &p->down, false);
		set(f, &p->cull, false);
		p->blocked &= ~(unsigned int)BLOCK_OPERATOR;
		update_cull(f, p);
	}
	event_log(f, DROP_NOTICE,
		  "overrides by operators have ended: a configuration was "
		  "applied");
}

static void
visit_port(const struct port_rt *p, bool culls, override_visit *visit,
	   void *arg)
{
	struct override_row down = { NULL, p->name, "state", "down",
				     p->down.since };
	struct override_row cull = { NULL, p->name, "cull",
				     culls ? "on" : "off", p->cull.since };

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
	struct override_row row = { o->lan, NULL, sponge_param_key(o->param),
				    o->value, o->since };

	v->visit(v->arg, &row);
}

void
override_each(const struct fabric *f, override_visit *visit, void *arg)
{
	bool on = f->config->fabric.cull != CONFIG_ON;
	struct override_row all = { NULL, NULL, "cull", on ? "on" : "off",
				    f->cull.since };
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
