/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which port has an address, what the sponge makes of the address, and how both
 * are published to the workers.
 *
 * An address of the configuration belongs to its port, whatever other ports
 * claim, and it is asked for at the MAC address of the port, or at all of it if
 * the port has several.  Other
 * addresses have an owner only where the LAN learns owners (arp_dynamic);
 * link-local ones also where a port is held to the first that it used.
 */
#include <string.h>

#include "fabric/neigh/neigh_impl.h"
#include "lib/ipv6.h"
#include "lib/mac.h"
#include "lib/neightab6.h"

/* Whether the sponge answers for the address. */
static bool
is_sponged(const struct net_rt *n, enum sponge_kind kind)
{
	return (kind == SPONGE_DEAD || kind == SPONGE_STATIC) &&
	       !sponge_params(n->sponge)->dummy &&
	       !sponge_is_learning(n->sponge);
}

static enum neightab_held
held_of(const struct net_rt *n, uint32_t slot, enum sponge_kind kind)
{
	const struct neigh *neigh = n->lan->neigh;

	if (is_sponged(n, kind) && !neigh->suppress)
		return NEIGHTAB_FREE;
	if (is_sponged(n, kind))
		return kind == SPONGE_DEAD ? NEIGHTAB_DEAD : NEIGHTAB_STATIC;
	if (neigh->proxies &&
	    neightab_owner_mac(neightab_get_owner(n->neightab, slot)) != 0)
		return NEIGHTAB_PROXY;
	return NEIGHTAB_FREE;
}

/* Whether the entry of an IPv6 address may make room for another. */
static enum neightab6_rank
rank_of(const struct net_rt *n, uint32_t slot)
{
	struct sponge_address a;
	uint64_t silence;

	bool owned = neightab_get_owner(n->neightab, slot) & NEIGHTAB_OWNED;

	if (!neigh_look(n, slot, &a))
		return owned ? NEIGHTAB6_USED : NEIGHTAB6_FIRST;
	silence = n->f->now - clock_later(a.seen_at, a.changed_at);
	if (a.state.kind == SPONGE_STATIC)
		return NEIGHTAB6_STAYS;
	if (owned || (a.state.kind == SPONGE_ALIVE && silence < NEIGH_SILENCE))
		return NEIGHTAB6_USED;
	return a.state.kind == SPONGE_DEAD || a.state.kind == SPONGE_ALIVE
		       ? NEIGHTAB6_LAST
		       : NEIGHTAB6_FIRST;
}

void
neigh_refresh6(struct net_rt *n, uint32_t slot)
{
	if (neightab_take_seen(n->neightab, slot))
		sponge_seen(n->sponge, slot, 0, n->f->now);
	neightab6_set_rank(n->table, slot, rank_of(n, slot));
}

void
neigh_publish(struct net_rt *n, uint32_t slot)
{
	struct sponge_address a;
	enum sponge_kind kind =
		neigh_look(n, slot, &a) ? a.state.kind : SPONGE_NONE;

	neightab_set_held(n->neightab, slot, held_of(n, slot, kind));
	neightab_watch(n->neightab, slot, n->address[slot].watched);
	neigh_watch_move(n, slot);
	if (n->six)
		neightab6_set_rank(n->table, slot, rank_of(n, slot));
}

/* The IPv6 addresses without a slot: DEAD, if they are so with one. */
static void
publish_vacant(struct net_rt *n)
{
	const struct neigh *neigh = n->lan->neigh;
	bool dead = neigh->nd_unassigned && neigh->suppress &&
		    neigh_has_sponge(n) && is_sponged(n, SPONGE_DEAD);

	neightab_set_vacant(n->neightab, dead ? NEIGHTAB_DEAD : NEIGHTAB_FREE);
}

void
neigh_publish_all(struct net_rt *n)
{
	uint32_t slot;

	if (n->six)
		publish_vacant(n);
	NEIGH_FOREACH(n, slot)
		neigh_publish(n, slot);
}

void
neigh_own(struct net_rt *n, uint32_t slot, uint64_t owner)
{
	uint64_t old = neightab_get_owner(n->neightab, slot);

	if (owner == old)
		return;
	if (!(owner & NEIGHTAB_OWNED))
		n->address[slot].owned_at = 0;
	else if ((owner ^ old) & ~NEIGHTAB_MAC)
		n->address[slot].owned_at = n->f->now;
	neightab_set_owner(n->neightab, slot, owner);
	if (neightab_owner_is_learned(owner) && n->age_due == UINT64_MAX) {
		n->age_due = n->f->now + NEIGH_AGE_PERIOD;
		n->f->neigh_due = clock_sooner(n->f->neigh_due, n->age_due);
	}
	neigh_publish(n, slot);
}

