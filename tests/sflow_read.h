/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SFLOW_READ_H
#define IXF_SFLOW_READ_H

/*
 * A reader of sFlow version 5 for tests, written from the specification and not from
 * lib/sflow.c: it takes a datagram to pieces and fails the test where lengths, counts
 * and paddings do not fit.
 */

#include <stdbool.h>
#include <stdint.h>

struct sflow_read_sample {
	uint32_t format;
	uint32_t sequence, source, rate, pool, drops;
	uint32_t input_format, input, output_format, output, reason;

	bool has_header, has_switch, has_interface, has_ethernet;
	uint32_t protocol, length, stripped, size;
	const uint8_t *header;
	uint32_t src_vlan, src_priority, dst_vlan, dst_priority;

	uint32_t index, type, direction, status, promiscuous;
	uint64_t speed, in_octets, out_octets;
	uint32_t in_ucast, in_mcast, in_bcast, in_discards, in_errors;
	uint32_t in_unknown;
	uint32_t out_ucast, out_mcast, out_bcast, out_discards, out_errors;
	uint32_t ethernet[13];
	char name[80];

	bool has_lacp;
	uint64_t actor, partner;  /* MAC addresses */
	uint32_t attached, state; /* four octets in order */
	uint32_t lacp[8];
};

#define SFLOW_READ_MAX 16

struct sflow_read {
	uint32_t version, family;
	uint8_t agent[16];
	uint32_t sub_agent, sequence, uptime, n;
	struct sflow_read_sample sample[SFLOW_READ_MAX];
};

/* 'octet' must outlive '*r'. */
void sflow_read(const uint8_t *octet, uint32_t size, struct sflow_read *r);

#endif
