/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/sflow.h"

#include <check.h>
#include <string.h>

#include "tests/check_run.h"
#include "tests/sflow_read.h"

static const uint8_t frame[] = {
	2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45
};

static struct ipaddr
agent4(void)
{
	return (struct ipaddr){ .family = 4, .octet = { 192, 0, 2, 1 } };
}

static struct sflow_flow
flow(void)
{
	return (struct sflow_flow){
		.sequence = 7,
		.source = 3,
		.rate = 1024,
		.pool = 4096,
		.drops = 5,
		.input = 3,
		.output = { SFLOW_SINGLE, 4 },
		.header = { frame, sizeof(frame), 64, 4 },
		.vlan = 10,
		.priority = 6,
	};
}

/* By hand, from sflow_version_5.txt. */
START_TEST(a_flow_sample_has_the_octets_of_the_standard)
{
	static const uint8_t want[] = {
		0, 0, 0,    5,                   /* version */
		0, 0, 0,    1,    192,  0, 2, 1, /* IPv4 agent */
		0, 0, 0,    9,                   /* sub-agent */
		0, 0, 1,    0,                   /* sequence */
		0, 0, 0x27, 0x10,                /* uptime: 10 s */
		0, 0, 0,    1,                   /* samples */
		0, 0, 0,    1,                   /* flow sample */
		0, 0, 0,    0x60,                /* its length */
		0, 0, 0,    7,                   /* sequence */
		0, 0, 0,    3,                   /* source: ifIndex 3 */
		0, 0, 4,    0,                   /* rate */
		0, 0, 0x10, 0,                   /* pool */
		0, 0, 0,    5,                   /* drops */
		0, 0, 0,    3,                   /* input */
		0, 0, 0,    4,                   /* output */
		0, 0, 0,    2,                   /* records */
		0, 0, 0,    1,                   /* raw header */
		0, 0, 0,    0x20,                /* its length */
		0, 0, 0,    1,                   /* Ethernet */
		0, 0, 0,    64,                  /* frame length */
		0, 0, 0,    4,                   /* stripped: FCS */
		0, 0, 0,    15,                  /* octets of the header */
		2, 0, 0,    0,    0,    2, 2, 0, 0, 0,
		0, 1, 8,    0,    0x45, 0, 0, 0, 3, 0xe9, /* extended switch */
		0, 0, 0,    16,                           /* its length */
		0, 0, 0,    10,   0,    0, 0, 6, /* source VLAN, priority */
		0, 0, 0,    10,   0,    0, 0, 6, /* destination */
	};
	struct sflow_datagram d;
	struct ipaddr a = agent4();
	struct sflow_flow f = flow();

	memset(&d, 0xff, sizeof(d));
	sflow_begin(&d, &a, 9);
	ck_assert(sflow_add_flow(&d, &f));
	sflow_end(&d, 256, 10000);
	ck_assert_uint_eq(d.size, sizeof(want));
	ck_assert_mem_eq(d.octet, want, sizeof(want));
}
END_TEST

/* The samples of 'd', which is complete. */
static struct sflow_read *
read_all(struct sflow_datagram *d)
{
	static struct sflow_read r;

	sflow_end(d, 1, 2);
	ck_assert_uint_le(d->size, SFLOW_DATAGRAM_MAX);
	sflow_read(d->octet, d->size, &r);
	ck_assert_uint_eq(r.n, d->samples);
	return &r;
}

static struct sflow_read_sample *
read_flow(const struct sflow_flow *f)
{
	static struct sflow_datagram d;
	struct ipaddr a = agent4();

	sflow_begin(&d, &a, 0);
	ck_assert(sflow_add_flow(&d, f));
	return &read_all(&d)->sample[0];
}

START_TEST(an_output_is_a_port_a_reason_or_a_number_of_ports)
{
	struct sflow_flow f = flow();
	const struct sflow_read_sample *s;

	f.output = (struct sflow_output){ SFLOW_MULTIPLE, 12 };
	s = read_flow(&f);
	ck_assert_uint_eq(s->output_format, 2);
	ck_assert_uint_eq(s->output, 12);
	f.output = (struct sflow_output){ SFLOW_DISCARDED, 258 };
	s = read_flow(&f);
	ck_assert_uint_eq(s->output_format, 1);
	ck_assert_uint_eq(s->output, 258);
	f.output = (struct sflow_output){ SFLOW_SINGLE, SFLOW_INTERNAL };
	s = read_flow(&f);
	ck_assert_uint_eq(s->format, 1);
	ck_assert_uint_eq(s->output_format, 0);
	ck_assert_uint_eq(s->output, 0x3fffffff);
}
END_TEST

