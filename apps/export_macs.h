/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_EXPORT_MACS_H
#define IXF_EXPORT_MACS_H

/* Tables of MAC addresses for IXP Manager and /etc/ethers, of a configuration.  Pure. */

#include <jansson.h>
#include <stdio.h>

#include "fabric/config/config.h"
#include "lib/faults.h"

/*
 * {"1": {"10": {"02005e005301": 31}}}: the infrastructure ('ixp_id'), the VLAN, the MAC
 * address and the VLAN interface in IXP Manager ('vli').  'fdb': the rows of "fdb show",
 * of which those are taken that were seen; NULL: the MAC addresses of the configuration.
 * Ports without 'vli' are left out, with one warning.
 */
json_t *export_macs(const struct config *, const json_t *fdb, struct faults *);

/* The MAC addresses of the configuration as ethers(5). */
void export_ethers(const struct config *, FILE *);

#endif
