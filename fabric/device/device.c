/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/device/device.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_branch_prediction.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_spinlock.h>

#include <net/if.h>

#include "fabric/config/devspec.h"
#include "fabric/device/device_impl.h"
#include "fabric/device/eal.h"
#include "fabric/device/packet_send.h"
#include "fabric/device/pci.h"
#include "fabric/device/rxwait.h"
#include "fabric/device/settings.h"
#include "lib/clock.h"
#include "lib/frame.h"
#include "lib/log.h"
#include "lib/statefile.h"

/* Buffers of a device that needs a pool of its own. */
#define OWN_BUFFERS 1024

/* That a receive queue takes at least, whatever 'descriptors' says. */
#define MIN_BUFFERS 512

/* An open device; d->dev.arg. */
struct ethdev {
	struct devspec spec; /* args: in d->spec */
	char args[DEVSPEC_ARGS_SIZE];
	char section[CONFIG_NAME_SIZE + 8];
	uint16_t id;              /* DPDK's number */
	char interface[IFNAMSIZ]; /* of the kernel, below it, or "" */
	struct settings settings; /* of it; made by us: none */
	int lock;                 /* of it: iflock.c; -1: none */
	int socket[WORKERS_MAX];  /* packet sockets, the driver's */
	unsigned int nsockets;
	struct rxwait wait; /* how workers wait for its frames */
	struct packet_sender sender[WORKERS_MAX]; /* of net_af_packet */
	unsigned int nsenders;
	uint64_t ring_drops;       /* that they have counted */
	struct rte_mempool *pool;  /* of its own, or NULL */
	uint32_t room;             /* for a frame in one of its buffers */
	struct rte_eth_stats base; /* what it had counted when opened */
	rte_spinlock_t tx_lock;    /* taken by workers */
	struct pci_watch pci;      /* of a PCI device */
	bool gone;                 /* the interface, when it was looked at */
	uint32_t speed;            /* of the interface, Mbit/s */
	uint64_t speed_due;        /* ns: when to ask for it again */
	uint64_t check_due;        /* ns: when to look at the settings again */

	/*
	 * net_af_packet: frames of this length and more were cut short by the
	 * driver.  The counts are written by the worker of the queue, read by
	 * control.
	 */
	uint32_t cut_length;
	struct counter oversize[WORKERS_MAX];
	struct counter stags[WORKERS_MAX];
};

/* A device that is being set up: what is wanted of it, and what it offers. */
struct setup {
	struct fabric *f;
	struct device_rt *d;
	struct ethdev *e;
	struct rte_eth_dev_info info;
	struct rte_eth_conf conf;
	uint16_t nrxqs, ntxqs;
	uint16_t rx_descriptors; /* of each queue */
	struct rte_mempool *pool;
	struct where at;
	struct faults *faults;
};

/* Reports an error; its value is 'error'. */
#define FAULT(s, error, ...)                                                   \
	(faults_error((s)->faults, (s)->at, (s)->e->section,                   \
		      "device: " __VA_ARGS__),                                 \
	 (error))

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

static bool
is_packet(const struct ethdev *e)
{
	return e->spec.driver != NULL &&
	       strcmp(e->spec.driver->name, "net_af_packet") == 0;
}

static const struct devspec_driver *
quirks(const struct ethdev *e)
{
	static const struct devspec_driver none;

	return e->spec.driver != NULL ? e->spec.driver : &none;
}

/* The largest payload the device takes; UINT32_MAX: it knows no limit. */
static uint32_t
mtu_limit(const struct setup *s)
{
	uint32_t length = s->info.max_rx_pktlen;

	if (is_packet(s->e))
		return devspec_packet_mtu(s->e->args);
	if (quirks(s->e)->any_length)
		return UINT32_MAX;
	if (s->info.max_mtu != UINT16_MAX && s->info.max_mtu != 0)
		return s->info.max_mtu;
	if (length == 0 || length > UINT16_MAX)
		return UINT32_MAX;
	return length - RTE_ETHER_HDR_LEN - RTE_ETHER_CRC_LEN;
}