START_TEST(an_index_of_more_than_24_bits_takes_the_expanded_form)
{
	struct sflow_flow f = flow();
	const struct sflow_read_sample *s;

	f.source = f.input = (1 << 24) - 1;
	ck_assert_uint_eq(read_flow(&f)->format, 1);
	f.source = f.input = 1 << 24;
	s = read_flow(&f);
	ck_assert_uint_eq(s->format, 3);
	ck_assert_uint_eq(s->source, 1 << 24);
	ck_assert_uint_eq(s->input, 1 << 24);
	ck_assert_uint_eq(s->output, 4);
	f = flow();
	f.output.value = 2147483647;
	s = read_flow(&f);
	ck_assert_uint_eq(s->format, 3);
	ck_assert_uint_eq(s->output, 2147483647);
	/* A number of ports or a reason is no index. */
	f.output = (struct sflow_output){ SFLOW_MULTIPLE, 1 << 24 };
	ck_assert_uint_eq(read_flow(&f)->format, 1);
}
END_TEST

static struct sflow_counters
counters(void)
{
	return (struct sflow_counters){
		.sequence = 9,
		.source = 17,
		.speed = UINT64_C(100000000000),
		.admin_up = true,
		.in_octets = UINT64_C(0x123456789a),
		.in_ucast = UINT64_C(0x100000001),
		.in_mcast = 2,
		.in_bcast = 3,
		.in_discards = 4,
		.in_errors = 5,
		.in_unknown = 6,
		.out_octets = 7,
		.out_ucast = 8,
		.out_mcast = SFLOW_NO_COUNTER,
		.out_bcast = SFLOW_NO_COUNTER,
		.out_discards = 11,
		.out_errors = 12,
		.fcs_errors = 13,
		.too_long = 14,
		.mac_errors = 15,
		.symbol_errors = 16,
		.out_mac_errors = 17,
		.name = "as64500",
	};
}

static void
expect_interface(const struct sflow_read_sample *s)
{
	ck_assert(s->has_interface);
	ck_assert_uint_eq(s->index, 17);
	ck_assert_uint_eq(s->type, 6);
	ck_assert_uint_eq(s->speed, UINT64_C(100000000000));
	ck_assert_uint_eq(s->direction, 1);
	ck_assert_uint_eq(s->status, 1); /* enabled, no link */
	ck_assert_uint_eq(s->in_octets, UINT64_C(0x123456789a));
	ck_assert_uint_eq(s->in_ucast, 1);
	ck_assert_uint_eq(s->in_mcast, 2);
	ck_assert_uint_eq(s->in_bcast, 3);
	ck_assert_uint_eq(s->in_discards, 4);
	ck_assert_uint_eq(s->in_errors, 5);
	ck_assert_uint_eq(s->in_unknown, 6);
	ck_assert_uint_eq(s->out_octets, 7);
	ck_assert_uint_eq(s->out_ucast, 8);
	ck_assert_uint_eq(s->out_mcast, UINT32_MAX);
	ck_assert_uint_eq(s->out_bcast, UINT32_MAX);
	ck_assert_uint_eq(s->out_discards, 11);
	ck_assert_uint_eq(s->out_errors, 12);
}

START_TEST(counters_stand_in_their_places)
{
	static const uint32_t ethernet[13] = { 0, 13, 0, 0,  0,  0, 0,
					       0, 17, 0, 14, 15, 16 };
	struct sflow_counters c = counters();
	struct ipaddr a = agent4();
	struct sflow_datagram d;
	const struct sflow_read_sample *s;

	sflow_begin(&d, &a, 0);
	ck_assert(sflow_add_counters(&d, &c));
	s = &read_all(&d)->sample[0];
	ck_assert_uint_eq(s->format, 2);
	ck_assert_uint_eq(s->sequence, 9);
	ck_assert_uint_eq(s->source, 17);
	expect_interface(s);
	ck_assert_mem_eq(s->ethernet, ethernet, sizeof(ethernet));
	ck_assert_str_eq(s->name, "as64500");
	c.name = NULL;
	c.source = 1 << 24;
	sflow_begin(&d, &a, 0);
	ck_assert(sflow_add_counters(&d, &c));
	s = &read_all(&d)->sample[0];
	ck_assert_uint_eq(s->format, 4);
	ck_assert_str_eq(s->name, "");
}
END_TEST

