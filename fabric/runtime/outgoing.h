/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_OUTGOING_H
#define IXF_OUTGOING_H

/*
 * Sends frames of control through the ring to the first worker (view/punt.h).
 * Control thread only.
 */

#include <stdbool.h>
#include <stdint.h>

struct fabric;

/*
 * Sends a copy of the 'size' octets of a frame without tag and FCS by a port, or
 * (PORTS_MAX) by all ports of a LAN but 'except' (PORTS_MAX: by all).  False: the
 * ring or the pool is full.
 */
bool outgoing_send(struct fabric *, uint16_t port, uint16_t except,
		   uint16_t lan, const void *octets, uint32_t size);

#endif
