/* SPDX-License-Identifier: BSD-3-Clause */
/* The addresses of a LAN and the ports that have them, one list after the other. */
#include "fabric/neigh/neigh_show.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/neigh/neigh_impl.h"
#include "lib/frame.h"
#include "lib/ipv6.h"
#include "lib/neightab6.h"

/* Places are counted through all lists; 'begin' is that of the current one. */
struct walk {
	const struct fabric *f;
	const struct lan_rt *lan;
	const struct lan *view;
	size_t place, begin, end;
	neigh_known_visit *visit;
	void *arg;
};

/* False: there is no address at the place, or another list has it. */
typedef bool read_row(const struct walk *, const struct net_rt *, size_t at,
		      struct neigh_known *);

/* Visits a list of 'size' places.  False: the walk ends within it. */
static bool
visit_list(struct walk *w, read_row *read, const struct net_rt *n, size_t size)
{
	for (; w->place < w->begin + size; w->place++) {
		struct neigh_known k = { 0 };

		if (w->place == w->end)
			return false;
		if (read(w, n, w->place - w->begin, &k))
			w->visit(w->arg, &k);
	}
	w->begin += size;
	return true;
}

/* What the neighbour table knows of an address at the port. */
static void
add_times(const struct net_rt *n, uint32_t slot, uint16_t port,
	  struct neigh_known *k)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	const struct address_rt *a = &n->address[slot];
	struct sponge_address there = { 0 };

	if (owner & NEIGHTAB_OWNED && neightab_owner_port(owner) == port) {
		k->mac = neightab_owner_mac(owner);
		k->since = a->owned_at;
		neigh_look(n, slot, &there);
	}
	if (there.mac != 0)
		k->mac = there.mac;
	if (a->mac != 0 && a->port == port) {
		k->mac = a->mac;
		k->seen_at = a->seen_at;
	}
	k->seen_at = clock_later(k->seen_at, there.seen_at);
}

static void
find_times(const struct walk *w, uint16_t port, struct neigh_known *k)
{
	uint32_t slot;
	const struct net_rt *n = neigh_find(w->lan, &k->ip, &slot);

	if (n != NULL)
		add_times(n, slot, port, k);
}

static void
set_ipv6(struct neigh_known *k, const uint8_t *address)
{
	k->ip.family = 6;
	memcpy(k->ip.octet, address, 16);
}

/* The fabric's own: of each IPv4 prefix, and its link-local one. */
static bool
read_own(const struct walk *w, const struct net_rt *n, size_t at,
	 struct neigh_known *k)
{
	(void)n;
	k->how = NEIGH_FABRIC;
	k->mac = w->lan->neigh->mac;
	if (at == w->view->nnets4) {
		set_ipv6(k, w->view->own6);
		return true;
	}
	neigh_ipv4(w->view->net4[at].own, &k->ip);
	return w->view->net4[at].own != 0;
}

/* One of the configuration is there even if it was never seen. */
static bool
read_bound(const struct walk *w, uint16_t port, struct neigh_known *k)
{
	const struct port *p = w->f->view->port[port];

	k->how = NEIGH_CONFIGURED;
	k->port = neigh_port_name(w->f, port);
	find_times(w, port, k);
	if (k->mac == 0 && p->nmacs == 1)
		k->mac = p->mac[0];
	return k->port != NULL;
}

static bool
read_bound4(const struct walk *w, const struct net_rt *n, size_t at,
	    struct neigh_known *k)
{
	(void)n;
	neigh_ipv4(w->view->bound4[at].address, &k->ip);
	return read_bound(w, w->view->bound4[at].port, k);
}

static bool
read_bound6(const struct walk *w, const struct net_rt *n, size_t at,
	    struct neigh_known *k)
{
	(void)n;
	set_ipv6(k, w->view->bound6[at].address);
	return read_bound(w, w->view->bound6[at].port, k);
}

static int
compare_bound6(const void *address, const void *bound)
{
	return memcmp(address, ((const struct binding6 *)bound)->address, 16);
}

