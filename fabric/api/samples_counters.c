/* SPDX-License-Identifier: BSD-3-Clause */
/* The counters of ports as counter samples, spread over the time between two of them. */
#include "fabric/api/samples_impl.h"

#include <stdio.h>

#include "fabric/api/status.h"
#include "fabric/api/status_link.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/if_counters.h"
#include "fabric/runtime/lag_rt.h"
#include "fabric/runtime/stats.h"
#include "lib/clock.h"

/* Some 5 us each, with four workers. */
#define POLLED_A_TURN 8

#define BITS_A_MEGABIT UINT64_C(1000000)

/* Of a state, what the configuration says and not the protocol. */
#define ADMIN_STATE (LACP_ACTIVITY | LACP_TIMEOUT | LACP_AGGREGATION)

static void
fill(const struct if_counters *n, struct sflow_counters *k)
{
	k->in_octets = n->in_octets;
	k->in_ucast = n->in_ucast;
	k->in_mcast = n->in_mcast;
	k->in_bcast = n->in_bcast;
	k->in_discards = n->in_discards;
	k->in_errors = n->in_errors;
	k->in_unknown = n->in_unknown_protos;
	k->out_octets = n->out_octets;
	k->out_ucast = n->out_ucast;
	k->out_mcast = n->out_mcast;
	k->out_bcast = n->out_bcast;
	k->out_discards = n->out_discards;
	k->out_errors = n->out_errors;
}

/* What only Ethernet counters have. */
static void
fill_ethernet(struct fabric *f, const struct port_rt *p,
	      struct sflow_counters *k)
{
	struct port_stats n;
	struct device_stats d;

	stats_port(f, p->id, &n);
	stats_device(f, p, &d);
	k->fcs_errors = n.drop[DROP_rx_error];
	k->too_long = n.drop[DROP_oversize];
	k->out_mac_errors = d.tx_errors;
}

struct samples_link *
samples_link(struct samples *s, const struct device_rt *d)
{
	struct samples_link *src = &s->link[d->id];

	if (src->index != d->index)
		*src = (struct samples_link){ .index = d->index };
	return src;
}

static void
fill_lacp(const struct lag_rt *l, unsigned int i, uint32_t aggregate,
	  struct sflow_lacp *k)
{
	const struct lacp_counters *n = lacp_counters(&l->machine, i);
	struct lacp_info actor, partner = { 0 };

	lacp_actor(&l->machine, i, &actor);
	lacp_partner(&l->machine, i, &partner);
	*k = (struct sflow_lacp){
		.actor_system = actor.system,
		.partner_system = partner.system,
		.attached = lacp_collects(&l->machine, i) ? aggregate : 0,
		.state = { actor.state & ADMIN_STATE, actor.state, 0,
			   partner.state },
		.pdus_rx = (uint32_t)n->pdus_rx,
		.markers_rx = (uint32_t)n->markers_rx,
		.responses_rx = (uint32_t)n->responses_rx,
		.unknown_rx = (uint32_t)n->unknown_rx,
		.illegal_rx = (uint32_t)n->illegal_rx,
		.pdus_tx = (uint32_t)n->pdus_tx,
		.responses_tx = (uint32_t)n->responses_tx,
	};
}

/* Without LACP a link is attached while it is used; there is nothing else to say. */
static void
put_link(struct samples *s, const struct config_port *c,
	 const struct port_rt *p, unsigned int i)
{
	const struct lag_link *link = &p->lag->link[i];
	struct samples_link *src = samples_link(s, link->device);
	char device[DEVSPEC_NAME_SIZE];
	char name[CONFIG_NAME_SIZE + DEVSPEC_NAME_SIZE];
	uint32_t aggregate = s->source[p->id].index;
	struct sflow_lacp lacp = { .attached = link->in_use ? aggregate : 0 };
	struct if_counters n;
	struct sflow_counters k = {
		.sequence = ++src->counters,
		.source = src->index,
		.speed = link->device->speed * BITS_A_MEGABIT,
		.admin_up = status_port_is_wanted(c, p),
		.oper_up =
			atomic_load_explicit(&s->fabric->link[link->device->id],
					     memory_order_relaxed),
		.name = name,
		.lacp = &lacp,
	};

	snprintf(name, sizeof(name), "%s/%s", p->name,
		 status_device_name(link->device, device));
	if (p->lag->lacp)
		fill_lacp(p->lag, i, aggregate, &lacp);
	if_counters_link(s->fabric, link, &n);
	fill(&n, &k);
	k.fcs_errors = n.in_errors;
	k.out_mac_errors = n.out_errors;
	SAMPLES_PUT(s, sflow_add_counters, &k);
	s->sums.counters++;
}

static void
put_links(struct samples *s, const struct config_port *c,
	  const struct port_rt *p)
{
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		const struct device_rt *d = p->lag->link[i].device;

		if (d != NULL && d->index != 0)
			put_link(s, c, p, i);
	}
}

static void
put_port(struct samples *s, struct samples_source *src,
	 const struct config_port *c, struct port_rt *p)
{
	struct fabric *f = s->fabric;
	struct if_counters n;
	struct sflow_counters k = {
		.sequence = ++src->counters,
		.source = src->index,
		.speed = egress_link(f, &p->egress).speed * BITS_A_MEGABIT,
		.admin_up = status_port_is_wanted(c, p),
		.oper_up = status_port_forwards(f, c),
		.lag = status_lag_of(p) != NULL,
		.name = p->name,
	};

	if_counters(f, p, &n);
	fill(&n, &k);
	fill_ethernet(f, p, &k);
	SAMPLES_PUT(s, sflow_add_counters, &k);
	s->sums.counters++;
	if (k.lag)
		put_links(s, c, p);
}

/* Ports whose turn it is by now, of 'n' in a round. */
static uint64_t
due(const struct samples *s, unsigned int n, uint64_t period)
{
	uint64_t since = clock_since(s->fabric->now, s->round);

	return since >= period ? n : since * n / period;
}

void
samples_poll(struct samples *s)
{
	const struct config *config = s->fabric->config;
	uint64_t period = config->sflow.polling * CLOCK_SECOND;
	unsigned int n = config->nports, left = POLLED_A_TURN;

	if (period == 0 || n == 0)
		return;
	for (; left > 0 && s->polled < due(s, n, period); left--, s->polled++) {
		const struct config_port *c = &config->port[s->polled];
		struct port_rt *p = runtime_port(s->fabric, c->id);

		if (p != NULL && s->source[p->id].index != 0)
			put_port(s, &s->source[p->id], c, p);
	}
	if (clock_since(s->fabric->now, s->round) < period || s->polled < n)
		return;
	/* After a long time without a turn no round is made up for. */
	s->round = clock_since(s->fabric->now, s->round) < 2 * period
			   ? s->round + period
			   : s->fabric->now;
	s->polled = 0;
}
