/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_VIOLATION_H
#define IXF_VIOLATION_H

/*
 * Refused frames, as control sees them: who offended last, what the log says of
 * it, which port is disabled for it, and what looks like a loop.
 *
 * Workers count, keep the last frame of each reason and say that there is
 * something new (drop_record.h).  All else is done here, by control, at its own
 * pace: under a flood it looks ten times a second and finds a sum.  So the log
 * has the first offence of a port and reason at once, and then their number.
 * It goes by port and reason, and not by address: whoever sends from invented
 * ones must not have a line for each.
 *
 * Control thread only; times are f->now.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/runtime/violation_state.h"
#include "fabric/view/drop.h"

struct fabric;
struct port_rt;
struct port_stats;

/*
 * What to remember about a new port, whose id had counted 'counted' before it.
 * To be freed with free(); NULL when memory is short.
 */
struct violation_state *
violation_state_create(const struct port_stats *counted);

/* Looks at the ports that workers have something new about. */
void violation_look(struct fabric *);

/* The same when a worker says that there is some; whether one did. */
bool violation_poll(struct fabric *);

/* What has come due by f->now: the log's numbers, and the ends of shutdowns. */
void violation_timers(struct fabric *);

/* Says what the log holds back, before the fabric ends. */
void violation_log_flush(struct fabric *);

/* The configuration has changed. */
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
 * in by the port: a loop, or a forgery.  The log says so at once, and then no
 * more often than every 15 seconds for a port.
 */
void violation_loop(struct fabric *, struct port_rt *,
		    const struct port_rt *other, uint64_t mac);

#endif
