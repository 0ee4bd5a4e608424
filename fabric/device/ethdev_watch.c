/* SPDX-License-Identifier: BSD-3-Clause */
/* What an open ethdev does and can: its link, its MTU, what it has counted. */
#include "fabric/device/ethdev_impl.h"

#include <errno.h>
#include <string.h>

#include "fabric/device/device_impl.h"
#include "lib/clock.h"

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
	ethdev_check_senders(e);
	iflock_turn(e->lock);
}

void
ethdev_link(struct fabric *f, const struct device_rt *d, struct link *now)
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

bool
ethdev_gone(const struct device_rt *d)
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

bool
ethdev_takes_mtu(const struct device_rt *d, uint32_t mtu)
{
	const struct ethdev *e = d->dev.arg;

	if (ethdev_is_packet(e))
		return mtu <= devspec_packet_mtu(e->args);
	return mtu + AROUND <= e->room && sets_mtu_started(e->id);
}

int
ethdev_set_mtu(struct fabric *f, struct device_rt *d, uint32_t mtu)
{
	struct ethdev *e = d->dev.arg;

	(void)f;
	if (e->settings.name[0] != '\0')
		return settings_set_mtu(&e->settings, mtu, e->section);
	/* With room for a tag, as in setup_mtu(). */
	return rte_eth_dev_set_mtu(e->id, (uint16_t)(mtu + RTE_VLAN_HLEN));
}

void
ethdev_stats(struct fabric *f, const struct device_rt *d,
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
