/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NOTIFY_H
#define IXF_NOTIFY_H

/*
 * Reports to a service manager: the protocol of sd_notify(3), one datagram to
 * $NOTIFY_SOCKET.  Does nothing if that is not set.
 */

#include <stdint.h>

/*
 * 'state' as in sd_notify(3): "READY=1".  Never waits: lost if the manager does not
 * read.
 */
void notify_send(const char *state);

/* The interval, in ns, at which to send "WATCHDOG=1"; 0: never. */
uint64_t notify_watchdog(void);

#endif
