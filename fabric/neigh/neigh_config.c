/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The neighbour tables of a LAN: made for its configuration, and kept as long as
 * that wants them.  neigh_settle.c binds them to the owners that it names.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bsd/stdlib.h>

#include "fabric/neigh/neigh_impl.h"
#include "lib/frame.h"
#include "lib/ipv6.h"
#include "lib/neightab6.h"

/* A larger IPv4 prefix has no table of its addresses. */
#define LENGTH_MIN 16
#define TOPS       256

bool
neigh_is_wanted(const struct config_lan *c)
{
	return c->profile != CONFIG_OPEN || c->sponge == CONFIG_ON ||
	       config_arp_mode(c) != CONFIG_ARP_FLOOD ||
	       c->garp != CONFIG_GARP_ALLOW;
}

bool
neigh_takes_part(const struct config_lan *c)
{
	return c->sponge_mac != 0 &&
	       (c->sponge == CONFIG_ON || c->arp_dynamic == CONFIG_ON);
}

void
neigh_free(struct neigh *neigh)
{
	if (neigh == NULL)
		return;
	top_free(neigh->senders);
	top_free(neigh->targets);
	free(neigh->budget);
	free(neigh);
}

static struct neigh *
neigh_create(void)
{
	struct neigh *neigh = calloc(1, sizeof(*neigh));

	if (neigh == NULL)
		return NULL;
	neigh->log_due = UINT64_MAX;
	neigh->senders = top_create(TOPS);
	neigh->targets = top_create(TOPS);
	neigh->budget = neigh_budget_create();
	if (neigh->senders != NULL && neigh->targets != NULL &&
	    neigh->budget != NULL)
		return neigh;
	neigh_free(neigh);
	return NULL;
}

static void
net_free(struct net_rt *n)
{
	sponge_free(n->sponge);
	sponge_free(n->next_sponge);
	neightab6_free(n->table);
	neightab_free(n->neightab);
	movetab_free(n->moves);
	free(n->address);
	free(n);
}

struct net_rt *
neigh_free_net(struct net_rt *n)
{
	struct net_rt *next = n->next;

	net_free(n);
	return next;
}

void
neigh_free_nets(struct net_rt *n)
{
	while (n != NULL)
		n = neigh_free_net(n);
}

/* In step the secret is constant: the same input gives the same output. */
static bool
make_table6(struct net_rt *n)
{
	uint64_t secret[2] = { 0 };

	if (!n->f->in_step)
		arc4random_buf(secret, sizeof(secret));
	n->neightab = neightab_create6(neightab6_slots(n->targets), secret);
	if (n->neightab != NULL)
		n->table = neightab6_create(n->neightab, n->targets,
					    neigh_evicted, n);
	return n->table != NULL;
}

static struct net_rt *
net_create(struct fabric *f, struct lan_rt *l, bool six, uint32_t net,
	   uint32_t mask, uint32_t targets)
{
	struct net_rt *n = calloc(1, sizeof(*n));
	bool made;

	if (n == NULL)
		return NULL;
	n->f = f;
	n->lan = l;
	n->six = six;
	n->net = net;
	n->mask = mask;
	n->targets = targets;
	n->age_due = n->silent_due = UINT64_MAX;
	made = six ? make_table6(n)
		   : (n->neightab = neightab_create4(net, ~mask + 1)) != NULL;
	if (made)
		n->address = calloc(n->neightab->n, sizeof(*n->address));
	if (n->address != NULL)
		return n;
	net_free(n);
	return NULL;
}

static struct net_rt *
find_net(struct net_rt *list, bool six, uint32_t net, uint32_t mask,
	 uint32_t targets)
{
	for (struct net_rt *n = list; n != NULL; n = n->next)
		if (n->six == six && n->net == net && n->mask == mask &&
		    n->targets == targets)
			return n;
	return NULL;
}

static int
make_net(struct fabric *f, struct lan_rt *l, const struct config_lan *c,
	 bool six, uint32_t net, uint32_t mask)
{
	uint32_t targets = six ? c->nd_max_targets : 0;
	struct net_rt *n = find_net(l->nets, six, net, mask, targets);
	struct sponge_values values;

	if (n == NULL)
		n = find_net(l->next_nets, six, net, mask, targets);
	if (n == NULL) {
		n = net_create(f, l, six, net, mask, targets);
		if (n == NULL)
			return -ENOMEM;
		n->next = l->next_nets;
		l->next_nets = n;
	}
	n->wanted = true;
	if (c->sponge != CONFIG_ON || n->sponge != NULL)
		return 0;
	sponge_values_of(c, &values);
	n->next_sponge = sponge_create(n->neightab->n, &values.sponge,
				       &neigh_sponge_ops, n);
	return n->next_sponge != NULL ? 0 : -ENOMEM;
}

