/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NETIF_H
#define IXF_NETIF_H

/*
 * The interface of the kernel that a device uses: DPDK neither sets it up nor
 * follows its link.  Control thread; each function makes a few system calls and
 * returns 0 or -errno.
 */

#include <stdbool.h>
#include <stdint.h>

struct netif {
	int index;
	bool up;      /* set up by the administrator */
	bool carrier; /* and its link is up */
	bool promiscuous;
};

int netif_read(const char *name, struct netif *);
int netif_mtu(const char *name, uint32_t *mtu);

/* Mbit/s; 0: not known. */
uint32_t netif_speed(const char *name);

int netif_set_up(const char *name);
int netif_set_mtu(const char *name, uint32_t mtu);

#endif
