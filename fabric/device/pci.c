/* SPDX-License-Identifier: BSD-3-Clause */
/* rte_dev_event_callback_register() is no stable interface yet. */
#define ALLOW_EXPERIMENTAL_API

#include "fabric/device/pci.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/queue.h>

#include <rte_dev.h>

#include "fabric/device/eal.h"
#include "lib/log.h"

/* Control adds and removes, DPDK's interrupt thread looks a name up. */
static struct {
	pthread_mutex_t lock;
	LIST_HEAD(pci_watches, pci_watch) all;
	bool registered; /* control */
} watches = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* DPDK's interrupt thread: the kernel asks for the device back. */
static void
asked_back(const char *name, enum rte_dev_event_type event, void *arg)
{
	struct pci_watch *w;

	(void)arg;
	if (event != RTE_DEV_EVENT_REMOVE)
		return;
	pthread_mutex_lock(&watches.lock);
	LIST_FOREACH(w, &watches.all, link)
	if (strcmp(w->name, name) == 0)
		atomic_store_explicit(&w->gone, true, memory_order_relaxed);
	pthread_mutex_unlock(&watches.lock);
}

/*
 * One callback for all devices, for good: DPDK 22.11 takes those of other devices
 * away with that of one.
 */
static void
listen_once(void)
{
	int ret;

	if (watches.registered)
		return;
	ret = rte_dev_event_callback_register(NULL, asked_back, NULL);
	watches.registered = ret == 0;
	if (ret != 0)
		eal_log(LOG_WARNING,
			"a PCI device that is taken out will not be noticed: "
			"%s",
			strerror(-ret));
}

void
pci_watch(struct pci_watch *w, const char *name)
{
	listen_once();
	w->name = name;
	atomic_init(&w->gone, false);
	pthread_mutex_lock(&watches.lock);
	LIST_INSERT_HEAD(&watches.all, w, link);
	pthread_mutex_unlock(&watches.lock);
}

void
pci_unwatch(struct pci_watch *w)
{
	if (w->name == NULL)
		return;
	pthread_mutex_lock(&watches.lock);
	LIST_REMOVE(w, link);
	pthread_mutex_unlock(&watches.lock);
	w->name = NULL;
}

bool
pci_gone(const struct pci_watch *w)
{
	return w->name != NULL &&
	       atomic_load_explicit(&w->gone, memory_order_relaxed);
}

struct pci_driver
pci_driver(const struct rte_eth_dev_info *info)
{
	static const struct pci_driver vmxnet3 = { .two_rings = true,
						   .whole = true };
	static const struct pci_driver other;

	return info->driver_name != NULL &&
			       strcmp(info->driver_name, "net_vmxnet3") == 0
		       ? vmxnet3
		       : other;
}
