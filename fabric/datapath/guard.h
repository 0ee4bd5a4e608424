/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_GUARD_H
#define IXF_GUARD_H

/*
 * The private header of stage_guard.c and of its parts, guard_*.c: one frame, and
 * the checks of it.  They stand in the order of drop_list.h; the first that
 * drops the frame names the reason.  On the worker.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/datapath/worker_drop.h"
#include "fabric/datapath/worker_meter.h"
#include "fabric/view/view.h"
#include "lib/frame.h"

struct guard {
	struct worker *worker;
	const struct view *view;
	const struct port *in;
	struct rte_mbuf *pkt;
	uint64_t src, dst;
	const uint8_t *payload; /* behind the type */
	uint32_t size;          /* octets there */
	uint32_t wire_size;     /* that were there on the wire */
	bool culled;            /* PORT_CULLED of the port */
	bool watched;           /* PORT_WATCHED of the port */
	bool is_neigh;          /* it is ARP, NS or NA, for stage neigh */
	bool provoked; /* another member may have made an honest sender send
			  it: it disables no port */
};

/* Whether the check 'why', which applies to the frame, drops it. */
static inline bool
guard_drops(const struct guard *g, enum drop why)
{
	return worker_drops(g->worker, g->in, g->pkt, why);
}

/* Whether the frame exceeds a limit of its port. */
static inline bool
guard_exceeds(const struct guard *g, enum meter_kind kind)
{
	return !worker_takes_of(g->worker, g->in, kind, 1);
}

struct arp;
struct ipv4;
struct ipv6;

/* From arp_malformed to arp_rate; sets g->is_neigh. */
enum drop guard_arp(struct guard *);
/* From ipv6_mcast_not_nd to nd_unknown_opts; sets g->is_neigh. */
enum drop guard_nd(struct guard *, const struct ipv6 *);
/* Whether the IPv6 packet, to a group, may go there: ND, MLD. */
bool guard_may_go_to_group(const struct guard *, const struct ipv6 *);
/* From ip_header to bgp_cull; for IPv6 guard_nd() and sponge_stray before. */
enum drop guard_ipv4(const struct guard *);
enum drop guard_ipv6(struct guard *);

/*
 * Sent to the MAC address of the fabric, which takes no traffic, only ARP and ND
 * where it has a sponge.
 */
static inline enum drop
guard_stray(const struct guard *g)
{
	return g->dst == g->in->own_mac && g->dst != 0 &&
			       !(g->is_neigh && g->in->lan->takes_part) &&
			       guard_drops(g, DROP_sponge_stray)
		       ? DROP_sponge_stray
		       : DROP_NONE;
}

/*
 * guard_watch.c: notes that the sender of an IP packet is alive, and reports it
 * to control where control waits for it.
 */
void guard_watch_stray(const struct guard *, uint16_t type);
void guard_watch4(const struct guard *, const struct ipv4 *);
void guard_watch6(const struct guard *, const struct ipv6 *);

/*
 * guard_credit.c: whether the message answers a request that was let through, so
 * that it is not charged to the port; and notes a request that is let through.
 */
bool guard_is_answer4(const struct guard *, const struct arp *);
bool guard_is_answer6(const struct guard *, const struct ipv6 *);
void guard_asks4(const struct guard *, const struct arp *);
void guard_asks6(const struct guard *, const struct ipv6 *);

/*
 * guard_address.c: whether the port may use the address, by the check 'why'.  One
 * of another port it may not; one of no port it may, unless the configuration
 * lists its addresses and the check is not narrow (struct port).  A link-local
 * address belongs to the port at which a check has seen it first, if the
 * configuration gives it to none.
 */
bool guard_may_use4(const struct guard *, enum drop why, uint32_t address);
bool guard_may_use6(const struct guard *, enum drop why,
		    const uint8_t *address);

/*
 * Whether the frame goes to the port that has the address of its source: so a
 * router returns what it was sent, and it can deceive no other port.  'echo': it
 * is BFD echo (RFC 5881, 4), which goes home if the address has no known port.
 */
bool guard_goes_home4(const struct guard *, uint32_t address, bool echo);
bool guard_goes_home6(const struct guard *, const uint8_t *address, bool echo);

#endif
