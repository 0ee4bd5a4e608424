/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * At which ports a sign of life is awaited.
 *
 * Data is a sign of life, but whether an address speaks matters only while it is
 * in doubt, or asked for and has not answered yet: seldom, and of an address by
 * configuration at its port alone.  So workers listen to the data of ports that
 * are told here, and that of all others costs nothing.
 *
 * Where an address is awaited is kept with it, so that it is taken back where it
 * was counted, whatever has become of its owner since.
 */
#include "fabric/neigh/resolver.h"

#include <string.h>

#include "lib/ipv6.h"
#include "lib/neigh6.h"

/* address_rt.awaited_at: a port, plus 1, or what an address of nobody is. */
enum {
	NOWHERE = 0,
	ANYWHERE = UINT16_MAX - RESOLVER_NETS, /* and an enum resolver_net */
};

static enum resolver_net
net_of(const struct net_rt *n, uint32_t slot)
{
	const struct neigh6_entry *e;

	if (!n->six)
		return RESOLVER_IPV4;
	e = neigh6_entry(n->table, slot);
	return e != NULL && ipv6_is_link_local(e->address) ? RESOLVER_NEAR
							   : RESOLVER_IPV6;
}

/*
 * The port where an address without a binding was heard last: who comes back to
 * another one has to ask for somebody first.
 */
static const struct port_rt *
last_port(const struct net_rt *n, uint32_t slot)
{
	const struct address_rt *a = &n->address[slot];
	const struct port_rt *p = a->mac != 0 ? n->f->port[a->port] : NULL;

	return p != NULL && !(p->marks & RT_GONE) && p->lan == n->lan->id
		       ? p
		       : NULL;
}

/*
 * An address without a binding of which nothing is known yet is not waited for:
 * there may be 65,536 of them, and the first question makes it PENDING.
 */
static uint16_t
place_of(const struct net_rt *n, uint32_t slot)
{
	uint64_t owner = neigh_get_owner(n->neigh, slot);
	struct sponge_address known;

	if (!n->address[slot].awaited || n->sponge == NULL)
		return NOWHERE;
	if (owner & NEIGH_STRICT)
		return (uint16_t)(neigh_owner_port(owner) + 1);
	if (!sponge_look(n->sponge, slot, &known) ||
	    known.state.kind == SPONGE_NONE)
		return NOWHERE;
	if (last_port(n, slot) != NULL)
		return (uint16_t)(last_port(n, slot)->id + 1);
	return (uint16_t)(ANYWHERE + net_of(n, slot));
}

/* Whether the port may use an address that no port has by the configuration. */
static bool
takes_any(const struct port *p, enum resolver_net net)
{
	static const struct {
		enum port_flag bound;
		enum drop check;
	} of[RESOLVER_NETS] = {
		[RESOLVER_IPV4] = { PORT_BOUND4, DROP_ip4_spoof },
		[RESOLVER_IPV6] = { PORT_BOUND6, DROP_ip6_spoof },
		[RESOLVER_NEAR] = { PORT_BOUND_LL, DROP_ip6_spoof },
	};

	return !(p->flags & of[net].bound) ||
	       !drop_set_has(&p->checks, of[net].check) ||
	       drop_set_has(&p->logs, of[net].check);
}

static bool
is_awaited(const struct fabric *f, const struct port_rt *p)
{
	const struct lan_rt *l =
		p->lan != CONFIG_LANS_MAX ? f->lan[p->lan] : NULL;
	const struct port *port = f->view->port[p->id];

	if (l == NULL || l->resolver == NULL || port == NULL)
		return false;
	for (enum resolver_net net = 0; net < RESOLVER_NETS; net++)
		if (l->resolver->anywhere[net] != 0 && takes_any(port, net))
			return true;
	return p->awaited != 0;
}

static void
tell_port(struct fabric *f, struct port_rt *p)
{
	bool listens = is_awaited(f, p);

	if (listens == p->listens)
		return;
	p->listens = listens;
	learn_state(f, p);
}

static void
tell_ports(struct fabric *f, const struct lan_rt *l)
{
	for (unsigned int i = 0; i < f->ports_end; i++)
		if (f->port[i] != NULL && f->port[i]->lan == l->id)
			tell_port(f, f->port[i]);
}

/* One more there, or one less. */
static void
count(struct net_rt *n, uint16_t place, int change)
{
	struct fabric *f = n->f;

	if (place >= ANYWHERE) {
		uint32_t *c = &n->lan->resolver->anywhere[place - ANYWHERE];

		*c += (uint32_t)change;
		if (*c == (change > 0))
			tell_ports(f, n->lan);
	} else if (place != NOWHERE && f->port[place - 1] != NULL) {
		f->port[place - 1]->awaited += (uint32_t)change;
		tell_port(f, f->port[place - 1]);
	}
}

void
resolver_place(struct net_rt *n, uint32_t slot)
{
	struct address_rt *a = &n->address[slot];
	uint16_t place = place_of(n, slot);

	if (place == a->awaited_at)
		return;
	count(n, a->awaited_at, -1);
	a->awaited_at = place;
	count(n, place, 1);
}

void
resolver_await(struct net_rt *n, uint32_t slot, bool awaited)
{
	n->address[slot].awaited = awaited;
	neigh_watch(n->neigh, slot, awaited);
	resolver_place(n, slot);
}

void
resolver_await_none(struct net_rt *n)
{
	for (uint32_t slot = 0; slot < n->neigh->n; slot++)
		if (n->address[slot].awaited)
			resolver_await(n, slot, false);
}

/* The places of before may be those of ports that have gone. */
static void
recount(struct lan_rt *l)
{
	for (struct net_rt *n = l->nets; n != NULL; n = n->next)
		for (uint32_t slot = 0; slot < n->neigh->n; slot++) {
			n->address[slot].awaited_at = NOWHERE;
			resolver_place(n, slot);
		}
}

void
resolver_await_anew(struct fabric *f)
{
	for (unsigned int i = 0; i < f->ports_end; i++)
		if (f->port[i] != NULL)
			f->port[i]->awaited = 0;
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++) {
		struct lan_rt *l = f->lan[i];

		if (l == NULL || l->resolver == NULL)
			continue;
		memset(l->resolver->anywhere, 0, sizeof(l->resolver->anywhere));
		recount(l);
	}
	for (unsigned int i = 0; i < f->ports_end; i++)
		if (f->port[i] != NULL)
			tell_port(f, f->port[i]);
}
