/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The limits of a port, from the configuration to meters.
 *
 * A limit that is a part of the speed of the link changes with it.  Whatever the
 * speed, the limits of storm control leave room for the ARP and ND that the port
 * may send: after a power cut each member asks for all the others at once.
 */
#include "fabric/runtime/meters.h"

#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/runtime.h"
#include "lib/clock.h"
#include "lib/frame.h"

#define SPEED_UNKNOWN 10000 /* Mbit/s, where the device reports none */

/* Octets that the least and the largest frame take of the wire. */
#define WIRE_MIN      (FRAME_MIN + FRAME_WIRE)
#define WIRE_MAX(mtu) ((mtu) + FRAME_HEADER + FRAME_TAG + FRAME_WIRE)

/* A contracted rate may be exceeded for so long, and by so much at least. */
#define BURST_PART   20 /* of a second */
#define BURST_OCTETS 65536
#define BURST_FRAMES 64

/* New link-local addresses that a port may claim, a second. */
#define LLA_PPS   10
#define LLA_BURST 32

/* LACPDUs and markers of a link, a second: of each it sends 3 at the most. */
#define LACP_PPS   25
#define LACP_BURST 50

#define REPLY_PERIOD (10 * CLOCK_SECOND) /* between broadcast ARP replies */

static bool
is_per_packet(struct config_rate r)
{
	return r.unit == CONFIG_RATE_FRAMES;
}

static struct config_rate
per_second(uint32_t frames)
{
	return (struct config_rate){ CONFIG_RATE_FRAMES, frames };
}

struct config_rate
meters_rate(const struct config *c, const struct config_port *p,
	    enum meter_kind kind)
{
	switch (kind) {
	case METER_ARP:
	case METER_ARP_ONE:
		return per_second(config_arp_pps(c, p));
	case METER_ARP_REPLY:
		return per_second(1);
	case METER_ND:
	case METER_ND_ONE:
		return per_second(config_nd_pps(c, p));
	case METER_LACP:
		return p->lacp != CONFIG_LACP_OFF
			       ? per_second(LACP_PPS * p->device.n)
			       : (struct config_rate){ CONFIG_RATE_OFF, 0 };
	case METER_BCAST:
		return config_storm(c, p, CONFIG_STORM_BCAST);
	case METER_MCAST:
		return config_storm(c, p, CONFIG_STORM_MCAST);
	case METER_UUCAST:
		return config_storm(c, p, CONFIG_STORM_UUCAST);
	case METER_IN:
		return p->rate_in;
	default:
		return p->rate_out;
	}
}

uint16_t
meters_per_packet(const struct config *c, const struct config_port *p)
{
	unsigned int set = 0;

	for (enum meter_kind kind = 0; kind < METERS; kind++)
		set |= is_per_packet(meters_rate(c, p, kind)) << kind;
	return (uint16_t)set;
}

/* Octets, or frames, a second. */
static uint64_t
units_of(struct config_rate r, uint64_t bits)
{
	if (r.unit == CONFIG_RATE_PPM)
		return (bits / 1000000 * r.value) / 8;
	return r.unit == CONFIG_RATE_BITS ? r.value / 8 : r.value;
}

static uint64_t
larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* What a storm limit must let through, whatever the speed of the link. */
struct least {
	uint32_t pps,
		burst;   /* frames that other limits of the port let through */
	uint32_t octets; /* on the wire, of the largest frame */
};

static void
set_storm(struct meter *m, struct config_rate r, uint64_t bits,
	  struct least least)
{
	uint64_t units = units_of(r, bits), most = units;

	if (r.unit == CONFIG_RATE_OFF) {
		meter_set(m, 0, CLOCK_SECOND, 0);
		return;
	}
	if (r.unit == CONFIG_RATE_PPM) {
		units = larger(units, (uint64_t)least.pps * WIRE_MIN);
		most = larger(units, (uint64_t)least.burst * WIRE_MIN);
	}
	/* A burst of less than a frame would never let one pass. */
	if (!is_per_packet(r) && units != 0)
		most = larger(most, least.octets);
	meter_set(m, larger(units, 1), CLOCK_SECOND, most);
}

static void
set_contract(struct meter *m, struct config_rate r, uint64_t bits)
{
	uint64_t units = units_of(r, bits);
	uint64_t least = is_per_packet(r) ? BURST_FRAMES : BURST_OCTETS;

	if (r.unit == CONFIG_RATE_OFF)
		meter_set(m, 0, CLOCK_SECOND, 0);
	else
		meter_set(m, larger(units, 1), CLOCK_SECOND,
			  units == 0 ? 0 : larger(units / BURST_PART, least));
}

/* So many a second, and so many at once; 0 a second: none at all. */
static void
set_pace(struct meter *m, uint32_t pps, uint32_t burst)
{
	meter_set(m, larger(pps, 1), CLOCK_SECOND, pps == 0 ? 0 : burst);
}

/* All links together have what each of them has. */
static void
set_lacp(struct port_shared *s, const struct config_port *p)
{
	unsigned int nlinks = p->device.n;

	if (p->lacp == CONFIG_LACP_OFF)
		meter_set(&s->meter[METER_LACP], 0, CLOCK_SECOND, 0);
	else
		set_pace(&s->meter[METER_LACP], LACP_PPS * nlinks,
			 LACP_BURST * nlinks);
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		set_pace(&s->lacp[i], LACP_PPS, LACP_BURST);
}

void
meters_set(struct fabric *f, const struct config *c,
	   const struct config_port *p)
{
	struct port_rt *rt = runtime_port(f, p->id);
	uint64_t speed = egress_link(f, &rt->egress).speed;
	uint64_t bits = (speed != 0 ? speed : SPEED_UNKNOWN) * 1000000;
	uint32_t arp = config_arp_pps(c, p), nd = config_nd_pps(c, p);
	uint32_t arp_burst = config_arp_burst(c, p);
	uint32_t nd_burst = config_nd_burst(c, p);
	const struct config_lan *lan = config_lan_of(c, p);
	uint32_t largest = lan != NULL ? WIRE_MAX(lan->mtu) : 0;
	struct meter *m = rt->shared->meter;

	set_pace(&m[METER_ARP], arp, arp_burst);
	set_pace(&m[METER_ARP_ONE], arp, arp_burst);
	set_pace(&m[METER_ND], nd, nd_burst);
	set_pace(&m[METER_ND_ONE], nd, nd_burst);
	set_pace(&rt->shared->lla_looks, LLA_PPS, LLA_BURST);
	set_lacp(rt->shared, p);
	meter_set(&m[METER_ARP_REPLY], 1, REPLY_PERIOD, 1);
	set_storm(&m[METER_BCAST], meters_rate(c, p, METER_BCAST), bits,
		  (struct least){ arp, arp_burst, largest });
	set_storm(&m[METER_MCAST], meters_rate(c, p, METER_MCAST), bits,
		  (struct least){ nd, nd_burst, largest });
	set_storm(&m[METER_UUCAST], meters_rate(c, p, METER_UUCAST), bits,
		  (struct least){ 0, 0, largest });
	set_contract(&m[METER_IN], p->rate_in, bits);
	set_contract(&m[METER_OUT], p->rate_out, bits);
}

void
meters_device(struct fabric *f, const struct device_rt *d)
{
	for (unsigned int i = 0; i < f->config->nports; i++) {
		const struct config_port *p = &f->config->port[i];
		const struct port_rt *rt = runtime_port(f, p->id);

		if (rt != NULL && egress_has(&rt->egress, d->id))
			meters_set(f, f->config, p);
	}
}
