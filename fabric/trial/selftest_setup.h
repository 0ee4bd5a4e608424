/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SELFTEST_SETUP_H
#define IXF_SELFTEST_SETUP_H

/*
 * What the frames of the self-test for one port are made from: the addresses
 * that it may use, and those it may not, as the running view and the MAC table
 * of its LAN have them.  Control side, one thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/view.h"

struct config;
struct config_port;
struct fabric;

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
	uint32_t alien4;  /* in the LAN, and not the port's; 0: none */
	uint32_t inside4; /* in the LAN, if that has prefixes */
	bool inside4_is_bound;
	uint32_t outside4;
	const struct net4 *subnet4; /* has a network address; or NULL */
	uint8_t link6[16];          /* link-local, made from 'valid' */
	uint8_t alien6[16];         /* ::, or one that is not the port's */
	uint8_t outside6[16];
};

/* Finds out what frames for a port are made from. */
void selftest_set_up(const struct fabric *, const struct config_port *,
		     struct selftest_setup *);

#endif
