/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RXWAIT_H
#define IXF_RXWAIT_H

/*
 * How workers wait for frames of an ethdev: a descriptor for each receive queue
 * (struct rx_wait of view.h), which DPDK's function for all drivers gives, or which
 * only the driver in question has.
 *
 * net_af_packet: its packet sockets.
 * net_tap: its files.  The driver looks at them only after a signal, which the kernel
 * sends to the process for each frame; it interrupts control, and may come after the
 * worker has looked.  So the signals are switched off, and the worker calls what
 * handles them before it receives.
 * net_memif: what the two sides of the connection have agreed on (memif_rx.h).
 * net_ring: what is sent to the device comes in by it; the sender wakes the receiver.
 * PCI devices, net_virtio_user: receive interrupts, which are switched on only while a
 * worker sleeps.  A driver without them, or one that does not start with them, leaves
 * its worker to the clock; so does every other vdev.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/config/devspec.h"
#include "fabric/device/memif_rx.h"
#include "fabric/view/view.h"
#include "lib/wakeup.h"

#define RXWAIT_QUEUES 64

struct rxwait {
	struct rx_wait queue[RXWAIT_QUEUES]; /* first: device->rx_wait */
	struct wakeup loop[RXWAIT_QUEUES];   /* net_ring; fd -1: none */
	struct memif_rx memif;
	void (*poke)(int signal); /* net_tap: what handles its signal */
	int signal;
};

/* Whether to ask for receive interrupts when the device is configured. */
bool rxwait_asks(const struct devspec *);

/* Of a device that is not attached yet: with its completed arguments, which stay. */
void rxwait_begin(struct rxwait *, const struct devspec *, const char *args);

/*
 * Makes the workers wait for frames of the device, which is started and has 'nrxqs'
 * queues of 'descriptors' each, if they can.  'socket': those of net_af_packet, one for
 * each queue, or NULL.  'asked': it was configured with receive interrupts.  Control.
 */
void rxwait_open(struct rxwait *, struct device *, const struct devspec *,
		 const char *args, uint16_t nrxqs, uint16_t descriptors,
		 const int *socket, bool asked);
void rxwait_close(struct rxwait *);

#endif