static bool
is_bound6(const struct walk *w, const uint8_t *address)
{
	return w->view->nbound6 != 0 &&
	       bsearch(address, w->view->bound6, w->view->nbound6,
		       sizeof(w->view->bound6[0]), compare_bound6) != NULL;
}

/* A slot of a port for the first link-local address of a MAC address. */
static bool
read_first_seen(const struct walk *w, const struct net_rt *n, size_t at,
		struct neigh_known *k)
{
	const struct port *p = w->view->member[at / PORT_LLAS];
	const struct port_lla *l = &p->shared->lla[at % PORT_LLAS];
	uint64_t mac = atomic_load_explicit(&l->mac, memory_order_relaxed);
	uint64_t iid = atomic_load_explicit(&l->iid, memory_order_relaxed);
	uint8_t address[16] = { 0xfe, 0x80 };

	(void)n;
	if (mac == 0 || iid == 0)
		return false;
	iid = htobe64(iid);
	memcpy(address + 8, &iid, sizeof(iid));
	set_ipv6(k, address);
	k->how = NEIGH_FIRST_SEEN;
	k->port = neigh_port_name(w->f, p->id);
	find_times(w, p->id, k);
	k->mac = mac;
	return k->port != NULL && !is_bound6(w, address);
}

static bool
is_first_seen(const struct walk *w, uint16_t port, const uint8_t *address)
{
	return ipv6_is_link_local(address) &&
	       port_has_lla(w->f->view->port[port]->shared,
			    frame_read64(address + 8));
}

/* A slot of a neighbour table. */
static bool
read_slot(const struct walk *w, const struct net_rt *n, size_t at,
	  struct neigh_known *k)
{
	uint32_t slot = (uint32_t)at;
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	uint16_t port = n->address[slot].port;

	if (neigh_is_vacant(n, slot) || owner & NEIGHTAB_STRICT ||
	    (!(owner & NEIGHTAB_OWNED) && n->address[slot].mac == 0))
		return false;
	k->how = NEIGH_SEEN;
	if (owner & NEIGHTAB_OWNED) {
		port = neightab_owner_port(owner);
		k->how = NEIGH_LEARNED;
	}
	neigh_address(n, slot, &k->ip);
	k->port = neigh_port_name(w->f, port);
	if (k->port == NULL || (n->six && is_first_seen(w, port, k->ip.octet)))
		return false;
	add_times(n, slot, port, k);
	return true;
}

size_t
neigh_show_walk(const struct fabric *f, const struct lan_rt *lan, size_t place,
		size_t n, neigh_known_visit *visit, void *arg)
{
	struct walk w = { .f = f,
			  .lan = lan,
			  .view = neigh_view_lan(f, lan),
			  .place = place,
			  .end = place + n,
			  .visit = visit,
			  .arg = arg };
	const struct net_rt *net = neigh_next(lan, NULL);

	if (w.view == NULL)
		return 0;
	if (!visit_list(&w, read_own, NULL,
			w.view->takes_part ? w.view->nnets4 + 1 : 0) ||
	    !visit_list(&w, read_bound4, NULL, w.view->nbound4) ||
	    !visit_list(&w, read_bound6, NULL, w.view->nbound6) ||
	    !visit_list(&w, read_first_seen, NULL,
			(size_t)w.view->nmembers * PORT_LLAS))
		return w.place;
	for (; net != NULL; net = neigh_next(lan, net))
		if (!visit_list(&w, read_slot, net, net->neightab->n))
			return w.place;
	return 0;
}

const char *
neigh_how_name(enum neigh_how how)
{
	static const char *const names[] = {
		[NEIGH_CONFIGURED] = "configured", [NEIGH_LEARNED] = "learned",
		[NEIGH_FIRST_SEEN] = "link-local", [NEIGH_SEEN] = "seen",
		[NEIGH_FABRIC] = "fabric",
	};

	return names[how];
}
