/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_VIOLATION_H
#define IXF_VIOLATION_H

/*
 * Dropped frames, as control sees them: the last one of each port and reason, the
 * lines in the log, the ports that are disabled for them, and what looks like a
 * loop.
 *
 * Workers count, keep the last frame of each reason and mark that there are new
 * ones (drop_record.h).  Control does the rest at its own pace: under a flood it
 * looks ten times a second and finds a sum.  So the first drop of a port and
 * reason is logged at once, and then their number.  The limit of the log goes by
 * port and reason, not by address: a sender that invents addresses must not get a
 * line for each.
 *
 * Control thread only; times are f->now.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/runtime/violation_record.h"

struct port_stats;

/*
 * The state of a new port, whose id had counted 'counted' before it.
 * To be freed with free(); NULL when memory is short.
 */
struct violation_state *
violation_state_create(const struct port_stats *counted);

/* Looks at the ports with new drops. */
void violation_look(struct fabric *);

/* The same if a worker has marked that there are some; returns whether. */
bool violation_poll(struct fabric *);

/* Does what is due by f->now: logs numbers, and ends shutdowns. */
void violation_timers(struct fabric *);

/* Logs the numbers that the log limit holds back, before the fabric ends. */
void violation_log_flush(struct fabric *);

/* A configuration was applied: ends shutdowns by checks of another mode now. */
void violation_applied(struct fabric *);

/* A frame of the port met a check in mode shutdown: disables the port. */
void violation_trip(struct fabric *, struct port_rt *, enum drop why);

/*
 * Enables a port that a violation has disabled, before its time.  False when
 * none has.
 */
bool violation_unblock(struct fabric *, struct port_rt *);

/*
 * A frame from 'mac', an address of 'other' (NULL: of the fabric itself), came
 * in by the port: a loop, or a forgery.  It is logged at once, and then no more
 * often than every 15 seconds for a port.
 */
void violation_loop(struct fabric *, struct port_rt *,
		    const struct port_rt *other, uint64_t mac);

#endif