/* The MTU to configure: with room for a tag, where there is any. */
static int
setup_mtu(struct setup *s)
{
	uint32_t limit = mtu_limit(s);
	uint32_t mtu = RTE_MAX(s->d->mtu, (uint32_t)RTE_ETHER_MTU) + 4;

	if (s->d->mtu > limit)
		return FAULT(
			s, -EMSGSIZE,
			"%s takes a MTU of at most %u, and its LANs have %u",
			s->e->spec.name, limit, s->d->mtu);
	if (quirks(s->e)->any_length)
		mtu = RTE_ETHER_MTU; /* the driver rejects more, yet longer frames arrive */
	s->conf.rxmode.mtu = RTE_MIN(mtu, limit);
	return 0;
}

static void
setup_queues(struct setup *s)
{
	uint16_t n = (uint16_t)s->f->nworkers;
	uint16_t max = quirks(s->e)->max_queues;

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
static void
release_pool(struct device_shared *shared, struct rte_mempool *pool)
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
make_pool(struct setup *s, uint32_t room)
{
	static unsigned int number;
	const struct device_shared *shared = s->f->backend_arg;
	unsigned int n = OWN_BUFFERS;
	char name[RTE_MEMPOOL_NAMESIZE];

	if (quirks(s->e)->own_pool)
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
		return FAULT(s, -ENOMEM,
			     "%s: no memory for %u buffers of %u octets: raise "
			     "'memory' in [fabric]",
			     s->e->spec.name, n, room);
	s->pool = s->e->pool;
	return 0;
}

static int
setup_pool(struct setup *s)
{
	uint32_t room = s->conf.rxmode.mtu + RTE_ETHER_HDR_LEN +
			2 * RTE_VLAN_HLEN + RTE_ETHER_CRC_LEN;
	uint32_t have =
		rte_pktmbuf_data_room_size(s->f->pool) - RTE_PKTMBUF_HEADROOM;

	if (is_packet(s->e))
		room = devspec_packet_room(s->e->args);
	s->pool = s->f->pool;
	if (quirks(s->e)->own_pool)
		return make_pool(s, RTE_MAX(room, have));
	if (room <= have || quirks(s->e)->chains_rx)
		return 0;
	if (!(s->info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER) ||
	    pci_driver(&s->info).whole)
		return make_pool(s, room);
	s->conf.rxmode.offloads |= RTE_ETH_RX_OFFLOAD_SCATTER;
	return 0;
}

/* A call of DPDK failed: reports the error with what it has logged. */
static int
step_failed(struct setup *s, const char *what, int error)
{
	const char *logged = eal_log_kept();

	return FAULT(s, error, "%s: %s: %s", s->e->spec.name, what,
		     logged[0] != '\0' ? logged : strerror(-error));
}

static int
start_queues(struct setup *s, const char **step)
{
	const struct device_shared *shared = s->f->backend_arg;
	uint16_t nrx = (uint16_t)shared->descriptors, ntx = nrx;
	uint16_t id = s->e->id;
	int socket = rte_eth_dev_socket_id(id), ret;

	if (pci_driver(&s->info).two_rings)
		nrx /= 2;
	rte_eth_dev_adjust_nb_rx_tx_desc(id, &nrx, &ntx);
	if (quirks(s->e)->rx_desc != 0)
		nrx = quirks(s->e)->rx_desc;
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
start_with(struct setup *s, const char **step)
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
start(struct setup *s)
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

#define SPEED_PERIOD CLOCK_SECOND
#define CHECK_PERIOD (10 * CLOCK_SECOND)

/* Reading the speed can take long, so it is read once a second. */
static uint32_t
interface_speed(const struct fabric *f, struct ethdev *e, bool came_up)
{
	if (came_up || f->now >= e->speed_due) {
		e->speed = netif_speed(e->interface);
		e->speed_due = f->now + SPEED_PERIOD;
	}
	return e->speed;
}

/* An operator can switch the feature on and off. */
static void
check_senders(struct ethdev *e)
{
	bool joins = e->nsenders != 0 && packet_can_join(e->interface);

	for (unsigned int i = 0; i < e->nsenders; i++)
		atomic_store_explicit(&e->sender[i].joins, joins,
				      memory_order_relaxed);
}

/*
 * What others may have changed at the interface, of one interface in a turn: for 32 of
 * them control would be busy for 10 ms.
 */
static void
check(struct fabric *f, struct ethdev *e)
{
	struct device_shared *shared = f->backend_arg;

	if (f->now < e->check_due || f->now == shared->checked_at)
		return;
	shared->checked_at = f->now;
	e->check_due = f->now + CHECK_PERIOD;
	settings_check(&e->settings, e->section);
	check_senders(e);
	iflock_turn(e->lock);
}

static void
device_link(struct fabric *f, const struct device_rt *d, struct link *now)
{
	struct ethdev *e = d->dev.arg;
	struct rte_eth_link link = { 0 };
	struct netif netif = { 0 };
	int ret;

	if (e->settings.name[0] == '\0') {
		rte_eth_link_get_nowait(e->id, &link);
		e->gone = pci_gone(&e->pci);
		now->up = !e->gone && link.link_status == RTE_ETH_LINK_UP;
		now->speed = link.link_speed == RTE_ETH_SPEED_NUM_UNKNOWN
				     ? 0
				     : link.link_speed;
		return;
	}
	ret = netif_read(e->interface, &netif);
	/* An interface made later under the same name is another one. */
	e->gone = ret == -ENODEV ||
		  (ret == 0 && netif.index != e->settings.index);
	now->up = ret == 0 && netif.carrier && !e->gone;
	now->speed = now->up ? interface_speed(f, e, !d->link) : e->speed;
	if (ret == 0 && !e->gone)
		check(f, e);
}

static bool
device_gone(const struct device_rt *d)
{
	const struct ethdev *e = d->dev.arg;

	return e->gone;
}

/* Octets around the payload of a frame with two tags. */
#define AROUND (RTE_ETHER_HDR_LEN + 2 * RTE_VLAN_HLEN + RTE_ETHER_CRC_LEN)

/*
 * The drivers of DPDK 22.11 that set a MTU while the device is started, as long as
 * a frame fits into a buffer.
 */
static bool
sets_mtu_started(uint16_t id)
{
	static const char *const names[] = { "net_ixgbe",    "net_e1000_igb",
					     "net_e1000_em", "net_virtio",
					     "mlx5_pci",     "net_tap" };
	struct rte_eth_dev_info info;

	if (rte_eth_dev_info_get(id, &info) != 0 || info.driver_name == NULL)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(info.driver_name, names[i]) == 0)
			return true;
	return false;
}

static bool
device_takes_mtu(const struct device_rt *d, uint32_t mtu)
{
	const struct ethdev *e = d->dev.arg;

	if (is_packet(e))
		return mtu <= devspec_packet_mtu(e->args);
	return mtu + AROUND <= e->room && sets_mtu_started(e->id);
}

static int
device_set_mtu(struct fabric *f, struct device_rt *d, uint32_t mtu)
{
	struct ethdev *e = d->dev.arg;

	(void)f;
	if (e->settings.name[0] != '\0')
		return settings_set_mtu(&e->settings, mtu, e->section);
	/* With room for a tag, as in setup_mtu(). */
	return rte_eth_dev_set_mtu(e->id, (uint16_t)(mtu + RTE_VLAN_HLEN));
}

static void
fill(struct setup *s)
{
	struct device *dev = &s->d->dev;
	struct ethdev *e = s->e;
	const int *socket = NULL;

	dev->ethdev = e->id;
	dev->ntxqs = s->ntxqs;
	dev->multi_segs = (s->conf.txmode.offloads &
			   RTE_ETH_TX_OFFLOAD_MULTI_SEGS) != 0 ||
			  quirks(e)->chains_tx;
	dev->holds = !quirks(e)->copies_tx;
	dev->rx = receive;
	dev->tx = transmit;
	dev->reclaim = reclaim;
	dev->arg = e;
	dev->tx_lock = s->ntxqs < s->f->nworkers ? &e->tx_lock : NULL;
	if (is_packet(e)) {
		e->cut_length = devspec_packet_mtu(e->args) + 19;
		dev->rx = receive_packets;
		dev->tx = transmit_packets;
		dev->reclaim = NULL;
		dev->collects = true;
		if (e->nsockets >= s->nrxqs)
			socket = e->socket;
	}
	rxwait_open(&e->wait, dev, &e->spec, e->args, s->nrxqs,
		    s->rx_descriptors, socket, s->conf.intr_conf.rxq);
	s->d->nrxqs = s->nrxqs;
	if (dev->tx_lock != NULL)
		eal_log(LOG_NOTICE,
			"%s: %s: the %u workers share its transmit queues",
			e->section, e->spec.name, s->f->nworkers);
}

static int
open_senders(struct setup *s)
{
	const struct device_shared *shared = s->f->backend_arg;
	struct ethdev *e = s->e;
	int ret = 0;

	if (!is_packet(e))
		return 0;
	for (; e->nsenders < s->ntxqs && ret == 0; e->nsenders++)
		ret = packet_sender_open(&e->sender[e->nsenders], e->interface,
					 shared->descriptors * s->e->room);
	check_senders(e);
	if (ret == 0 &&
	    atomic_load_explicit(&e->sender[0].joins, memory_order_relaxed))
		eal_log(LOG_NOTICE,
			"%s: %s set: segments of a TCP flow leave as large "
			"frames, for it has TSO; 'ethtool -K %s tso off' "
			"ends that",
			e->section, e->interface, e->interface);
	if (ret == 0)
		return 0;
	return FAULT(s, ret, "%s: no socket to send by: %s", e->spec.name,
		     strerror(-ret));
}

static int
setup(struct setup *s)
{
	int ret;

	ret = rte_eth_dev_info_get(s->e->id, &s->info);
	if (ret != 0)
		return FAULT(s, ret, "%s: %s", s->e->spec.name, strerror(-ret));
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

static bool
get_listener(const struct ethdev *e, struct memif_listener *l)
{
	return memif_listens(&e->spec, e->args, l);
}

/* Whether another device, with an 'id' of its own, shares the socket. */
static bool
is_shared(const struct fabric *f, const struct ethdev *e,
	  const struct memif_listener *l)
{
	struct memif_listener other;

	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		const struct device_rt *d = f->device[i];

		if (d == NULL || d->closed || d->dev.arg == NULL ||
		    d->dev.arg == e)
			continue;
		if (get_listener(d->dev.arg, &other) &&
		    strcmp(other.name, l->name) == 0)
			return true;
	}
	return false;
}

static int
claim_listener(const struct setup *s)
{
	struct memif_listener l;

	if (!get_listener(s->e, &l) || is_shared(s->f, s->e, &l) ||
	    memif_claim(&l) == 0)
		return 0;
	return FAULT(s, -EADDRINUSE, "%s: another process listens at %s",
		     s->e->spec.name, l.name);
}

static void
ethdev_free(struct ethdev *e)
{
	settings_put_back(&e->settings);
	if (e->lock >= 0)
		close(e->lock);
	rxwait_close(&e->wait);
	free(e);
}

static void
release(struct fabric *f, struct ethdev *e)
{
	struct memif_listener l;

	pci_unwatch(&e->pci);
	rte_eth_dev_stop(e->id);
	rte_eth_dev_close(e->id);
	for (unsigned int i = 0; i < e->nsenders; i++)
		packet_sender_close(&e->sender[i]);
	detach(&e->spec);
	if (get_listener(e, &l) && !is_shared(f, e, &l))
		memif_silence(&l);
	release_pool(f->backend_arg, e->pool);
	ethdev_free(e);
}

static struct ethdev *
ethdev_create(const struct fabric *f, const struct device_rt *d)
{
	const struct device_shared *shared = f->backend_arg;
	struct ethdev *e = calloc(1, sizeof(*e));
	struct devspec_needs needs = {
		.queues = f->nworkers,
		.descriptors = shared->descriptors,
		.mtu = d->mtu,
	};

	if (e == NULL)
		return NULL;
	e->lock = -1;
	snprintf(e->section, sizeof(e->section), "port %s", d->name);
	rte_spinlock_init(&e->tx_lock);
	if (devspec_parse(d->spec, &e->spec) != 0 ||
	    devspec_complete(&e->spec, &needs, e->args) != 0) {
		free(e);
		return NULL;
	}
	devspec_interface(&e->spec, e->interface, sizeof(e->interface));
	rxwait_begin(&e->wait, &e->spec, e->args);
	return e;
}

/* Another device on the same interface would get some of its frames. */
static int
check_interface(const struct setup *s)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		const struct device_rt *d = s->f->device[i];
		const struct ethdev *other;

		if (d == NULL || d == s->d || d->closed || d->dev.arg == NULL)
			continue;
		other = d->dev.arg;
		if (s->e->interface[0] == '\0' ||
		    strcmp(other->interface, s->e->interface) != 0)
			continue;
		return FAULT(
			s, -EBUSY, "the interface %s is in use by %s of [%s]",
			other->interface, other->spec.name, other->section);
	}
	return 0;
}

