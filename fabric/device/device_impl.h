/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_DEVICE_IMPL_H
#define IXF_DEVICE_IMPL_H

/* What the files of this room share, beside eal.h and tsc.h.  Control thread. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "fabric/config/devspec.h"
#include "lib/faults.h"

/*
 * attach.c: attaches a device to DPDK, with these (completed) arguments, while it
 * runs, and finds its ethdev.  0, or -errno and an error at 'at', in 'section',
 * that names what is missing.
 */
int attach(const struct devspec *, const char *args, uint16_t *ethdev,
	   struct where at, const char *section, struct faults *);

/* Detaches a device whose ethdev has been stopped and closed. */
void detach(const struct devspec *);

/*
 * memif.c: the listening socket of net_memif.  DPDK 22.11 keeps it open, and in its
 * table of interrupts, when the device is closed: no device could listen there
 * again, and a client that connects makes the driver use freed memory.
 */

struct memif_listener {
	char name[108]; /* an abstract name, or a path */
	bool abstract;
};

/* Whether that device is to listen, and then its address in '*l'. */
bool memif_listens(const struct devspec *, const char *args,
		   struct memif_listener *);

/*
 * Whether the address is free: 0, -EADDRINUSE or another -errno.  Removes the file
 * of a socket that a killed process has left.
 */
int memif_claim(const struct memif_listener *);

/* Puts a file without events in the place of our socket that listens there. */
void memif_silence(const struct memif_listener *);

/*
 * netif.c: the interface of the kernel that a device uses.  DPDK neither sets it
 * up nor follows its link.  Each function makes a few system calls and returns 0
 * or -errno.
 */

struct netif {
	int index;
	bool up;      /* set up by the administrator */
	bool carrier; /* and its link is up */
};

int netif_read(const char *name, struct netif *);
int netif_mtu(const char *name, uint32_t *mtu);

/* Mbit/s; 0: not known. */
uint32_t netif_speed(const char *name);

int netif_set_up(const char *name);
int netif_set_mtu(const char *name, uint32_t mtu);

/*
 * packet.c: the packet sockets of net_af_packet (packet(7)).  Its driver sets up
 * the ring before it binds the socket, so that frames of all other interfaces come
 * in by it until then; and it has the kernel put IPv4 fragments together, to frames
 * that fit no ring.  setsockopt.c calls here while the driver does that.
 */

/* setsockopt(2) of the kernel. */
int packet_set_option(int fd, int level, int name, const void *value,
		      socklen_t size);

/* A socket is being set up: it receives nothing until it is bound. */
void packet_mute(int fd);

/*
 * The socket is bound, and receives: what came to its interface, but not what
 * the host itself sends there.  'fanout' is what the driver asks for, of which
 * everything but the defragmentation is done.  0, or -1 and errno.
 */
int packet_bound(int fd, int fanout);

/*
 * The sockets that have been bound since the last call, at most 'max' of them, to
 * fd[]; they stay the driver's.  Returns how many.
 */
unsigned int packet_take_sockets(int *fd, unsigned int max);

/*
 * Frames that found no room in the ring of a socket since the last call
 * (PACKET_STATISTICS); the driver does not count them.
 */
uint64_t packet_ring_drops(int fd);

#endif
