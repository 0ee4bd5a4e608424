/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The budget of a LAN for probes of addresses that no port has by the
 * configuration (sponge_proberate_unassigned).
 *
 * Such a probe is received by every port, and any member can ask for as many
 * addresses as its limit allows.  So these addresses wait here, each in the queue
 * of the port that asked for it last, and the queues are served in turn: a port
 * that asks for many waits for its own.  Sweeps have a queue as well.
 */
#include "fabric/neigh/neigh_impl.h"

#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/ipv6.h"
#include "lib/neightab6.h"

struct neigh_budget {
	uint64_t at;       /* ns: no grant before */
	uint32_t nwaiting; /* addresses in all queues */
	unsigned int last; /* the queue that was served last */
	/* 0: of sweeps; else of the port with this id, plus 1. */
	struct neigh_waiting of[PORTS_MAX + 1];
};

struct neigh_budget *
neigh_budget_create(void)
{
	struct neigh_budget *b = calloc(1, sizeof(*b));

	for (unsigned int i = 0; b != NULL && i <= PORTS_MAX; i++)
		TAILQ_INIT(&b->of[i]);
	return b;
}

/* Whether the address was ever seen, as far as is known. */
static bool
was_seen(const struct net_rt *n, uint32_t slot)
{
	struct sponge_address known;

	return n->address[slot].mac != 0 || n->address[slot].seen_at != 0 ||
	       (neigh_look(n, slot, &known) &&
		(known.mac != 0 || known.seen_at != 0));
}

bool
neigh_is_unassigned(const struct net_rt *n, uint32_t slot)
{
	const struct neigh *neigh = n->lan->neigh;
	const struct neightab6_entry *e;

	if (neightab_get_owner(n->neightab, slot) & NEIGHTAB_STRICT ||
	    neigh_is_end(n, slot))
		return false;
	if (!n->six)
		return neigh->arp_unassigned;
	e = neightab6_entry(n->table, slot);
	return neigh->nd_unassigned && e->port != NEIGHTAB6_NO_PORT &&
	       !ipv6_is_link_local(e->address);
}

bool
neigh_is_unseen_dead(const struct net_rt *n, uint32_t slot)
{
	return n->address[slot].born_dead && !was_seen(n, slot);
}

/* Whether requests for the address are dropped while it has no owner. */
static bool
is_unknown_dropped(const struct net_rt *n, uint32_t slot)
{
	return n->lan->neigh->drops_unknown &&
	       !(n->six &&
		 ipv6_is_link_local(neightab6_entry(n->table, slot)->address));
}

enum sponge_budget
neigh_budget_of(void *net, uint32_t slot)
{
	const struct net_rt *n = net;
	const struct neigh *neigh = n->lan->neigh;
	uint64_t owner = neightab_get_owner(n->neightab, slot);

	if (owner & NEIGHTAB_STRICT ||
	    (owner & NEIGHTAB_OWNED && neigh->owner_only))
		return SPONGE_PACED;
	if (neigh->unassigned_rate == 0 ||
	    ((neigh_is_unassigned(n, slot) || is_unknown_dropped(n, slot)) &&
	     !was_seen(n, slot)))
		return SPONGE_UNPROBED;
	return SPONGE_WAITS;
}

void
neigh_wait(void *net, uint32_t slot, bool waits)
{
	struct net_rt *n = net;
	struct neigh_budget *b = n->lan->neigh->budget;
	struct address_rt *a = &n->address[slot];

	if (waits == (a->waits_in != NULL))
		return;
	if (waits) {
		a->waits_in = n;
		a->waits_as = a->asker;
		TAILQ_INSERT_TAIL(&b->of[a->waits_as], a, in_queue);
		b->nwaiting++;
	} else {
		a->waits_in = NULL;
		TAILQ_REMOVE(&b->of[a->waits_as], a, in_queue);
		b->nwaiting--;
	}
}

void
neigh_wait_none(struct net_rt *n)
{
	for (uint32_t slot = 0; slot < n->neightab->n; slot++)
		neigh_wait(n, slot, false);
}

uint64_t
neigh_budget_due(const struct neigh *neigh)
{
	return neigh->budget->nwaiting != 0 ? neigh->budget->at : UINT64_MAX;
}

/* The first address of the next queue; there is one. */
static struct address_rt *
next(struct neigh_budget *b)
{
	do {
		b->last = (b->last + 1) % (PORTS_MAX + 1);
	} while (TAILQ_EMPTY(&b->of[b->last]));
	return TAILQ_FIRST(&b->of[b->last]);
}

void
neigh_budget_turn(struct fabric *f, struct neigh *neigh)
{
	struct neigh_budget *b = neigh->budget;

	while (b->nwaiting != 0 && b->at <= f->now) {
		struct address_rt *a = next(b);
		struct net_rt *n = a->waits_in;
		uint32_t slot = (uint32_t)(a - n->address);

		/* None is granted where the rate is 0: see neigh_budget_of(). */
		if (sponge_grant(n->sponge, slot, f->now))
			b->at = f->now + CLOCK_SECOND / neigh->unassigned_rate;
	}
}
