/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_APPLY_H
#define IXF_APPLY_H

/*
 * Applies a configuration; the steps are described in apply.c.  No type of DPDK
 * stands here.  Control thread.
 */

#include <stdint.h>

struct config;
struct fabric;
struct faults;
struct tables;

/* What an apply did, for people and programs. */
struct apply_result {
	uint64_t generation;
	unsigned int changes;
	unsigned int ports_untouched;   /* neither changed nor interrupted */
	unsigned int ports_interrupted; /* plan.h says why */
	unsigned int devices_opened, devices_closed;
	unsigned int restart; /* keys that wait for a restart of the daemon */
};

/*
 * Makes 'new_config' the running configuration.  0: applied, and 'new_config'
 * now belongs to the fabric.  -errno: nothing has changed, 'faults' has the
 * reason, and 'new_config' is still the caller's.
 *
 * Ports that are neither in the difference nor interrupted (plan.h) lose no frame
 * and keep what they have learned.  Start-up is an apply, too, from the empty
 * configuration.
 */
int fabric_apply(struct fabric *, struct config *new_config,
		 struct apply_result *, struct faults *);

/*
 * The same with the MAC tables that have been made for it, and into which all has
 * been copied: tables.h.  What it does not take is the caller's to free.
 */
int fabric_apply_with(struct fabric *, struct config *new_config,
		      struct tables *, struct apply_result *, struct faults *);

#endif
