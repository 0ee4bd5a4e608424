/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PACKET_H
#define IXF_PACKET_H

/*
 * The packet sockets of net_af_packet (packet(7)).  Its driver sets up the ring
 * before it binds the socket, so that frames of all other interfaces come in by
 * it until then; and it has the kernel put IPv4 fragments together, to frames
 * that fit no ring.  setsockopt.c calls here while the driver does that.  Control
 * thread.
 */

#include <stdint.h>
#include <sys/socket.h>

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