START_TEST(a_discarded_packet_has_its_reason)
{
	struct sflow_discard s = {
		.sequence = 1,
		.source = 5,
		.drops = 70,
		.input = 5,
		.reason = 304,
		.header = { frame, sizeof(frame), 64, 4 },
		.vlan = 10,
	};
	struct ipaddr a = agent4();
	struct sflow_datagram d;
	const struct sflow_read_sample *r;

	sflow_begin(&d, &a, 0);
	ck_assert(sflow_add_discard(&d, &s));
	r = &read_all(&d)->sample[0];
	ck_assert_uint_eq(r->format, 5);
	ck_assert_uint_eq(r->source, 5);
	ck_assert_uint_eq(r->drops, 70);
	ck_assert_uint_eq(r->input, 5);
	ck_assert_uint_eq(r->output, 0);
	ck_assert_uint_eq(r->reason, 304);
	ck_assert_uint_eq(r->size, sizeof(frame));
	ck_assert_uint_eq(r->src_vlan, 10);
}
END_TEST

START_TEST(an_agent_may_have_an_ipv6_address)
{
	struct ipaddr a = { .family = 6,
			    .octet = { 0x20, 1, 0xd, 0xb8, [15] = 1 } };
	struct sflow_flow f = flow();
	struct sflow_datagram d;
	const struct sflow_read *r;

	sflow_begin(&d, &a, 3);
	ck_assert(sflow_add_flow(&d, &f));
	r = read_all(&d);
	ck_assert_uint_eq(r->family, 2);
	ck_assert_mem_eq(r->agent, a.octet, 16);
	ck_assert_uint_eq(r->sub_agent, 3);
	ck_assert_uint_eq(r->n, 1);
}
END_TEST

/* Of each size of header, until the datagram is full; what is in it stays. */
START_TEST(a_sample_that_does_not_fit_changes_nothing)
{
	uint8_t octets[SFLOW_HEADER_MAX];
	struct ipaddr a = agent4();
	struct sflow_datagram d, before;
	struct sflow_flow f = flow();
	unsigned int n = 0;

	memset(octets, 0xab, sizeof(octets));
	f.header = (struct sflow_header){ octets, (uint32_t)_i, 1500, 4 };
	sflow_begin(&d, &a, 0);
	do {
		before = d;
		f.sequence = n++;
	} while (sflow_add_flow(&d, &f));
	ck_assert_uint_eq(d.size, before.size);
	ck_assert_uint_eq(d.samples, n - 1);
	ck_assert_uint_ge(n, 4);
	for (unsigned int i = 0; i < n - 1; i++) {
		const struct sflow_read_sample *s = &read_all(&d)->sample[i];

		ck_assert_uint_eq(s->sequence, i);
		ck_assert_uint_eq(s->size, (uint32_t)_i);
		ck_assert_mem_eq(s->header, octets, (size_t)_i);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sflow");
	TCase *t = tcase_create("sflow");

	tcase_add_test(t, a_flow_sample_has_the_octets_of_the_standard);
	tcase_add_test(t, an_output_is_a_port_a_reason_or_a_number_of_ports);
	tcase_add_test(t,
		       an_index_of_more_than_24_bits_takes_the_expanded_form);
	tcase_add_test(t, counters_stand_in_their_places);
	tcase_add_test(t, a_discarded_packet_has_its_reason);
	tcase_add_test(t, an_agent_may_have_an_ipv6_address);
	tcase_add_loop_test(t, a_sample_that_does_not_fit_changes_nothing, 60,
			    SFLOW_HEADER_MAX + 1);
	suite_add_tcase(s, t);
	return check_run(s);
}
