/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FABRIC_H
#define IXF_FABRIC_H

/*
 * A fabric, for the processes in apps/.  It runs live (control.h) or in step
 * (lockstep.h); the headers below apply configurations to it and read its state.
 * No type of DPDK passes through here.  Control thread.
 */

#include "fabric/apply/apply.h"
#include "fabric/config/config.h"
#include "fabric/fdb.h"
#include "fabric/runtime/port_id.h"
#include "fabric/runtime/stats.h"
#include "fabric/view/drop.h"
#include "lib/faults.h"

#endif
