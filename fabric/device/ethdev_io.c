/* SPDX-License-Identifier: BSD-3-Clause */
/* Receiving and sending by an ethdev.  On workers, but for ethdev_set_io(). */
#include "fabric/device/ethdev_impl.h"

#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include "fabric/device/device_impl.h"
#include "lib/frame.h"

static uint16_t
receive(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	uint16_t n)
{
	return rte_eth_rx_burst(d->ethdev, queue, pkt, n);
}

static uint16_t
transmit(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	 uint16_t n)
{
	return rte_eth_tx_burst(d->ethdev, queue, pkt, n);
}

/* Of a frame with a tag of 802.1ad packet.c leaves no more than this. */
#define STAG_LENGTH (PACKET_STAG_CUT + RTE_VLAN_HLEN)

/*
 * Gives what is left of a frame with a tag of 802.1ad the look of one, so that the
 * stages drop it for its tag; but a device that passes tags on would forward what
 * is left.  Returns whether to pass it to the stages.
 */
static bool
mend_stag(const struct device *d, struct rte_mbuf *m)
{
	uint8_t *tag = rte_pktmbuf_mtod_offset(m, uint8_t *, PACKET_STAG_CUT);
	uint8_t *type = (uint8_t *)rte_pktmbuf_append(m, 2);

	if (type == NULL ||
	    (d->tagged == NULL && !(d->owner->flags & PORT_IXP)))
		return false;
	tag[0] = FRAME_STAG >> 8;
	tag[1] = FRAME_STAG & 0xff;
	type[0] = 0;
	type[1] = 0;
	return true;
}

/*
 * A frame that is not as it was received: net_af_packet hands over as much of it
 * as its ring has room for, and reports no error.  Returns whether to pass it on.
 */
static bool
judge_cut(const struct device *d, uint16_t queue, struct rte_mbuf *m)
{
	struct ethdev *e = d->arg;

	if (m->pkt_len >= e->cut_length) {
		counter_add(&e->oversize[queue], 1);
		return false;
	}
	if (m->pkt_len != STAG_LENGTH || !(m->ol_flags & RTE_MBUF_F_RX_VLAN) ||
	    mend_stag(d, m))
		return true;
	counter_add(&e->stags[queue], 1);
	return false;
}

static uint16_t
receive_packets(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
		uint16_t n)
{
	const struct ethdev *e = d->arg;
	uint32_t whole = e->cut_length - (STAG_LENGTH + 1);
	uint16_t got = rte_eth_rx_burst(d->ethdev, queue, pkt, n), kept = 0;

	for (uint16_t i = 0; i < got; i++) {
		if (likely(pkt[i]->pkt_len - (STAG_LENGTH + 1) < whole) ||
		    judge_cut(d, queue, pkt[i]))
			pkt[kept++] = pkt[i];
		else
			rte_pktmbuf_free(pkt[i]);
	}
	return kept;
}

static uint16_t
transmit_packets(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
		 uint16_t n)
{
	struct ethdev *e = d->arg;

	return packet_send(&e->sender[queue], pkt, n);
}

/* A driver that cannot leaves its frames where they are. */
static void
reclaim(const struct device *d, uint16_t queue)
{
	rte_eth_tx_done_cleanup(d->ethdev, queue, 0);
}

/* The functions of the device; net_af_packet has its own. */
void
ethdev_set_io(const struct ethdev_setup *s, struct device *dev)
{
	struct ethdev *e = s->e;

	dev->rx = receive;
	dev->tx = transmit;
	dev->reclaim = reclaim;
	dev->multi_segs = (s->conf.txmode.offloads &
			   RTE_ETH_TX_OFFLOAD_MULTI_SEGS) != 0 ||
			  ethdev_quirks(e)->chains_tx;
	dev->holds = !ethdev_quirks(e)->copies_tx;
	dev->tx_lock = s->ntxqs < s->f->nworkers ? &e->tx_lock : NULL;
	if (!ethdev_is_packet(e))
		return;
	e->cut_length = devspec_packet_mtu(e->args) + 19;
	dev->rx = receive_packets;
	dev->tx = transmit_packets;
	dev->reclaim = NULL;
	dev->collects = true;
}
