/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_STATUS_H
#define IXF_STATUS_H

/*
 * Ports, LANs and workers as JSON, for ixctl and for programs that read its -j.
 * Each json_t is new, or NULL when memory is short.  The keys are stable; new
 * ones may be added.  Control side, one thread.
 */

#include <jansson.h>
#include <stdbool.h>

#include "fabric/api/worker_past.h"
#include "fabric/config/config.h"

struct fabric;
struct port_rt;

json_t *status_port(struct fabric *, const struct config_port *);
json_t *status_port_stats(struct fabric *, const struct config_port *);

json_t *status_port_interface(struct fabric *, const struct config_port *);

/* A LAG and its links; NULL, too: the port is none. */
json_t *status_lag(struct fabric *, const struct config_port *);

/* An array: one row for each reason. */
json_t *status_port_drops(struct fabric *, const struct config_port *);

/* An array: a row for each rule of its ACLs, in then out, in match order. */
json_t *status_acl(struct fabric *, const struct config_port *);

/* Keeps what it has counted by 'now'; to be called once a second. */
void status_worker_keep(struct status_worker_past *, uint64_t now,
			const struct worker_stats *);

json_t *status_worker(struct fabric *, unsigned int i,
		      const struct status_worker_past *);
json_t *status_lans(struct fabric *);

/* "up", "down" ... */
const char *status_port_state(const struct fabric *,
			      const struct config_port *);

/* Neither the configuration nor an operator has taken it out of service. */
bool status_port_is_wanted(const struct config_port *, const struct port_rt *);

/* Its state is up, or quarantine. */
bool status_port_forwards(const struct fabric *, const struct config_port *);

/* "ixp-strict" ... */
const char *status_profile(enum config_profile);

/* How many ports there are, and how many in each state. */
json_t *status_ports(struct fabric *);

/* Received, sent and dropped frames of all ports. */
json_t *status_totals(struct fabric *);

/* How many devices are open, and how many of them have a link. */
unsigned int status_devices(const struct fabric *, unsigned int *up);

/* What workers do when nothing arrives: "sleep" or "poll". */
const char *status_idle(const struct fabric *);

/* An array: a row for each of the last changes of the link, the last one first. */
json_t *status_port_links(struct fabric *, const struct config_port *);

/* A new array: the frames dropped in quarantine, the last one last. */
json_t *status_port_record(struct fabric *, const struct config_port *);

/* Why a port has no device; NULL: it has one, at least. */
const char *status_missing_text(const struct fabric *, const struct port_rt *);

/* Adds a text to the problems for each device that is missing. */
void status_add_missing(const struct fabric *, json_t *problems);

/* Adds a text to the problems for each thing that is wrong with a LAG. */
void status_add_lags(const struct fabric *, json_t *problems);

/* Adds a text to the problems for each port that a violation has disabled. */
void status_add_shutdowns(const struct fabric *, json_t *problems);

#endif
