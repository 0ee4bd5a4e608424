/* SPDX-License-Identifier: BSD-3-Clause */
/* Setting up an ethdev that is attached: its MTU, its queues, where its frames go. */
#include "fabric/device/ethdev_impl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fabric/device/eal.h"
#include "lib/log.h"

/* Buffers of a device that needs a pool of its own. */
#define OWN_BUFFERS 1024

/* That a receive queue takes at least, whatever 'descriptors' says. */
#define MIN_BUFFERS 512

const struct devspec_driver *
ethdev_quirks(const struct ethdev *e)
{
	static const struct devspec_driver none;

	return e->spec.driver != NULL ? e->spec.driver : &none;
}

/* The largest payload the device takes; UINT32_MAX: it knows no limit. */
static uint32_t
mtu_limit(const struct ethdev_setup *s)
{
	uint32_t length = s->info.max_rx_pktlen;

	if (ethdev_is_packet(s->e))
		return devspec_packet_mtu(s->e->args);
	if (ethdev_quirks(s->e)->any_length)
		return UINT32_MAX;
	if (s->info.max_mtu != UINT16_MAX && s->info.max_mtu != 0)
		return s->info.max_mtu;
	if (length == 0 || length > UINT16_MAX)
		return UINT32_MAX;
	return length - RTE_ETHER_HDR_LEN - RTE_ETHER_CRC_LEN;
}

/* The MTU to configure: with room for a tag, where there is any. */
static int
setup_mtu(struct ethdev_setup *s)
{
	uint32_t limit = mtu_limit(s);
	uint32_t mtu = RTE_MAX(s->d->mtu, (uint32_t)RTE_ETHER_MTU) + 4;

	if (s->d->mtu > limit)
		return ETHDEV_FAULT(
			s, -EMSGSIZE,
			"%s takes a MTU of at most %u, and its LANs have %u",
			s->e->spec.name, limit, s->d->mtu);
	if (ethdev_quirks(s->e)->any_length)
		mtu = RTE_ETHER_MTU; /* the driver rejects more, yet longer frames arrive */
	s->conf.rxmode.mtu = RTE_MIN(mtu, limit);
	return 0;
}

static void
setup_queues(struct ethdev_setup *s)
{
	uint16_t n = (uint16_t)s->f->nworkers;
	uint16_t max = ethdev_quirks(s->e)->max_queues;

	if (max != 0)
		n = RTE_MIN(n, max);
	s->nrxqs = RTE_MIN(n, s->info.max_rx_queues);
	s->ntxqs = RTE_MIN(n, s->info.max_tx_queues);
	/* Some drivers pair them. */
	if (!s->e->spec.pci)
		s->nrxqs = s->ntxqs = RTE_MIN(s->nrxqs, s->ntxqs);
	if (s->nrxqs > 1 && s->info.flow_type_rss_offloads != 0) {
		s->conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		s->conf.rx_adv_conf.rss_conf.rss_hf =
			(RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP) &
			s->info.flow_type_rss_offloads;
	}
}

/* Frees the pools that all buffers have come back to. */
static void
free_pools(struct device_shared *shared)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < shared->npools; i++) {
		if (rte_mempool_in_use_count(shared->pool[i]) == 0)
			rte_mempool_free(shared->pool[i]);
		else
			shared->pool[kept++] = shared->pool[i];
	}
	shared->npools = kept;
}

/* Frames out of the pool may be in the queue of another device. */
void
ethdev_release_pool(struct device_shared *shared, struct rte_mempool *pool)
{
	free_pools(shared);
	if (pool == NULL)
		return;
	if (rte_mempool_in_use_count(pool) == 0)
		rte_mempool_free(pool);
	else if (shared->npools < DEVICE_POOLS_MAX)
		shared->pool[shared->npools++] = pool;
}

static int
make_pool(struct ethdev_setup *s, uint32_t room)
{
	static unsigned int number;
	const struct device_shared *shared = s->f->backend_arg;
	unsigned int n = OWN_BUFFERS;
	char name[RTE_MEMPOOL_NAMESIZE];

	if (ethdev_quirks(s->e)->own_pool)
		n = 8 * OWN_BUFFERS;
	/* Its receive queues are full of them. */
	if (s->e->spec.pci)
		n += s->nrxqs * RTE_MAX(shared->descriptors, MIN_BUFFERS);
	room = RTE_ALIGN_CEIL(room, 64) + RTE_PKTMBUF_HEADROOM;
	snprintf(name, sizeof(name), "device%u", number++);
	free_pools(s->f->backend_arg);
	eal_log_keep();
	s->e->pool = rte_pktmbuf_pool_create(name, n, 0, 0, (uint16_t)room,
					     SOCKET_ID_ANY);
	eal_log_kept();
	if (s->e->pool == NULL)
		return ETHDEV_FAULT(
			s, -ENOMEM,
			"%s: no memory for %u buffers of %u octets: raise "
			"'memory' in [fabric]",
			s->e->spec.name, n, room);
	s->pool = s->e->pool;
	return 0;
}

