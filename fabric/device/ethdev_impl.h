/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ETHDEV_IMPL_H
#define IXF_ETHDEV_IMPL_H

/*
 * An ethdev of DPDK, as the files ethdev_*.c and device.c of this room share it.
 * Control thread, but for what says otherwise.
 */

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_ethdev.h>
#include <rte_spinlock.h>

#include "fabric/config/devspec.h"
#include "fabric/device/device_shared.h"
#include "fabric/device/packet_send.h"
#include "fabric/device/pci.h"
#include "fabric/device/rxwait.h"
#include "fabric/device/settings.h"
#include "fabric/runtime/runtime.h"
#include "lib/counter.h"
#include "lib/faults.h"

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
struct ethdev_setup {
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
#define ETHDEV_FAULT(s, error, ...)                                            \
	(faults_error((s)->faults, (s)->at, (s)->e->section,                   \
		      "device: " __VA_ARGS__),                                 \
	 (error))

static inline bool
ethdev_is_packet(const struct ethdev *e)
{
	return e->spec.driver != NULL &&
	       strcmp(e->spec.driver->name, "net_af_packet") == 0;
}

/* What its driver does otherwise than most. */
const struct devspec_driver *ethdev_quirks(const struct ethdev *);

/* ethdev_io.c: how workers receive and send by it. */
void ethdev_set_io(const struct ethdev_setup *, struct device *);

/*
 * ethdev_setup.c: configures and starts a device that has been attached: 0, or -errno
 * and an error.
 */
int ethdev_set_up(struct ethdev_setup *);

/* Frees a pool of a device that is closed, once no other device sends out of it. */
void ethdev_release_pool(struct device_shared *, struct rte_mempool *);

/* Whether frames are joined that its interface is to cut again. */
void ethdev_check_senders(struct ethdev *);

/* ethdev_watch.c: of struct backend. */
void ethdev_link(struct fabric *, const struct device_rt *, struct link *);
bool ethdev_gone(const struct device_rt *);
bool ethdev_takes_mtu(const struct device_rt *, uint32_t mtu);
int ethdev_set_mtu(struct fabric *, struct device_rt *, uint32_t mtu);
void ethdev_stats(struct fabric *, const struct device_rt *,
		  struct device_stats *);

#endif
