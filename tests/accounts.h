/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ACCOUNTS_H
#define IXF_ACCOUNTS_H

/*
 * That every frame is accounted for: what docs/architecture.md, A frame's way,
 * says of the counters of ports.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/runtime/stats.h"

static inline uint64_t
accounts_drops(const struct port_stats *s, bool tx)
{
	uint64_t sum = 0;

	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		if (drop_is_tx(why) == tx)
			sum += s->drop[why];
	return sum;
}

/* What a port has received, by what became of it. */
static inline uint64_t
accounts_received(const struct port_stats *s)
{
	return s->forwarded + s->flooded + s->consumed +
	       accounts_drops(s, false);
}

/*
 * What was to be sent because of it, by whatever port; and what a port has sent
 * or lost.  Over all ports they are the same.
 */
static inline uint64_t
accounts_handed_on(const struct port_stats *s)
{
	return s->forwarded + s->copies + s->generated + s->mirrored;
}

static inline uint64_t
accounts_sent(const struct port_stats *s)
{
	return s->tx_frames + accounts_drops(s, true);
}

#endif
