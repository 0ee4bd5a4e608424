/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/trial/selftest_impl.h"

#include <stdlib.h>
#include <string.h>

#include "fabric/neigh/neigh.h"
#include "fabric/runtime/runtime.h"
#include "fabric/trial/trial.h"
#include "lib/frame.h"
#include "lib/ipv6.h"
#include "lib/mac.h"

/* Slots of a MAC table to search for learned addresses: a usual table's all. */
#define LOOK_SLOTS 65536

static bool
is_on(const struct lan *lan, uint64_t mac, uint16_t port)
{
	struct mactab_entry e;

	return mactab_get(lan->macs, mac, &e) && e.port == port;
}

static bool
is_unknown(const struct lan *lan, uint64_t mac)
{
	struct mactab_entry e;

	for (unsigned int i = 0; lan != NULL && i < lan->nmembers; i++)
		for (unsigned int k = 0; k < lan->member[i]->nmacs; k++)
			if (lan->member[i]->mac[k] == mac)
				return false;
	return lan == NULL || !mactab_get(lan->macs, mac, &e);
}

static bool
is_up(const struct selftest_setup *s, const struct port *p)
{
	return p != s->port && !(p->flags & (PORT_DISABLED | PORT_LISTENS)) &&
	       view_port_is_up(s->view, p->id);
}

/* Uses an address on a port where one of that kind is missing. */
static void
take_address(struct selftest_setup *s, const struct port *p, uint64_t mac)
{
	if (p == s->port) {
		if (s->own == 0)
			s->own = mac;
		else if (s->own != mac && s->own_too == 0)
			s->own_too = mac;
		return;
	}
	if (s->alien == 0)
		s->alien = mac;
	if (s->peer == NULL && is_up(s, p) &&
	    port_parts(s->port, p) == DROP_NONE) {
		s->peer = p;
		s->to = mac;
	}
}

static void
take_list(struct selftest_setup *s, const struct port *p)
{
	for (unsigned int i = 0; i < p->nmacs; i++)
		if (is_on(s->lan, p->mac[i], p->id))
			take_address(s, p, p->mac[i]);
}

static bool
take_entry(void *arg, const struct mactab_entry *e)
{
	struct selftest_setup *s = arg;
	const struct port *p = s->view->port[e->port];

	if (p != NULL && p->lan == s->lan)
		take_address(s, p, e->mac);
	return true;
}

/* From the lists of ports; learned ones only if those do not suffice. */
static void
find_macs(struct selftest_setup *s)
{
	const struct lan *lan = s->lan;
	unsigned int first = 0;

	while (lan->member[first] != s->port)
		first++;
	take_list(s, s->port);
	for (unsigned int i = 1; s->peer == NULL && i < lan->nmembers; i++)
		take_list(s, lan->member[(first + i) % lan->nmembers]);
	if (s->own == 0 || s->peer == NULL)
		mactab_walk(lan->macs, 0, LOOK_SLOTS, take_entry, s);
}

/* An address that the port may send from. */
static uint64_t
find_valid(const struct selftest_setup *s)
{
	bool locks = s->port->flags & PORT_LOCKS &&
		     drop_set_has(&s->port->checks, DROP_mac_lock) &&
		     !drop_set_has(&s->port->logs, DROP_mac_lock);
	bool full = s->port->flags & PORT_LEARNS && s->state & PORT_FULL;

	if (s->own != 0 || s->port->nmacs != 0)
		return s->own != 0 ? s->own : s->port->mac[0];
	return locks || full ? 0 : s->unknown + 1;
}

/* The first address on a port that is kept from this one for 'why', or 0. */
static uint64_t
find_kept_apart(const struct selftest_setup *s, enum drop why)
{
	for (unsigned int i = 0; i < s->lan->nmembers; i++) {
		const struct port *p = s->lan->member[i];

		if (!is_up(s, p) || port_parts(s->port, p) != why)
			continue;
		for (unsigned int k = 0; k < p->nmacs; k++)
			if (is_on(s->lan, p->mac[k], p->id))
				return p->mac[k];
	}
	return 0;
}

static const struct port *
find_other_lan(const struct selftest_setup *s)
{
	for (uint16_t id = 0; id < PORTS_MAX; id++) {
		const struct port *p = s->view->port[id];

		if (p != NULL && p->lan != NULL && p->lan != s->lan)
			return p;
	}
	return NULL;
}

/* A tag that no port of a device with tagged ports has, or 0. */
static uint16_t
find_free_tag(const struct device *d)
{
	for (uint16_t vid = 1; d->tagged != NULL && vid < 4095; vid++)
		if (d->tagged[vid] == NULL)
			return vid;
	return 0;
}

/* IPv4. */

static bool
is_in4(const struct lan *lan, uint32_t address)
{
	for (unsigned int i = 0; i < lan->nnets4; i++)
		if ((address & lan->net4[i].mask) == lan->net4[i].net)
			return true;
	return false;
}

static int
by_address4(const void *key, const void *member)
{
	const uint32_t *address = key;
	const struct binding4 *b = member;

	return *address < b->address ? -1 : *address > b->address;
}

static bool
is_bound4(const struct lan *lan, uint32_t address)
{
	return lan->nbound4 != 0 &&
	       bsearch(&address, lan->bound4, lan->nbound4,
		       sizeof(lan->bound4[0]), by_address4) != NULL;
}

/* A host address of the LAN that no port is bound to, or 0. */
static uint32_t
free4(const struct lan *lan)
{
	for (unsigned int i = 0; i < lan->nnets4; i++) {
		const struct net4 *n = &lan->net4[i];
		uint32_t last = n->net | ~n->mask;

		for (uint32_t a = n->net + 1; a < last; a++)
			if (!is_bound4(lan, a))
				return a;
	}
	return 0;
}

