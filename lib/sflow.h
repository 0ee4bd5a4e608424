/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SFLOW_H
#define IXF_SFLOW_H

/*
 * The datagrams of sFlow version 5 (sflow_version_5.txt of sflow.org): XDR (RFC 4506)
 * in network order.  Flow samples with a raw header and extended switch data, counter
 * samples, and discarded packets (sflow_drops.txt).
 *
 * Pure.  A datagram is the caller's, and of one thread.  A sample that does not fit is
 * not put in: the caller sends the datagram and begins the next one.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/prefix.h"

#define SFLOW_UDP_PORT     6343
#define SFLOW_DATAGRAM_MAX 1400 /* octets: no fragment on any usual path */
#define SFLOW_HEADER_MAX   256  /* octets of a frame */
#define SFLOW_NAME_MAX     64

/* An interface that is none: the frame was for the device itself. */
#define SFLOW_INTERNAL 0x3fffffffu

/* A counter that is not kept: all ones. */
#define SFLOW_NO_COUNTER UINT64_MAX

/* Up to here an ifIndex fits the short forms of samples. */
#define SFLOW_INDEX_SHORT ((1u << 24) - 1)

struct sflow_datagram {
	uint32_t size; /* octets in use */
	uint32_t samples;
	uint32_t tail; /* where sequence, uptime and number of samples stand */
	uint8_t octet[SFLOW_DATAGRAM_MAX];
};

/* Where a frame went: the format of an interface value. */
enum sflow_format {
	SFLOW_SINGLE = 0,    /* value: ifIndex; 0: not known */
	SFLOW_DISCARDED = 1, /* value: the reason */
	SFLOW_MULTIPLE = 2,  /* value: to how many; 0: not known */
};

struct sflow_output {
	enum sflow_format format;
	uint32_t value;
};

/* The first octets of a frame, without what was stripped from it. */
struct sflow_header {
	const uint8_t *octet;
	uint32_t size;     /* SFLOW_HEADER_MAX at most */
	uint32_t length;   /* of the frame as received, with its FCS */
	uint32_t stripped; /* octets of 'length': the FCS and a tag */
};

struct sflow_flow {
	uint32_t sequence; /* of the source */
	uint32_t source;   /* ifIndex */
	uint32_t rate;     /* one frame in so many */
	uint32_t pool;  /* frames that could have been sampled, modulo 2^32 */
	uint32_t drops; /* samples lost, modulo 2^32 */
	uint32_t input; /* ifIndex */
	struct sflow_output output;
	struct sflow_header header;
	uint32_t vlan; /* before and behind the switch: one LAN; 0: none */
	uint32_t priority;
};

/* A link of a LAG (sflow_lag.txt): values of IEEE8023-LAG-MIB. */
struct sflow_lacp {
	uint64_t actor_system, partner_system; /* as in mac.h */
	uint32_t attached;                     /* ifIndex of its LAG; 0: none */
	/* As in LACPDUs: of the actor, admin and oper, and of the partner. */
	uint8_t state[4];
	uint32_t pdus_rx, markers_rx, responses_rx, unknown_rx, illegal_rx;
	uint32_t pdus_tx, markers_tx, responses_tx;
};

/* Interface and Ethernet counters; SFLOW_NO_COUNTER where there is none. */
struct sflow_counters {
	uint32_t sequence, source;
	uint64_t speed; /* bit/s */
	bool admin_up, oper_up;
	bool lag; /* a LAG, no single cable */
	uint64_t in_octets, in_ucast, in_mcast, in_bcast;
	uint64_t in_discards, in_errors, in_unknown;
	uint64_t out_octets, out_ucast, out_mcast, out_bcast;
	uint64_t out_discards, out_errors;
	uint64_t fcs_errors, too_long, mac_errors, symbol_errors; /* received */
	uint64_t out_mac_errors;
	const char *name;              /* ifName; NULL: left out */
	const struct sflow_lacp *lacp; /* of a link of a LAG; NULL: left out */
};

struct sflow_discard {
	uint32_t sequence, source;
	uint32_t drops;         /* discarded packets that were not reported */
	uint32_t input, output; /* ifIndex; 0: not known */
	uint32_t reason;
	struct sflow_header header;
	uint32_t vlan, priority;
};

void sflow_begin(struct sflow_datagram *, const struct ipaddr *agent,
		 uint32_t sub_agent);

/* Each returns whether the sample fits. */
bool sflow_add_flow(struct sflow_datagram *, const struct sflow_flow *);
bool sflow_add_counters(struct sflow_datagram *, const struct sflow_counters *);
bool sflow_add_discard(struct sflow_datagram *, const struct sflow_discard *);

/* Completes it: octet[] and size are what is sent. */
void sflow_end(struct sflow_datagram *, uint32_t sequence, uint32_t uptime_ms);

#endif
