/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PEER_H
#define IXF_PEER_H

/* The user of a client of the control socket, for the log.  Control thread. */

#include <stddef.h>
#include <sys/types.h>

/*
 * Writes "alice (uid 1000)", or "uid 1000" if /etc/passwd has no such user.  Other
 * sources of users are not asked: one that is on the network would make control
 * wait.
 */
void peer_name(uid_t, char *text, size_t size);

#endif
