/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/transmit.h"

#include <rte_spinlock.h>

#include "fabric/datapath/hot.h"

uint16_t
transmit_locked(const struct device *d, struct rte_mbuf **pkt, uint16_t n)
{
	uint16_t done;

	rte_spinlock_lock(d->tx_lock);
	done = d->tx(d, 0, pkt, n);
	rte_spinlock_unlock(d->tx_lock);
	return done;
}

void
transmit_reclaim(const struct device *d, unsigned int worker)
{
	if (d == NULL || d->reclaim == NULL)
		return;
	if (d->tx_lock == NULL) {
		d->reclaim(d, (uint16_t)worker);
		return;
	}
	rte_spinlock_lock(d->tx_lock);
	d->reclaim(d, 0);
	rte_spinlock_unlock(d->tx_lock);
}
