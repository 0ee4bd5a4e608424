/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PORT_INDEX_H
#define IXF_PORT_INDEX_H

/*
 * The number that identifies a port outside: ifIndex of SNMP (RFC 2863, 3.1.5) and of
 * sFlow, ifindex of the metrics, index of the JSON.  It is the key 'index'; a port
 * without that key has one that never changes and no other port is given: indexmap.h.
 *
 * So has each link of a LAG, for what counts by cables; its name is "PORT/DEVICE".  It is
 * that of the port, not of the NIC: a NIC that comes to another port has another number
 * there, or graphs of the old member would go on with the traffic of the new one.
 */

#include <stdint.h>

struct config_port;
struct fabric;

/* Of a port of the running configuration; 0: all are used up.  Control thread. */
uint32_t port_index(const struct fabric *, const struct config_port *);

#endif
