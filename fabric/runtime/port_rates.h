/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PORT_RATES_H
#define IXF_PORT_RATES_H

/*
 * Octets, frames and drops of a port per second, averaged over some five seconds:
 * the counters are read once a second and kept, and what they are now is compared to
 * the oldest that is kept.  Control thread; time is an argument.
 */

#include <stdbool.h>
#include <stdint.h>

struct port_stats;

#define PORT_RATES_KEPT 6 /* so that the oldest is five seconds old, or more */

struct port_reading {
	uint64_t at; /* ns; 0: never */
	uint64_t rx_bytes, tx_bytes, rx_frames, tx_frames, dropped;
};

/* All zero: nothing is known yet. */
struct port_rates {
	unsigned int next; /* the oldest; to be written next */
	struct port_reading kept[PORT_RATES_KEPT];
};

/* Per second. */
struct port_rate {
	double rx_bytes, tx_bytes, rx_frames, tx_frames, dropped;
};

/* Whether the last reading is a second old, or there is none. */
bool port_rates_due(const struct port_rates *, uint64_t now);

/*
 * Keeps what the port has counted by 'now', which never goes back, and how many frames
 * were dropped in all.
 */
void port_rates_keep(struct port_rates *, uint64_t now,
		     const struct port_stats *, uint64_t dropped);

/* False if no reading is half a second old yet. */
bool port_rates_read(const struct port_rates *, uint64_t now,
		     const struct port_stats *, uint64_t dropped,
		     struct port_rate *);

#endif
