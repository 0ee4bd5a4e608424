/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_VIEW_BUILD_H
#define IXF_VIEW_BUILD_H

/* From the configuration to what workers read.  Control thread. */

#include <stdbool.h>

struct config;
struct fabric;
struct objects;

/*
 * A view of 'config' over its objects, of which there is one for each section.  It
 * is made in parts, in this order: begun, then the LANs, then the ports, each by its
 * index, then ended.  Only then are the devices of the ports asked for.
 *
 * NULL when memory is short.
 */
struct view *view_begin(const struct fabric *, const struct config *);
void view_add_lan(const struct fabric *, const struct config *,
		  const struct objects *, struct view *, unsigned int lan);
void view_add_port(const struct config *, const struct objects *, struct view *,
		   unsigned int port);
/* 0, or -ENOMEM: it is to be freed. */
int view_end(const struct fabric *, const struct config *,
	     const struct objects *, struct view *);

/* The same of the running configuration, at once.  NULL when memory is short. */
struct view *view_build_running(const struct fabric *);

/*
 * Takes the devices into such a view as they are now; no worker uses it.  False: it
 * has no room for their queues.
 */
bool view_renew_devices(const struct fabric *, struct view *);

void view_free(const struct view *);

#endif
