/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/sflow_read.h"

#include <string.h>

#include "tests/check_run.h"

struct cursor {
	const uint8_t *at, *end;
};

static const uint8_t *
octets(struct cursor *c, uint32_t n)
{
	const uint8_t *at = c->at;

	ck_assert_msg(n <= (uint32_t)(c->end - c->at), "cut short");
	c->at += n;
	return at;
}

static uint32_t
u32(struct cursor *c)
{
	const uint8_t *p = octets(c, 4);

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static uint64_t
u64(struct cursor *c)
{
	uint64_t high = u32(c);

	return high << 32 | u32(c);
}

static const uint8_t *
opaque(struct cursor *c, uint32_t *n)
{
	const uint8_t *at;

	*n = u32(c);
	at = octets(c, (*n + 3) / 4 * 4);
	for (uint32_t i = *n; i % 4 != 0; i++)
		ck_assert_uint_eq(at[i], 0);
	return at;
}

static struct cursor
part(struct cursor *c)
{
	uint32_t n = u32(c);
	const uint8_t *at = octets(c, n);

	return (struct cursor){ at, at + n };
}

static void
read_header(struct cursor *c, struct sflow_read_sample *s)
{
	s->has_header = true;
	s->protocol = u32(c);
	s->length = u32(c);
	s->stripped = u32(c);
	s->header = opaque(c, &s->size);
}

static void
read_switch(struct cursor *c, struct sflow_read_sample *s)
{
	s->has_switch = true;
	s->src_vlan = u32(c);
	s->src_priority = u32(c);
	s->dst_vlan = u32(c);
	s->dst_priority = u32(c);
}

static void
read_interface(struct cursor *c, struct sflow_read_sample *s)
{
	s->has_interface = true;
	s->index = u32(c);
	s->type = u32(c);
	s->speed = u64(c);
	s->direction = u32(c);
	s->status = u32(c);
	s->in_octets = u64(c);
	s->in_ucast = u32(c);
	s->in_mcast = u32(c);
	s->in_bcast = u32(c);
	s->in_discards = u32(c);
	s->in_errors = u32(c);
	s->in_unknown = u32(c);
	s->out_octets = u64(c);
	s->out_ucast = u32(c);
	s->out_mcast = u32(c);
	s->out_bcast = u32(c);
	s->out_discards = u32(c);
	s->out_errors = u32(c);
	s->promiscuous = u32(c);
}

/* sflow_lag.txt: a MAC address is opaque data of fixed length (RFC 4506, 4.9). */
static void
read_lacp(struct cursor *c, struct sflow_read_sample *s)
{
	uint64_t actor = u64(c), partner = u64(c);

	ck_assert_uint_eq(actor & 0xffff, 0);
	ck_assert_uint_eq(partner & 0xffff, 0);
	s->has_lacp = true;
	s->actor = actor >> 16;
	s->partner = partner >> 16;
	s->attached = u32(c);
	s->state = u32(c);
	for (unsigned int i = 0; i < 8; i++)
		s->lacp[i] = u32(c);
}

static void
read_record(struct cursor *c, bool counters, struct sflow_read_sample *s)
{
	uint32_t format = u32(c), n;
	struct cursor r = part(c);
	const uint8_t *text;

	if (!counters && format == 1) {
		read_header(&r, s);
	} else if (!counters && format == 1001) {
		read_switch(&r, s);
	} else if (counters && format == 1) {
		read_interface(&r, s);
	} else if (counters && format == 2) {
		s->has_ethernet = true;
		for (unsigned int i = 0; i < 13; i++)
			s->ethernet[i] = u32(&r);
	} else if (counters && format == 7) {
		read_lacp(&r, s);
	} else if (counters && format == 1005) {
		text = opaque(&r, &n);
		ck_assert_uint_lt(n, sizeof(s->name));
		memcpy(s->name, text, n);
	} else {
		ck_abort_msg("a record of format %u", format);
	}
	ck_assert_msg(r.at == r.end, "octets behind record %u", format);
}

static void
read_interfaces(struct cursor *c, bool expanded, struct sflow_read_sample *s)
{
	if (expanded) {
		s->input_format = u32(c);
		s->input = u32(c);
		s->output_format = u32(c);
		s->output = u32(c);
		return;
	}
	s->input = u32(c);
	s->output = u32(c);
	s->input_format = s->input >> 30;
	s->input &= 0x3fffffff;
	s->output_format = s->output >> 30;
	s->output &= 0x3fffffff;
}

static void
read_source(struct cursor *c, bool expanded, struct sflow_read_sample *s)
{
	if (expanded)
		ck_assert_uint_eq(u32(c), 0);
	s->source = u32(c);
	if (!expanded)
		ck_assert_uint_eq(s->source >> 24, 0);
}

static void
read_sample(struct cursor *all, struct sflow_read_sample *s)
{
	struct cursor c;
	bool counters, expanded;

	s->format = u32(all);
	ck_assert(s->format >= 1 && s->format <= 5);
	c = part(all);
	counters = s->format == 2 || s->format == 4;
	expanded = s->format >= 3;
	s->sequence = u32(&c);
	read_source(&c, expanded, s);
	if (s->format == 5) {
		s->drops = u32(&c);
		s->input = u32(&c);
		s->output = u32(&c);
		s->reason = u32(&c);
	} else if (!counters) {
		s->rate = u32(&c);
		s->pool = u32(&c);
		s->drops = u32(&c);
		read_interfaces(&c, expanded, s);
	}
	for (uint32_t n = u32(&c); n > 0; n--)
		read_record(&c, counters, s);
	ck_assert_msg(c.at == c.end, "octets behind a sample");
}

void
sflow_read(const uint8_t *octet, uint32_t size, struct sflow_read *r)
{
	struct cursor c = { octet, octet + size };
	uint32_t n;

	memset(r, 0, sizeof(*r));
	r->version = u32(&c);
	ck_assert_uint_eq(r->version, 5);
	r->family = u32(&c);
	n = r->family == 1 ? 4 : 16;
	memcpy(r->agent, octets(&c, n), n);
	r->sub_agent = u32(&c);
	r->sequence = u32(&c);
	r->uptime = u32(&c);
	r->n = u32(&c);
	ck_assert_uint_le(r->n, SFLOW_READ_MAX);
	for (uint32_t i = 0; i < r->n; i++)
		read_sample(&c, &r->sample[i]);
	ck_assert_msg(c.at == c.end, "octets behind the samples");
}
