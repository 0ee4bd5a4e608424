/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TEST_LAN_H
#define IXF_TEST_LAN_H

/* LAN l of the fixture's fabric: its addresses, and what was counted. */

#include "fabric/neigh/neigh_impl.h"
#include "tests/pipe/fixture.h"

struct lan_rt *lan(void);
const struct neigh_counts *counts(void);
struct port_stats stats(const char *port);

/* The addresses of the first prefix of a family, which must be there. */
struct net_rt *net_of(int family);

/* The MAC address that workers have for an IP address; 0: none. */
uint64_t owner_of(struct ipaddr);

/* "dead" and so on; "-": the sponge does not know the address. */
const char *state_of(struct ipaddr);

/* Fills the ring of punts with punts about no port. */
void fill_punts(void);

#endif
