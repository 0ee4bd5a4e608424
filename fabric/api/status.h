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

#include "fabric/config/config.h"
#include "fabric/view/drop.h"

struct fabric;
struct lan_rt;
struct mactab_entry;
struct port_rt;

json_t *status_port(struct fabric *, const struct config_port *);
json_t *status_port_stats(struct fabric *, const struct config_port *);

/* An array: one row for each reason. */
json_t *status_port_drops(struct fabric *, const struct config_port *);

/* An array: one row for each rule of its ACLs, in then out, in match order. */
json_t *status_acl(struct fabric *, const struct config_port *);

json_t *status_worker(struct fabric *, unsigned int i);
json_t *status_lan(struct fabric *, const struct config_lan *);

/* "up", "down" ... */
const char *status_port_state(const struct fabric *,
			      const struct config_port *);

/* How many ports there are, and how many in each state. */
json_t *status_ports(struct fabric *);

/* Received, sent and dropped frames of all ports. */
json_t *status_totals(struct fabric *);

json_t *status_mac(struct fabric *, const struct lan_rt *, uint32_t vlan,
		   const struct mactab_entry *);

/* status_violation.c: what is added to these, and a table of its own. */

/* To a row of a port: what disabled it, loops, how long it has been clean. */
void status_put_violation(const struct fabric *, const struct port_rt *,
			  json_t *row);

/* To a row of a drop reason: the last offender, and frames a second. */
void status_put_drop_record(const struct fabric *, const struct port_rt *,
			    enum drop why, json_t *row);

/* An array: the frames refused in quarantine, the last one last. */
json_t *status_port_record(struct fabric *, const struct config_port *);

/* To the problems: a line for each port that a violation has disabled. */
void status_add_shutdowns(const struct fabric *, json_t *problems);

#endif
