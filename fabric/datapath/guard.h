/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_GUARD_H
#define IXF_GUARD_H

/*
 * What the parts of stage guard share: one frame, and what is asked about it.
 * Each judge is a few rows of the policy, in their order; the first to object
 * names the reason.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/datapath/worker_drop.h"
#include "fabric/datapath/worker_meter.h"
#include "fabric/view/view.h"
#include "lib/frame.h"

struct guard {
	struct worker *worker;
	const struct port *in;
	struct rte_mbuf *pkt;
	uint64_t src, dst;
	const uint8_t *payload; /* behind the type */
	uint32_t size;          /* octets there */
	uint32_t wire_size;     /* that were there on the wire */
	bool culled;            /* the port is */
	bool watched;           /* an address may be that the frame is from */
	bool is_neigh;          /* it is ARP or ND, for stage neigh */
};

/* Whether the check 'why', which applies to the frame, refuses it. */
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

struct ipv4;
struct ipv6;

/* Rows 27 to 33. */
enum drop guard_arp(struct guard *);
/* Rows 34 to 46. */
enum drop guard_nd(struct guard *, const struct ipv6 *);
/* Rows 50 to 56; of IPv6, those from 34 on, which need its headers too. */
enum drop guard_ipv4(const struct guard *);
enum drop guard_ipv6(struct guard *);

/*
 * Row 49: sent to the fabric itself, which takes no traffic, but listens to ARP
 * and ND where it has a sponge.
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
 * guard_watch.c: notes that the sender of an IP packet is alive, and tells control
 * if that waits for it.
 */
void guard_watch_stray(const struct guard *, uint16_t type);
void guard_watch4(const struct guard *, const struct ipv4 *);
void guard_watch6(const struct guard *, const struct ipv6 *);

/*
 * Whether the address is one that the port may use, as far as that is known: an
 * address of another port never is.
 */
bool guard_is_ports4(const struct port *, uint32_t address);
bool guard_is_ports6(const struct guard *, const uint8_t *address);

#endif