static void
find_addresses4(struct selftest_setup *s)
{
	static const uint32_t outside[] = { 0xcb007108, 0xc6336408,
					    0x0afffe08 };
	const struct lan *lan = s->lan;
	bool bound = s->port->flags & PORT_BOUND4;
	uint32_t free = lan->nnets4 != 0 ? free4(lan) : 0;

	s->free4 = free;
	for (unsigned int i = 0; i < lan->nbound4; i++) {
		const struct binding4 *b = &lan->bound4[i];

		if (!is_in4(lan, b->address))
			continue;
		if (b->port == s->port->id)
			s->valid4 = b->address;
		else if (s->alien4 == 0)
			s->alien4 = b->address;
	}
	if (!bound)
		s->valid4 = free;
	s->inside4 = free != 0 ? free : s->alien4 != 0 ? s->alien4 : s->valid4;
	for (unsigned int i = 0; i < 3 && s->outside4 == 0; i++)
		if (!is_in4(lan, outside[i]) && !is_in4(lan, outside[i] + 1))
			s->outside4 = outside[i];
	if (lan->nnets4 == 0)
		s->inside4 = s->outside4;
	s->inside4_is_bound = is_bound4(lan, s->inside4);
	for (unsigned int i = 0; i < lan->nnets4; i++)
		if (s->subnet4 == NULL && ~lan->net4[i].mask > 1)
			s->subnet4 = &lan->net4[i];
}

/* IPv6. */

/* The first octets of 'net' and the last ones of 'address'. */
static void
put_in6(const struct net6 *net, uint8_t address[16])
{
	for (unsigned int bit = 0; bit < net->length; bit++) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		address[bit / 8] = (uint8_t)((address[bit / 8] & ~mask) |
					     (net->net[bit / 8] & mask));
	}
}

static bool
is_in6(const struct lan *lan, const uint8_t *address)
{
	for (unsigned int i = 0; i < lan->nnets6; i++) {
		uint8_t same[16];

		memcpy(same, address, 16);
		put_in6(&lan->net6[i], same);
		if (memcmp(same, address, 16) == 0)
			return true;
	}
	return false;
}

static bool
is_bound6(const struct lan *lan, const uint8_t *address)
{
	for (unsigned int i = 0; i < lan->nbound6; i++)
		if (memcmp(lan->bound6[i].address, address, 16) == 0)
			return true;
	return false;
}

/* An address of the LAN that no port is bound to, or ::. */
static void
free6(const struct lan *lan, uint8_t address[16])
{
	memset(address, 0, 16);
	for (unsigned int i = 0; lan->nnets6 != 0 && i <= lan->nbound6; i++) {
		frame_write16(address + 12, 0xfade);
		frame_write16(address + 14, (uint16_t)i);
		put_in6(&lan->net6[0], address);
		if (!is_bound6(lan, address))
			return;
	}
	memset(address, 0, 16);
}

/* An address of another port, at least the link-local one of its MAC address. */
static void
find_alien6(struct selftest_setup *s)
{
	const struct lan *lan = s->lan;

	for (unsigned int i = 0; i < lan->nbound6; i++) {
		const struct binding6 *b = &lan->bound6[i];

		if (b->port == s->port->id || !is_in6(lan, b->address))
			continue;
		memcpy(s->alien6, b->address, 16);
		return;
	}
	if (s->alien != 0 && !drop_set_has(&s->port->narrow, DROP_nd_src_spoof))
		neigh_own6(s->alien, s->alien6);
}

static void
find_addresses6(struct selftest_setup *s)
{
	static const uint8_t outside[2][16] = {
		{ 0x20, 1, 0x0d, 0xb8, 0x0f, 0x0e, [15] = 9 },
		{ 0x3f, 0xff, 0x0f, 0x0e, [15] = 9 },
	};

	neigh_own6(s->valid != 0 ? s->valid : s->unknown, s->link6);
	find_alien6(s);
	free6(s->lan, s->free6);
	for (unsigned int i = 0; i < 2; i++)
		if (!is_in6(s->lan, outside[i])) {
			memcpy(s->outside6, outside[i], 16);
			return;
		}
}

bool
selftest_is_shut(const struct selftest_setup *s)
{
	const struct device *d = s->device;

	return d->lag != NULL && !lag_receives(d->lag, d->slot);
}

void
selftest_set_up(const struct fabric *f, const struct config_port *c,
		struct selftest_setup *s)
{
	const struct port_rt *rt = runtime_port(f, c->id);

	memset(s, 0, sizeof(*s));
	s->config = f->config;
	s->c = c;
	s->blocked = rt->blocked;
	s->culled = rt->culled;
	s->view = f->view;
	s->port = f->view->port[rt->id];
	s->device = trial_device(f, rt->id);
	s->lan = s->port->lan;
	s->state = view_port_state(f->view, rt->id);
	/* Locally administered: not the address of a router. */
	s->unknown = UINT64_C(0x02fade000001);
	while (!is_unknown(s->lan, s->unknown))
		s->unknown++;
	s->to = s->unknown + 2;
	s->free_tag = find_free_tag(s->device);
	if (s->lan == NULL) {
		/* Addresses for documentation. */
		s->valid = s->unknown + 1;
		s->inside4 = s->outside4 = 0xcb007108;
		return;
	}
	find_macs(s);
	s->valid = find_valid(s);
	s->apart = find_kept_apart(s, DROP_quarantine_isolated);
	s->isolated = find_kept_apart(s, DROP_isolated);
	s->other_lan = find_other_lan(s);
	find_addresses4(s);
	find_addresses6(s);
}
