/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The stages, in the order in which a frame meets them:
 *
 *   STAGE(NAME, name, burst, next)
 *
 * burst: QUEUE: the frames of a device's queue; PORT: those of one port, b->in.
 * next: CHECK: the pass ends after it if no frame is live; GO: it goes on, since
 * few bursts become empty there.
 *
 * The declarations (stage.h), the pass of a worker, that of a trial, the
 * benchmark and the check of the picture in docs/architecture.md follow from it.
 *
 * Included more than once, on purpose without a guard.
 */
/* clang-format off */

/* Takes up to v->burst frames from queue b->queue of b->device; counts nothing. */
STAGE(RX, rx, QUEUE, GO)

/* Finds the frames that no check is about, and where they go.  Drops nothing. */
STAGE(PLAIN, plain, QUEUE, GO)

/* Reads the headers, notes faults, and finds the port of each frame.  Drops nothing. */
STAGE(PARSE, parse, QUEUE, GO)

/* What a member may send: from runt to l2_mcast_other in drop_list.h. */
STAGE(ADMIT, admit, PORT, CHECK)

/* ARP, ND, IP, ACL and rate: from arp_malformed to police_port. */
STAGE(GUARD, guard, PORT, CHECK)

/* Refreshes known addresses and reports new ones to control.  Drops nothing. */
STAGE(LEARN, learn, PORT, GO)

/* Sends ARP and ND to the owner of the address, or drops it; reports it. */
STAGE(NEIGH, neigh, PORT, GO)

/* Chooses one port for each frame, or a flood. */
STAGE(FORWARD, forward, PORT, GO)

/* Puts each frame, with the tag of its egress port, into the tx buffers. */
STAGE(SEND, send, PORT, GO)

/* clang-format on */
#undef STAGE
