/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SETTINGS_H
#define IXF_SETTINGS_H

/*
 * Settings of an interface of the kernel while a device uses it.
 *
 * The kernel of this machine is a host on every interface: it answers ARP for its
 * other addresses, it speaks IPv6 unasked, it takes IP packets to any of its
 * addresses (the weak host model, RFC 1122 section 3.3.4.2), and it merges received
 * frames (GRO).  Members would meet that host, and frames that they never sent.  So
 * these are switched off when the device is opened, and what was found is put back
 * when it is closed.
 *
 * What was found is written to a file for each interface first, so that the next
 * start puts it back after a crash.  The file is of use until the machine boots,
 * and needs no sync.  Control thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/device/settings_file.h"

/* What a device needs of its interface. */
struct settings_needs {
	uint32_t mtu;    /* of its payloads */
	bool past_qdisc; /* it sends past the qdisc, so the host need not send */
};

/*
 * Sets up the interface 'name' for a device.  'dir': where the files are, or "".
 * 'section' begins the lines in the log: what was set, what could not be set, and
 * what follows from that.  0, or -errno: the interface cannot be used, '*what' says
 * which setting failed, and nothing has changed.
 */
int settings_take(struct settings *, const char *name,
		  const struct settings_needs *, const char *dir,
		  const char *section, const char **what);

/* Puts back what was found, but not what another program has changed since. */
void settings_put_back(struct settings *);

/* Sets the MTU of the interface, to no less than was found.  0 or -errno. */
int settings_set_mtu(struct settings *, uint32_t mtu, const char *section);

/*
 * Sets again what another program has changed, and logs it.  Some ten system
 * calls.
 */
void settings_check(struct settings *, const char *section);

/*
 * Puts back what a daemon that crashed has left behind, by the files in 'dir'; but
 * not at an interface of which 'in_use' returns true.
 */
void settings_recover(const char *dir, bool (*in_use)(const char *name));

#endif
