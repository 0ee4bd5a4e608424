/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/sflow.h"

#include <string.h>

#define VERSION 5

/* Formats of samples and records: all of enterprise 0. */
#define FLOW_SAMPLE              1
#define COUNTERS_SAMPLE          2
#define FLOW_SAMPLE_EXPANDED     3
#define COUNTERS_SAMPLE_EXPANDED 4
#define DISCARDED_PACKET         5

#define RAW_HEADER      1
#define EXTENDED_SWITCH 1001

#define IF_COUNTERS       1
#define ETHERNET_COUNTERS 2
#define LACP_COUNTERS     7
#define PORT_NAME         1005

#define ETHERNET     1   /* the protocol of a header */
#define IFTYPE_ETHER 6   /* ethernetCsmacd */
#define IFTYPE_LAG   161 /* ieee8023adLag */
#define FULL_DUPLEX  1
#define STATUS_ADMIN 1u
#define STATUS_OPER  2u
#define SHIFT_FORMAT 30
#define PROMISCUOUS  1 /* as a truth value of SNMP: a switch takes all frames */

/* A sample in the making.  Once it does not fit, nothing more is written. */
struct writer {
	uint8_t *at, *end;
	bool full;
};

static uint8_t *
take(struct writer *w, size_t size)
{
	uint8_t *at = w->at;

	if (w->full || size > (size_t)(w->end - w->at)) {
		w->full = true;
		return NULL;
	}
	w->at += size;
	return at;
}

static void
write32(uint8_t *to, uint32_t value)
{
	to[0] = (uint8_t)(value >> 24);
	to[1] = (uint8_t)(value >> 16);
	to[2] = (uint8_t)(value >> 8);
	to[3] = (uint8_t)value;
}

static void
put32(struct writer *w, uint32_t value)
{
	uint8_t *to = take(w, 4);

	if (to != NULL)
		write32(to, value);
}

static void
put64(struct writer *w, uint64_t value)
{
	put32(w, (uint32_t)(value >> 32));
	put32(w, (uint32_t)value);
}

/* Of opaque data the length, the octets, and zeros up to a multiple of four. */
static void
put_opaque(struct writer *w, const void *octets, uint32_t size)
{
	uint8_t *to;

	put32(w, size);
	to = take(w, (size + 3) & ~3u);
	if (to == NULL)
		return;
	memset(to + (size & ~3u), 0, ((size + 3) & ~3u) - (size & ~3u));
	memcpy(to, octets, size);
}

/* A format and the place of its length, which end() writes. */
static uint8_t *
begin(struct writer *w, uint32_t format)
{
	put32(w, format);
	return take(w, 4);
}

static void
end(const struct writer *w, uint8_t *length)
{
	if (!w->full)
		write32(length, (uint32_t)(w->at - length - 4));
}

static struct writer
open_sample(struct sflow_datagram *d)
{
	return (struct writer){ .at = d->octet + d->size,
				.end = d->octet + sizeof(d->octet) };
}

static bool
close_sample(struct sflow_datagram *d, const struct writer *w)
{
	if (w->full)
		return false;
	d->size = (uint32_t)(w->at - d->octet);
	d->samples++;
	return true;
}

void
sflow_begin(struct sflow_datagram *d, const struct ipaddr *agent,
	    uint32_t sub_agent)
{
	struct writer w = { .at = d->octet,
			    .end = d->octet + sizeof(d->octet) };
	uint32_t octets = agent->family == 6 ? 16 : 4;
	uint8_t *address;

	put32(&w, VERSION);
	put32(&w, agent->family == 6 ? 2 : 1);
	address = take(&w, octets);
	memcpy(address, agent->octet, octets);
	put32(&w, sub_agent);
	d->tail = (uint32_t)(w.at - d->octet);
	d->size = d->tail + 12;
	d->samples = 0;
}

void
sflow_end(struct sflow_datagram *d, uint32_t sequence, uint32_t uptime_ms)
{
	write32(d->octet + d->tail, sequence);
	write32(d->octet + d->tail + 4, uptime_ms);
	write32(d->octet + d->tail + 8, d->samples);
}

static void
put_header(struct writer *w, const struct sflow_header *h)
{
	uint8_t *length = begin(w, RAW_HEADER);

	put32(w, ETHERNET);
	put32(w, h->length);
	put32(w, h->stripped);
	put_opaque(w, h->octet, h->size);
	end(w, length);
}

/* The frame stays in one LAN, whatever tags it has on the wire. */
static void
put_switch(struct writer *w, uint32_t vlan, uint32_t priority)
{
	uint8_t *length = begin(w, EXTENDED_SWITCH);

	put32(w, vlan);
	put32(w, priority);
	put32(w, vlan);
	put32(w, priority);
	end(w, length);
}

/* An ifIndex as a source: class 0. */
static void
put_source(struct writer *w, uint32_t index, bool expanded)
{
	if (expanded)
		put32(w, 0);
	put32(w, index);
}

static void
put_interface(struct writer *w, struct sflow_output i, bool expanded)
{
	if (!expanded) {
		put32(w, (uint32_t)i.format << SHIFT_FORMAT | i.value);
		return;
	}
	put32(w, i.format);
	put32(w, i.value);
}

static bool
is_long(uint32_t index)
{
	return index > SFLOW_INDEX_SHORT && index != SFLOW_INTERNAL;
}