/*
 * Keeps other daemons away from an interface.  One that net_tap makes is known by
 * its name, before it is there.
 */
static int
lock_name(const char *interface, bool exists, int *holder)
{
	unsigned int index = exists ? if_nametoindex(interface) : 0;
	char key[32];

	if (index != 0)
		snprintf(key, sizeof(key), "%u", index);
	else
		snprintf(key, sizeof(key), "%s", interface);
	return iflock_take(key, holder);
}

static int
lock_interface(struct setup *s)
{
	struct ethdev *e = s->e;
	char process[32] = "";
	int holder;

	if (e->interface[0] == '\0')
		return 0;
	e->lock = lock_name(e->interface, quirks(e)->kernel, &holder);
	if (e->lock >= 0)
		return 0;
	if (holder != 0)
		snprintf(process, sizeof(process), ", process %d", holder);
	return FAULT(s, e->lock,
		     "the interface %s is in use by another ixfabricd%s (%s)",
		     e->interface, process, strerror(-e->lock));
}

/* Sets up the interface of the kernel that the device uses. */
static int
take_interface(struct setup *s)
{
	const struct device_shared *shared = s->f->backend_arg;
	struct ethdev *e = s->e;
	const struct settings_needs needs = {
		.mtu = s->d->mtu,
		.past_qdisc = quirks(e)->past_qdisc,
	};
	const char *what;
	int ret;

	if (!quirks(e)->kernel || e->interface[0] == '\0')
		return 0;
	ret = settings_take(&e->settings, e->interface, &needs, shared->records,
			    e->section, &what);
	if (ret == 0)
		return 0;
	return FAULT(s, ret,
		     "%s: %s cannot be set (the MTU of its LANs is %u): %s",
		     e->interface, what, s->d->mtu, strerror(-ret));
}

