/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_VIOLATION_SOURCE_H
#define IXF_VIOLATION_SOURCE_H

/*
 * The port behind a forged address: to name both ports in the log, since the
 * port of entry may be that of a router, which only forwards what another member
 * has sent it.  Control thread.
 */

#include "fabric/view/drop_record.h"

struct fabric;
struct port_rt;

/*
 * The other port that has the IP address which the dropped frame claims: by the
 * configuration, or, of link-local addresses, because it was seen there first or
 * is made from a MAC address there.  NULL: none, or the reason is not about
 * that.
 */
const struct port_rt *violation_source(const struct fabric *,
				       const struct port_rt *,
				       const struct drop_record_copy *);

#endif
