/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PUNT_H
#define IXF_PUNT_H

/*
 * What workers tell control of the ARP and the neighbour discovery that they
 * forward: what it says, read and checked, and no frame.  And the frames that
 * control has sent.
 *
 * A ring of records, one worker writes, control reads.  Full, or the port's
 * share of it used up, means: counted (punt_full), and the frame goes its way as
 * if nobody had looked.
 */

#include <stdint.h>

struct rte_mbuf;

enum punt_kind {
	PUNT_ARP_REQUEST,
	PUNT_ARP_REPLY,
	PUNT_NS,
	PUNT_NA,
	PUNT_ALIVE, /* IP from an address that control waits for */
	PUNT_STRAY, /* IP sent to the address of the fabric */
};

enum punt_flag {
	PUNT_IPV6 = 1 << 0,
	PUNT_TO_ALL = 1 << 1,    /* to a group */
	PUNT_TO_FABRIC = 1 << 2, /* to the address of the fabric */
	PUNT_OVERRIDE = 1 << 3,  /* of an NA */
	PUNT_ROUTER = 1 << 4,    /* the same */
	PUNT_HELD = 1 << 5,      /* not sent on: control answers */
};

/* An address: an IPv4 one is a number in host order. */
union punt_address {
	uint32_t v4;
	uint8_t v6[16];
};

struct punt {
	union punt_address source; /* 0: asks whether the address is free */
	union punt_address target; /* of a question; destination of a stray */
	uint64_t src;              /* MAC address the frame came from */
	uint64_t lladdr; /* that the ARP or the option names; 0: none */
	uint32_t size;   /* octets of the frame */
	uint16_t port;
	uint8_t kind;  /* enum punt_kind */
	uint8_t flags; /* enum punt_flag */
	uint8_t unused[8];
};

#define PUNT_RING_SIZE 4096 /* records between two turns of control */
#define PUNT_SHARE     64   /* of them, those of a port in a millisecond */

/* A frame to send: control writes, the first worker reads. */
struct outgoing {
	struct rte_mbuf *pkt; /* without tag, one buffer; goes to the worker */
	uint16_t port;        /* or PORTS_MAX: to all of the LAN */
	uint16_t lan;         /* id */
	uint32_t unused;
};

#define OUTGOING_RING_SIZE 1024

#endif
