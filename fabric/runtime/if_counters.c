/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/if_counters.h"

#include <string.h>

#include "fabric/runtime/lag_rt.h"
#include "fabric/runtime/runtime.h"
#include "fabric/runtime/stats.h"
#include "lib/frame.h"

static uint64_t
without(uint64_t n, uint64_t part)
{
	return n > part ? n - part : 0;
}

static void
count_in(const struct port_stats *s, const struct device_stats *d,
	 struct if_counters *c)
{
	/* Frames of which the device counts no octets. */
	uint64_t below = d->rx_errors + d->rx_oversize + d->rx_stags;
	uint64_t dropped = stats_drops(s, false);

	c->in_octets = s->rx_bytes + without(s->rx_frames, below) * FRAME_FCS;
	c->in_mcast = s->rx_multicast;
	c->in_bcast = s->rx_broadcast;
	c->in_ucast = without(s->forwarded + s->flooded + s->consumed,
			      s->rx_multicast + s->rx_broadcast);
	c->in_errors =
		s->drop[DROP_rx_error] + s->drop[DROP_runt] + d->rx_oversize;
	c->in_unknown_protos = s->drop[DROP_llc_snap] + s->drop[DROP_ethertype];
	c->in_discards = without(dropped, c->in_errors + c->in_unknown_protos) +
			 d->rx_missed;
}

static void
count_out(const struct port_stats *s, const struct device_stats *d,
	  struct if_counters *c)
{
	c->out_discards = stats_drops(s, true);
	c->out_octets = s->tx_bytes + s->tx_frames * FRAME_FCS;
	c->out_mcast = s->tx_multicast;
	c->out_bcast = s->tx_broadcast;
	c->out_ucast = without(s->tx_frames + c->out_discards,
			       s->tx_multicast + s->tx_broadcast);
	c->out_errors = d->tx_errors;
}

void
if_counters_of(const struct port_stats *s, const struct device_stats *d,
	       struct if_counters *c)
{
	count_in(s, d, c);
	count_out(s, d, c);
}

void
if_counters(struct fabric *f, struct port_rt *p, struct if_counters *c)
{
	struct if_counters *shown = &p->if_shown;
	struct device_stats device;
	struct port_stats stats;

	stats_port(f, p->id, &stats);
	stats_device(f, p, &device);
	if_counters_of(&stats, &device, c);
#define RISE(name)                                                             \
	if (c->name > shown->name)                                             \
		shown->name = c->name;
	IF_COUNTERS(RISE)
#undef RISE
	*c = *shown;
}

void
if_counters_link(struct fabric *f, const struct lag_link *link,
		 struct if_counters *c)
{
	struct device_stats d = { 0 };
	struct link_stats s;

	memset(c, 0, sizeof(*c));
	link_stats(f, link->device, &link->base, &s);
	if (!link->device->closed)
		f->backend->stats(f, link->device, &d);
	c->in_octets = s.rx_bytes + s.rx_frames * FRAME_FCS;
	c->in_ucast = s.rx_frames;
	c->in_errors = d.rx_errors + d.rx_oversize;
	c->in_discards = d.rx_missed;
	c->out_octets = s.tx_bytes + s.tx_frames * FRAME_FCS;
	c->out_ucast = s.tx_frames;
	c->out_errors = d.tx_errors;
}
