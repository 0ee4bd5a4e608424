/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PUNT_H
#define IXF_PUNT_H

/*
 * What a worker hands over to control (punts), and the frames that control hands
 * to a worker to send.
 *
 * Punts go through one ring of each worker, whatever they are for: that worker
 * writes, control reads, and gives each record to the user of its kind
 * (runtime/punt.h).  A record can carry a copy of the first octets of a frame,
 * in buffers of a pool apart from those of received frames and of flooded
 * copies, so that punts cannot starve either.
 *
 * A port has a share of the ring and of the buffers, so that no member can use them
 * up at the cost of another.  If the ring or the share is full, or the pool is
 * empty, the record is counted (punt_full), and the frame goes its way as if there
 * were no punt.
 */

#include <assert.h>
#include <stdint.h>

#include "fabric/view/port.h"

struct rte_mbuf;

enum punt_kind {
	/* ARP, ND and IP: the fields, read and checked, and no frame. */
	PUNT_ARP_REQUEST,
	PUNT_ARP_REPLY,
	PUNT_NS,
	PUNT_NA,
	PUNT_ALIVE, /* IP from an address that control waits for */
	PUNT_STRAY, /* IP sent to the address of the fabric */
	/* LACP and its marker: the first octets, and in target.v4 the device id. */
	PUNT_LACP,

	PUNT_KINDS = 16 /* the most there can be */
};

enum punt_flag {
	PUNT_IPV6 = 1 << 0,
	PUNT_TO_ALL = 1 << 1,    /* to a group */
	PUNT_TO_FABRIC = 1 << 2, /* to the address of the fabric */
	PUNT_OVERRIDE = 1 << 3,  /* of an NA */
	PUNT_ROUTER = 1 << 4,    /* the same */
	PUNT_HELD = 1 << 5,      /* not sent on: control answers */
	PUNT_OUT = 1 << 6,       /* leaves by 'port'; 0: came in by it */
};

/* An address: an IPv4 one is a number in host order. */
union punt_address {
	uint32_t v4;
	uint8_t v6[16];
};

/* A worker writes it before it is in the ring, control reads it afterwards. */
struct punt {
	/* Of every kind. */
	struct rte_mbuf *frame; /* its first octets; NULL: none */
	uint32_t size;          /* octets of the frame on the wire, no FCS */
	uint16_t port : 12;
	uint16_t stay : 4; /* of the port, when it was written */
	uint8_t kind;      /* enum punt_kind */
	uint8_t flags;     /* enum punt_flag */

	/* Of ARP, ND and IP. */
	union punt_address source; /* 0: asks whether the address is free */
	union punt_address target; /* of a request; destination of a stray */
	uint64_t src;              /* MAC address the frame came from */
	uint64_t lladdr; /* that the ARP or the option names; 0: none */
};

static_assert(sizeof(struct punt) == 64, "a record is one cache line");
static_assert(PORTS_MAX <= 1 << 12 && PORT_STAYS <= 1 << 4,
	      "a port and its stay fit into two octets");

#define PUNT_RING_SIZE 4096 /* records between two turns of control */
#define PUNT_SHARE     64 /* of them, or buffers: of a port in a millisecond */
#define PUNT_HALF      2047 /* of all ports in that time: half of the ring */
#define PUNT_FRAMES    511  /* buffers of a worker for their frames */
#define PUNT_ROOM      2048 /* octets in one; a longer frame takes several */

#define PUNT_LACP_OCTETS 128 /* of a frame; an LACPDU has 124 */

/* A frame to send: control writes, the first worker reads. */
struct outgoing {
	struct rte_mbuf *pkt; /* without tag, one buffer; goes to the worker */
	uint16_t port;        /* or PORTS_MAX: to all of the LAN */
	uint16_t lan;         /* id */
	uint16_t except;      /* to all but this port; PORTS_MAX: to all */
	uint16_t device; /* of a LAG port: by this link; NO_DEVICE: as others */
};

static_assert(sizeof(struct outgoing) == 16, "a record is two words");

#define OUTGOING_RING_SIZE 1024
#define OUTGOING_FRAMES    2047 /* buffers for them: in the ring, and being sent */
#define OUTGOING_ROOM      256 /* octets in one */

#endif
