/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MEMIF_RX_H
#define IXF_MEMIF_RX_H

/*
 * The receive ring of a net_memif: the descriptor by which the other side tells of
 * frames, and the word by which the receiver asks for that (memif protocol 2.0).
 *
 * DPDK 22.11 leaves interrupts masked, and has no function for either.  But client and
 * server agree on both in messages between them, with the descriptors of the shared
 * memory and of the ring, and interpose.c shows them here.  What a connection brings
 * counts when the server has accepted it.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "fabric/config/devspec.h"
#include "fabric/view/view.h"

#define MEMIF_RX_REGIONS 16

#define MEMIF_MESSAGE_SIZE 128 /* of each message of the protocol */

struct memif_rx {
	struct memif_rx *next;
	struct rx_wait *wait; /* of the queue; NULL: not open */
	bool server;
	uint32_t id;
	struct sockaddr_un address; /* where the server listens */

	/* A connection that is being made: descriptors of the driver. */
	int socket; /* -1: none */
	int region[MEMIF_RX_REGIONS];
	int ring;
	uint16_t ring_region;
	uint32_t ring_offset;

	/* Changed by DPDK's thread for interrupts, read by the worker. */
	pthread_spinlock_t lock;
	_Atomic uint16_t
		*flags; /* of the ring, in 'map'; NULL: no connection */
	void *map;
	size_t mapped;
};

/*
 * Takes note of the ring of that device, if it is a net_memif, before it is attached:
 * wait->fd is one number whatever connections come.  False: it is none, or no
 * descriptor is left.  Control.
 */
bool memif_rx_open(struct memif_rx *, const struct devspec *, const char *args,
		   struct rx_wait *wait);
void memif_rx_close(struct memif_rx *);

/* Whether the other side is to tell of frames.  On the worker. */
void memif_rx_arm(struct memif_rx *, bool on);

/* A message that was sent or received by a UNIX socket, whatever it is.  Any thread. */
void memif_rx_message(int socket, const struct msghdr *, bool sent);

#endif
