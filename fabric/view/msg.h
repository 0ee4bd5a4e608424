/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MSG_H
#define IXF_MSG_H

/*
 * A message of a worker to control: one word, so that the ring between them moves
 * words.  48 bits of address, 12 of port, 3 of the stay of the port in its LAN, 1 of
 * kind.
 */

#include <assert.h>
#include <stdint.h>

#include "fabric/view/port.h"

enum msg_kind {
	MSG_LEARN, /* 'mac' is new on 'port' */
	MSG_TRIP,  /* a frame of 'port' was dropped; 'mac' is the reason */
};

static_assert(sizeof(uint64_t) == sizeof(void *), "the ring moves pointers");
static_assert(PORTS_MAX <= 1 << 12, "a message has 12 bits for a port");

#define MSG_RING_SIZE 32768 /* messages between two turns of control */

/*
 * Of them, those of a port in a millisecond.  Trips have a share of their own, so
 * that a port cannot avoid one by inventing addresses.
 */
#define LEARN_SHARE 2048
#define TRIP_SHARE  1

/*
 * What all ports may learn in that time: half of the ring, since what they sent
 * before may still wait there, less a trip of each port.
 */
#define LEARN_ROOM ((MSG_RING_SIZE - 1) / 2 - PORTS_MAX)

static inline uint64_t
msg_make(enum msg_kind kind, const struct port *port, uint64_t mac)
{
	return mac | (uint64_t)port->id << 48 | (uint64_t)port->stay << 60 |
	       (uint64_t)kind << 63;
}

static inline enum msg_kind
msg_kind(uint64_t msg)
{
	return (enum msg_kind)(msg >> 63);
}

/* As in struct port: an address was seen in the LAN that the port had then. */
static inline uint8_t
msg_stay(uint64_t msg)
{
	return msg >> 60 & (PORT_STAYS - 1);
}

static inline uint16_t
msg_port(uint64_t msg)
{
	return msg >> 48 & 0xfff;
}

static inline uint64_t
msg_mac(uint64_t msg)
{
	return msg & UINT64_C(0xffffffffffff);
}

#endif
