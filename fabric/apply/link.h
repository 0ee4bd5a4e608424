/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LINK_H
#define IXF_LINK_H

/*
 * The links of devices, and those that change too often: link.c says how.
 * Control thread.
 */

#include <stdbool.h>

#include "fabric/runtime/runtime.h"

/* What the link of a device is now, without more ado: it has been opened. */
void link_begin(struct fabric *, struct device_rt *);

/*
 * What a look at the link of a device has shown: limits that go by its speed,
 * the state of its ports, and when it went down, what they had learned.  One
 * that has changed more than flap_count times within flap_window is held down
 * for flap_hold, however it changes meanwhile.
 */
void link_seen(struct fabric *, struct device_rt *, struct link);

/* Lets links be what they are that were held until f->now, or before. */
void link_turn(struct fabric *);

/* Lets a link be what it is.  Returns whether it was held. */
bool link_release(struct fabric *, struct device_rt *);

#endif
