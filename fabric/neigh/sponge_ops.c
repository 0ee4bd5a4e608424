/* SPDX-License-Identifier: BSD-3-Clause */
/* The addresses of sponges: one, or all of a LAN. */
#include "fabric/neigh/sponge_ops.h"

#include <errno.h>
#include <string.h>

#include "fabric/neigh/neigh_impl.h"
#include "lib/frame.h"

/* IPv6 addresses of an operator are charged to a port of their own. */
#define OPERATOR PORTS_MAX

/* The net and slot of an address. */
struct spot {
	struct lan_rt *lan;
	struct net_rt *net;
	uint32_t slot;
};

static int
find(const struct fabric *f, const char *lan, const struct ipaddr *a,
     struct spot *s)
{
	struct sponge_address there;

	s->lan = neigh_lan(f, lan);
	if (s->lan == NULL)
		return -ENOENT;
	if (a->family == 6 && memcmp(a->octet, s->lan->neigh->own6, 16) == 0)
		return -EPERM;
	s->net = neigh_find(s->lan, a, &s->slot);
	if (s->net == NULL || !neigh_has_sponge(s->net))
		return -ERANGE;
	if (sponge_look(s->net->sponge, s->slot, &there))
		return 0;
	return a->family == 4 ? -EPERM : -ERANGE;
}

/* The same, and an IPv6 address without a slot gets one. */
static int
find_or_make(struct fabric *f, const char *lan, const struct ipaddr *a,
	     struct spot *s)
{
	int rc = find(f, lan, a, s);

	if (rc != -ERANGE || a->family != 6 || s->net != NULL ||
	    !neigh_is_for6(f, s->lan, a->octet))
		return rc;
	if (neigh_add6(s->lan, a->octet, OPERATOR, &s->slot) == NULL)
		return -ENOSPC;
	return find(f, lan, a, s);
}

/* The MAC address of the owner, or the one last seen; 0: not known. */
static uint64_t
mac_of(const struct net_rt *n, uint32_t slot, uint64_t known)
{
	uint64_t owner =
		neightab_owner_mac(neightab_get_owner(n->neightab, slot));

	return known != 0 ? known : owner != 0 ? owner : n->address[slot].mac;
}

/* False for a vacant slot. */
static bool
read_row(const struct net_rt *n, uint32_t slot, struct sponge_row *row)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	const struct address_rt *seen = &n->address[slot];

	if (!neigh_has_sponge(n) || !sponge_look(n->sponge, slot, &row->known))
		return false;
	row->lan = n->lan->name;
	neigh_address(n, slot, &row->ip);
	row->known.mac = mac_of(n, slot, row->known.mac);
	row->assigned = (owner & NEIGHTAB_STRICT) != 0;
	row->port = NULL;
	if (owner & NEIGHTAB_OWNED)
		row->port = neigh_port_name(n->f, neightab_owner_port(owner));
	else if (seen->mac != 0)
		row->port = neigh_port_name(n->f, seen->port);
	return true;
}

size_t
sponge_ops_walk(const struct fabric *f, const char *lan, size_t place,
		size_t slots, sponge_row_visit *visit, void *arg)
{
	const struct lan_rt *l = neigh_lan(f, lan);
	struct net_rt *n = l != NULL ? neigh_next(l, NULL) : NULL;
	size_t begin = 0, end = place + slots;

	for (; n != NULL; n = neigh_next(l, n)) {
		for (; place < begin + n->neightab->n; place++) {
			struct sponge_row row;

			if (place == end)
				return place;
			if (read_row(n, (uint32_t)(place - begin), &row))
				visit(arg, &row);
		}
		begin += n->neightab->n;
	}
	return 0;
}

int
sponge_ops_look(const struct fabric *f, const char *lan, const struct ipaddr *a,
		struct sponge_row *row)
{
	struct spot s;
	int rc = find(f, lan, a, &s);

	if (rc == 0)
		read_row(s.net, s.slot, row);
	return rc;
}

