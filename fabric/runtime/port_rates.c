/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/port_rates.h"

#include <stddef.h>

#include "fabric/runtime/port_stats.h"
#include "lib/clock.h"

static struct port_reading
read_at(uint64_t now, const struct port_stats *s, uint64_t dropped)
{
	return (struct port_reading){
		.at = now,
		.rx_bytes = s->rx_bytes,
		.tx_bytes = s->tx_bytes,
		.rx_frames = s->rx_frames,
		.tx_frames = s->tx_frames,
		.dropped = dropped,
	};
}

bool
port_rates_due(const struct port_rates *r, uint64_t now)
{
	uint64_t last =
		r->kept[(r->next + PORT_RATES_KEPT - 1) % PORT_RATES_KEPT].at;

	return last == 0 || clock_since(now, last) >= CLOCK_SECOND;
}

void
port_rates_keep(struct port_rates *r, uint64_t now, const struct port_stats *s,
		uint64_t dropped)
{
	r->kept[r->next] = read_at(now, s, dropped);
	r->next = (r->next + 1) % PORT_RATES_KEPT;
}

/* The oldest reading, or NULL. */
static const struct port_reading *
oldest(const struct port_rates *r)
{
	for (unsigned int i = 0; i < PORT_RATES_KEPT; i++) {
		const struct port_reading *kept =
			&r->kept[(r->next + i) % PORT_RATES_KEPT];

		if (kept->at != 0)
			return kept;
	}
	return NULL;
}

/* 'ns' is not 0.  A counter that went back has begun anew. */
static double
per_second(uint64_t then, uint64_t now, uint64_t ns)
{
	return now > then ? (double)(now - then) * (double)CLOCK_SECOND /
				    (double)ns
			  : 0;
}

bool
port_rates_read(const struct port_rates *r, uint64_t now,
		const struct port_stats *s, uint64_t dropped,
		struct port_rate *rate)
{
	const struct port_reading *then = oldest(r);
	struct port_reading is = read_at(now, s, dropped);
	uint64_t ns = then != NULL ? clock_since(now, then->at) : 0;

	if (ns < CLOCK_SECOND / 2)
		return false;
	rate->rx_bytes = per_second(then->rx_bytes, is.rx_bytes, ns);
	rate->tx_bytes = per_second(then->tx_bytes, is.tx_bytes, ns);
	rate->rx_frames = per_second(then->rx_frames, is.rx_frames, ns);
	rate->tx_frames = per_second(then->tx_frames, is.tx_frames, ns);
	rate->dropped = per_second(then->dropped, is.dropped, ns);
	return true;
}