/* Two MAC addresses claim an address: logged once, then it has no owner. */
static bool
is_contested(struct net_rt *n, uint32_t slot, uint64_t mac, struct port_rt *p)
{
	struct address_rt *a = &n->address[slot];
	char text[PREFIX_TEXT_SIZE], old[MAC_TEXT_SIZE], now[MAC_TEXT_SIZE];
	enum movetab_verdict verdict;
	struct ipaddr ip;

	if (a->mac == 0 || a->mac == mac)
		return n->moves != NULL &&
		       movetab_look(n->moves, slot + 1, n->f->now).frozen;
	if (n->moves == NULL)
		n->moves = movetab_create();
	if (n->moves == NULL)
		return true;
	verdict = movetab_judge(n->moves, slot + 1, p->id, n->f->now);
	if (verdict == MOVETAB_FREEZES) {
		n->lan->neigh->counts.sponge_duplicates++;
		neigh_address(n, slot, &ip);
		ipaddr_format(&ip, text);
		neigh_log_limited(n->f, n->lan, p, NEIGH_DUPLICATE,
				  (struct event){ .ip = text, .mac = mac },
				  "duplicate IP: ip=%s mac=%s mac=%s port=%s",
				  text, mac_format(a->mac, old),
				  mac_format(mac, now), p->name);
	}
	return verdict != MOVETAB_MOVES_ON;
}

/*
 * The MAC address at which a port is asked for an address that was seen with
 * 'seen'; 0: at all that it has.  Of several the one seen last may be that of a
 * router that is gone, and the one in its place may never have sent a frame.
 */
static uint64_t
asked_at(const struct net_rt *n, uint16_t port, uint64_t seen)
{
	const struct port *p = n->f->view->port[port];

	return p->nmacs == 0 ? seen : p->nmacs == 1 ? p->mac[0] : 0;
}

static void
claim(struct net_rt *n, uint32_t slot, uint64_t mac, struct port_rt *p)
{
	bool contested = is_contested(n, slot, mac, p);

	if (contested || !neigh_learns_at(n, slot))
		neigh_own(n, slot, 0);
	else
		neigh_own(n, slot,
			  neightab_owner(p->id, asked_at(n, p->id, mac), 0));
}

static void
own_strictly(struct net_rt *n, uint32_t slot, uint16_t port, uint64_t seen)
{
	neigh_own(
		n, slot,
		neightab_owner(port, asked_at(n, port, seen), NEIGHTAB_STRICT));
}

void
neigh_seen(struct net_rt *n, uint32_t slot, uint64_t mac, struct port_rt *p,
	   bool claims)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	struct address_rt *a = &n->address[slot];

	if (owner & NEIGHTAB_STRICT && neightab_owner_port(owner) != p->id)
		return;
	if (owner & NEIGHTAB_STRICT)
		own_strictly(n, slot, p->id, mac);
	else if (claims)
		claim(n, slot, mac, p);
	a->mac = mac;
	a->port = p->id;
	a->seen_at = n->f->now;
	if (n->sponge != NULL)
		sponge_seen(n->sponge, slot, mac, n->f->now);
	neigh_watch_move(n, slot);
	if (n->six)
		neightab6_set_rank(n->table, slot, rank_of(n, slot));
}

/* Whether a port that was seen with a MAC address may still have it. */
static bool
may_have(const struct net_rt *n, uint16_t port, uint64_t mac)
{
	const struct port *p = n->f->view->port[port];

	if (p->flags & PORT_LEARNS ||
	    !drop_set_has(&p->checks, DROP_mac_lock) ||
	    drop_set_has(&p->logs, DROP_mac_lock))
		return true;
	for (unsigned int i = 0; i < p->nmacs; i++)
		if (p->mac[i] == mac)
			return true;
	return p->nmacs == 0 || mac == 0;
}

/* Forgets the MAC address that was seen on another port, or is not allowed. */
static void
forget_former(struct net_rt *n, uint32_t slot, uint16_t port)
{
	struct address_rt *a = &n->address[slot];
	struct sponge_address there;
	bool former =
		a->mac != 0 && (a->port != port || !may_have(n, port, a->mac));

	if (former)
		a->mac = 0;
	if (neigh_look(n, slot, &there) &&
	    (former || !may_have(n, port, there.mac)))
		sponge_forget_mac(n->sponge, slot);
}

