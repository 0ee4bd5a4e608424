/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The Transmit machine (6.4.16) and the marker responder (6.5.4): what is sent, and how
 * much of it in a second.
 */
#include <string.h>

#include "lib/lacp_impl.h"

/* Whether one more may be sent; 'from' is of 'limit' entries. */
static bool
take_turn(uint64_t *from, unsigned int limit, uint64_t now)
{
	if (now < from[0])
		return false;
	memmove(from, from + 1, (limit - 1) * sizeof(from[0]));
	from[limit - 1] = now + LACP_FAST_TIME;
	return true;
}

void
lacp_run_transmit(struct lacp *l, unsigned int slot, uint64_t now,
		  lacp_send *send, void *arg)
{
	struct lacp_link *link = &l->link[slot];
	uint8_t octets[LACP_PDU_SIZE];
	struct lacp_info actor;

	if (link->periodic == LACP_NO_PERIODIC)
		link->ntt = false;
	if (!link->ntt || !take_turn(link->tx_from, LACP_TX_LIMIT, now))
		return;
	link->ntt = false;
	link->counters.pdus_tx++;
	lacp_actor(l, slot, &actor);
	lacp_pdu_write(octets, &actor, &link->partner);
	send(arg, slot, octets, sizeof(octets));
}

void
lacp_respond(struct lacp *l, unsigned int slot,
	     const struct lacp_marker *marker, uint64_t now, lacp_send *send,
	     void *arg)
{
	struct lacp_link *link = &l->link[slot];
	uint8_t octets[LACP_PDU_SIZE];

	if (!take_turn(link->response_from, LACP_RESPONSE_LIMIT, now))
		return;
	link->counters.responses_tx++;
	lacp_pdu_write_response(octets, marker);
	send(arg, slot, octets, sizeof(octets));
}
