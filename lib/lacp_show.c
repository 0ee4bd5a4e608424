/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is known of a link of a LAG, for its machines and for operators.
 */
#include "lib/lacp_impl.h"

bool
lacp_aggregates(const struct lacp *l, const struct lacp_link *link)
{
	unsigned int links = 0;

	for (unsigned int i = 0; i < LACP_LINKS_MAX; i++)
		links += l->link[i].used;
	return links == 1 || (link->partner.state & LACP_AGGREGATION) != 0;
}

bool
lacp_collects(const struct lacp *l, unsigned int slot)
{
	return l->link[slot].mux >= LACP_MUX_COLLECTING;
}

bool
lacp_distributes(const struct lacp *l, unsigned int slot)
{
	return l->link[slot].mux == LACP_MUX_DISTRIBUTING;
}

/* Of a link that has a partner that it could be used with. */
static enum lacp_why
why_not_yet(const struct lacp *l, const struct lacp_link *link)
{
	if (link->mux < LACP_MUX_ATTACHED)
		return LACP_WHY_waiting;
	if (!link->seen)
		return LACP_WHY_not_seen;
	if ((link->partner.state & LACP_SYNC) == 0)
		return LACP_WHY_not_in_sync;
	if (!l->enough)
		return LACP_WHY_too_few;
	return LACP_WHY_not_collecting;
}

enum lacp_why
lacp_why(const struct lacp *l, unsigned int slot)
{
	const struct lacp_link *link = &l->link[slot];

	if (!link->up)
		return LACP_WHY_no_link;
	if (link->held)
		return LACP_WHY_held;
	if (lacp_distributes(l, slot))
		return slot == l->fallback ? LACP_WHY_fallback
					   : LACP_WHY_in_use;
	if (!lacp_is_recorded(link))
		return l->fallback < LACP_LINKS_MAX && l->fallback != slot
			       ? LACP_WHY_fallback_other
			       : LACP_WHY_no_partner;
	if (lacp_is_looped(l, link))
		return LACP_WHY_looped;
	if (link->receive != LACP_CURRENT)
		return LACP_WHY_expired;
	if (!lacp_aggregates(l, link))
		return LACP_WHY_individual;
	if (!l->has_partner || !lacp_is_same_lag(&link->partner, &l->partner))
		return LACP_WHY_other_partner;
	return why_not_yet(l, link);
}

const char *
lacp_why_name(enum lacp_why why)
{
	static const char *const names[] = {
#define WHY(name, text) #name,
#include "lib/lacp_why_list.h"
	};

	return names[why];
}

const char *
lacp_why_text(enum lacp_why why)
{
	static const char *const texts[] = {
#define WHY(name, text) text,
#include "lib/lacp_why_list.h"
	};

	return texts[why];
}

void
lacp_actor(const struct lacp *l, unsigned int slot, struct lacp_info *actor)
{
	*actor = (struct lacp_info){
		.system = l->settings.system,
		.system_priority = l->settings.system_priority,
		.key = l->settings.key,
		.port_priority = LACP_PORT_PRIORITY,
		.port = l->link[slot].port,
		.state = l->link[slot].state,
	};
}

bool
lacp_partner(const struct lacp *l, unsigned int slot, struct lacp_info *partner)
{
	*partner = l->link[slot].partner;
	return lacp_is_recorded(&l->link[slot]);
}

bool
lacp_lag_partner(const struct lacp *l, struct lacp_info *partner)
{
	*partner = l->partner;
	return l->has_partner;
}

uint64_t
lacp_last_rx(const struct lacp *l, unsigned int slot)
{
	return l->link[slot].last_rx;
}

const struct lacp_counters *
lacp_counters(const struct lacp *l, unsigned int slot)
{
	return &l->link[slot].counters;
}