static int
setup_pool(struct ethdev_setup *s)
{
	uint32_t room = s->conf.rxmode.mtu + RTE_ETHER_HDR_LEN +
			2 * RTE_VLAN_HLEN + RTE_ETHER_CRC_LEN;
	uint32_t have =
		rte_pktmbuf_data_room_size(s->f->pool) - RTE_PKTMBUF_HEADROOM;

	if (ethdev_is_packet(s->e))
		room = devspec_packet_room(s->e->args);
	s->pool = s->f->pool;
	if (ethdev_quirks(s->e)->own_pool)
		return make_pool(s, RTE_MAX(room, have));
	if (room <= have || ethdev_quirks(s->e)->chains_rx)
		return 0;
	if (!(s->info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER) ||
	    pci_driver(&s->info).whole)
		return make_pool(s, room);
	s->conf.rxmode.offloads |= RTE_ETH_RX_OFFLOAD_SCATTER;
	return 0;
}

/* A call of DPDK failed: reports the error with what it has logged. */
static int
step_failed(struct ethdev_setup *s, const char *what, int error)
{
	const char *logged = eal_log_kept();

	return ETHDEV_FAULT(s, error, "%s: %s: %s", s->e->spec.name, what,
			    logged[0] != '\0' ? logged : strerror(-error));
}

static int
start_queues(struct ethdev_setup *s, const char **step)
{
	const struct device_shared *shared = s->f->backend_arg;
	uint16_t nrx = (uint16_t)shared->descriptors, ntx = nrx;
	uint16_t id = s->e->id;
	int socket = rte_eth_dev_socket_id(id), ret;

	if (pci_driver(&s->info).two_rings)
		nrx /= 2;
	rte_eth_dev_adjust_nb_rx_tx_desc(id, &nrx, &ntx);
	if (ethdev_quirks(s->e)->rx_desc != 0)
		nrx = ethdev_quirks(s->e)->rx_desc;
	s->rx_descriptors = nrx;
	for (uint16_t i = 0; i < s->ntxqs; i++) {
		ret = rte_eth_tx_queue_setup(id, i, ntx, (unsigned int)socket,
					     NULL);
		*step = "no transmit queue";
		if (ret != 0)
			return ret;
	}
	for (uint16_t i = 0; i < s->nrxqs; i++) {
		ret = rte_eth_rx_queue_setup(id, i, nrx, (unsigned int)socket,
					     NULL, s->pool);
		*step = "no receive queue";
		if (ret != 0)
			return ret;
	}
	return 0;
}

/* 0 or -errno, and the step that failed. */
static int
start_with(struct ethdev_setup *s, const char **step)
{
	uint16_t id = s->e->id;
	int ret;

	*step = "it cannot be configured";
	ret = rte_eth_dev_configure(id, s->nrxqs, s->ntxqs, &s->conf);
	if (ret != 0)
		return ret;
	ret = start_queues(s, step);
	if (ret != 0)
		return ret;
	*step = "it does not start";
	return rte_eth_dev_start(id);
}

/* Receive interrupts are asked for, and gone without if it does not start so. */
static int
start(struct ethdev_setup *s)
{
	uint16_t id = s->e->id;
	const char *step;
	int ret;

	eal_log_keep();
	s->conf.intr_conf.rxq = rxwait_asks(&s->e->spec);
	ret = start_with(s, &step);
	if (ret != 0 && s->conf.intr_conf.rxq) {
		eal_log_kept();
		eal_log_keep();
		s->conf.intr_conf.rxq = 0;
		ret = start_with(s, &step);
	}
	if (ret != 0)
		return step_failed(s, step, ret);
	ret = rte_eth_promiscuous_enable(id);
	if (ret != 0 && ret != -ENOTSUP && !rte_eth_promiscuous_get(id))
		return step_failed(s, "it cannot be made promiscuous", ret);
	eal_log_kept();
	return 0;
}

/* An operator can switch the feature on and off. */
void
ethdev_check_senders(struct ethdev *e)
{
	bool joins = e->nsenders != 0 && packet_can_join(e->interface);

	for (unsigned int i = 0; i < e->nsenders; i++)
		atomic_store_explicit(&e->sender[i].joins, joins,
				      memory_order_relaxed);
}

static int
open_senders(struct ethdev_setup *s)
{
	const struct device_shared *shared = s->f->backend_arg;
	struct ethdev *e = s->e;
	int ret = 0;

	if (!ethdev_is_packet(e))
		return 0;
	for (; e->nsenders < s->ntxqs && ret == 0; e->nsenders++)
		ret = packet_sender_open(&e->sender[e->nsenders], e->interface,
					 shared->descriptors * s->e->room);
	ethdev_check_senders(e);
	if (ret == 0 &&
	    atomic_load_explicit(&e->sender[0].joins, memory_order_relaxed))
		eal_log(LOG_NOTICE,
			"%s: %s set: segments of a TCP flow leave as large "
			"frames, for it has TSO; 'ethtool -K %s tso off' "
			"ends that",
			e->section, e->interface, e->interface);
	if (ret == 0)
		return 0;
	return ETHDEV_FAULT(s, ret, "%s: no socket to send by: %s",
			    e->spec.name, strerror(-ret));
}

int
ethdev_set_up(struct ethdev_setup *s)
{
	int ret;

	ret = rte_eth_dev_info_get(s->e->id, &s->info);
	if (ret != 0)
		return ETHDEV_FAULT(s, ret, "%s: %s", s->e->spec.name,
				    strerror(-ret));
	ret = setup_mtu(s);
	if (ret != 0)
		return ret;
	setup_queues(s);
	s->conf.txmode.offloads =
		s->info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	ret = setup_pool(s);
	if (ret != 0)
		return ret;
	s->e->room = (uint32_t)rte_pktmbuf_data_room_size(s->pool) -
		     RTE_PKTMBUF_HEADROOM;
	ret = start(s);
	return ret != 0 ? ret : open_senders(s);
}