bool
sflow_add_flow(struct sflow_datagram *d, const struct sflow_flow *f)
{
	struct sflow_output in = { SFLOW_SINGLE, f->input };
	bool expanded =
		is_long(f->source) || is_long(f->input) ||
		(f->output.format == SFLOW_SINGLE && is_long(f->output.value));
	struct writer w = open_sample(d);
	uint8_t *length =
		begin(&w, expanded ? FLOW_SAMPLE_EXPANDED : FLOW_SAMPLE);

	put32(&w, f->sequence);
	put_source(&w, f->source, expanded);
	put32(&w, f->rate);
	put32(&w, f->pool);
	put32(&w, f->drops);
	put_interface(&w, in, expanded);
	put_interface(&w, f->output, expanded);
	put32(&w, 2); /* records */
	put_header(&w, &f->header);
	put_switch(&w, f->vlan, f->priority);
	end(&w, length);
	return close_sample(d, &w);
}

static void
put_if_counters(struct writer *w, const struct sflow_counters *c)
{
	uint8_t *length = begin(w, IF_COUNTERS);

	put32(w, c->source);
	put32(w, c->lag ? IFTYPE_LAG : IFTYPE_ETHER);
	put64(w, c->speed);
	put32(w, FULL_DUPLEX);
	put32(w, (c->admin_up ? STATUS_ADMIN : 0) |
			 (c->oper_up ? STATUS_OPER : 0));
	put64(w, c->in_octets);
	put32(w, (uint32_t)c->in_ucast);
	put32(w, (uint32_t)c->in_mcast);
	put32(w, (uint32_t)c->in_bcast);
	put32(w, (uint32_t)c->in_discards);
	put32(w, (uint32_t)c->in_errors);
	put32(w, (uint32_t)c->in_unknown);
	put64(w, c->out_octets);
	put32(w, (uint32_t)c->out_ucast);
	put32(w, (uint32_t)c->out_mcast);
	put32(w, (uint32_t)c->out_bcast);
	put32(w, (uint32_t)c->out_discards);
	put32(w, (uint32_t)c->out_errors);
	put32(w, PROMISCUOUS);
	end(w, length);
}

/* Collisions and their like do not exist on full-duplex links. */
static void
put_ethernet_counters(struct writer *w, const struct sflow_counters *c)
{
	uint8_t *length = begin(w, ETHERNET_COUNTERS);

	put32(w, 0); /* alignment errors */
	put32(w, (uint32_t)c->fcs_errors);
	for (unsigned int i = 0; i < 6; i++)
		put32(w, 0); /* from single to excessive collisions */
	put32(w, (uint32_t)c->out_mac_errors);
	put32(w, 0); /* carrier sense errors */
	put32(w, (uint32_t)c->too_long);
	put32(w, (uint32_t)c->mac_errors);
	put32(w, (uint32_t)c->symbol_errors);
	end(w, length);
}

static void
put_name(struct writer *w, const char *name)
{
	uint8_t *length = begin(w, PORT_NAME);

	put_opaque(w, name, (uint32_t)strnlen(name, SFLOW_NAME_MAX));
	end(w, length);
}

/* An address has no length, and is filled up to a multiple of four octets. */
static void
put_mac(struct writer *w, uint64_t mac)
{
	put64(w, mac << 16);
}

static void
put_lacp(struct writer *w, const struct sflow_lacp *l)
{
	uint8_t *length = begin(w, LACP_COUNTERS);
	uint8_t *state;

	put_mac(w, l->actor_system);
	put_mac(w, l->partner_system);
	put32(w, l->attached);
	state = take(w, sizeof(l->state));
	if (state != NULL)
		memcpy(state, l->state, sizeof(l->state));
	put32(w, l->pdus_rx);
	put32(w, l->markers_rx);
	put32(w, l->responses_rx);
	put32(w, l->unknown_rx);
	put32(w, l->illegal_rx);
	put32(w, l->pdus_tx);
	put32(w, l->markers_tx);
	put32(w, l->responses_tx);
	end(w, length);
}

bool
sflow_add_counters(struct sflow_datagram *d, const struct sflow_counters *c)
{
	bool expanded = is_long(c->source);
	struct writer w = open_sample(d);
	uint8_t *length = begin(&w, expanded ? COUNTERS_SAMPLE_EXPANDED
					     : COUNTERS_SAMPLE);

	put32(&w, c->sequence);
	put_source(&w, c->source, expanded);
	put32(&w, 2 + (c->name != NULL) + (c->lacp != NULL)); /* records */
	put_if_counters(&w, c);
	put_ethernet_counters(&w, c);
	if (c->name != NULL)
		put_name(&w, c->name);
	if (c->lacp != NULL)
		put_lacp(&w, c->lacp);
	end(&w, length);
	return close_sample(d, &w);
}

bool
sflow_add_discard(struct sflow_datagram *d, const struct sflow_discard *s)
{
	struct writer w = open_sample(d);
	uint8_t *length = begin(&w, DISCARDED_PACKET);

	put32(&w, s->sequence);
	put_source(&w, s->source, true);
	put32(&w, s->drops);
	put32(&w, s->input);
	put32(&w, s->output);
	put32(&w, s->reason);
	put32(&w, 2); /* records */
	put_header(&w, &s->header);
	put_switch(&w, s->vlan, s->priority);
	end(&w, length);
	return close_sample(d, &w);
}
