/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_DISCARD_CODE_H
#define IXF_DISCARD_CODE_H

/* The drop reasons of the fabric as reasons of sFlow (sflow_drops.txt).  Pure. */

#include <stdint.h>

#include "fabric/view/drop.h"

/* What no other code is about: "unknown_l2". */
#define DISCARD_UNKNOWN_L2 284

uint32_t discard_code(enum drop);

#endif
