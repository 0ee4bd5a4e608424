/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_VIEW_POLICY_H
#define IXF_VIEW_POLICY_H

/* The parts of a view with the policy for members; for view_build.c. */

#include "fabric/config/config.h"
#include "fabric/view/view.h"

struct fabric;
struct lan_rt;

/* The prefixes of a LAN; 'net4' and 'net6' have room for them. */
void view_fill_nets(const struct config_lan *, struct lan *, struct net4 *net4,
		    struct net6 *net6);

/*
 * How ARP requests and solicitations for its addresses are handled; its prefixes
 * are filled.  'running': the configuration runs already.
 */
void view_fill_neigh(const struct lan_rt *, bool running,
		     const struct config_lan *, struct lan *,
		     struct net4 *net4);

/* The addresses of its ports, sorted; there is room for all of them. */
void view_fill_bindings(const struct fabric *, const struct config *,
			const struct config_lan *, struct lan *,
			struct binding4 *, struct binding6 *);

/*
 * Checks, flags, limits and ACLs of a port, which is in 'lan' (NULL: in none),
 * whose prefixes are filled.
 */
void view_fill_policy(const struct fabric *, const struct config *,
		      const struct config_port *, const struct lan *lan,
		      struct port *);

#endif
