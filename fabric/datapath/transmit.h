/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TRANSMIT_H
#define IXF_TRANSMIT_H

/*
 * The transmit queue that a worker has on a device: its own, or one that it shares
 * under a lock where the device has too few.  On the worker.
 */

#include <stdint.h>

#include <rte_branch_prediction.h>

#include "fabric/view/view.h"

/* transmit() where there is a lock. */
uint16_t transmit_locked(const struct device *, struct rte_mbuf **, uint16_t n);

/* Returns how many of 'n' frames the device took; the others stay the caller's. */
static inline uint16_t
transmit(const struct device *d, unsigned int worker, struct rte_mbuf **pkt,
	 uint16_t n)
{
	return likely(d->tx_lock == NULL) ? d->tx(d, (uint16_t)worker, pkt, n)
					  : transmit_locked(d, pkt, n);
}

/* Frees what the device has sent, and would free only when it sends more. */
void transmit_reclaim(const struct device *, unsigned int worker);

#endif
