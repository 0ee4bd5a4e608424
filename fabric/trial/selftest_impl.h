/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SELFTEST_IMPL_H
#define IXF_SELFTEST_IMPL_H

/* What the files of the self-test share.  Control thread. */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/drop.h"
#include "fabric/view/view.h"
#include "lib/acl_rule.h"
#include "lib/compose.h"

struct fabric;

/*
 * selftest_recipes.c: the frames of the self-test, a row each.  For each drop
 * reason there is at least one frame that must be dropped for it and for no
 * other, or why there is none.  A recipe says only how its frame differs from a
 * valid one of its kind; 0 leaves a field as it is there.
 */

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
	ALIEN,     /* known on another port; IP: that of another port */
	NOBODYS,   /* IP: in the LAN, and of no port */
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

/*
 * selftest_setup.c: what the frames for one port are made from, the addresses that
 * it may use, and those it may not, as the running view and the MAC table of its
 * LAN have them.
 */
struct selftest_setup {
	/* As configured, or as an operator or a violation has set it. */
	const struct config *config;
	const struct config_port *c;
	bool blocked, culled;

	/* As it runs. */
	const struct view *view;
	const struct port *port;
	const struct device *device;
	const struct lan *lan; /* NULL: the port only carries others */
	uint8_t state;         /* of the port, enum port_state */
	uint16_t free_tag;     /* that no port of the device has; 0: none */

	uint64_t valid;    /* address that the port may send from; 0: none */
	uint64_t own;      /* one that the LAN knows on the port; 0: none */
	uint64_t own_too;  /* another one of those */
	uint64_t unknown;  /* address that no port has */
	uint64_t alien;    /* one that the LAN knows on another port; 0: none */
	uint64_t to;       /* where unicast may go: a peer's, or unknown */
	uint64_t apart;    /* on the other side of a quarantine; 0: none */
	uint64_t isolated; /* in the same isolation group; 0: none */

	const struct port *peer;      /* up, to be reached, has 'to'; or NULL */
	const struct port *other_lan; /* a port of another LAN, or NULL */

	uint32_t valid4;  /* the port's, or one it may use; 0: none */
	uint32_t alien4;  /* in the LAN, and another port's; 0: none */
	uint32_t free4;   /* in the LAN, and no port's; 0: none */
	uint32_t inside4; /* in the LAN, if that has prefixes */
	bool inside4_is_bound;
	uint32_t outside4;
	const struct net4 *subnet4; /* with a network address; or NULL */
	uint8_t link6[16];          /* link-local, made from 'valid' */
	uint8_t alien6[16];         /* ::, or one of another port */
	uint8_t free6[16];          /* ::, or one of no port, in the LAN */
	uint8_t outside6[16];
};

/* Whether no link of a LAG receives, so that all frames are dropped for that. */
bool selftest_is_shut(const struct selftest_setup *);

/* Finds out what frames for a port are made from. */
void selftest_set_up(const struct fabric *, const struct config_port *,
		     struct selftest_setup *);

/* selftest_frames.c: a frame to try. */
struct selftest_try {
	struct compose frame;
	uint32_t len;  /* on the wire, when more than there is; or 0 */
	bool bad;      /* its FCS was wrong */
	bool tagged;   /* has the tags it should have */
	bool leaves;   /* goes straight to where it would leave by the port */
	uint16_t from; /* port that it came in by */
	uint16_t over; /* limits that are used up, bits METER_x */
};

/*
 * Makes the frame of a recipe, not NO_FRAME, in '*t', which is zero.  Returns
 * NULL, or why it cannot be tried on the port.
 */
const char *selftest_make(const struct selftest_setup *,
			  const struct selftest_recipe *,
			  struct selftest_try *t);

/*
 * selftest_fit.c: makes a frame that fits a rule of an access list in '*t'.
 * Returns NULL, or why there is none.
 */
const char *selftest_fit(const struct selftest_setup *, const struct acl_rule *,
			 struct selftest_try *t);

#endif
