/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Functions of ethdev in front of DPDK's, so that the source of source.h
 * takes the place of net_null devices.  This file is linked by its name into
 * ixbench, and into the library that tests/bench/compare loads into other
 * programs; their calls are resolved to these functions.
 */
#include <dlfcn.h>
#include <stdlib.h>

#include <rte_ethdev.h>

#include "fabric/bench/source.h"

/* The other functions of that library are its own. */
#define HOOK __attribute__((visibility("default")))

HOOK int rte_eth_rx_queue_setup(uint16_t, uint16_t, uint16_t, unsigned int,
				const struct rte_eth_rxconf *,
				struct rte_mempool *);
HOOK int rte_eth_dev_start(uint16_t);
HOOK int rte_eth_dev_stop(uint16_t);

/* DPDK's own function of that name. */
static void *
original(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (function == NULL)
		abort();
	return function;
}

int
rte_eth_rx_queue_setup(uint16_t port, uint16_t queue, uint16_t descriptors,
		       unsigned int socket, const struct rte_eth_rxconf *conf,
		       struct rte_mempool *pool)
{
	int (*setup)(uint16_t, uint16_t, uint16_t, unsigned int,
		     const struct rte_eth_rxconf *, struct rte_mempool *) =
		original("rte_eth_rx_queue_setup");
	int ret = setup(port, queue, descriptors, socket, conf, pool);

	if (ret == 0)
		source_note_pool(port, queue, pool);
	return ret;
}

int
rte_eth_dev_start(uint16_t port)
{
	int (*start)(uint16_t) = original("rte_eth_dev_start");
	int ret = start(port);

	if (ret == 0)
		source_attach(port);
	return ret;
}

int
rte_eth_dev_stop(uint16_t port)
{
	int (*stop)(uint16_t) = original("rte_eth_dev_stop");

	source_detach(port);
	return stop(port);
}
