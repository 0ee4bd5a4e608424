/* SPDX-License-Identifier: BSD-3-Clause */
/* What is done at a time: for the minute, learned owners, sponges and the log. */
#include <limits.h>

#include "fabric/neigh/neigh_impl.h"
#include "lib/clock.h"
#include "lib/ipv6.h"
#include "lib/neightab6.h"

/* Of a learned owner (RFC 9161, 3.5). */
#define AGE     (600 * CLOCK_SECOND)
#define REFRESH (AGE / 3)

#define MINUTE (60 * CLOCK_SECOND)
/* Requests to all in a minute that are logged: IXP-Watch's default. */
#define STORM_MINUTE 4000

static void
end_minute(struct fabric *f, struct lan_rt *l)
{
	struct neigh *neigh = l->neigh;

	if (neigh->storm && neigh->requests < STORM_MINUTE) {
		neigh->storm = false;
		neigh_log(f, l, NULL, event_of(EVENT_arp_storm, DROP_NOTICE),
			  "ARP storm over: %u requests in a minute",
			  neigh->requests);
	}
	neigh->minute = f->now;
	neigh->requests = 0;
}

void
neigh_count_request(struct fabric *f, struct lan_rt *l, bool six)
{
	struct neigh *neigh = l->neigh;

	if (six)
		neigh->counts.nd_solicitations++;
	else
		neigh->counts.arp_requests++;
	if (f->now - neigh->minute >= MINUTE)
		end_minute(f, l);
	if (++neigh->requests == STORM_MINUTE && !neigh->storm) {
		neigh->storm = true;
		neigh_log(f, l, NULL, event_of(EVENT_arp_storm, DROP_WARNING),
			  "ARP storm: %u requests in a minute", STORM_MINUTE);
	}
}

static uint64_t
due_of_lan(const struct lan_rt *l)
{
	const struct neigh *neigh = l->neigh;
	uint64_t due = neigh->storm ? neigh->minute + MINUTE : UINT64_MAX;

	due = clock_sooner(due, neigh->log_due);
	due = clock_sooner(due, neigh_budget_due(neigh));
	for (const struct net_rt *n = l->nets; n != NULL; n = n->next) {
		due = clock_sooner(due,
				   clock_sooner(n->age_due, n->silent_due));
		if (neigh_has_sponge(n))
			due = clock_sooner(due, sponge_due(n->sponge));
	}
	return due;
}

void
neigh_plan(struct fabric *f)
{
	const struct lan_rt *l;

	f->neigh_due = f->stale_lans != 0 ? f->now : f->suspect_due;
	for (unsigned int id = 0; (l = neigh_next_lan(f, &id)) != NULL;)
		f->neigh_due = clock_sooner(f->neigh_due, due_of_lan(l));
}

/* A learned owner is probed after REFRESH without a sign, dropped after AGE. */
static void
age_owner(struct net_rt *n, uint32_t slot)
{
	struct address_rt *a = &n->address[slot];
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	uint64_t now = n->f->now;

	if (!neightab_owner_is_learned(owner))
		return;
	n->dynamic++;
	if (n->six &&
	    ipv6_is_link_local(neightab6_entry(n->table, slot)->address))
		return;
	if (now - a->seen_at > AGE) {
		neigh_own(n, slot, 0);
	} else if (now - a->seen_at >= REFRESH &&
		   now - a->asked_at >= REFRESH && n->lan->neigh->mac != 0) {
		a->asked_at = now;
		neigh_send_refresh(n, slot, neightab_owner_port(owner));
	}
}

static void
age_net(struct net_rt *n)
{
	uint32_t slot;

	n->age_due = UINT64_MAX;
	n->dynamic = 0;
	NEIGH_FOREACH(n, slot)
		age_owner(n, slot);
	if (n->dynamic != 0)
		n->age_due = n->f->now + NEIGH_AGE_PERIOD;
	if (n->moves != NULL)
		movetab_age(n->moves, n->f->now);
}

/* Lets silent IPv6 addresses make room for others. */
static void
refresh_net6(struct net_rt *n)
{
	uint32_t slot;

	n->silent_due = UINT64_MAX;
	if (n->sponge == NULL)
		return;
	n->silent_due = n->f->now + NEIGH_SILENT_PERIOD;
	NEIGH_FOREACH(n, slot)
		neigh_refresh6(n, slot);
}

static void
turn_lan(struct fabric *f, struct lan_rt *l)
{
	neigh_log_held(f, l, false);
	if (l->neigh->storm && f->now - l->neigh->minute >= MINUTE)
		end_minute(f, l);
	for (struct net_rt *n = l->nets; n != NULL; n = n->next) {
		if (n->age_due <= f->now)
			age_net(n);
		if (n->silent_due <= f->now)
			refresh_net6(n);
		if (neigh_has_sponge(n) && sponge_due(n->sponge) <= f->now)
			sponge_run(n->sponge, f->now);
	}
	neigh_budget_turn(f, l->neigh);
}

void
neigh_turn(struct fabric *f)
{
	struct lan_rt *l;

	if (f->stale_lans != 0)
		neigh_settle(f, f->in_step ? UINT_MAX : NEIGH_SETTLE_TURN);
	if (f->sponge_fresh) {
		neigh_start(f);
		neigh_plan(f);
	}
	if (f->now < f->neigh_due)
		return;
	if (f->suspect_due <= f->now)
		neigh_link_turn(f);
	for (unsigned int id = 0; (l = neigh_next_lan(f, &id)) != NULL;)
		if (!l->stale)
			turn_lan(f, l);
	neigh_plan(f);
}
