/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LAG_IMPL_H
#define IXF_LAG_IMPL_H

/* What the files of this room share.  Control thread. */

#include "fabric/lag/lag.h"
#include "lib/lagtable.h"

/* Works out which links are used now, and says so to workers and operators. */
void lag_update(struct fabric *, struct port_rt *);

/* Has workers choose links by this table. */
void lag_publish(struct lag_rt *, const uint8_t table[LAGTABLE_BUCKETS]);

/* Whether frames can leave by a link, as far as it is for the device. */
bool lag_link_is_up(const struct fabric *, const struct lag_link *);

/* lag_send.c: the address in LACP of a fabric for which none is configured. */
uint64_t lag_make_system(const struct fabric *);

/* The same: of lacp_send. */
struct lag_sender {
	struct fabric *f;
	struct port_rt *port;
};
void lag_send(void *sender, unsigned int slot, const uint8_t *pdu,
	      uint32_t size);

#endif
