/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SELFTEST_RECIPES_H
#define IXF_SELFTEST_RECIPES_H

/*
 * The frames of the self-test, a row each: for each drop reason at least one
 * frame that must be dropped for it and for no other, or why there is none.  A
 * recipe says only how its frame differs from a valid one of its kind; 0 leaves
 * a field as it is there.  Constant, any thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/drop.h"

enum recipe_base {
	NO_FRAME, /* no frame alone raises the reason: 'what' says why */
	ETHER,    /* a header of type 'type', then 'octets' */
	IPV4,     /* TCP from outside the LAN to outside, to a peer's MAC */
	IPV6,     /* the same; to a group, with the MAC address of the group */
	ARP,      /* a broadcast request for an address of the LAN */
	ND,       /* a solicitation of a neighbour's link-local address */
	MLD,      /* behind a router alert; from the link-local address */
};

/*
 * An address from the setup of the port, of the family of the field; any other
 * number in a field is the address itself.
 */
enum recipe_address {
	USUAL,
	ZERO,
	SOURCE,    /* that the port may send from */
	OWN,       /* known on the port */
	OWN_TWO,   /* the same; not SOURCE, unless it is the only one */
	PEER,      /* on a port that can be reached */
	ALIEN,     /* known on another port; IP: not the port's */
	UNKNOWN,   /* on no port */
	FABRIC,    /* of the fabric itself */
	APART,     /* on a port on the other side of a quarantine */
	ISOLATED,  /* on a port of the same isolation group */
	VALID,     /* of the port */
	INSIDE,    /* of the LAN */
	OUTSIDE,   /* of no prefix of the LAN */
	FLOODED,   /* a request for it is flooded */
	NETWORK,   /* the network address of a prefix */
	BROADCAST, /* its broadcast address */
	LINK,      /* link-local, of the port */
	NEIGHBOUR, /* link-local, of no port */
	ALL_NODES,
	ALL_ROUTERS,
	ALL_MLDV2,
	ALL_MDNS,
	RECIPE_ADDRESSES
};

enum recipe_tag {
	NO_TAG, /* but that of its port */
	OWN_TAG,
	FREE_TAG, /* of no port of the device */
};

enum recipe_from {
	FROM_PORT,
	FROM_PEER,
	FROM_OTHER_LAN,
};

enum recipe_need {
	NEED_NONE,
#define NEED(name, ...) NEED_##name,
#include "fabric/trial/selftest_need_list.h"
};

#define RECIPE_NEEDS 3

struct selftest_recipe {
	enum drop why;
	const char *what; /* the frame in words */
	enum recipe_base base;

	/* Ethernet: addresses, and the type of an ETHER. */
	uint64_t dst, src;
	uint16_t type;

	/* IP, and the sender and target of an ARP. */
	uint32_t src_ip, dst_ip;
	uint8_t proto, hops;
	uint8_t first; /* octet of the header: version and length */

	/* Behind the last header: octets, and then so many zeros. */
	const char *octets;
	uint8_t noctets, zeros;

	/* ARP, ND, MLD. */
	uint8_t message; /* operation of ARP, type of ND or MLD */
	uint64_t lladdr; /* of the sender, in the message */
	uint32_t target; /* of ND; both addresses of a redirect */
	uint8_t code, option;
	bool fragment; /* a fragment that is the whole (RFC 6946) */

	/* How it comes in. */
	enum recipe_from from;
	bool service_tag; /* in a service tag, and 'tag' around it */
	enum recipe_tag tag;
	uint8_t size;  /* octets there are; 0: all */
	bool too_long; /* one octet more than the MTU, on the wire */
	bool bad;      /* its FCS was wrong */
	bool leaves;   /* goes straight to where it would leave by the port */
	uint16_t over; /* limits that are used up, bits METER_x */

	uint8_t needs[RECIPE_NEEDS]; /* enum recipe_need */
};

/* In the order of drop_list.h; ends with DROP_NONE. */
extern const struct selftest_recipe selftest_recipes[];

/* Frames that must pass, from the port and to it; ends with what == NULL. */
extern const struct selftest_recipe selftest_passes[];

#endif
