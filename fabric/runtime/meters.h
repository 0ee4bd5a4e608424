/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_METERS_H
#define IXF_METERS_H

/* The limits of ports, set from the configuration.  Control thread. */

#include <stdint.h>

#include "fabric/view/meter_kind.h"

struct config;
struct config_port;
struct device_rt;
struct fabric;

/* Sets the limits of a port of 'config' by the speed its device has now. */
void meters_set(struct fabric *, const struct config *config,
		const struct config_port *);

/* The same for the ports of a device whose speed has changed. */
void meters_device(struct fabric *, const struct device_rt *);

/*
 * What the configuration gives a port for a limit.  Broadcast ARP replies have
 * no key: their unit is frames and their value is not 0.
 */
struct config_rate meters_rate(const struct config *,
			       const struct config_port *, enum meter_kind);

/* The limits that count frames, as bits METER_x. */
uint16_t meters_per_packet(const struct config *, const struct config_port *);

#endif
