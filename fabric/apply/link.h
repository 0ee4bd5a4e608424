/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LINK_H
#define IXF_LINK_H

/*
 * The links of devices: a look at one becomes the state of its ports, and a link
 * that flaps is held down (damping).  Control thread only.
 */

#include <stdbool.h>

#include "fabric/config/devspec.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/runtime.h"

/* The device has been opened: takes its link as it is, and logs nothing. */
void link_begin(struct fabric *, struct device_rt *);

/* The device is closed and has no link, for its ports too. */
void link_end(struct fabric *, struct device_rt *);

/*
 * Takes what a look at the link of a device has shown: sets the limits that go
 * by its speed and the state of its ports, and when it went down, flushes what
 * they had learned.
 */
void link_seen(struct fabric *, struct device_rt *, struct link);

/* Ends what is held down until f->now, or before. */
void link_turn(struct fabric *);

/* Ends the damping of an egress.  Returns whether it was held down. */
bool link_release(struct fabric *, const struct egress *);

/* The name of a device that is a link of a LAG, else NULL. */
const char *link_name(const struct fabric *, const struct device_rt *,
		      char name[DEVSPEC_NAME_SIZE]);

/* Logs a line about the port of a device; if that is a LAG, with the name of the link. */
void link_event(struct fabric *, const struct device_rt *, struct event about,
		const char *text);

#endif
