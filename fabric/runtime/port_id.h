/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PORT_ID_H
#define IXF_PORT_ID_H

/* Ports by number and by name, without the types of DPDK.  Control thread. */

#include <stdint.h>

struct fabric;

#define FABRIC_NO_PORT 0xfff

/* The id of a port, or FABRIC_NO_PORT. */
uint16_t fabric_port_id(const struct fabric *, const char *name);

/* The name of the port with this id, as long as it exists; or NULL. */
const char *fabric_port_name(const struct fabric *, uint16_t id);

#endif
