/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_STATUS_H
#define IXF_STATUS_H

/*
 * The running fabric as JSON, for ixctl and whoever reads its -j.  Each of
 * these makes a new object, or NULL when memory is short.  The keys are stable;
 * new ones may be added.  Control side, one thread.
 */

#include <jansson.h>
#include <stdbool.h>

#include "config.h"

struct fabric;
struct lan_rt;
struct mactab_entry;

json_t *status_port(struct fabric *, const struct config_port *);
json_t *status_port_stats(struct fabric *, const struct config_port *);

/* An array: one row for each reason. */
json_t *status_port_drops(struct fabric *, const struct config_port *);

/* An array: one row for each rule of its ACLs, in then out, in match order. */
json_t *status_acl(struct fabric *, const struct config_port *);

json_t *status_worker(struct fabric *, unsigned int i);
json_t *status_lan(struct fabric *, const struct config_lan *);

/* How many ports there are, and how many in each state. */
json_t *status_ports(struct fabric *);

/* Received, sent and dropped frames of all ports. */
json_t *status_totals(struct fabric *);

json_t *status_mac(struct fabric *, const struct lan_rt *, uint32_t vlan,
		   const struct mactab_entry *);

/* "learned", "static" or "sticky". */
const char *status_mac_type(const struct mactab_entry *);

#endif
