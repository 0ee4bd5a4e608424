/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The addresses of a LAN: who has them, what the sponge makes of them, and how
 * both are told to the workers.
 *
 * An address of the configuration is its port's, whatever others say; the MAC
 * address behind it is the one that this port was heard with.  Others are known
 * only where the LAN says so (arp_dynamic), and link-local ones where a port is
 * held to the first it was heard with.
 */
#include "fabric/neigh/neigh.h"

#include <string.h>

#include "fabric/config/config.h"
#include "lib/clock.h"
#include "lib/ipv6.h"
#include "lib/mac.h"
#include "lib/neightab6.h"

static uint32_t
read4(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

struct lan_rt *
neigh_lan(const struct fabric *f, const char *name)
{
	struct lan_rt *l = runtime_lan(f, name);

	return l != NULL && l->neigh != NULL && l->neigh->sponges ? l : NULL;
}

static bool
is_before(const struct net_rt *a, const struct net_rt *b)
{
	return a->six != b->six ? b->six : a->net < b->net;
}

struct net_rt *
neigh_next(const struct lan_rt *l, const struct net_rt *n)
{
	struct net_rt *next = NULL;

	for (struct net_rt *m = l->nets; m != NULL; m = m->next)
		if ((n == NULL || is_before(n, m)) &&
		    (next == NULL || is_before(m, next)))
			next = m;
	return next;
}

struct net_rt *
neigh_find(const struct lan_rt *l, const struct ipaddr *a, uint32_t *slot)
{
	for (struct net_rt *n = l->nets; n != NULL; n = n->next) {
		if (n->six != (a->family == 6))
			continue;
		*slot = n->six ? neightab_slot6(n->neightab, a->octet)
			       : neightab_slot4(n->neightab, read4(a->octet));
		if (*slot != NEIGHTAB_NONE)
			return n;
	}
	return NULL;
}

void
neigh_ipv4(uint32_t address, struct ipaddr *a)
{
	*a = (struct ipaddr){ .family = 4 };
	for (unsigned int i = 0; i < 4; i++)
		a->octet[i] = (uint8_t)(address >> (24 - 8 * i));
}

void
neigh_address(const struct net_rt *n, uint32_t slot, struct ipaddr *a)
{
	if (!n->six) {
		neigh_ipv4(n->neightab->base + slot, a);
		return;
	}
	a->family = 6;
	memcpy(a->octet, neightab6_entry(n->table, slot)->address, 16);
}

static enum sponge_kind
kind_of(const struct net_rt *n, uint32_t slot)
{
	struct sponge_address a;

	if (n->sponge == NULL || !sponge_look(n->sponge, slot, &a))
		return SPONGE_NONE;
	return a.state.kind;
}

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
	const struct neigh *r = n->lan->neigh;

	if (is_sponged(n, kind) && !r->suppress)
		return NEIGHTAB_FREE;
	if (is_sponged(n, kind))
		return kind == SPONGE_DEAD ? NEIGHTAB_DEAD : NEIGHTAB_STATIC;
	if (r->proxies &&
	    neightab_owner_mac(neightab_get_owner(n->neightab, slot)) != 0)
		return NEIGHTAB_PROXY;
	return NEIGHTAB_FREE;
}

static bool
is_silent(const struct net_rt *n, const struct sponge_address *a)
{
	uint64_t since =
		a->seen_at > a->changed_at ? a->seen_at : a->changed_at;

	return n->f->now - since >= NEIGH_SILENCE;
}

/* Which entries of the IPv6 table may make way for others. */
static enum neightab6_rank
rank_of(const struct net_rt *n, uint32_t slot)
{
	struct sponge_address a;

	if (neightab_get_owner(n->neightab, slot) & NEIGHTAB_OWNED)
		return NEIGHTAB6_STAYS;
	if (n->sponge == NULL || !sponge_look(n->sponge, slot, &a))
		return NEIGHTAB6_FIRST;
	if (a.state.kind == SPONGE_STATIC ||
	    (a.state.kind == SPONGE_ALIVE && !is_silent(n, &a)))
		return NEIGHTAB6_STAYS;
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
	enum sponge_kind kind = kind_of(n, slot);

	neightab_set_held(n->neightab, slot, held_of(n, slot, kind));
	neightab_watch(n->neightab, slot, n->address[slot].watched);
	neigh_watch_move(n, slot);
	if (n->six)
		neightab6_set_rank(n->table, slot, rank_of(n, slot));
}

void
neigh_publish_all(struct net_rt *n)
{
	for (uint32_t slot = 0; slot < n->neightab->n; slot++)
		if (!n->six || neightab6_entry(n->table, slot) != NULL)
			neigh_publish(n, slot);
}

void
neigh_own(struct net_rt *n, uint32_t slot, uint64_t owner)
{
	if (owner == neightab_get_owner(n->neightab, slot))
		return;
	neightab_set_owner(n->neightab, slot, owner);
	if (owner & NEIGHTAB_OWNED && !(owner & NEIGHTAB_STRICT) &&
	    n->age_due == UINT64_MAX) {
		n->age_due = n->f->now + NEIGH_AGE_PERIOD;
		neigh_plan(n->f);
	}
	neigh_publish(n, slot);
}

