/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The Receive machine (6.4.12): what is known of the partner, and for how long it
 * counts.
 */
#include "lib/lacp_impl.h"

/*
 * The partner of a link without LACPDUs (Partner_Admin): it is in sync, so that a link
 * that is selected all the same, as fallback, is used.  It has the timeout that it is to
 * have, so that with a short one a partner that is there again is found in a second.
 */
static const struct lacp_info partner_admin = {
	.state = LACP_SYNC | LACP_COLLECTING | LACP_DISTRIBUTING,
};

void
lacp_record_default(struct lacp_link *link)
{
	link->partner = partner_admin;
	link->partner.state |= link->state & LACP_TIMEOUT;
	link->seen = false;
	link->state |= LACP_DEFAULTED;
}

static void
disable(struct lacp_link *link)
{
	link->partner.state &= (uint8_t)~LACP_SYNC;
	link->current_while = LACP_NEVER;
	link->receive = LACP_PORT_DISABLED;
}

/* NTT: so that a partner that still receives us answers at once. */
static void
expire(struct lacp_link *link, uint64_t now)
{
	link->partner.state &= (uint8_t)~LACP_SYNC;
	link->partner.state |= LACP_TIMEOUT;
	link->state |= LACP_EXPIRED;
	link->current_while = now + LACP_SHORT_TIMEOUT;
	link->ntt = true;
	link->receive = LACP_RX_EXPIRED;
}

static void
become_defaulted(struct lacp_link *link)
{
	if (!lacp_is_same_end(&link->partner, &partner_admin))
		lacp_unselect(link);
	lacp_record_default(link);
	link->state &= (uint8_t)~LACP_EXPIRED;
	link->current_while = LACP_NEVER;
	link->receive = LACP_RX_DEFAULTED;
}

void
lacp_initialize(struct lacp_link *link)
{
	lacp_unselect(link);
	lacp_record_default(link);
	link->state &= (uint8_t)~LACP_EXPIRED;
	disable(link);
}

void
lacp_enable(struct lacp_link *link, uint64_t now)
{
	if (link->up)
		expire(link, now);
	else
		disable(link);
}

void
lacp_run_receive(struct lacp_link *link, uint64_t now)
{
	if (now < link->current_while)
		return;
	if (link->receive == LACP_CURRENT)
		expire(link, now);
	else
		become_defaulted(link);
}

/* update_NTT: the partner does not know what this end is now. */
static bool
is_outdated(const struct lacp_info *told, const struct lacp_info *actor)
{
	const uint8_t compared = LACP_ACTIVITY | LACP_TIMEOUT | LACP_SYNC;

	return !lacp_is_same_end(told, actor) ||
	       ((told->state ^ actor->state) & compared) != 0;
}

/* "LACP will actively maintain the link" (6.4.9, recordPDU). */
static bool
is_maintained(const struct lacp_pdu *pdu, const struct lacp_info *actor)
{
	return (pdu->actor.state & LACP_ACTIVITY) != 0 ||
	       (pdu->partner.state & actor->state & LACP_ACTIVITY) != 0;
}

/*
 * recordPDU: the partner is in sync only with this end, or, if it does not aggregate,
 * with any.
 */
static void
record_pdu(struct lacp_link *link, const struct lacp_pdu *pdu,
	   const struct lacp_info *actor)
{
	link->partner = pdu->actor;
	link->state &= (uint8_t)~LACP_DEFAULTED;
	link->seen = lacp_is_same_end(&pdu->partner, actor);
	if ((!link->seen && (pdu->actor.state & LACP_AGGREGATION) != 0) ||
	    !is_maintained(pdu, actor))
		link->partner.state &= (uint8_t)~LACP_SYNC;
}

/* port_moved: links that are down had this partner's port before. */
static void
initialize_moved(struct lacp *l, unsigned int slot)
{
	const struct lacp_info *partner = &l->link[slot].partner;

	for (unsigned int i = 0; i < LACP_LINKS_MAX; i++) {
		struct lacp_link *other = &l->link[i];

		if (lacp_is_recorded(other) &&
		    other->receive == LACP_PORT_DISABLED &&
		    other->partner.system == partner->system &&
		    other->partner.port == partner->port)
			lacp_initialize(other);
	}
}

void
lacp_take(struct lacp *l, unsigned int slot, const struct lacp_pdu *pdu,
	  uint64_t now)
{
	struct lacp_link *link = &l->link[slot];
	struct lacp_info actor;

	if (!lacp_is_same_end(&pdu->actor, &link->partner))
		lacp_unselect(link);
	lacp_actor(l, slot, &actor);
	if (is_outdated(&pdu->partner, &actor))
		link->ntt = true;
	record_pdu(link, pdu, &actor);
	link->state &= (uint8_t)~LACP_EXPIRED;
	link->current_while = now + (l->settings.fast ? LACP_SHORT_TIMEOUT
						      : LACP_LONG_TIMEOUT);
	link->receive = LACP_CURRENT;
	link->last_rx = now;
	initialize_moved(l, slot);
}
