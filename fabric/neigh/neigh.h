/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NEIGH_H
#define IXF_NEIGH_H

/*
 * Control's half of stage neigh: which port has an IP address, the sponge, and
 * the ARP and ND messages that the fabric sends itself.
 *
 * Workers report ARP requests, solicitations and addresses that they see
 * (punt.h).  Here it is decided which port has an address and which are dead,
 * and the decisions are published where workers find them (neightab.h).  Frames
 * are sent through a ring of the first worker.
 *
 * This is what the other rooms call; neigh_impl.h is for the files of this one.
 * Control thread only; times are f->now.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/sponge.h"

struct config_lan;
struct fabric;
struct lan_rt;
struct neigh;
struct net4;
struct net_rt;
struct port_rt;

/* What is counted for each LAN, since the daemon started. */
struct neigh_counts {
#define COUNTER(name, ...) uint64_t name;
#include "fabric/neigh/neigh_counter_list.h"
	uint64_t transitions[SPONGE_KINDS]; /* to each state */
};

/* neigh_config.c: a configuration is applied, or freed. */

/* Whether ARP and ND of the LAN go through stage neigh. */
bool neigh_is_wanted(const struct config_lan *);

/* Whether the fabric has a MAC address on the LAN, and uses it. */
bool neigh_takes_part(const struct config_lan *);

/* Makes what the LAN of the new configuration needs: 0 or -ENOMEM. */
int neigh_make(struct fabric *, struct lan_rt *, const struct config_lan *);

/* Frees what neigh_make() has made: the apply has failed. */
void neigh_undo(struct lan_rt *);

/* The new configuration runs, and has nothing new about this LAN and its ports. */
void neigh_keep_as_it_is(struct lan_rt *);

/*
 * The new configuration runs, and has changed this LAN: it has what was made for it,
 * and its tables are stale.
 */
void neigh_keep(struct fabric *, struct lan_rt *, const struct config_lan *);

/*
 * neigh_settle.c: the tables of a stale LAN follow the configuration that runs;
 * nothing is done for others.
 */
void neigh_settle_lan(struct fabric *, struct lan_rt *);

/*
 * The same for stale LANs until so many slots have been gone through, one LAN at
 * least.  Returns whether none is stale.
 */
bool neigh_settle(struct fabric *, unsigned int slots);

/* Slots for which a turn has time: a millisecond. */
#define NEIGH_SETTLE_TURN 16384

/* Frees the first of a list of nets; returns the next. */
struct net_rt *neigh_free_net(struct net_rt *);

/* Frees a list of nets.  No worker uses them any more. */
void neigh_free_nets(struct net_rt *);
void neigh_free(struct neigh *);

/*
 * The tables that a view is to point to; NULL: none.  'running': a view of the
 * configuration that runs, which may be wanted while another is being applied.
 */
const struct neightab *neigh_table4(const struct lan_rt *, bool running,
				    const struct net4 *);
const struct neightab *neigh_table6(const struct lan_rt *, bool running);

/* neigh_net.c */

/* The link-local address of a MAC address, as the fabric's own (RFC 4291, 2.5.1). */
void neigh_own6(uint64_t mac, uint8_t own6[16]);

/* neigh_link.c */

/* The link of a port went down or came up. */
void neigh_link(struct fabric *, struct port_rt *, bool up);

/* The port is gone: forgets the addresses and claims that are charged to it. */
void neigh_release(struct fabric *, const struct port_rt *);

/* neigh_message.c */

/* The fabric begins: nothing is due, and punts of ARP, ND and IP come here. */
void neigh_begin(struct fabric *);

/* neigh_timer.c */

/*
 * Writes to f->neigh_due when neigh_turn() has something to do next.  To be
 * called after punts have been taken.
 */
void neigh_plan(struct fabric *);

/* Does what is due by f->now; starts sponges that are new. */
void neigh_turn(struct fabric *);

/* neigh_log.c */

/* Logs the numbers of lines that were held back, before the fabric ends. */
void neigh_log_flush(struct fabric *);

/* neigh_watch.c */

/* A configuration has been applied: no address is watched at ports in no LAN. */
void neigh_watch_outside(struct fabric *);

#endif
