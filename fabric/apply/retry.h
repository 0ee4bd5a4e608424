/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RETRY_H
#define IXF_RETRY_H

/*
 * Devices that are missing: one that could not be opened at the start, or again
 * after an apply that failed, and one that is gone.  Its ports are down,
 * and it is tried again: after a second at first, and then less often, up to every
 * ten seconds.  While an apply opens and closes devices (f->changes_devices), none is
 * closed or tried here.  Control thread.
 */

#include <stdbool.h>

#include "fabric/runtime/runtime.h"
#include "lib/faults.h"

/*
 * Whether the fabric starts without a device that could not be opened for 'error',
 * a -errno: what the configuration has wrong, or the rights of the process, does
 * not change until the next start.
 */
bool retry_helps(int error);

/* Notes why it is closed, the first error in 'why', and when to try it again. */
void retry_note(struct fabric *, struct device_rt *, const struct faults *why);

/* Why a device is closed, in words. */
const char *retry_why(const struct device_rt *);

/* Logs that the ports of a closed device wait for it. */
void retry_log(struct fabric *, const struct device_rt *);

/* An open device, or its interface, is gone: closes it; to be called again if not. */
void retry_gone(struct fabric *, struct device_rt *);

/* Tries the device that is due, one at a time. */
void retry_turn(struct fabric *);

/*
 * The closed device of an egress, or NULL; with 'now' it is tried first, whether
 * it is due or not.
 */
const struct device_rt *retry_missing(struct fabric *, const struct egress *,
				      bool now);

#endif
