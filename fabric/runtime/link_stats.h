/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LINK_STATS_H
#define IXF_LINK_STATS_H

/*
 * What has come and gone by each link of a LAG, of all workers.  Octets are without the
 * frame check sequence, as those of ports.  Control thread.
 */

#include <stdint.h>

struct device_rt;
struct fabric;

/* Numbers of a link, as NUMBER(name). */
#define LINK_STATS(NUMBER)                                                     \
	NUMBER(rx_frames)                                                      \
	NUMBER(rx_bytes)                                                       \
	NUMBER(tx_frames)                                                      \
	NUMBER(tx_bytes)

struct link_stats {
#define NUMBER(name) uint64_t name;
	LINK_STATS(NUMBER)
#undef NUMBER
};

/*
 * What workers have counted of a device as a link since they had counted 'base'; NULL:
 * also before it was this device.
 */
void link_stats(const struct fabric *, const struct device_rt *,
		const struct link_stats *base, struct link_stats *);

#endif
