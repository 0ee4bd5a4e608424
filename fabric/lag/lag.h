/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LAG_LAG_H
#define IXF_LAG_LAG_H

/*
 * Link aggregation: which links of a port are used, by the state of the links and,
 * with LACP, by what the member agrees to (IEEE 802.1AX-2020).  What it decides is
 * where workers find it (view/lag.h), and counts at once: no view is built for it.
 *
 * Control thread only; times are f->now.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/runtime/lag_rt.h"

struct config;
struct config_port;

/* Before the first configuration: takes what workers punt of LACP. */
void lag_begin(struct fabric *);

/* The link of a device has changed, or whether it is held down. */
void lag_link_changed(struct fabric *, const struct device_rt *);

/*
 * The same when the device was opened or closed, by an apply or since it has gone, about
 * which others log: what was learned stays, as for a port with one device.
 */
void lag_link_replaced(struct fabric *, const struct device_rt *);

/* Timers of LACP and of damping, and ports that were blocked or are no more. */
void lag_turn(struct fabric *);

/* Ends the damping of its links.  Returns whether one was held down. */
bool lag_release(struct fabric *, struct port_rt *);

/*
 * Which slot each of the 'n' devices has in the next configuration: a running link
 * keeps its slot.  'l' may be NULL.  slot[] of the others is NULL.
 */
void lag_slots(const struct lag_rt *l, struct device_rt *const *device,
	       unsigned int n, struct device_rt *slot[LAG_LINKS_MAX]);

/* A new one, on no port yet; or NULL.  Freed by free(). */
struct lag_rt *lag_create(const struct fabric *);

/*
 * The links of a port that is a LAG will be others: has the table ready for a view
 * that is published next.
 */
void lag_prepare(const struct fabric *, struct lag_rt *, bool lacp,
		 struct device_rt *const slot[LAG_LINKS_MAX]);

/*
 * An apply is about to take a link from a LAG: LACP tells the member, so that it
 * sends by the others.  The link is used until the view is published.
 */
void lag_leave(struct fabric *, struct port_rt *, const struct device_rt *);

/* The apply has failed: links that were to go stay, and the member is told. */
void lag_stay(struct fabric *, struct port_rt *);

/*
 * The view of a configuration is published, in which the port has these links, and
 * is a LAG or is none (all NULL).
 */
void lag_take_links(struct port_rt *,
		    struct device_rt *const slot[LAG_LINKS_MAX]);
void lag_keep(struct fabric *, const struct config *,
	      const struct config_port *, struct port_rt *);

/* The MAC address by which members know the fabric. */
uint64_t lag_system(const struct fabric *, const struct config *);

#endif
