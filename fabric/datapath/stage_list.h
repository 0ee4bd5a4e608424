/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The stages, in the order in which a frame meets them:
 *
 *   STAGE(NAME, name, burst, effect)
 *
 * burst: QUEUE: the frames of a device's queue; PORT: those of one port, b->in.
 * effect: KEEPS: all frames are live afterwards that were before; DROPS: it may
 * drop or consume some.
 *
 * The declarations (stage.h), the pass of a worker, that of a trial, the
 * benchmark and the check of the picture in docs/architecture.md follow from it.
 *
 * Included more than once, on purpose without a guard.
 */
/* clang-format off */

/* Takes up to v->burst frames from queue b->queue of b->device; counts nothing. */
STAGE(RX, rx, QUEUE, KEEPS)

/* Reads the headers, notes what is wrong, and finds the port of each frame. */
STAGE(PARSE, parse, QUEUE, KEEPS)

/* What a member may send: from runt to l2_mcast_other in drop_list.h. */
STAGE(ADMIT, admit, PORT, DROPS)

/* ARP, ND, IP, ACL and rate: from arp_malformed to police_port. */
STAGE(GUARD, guard, PORT, DROPS)

/* Refreshes known addresses and reports new ones to control. */
STAGE(LEARN, learn, PORT, KEEPS)

/* Sends ARP and ND to the owner of the address, or drops it; reports it. */
STAGE(NEIGH, neigh, PORT, DROPS)

/* Chooses one port for each frame, or a flood. */
STAGE(FORWARD, forward, PORT, DROPS)

/* Puts each frame, with the tag of its egress port, into the tx buffers. */
STAGE(SEND, send, PORT, DROPS)

/* clang-format on */
#undef STAGE
