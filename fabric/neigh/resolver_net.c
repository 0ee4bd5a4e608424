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
#include "fabric/neigh/resolver.h"

#include <string.h>

#include "fabric/config/config.h"
#include "lib/clock.h"
#include "lib/ipv6.h"
#include "lib/mac.h"
#include "lib/neigh6.h"

static uint32_t
read4(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

struct lan_rt *
resolver_lan(const struct fabric *f, const char *name)
{
	struct lan_rt *l = runtime_lan(f, name);

	return l != NULL && l->resolver != NULL && l->resolver->sponges ? l
									: NULL;
}

static bool
is_before(const struct net_rt *a, const struct net_rt *b)
{
	return a->six != b->six ? b->six : a->net < b->net;
}

struct net_rt *
resolver_next(const struct lan_rt *l, const struct net_rt *n)
{
	struct net_rt *next = NULL;

	for (struct net_rt *m = l->nets; m != NULL; m = m->next)
		if ((n == NULL || is_before(n, m)) &&
		    (next == NULL || is_before(m, next)))
			next = m;
	return next;
}

struct net_rt *
resolver_find(const struct lan_rt *l, const struct ipaddr *a, uint32_t *slot)
{
	for (struct net_rt *n = l->nets; n != NULL; n = n->next) {
		if (n->six != (a->family == 6))
			continue;
		*slot = n->six ? neigh_slot6(n->neigh, a->octet)
			       : neigh_slot4(n->neigh, read4(a->octet));
		if (*slot != NEIGH_NONE)
			return n;
	}
	return NULL;
}

void
resolver_ipv4(uint32_t address, struct ipaddr *a)
{
	*a = (struct ipaddr){ .family = 4 };
	for (unsigned int i = 0; i < 4; i++)
		a->octet[i] = (uint8_t)(address >> (24 - 8 * i));
}

void
resolver_address(const struct net_rt *n, uint32_t slot, struct ipaddr *a)
{
	if (!n->six) {
		resolver_ipv4(n->neigh->base + slot, a);
		return;
	}
	a->family = 6;
	memcpy(a->octet, neigh6_entry(n->table, slot)->address, 16);
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

static enum neigh_held
held_of(const struct net_rt *n, uint32_t slot, enum sponge_kind kind)
{
	const struct resolver *r = n->lan->resolver;

	if (is_sponged(n, kind) && !r->suppress)
		return NEIGH_FREE;
	if (is_sponged(n, kind))
		return kind == SPONGE_DEAD ? NEIGH_DEAD : NEIGH_STATIC;
	if (r->proxies && neigh_owner_mac(neigh_get_owner(n->neigh, slot)) != 0)
		return NEIGH_PROXY;
	return NEIGH_FREE;
}

static bool
is_silent(const struct net_rt *n, const struct sponge_address *a)
{
	uint64_t since =
		a->heard_at > a->changed_at ? a->heard_at : a->changed_at;

	return n->f->now - since >= RESOLVER_SILENCE;
}

/* Which entries of the IPv6 table may make way for others. */
static enum neigh6_rank
rank_of(const struct net_rt *n, uint32_t slot)
{
	struct sponge_address a;

	if (neigh_get_owner(n->neigh, slot) & NEIGH_OWNED)
		return NEIGH6_STAYS;
	if (n->sponge == NULL || !sponge_look(n->sponge, slot, &a))
		return NEIGH6_FIRST;
	if (a.state.kind == SPONGE_STATIC ||
	    (a.state.kind == SPONGE_ALIVE && !is_silent(n, &a)))
		return NEIGH6_STAYS;
	return a.state.kind == SPONGE_DEAD || a.state.kind == SPONGE_ALIVE
		       ? NEIGH6_LAST
		       : NEIGH6_FIRST;
}

void
resolver_listen6(struct net_rt *n, uint32_t slot)
{
	if (neigh_take_heard(n->neigh, slot))
		sponge_life(n->sponge, slot, 0, n->f->now);
	neigh6_set_rank(n->table, slot, rank_of(n, slot));
}

void
resolver_publish(struct net_rt *n, uint32_t slot)
{
	enum sponge_kind kind = kind_of(n, slot);

	neigh_set_held(n->neigh, slot, held_of(n, slot, kind));
	neigh_watch(n->neigh, slot, n->address[slot].awaited);
	resolver_place(n, slot);
	if (n->six)
		neigh6_set_rank(n->table, slot, rank_of(n, slot));
}

void
resolver_publish_all(struct net_rt *n)
{
	for (uint32_t slot = 0; slot < n->neigh->n; slot++)
		if (!n->six || neigh6_entry(n->table, slot) != NULL)
			resolver_publish(n, slot);
}

void
resolver_own(struct net_rt *n, uint32_t slot, uint64_t owner)
{
	if (owner == neigh_get_owner(n->neigh, slot))
		return;
	neigh_set_owner(n->neigh, slot, owner);
	if (owner & NEIGH_OWNED && !(owner & NEIGH_STRICT) &&
	    n->age_due == UINT64_MAX) {
		n->age_due = n->f->now + RESOLVER_AGE_PERIOD;
		resolver_plan(n->f);
	}
	resolver_publish(n, slot);
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
		n->lan->resolver->counts.sponge_duplicates++;
		resolver_address(n, slot, &ip);
		resolver_say_often(n->f, n->lan, RESOLVER_DUPLICATE,
				   "duplicate IP: ip=%s mac=%s mac=%s port=%s",
				   ipaddr_format(&ip, text),
				   mac_format(a->mac, old),
				   mac_format(mac, now), p->name);
	}
	return verdict != MOVETAB_MOVES_ON;
}

bool
resolver_believes(const struct resolver *r, const uint8_t *address6)
{
	return r->learns ||
	       (address6 != NULL && r->claims && ipv6_is_link_local(address6));
}

bool
resolver_believes_in(const struct net_rt *n, uint32_t slot)
{
	return resolver_believes(n->lan->resolver,
				 n->six ? neigh6_entry(n->table, slot)->address
					: NULL);
}

static void
heard_freely(struct net_rt *n, uint32_t slot, uint64_t mac,
	     const struct port_rt *p)
{
	bool contested = is_contested(n, slot, mac, p);

	if (contested || !resolver_believes_in(n, slot))
		resolver_own(n, slot, 0);
	else
		resolver_own(n, slot, neigh_owner(p->id, mac, 0));
}

uint64_t
resolver_mac_of(const struct net_rt *n, uint32_t slot)
{
	struct sponge_address a;

	if (n->sponge == NULL || !sponge_look(n->sponge, slot, &a) ||
	    a.state.kind != SPONGE_ALIVE)
		return 0;
	return a.mac != 0 ? a.mac
			  : neigh_owner_mac(neigh_get_owner(n->neigh, slot));
}

bool
resolver_is_in6(const struct config_lan *c, const uint8_t *address)
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
resolver_is_for6(const struct fabric *f, const struct lan_rt *l,
		 const uint8_t *address)
{
	if (ipv6_is_link_local(address))
		return l->resolver->near;
	return resolver_is_in6(config_lan(f->config, l->name), address);
}

bool
resolver_is_end(const struct net_rt *n, uint32_t slot)
{
	return !n->six && n->neigh->n > 2 &&
	       (slot == 0 || slot == n->neigh->n - 1);
}

void
resolver_heard(struct net_rt *n, uint32_t slot, uint64_t mac, struct port_rt *p,
	       bool says)
{
	uint64_t owner = neigh_get_owner(n->neigh, slot);
	struct address_rt *a = &n->address[slot];

	if (owner & NEIGH_STRICT && neigh_owner_port(owner) != p->id)
		return;
	if (owner & NEIGH_STRICT)
		resolver_own(n, slot, neigh_owner(p->id, mac, NEIGH_STRICT));
	else if (says)
		heard_freely(n, slot, mac, p);
	a->mac = mac;
	a->port = p->id;
	a->heard_at = n->f->now;
	if (n->sponge != NULL)
		sponge_life(n->sponge, slot, mac, n->f->now);
	resolver_place(n, slot);
	if (n->six)
		neigh6_set_rank(n->table, slot, rank_of(n, slot));
}

/* What the sponge calls. */

static void
changed(void *arg, uint32_t slot, enum sponge_kind from, enum sponge_kind to)
{
	struct net_rt *n = arg;

	/* An order of the operator, who need not give it twice. */
	if (from == SPONGE_STATIC || to == SPONGE_STATIC)
		n->f->sponge_unsaved = true;
	n->lan->resolver->counts.transitions[to]++;
	resolver_publish(n, slot);
}

static void
awaits(void *arg, uint32_t slot, bool awaited)
{
	resolver_await(arg, slot, awaited);
}

static void
probe(void *arg, uint32_t slot)
{
	resolver_send_probe(arg, slot);
}

static void
gratuitous(void *arg, uint32_t slot)
{
	resolver_send_gratuitous(arg, slot);
}

static bool
heard(void *arg, uint32_t slot)
{
	const struct net_rt *n = arg;

	return neigh_take_heard(n->neigh, slot);
}

static void
said(void *arg, const struct sponge_notice *s)
{
	resolver_said(arg, s);
	/* From now on questions for the dead are held. */
	if (s->event == SPONGE_EV_LEARNED)
		resolver_publish_all(arg);
}

const struct sponge_ops resolver_sponge_ops = {
	.changed = changed,
	.awaits = awaits,
	.probe = probe,
	.gratuitous = gratuitous,
	.heard = heard,
	.said = said,
};