int
neigh_make(struct fabric *f, struct lan_rt *l, const struct config_lan *c)
{
	int rc = 0;

	if (!neigh_is_wanted(c))
		return 0;
	if (l->neigh == NULL) {
		l->next_neigh = neigh_create();
		if (l->next_neigh == NULL)
			return -ENOMEM;
	}
	for (unsigned int i = 0; rc == 0 && i < c->ipv4.n; i++) {
		const struct prefix *p = &c->ipv4.value[i];
		if (p->length >= LENGTH_MIN)
			rc = make_net(
				f, l, c, false, frame_read32(p->addr.octet),
				(uint32_t)(UINT64_MAX << (32 - p->length)));
	}
	return rc == 0 && c->ipv6.n != 0 ? make_net(f, l, c, true, 0, 0) : rc;
}

/* Takes the nets that are not wanted out of the list of the LAN. */
static struct net_rt *
take_unwanted(struct lan_rt *l)
{
	struct net_rt *taken = NULL, **at = &l->nets;

	while (*at != NULL) {
		struct net_rt *n = *at;

		if (n->wanted) {
			at = &n->next;
			continue;
		}
		*at = n->next;
		n->next = taken;
		taken = n;
	}
	return taken;
}

void
neigh_undo(struct lan_rt *l)
{
	neigh_free_nets(l->next_nets);
	l->next_nets = NULL;
	neigh_free(l->next_neigh);
	l->next_neigh = NULL;
	for (struct net_rt *n = l->nets; n != NULL; n = n->next) {
		n->wanted = false;
		sponge_free(n->next_sponge);
		n->next_sponge = NULL;
	}
}

/* The first net that a view has: of the running, or of the next configuration. */
static const struct net_rt *
first_of(const struct net_rt *list, bool all, bool six, const struct net4 *net)
{
	for (const struct net_rt *n = list; n != NULL; n = n->next)
		if ((all || n->wanted) && n->six == six &&
		    (six || (n->net == net->net && n->mask == net->mask)))
			return n;
	return NULL;
}

static const struct neightab *
table_of(const struct lan_rt *l, bool running, bool six, const struct net4 *net)
{
	const struct net_rt *n = first_of(l->nets, running, six, net);

	if (n == NULL && !running)
		n = first_of(l->next_nets, true, six, net);
	return n != NULL ? n->neightab : NULL;
}

const struct neightab *
neigh_table4(const struct lan_rt *l, bool running, const struct net4 *net)
{
	return table_of(l, running, false, net);
}

const struct neightab *
neigh_table6(const struct lan_rt *l, bool running)
{
	return table_of(l, running, true, NULL);
}

/* The parameters of the configuration, but for those that an operator has set. */
static void
set_values(struct neigh *neigh, const struct config_lan *c)
{
	struct sponge_values by_hand = neigh->values;

	sponge_values_of(c, &neigh->values);
	for (unsigned int i = 0; i < SPONGE_PARAMS; i++)
		if (neigh->by_hand[i].set)
			sponge_param_copy(&sponge_param_list[i], &by_hand,
					  &neigh->values);
}

static void
set_options(struct neigh *neigh, const struct config_lan *c)
{
	neigh->mac = c->sponge_mac;
	neigh_own6(c->sponge_mac, neigh->own6);
	neigh->sponges = c->sponge == CONFIG_ON;
	neigh->suppress = c->sponge_suppress == CONFIG_ON;
	neigh->proxies = config_arp_mode(c) == CONFIG_ARP_PROXY;
	neigh->owner_only = config_arp_mode(c) != CONFIG_ARP_FLOOD;
	neigh->learns = c->arp_dynamic == CONFIG_ON;
	neigh->strict = c->profile == CONFIG_IXP_STRICT;
	neigh->network = c->sponge_network == CONFIG_ON;
	neigh->arp_unassigned = c->unassigned == CONFIG_UNASSIGNED_DEAD;
	neigh->nd_unassigned = c->nd_unassigned == CONFIG_UNASSIGNED_DEAD;
	neigh->drops_unknown = c->unknown_arp == CONFIG_UNKNOWN_ARP_DROP;
	neigh->unassigned_rate = c->sponge_proberate_unassigned;
	neigh->link_local = c->sponge_link_local == CONFIG_ON;
	set_values(neigh, c);
	neigh->linkdown = c->sponge_linkdown;
}

/* What has been made for the LAN is its own from here on. */
static void
adopt(struct lan_rt *l)
{
	struct net_rt **end = &l->next_nets;

	while (*end != NULL)
		end = &(*end)->next;
	*end = l->nets;
	l->nets = l->next_nets;
	l->next_nets = NULL;
	if (l->next_neigh != NULL)
		l->neigh = l->next_neigh;
	l->next_neigh = NULL;
}

void
neigh_keep_as_it_is(struct lan_rt *l)
{
	for (struct net_rt *n = l->nets; n != NULL; n = n->next)
		n->wanted = false;
}

void
neigh_keep(struct fabric *f, struct lan_rt *l, const struct config_lan *c)
{
	l->old_nets = take_unwanted(l);
	adopt(l);
	if (l->neigh != NULL)
		set_options(l->neigh, c);
	l->edition++;
	l->stale = true;
	f->stale_lans++;
}