static int
attach_device(struct setup *s)
{
	struct ethdev *e = s->e;
	int ret;

	packet_begin(devspec_packet_queues(e->args));
	ret = attach(&e->spec, e->args, &e->id, s->at, e->section, s->faults);
	e->nsockets = packet_take_sockets(e->socket, WORKERS_MAX);
	return ret;
}

static int
device_open(struct fabric *f, struct device_rt *d, struct where at,
	    struct faults *faults)
{
	struct setup s = { .f = f, .d = d, .at = at, .faults = faults };
	int ret;

	s.e = ethdev_create(f, d);
	if (s.e == NULL) {
		faults_error(faults, at, NULL,
			     "device: '%s' is too long, or has no name",
			     d->spec);
		return -EINVAL;
	}
	ret = check_interface(&s);
	if (ret == 0)
		ret = claim_listener(&s);
	if (ret == 0)
		ret = attach_check(&s.e->spec, at, s.e->section, faults);
	if (ret == 0)
		ret = lock_interface(&s);
	if (ret == 0)
		ret = take_interface(&s);
	if (ret == 0)
		ret = attach_device(&s);
	if (ret != 0) {
		ethdev_free(s.e);
		return ret;
	}
	ret = setup(&s);
	if (ret != 0) {
		eal_log_keep();
		release(f, s.e);
		eal_log_kept();
		return ret;
	}
	fill(&s);
	if (s.e->spec.pci)
		pci_watch(&s.e->pci, s.e->spec.name);
	rte_eth_stats_get(s.e->id, &s.e->base);
	return 0;
}

