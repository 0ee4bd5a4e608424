/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_VIEW_BUILD_H
#define IXF_VIEW_BUILD_H

/* From the configuration to what workers read.  Control thread. */

#include <stdbool.h>

struct config;
struct fabric;
struct objects;

/*
 * A view of 'config' over its objects, of which there is one for each section.
 * NULL and errno when memory is short.
 */
struct view *view_build(const struct fabric *, const struct config *,
			const struct objects *);

/* The same of the running configuration. */
struct view *view_build_running(const struct fabric *);

/*
 * Takes the devices into such a view as they are now; no worker uses it.  False: it
 * has no room for their queues.
 */
bool view_renew_devices(const struct fabric *, struct view *);

void view_free(const struct view *);

#endif
