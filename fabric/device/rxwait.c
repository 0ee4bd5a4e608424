/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/device/rxwait.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_ethdev.h>

#include "fabric/device/eal.h"

/* A frame of 60 octets on a wire of 10 Gbit/s takes 67 ns; with a quarter to spare. */
#define DESCRIPTOR_NS 50

static bool
is_driver(const struct devspec *spec, const char *name)
{
	return spec->driver != NULL && strcmp(spec->driver->name, name) == 0;
}

bool
rxwait_asks(const struct devspec *spec)
{
	return spec->pci || is_driver(spec, "net_tap") ||
	       is_driver(spec, "net_virtio_user");
}

void
rxwait_begin(struct rxwait *w, const struct devspec *spec, const char *args)
{
	for (unsigned int i = 0; i < RXWAIT_QUEUES; i++) {
		w->queue[i].fd = -1;
		w->loop[i].fd = -1;
	}
	memif_rx_open(&w->memif, spec, args, &w->queue[0]);
}

static struct rxwait *
of_device(const struct device *d)
{
	return RTE_PTR_SUB(d->rx_wait, offsetof(struct rxwait, queue));
}

static uint16_t
receive_tap(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	    uint16_t n)
{
	const struct rxwait *w = of_device(d);

	w->poke(w->signal);
	return rte_eth_rx_burst(d->ethdev, queue, pkt, n);
}

static uint16_t
transmit_ring(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	      uint16_t n)
{
	uint16_t sent = rte_eth_tx_burst(d->ethdev, queue, pkt, n);

	if (sent != 0)
		wakeup_ring(&of_device(d)->loop[queue]);
	return sent;
}

static void
arm_ring(const struct device *d, uint16_t queue, bool on)
{
	struct wakeup *loop = &of_device(d)->loop[queue];

	if (on)
		wakeup_begin(loop);
	else
		wakeup_end(loop, false);
}

static void
arm_memif(const struct device *d, uint16_t queue, bool on)
{
	(void)queue;
	memif_rx_arm(&of_device(d)->memif, on);
}

static void
arm_interrupt(const struct device *d, uint16_t queue, bool on)
{
	if (on)
		rte_eth_dev_rx_intr_enable(d->ethdev, queue);
	else
		rte_eth_dev_rx_intr_disable(d->ethdev, queue);
}

static bool
is_eventfd(int fd)
{
	char path[64], target[64] = "";

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return readlink(path, target, sizeof(target) - 1) > 0 &&
	       strstr(target, "eventfd") != NULL;
}

/* One descriptor for two queues, as without MSI-X, would not tell which. */
static bool
is_taken(const struct rxwait *w, unsigned int queue, int fd)
{
	for (unsigned int i = 0; i < queue; i++)
		if (w->queue[i].fd == fd)
			return true;
	return false;
}

/* A queue without one has 0 in DPDK's table, or -1. */
static bool
get_descriptors(struct rxwait *w, const struct device *d, uint16_t nrxqs)
{
	for (uint16_t i = 0; i < nrxqs; i++) {
		int fd = rte_eth_dev_rx_intr_ctl_q_get_fd(d->ethdev, i);

		if (fd <= STDERR_FILENO || is_taken(w, i, fd))
			return false;
		w->queue[i].fd = fd;
		w->queue[i].counts = is_eventfd(fd);
	}
	return true;
}

/* Some drivers start with interrupts switched on. */
static bool
can_arm(const struct device *d, uint16_t nrxqs)
{
	for (uint16_t i = 0; i < nrxqs; i++)
		if (rte_eth_dev_rx_intr_enable(d->ethdev, i) != 0 ||
		    rte_eth_dev_rx_intr_disable(d->ethdev, i) != 0)
			return false;
	return true;
}

static bool
open_interrupts(struct rxwait *w, struct device *d, uint16_t nrxqs)
{
	if (!get_descriptors(w, d, nrxqs) || !can_arm(d, nrxqs))
		return false;
	d->rx_arm = arm_interrupt;
	return true;
}

static void
silence(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags != -1)
		fcntl(fd, F_SETFL, flags & ~O_ASYNC);
}

static bool
open_tap(struct rxwait *w, struct device *d, uint16_t nrxqs)
{
	struct sigaction action = { 0 };

	if (!get_descriptors(w, d, nrxqs))
		return false;
	w->signal = fcntl(w->queue[0].fd, F_GETSIG);
	if (w->signal <= 0 || sigaction(w->signal, NULL, &action) != 0 ||
	    action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN)
		return false;
	for (uint16_t i = 0; i < nrxqs; i++)
		silence(w->queue[i].fd);
	w->poke = action.sa_handler;
	d->rx = receive_tap;
	return true;
}

/* With arguments its rings may be those of other devices. */
static bool
open_ring(struct rxwait *w, struct device *d, uint16_t nrxqs, const char *args)
{
	if (args[0] != '\0')
		return false;
	for (uint16_t i = 0; i < nrxqs; i++) {
		if (!wakeup_open(&w->loop[i]))
			return false;
		w->queue[i].fd = w->loop[i].fd;
		w->queue[i].counts = true;
	}
	d->tx = transmit_ring;
	d->rx_arm = arm_ring;
	return true;
}

static bool
open_memif(struct rxwait *w, struct device *d, uint16_t nrxqs)
{
	if (w->memif.wait == NULL || nrxqs != 1)
		return false;
	d->rx_arm = arm_memif;
	return true;
}

static bool
open_sockets(struct rxwait *w, const int *socket, uint16_t nrxqs)
{
	for (uint16_t i = 0; i < nrxqs; i++)
		w->queue[i].fd = socket[i];
	return true;
}

void
rxwait_open(struct rxwait *w, struct device *d, const struct devspec *spec,
	    const char *args, uint16_t nrxqs, uint16_t descriptors,
	    const int *socket, bool asked)
{
	bool waits = false;

	d->rx_arm = NULL;
	d->rx_room_ns = spec->pci ? descriptors * DESCRIPTOR_NS : 0;
	if (nrxqs > RXWAIT_QUEUES)
		return;
	eal_log_keep();
	if (socket != NULL)
		waits = open_sockets(w, socket, nrxqs);
	else if (is_driver(spec, "net_ring"))
		waits = open_ring(w, d, nrxqs, args);
	else if (is_driver(spec, "net_memif"))
		waits = open_memif(w, d, nrxqs);
	else if (is_driver(spec, "net_tap"))
		waits = asked && open_tap(w, d, nrxqs);
	else if (asked)
		waits = open_interrupts(w, d, nrxqs);
	eal_log_kept();
	d->rx_wait = waits ? w->queue : NULL;
}

void
rxwait_close(struct rxwait *w)
{
	for (unsigned int i = 0; i < RXWAIT_QUEUES; i++)
		wakeup_close(&w->loop[i]);
	memif_rx_close(&w->memif);
}
