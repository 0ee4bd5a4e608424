/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TEST_VICTIM_H
#define IXF_TEST_VICTIM_H

/*
 * MEMBER_VICTIM: a Linux kernel in a network namespace of its own, set to believe
 * as much as it can be made to, and what it takes from the frames that it is fed
 * with.  A frame goes in through a TAP device and has had its effects on return,
 * so that an effect belongs to the frame.  Needs the rights over network
 * namespaces; ends the program on a failure.
 */

#include <stdbool.h>
#include <stdint.h>

enum taken_kind {
	TAKEN_NEIGHBOUR, /* an entry of the neighbour table: address, mac */
	TAKEN_ROUTE,     /* a route, an address, a prefix, an option of an RA */
	TAKEN_PACKET,    /* a packet delivered to the protocol */
};

/* IPv4 addresses are the first 4 octets of 16. */
struct taken {
	enum taken_kind kind;
	bool six;
	uint8_t address[16]; /* its source, or the neighbour */
	uint8_t dst[16];
	uint64_t mac;
	uint8_t proto; /* of a route: the type of the message of netlink */
	uint8_t hops;
	uint32_t size; /* after all headers of IP */
	uint8_t data[64];
};

struct victim;

/* A new one; knows the members' addresses.  The program is in its namespace. */
struct victim *victim_create(void);

void victim_feed(struct victim *, const uint8_t *frame, uint32_t size);

/* What it has taken since; false: nothing more. */
bool victim_took(struct victim *, struct taken *);

#endif
