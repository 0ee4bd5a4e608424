/* SPDX-License-Identifier: BSD-3-Clause */
/* sFlow, turn by turn: what it follows of the configuration, and what is due. */
#include "fabric/api/samples.h"

#include <stdlib.h>
#include <string.h>

#include "fabric/api/samples_impl.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/lag_rt.h"
#include "fabric/runtime/port_index.h"
#include "fabric/runtime/stats.h"
#include "lib/clock.h"

/* Samplers that are made in a turn: some 0.8 ms each. */
#define MADE_A_TURN 2

/* Records that are taken in a turn: some 0.3 ms with the sending. */
#define RECORDS_A_TURN 512

/* Ports whose rates are looked at in a turn, since their speed may have changed. */
#define RATED_A_TURN 32

/* A datagram waits no longer for more samples; sFlow allows a second. */
#define WAIT (CLOCK_SECOND / 2)

struct samples *
samples_create(struct fabric *f)
{
	struct samples *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->fabric = f;
	s->since = f->now;
	s->collectors = collectors_create(f);
	if (s->collectors != NULL)
		return s;
	free(s);
	return NULL;
}

void
samples_free(struct samples *s)
{
	if (s == NULL)
		return;
	samplers_publish(s->fabric, false);
	samples_flush(s);
	collectors_free(s->collectors);
	free(s);
}

/* The VLAN of the LAN; else the tag on the wire; else 0. */
static uint32_t
vlan_of(const struct config *config, const struct config_port *c)
{
	const struct config_lan *lan = config_lan_of(config, c);

	return lan != NULL && lan->vlan != 0 ? lan->vlan : c->tag;
}

/* Of a LAG that of its fastest link: a link is a source, not the LAG. */
static uint32_t
speed_of(const struct fabric *f, const struct port_rt *p)
{
	const struct lag_rt *l = lag_of(&p->egress);
	uint32_t most = 0;

	if (l == NULL)
		return egress_link(f, &p->egress).speed;
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		if (l->link[i].device != NULL && l->link[i].in_use &&
		    l->link[i].device->speed > most)
			most = l->link[i].device->speed;
	return most;
}

static void
set_rate(struct samples *s, const struct config_port *c,
	 const struct port_rt *p)
{
	struct fabric *f = s->fabric;
	struct samples_source *src = &s->source[p->id];
	uint32_t rate = config_sflow_rate(f->config, c, speed_of(f, p));

	if (src->index == 0)
		rate = 0;
	if (rate == src->rate)
		return;
	src->rate = rate;
	samplers_set_rate(f, p->id, rate);
}

/* A port that is new, or has another name, begins with new counts. */
static void
set_source(struct samples *s, const struct config_port *c,
	   const struct port_rt *p)
{
	struct samples_source *src = &s->source[p->id];

	if (strcmp(src->name, p->name) != 0) {
		if (src->name[0] != '\0')
			s->sums.lost += samples_source_lost(s, p->id);
		*src = (struct samples_source){
			.base = samplers_count(s->fabric, p->id),
			.rate = src->rate,
		};
		strcpy(src->name, p->name);
	}
	src->live = true;
	src->stay = p->stay;
	src->index = port_index(s->fabric, c);
	src->vlan = vlan_of(s->fabric->config, c);
	set_rate(s, c, p);
}

/* All ports are as the configuration has them. */
static void
set_sources(struct samples *s)
{
	struct fabric *f = s->fabric;

	for (unsigned int i = 0; i < PORTS_MAX; i++)
		s->source[i].live = false;
	for (unsigned int i = 0; i < f->config->nports; i++) {
		const struct config_port *c = &f->config->port[i];
		const struct port_rt *p = runtime_port(f, c->id);

		if (p != NULL)
			set_source(s, c, p);
	}
	for (uint16_t i = 0; i < PORTS_MAX; i++) {
		if (s->source[i].live || s->source[i].rate == 0)
			continue;
		s->source[i].rate = 0;
		samplers_set_rate(f, i, 0);
	}
}

static void
begin_or_go_on(struct samples *s)
{
	const struct config_sflow *c = &s->fabric->config->sflow;

	samplers_set(s->fabric, c->header, c->discards == CONFIG_ON);
	set_sources(s);
	if (!s->on)
		s->round = s->fabric->now;
	s->on = true;
	samplers_publish(s->fabric, true);
}

static void
stop(struct samples *s)
{
	s->on = false;
	samplers_publish(s->fabric, false);
}

/* Whether the samplers are there. */
static bool
prepare(struct samples *s)
{
	int rc = samplers_make(s->fabric, MADE_A_TURN);

	if (rc < 0 && !s->no_memory)
		event_log(s->fabric, DROP_WARNING,
			  "sFlow: no memory for samples");
	s->no_memory = rc < 0;
	return rc == 1;
}

/*
 * After an apply: what was sampled before belongs to the ports as they were, so it is
 * taken first.
 */
static void
follow(struct samples *s)
{
	const struct config *config = s->fabric->config;
	bool wanted = config->sflow.collector.n != 0;

	if (wanted && !prepare(s))
		return;
	samples_take(s, RECORDS_A_TURN);
	samples_throw_away(s);
	samples_flush(s);
	collectors_set(s->collectors, &config->sflow.collector);
	s->sums.agent = config->sflow.agent;
	s->sub_agent = config->sflow.sub_agent;
	if (wanted)
		begin_or_go_on(s);
	else if (s->on)
		stop(s);
	s->generation = s->fabric->generation;
}

/* The speed of a link can change at any time. */
static void
keep_rates(struct samples *s)
{
	const struct config *config = s->fabric->config;

	for (unsigned int n = 0; n < RATED_A_TURN && config->nports > 0; n++) {
		const struct config_port *c;
		const struct port_rt *p;

		if (s->next_rate >= config->nports)
			s->next_rate = 0;
		c = &config->port[s->next_rate++];
		p = runtime_port(s->fabric, c->id);
		if (p != NULL)
			set_rate(s, c, p);
	}
}

bool
samples_turn(struct samples *s)
{
	struct fabric *f = s->fabric;
	bool more = false;

	if (s->generation != f->generation)
		follow(s);
	if (!s->on) {
		samples_throw_away(s);
		return false;
	}
	if (s->generation == f->generation) {
		keep_rates(s);
		more = samples_take(s, RECORDS_A_TURN);
		samples_poll(s);
	}
	if (clock_since(f->now, s->begun) >= WAIT)
		samples_flush(s);
	return more;
}

struct samples_sums
samples_sums(const struct samples *s)
{
	struct samples_sums sums = s->sums;

	sums.on = s->on;
	sums.unsent = collectors_unsent(s->collectors);
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		if (s->source[i].name[0] != '\0')
			sums.lost += samples_source_lost(s, (uint16_t)i);
	return sums;
}

const struct collectors *
samples_collectors(const struct samples *s)
{
	return s->collectors;
}

struct samples_port
samples_port(const struct samples *s, const struct port_rt *p)
{
	const struct samples_source *src = &s->source[p->id];
	struct samples_port row = { 0 };

	/* One that is new is followed in the next turn. */
	if (strcmp(src->name, p->name) != 0)
		return row;
	row.rate = s->on ? src->rate : 0;
	row.index = src->index;
	row.pool = stats_received(s->fabric, p);
	row.samples = src->flows;
	row.lost = samples_source_lost(s, p->id);
	return row;
}
