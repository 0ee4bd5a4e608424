/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The life of what is known of addresses: it comes with a LAN's configuration,
 * outlives views, and has its timers.
 */
#include "fabric/neigh/neigh.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bsd/stdlib.h>

#include "fabric/apply/apply.h"
#include "fabric/config/config.h"
#include "lib/clock.h"
#include "lib/ipv6.h"
#include "lib/neightab6.h"

/* A larger IPv4 prefix has no table of its addresses. */
#define LENGTH_MIN 16
#define TOPS       256

/* Of an address that is known without a binding (RFC 9161, 3.5). */
#define AGE     (600 * CLOCK_SECOND)
#define REFRESH (AGE / 3)

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

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
neigh_own6(uint64_t mac, uint8_t own6[16])
{
	uint64_t iid = htobe64(ipv6_eui64_of_mac(mac));

	memset(own6, 0, 16);
	own6[0] = 0xfe;
	own6[1] = 0x80;
	memcpy(own6 + 8, &iid, sizeof(iid));
}

void
neigh_free(struct neigh *r)
{
	if (r == NULL)
		return;
	top_free(r->askers);
	top_free(r->targets);
	free(r);
}

static struct neigh *
neigh_create(void)
{
	struct neigh *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->askers = top_create(TOPS);
	r->targets = top_create(TOPS);
	if (r->askers != NULL && r->targets != NULL)
		return r;
	neigh_free(r);
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

void
neigh_free_nets(struct net_rt *n)
{
	while (n != NULL) {
		struct net_rt *next = n->next;

		net_free(n);
		n = next;
	}
}

/* An IPv6 address has lost its slot, and whoever had it the address. */
static void
pushed_out(void *arg, uint32_t slot, const struct neightab6_entry *e)
{
	struct net_rt *n = arg;

	(void)e;
	neightab_set_owner(n->neightab, slot, 0);
	/* While it is still known where it was awaited. */
	if (n->sponge != NULL)
		sponge_remove(n->sponge, slot);
	memset(&n->address[slot], 0, sizeof(n->address[slot]));
}

/* In step there is no chance, nor anybody who could find out. */
static bool
make_table6(struct net_rt *n)
{
	uint64_t secret[2] = { 0 };

	if (!n->f->in_step)
		arc4random_buf(secret, sizeof(secret));
	n->neightab = neightab_create6(neightab6_slots(n->targets), secret);
	if (n->neightab != NULL)
		n->table = neightab6_create(n->neightab, n->targets, pushed_out,
					    n);
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
	n->marks = RT_FRESH;
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
find_net(const struct lan_rt *l, bool six, uint32_t net, uint32_t mask,
	 uint32_t targets)
{
	for (struct net_rt *n = l->nets; n != NULL; n = n->next)
		if (n->six == six && n->net == net && n->mask == mask &&
		    n->targets == targets)
			return n;
	return NULL;
}

/* Without an address of its own it can ask nobody; IPv6 has one of itself. */
static void
set_params(struct net_rt *n)
{
	struct sponge_params params = n->lan->neigh->values.sponge;

	params.passive = params.passive || (!n->six && n->own == 0);
	sponge_set_params(n->sponge, &params, n->f->now);
}

static int
make_net(struct fabric *f, struct lan_rt *l, const struct config_lan *c,
	 bool six, uint32_t net, uint32_t mask)
{
	uint32_t targets = six ? c->nd_max_targets : 0;
	struct net_rt *n = find_net(l, six, net, mask, targets);
	struct sponge_values values;

	if (n == NULL) {
		n = net_create(f, l, six, net, mask, targets);
		if (n == NULL)
			return -ENOMEM;
		n->next = l->nets;
		l->nets = n;
	}
	n->marks |= RT_WANTED;
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

	for (struct net_rt *n = l->nets; n != NULL; n = n->next)
		n->marks = 0;
	if (!neigh_is_wanted(c))
		return 0;
	if (l->neigh == NULL)
		l->neigh = neigh_create();
	if (l->neigh == NULL)
		return -ENOMEM;
	for (unsigned int i = 0; rc == 0 && i < c->ipv4.n; i++) {
		const struct prefix *p = &c->ipv4.value[i];
		uint32_t net;

		memcpy(&net, p->addr.octet, sizeof(net));
		if (p->length >= LENGTH_MIN)
			rc = make_net(
				f, l, c, false, be32toh(net),
				(uint32_t)(UINT64_MAX << (32 - p->length)));
	}
	return rc == 0 && c->ipv6.n != 0 ? make_net(f, l, c, true, 0, 0) : rc;
}

/* Takes the nets that have, or lack, a mark out of the list of the LAN. */
static struct net_rt *
take_nets(struct lan_rt *l, unsigned int mark, bool has, struct net_rt *taken)
{
	struct net_rt **at = &l->nets;

	while (*at != NULL) {
		struct net_rt *n = *at;

		if (((n->marks & mark) != 0) != has) {
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
	neigh_free_nets(take_nets(l, RT_FRESH, true, NULL));
	for (struct net_rt *n = l->nets; n != NULL; n = n->next) {
		sponge_free(n->next_sponge);
		n->next_sponge = NULL;
	}
}

/* Whether it is of the configuration that runs, or of the one to come. */
static bool
is_of(const struct net_rt *n, bool running)
{
	return n->marks & RT_FRESH ? !running : running || n->marks & RT_WANTED;
}

const struct neightab *
neigh_table4(const struct lan_rt *l, bool running, uint32_t net, uint32_t mask)
{
	const struct net_rt *n = find_net(l, false, net, mask, 0);

	return n != NULL && is_of(n, running) ? n->neightab : NULL;
}

const struct neightab *
neigh_table6(const struct lan_rt *l, bool running)
{
	for (const struct net_rt *n = l->nets; n != NULL; n = n->next)
		if (n->six && is_of(n, running))
			return n->neightab;
	return NULL;
}

static const struct lan *
view_lan(const struct fabric *f, const struct lan_rt *l)
{
	for (unsigned int i = 0; i < f->view->nlans; i++)
		if (f->view->lan[i].id == l->id)
			return &f->view->lan[i];
	return NULL;
}

/* The only MAC address of a port, or else the one heard, if it may still be. */
static uint64_t
mac_of_port(const struct port *p, uint64_t heard)
{
	if (p->nmacs == 1)
		return p->mac[0];
	for (unsigned int i = 0; i < p->nmacs; i++)
		if (p->mac[i] == heard)
			return heard;
	return p->nmacs == 0 ? heard : 0;
}

static bool
may_have(const struct net_rt *n, uint16_t port, uint64_t mac)
{
	return mac_of_port(n->f->view->port[port], mac) == mac;
}

/* What it was heard with is no more, if it is another port's or not to be used. */
static void
forget_former(struct net_rt *n, uint32_t slot, uint16_t port)
{
	struct address_rt *a = &n->address[slot];
	struct sponge_address there;
	bool former =
		a->mac != 0 && (a->port != port || !may_have(n, port, a->mac));

	if (former)
		a->mac = 0;
	if (n->sponge != NULL && sponge_look(n->sponge, slot, &there) &&
	    (former || !may_have(n, port, there.mac)))
		sponge_forget_mac(n->sponge, slot);
}

static void
bind(struct net_rt *n, uint32_t slot, uint16_t port)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	uint64_t heard = neightab_owner_port(owner) == port
				 ? neightab_owner_mac(owner)
				 : 0;

	forget_former(n, slot, port);
	neigh_own(n, slot,
		  neightab_owner(port,
				 mac_of_port(n->f->view->port[port], heard),
				 NEIGHTAB_STRICT));
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
		owner = neightab_owner(port,
				       mac_of_port(n->f->view->port[port], 0),
				       NEIGHTAB_STRICT);
	else
		owner = 0;
	neigh_own(n, slot, owner);
}

/* Owners by the configuration; both lists are in the order of addresses. */
static void
bind_all4(struct net_rt *n, const struct lan *l)
{
	unsigned int k = 0;

	for (uint32_t slot = 0; slot < n->neightab->n; slot++) {
		uint32_t address = n->neightab->base + slot;

		while (k < l->nbound4 && l->bound4[k].address < address)
			k++;
		if (k < l->nbound4 && l->bound4[k].address == address)
			bind(n, slot, l->bound4[k].port);
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

static bool
is_bound6(const struct lan *l, const uint8_t *address)
{
	return bsearch(address, l->bound6, l->nbound6, sizeof(l->bound6[0]),
		       by_address6) != NULL;
}

static void
vacate(struct net_rt *n, uint32_t slot)
{
	neightab6_remove(n->table, slot);
	pushed_out(n, slot, NULL);
}

struct net_rt *
neigh_add6(struct lan_rt *l, const uint8_t *address, uint16_t port,
	   uint32_t *slot)
{
	struct net_rt *n = l->nets;
	bool known;

	while (n != NULL && !n->six)
		n = n->next;
	if (n == NULL)
		return NULL;
	known = neightab6_find(n->table, address) != NEIGHTAB_NONE;
	*slot = neightab6_add(n->table, address, port);
	if (*slot == NEIGHTAB_NONE) {
		l->neigh->counts.sponge_refused++;
		return NULL;
	}
	if (!known && n->started && neigh_sponges6(n, address))
		neigh_begin6(n, *slot, port == NEIGHTAB6_NO_PORT);
	return n;
}

static void
bind_all6(struct net_rt *n, const struct config_lan *c, const struct lan *l)
{
	uint32_t slot;

	for (slot = 0; slot < n->neightab->n; slot++) {
		const struct neightab6_entry *e =
			neightab6_entry(n->table, slot);

		if (e != NULL && (e->port == NEIGHTAB6_NO_PORT
					  ? !is_bound6(l, e->address)
					  : !neigh_is_in6(c, e->address)))
			vacate(n, slot);
	}
	for (unsigned int i = 0; i < l->nbound6; i++)
		if (neigh_add6(n->lan, l->bound6[i].address, NEIGHTAB6_NO_PORT,
			       &slot) != NULL)
			bind(n, slot, l->bound6[i].port);
}

/* The address of the sponge in an IPv4 prefix, or 0. */
static uint32_t
own_of(const struct net_rt *n, const struct config_lan *c)
{
	for (unsigned int i = 0; !n->six && i < c->sponge_ipv4.n; i++) {
		uint32_t own;

		memcpy(&own, c->sponge_ipv4.value[i].octet, sizeof(own));
		own = be32toh(own);
		if ((own & n->mask) == n->net)
			return own;
	}
	return 0;
}

/* Who was believed where nobody is any more has his addresses no longer. */
static void
disown(struct net_rt *n)
{
	for (uint32_t slot = 0; slot < n->neightab->n; slot++) {
		uint64_t owner = neightab_get_owner(n->neightab, slot);

		if (owner & NEIGHTAB_OWNED && !(owner & NEIGHTAB_STRICT) &&
		    !neigh_learns_at(n, slot))
			neigh_own(n, slot, 0);
	}
}

/* Its sponge and what can be sponged, by the new configuration. */
static void
renew(struct net_rt *n, const struct config_lan *c)
{
	const struct neigh *r = n->lan->neigh;
	uint32_t own = own_of(n, c);

	n->marks = RT_WANTED;
	/* What can be sponged is another matter from now on. */
	if (own != n->own || n->network != r->network ||
	    n->link_local != r->link_local)
		n->started = false;
	n->own = own;
	if (n->next_sponge != NULL)
		n->started = false;
	if (n->next_sponge != NULL || c->sponge != CONFIG_ON) {
		neigh_watch_none(n);
		sponge_free(n->sponge);
		n->sponge = n->next_sponge;
		n->next_sponge = NULL;
	}
}

static void
keep_net(struct net_rt *n, const struct config_lan *c, const struct lan *l)
{
	if (n->sponge != NULL && n->started)
		set_params(n);
	disown(n);
	if (n->six)
		bind_all6(n, c, l);
	else
		bind_all4(n, l);
	neigh_publish_all(n);
}

static void
set_options(struct neigh *r, const struct config_lan *c)
{
	r->mac = c->sponge_mac;
	neigh_own6(c->sponge_mac, r->own6);
	r->sponges = c->sponge == CONFIG_ON;
	r->suppress = c->sponge_suppress == CONFIG_ON;
	r->proxies = config_arp_mode(c) == CONFIG_ARP_PROXY;
	r->owner_only = config_arp_mode(c) != CONFIG_ARP_FLOOD;
	r->learns = c->arp_dynamic == CONFIG_ON;
	r->claims = c->profile == CONFIG_IXP_STRICT;
	r->network = c->sponge_network == CONFIG_ON;
	r->arp_unassigned = c->unassigned == CONFIG_UNASSIGNED_DEAD;
	r->nd_unassigned = c->nd_unassigned == CONFIG_UNASSIGNED_DEAD;
	r->link_local = c->sponge_link_local == CONFIG_ON;
	sponge_values_of(c, &r->values);
	r->linkdown = c->sponge_linkdown;
}

void
neigh_keep(struct fabric *f, struct lan_rt *l, const struct config_lan *c,
	   struct net_rt **gone)
{
	struct net_rt *old = take_nets(l, RT_WANTED, false, NULL), *next;

	if (l->neigh != NULL) {
		set_options(l->neigh, c);
		for (struct net_rt *n = l->nets; n != NULL; n = n->next)
			renew(n, c);
		for (struct net_rt *n = old; n != NULL; n = n->next)
			neigh_inherit(l, n);
		for (struct net_rt *n = l->nets; n != NULL; n = n->next)
			keep_net(n, c, view_lan(f, l));
	}
	for (; old != NULL; old = next) {
		next = old->next;
		old->next = *gone;
		*gone = old;
	}
	f->sponge_fresh = true;
}

void
neigh_set_values(struct fabric *f, struct lan_rt *l,
		 const struct sponge_values *v)
{
	l->neigh->values = *v;
	for (struct net_rt *n = l->nets; n != NULL; n = n->next) {
		if (n->sponge == NULL || !n->started)
			continue;
		set_params(n);
		neigh_publish_all(n);
	}
	neigh_plan(f);
}

/* The addresses of a prefix: its ends, if it has such, are nobody's. */
static void
begin4(struct net_rt *n)
{
	bool network = n->lan->neigh->network;
	struct sponge_address there;

	for (uint32_t slot = 0; slot < n->neightab->n; slot++) {
		bool end = neigh_is_end(n, slot);

		if (n->neightab->base + slot == n->own || (end && !network)) {
			sponge_remove(n->sponge, slot);
			continue;
		}
		if (!sponge_look(n->sponge, slot, &there))
			sponge_add(n->sponge, slot, n->f->now);
		if (end)
			sponge_set(n->sponge, slot, SPONGE_STATIC, 0, 0,
				   n->f->now);
	}
}

bool
neigh_sponges6(const struct net_rt *n, const uint8_t *address)
{
	return n->sponge != NULL &&
	       (!ipv6_is_link_local(address) || n->lan->neigh->link_local);
}

void
neigh_begin6(struct net_rt *n, uint32_t slot, bool permanent)
{
	if (permanent)
		sponge_add(n->sponge, slot, n->f->now);
	else
		sponge_add_as(n->sponge, slot, SPONGE_NONE, n->f->now);
}

static void
begin6(struct net_rt *n)
{
	struct sponge_address there;

	for (uint32_t slot = 0; slot < n->neightab->n; slot++) {
		const struct neightab6_entry *e =
			neightab6_entry(n->table, slot);

		if (e == NULL)
			continue;
		if (!neigh_sponges6(n, e->address))
			sponge_remove(n->sponge, slot);
		else if (!sponge_look(n->sponge, slot, &there))
			neigh_begin6(n, slot, e->port == NEIGHTAB6_NO_PORT);
	}
}

static void
begin(struct net_rt *n)
{
	n->started = true;
	n->network = n->lan->neigh->network;
	n->link_local = n->lan->neigh->link_local;
	if (n->sponge == NULL)
		return;
	set_params(n);
	n->silent_due = n->six ? n->f->now + NEIGH_SILENT_PERIOD : UINT64_MAX;
	if (n->six)
		begin6(n);
	else
		begin4(n);
	neigh_publish_all(n);
}

void
neigh_start(struct fabric *f)
{
	f->sponge_fresh = false;
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++)
		for (struct net_rt *n = f->lan[i] != NULL ? f->lan[i]->nets
							  : NULL;
		     n != NULL; n = n->next)
			if (!n->started)
				begin(n);
	neigh_plan(f);
}

static void
suspect_address(const struct lan_rt *l, const struct ipaddr *address)
{
	uint32_t slot;
	struct net_rt *n = neigh_find(l, address, &slot);
	struct sponge_address a;

	if (n == NULL || n->sponge == NULL || sponge_params(n->sponge)->fixed ||
	    !sponge_look(n->sponge, slot, &a))
		return;
	if (a.state.kind == SPONGE_ALIVE || a.state.kind == SPONGE_NONE)
		sponge_set(n->sponge, slot, SPONGE_PENDING, 0, 0, n->f->now);
}

/* The addresses of a port whose link has been down for too long. */
static void
suspect(struct fabric *f, struct port_rt *p)
{
	const struct lan_rt *l =
		p->lan != CONFIG_LANS_MAX ? f->lan[p->lan] : NULL;
	const struct lan *v = l != NULL ? view_lan(f, l) : NULL;
	struct ipaddr a;

	p->suspect_at = 0;
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

static void
suspect_due(struct fabric *f)
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

/* Who was known to be behind the port without a binding is so no longer. */
static void
forget_dynamic(struct net_rt *n, uint16_t port)
{
	if (n->age_due == UINT64_MAX)
		return;
	for (uint32_t slot = 0; slot < n->neightab->n; slot++) {
		uint64_t owner = neightab_get_owner(n->neightab, slot);

		if (owner & NEIGHTAB_OWNED && !(owner & NEIGHTAB_STRICT) &&
		    neightab_owner_port(owner) == port)
			neigh_own(n, slot, 0);
	}
}

static struct net_rt *
nets_of(const struct fabric *f, const struct port_rt *p)
{
	const struct lan_rt *l =
		p->lan != CONFIG_LANS_MAX ? f->lan[p->lan] : NULL;

	return l != NULL ? l->nets : NULL;
}

void
neigh_link(struct fabric *f, struct port_rt *p, bool up)
{
	const struct net_rt *n = nets_of(f, p);
	uint32_t wait = n != NULL ? n->lan->neigh->linkdown : 0;

	p->suspect_at = 0;
	if (up)
		return;
	for (struct net_rt *m = nets_of(f, p); m != NULL; m = m->next)
		forget_dynamic(m, p->id);
	if (wait == 0)
		return;
	p->suspect_at = f->now + wait * CLOCK_SECOND;
	f->suspect_due = least(f->suspect_due, p->suspect_at);
	f->neigh_due = least(f->neigh_due, p->suspect_at);
}

void
neigh_release(struct fabric *f, const struct port_rt *p)
{
	for (struct net_rt *n = nets_of(f, p); n != NULL; n = n->next) {
		forget_dynamic(n, p->id);
		if (n->six)
			neightab6_release(n->table, p->id);
		if (n->moves != NULL)
			movetab_release(n->moves, p->id);
	}
}

/* Owners that were believed: asked again now and then, and forgotten at last. */
static void
age_owner(struct net_rt *n, uint32_t slot)
{
	struct address_rt *a = &n->address[slot];
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	uint64_t now = n->f->now;

	if (!(owner & NEIGHTAB_OWNED) || owner & NEIGHTAB_STRICT)
		return;
	n->dynamic++;
	if (n->six &&
	    ipv6_is_link_local(neightab6_entry(n->table, slot)->address))
		return;
	if (now - a->seen_at > AGE) {
		neigh_own(n, slot, 0);
	} else if (now - a->seen_at >= REFRESH &&
		   now - a->asked_at >= REFRESH && n->lan->neigh->mac != 0) {
		a->asked_at = now;
		neigh_send_refresh(n, slot, neightab_owner_port(owner));
	}
}

static void
age_net(struct net_rt *n)
{
	n->age_due = UINT64_MAX;
	n->dynamic = 0;
	for (uint32_t slot = 0; slot < n->neightab->n; slot++)
		age_owner(n, slot);
	if (n->dynamic != 0)
		n->age_due = n->f->now + NEIGH_AGE_PERIOD;
	if (n->moves != NULL)
		movetab_age(n->moves, n->f->now);
}

/* Addresses that nobody speaks from any more are not to keep others out. */
static void
listen(struct net_rt *n)
{
	n->silent_due = UINT64_MAX;
	if (n->sponge == NULL)
		return;
	n->silent_due = n->f->now + NEIGH_SILENT_PERIOD;
	for (uint32_t slot = 0; slot < n->neightab->n; slot++)
		if (neightab6_entry(n->table, slot) != NULL)
			neigh_refresh6(n, slot);
}

static uint64_t
due_of_net(const struct net_rt *n)
{
	uint64_t due = n->sponge != NULL && n->started ? sponge_due(n->sponge)
						       : UINT64_MAX;

	return least(due, least(n->age_due, n->silent_due));
}

static uint64_t
due_of_lan(const struct lan_rt *l)
{
	const struct neigh *r = l->neigh;
	uint64_t due = r->storm ? r->minute + 60 * CLOCK_SECOND : UINT64_MAX;

	for (size_t i = 0; i < NEIGH_LIMITS; i++)
		if (r->limit[i].held != 0)
			due = least(due, r->limit[i].until);
	for (const struct net_rt *n = l->nets; n != NULL; n = n->next)
		due = least(due, due_of_net(n));
	return due;
}

void
neigh_plan(struct fabric *f)
{
	uint64_t due = f->suspect_due;

	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++)
		if (f->lan[i] != NULL && f->lan[i]->neigh != NULL)
			due = least(due, due_of_lan(f->lan[i]));
	f->neigh_due = due;
}

static void
turn_lan(struct fabric *f, struct lan_rt *l)
{
	neigh_log_held(f, l, false);
	if (l->neigh->storm && f->now - l->neigh->minute >= 60 * CLOCK_SECOND)
		neigh_minute(f, l);
	for (struct net_rt *n = l->nets; n != NULL; n = n->next) {
		if (n->age_due <= f->now)
			age_net(n);
		if (n->silent_due <= f->now)
			listen(n);
		if (n->sponge != NULL && n->started &&
		    sponge_due(n->sponge) <= f->now)
			sponge_run(n->sponge, f->now);
	}
}

void
neigh_turn(struct fabric *f)
{
	if (f->sponge_fresh)
		neigh_start(f);
	if (f->now < f->neigh_due)
		return;
	if (f->suspect_due <= f->now)
		suspect_due(f);
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++)
		if (f->lan[i] != NULL && f->lan[i]->neigh != NULL)
			turn_lan(f, f->lan[i]);
	neigh_plan(f);
}

void
neigh_log_flush(struct fabric *f)
{
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++)
		if (f->lan[i] != NULL && f->lan[i]->neigh != NULL)
			neigh_log_held(f, f->lan[i], true);
}