/* The MAC address and port of an address. */
static int
find_port(const struct spot *s, uint64_t *mac, uint16_t *port)
{
	uint64_t owner = neightab_get_owner(s->net->neightab, s->slot);
	const struct address_rt *seen = &s->net->address[s->slot];

	*mac = mac_of(s->net, s->slot, 0);
	*port = owner & NEIGHTAB_OWNED ? neightab_owner_port(owner)
				       : seen->port;
	if (*mac == 0 || neigh_port_name(s->net->f, *port) == NULL)
		return -EHOSTUNREACH;
	return 0;
}

/*
 * The operator has released an address that the fabric answered for.  Members
 * still have the MAC address of the fabric for it, and would lose frames until
 * their entry ages: 18 s in IPv6, minutes in ARP.  They are told the MAC address
 * of its owner; if that is not known, the owner is asked for it.
 */
static void
release(const struct spot *s)
{
	uint64_t mac;
	uint16_t port;

	if (find_port(s, &mac, &port) == 0)
		neigh_send_owner(s->net, s->slot, mac, port);
	else if (!sponge_params(s->net->sponge)->passive)
		neigh_send_probe(s->net, s->slot);
}

static bool
is_answered_for(const struct spot *s)
{
	struct sponge_address a;

	return sponge_look(s->net->sponge, s->slot, &a) &&
	       (a.state.kind == SPONGE_STATIC || a.state.kind == SPONGE_DEAD);
}

int
sponge_ops_set(struct fabric *f, const char *lan, const struct ipaddr *a,
	       enum sponge_kind kind, unsigned int probes, uint64_t mac)
{
	struct spot s;
	int rc = find_or_make(f, lan, a, &s);
	bool answered;

	if (rc != 0)
		return rc;
	answered = is_answered_for(&s);
	sponge_set(s.net->sponge, s.slot, kind, probes, mac, f->now);
	if (answered && !is_answered_for(&s))
		release(&s);
	neigh_plan(f);
	return 0;
}

int
sponge_ops_confirm(struct fabric *f, const char *lan, const struct ipaddr *a)
{
	struct spot s;
	int rc = find_or_make(f, lan, a, &s);

	if (rc != 0)
		return rc;
	if (sponge_params(s.net->sponge)->passive)
		return -ENXIO;
	if (!sponge_confirm(s.net->sponge, s.slot, SPONGE_STATIC, f->now))
		return -EBUSY;
	neigh_plan(f);
	return 0;
}

int
sponge_ops_forget_mac(struct fabric *f, const char *lan, const struct ipaddr *a)
{
	struct spot s;
	int rc = find(f, lan, a, &s);

	if (rc == 0)
		neigh_forget_mac(s.net, s.slot);
	return rc;
}

/* An end of a prefix that sponge_network makes STATIC stays so. */
static unsigned int
clear_net(struct net_rt *n)
{
	struct sponge_address a;
	unsigned int cleared = 0;
	uint64_t mac;
	uint16_t port;

	for (uint32_t slot = 0; slot < n->neightab->n; slot++) {
		if (neigh_is_end(n, slot) ||
		    !sponge_look(n->sponge, slot, &a) ||
		    a.state.kind == SPONGE_NONE)
			continue;
		sponge_set(n->sponge, slot, SPONGE_NONE, 0, 0, n->f->now);
		if (a.state.kind == SPONGE_STATIC &&
		    find_port(&(struct spot){ n->lan, n, slot }, &mac, &port) ==
			    0)
			neigh_send_owner(n, slot, mac, port);
		cleared++;
	}
	return cleared;
}

int
sponge_ops_clear_all(struct fabric *f, const char *lan, unsigned int *n)
{
	const struct lan_rt *l = neigh_lan(f, lan);

	*n = 0;
	if (l == NULL)
		return -ENOENT;
	for (struct net_rt *net = l->nets; net != NULL; net = net->next)
		if (neigh_has_sponge(net))
			*n += clear_net(net);
	neigh_plan(f);
	return 0;
}

