/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SYSFS_H
#define IXF_SYSFS_H

/*
 * What DPDK needs of /sys at its start: without it, as in a chroot, it finds no core, and
 * prints its own options.  Any thread.
 */

#include <stdbool.h>
#include <unistd.h>

#define SYSFS_MISSING                                                          \
	"/sys is not mounted, so DPDK finds no core: mount -t sysfs sysfs "    \
	"/sys"

static inline bool
sysfs_has_cores(void)
{
	return access("/sys/devices/system/cpu", F_OK) == 0;
}

#endif
