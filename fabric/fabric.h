/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FABRIC_H
#define IXF_FABRIC_H

/*
 * A fabric, for the processes in apps/: it runs live (control.h) or in step
 * (lockstep.h), and these headers change it and tell its state.  No type of DPDK
 * passes through here.
 *
 * All of it is called from one thread, the control thread.
 */

#include "fabric/apply/apply.h"
#include "fabric/config/config.h"
#include "fabric/fdb.h"
#include "fabric/runtime/port_id.h"
#include "fabric/runtime/stats.h"
#include "fabric/view/drop.h"
#include "lib/faults.h"

#endif
