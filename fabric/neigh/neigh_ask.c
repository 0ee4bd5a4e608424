/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Requests for an address that are answered no more.
 *
 * Where a port has no 'mac' lines, its addresses are asked for at the MAC address
 * that was seen with them last.  The router that has it may be gone, and the one in
 * its place says nothing until it is asked.  So an owner that does not answer is
 * asked at all of its port, until an answer comes.
 */
#include "fabric/neigh/neigh_impl.h"
#include "lib/clock.h"
#include "lib/mactab.h"

/* Hosts repeat a request after a second (RFC 4861, RetransTimer). */
#define ANSWER (CLOCK_SECOND / 2)

/*
 * In proxy mode the owner is not asked.  A router sends more often than this: the
 * keepalives of BGP (RFC 4271, 10) alone.
 */
#define SILENT 90 /* seconds */

/* Whether the owner may have been sent the request, and did not answer one. */
static bool
is_unanswered(struct address_rt *a, uint64_t now)
{
	/* A report of the answer may come before that of the request. */
	if (a->request_at <= a->seen_at) {
		a->request_at = now;
		return false;
	}
	return now - a->request_at >= ANSWER;
}

/* Whether nothing has come from the MAC address of the owner for some time. */
static bool
is_silent(const struct net_rt *n, uint64_t owner)
{
	struct mactab_entry e;
	uint32_t now = (uint32_t)(n->f->now / CLOCK_SECOND);

	return !mactab_get(n->lan->macs, neightab_owner_mac(owner), &e) ||
	       e.port != neightab_owner_port(owner) ||
	       (int32_t)(now - e.seen) > SILENT;
}

void
neigh_asked(struct net_rt *n, uint32_t slot, const struct port_rt *by,
	    bool held)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	uint16_t port = neightab_owner_port(owner);

	/* A port with 'mac' lines is asked at all of these. */
	if (neightab_owner_mac(owner) == 0 || port == by->id ||
	    n->f->view->port[port] == NULL ||
	    n->f->view->port[port]->nmacs != 0)
		return;
	if (held ? is_silent(n, owner)
		 : is_unanswered(&n->address[slot], n->f->now))
		neigh_own(n, slot, owner & ~NEIGHTAB_MAC);
}