/* Two members say they have an address: named once, and then left alone. */
static bool
is_contested(struct net_rt *n, uint32_t slot, uint64_t mac,
	     const struct port_rt *p)
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
		neigh_log_limited(n->f, n->lan, NEIGH_DUPLICATE,
				  "duplicate IP: ip=%s mac=%s mac=%s port=%s",
				  ipaddr_format(&ip, text),
				  mac_format(a->mac, old), mac_format(mac, now),
				  p->name);
	}
	return verdict != MOVETAB_MOVES_ON;
}

bool
neigh_learns(const struct neigh *r, const uint8_t *address6)
{
	return r->learns ||
	       (address6 != NULL && r->claims && ipv6_is_link_local(address6));
}

bool
neigh_learns_at(const struct net_rt *n, uint32_t slot)
{
	return neigh_learns(n->lan->neigh,
			    n->six ? neightab6_entry(n->table, slot)->address
				   : NULL);
}

static void
heard_freely(struct net_rt *n, uint32_t slot, uint64_t mac,
	     const struct port_rt *p)
{
	bool contested = is_contested(n, slot, mac, p);

	if (contested || !neigh_learns_at(n, slot))
		neigh_own(n, slot, 0);
	else
		neigh_own(n, slot, neightab_owner(p->id, mac, 0));
}

uint64_t
neigh_mac_of(const struct net_rt *n, uint32_t slot)
{
	struct sponge_address a;

	if (n->sponge == NULL || !sponge_look(n->sponge, slot, &a) ||
	    a.state.kind != SPONGE_ALIVE)
		return 0;
	return a.mac != 0 ? a.mac
			  : neightab_owner_mac(
				    neightab_get_owner(n->neightab, slot));
}

bool
neigh_is_in6(const struct config_lan *c, const uint8_t *address)
{
	struct ipaddr a = { .family = 6 };

	if (ipv6_is_link_local(address))
		return true;
	memcpy(a.octet, address, 16);
	for (unsigned int i = 0; i < c->ipv6.n; i++)
		if (prefix_contains(&c->ipv6.value[i], &a))
			return true;
	return false;
}

bool
neigh_is_for6(const struct fabric *f, const struct lan_rt *l,
	      const uint8_t *address)
{
	if (ipv6_is_link_local(address))
		return l->neigh->link_local;
	return neigh_is_in6(config_lan(f->config, l->name), address);
}

bool
neigh_is_end(const struct net_rt *n, uint32_t slot)
{
	return !n->six && n->neightab->n > 2 &&
	       (slot == 0 || slot == n->neightab->n - 1);
}

void
neigh_seen(struct net_rt *n, uint32_t slot, uint64_t mac, struct port_rt *p,
	   bool says)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	struct address_rt *a = &n->address[slot];

	if (owner & NEIGHTAB_STRICT && neightab_owner_port(owner) != p->id)
		return;
	if (owner & NEIGHTAB_STRICT)
		neigh_own(n, slot, neightab_owner(p->id, mac, NEIGHTAB_STRICT));
	else if (says)
		heard_freely(n, slot, mac, p);
	a->mac = mac;
	a->port = p->id;
	a->seen_at = n->f->now;
	if (n->sponge != NULL)
		sponge_seen(n->sponge, slot, mac, n->f->now);
	neigh_watch_move(n, slot);
	if (n->six)
		neightab6_set_rank(n->table, slot, rank_of(n, slot));
}

/* What the sponge calls. */

static void
changed(void *arg, uint32_t slot, enum sponge_kind from, enum sponge_kind to)
{
	struct net_rt *n = arg;

	/* An order of the operator, who need not give it twice. */
	if (from == SPONGE_STATIC || to == SPONGE_STATIC)
		n->f->sponge_unsaved = true;
	n->lan->neigh->counts.transitions[to]++;
	neigh_publish(n, slot);
}

static void
awaits(void *arg, uint32_t slot, bool awaited)
{
	neigh_watch(arg, slot, awaited);
}

static void
probe(void *arg, uint32_t slot)
{
	neigh_send_probe(arg, slot);
}

static void
gratuitous(void *arg, uint32_t slot)
{
	neigh_send_gratuitous(arg, slot);
}

static bool
heard(void *arg, uint32_t slot)
{
	const struct net_rt *n = arg;

	return neightab_take_seen(n->neightab, slot);
}

static void
said(void *arg, const struct sponge_notice *s)
{
	neigh_log_sponge(arg, s);
	/* From now on questions for the dead are held. */
	if (s->event == SPONGE_EV_LEARNED)
		neigh_publish_all(arg);
}

const struct sponge_ops neigh_sponge_ops = {
	.changed = changed,
	.watch = awaits,
	.probe = probe,
	.gratuitous = gratuitous,
	.seen = heard,
	.notice = said,
};
