/* SPDX-License-Identifier: BSD-3-Clause */
/* The addresses of a port whose link is down, or that is gone. */
#include <string.h>

#include "fabric/neigh/neigh_impl.h"
#include "lib/clock.h"
#include "lib/neightab6.h"

static void
suspect_address(const struct lan_rt *l, const struct ipaddr *address)
{
	uint32_t slot;
	struct net_rt *n = neigh_find(l, address, &slot);
	struct sponge_address a;

	if (n == NULL || !neigh_look(n, slot, &a) ||
	    sponge_params(n->sponge)->fixed)
		return;
	if (a.state.kind == SPONGE_ALIVE || a.state.kind == SPONGE_NONE)
		sponge_set(n->sponge, slot, SPONGE_PENDING, 0, 0, n->f->now);
}

/* Suspects the addresses of a port. */
static void
suspect(struct fabric *f, struct port_rt *p)
{
	struct lan_rt *l = neigh_lan_of(f, p);
	const struct lan *v = l != NULL ? neigh_view_lan(f, l) : NULL;
	struct ipaddr a;

	p->suspect_at = 0;
	if (l != NULL)
		neigh_settle_lan(f, l);
	for (unsigned int i = 0; v != NULL && i < v->nbound4; i++) {
		if (v->bound4[i].port != p->id)
			continue;
		neigh_ipv4(v->bound4[i].address, &a);
		suspect_address(l, &a);
	}
	for (unsigned int i = 0; v != NULL && i < v->nbound6; i++) {
		if (v->bound6[i].port != p->id)
			continue;
		a.family = 6;
		memcpy(a.octet, v->bound6[i].address, sizeof(a.octet));
		suspect_address(l, &a);
	}
}

void
neigh_link_turn(struct fabric *f)
{
	uint64_t next = UINT64_MAX;

	for (unsigned int i = 0; i < f->ports_end; i++) {
		struct port_rt *p = f->port[i];

		if (p == NULL || p->suspect_at == 0)
			continue;
		if (p->suspect_at <= f->now)
			suspect(f, p);
		else if (p->suspect_at < next)
			next = p->suspect_at;
	}
	f->suspect_due = next;
}

/* Drops the learned owners behind a port. */
static void
drop_learned(struct net_rt *n, uint16_t port)
{
	if (n->age_due == UINT64_MAX)
		return;
	for (uint32_t slot = 0; slot < n->neightab->n; slot++) {
		uint64_t owner = neightab_get_owner(n->neightab, slot);

		if (neightab_owner_is_learned(owner) &&
		    neightab_owner_port(owner) == port)
			neigh_own(n, slot, 0);
	}
}

static struct net_rt *
nets_of(const struct fabric *f, const struct port_rt *p)
{
	const struct lan_rt *l = neigh_lan_of(f, p);

	return l != NULL ? l->nets : NULL;
}

void
neigh_link(struct fabric *f, struct port_rt *p, bool up)
{
	const struct net_rt *n;
	uint32_t wait;

	p->suspect_at = 0;
	if (up)
		return;
	if (neigh_lan_of(f, p) != NULL)
		neigh_settle_lan(f, neigh_lan_of(f, p));
	n = nets_of(f, p);
	wait = n != NULL ? n->lan->neigh->linkdown : 0;
	for (struct net_rt *m = nets_of(f, p); m != NULL; m = m->next)
		drop_learned(m, p->id);
	if (wait == 0)
		return;
	p->suspect_at = f->now + wait * CLOCK_SECOND;
	f->suspect_due = clock_sooner(f->suspect_due, p->suspect_at);
	f->neigh_due = clock_sooner(f->neigh_due, p->suspect_at);
}

/* Of an address that a port which is gone had asked for first. */
static uint16_t
heir_of(void *net, uint32_t slot)
{
	const struct port_rt *p = neigh_last_port(net, slot);

	return p != NULL ? p->id : NEIGHTAB6_NO_PORT;
}

void
neigh_release(struct fabric *f, const struct port_rt *p)
{
	for (struct net_rt *n = nets_of(f, p); n != NULL; n = n->next) {
		drop_learned(n, p->id);
		if (n->six)
			neightab6_release(n->table, p->id, heir_of);
		if (n->moves != NULL)
			movetab_release(n->moves, p->id);
	}
}
