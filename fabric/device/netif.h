/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NETIF_H
#define IXF_NETIF_H

/*
 * An interface of the kernel, under a device that stands on one: DPDK neither
 * brings it up nor follows its link.  Control thread; each call is a system
 * call or a few.  0 or -errno.
 */

#include <stdbool.h>
#include <stdint.h>

struct netif {
	int index;
	bool up;      /* set up by the administrator */
	bool carrier; /* and there is somebody at the other end */
	bool promiscuous;
};

int netif_read(const char *name, struct netif *);
int netif_mtu(const char *name, uint32_t *mtu);

/* Mbit/s; 0: not known. */
uint32_t netif_speed(const char *name);

int netif_set_up(const char *name);
int netif_set_mtu(const char *name, uint32_t mtu);

#endif
