/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PACKET_SEND_H
#define IXF_PACKET_SEND_H

/*
 * How frames leave by a packet socket (packet(7)) of our own, in place of the
 * transmit ring of net_af_packet.  The kernel copies what it takes out of that ring,
 * so a frame was copied twice; and it takes frames one at a time, each through the
 * stack of a host behind a veth before the next.  Here segments of one TCP flow that
 * follow one another are handed over as one large frame (lib/gso.h), which the
 * interface divides again where its own hosts would have it divided: where it has
 * the feature "tx-tcp-segmentation".
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/counter.h"

struct rte_mbuf;

/* Of one transmit queue. */
struct packet_sender {
	int fd; /* -1: none */
	/*
	 * The interface divides large frames: written by control, and by the worker
	 * when it does not.
	 */
	_Atomic bool joins;
	struct counter
		errors; /* frames too long, say: by the worker, for control */
};

/*
 * Opens the socket on the interface 'name', with room for 'room' octets on their way.
 * 0 or -errno.  Control.
 */
int packet_sender_open(struct packet_sender *, const char *name, uint32_t room);
void packet_sender_close(struct packet_sender *);

/*
 * Whether the interface divides large frames.  Some ten system calls; control.
 */
bool packet_can_join(const char *name);

/*
 * Sends frames, and frees what is sent.  Returns how many; the interface has no room
 * for the others, or is down.  On the worker.
 */
uint16_t packet_send(struct packet_sender *, struct rte_mbuf **, uint16_t n);

#endif
