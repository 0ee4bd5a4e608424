/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_METER_KIND_H
#define IXF_METER_KIND_H

/* What is limited for each port.  Any thread. */

#include "fabric/view/drop.h"

/* METER_ARP and so on, in the order of the list. */
enum meter_kind {
#define METER(id, ...) METER_##id,
#include "fabric/view/meter_list.h"
	METERS
};

/* "arp_one". */
const char *meter_kind_name(enum meter_kind);

/* "Broadcast ARP". */
const char *meter_kind_subject(enum meter_kind);

/* The reason to drop what exceeds the limit. */
enum drop meter_kind_drop(enum meter_kind);

#endif
