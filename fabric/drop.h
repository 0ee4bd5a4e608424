/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_DROP_H
#define IXF_DROP_H

#include <stdbool.h>

/* Why a frame is refused: DROP_mac_lock and so on, in the order of the list. */
enum drop {
	DROP_NONE,
#define DROP(name, ...) DROP_##name,
#include "drop_list.h"
	DROP_N
};

/* "mac_lock", as counters and ixctl print it; and the sentence that goes by. */
const char *drop_name(enum drop);
const char *drop_meaning(enum drop);

/* Whether the reason is charged to the port the frame was to leave by. */
bool drop_is_tx(enum drop);

/* Whether the check is part of the profile open. */
bool drop_in_open(enum drop);

#endif
