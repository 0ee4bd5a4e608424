/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_STAGE_H
#define IXF_STAGE_H

/*
 * The stages, in the order in which worker_pass() calls them.  Each acts on the
 * live frames of a burst; one that is refused goes to the worker's trash, is
 * counted, and is no longer live.  From admit on, a burst holds frames of one
 * port, b->in.
 */

struct burst;
struct device;
struct rxq;
struct view;
struct worker;

/* Takes frames from the queue; counts nothing yet.  Returns how many. */
unsigned int stage_rx(struct burst *, const struct view *, const struct rxq *);

/* Reads the headers and finds the port of each frame.  Drops nothing. */
void stage_parse(struct burst *, const struct device *);

/* What a member may send into the LAN (policy rows 1 to 26). */
void stage_admit(struct worker *, const struct view *, struct burst *);

/* What it may say: ARP, neighbour discovery, IP, ACL (rows 27 to 58). */
void stage_guard(struct worker *, const struct view *, struct burst *);

/* Notes signs of life, reports new addresses to control.  Drops nothing. */
void stage_learn(struct worker *, const struct view *, struct burst *);

/*
 * Who is asked for an address, and whether the fabric answers itself; tells
 * control what was said.
 */
void stage_neigh(struct worker *, const struct view *, struct burst *);

/* Decides where each frame goes: one port, or all the others. */
void stage_forward(struct worker *, const struct view *, struct burst *);

/* Puts each frame, tagged as its way out asks, into the tx buffers. */
void stage_send(struct worker *, const struct view *, struct burst *);

#endif
