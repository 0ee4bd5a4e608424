/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_STATUS_LINK_H
#define IXF_STATUS_LINK_H

/*
 * A link of a LAG, for all answers that show it.  A link is known by the name of its
 * device.  Each json_t is new.  Control thread.
 */

#include <jansson.h>

#include "fabric/config/devspec.h"

struct device_rt;
struct fabric;
struct lacp_info;
struct config_files;
struct lag_link;
struct lag_rt;
struct port_rt;

/* The LAG that a port is, by the running configuration, or NULL. */
const struct lag_rt *status_lag_of(const struct port_rt *);

/* How many links it has, in use or not. */
unsigned int status_count_links(const struct lag_rt *);

/* The name of a device: its text up to the arguments.  Returns 'name'. */
char *status_device_name(const struct device_rt *,
			 char name[DEVSPEC_NAME_SIZE]);

/* Whether a link is in use, or why not: lacp_why_list.h and lag_state_list.h. */
struct link_state {
	const char *name, *meaning;
};

/* Of link 'i', which is there. */
struct link_state status_link_state(const struct fabric *,
				    const struct lag_rt *, unsigned int i);

/* One end of a link in LACP; without port and state if its port is 0. */
json_t *status_lacp_end(const struct lacp_info *);

/* Adds what has gone by a link to its row. */
void status_put_link_stats(const struct fabric *, const struct lag_link *,
			   json_t *row);

/* Adds the devices of a port to its row, and of a LAG how many links are used. */
void status_put_devices(const struct config_files *devices,
			const struct port_rt *, json_t *row);

/* An object with the counters of each link by its name; null: the port is no LAG. */
json_t *status_link_counters(struct fabric *, const struct port_rt *);

#endif
