/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_IF_COUNTERS_H
#define IXF_IF_COUNTERS_H

/*
 * The counters of a port as interfaces have them (RFC 2863, 3.1; ifTable, ifXTable,
 * and if_counters of sFlow), which SNMP and sFlow show.
 *
 * Octets are with the frame check sequence, 4 octets a frame: ours are without it.
 * Of the frames received, in_ucast, in_mcast and in_bcast are those that went on to a
 * port or were for the fabric itself, and the others are in in_discards, in_errors or
 * in_unknown_protos, so that
 *
 *   in_ucast + in_mcast + in_bcast + in_discards + in_errors + in_unknown_protos
 *     = rx_frames + rx_missed
 *
 * out_ucast, out_mcast and out_bcast are the frames that were to be sent, those in
 * out_discards, too: out_ucast + out_mcast + out_bcast = tx_frames + out_discards.
 *
 *   in_errors          rx_error and runt, and oversize that the device has refused
 *   in_unknown_protos  llc_snap and ethertype
 *   in_discards        all other reasons of the receiving side, and what the device
 *                      has missed for want of room (rx_missed)
 *   out_discards       all reasons of the sending side
 *   out_errors         what the device could not send (tx_errors)
 */

#include "fabric/runtime/if_values.h"

struct device_stats;
struct fabric;
struct lag_link;
struct port_rt;
struct port_stats;

/* Of a port that has counted this, and its device that. */
void if_counters_of(const struct port_stats *, const struct device_stats *,
		    struct if_counters *);

/*
 * The counters of a port of the running configuration.  Those that are made of several
 * never fall, although these are not read at the same moment: a poller would take it
 * for a counter that wrapped.  Control thread.
 */
void if_counters(struct fabric *, struct port_rt *, struct if_counters *);

/*
 * Those of a link of a LAG, which is there: what has gone by it and what its device has
 * counted.  Groups and broadcast are not told apart: they count as unicast.  What the
 * checks drop is counted for the port alone.
 */
void if_counters_link(struct fabric *, const struct lag_link *,
		      struct if_counters *);

#endif
