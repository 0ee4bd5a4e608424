/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The Selection logic (6.4.14), for one aggregator: which partner the LAG has, and
 * which links are SELECTED for it.
 */
#include <string.h>

#include "lib/lacp_impl.h"

/* Whether the link could be used, were its partner that of the LAG. */
static bool
is_ready(const struct lacp *l, const struct lacp_link *link)
{
	return link->up && !link->held && link->receive == LACP_CURRENT &&
	       !lacp_is_looped(l, link) && lacp_aggregates(l, link);
}

/* More links count more; of as many, one in sync does. */
static unsigned int
rank(const struct lacp *l, const struct lacp_info *partner)
{
	unsigned int links = 0, in_sync = 0;

	for (unsigned int i = 0; i < LACP_LINKS_MAX; i++) {
		const struct lacp_link *link = &l->link[i];

		if (!is_ready(l, link) ||
		    !lacp_is_same_lag(&link->partner, partner))
			continue;
		links++;
		if ((link->partner.state & LACP_SYNC) != 0)
			in_sync = 1;
	}
	return 2 * links + in_sync;
}

/* The partner of the first link that has the highest rank; NULL: none is ready. */
static const struct lacp_info *
find_best(const struct lacp *l, unsigned int *best_rank)
{
	const struct lacp_info *best = NULL;

	*best_rank = 0;
	for (unsigned int i = 0; i < LACP_LINKS_MAX; i++) {
		const struct lacp_link *link = &l->link[i];
		unsigned int r;

		if (!is_ready(l, link))
			continue;
		r = rank(l, &link->partner);
		if (r > *best_rank) {
			*best_rank = r;
			best = &link->partner;
		}
	}
	return best;
}

static bool
is_on_record(const struct lacp *l, const struct lacp_info *partner)
{
	for (unsigned int i = 0; i < LACP_LINKS_MAX; i++)
		if (lacp_is_recorded(&l->link[i]) &&
		    lacp_is_same_lag(&l->link[i].partner, partner))
			return true;
	return false;
}

/* Nothing but system, priority and key are of the LAG. */
static void
copy_lag(struct lacp_info *to, const struct lacp_info *from)
{
	*to = (struct lacp_info){
		.system = from->system,
		.system_priority = from->system_priority,
		.key = from->key,
	};
}

static void
set_partner(struct lacp *l, const struct lacp_info *partner)
{
	l->has_partner = partner != NULL;
	l->rival_at = LACP_NEVER;
	if (partner != NULL)
		copy_lag(&l->partner, partner);
	else
		memset(&l->partner, 0, sizeof(l->partner));
}

/* 'best' is ahead of the partner of the LAG: for how long? */
static void
let_rival_wait(struct lacp *l, const struct lacp_info *best, uint64_t now)
{
	if (l->rival_at == LACP_NEVER || !lacp_is_same_lag(&l->rival, best)) {
		copy_lag(&l->rival, best);
		l->rival_at = now + LACP_LEAD_TIME;
	}
	if (now >= l->rival_at)
		set_partner(l, best);
}

static void
choose_partner(struct lacp *l, uint64_t now)
{
	unsigned int best_rank;
	const struct lacp_info *best = find_best(l, &best_rank);

	if (!l->has_partner || !is_on_record(l, &l->partner))
		set_partner(l, best);
	else if (best_rank > rank(l, &l->partner))
		let_rival_wait(l, best, now);
	else
		l->rival_at = LACP_NEVER;
}

/* Whether the link may be used without a partner. */
static bool
can_fall_back(const struct lacp_link *link)
{
	return link->up && !link->held && link->receive == LACP_RX_DEFAULTED;
}

/* The slot of the link that is used without a partner, or LACP_LINKS_MAX. */
static unsigned int
find_fallback(const struct lacp *l)
{
	unsigned int first = LACP_LINKS_MAX;

	if (!l->settings.fallback)
		return LACP_LINKS_MAX;
	for (unsigned int i = LACP_LINKS_MAX; i-- > 0;) {
		if (l->link[i].up && lacp_is_recorded(&l->link[i]))
			return LACP_LINKS_MAX;
		if (can_fall_back(&l->link[i]))
			first = i;
	}
	if (l->fallback < LACP_LINKS_MAX &&
	    can_fall_back(&l->link[l->fallback]))
		return l->fallback;
	return first;
}

/*
 * A link that expires stays selected, out of use, so that it is back with the next
 * LACPDU.
 */
static bool
is_to_be_selected(const struct lacp *l, unsigned int slot)
{
	const struct lacp_link *link = &l->link[slot];

	if (!link->up || link->held)
		return false;
	if (slot == l->fallback)
		return true;
	if (link->receive != LACP_CURRENT &&
	    !(link->receive == LACP_RX_EXPIRED && link->selected))
		return false;
	return lacp_is_recorded(link) && !lacp_is_looped(l, link) &&
	       lacp_aggregates(l, link) && l->has_partner &&
	       lacp_is_same_lag(&link->partner, &l->partner);
}

void
lacp_run_selection(struct lacp *l, uint64_t now)
{
	choose_partner(l, now);
	l->fallback = find_fallback(l);
	for (unsigned int i = 0; i < LACP_LINKS_MAX; i++) {
		struct lacp_link *link = &l->link[i];

		if (is_to_be_selected(l, i))
			link->selected = true;
		else if (link->selected)
			lacp_unselect(link);
	}
}