void
neigh_forget_gone(struct net_rt *n, uint32_t slot)
{
	struct address_rt *a = &n->address[slot];
	bool waits = a->waits_in != NULL;

	if (a->asker != 0 &&
	    neigh_port_in(n, (uint16_t)(a->asker - 1)) == NULL) {
		neigh_wait(n, slot, false);
		a->asker = 0;
		neigh_wait(n, slot, waits);
	}
	if (a->mac == 0 || neigh_last_port(n, slot) != NULL)
		return;
	a->mac = 0;
	if (n->sponge != NULL)
		sponge_forget_mac(n->sponge, slot);
	neigh_watch_move(n, slot);
}

void
neigh_bind(struct net_rt *n, uint32_t slot, uint16_t port)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	uint64_t seen = neightab_owner_port(owner) == port
				? neightab_owner_mac(owner)
				: 0;

	forget_former(n, slot, port);
	own_strictly(n, slot, port, seen);
}

void
neigh_forget_mac(struct net_rt *n, uint32_t slot)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	uint16_t port = neightab_owner_port(owner);

	n->address[slot].mac = 0;
	if (n->moves != NULL)
		movetab_forget(n->moves, slot + 1);
	if (n->sponge != NULL)
		sponge_forget_mac(n->sponge, slot);
	if (owner & NEIGHTAB_STRICT)
		own_strictly(n, slot, port, 0);
	else
		neigh_own(n, slot, 0);
}

void
neigh_evicted(void *arg, uint32_t slot, const struct neightab6_entry *e)
{
	struct net_rt *n = arg;

	(void)e;
	neightab_set_owner(n->neightab, slot, 0);
	/* Before the address is forgotten: its watch is counted by that. */
	if (n->sponge != NULL)
		sponge_remove(n->sponge, slot);
	memset(&n->address[slot], 0, sizeof(n->address[slot]));
}

void
neigh_remove6(struct net_rt *n, uint32_t slot)
{
	neightab6_remove(n->table, slot);
	neigh_evicted(n, slot, NULL);
}

bool
neigh_sponge_takes6(const struct net_rt *n, const uint8_t *address)
{
	return n->sponge != NULL &&
	       (!ipv6_is_link_local(address) || n->lan->neigh->link_local);
}

/* The state of an address of which nothing is known. */
static enum sponge_kind
first_state(const struct net_rt *n, uint32_t slot)
{
	if (n->address[slot].born_dead)
		return SPONGE_DEAD;
	if (n->six &&
	    neightab6_entry(n->table, slot)->port != NEIGHTAB6_NO_PORT)
		return SPONGE_NONE;
	return sponge_params(n->sponge)->init;
}

void
neigh_sponge_add(struct net_rt *n, uint32_t slot)
{
	n->address[slot].born_dead = neigh_is_unassigned(n, slot);
	sponge_add_as(n->sponge, slot, first_state(n, slot), n->f->now);
}

void
neigh_sponge_renew(struct net_rt *n, uint32_t slot)
{
	bool unassigned = neigh_is_unassigned(n, slot);
	bool unseen = n->address[slot].seen_at == 0;
	struct sponge_address known;

	if (unassigned == n->address[slot].born_dead ||
	    !neigh_look(n, slot, &known))
		return;
	n->address[slot].born_dead = unassigned;
	if (unseen && known.seen_at == 0 && known.mac == 0 &&
	    known.state.kind != SPONGE_STATIC)
		sponge_add_as(n->sponge, slot, first_state(n, slot), n->f->now);
}

struct net_rt *
neigh_add6(struct lan_rt *l, const uint8_t *address, uint16_t port,
	   uint32_t *slot)
{
	struct net_rt *n = neigh_net6(l);
	bool known;

	if (n == NULL)
		return NULL;
	known = neightab6_find(n->table, address) != NEIGHTAB_NONE;
	*slot = neightab6_add(n->table, address, port);
	if (*slot == NEIGHTAB_NONE) {
		l->neigh->counts.sponge_refused++;
		return NULL;
	}
	if (!known && n->started && neigh_sponge_takes6(n, address))
		neigh_sponge_add(n, *slot);
	return n;
}
