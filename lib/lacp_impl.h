/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LACP_IMPL_H
#define IXF_LACP_IMPL_H

/*
 * What the files of LACP share; else only a test includes it.  Each file calls the ones
 * before it: lacp_show.c, what is known of a link; lacp_mux.c, lacp_receive.c,
 * lacp_select.c, lacp_periodic.c and lacp_transmit.c, the machines; lacp_run.c, which runs
 * them.  Numbers of clauses and figures are those of IEEE 802.1AX-2020.
 */

#include "lib/clock.h"
#include "lib/lacp.h"

#define LACP_NEVER         UINT64_MAX
#define LACP_FAST_TIME     CLOCK_SECOND        /* fast_periodic_time */
#define LACP_SLOW_TIME     (30 * CLOCK_SECOND) /* slow_periodic_time */
#define LACP_SHORT_TIMEOUT (3 * CLOCK_SECOND)
#define LACP_LONG_TIMEOUT  (90 * CLOCK_SECOND)
#define LACP_WAIT_TIME     (2 * CLOCK_SECOND) /* aggregate_wait_time */
/* For how long another partner must be ahead to become that of the LAG. */
#define LACP_LEAD_TIME     (3 * CLOCK_SECOND)
#define LACP_PORT_PRIORITY 0x8000

/* The part of the LAG ID that is the partner's (6.3.6). */
static inline bool
lacp_is_same_lag(const struct lacp_info *a, const struct lacp_info *b)
{
	return a->system == b->system &&
	       a->system_priority == b->system_priority && a->key == b->key;
}

/* The same end of the same link, as matching and Selected ask for it. */
static inline bool
lacp_is_same_end(const struct lacp_info *a, const struct lacp_info *b)
{
	return lacp_is_same_lag(a, b) && a->port == b->port &&
	       a->port_priority == b->port_priority &&
	       ((a->state ^ b->state) & LACP_AGGREGATION) == 0;
}

/* Whether a LACPDU told the partner of the link, be it long ago. */
static inline bool
lacp_is_recorded(const struct lacp_link *link)
{
	return link->used && (link->state & LACP_DEFAULTED) == 0;
}

static inline bool
lacp_is_looped(const struct lacp *l, const struct lacp_link *link)
{
	return link->partner.system == l->settings.system;
}

/* lacp_show.c */

/* Whether the partner lets the link be one of all that the LAG has. */
bool lacp_aggregates(const struct lacp *, const struct lacp_link *);

/* lacp_mux.c */

/*
 * Runs the Mux machine.  'enough': so many links of the LAG are ready that they may
 * be used; 'wait': how long it stays WAITING, ns.
 */
void lacp_run_mux(struct lacp_link *, bool enough, uint64_t wait, uint64_t now);

/* Whether both ends have the link in their LAG. */
bool lacp_is_ready(const struct lacp_link *);

/* Selected becomes UNSELECTED, and the link leaves its use at once. */
void lacp_unselect(struct lacp_link *);

/* lacp_receive.c */

/* No partner is known: it has the values of Partner_Admin. */
void lacp_record_default(struct lacp_link *);
/* The state INITIALIZE, and from there PORT_DISABLED. */
void lacp_initialize(struct lacp_link *);
/* port_enabled has changed. */
void lacp_enable(struct lacp_link *, uint64_t now);
/* A LACPDU has come. */
void lacp_take(struct lacp *, unsigned int slot, const struct lacp_pdu *,
	       uint64_t now);
/* The current_while timer may have expired. */
void lacp_run_receive(struct lacp_link *, uint64_t now);

/* lacp_select.c */

void lacp_run_selection(struct lacp *, uint64_t now);

/* lacp_periodic.c */

void lacp_run_periodic(struct lacp_link *, uint64_t now);

/* lacp_transmit.c */

void lacp_run_transmit(struct lacp *, unsigned int slot, uint64_t now,
		       lacp_send *, void *arg);
/* Answers a marker, unless as many as may be were answered just now. */
void lacp_respond(struct lacp *, unsigned int slot, const struct lacp_marker *,
		  uint64_t now, lacp_send *, void *arg);

#endif