static void
device_close(struct fabric *f, struct device_rt *d)
{
	struct ethdev *e = d->dev.arg;

	/* That of an interface of the kernel is put back with the others. */
	if (e->settings.name[0] == '\0')
		rte_eth_promiscuous_disable(e->id);
	release(f, e);
	d->dev.arg = NULL;
}

static void
device_stats(struct fabric *f, const struct device_rt *d,
	     struct device_stats *stats)
{
	struct ethdev *e = d->dev.arg;
	struct rte_eth_stats now = e->base;

	(void)f;
	for (unsigned int i = 0; i < e->nsockets; i++)
		e->ring_drops += packet_ring_drops(e->socket[i]);
	rte_eth_stats_get(e->id, &now);
	stats->rx_errors = now.ierrors - e->base.ierrors;
	stats->rx_missed = now.imissed - e->base.imissed + e->ring_drops;
	stats->rx_no_mbuf = now.rx_nombuf - e->base.rx_nombuf;
	stats->tx_errors = now.oerrors - e->base.oerrors;
	for (unsigned int i = 0; i < WORKERS_MAX; i++) {
		stats->rx_oversize += counter_read(&e->oversize[i]);
		stats->rx_stags += counter_read(&e->stags[i]);
		stats->tx_errors += counter_read(&e->sender[i].errors);
	}
}

