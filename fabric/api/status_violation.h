/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_STATUS_VIOLATION_H
#define IXF_STATUS_VIOLATION_H

/*
 * Dropped frames, and the ports that a violation has disabled, as JSON.  Control
 * thread.
 */

#include <jansson.h>

#include "fabric/view/drop.h"

struct config_port;
struct fabric;
struct port_rt;

/* Adds to the row of a port: what disabled it, loops, how long it is clean. */
void status_put_violation(const struct fabric *, const struct port_rt *,
			  json_t *row);

/* Adds to the row of a drop reason: its rate, and the last dropped frame. */
void status_put_drop_record(const struct fabric *, const struct port_rt *,
			    enum drop why, json_t *row);

/* A new array: the frames dropped in quarantine, the last one last. */
json_t *status_port_record(struct fabric *, const struct config_port *);

/* Adds a text to the problems for each port that a violation has disabled. */
void status_add_shutdowns(const struct fabric *, json_t *problems);

#endif
