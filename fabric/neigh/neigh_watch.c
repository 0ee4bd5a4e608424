/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * At which ports workers check data for signs of life.
 *
 * Data is a sign of life.  It matters only while an address is suspected, dead,
 * or requested and has not answered yet: seldom, and for an address of the
 * configuration at its own port alone.  So workers check the data of the ports
 * that are marked here (PORT_WATCHED), and the data of all others costs nothing.
 *
 * Each address keeps where its watch is counted, so that the count is taken back
 * at the same place, whatever its owner is by then.
 */
#include "fabric/neigh/neigh_impl.h"

#include <string.h>

#include "fabric/runtime/port_state.h"
#include "lib/ipv6.h"
#include "lib/neightab6.h"

/* address_rt.watched_at: a port, plus 1, or one of these. */
enum {
	NOWHERE = 0,
	ANYWHERE = UINT16_MAX - NEIGH_NETS, /* plus an enum neigh_net */
};

static enum neigh_net
net_of(const struct net_rt *n, uint32_t slot)
{
	const struct neightab6_entry *e;

	if (!n->six)
		return NEIGH_IPV4;
	e = neightab6_entry(n->table, slot);
	return e != NULL && ipv6_is_link_local(e->address) ? NEIGH_LINK_LOCAL
							   : NEIGH_IPV6;
}

/*
 * Where to count the watch of an address.  An address without a binding in state
 * NONE is not watched: there may be 65,536 of them, and the first request makes it
 * PENDING.
 */
static uint16_t
place_of(const struct net_rt *n, uint32_t slot)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	struct sponge_address known;

	if (!n->address[slot].watched || n->sponge == NULL)
		return NOWHERE;
	if (owner & NEIGHTAB_STRICT)
		return (uint16_t)(neightab_owner_port(owner) + 1);
	if (!neigh_look(n, slot, &known) || known.state.kind == SPONGE_NONE)
		return NOWHERE;
	/* A member that moves sends ARP or ND there first: that is always seen. */
	if (neigh_last_port(n, slot) != NULL)
		return (uint16_t)(neigh_last_port(n, slot)->id + 1);
	return (uint16_t)(ANYWHERE + net_of(n, slot));
}

/* Whether a port may use addresses that no port has by the configuration. */
static bool
may_use_any(const struct port *p, enum neigh_net net)
{
	static const struct {
		enum port_flag bound;
		enum drop check;
	} of[NEIGH_NETS] = {
		[NEIGH_IPV4] = { PORT_BOUND4, DROP_ip4_spoof },
		[NEIGH_IPV6] = { PORT_BOUND6, DROP_ip6_spoof },
		[NEIGH_LINK_LOCAL] = { PORT_BOUND_LL, DROP_ip6_spoof },
	};

	return !(p->flags & of[net].bound) ||
	       !drop_set_has(&p->checks, of[net].check) ||
	       drop_set_has(&p->logs, of[net].check);
}

static bool
is_watched(const struct fabric *f, const struct port_rt *p)
{
	const struct lan_rt *l = neigh_lan_of(f, p);
	const struct port *port = f->view->port[p->id];

	if (l == NULL || l->neigh == NULL || port == NULL)
		return false;
	for (enum neigh_net net = 0; net < NEIGH_NETS; net++)
		if (l->neigh->anywhere[net] != 0 && may_use_any(port, net))
			return true;
	return p->watched != 0;
}

static void
update_port(struct fabric *f, struct port_rt *p)
{
	bool watching = is_watched(f, p);

	if (watching == p->watching)
		return;
	p->watching = watching;
	port_state_update(f, p);
}

/* Adds one more (1) or one less (-1) to the count of a place. */
static void
count(struct net_rt *n, uint16_t place, int change)
{
	struct fabric *f = n->f;

	if (place >= ANYWHERE) {
		uint32_t *c = &n->lan->neigh->anywhere[place - ANYWHERE];

		*c += (uint32_t)change;
		if (*c != (change > 0))
			return;
		for (unsigned int i = 0; i < f->ports_end; i++)
			if (f->port[i] != NULL && f->port[i]->lan == n->lan->id)
				update_port(f, f->port[i]);
	} else if (place != NOWHERE && f->port[place - 1] != NULL) {
		f->port[place - 1]->watched += (uint32_t)change;
		update_port(f, f->port[place - 1]);
	}
}

void
neigh_watch_move(struct net_rt *n, uint32_t slot)
{
	struct address_rt *a = &n->address[slot];
	uint16_t place = place_of(n, slot);

	if (place == a->watched_at)
		return;
	count(n, a->watched_at, -1);
	a->watched_at = place;
	count(n, place, 1);
}

void
neigh_watch(void *net, uint32_t slot, bool watch)
{
	struct net_rt *n = net;

	n->address[slot].watched = watch;
	neightab_watch(n->neightab, slot, watch);
	neigh_watch_move(n, slot);
}

void
neigh_watch_none(struct net_rt *n)
{
	for (uint32_t slot = 0; slot < n->neightab->n; slot++)
		if (n->address[slot].watched)
			neigh_watch(n, slot, false);
}

/* Whether a port is in that LAN; NULL: in none. */
static bool
is_in(const struct port_rt *p, const struct lan_rt *l)
{
	return p != NULL && p->lan == (l != NULL ? l->id : CONFIG_LANS_MAX);
}

static void
forget_counts(struct fabric *f, const struct lan_rt *l)
{
	for (unsigned int i = 0; i < f->ports_end; i++)
		if (is_in(f->port[i], l))
			f->port[i]->watched = 0;
}

/*
 * The places counted before may belong to ports that are gone, or in another LAN
 * now, where all has been counted.
 */
void
neigh_watch_begin(struct fabric *f, struct lan_rt *l)
{
	uint32_t slot;

	forget_counts(f, l);
	if (l->neigh != NULL)
		memset(l->neigh->anywhere, 0, sizeof(l->neigh->anywhere));
	for (struct net_rt *n = l->nets; n != NULL; n = n->next)
		NEIGH_FOREACH(n, slot)
			n->address[slot].watched_at = NOWHERE;
}

void
neigh_watch_end(struct fabric *f, const struct lan_rt *l)
{
	for (unsigned int i = 0; i < f->ports_end; i++)
		if (is_in(f->port[i], l))
			update_port(f, f->port[i]);
}

void
neigh_watch_outside(struct fabric *f)
{
	forget_counts(f, NULL);
	neigh_watch_end(f, NULL);
}
