/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * When a prefix gets another length or the table of IPv6 addresses another size,
 * what is known of the addresses is copied to the net that has them now.
 */
#include "fabric/neigh/neigh_impl.h"

#include "lib/neightab6.h"

/* An address, its old and its new place. */
struct transfer {
	struct net_rt *from, *to;
	uint32_t old_slot, slot;
	struct ipaddr address;
	bool sponged; /* the old sponge had it */
	struct sponge_address known;
};

/*
 * Whether there is more to keep than requests.  Addresses that are no longer
 * configured, or outside the LAN now, are removed later with all of their kind.
 */
static bool
is_worth_a_slot(const struct transfer *h)
{
	return neightab_get_owner(h->from->neightab, h->old_slot) &
		       NEIGHTAB_OWNED ||
	       (h->sponged && h->known.state.kind != SPONGE_NONE &&
		h->known.state.kind != SPONGE_PENDING);
}

static struct net_rt *
find_new_slot(struct lan_rt *l, struct transfer *h)
{
	const struct neightab6_entry *e;

	if (h->address.family == 4)
		return neigh_find(l, &h->address, &h->slot);
	e = neightab6_entry(h->from->table, h->old_slot);
	return is_worth_a_slot(h) ? neigh_add6(l, e->address, e->port, &h->slot)
				  : NULL;
}

static void
copy_address(const struct transfer *h)
{
	const struct address_rt *old = &h->from->address[h->old_slot];
	struct address_rt *a = &h->to->address[h->slot];

	a->mac = old->mac;
	a->seen_at = old->seen_at;
	a->asked_at = old->asked_at;
	a->request_at = old->request_at;
	a->port = old->port;
	a->host = old->host;
	a->born_dead = old->born_dead;
	/* Whether the owner is still allowed is checked later, for all. */
	neigh_own(h->to, h->slot,
		  neightab_get_owner(h->from->neightab, h->old_slot));
	a->owned_at = old->owned_at;
}

/* IPv4 addresses without a state are removed when the sponge begins. */
static bool
sponge_takes(const struct transfer *h)
{
	return h->to->six ? neigh_sponge_takes6(h->to, h->address.octet)
			  : h->to->sponge != NULL;
}

static void
copy_state(const struct transfer *h)
{
	enum sponge_kind kind = h->known.state.kind;
	uint64_t now = h->to->f->now;

	if (!h->sponged || !sponge_takes(h))
		return;
	sponge_add_as(h->to->sponge, h->slot, kind, now);
	if (kind == SPONGE_ALIVE)
		sponge_set(h->to->sponge, h->slot, kind, 0, h->known.mac, now);
}

static void
inherit(struct lan_rt *l, struct transfer *h)
{
	neigh_address(h->from, h->old_slot, &h->address);
	h->sponged = neigh_look(h->from, h->old_slot, &h->known);
	h->to = find_new_slot(l, h);
	if (h->to == NULL)
		return;
	copy_address(h);
	copy_state(h);
}

void
neigh_inherit(struct lan_rt *l, struct net_rt *old)
{
	struct transfer h = { .from = old };

	NEIGH_FOREACH(old, h.old_slot)
		if (!neigh_is_end(old, h.old_slot))
			inherit(l, &h);
}
