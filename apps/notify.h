/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NOTIFY_H
#define IXF_NOTIFY_H

/*
 * Tells a service manager how we are: the protocol of sd_notify(3), one
 * datagram to $NOTIFY_SOCKET.  Without one, nothing happens.
 */

#include <stdint.h>

/* 'state' as in sd_notify(3): "READY=1". */
void notify_send(const char *state);

/* How often, in ns, the manager wants to hear "WATCHDOG=1"; 0: never. */
uint64_t notify_watchdog(void);

#endif
