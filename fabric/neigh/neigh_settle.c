/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The neighbour tables of a LAN follow an apply: bound to the owners that the new
 * configuration names, with all that is known of the addresses that stay.
 *
 * An apply publishes its view and notes which LANs it has changed.  Their tables
 * follow in the turns after that, LAN by LAN, since hundreds of them would hold up
 * control.  No decision mixes the two configurations:
 *
 *   - a worker goes by the tables of a LAN only while they show the edition of its
 *     view (lan_is_shown()); otherwise by the bindings of the view alone, so a
 *     request goes to its owner or to all, and none is withheld;
 *   - guard drops by the view alone;
 *   - whatever control is to do with a LAN (a message, a link, a timer, an order),
 *     it settles that LAN first: neigh_settle_lan().
 */
#include <stdlib.h>
#include <string.h>

#include "fabric/neigh/neigh_impl.h"
#include "lib/frame.h"
#include "lib/neightab6.h"

/* Sets the owners of the configuration; both lists are sorted by address. */
static void
bind_all4(struct net_rt *n, const struct lan *l)
{
	unsigned int k = 0;

	for (uint32_t slot = 0; slot < n->neightab->n; slot++) {
		uint32_t address = n->neightab->base + slot;

		while (k < l->nbound4 && l->bound4[k].address < address)
			k++;
		if (k < l->nbound4 && l->bound4[k].address == address)
			neigh_bind(n, slot, l->bound4[k].port);
		else if (neightab_get_owner(n->neightab, slot) &
			 NEIGHTAB_STRICT)
			neigh_own(n, slot, 0);
	}
}

static int
by_address6(const void *a, const void *b)
{
	return memcmp(a, ((const struct binding6 *)b)->address, 16);
}

static void
bind_all6(struct net_rt *n, const struct config_lan *c, const struct lan *l)
{
	uint32_t slot;

	NEIGH_FOREACH(n, slot) {
		const struct neightab6_entry *e =
			neightab6_entry(n->table, slot);

		if (e->port == NEIGHTAB6_NO_PORT
			    ? bsearch(e->address, l->bound6, l->nbound6,
				      sizeof(l->bound6[0]), by_address6) == NULL
			    : !neigh_is_in6(c, e->address))
			neigh_remove6(n, slot);
	}
	for (unsigned int i = 0; i < l->nbound6; i++)
		if (neigh_add6(n->lan, l->bound6[i].address, NEIGHTAB6_NO_PORT,
			       &slot) != NULL)
			neigh_bind(n, slot, l->bound6[i].port);
}

/* The address of the sponge in an IPv4 prefix, or 0. */
static uint32_t
own_of(const struct net_rt *n, const struct config_lan *c)
{
	for (unsigned int i = 0; !n->six && i < c->sponge_ipv4.n; i++) {
		uint32_t own = frame_read32(c->sponge_ipv4.value[i].octet);

		if ((own & n->mask) == n->net)
			return own;
	}
	return 0;
}

/* Drops learned owners if this LAN no longer learns owners. */
static void
drop_learned(struct net_rt *n)
{
	uint32_t slot;

	NEIGH_FOREACH(n, slot) {
		uint64_t owner = neightab_get_owner(n->neightab, slot);

		if (neightab_owner_is_learned(owner) &&
		    !neigh_learns_at(n, slot))
			neigh_own(n, slot, 0);
	}
}

/* The sponge and the own address of a net, by the new configuration. */
static void
renew(struct net_rt *n, const struct config_lan *c)
{
	const struct neigh *neigh = n->lan->neigh;
	uint32_t own = own_of(n, c);

	n->wanted = false;
	/* Other addresses are sponged from now on. */
	if (own != n->own || n->network != neigh->network ||
	    n->link_local != neigh->link_local)
		n->started = false;
	n->own = own;
	if (n->next_sponge != NULL)
		n->started = false;
	if (n->next_sponge != NULL || c->sponge != CONFIG_ON) {
		neigh_watch_none(n);
		neigh_wait_none(n);
		sponge_free(n->sponge);
		n->sponge = n->next_sponge;
		n->next_sponge = NULL;
	}
}

static void
settle_net(struct net_rt *n, const struct config_lan *c, const struct lan *l)
{
	uint32_t slot;

	if (neigh_has_sponge(n))
		neigh_set_params(n);
	NEIGH_FOREACH(n, slot)
		neigh_forget_gone(n, slot);
	drop_learned(n);
	if (n->six)
		bind_all6(n, c, l);
	else
		bind_all4(n, l);
	NEIGH_FOREACH(n, slot)
		neigh_sponge_renew(n, slot);
	neigh_publish_all(n);
}

/* The cost of a LAN and of vacant slots, in slots that are in use. */
#define LAN_COST    64
#define VACANT_COST 16

/* What the tables of the LAN say, by what is known and the new configuration. */
static void
settle(struct fabric *f, struct lan_rt *l, const struct config_lan *c)
{
	for (struct net_rt *n = l->nets; n != NULL; n = n->next)
		renew(n, c);
	for (struct net_rt *n = l->old_nets; n != NULL; n = n->next) {
		neigh_wait_none(n);
		neigh_inherit(l, n);
	}
	for (struct net_rt *n = l->nets; n != NULL; n = n->next)
		settle_net(n, c, neigh_view_lan(f, l));
}

/* Workers may still use them: retire.c. */
static void
give_up_old(struct fabric *f, struct lan_rt *l)
{
	struct net_rt **end = &l->old_nets;

	while (*end != NULL)
		end = &(*end)->next;
	*end = f->gone_nets;
	f->gone_nets = l->old_nets;
	l->old_nets = NULL;
}

void
neigh_settle_lan(struct fabric *f, struct lan_rt *l)
{
	if (!l->stale)
		return;
	l->stale = false;
	f->stale_lans--;
	/* Before any word of them is written: these are stored in order. */
	atomic_store_explicit(&l->shown, 0, memory_order_relaxed);
	neigh_watch_begin(f, l);
	if (l->neigh != NULL)
		settle(f, l, config_lan(f->config, l->name));
	give_up_old(f, l);
	neigh_watch_end(f, l);
	atomic_store_explicit(&l->shown, l->edition, memory_order_release);
	f->sponge_fresh = true;
}

/* How long it takes, in slots. */
static unsigned int
cost_of(const struct lan_rt *l)
{
	unsigned int cost = LAN_COST;

	for (const struct net_rt *n = l->nets; n != NULL; n = n->next)
		cost += n->six ? n->neightab->n / VACANT_COST +
					 neightab6_count(n->table)
			       : n->neightab->n;
	return cost;
}

bool
neigh_settle(struct fabric *f, unsigned int slots)
{
	unsigned int spent = 0;

	for (unsigned int id = 0;
	     id < CONFIG_LANS_MAX && f->stale_lans != 0 && spent < slots;
	     id++) {
		struct lan_rt *l = f->lan[id];

		if (l == NULL || !l->stale)
			continue;
		spent += cost_of(l);
		neigh_settle_lan(f, l);
	}
	return f->stale_lans == 0;
}