const struct backend device_backend = {
	.open = device_open,
	.close = device_close,
	.link = device_link,
	.gone = device_gone,
	.takes_mtu = device_takes_mtu,
	.set_mtu = device_set_mtu,
	.stats = device_stats,
};

void
device_begin(struct device_shared *shared, const struct config *config)
{
	const char *state = config->fabric.state;
	const char *slash = strrchr(state, '/');
	int len = slash != NULL ? (int)(slash + 1 - state) : 0;

	shared->descriptors = config->fabric.descriptors;
	statefile_prepare(state);
	if (snprintf(shared->records, sizeof(shared->records), "%.*sinterfaces",
		     len, state) >= (int)sizeof(shared->records))
		shared->records[0] = '\0';
}

void
device_abandon(struct fabric *f)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		struct ethdev *e = f->device[i] != NULL && !f->device[i]->closed
					   ? f->device[i]->dev.arg
					   : NULL;

		if (e != NULL)
			settings_put_back(&e->settings);
	}
}

static bool
is_in_use(const char *interface)
{
	int holder, lock = lock_name(interface, true, &holder);

	if (lock < 0)
		return true;
	close(lock);
	return false;
}

void
device_recover(const struct device_shared *shared)
{
	settings_recover(shared->records, is_in_use);
}
