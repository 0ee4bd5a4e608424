/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The addresses of a LAN: the net and slot of each, and what the configuration
 * makes of it.  Nothing here changes state.
 */
#include <endian.h>
#include <string.h>

#include "fabric/neigh/neigh_impl.h"
#include "lib/frame.h"
#include "lib/ipv6.h"
#include "lib/neightab6.h"

void
neigh_own6(uint64_t mac, uint8_t own6[16])
{
	uint64_t iid = htobe64(ipv6_eui64_of_mac(mac));

	memset(own6, 0, 16);
	own6[0] = 0xfe;
	own6[1] = 0x80;
	memcpy(own6 + 8, &iid, sizeof(iid));
}

const struct lan *
neigh_view_lan(const struct fabric *f, const struct lan_rt *l)
{
	for (unsigned int i = 0; i < f->view->nlans; i++)
		if (f->view->lan[i].id == l->id)
			return &f->view->lan[i];
	return NULL;
}

const char *
neigh_port_name(const struct fabric *f, uint16_t id)
{
	const struct port_rt *p =
		id < PORTS_MAX ? runtime_live_port(f, id) : NULL;

	return p != NULL ? p->name : NULL;
}

struct lan_rt *
neigh_lan_of(const struct fabric *f, const struct port_rt *p)
{
	return p->lan != CONFIG_LANS_MAX ? f->lan[p->lan] : NULL;
}

struct lan_rt *
neigh_next_lan(const struct fabric *f, unsigned int *id)
{
	while (*id < CONFIG_LANS_MAX) {
		struct lan_rt *l = f->lan[(*id)++];

		if (l != NULL && l->neigh != NULL && !(l->flags & RT_RETIRED))
			return l;
	}
	return NULL;
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
neigh_net6(const struct lan_rt *l)
{
	struct net_rt *n = l->nets;

	while (n != NULL && !n->six)
		n = n->next;
	return n;
}

bool
neigh_has_sponge(const struct net_rt *n)
{
	return n->sponge != NULL && n->started;
}

bool
neigh_look(const struct net_rt *n, uint32_t slot, struct sponge_address *a)
{
	return n->sponge != NULL && sponge_look(n->sponge, slot, a);
}

bool
neigh_is_vacant(const struct net_rt *n, uint32_t slot)
{
	return n->six && neightab6_entry(n->table, slot) == NULL;
}

uint32_t
neigh_next_used(const struct net_rt *n, uint32_t slot)
{
	return n->six ? neightab6_next(n->table, slot) : slot;
}

const struct port_rt *
neigh_port_in(const struct net_rt *n, uint16_t id)
{
	const struct port_rt *p =
		id < PORTS_MAX ? runtime_live_port(n->f, id) : NULL;

	return p != NULL && p->lan == n->lan->id ? p : NULL;
}

const struct port_rt *
neigh_last_port(const struct net_rt *n, uint32_t slot)
{
	const struct address_rt *a = &n->address[slot];

	return a->mac != 0 ? neigh_port_in(n, a->port) : NULL;
}

struct net_rt *
neigh_find(const struct lan_rt *l, const struct ipaddr *a, uint32_t *slot)
{
	for (struct net_rt *n = l->nets; n != NULL; n = n->next) {
		if (n->six != (a->family == 6))
			continue;
		*slot = n->six ? neightab_slot6(n->neightab, a->octet)
			       : neightab_slot4(n->neightab,
						frame_read32(a->octet));
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

bool
neigh_is_end(const struct net_rt *n, uint32_t slot)
{
	return !n->six && n->neightab->n > 2 &&
	       (slot == 0 || slot == n->neightab->n - 1);
}

bool
neigh_learns(const struct neigh *neigh, const uint8_t *address6)
{
	return neigh->learns || (address6 != NULL && neigh->strict &&
				 ipv6_is_link_local(address6));
}

bool
neigh_learns_at(const struct net_rt *n, uint32_t slot)
{
	return neigh_learns(n->lan->neigh,
			    n->six ? neightab6_entry(n->table, slot)->address
				   : NULL);
}

uint64_t
neigh_mac_of(const struct net_rt *n, uint32_t slot)
{
	struct sponge_address a;

	if (!neigh_look(n, slot, &a) || a.state.kind != SPONGE_ALIVE)
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
