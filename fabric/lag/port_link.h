/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PORT_LINK_H
#define IXF_PORT_LINK_H

/*
 * What follows for a port when its egress can send, or can not any more.  Control
 * thread.
 */

#include <stdbool.h>

struct fabric;
struct port_rt;

/*
 * Sets the state of the port, suspects its IP addresses, and flushes what it had
 * learned if it is down now.  'was_up': its egress could send before.
 */
void port_link_settle(struct fabric *, struct port_rt *, bool was_up);

#endif