static int
compare(const struct ipaddr *a, const struct ipaddr *b)
{
	return memcmp(a->octet, b->octet, sizeof(a->octet));
}

/* Probes the addresses of a range that have a slot; returns how many. */
static unsigned int
probe_range(struct net_rt *n, const struct ipaddr *first,
	    const struct ipaddr *last, uint32_t persecond)
{
	struct sponge_address there;
	unsigned int count = 0;

	for (uint32_t slot = 0; slot < n->neightab->n; slot++) {
		struct ipaddr a;

		if (!sponge_look(n->sponge, slot, &there))
			continue;
		neigh_address(n, slot, &a);
		if (compare(&a, first) < 0 || compare(&a, last) > 0)
			continue;
		sponge_probe(n->sponge, slot, slot, persecond, n->f->now);
		count++;
	}
	return count;
}

/* The part that both ends of a range belong to. */
static int
part_of(const struct fabric *f, const char *lan, const struct ipaddr *first,
	const struct ipaddr *last, struct net_rt **n)
{
	const struct lan_rt *l = neigh_lan(f, lan);
	uint32_t slot;

	if (l == NULL)
		return -ENOENT;
	if (first->family != last->family || compare(first, last) > 0)
		return -EINVAL;
	if (first->family == 6) {
		*n = neigh_net6(l);
		return *n != NULL && neigh_has_sponge(*n) ? 0 : -ERANGE;
	}
	*n = neigh_find(l, first, &slot);
	if (*n == NULL || !neigh_has_sponge(*n))
		return -ERANGE;
	return neigh_find(l, last, &slot) == *n ? 0 : -EINVAL;
}

int
sponge_ops_probe(struct fabric *f, const char *lan, const struct ipaddr *first,
		 const struct ipaddr *last, uint32_t persecond, unsigned int *n)
{
	struct net_rt *net;
	int rc = part_of(f, lan, first, last, &net);

	*n = 0;
	if (rc == 0 && sponge_params(net->sponge)->passive)
		rc = -ENXIO;
	if (rc == 0 && ipaddr_equal(first, last)) {
		struct spot s;

		rc = find_or_make(f, lan, first, &s);
	}
	if (rc != 0)
		return rc;
	*n = probe_range(net, first, last, persecond);
	neigh_plan(f);
	return 0;
}

static int
send_updates(const struct spot *to, const struct ipaddr *to_ip,
	     const struct spot *about, unsigned int *n, bool *to_is_unknown)
{
	struct neigh_counts *counts = &about->lan->neigh->counts;
	uint64_t before = counts->sponge_updates, to_mac;
	uint64_t mac = neigh_mac_of(about->net, about->slot);
	union punt_address address = { .v4 = 0 };
	uint16_t port;
	bool sent;

	*to_is_unknown = find_port(to, &to_mac, &port) != 0;
	if (*to_is_unknown || mac == 0)
		return -EHOSTUNREACH;
	if (to_ip->family == 6)
		memcpy(address.v6, to_ip->octet, sizeof(address.v6));
	else
		address.v4 = frame_read32(to_ip->octet);
	sent = neigh_send_updates(about->net, about->slot, mac, &address,
				  to_mac, port);
	*n = (unsigned int)(counts->sponge_updates - before);
	return sent ? 0 : -ENOBUFS;
}

int
sponge_ops_inform(struct fabric *f, const char *lan, const struct ipaddr *to_ip,
		  const struct ipaddr *about, unsigned int *n,
		  const struct ipaddr **unknown)
{
	bool to_is_unknown = false;
	struct spot to, of;
	int rc = find(f, lan, to_ip, &to);

	*n = 0;
	*unknown = to_ip;
	if (rc == 0 &&
	    (to_ip->family != about->family || ipaddr_equal(to_ip, about)))
		return -EINVAL;
	if (rc == 0) {
		*unknown = about;
		rc = find(f, lan, about, &of);
	}
	if (rc == 0)
		rc = send_updates(&to, to_ip, &of, n, &to_is_unknown);
	if (to_is_unknown)
		*unknown = to_ip;
	return rc;
}
