/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SNMP_ASK_H
#define IXF_SNMP_ASK_H

/* What ixfabric-snmp asks the daemon for: the ports, and the MAC tables. */

#include "apps/snmp_feed.h"

extern const struct snmp_source snmp_ask_ports; /* struct snmp_ports */
extern const struct snmp_source snmp_ask_macs;  /* struct snmp_macs */

#endif
